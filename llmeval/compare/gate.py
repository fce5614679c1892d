"""Run + baseline -> the verdict on one suite."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec.structs import replace

from llmeval.compare import cases, limits, metrics, modes, sides, under_test
from llmeval.compare.baseline import Baseline
from llmeval.compare.cases import CaseRow
from llmeval.compare.findings import Facts, Finding, names
from llmeval.compare.limits import Judged
from llmeval.compare.measured import SuiteTable
from llmeval.compare.metrics import Chosen
from llmeval.compare.modes import Choice
from llmeval.compare.pairing import Selection, pair
from llmeval.compare.readings import FIGURES
from llmeval.compare.rules import RULES
from llmeval.config import Settings
from llmeval.records import GateSpec, Limit, MetricVerdict, Mode, SuiteVerdict

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

_RUN_TIME = ("latency.p50", "latency.p95", "first_token.p50", "tokens.total", "cost.total")


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
    """
    selection = selection or Selection()
    if settings is not None and settings.against is not None:
        gate = replace(gate, against=settings.against)
    if choice is None:
        forced = None if settings is None else settings.gate
        choice = modes.choose(gate, baseline, (table.most_trials,), forced=forced)
    pairing = pair(table, baseline, gate, selection)
    return Facts(
        gate=gate,
        table=table,
        baseline=baseline,
        selection=selection,
        pairing=pairing,
        rows=cases.of(table, baseline, pairing),
        choice=choice,
        limits=tuple(limits.judge(limit, table) for limit in gate.limits),
        stopped=stopped,
        now=now,
    )


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
        metrics=tuple(_metrics(facts)),
        regressed=_of_status(facts, "regressed"),
        improved=_of_status(facts, "improved"),
        new=facts.pairing.new,
        gone=facts.pairing.gone,
        changed=facts.pairing.changed,
        under_test=differences,
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
    if not _compared(facts):
        return "insufficient_data"
    return _direction(facts)


def _direction(facts: Facts) -> Comparison:
    broke, better = _of_status(facts, "regressed"), _of_status(facts, "improved")
    if broke:
        return "mixed" if len(better) >= len(broke) else "regression"
    return "improvement" if better else "no_change"


def _compared(facts: Facts) -> dict[str, str]:
    """Return the cases that were measured on both sides, each with its case in the baseline."""
    assert facts.baseline is not None
    pairs = facts.pairing.pairs
    measured = {row.case: row for row in facts.judged if row.current_rate is not None}
    return {
        case: old
        for case, old in pairs.items()
        if case in measured and measured[case].baseline_rate is not None
    }


# --- counts and figures ----------------------------------------------------------------------


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
        "compared": 0 if facts.baseline is None else len(_compared(facts)),
    }


_WORDS = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")


def _word(row: CaseRow) -> str:
    if row.xfail and row.outcome in ("passed", "failed"):
        return "xpassed" if row.outcome == "passed" else "xfailed"
    if row.outcome == "failed" and row.severity == "warn":
        return "passed"
    assert row.outcome is not None
    return row.outcome


def _metrics(facts: Facts) -> Iterator[MetricVerdict]:
    """Yield the figures that are compared, those that are limited, and those of run time."""
    compared = {} if facts.baseline is None else _compared(facts)
    limited = [_limited(facts, judged, compared) for judged in facts.limits]
    now = Chosen(facts.table, cases=compared or None)
    before = None
    if facts.baseline is not None and compared:
        before = Chosen(facts.baseline.table, cases=compared.values())
    for name in dict.fromkeys(("pass_rate", *facts.gate.metrics)):
        # One line a figure: its limit stands with it.
        whole = [metric for metric in limited if metric.metric == name and not metric.where]
        yield from whole or [_metric(name, now, before)]
        limited = [metric for metric in limited if metric not in whole]
    yield from limited
    yield from _of_sides("pass_rate", facts, compared)
    shown = (name for name in (*_of_checks(facts.table), *_RUN_TIME))
    for name in shown:
        verdict = _metric(name, now, before)
        if verdict.current is not None:
            yield verdict
        if name in sides.FIGURES:
            yield from _of_sides(name, facts, compared)


def _of_sides(name: str, facts: Facts, compared: Mapping[str, str]) -> Iterator[MetricVerdict]:
    """Yield a figure of each version that was asked, where there are several."""
    limited = [judged.limit.where for judged in facts.limits if judged.limit.metric == name]
    for where in sides.of(facts.table):
        if where not in limited:
            judged = limits.judge(Limit(metric=name, where=where), facts.table)
            found = _limited(facts, judged, compared)
            if found.current is not None:
                yield replace(found, limit=None, limit_ok=None)


def _of_checks(table: SuiteTable) -> Iterator[str]:
    for metric, column in sorted(table.columns.items()):
        if metric not in FIGURES:
            yield f"{metric}.mean" if column.is_graded else f"{metric}.pass_rate"


def _metric(name: str, now: Chosen, before: Chosen | None) -> MetricVerdict:
    """Return a figure on both sides, over the compared cases alone where there are any."""
    found = metrics.figure(now, name)
    old = None if before is None else metrics.figure(before, name).value
    return MetricVerdict(
        metric=name,
        baseline=old,
        current=found.value,
        difference=_difference(found.value, old),
        measured=found.measured,
    )


def _limited(facts: Facts, judged: Judged, compared: Mapping[str, str]) -> MetricVerdict:
    """Return a limited figure over all its cases; the difference is over the compared ones."""
    limit = judged.limit
    selected = metrics.select(facts.table, limit.where) if compared else []
    cases = [case for case in selected if case in compared]
    before = now = None
    if facts.baseline is not None and cases:
        olds = [compared[case] for case in cases]
        before = metrics.value(facts.baseline.table, limit.metric, cases=olds).value
        now = metrics.value(facts.table, limit.metric, cases=cases).value
    return MetricVerdict(
        metric=limit.metric,
        where=limit.where,
        baseline=before,
        current=judged.found.value,
        difference=_difference(now, before),
        limit=limits.bounds(limit),
        limit_ok=None if judged.state == "unknown" else judged.state == "kept",
        measured=judged.found.measured,
    )


def _difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def _cost(table: SuiteTable) -> Mapping[str, float | None]:
    """Return what the run cost in USD; None where a price is not known."""
    target = None if table.unpriced else table.figures["cost"].total
    return {"target": target, "judge": table.judge_cost_usd}


def _described(facts: Facts, settings: Settings | None) -> Mapping[str, Any] | None:
    baseline = facts.baseline
    if baseline is None:
        return None
    age = baseline.age_days(facts.now)
    return {
        "path": _shown_path(baseline, settings),
        "runs": len(baseline.runs),
        "age_days": None if age is None else round(age, 2),
        "adapter": ", ".join(sorted(baseline.table.adapters)) or None,
    }


def _shown_path(baseline: Baseline, settings: Settings | None) -> str | None:
    if baseline.path is None:
        return None
    if settings is not None and baseline.path.is_relative_to(settings.root):
        return baseline.path.relative_to(settings.root).as_posix()
    return baseline.path.as_posix()
