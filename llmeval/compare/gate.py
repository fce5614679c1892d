"""Run + baseline -> the verdict on one suite."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from llmeval.compare import (
    beside,
    cases,
    limits,
    metric_verdicts,
    modes,
    settling,
    statistical,
    under_test,
)
from llmeval.compare.baseline import Baseline
from llmeval.compare.cases import CaseRow
from llmeval.compare.findings import Facts, Finding, names
from llmeval.compare.labelled import Labels
from llmeval.compare.measured import SuiteTable
from llmeval.compare.modes import Choice
from llmeval.compare.pairing import Selection, pair
from llmeval.compare.rules import RULES
from llmeval.config import Settings
from llmeval.records import GateSpec, Mode, SuiteVerdict

Comparison = Literal[
    "regression",
    "mixed",
    "improvement",
    "no_change",
    "insufficient_data",
    "not_comparable",
    "no_baseline",
    "off",
]
Status = Literal["passed", "failed", "inconclusive"]


def decide(
    gate: GateSpec,
    table: SuiteTable,
    baseline: Baseline | None,
    *,
    now: datetime,
    selection: Selection | None = None,
    settings: Settings | None = None,
    stopped: str | None = None,
    choice: Choice | None = None,
) -> SuiteVerdict:
    """Judge one suite of a run: `judge` on what `gather` finds."""
    facts = gather(
        gate,
        table,
        baseline,
        now=now,
        selection=selection,
        settings=settings,
        stopped=stopped,
        choice=choice,
    )
    return judge(facts, settings)


def gather(
    gate: GateSpec,
    table: SuiteTable,
    baseline: Baseline | None,
    *,
    now: datetime,
    selection: Selection | None = None,
    settings: Settings | None = None,
    stopped: str | None = None,
    choice: Choice | None = None,
    log: Path | None = None,
) -> Facts:
    """Return what the verdict on a suite rests on, its cases' rows among it.

    Args:
        gate: How the suite is to be judged.
        table: The run's values.
        baseline: What they are held against; None when nothing is stored.
        now: With a time zone; tells the baseline's age.
        selection: Which cases the run was to measure; None is the whole suite.
        settings: Says where the project is, and which mode was asked for.
        stopped: Why the run ended early; None when it did not.
        choice: The mode under which pytest showed the cases; None: chosen here.
        log: Of the run, where the replies of a version that `against` names are.
    """
    selection = selection or Selection()
    gate = beside.asked(gate, None if settings is None else settings.against)
    yardstick = beside.cases_of(table, gate.against)
    if yardstick:
        baseline = beside.baseline(table, yardstick, log)
        pairing = beside.pair(table, gate, yardstick)
    else:
        pairing = pair(table, baseline, gate, selection)
    if choice is None:
        forced = None if settings is None else settings.gate
        most = table.most_trials if selection.rounds is None else selection.rounds.max
        choice = modes.choose(gate, baseline, (most,), forced=forced)
    labels = Labels(gate.labels, table)
    facts = Facts(
        gate=gate,
        table=table,
        baseline=baseline,
        selection=selection,
        pairing=pairing,
        rows=cases.of(table, baseline, pairing),
        choice=choice,
        limits=tuple(
            limits.judge(limit, table, yardstick, by_trial=gate.unit == "trial", labels=labels)
            for limit in gate.limits
        ),
        labels=labels,
        stopped=stopped,
        now=now,
    )
    if choice.mode == "statistical":
        return statistical.tested(facts)
    return replace(facts, rows=cases.broken_further(facts.rows))


def judge(facts: Facts, settings: Settings | None = None) -> SuiteVerdict:
    """Return the verdict on a suite.

    Args:
        facts: What is known of it.
        settings: Says where the project is.
    """
    findings = [finding for rule in RULES for finding in rule(facts)]
    comparison = _comparison(facts)
    red = [finding for finding in findings if finding.weight != "note"]
    differences: tuple[str, ...] = ()
    if facts.baseline is not None:
        differences = under_test.words(facts.table, facts.baseline, facts.gate, facts.pairing)
    return SuiteVerdict(
        suite=facts.table.name,
        path=facts.table.path,
        status=_status(findings, facts.choice.mode),
        mode=facts.choice.mode,
        mode_reason=facts.choice.reason,
        comparison=comparison,
        counts=_counts(facts),
        metrics=tuple(metric_verdicts.of(facts)),
        regressed=_of_status(facts, "regressed"),
        improved=_of_status(facts, "improved"),
        suspect=_of_status(facts, "suspect"),
        new=facts.pairing.new,
        gone=facts.pairing.gone,
        changed=facts.pairing.changed,
        under_test=differences,
        test=None if facts.evidence is None else statistical.described(facts.evidence),
        against=facts.gate.against,
        rounds=settling.described(facts, comparison),
        baseline=_described(facts, settings),
        cost_usd=_cost(facts.table),
        reasons=tuple(finding.text for finding in red),
        notes=tuple(finding.text for finding in findings if finding.weight == "note"),
    )


def _of_status(facts: Facts, status: str) -> tuple[str, ...]:
    return names(row for row in facts.judged if row.status == status)


def _status(findings: list[Finding], mode: Mode) -> Status:
    weights = {finding.weight for finding in findings}
    if mode == "off":
        return "passed"
    # What certainly failed stays failed, however much else could not be measured.
    if "failed" in weights:
        return "failed"
    return "inconclusive" if "inconclusive" in weights else "passed"


def _comparison(facts: Facts) -> Comparison:
    if facts.choice.mode == "off":
        return "off"
    if facts.baseline is None:
        return "no_baseline"
    if facts.pairing.nothing_comparable:
        return "not_comparable"
    if not facts.compared:
        return "insufficient_data"
    if facts.evidence is not None:
        return statistical.comparison(facts.evidence, facts.gate)
    return _direction(facts)


def _direction(facts: Facts) -> Comparison:
    broke, better = _of_status(facts, "regressed"), _of_status(facts, "improved")
    if broke:
        return "mixed" if len(better) >= len(broke) else "regression"
    return "improvement" if better else "no_change"


# --- counts ----------------------------------------------------------------------


def _counts(facts: Facts) -> Mapping[str, int]:
    """Return how many there are of everything; the first seven outcomes add up to `cases`."""
    present = [row for row in facts.rows if row.outcome is not None]
    found = dict.fromkeys(_WORDS, 0)
    for row in present:
        found[_word(row)] += 1
    missing = facts.selection.missing(facts.table)
    found["skipped"] += sum(case not in facts.table for case in facts.selection.skipped)
    counts = [facts.table.counts(case) for case in facts.table.cases]
    return {
        "cases": sum(found.values()) + len(missing),
        **found,
        "not_run": len(missing),
        "warned": sum(row.warned for row in present),
        "trials": sum(count.asked for count in counts),
        "measured": sum(count.measured for count in counts),
        "errors": sum(count.error for count in counts),
        "regressed": len(_of_status(facts, "regressed")),
        "improved": len(_of_status(facts, "improved")),
        "flaky": len(_of_status(facts, "flaky")),
        "new": len(facts.pairing.new),
        "gone": len(facts.pairing.gone),
        "changed": len(facts.pairing.changed),
        "yardstick": len(facts.yardstick),
        "compared": len(facts.compared),
    }


_WORDS = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def _word(row: CaseRow) -> str:
    if row.xfail and row.outcome in ("passed", "failed"):
        return "xpassed" if row.outcome == "passed" else "xfailed"
    if row.outcome == "failed" and row.severity == "warn":
        return "passed"
    assert row.outcome is not None
    return row.outcome


def _cost(table: SuiteTable) -> Mapping[str, float | None]:
    """Return what the run cost in USD; None where a price is not known."""
    target = None if table.unpriced else table.figures["cost"].total
    found = {"target": target, "judge": table.judge_cost_usd}
    attacker = table.attacker_cost_usd
    return found if attacker is None else found | {"attacker": attacker}


def _described(facts: Facts, settings: Settings | None) -> Mapping[str, Any] | None:
    baseline = facts.baseline
    if baseline is None:
        return None
    age = baseline.age_days(facts.now)
    return {
        "path": _shown_path(baseline, settings),
        "runs": len(baseline.runs),
        "age_days": None if age is None else round(age, 2),
        "adapter": _adapters(facts, baseline),
    }


def _adapters(facts: Facts, baseline: Baseline) -> str | None:
    used = baseline.table.adapters
    if facts.yardstick:
        used = dict.fromkeys(facts.table.facts(case).adapter for case in facts.yardstick)
    return ", ".join(sorted(used)) or None


def _shown_path(baseline: Baseline, settings: Settings | None) -> str | None:
    if baseline.path is None:
        return None
    if settings is not None and baseline.path.is_relative_to(settings.root):
        return baseline.path.relative_to(settings.root).as_posix()
    return baseline.path.as_posix()
