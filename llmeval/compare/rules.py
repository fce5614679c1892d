"""The rules of the gate: each looks at the facts and says what it finds.

Their order is the order of a verdict's reasons: the headline comes first.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from llmeval.compare import label_notes, statistical, wording
from llmeval.compare.attack_verdicts import works_now
from llmeval.compare.beside import BASELINE, versions
from llmeval.compare.counts import TOLERANCE
from llmeval.compare.findings import Facts, Finding, Weight, failed, names
from llmeval.compare.metrics import Measured, value
from llmeval.compare.wording import count, verb

_HASHED_ROW = re.compile(r"\[[0-9a-f]{10}[]-]")
"""In the id of a row that is named by its values, see `suite.rows`."""

Rule = Callable[[Facts], Iterator[Finding]]


def error_rate(facts: Facts) -> Measured:
    """Return the share of asked trials that could not be measured."""
    return value(facts.table, "error_rate")


def _there(facts: Facts) -> str:
    return f"with {facts.before}" if facts.yardstick else "in the baseline"


# --- cases that fail ------------------------------------------------------------------------------


def regressions(facts: Facts) -> Iterator[Finding]:
    """Cases that passed in the baseline and fail now."""
    regressed = (row for row in facts.judged if row.status == "regressed")
    broke = tuple(row for row in regressed if not row.newly_failing)
    if not broke or facts.evidence is not None:
        return
    of = count(len(facts.judged), "case")
    text = f"worse: {len(broke)} of {of} broke that passed {_there(facts)}"
    yield Finding(_counted(facts), f"{text}: {wording.ids(names(broke))}")


def broken_further(facts: Facts) -> Iterator[Finding]:
    """Cases that failed in the baseline already and now fail in one more way."""
    rows = tuple(row for row in facts.judged if row.newly_failing)
    if not rows:
        return
    of = f"{len(rows)} of {count(len(facts.judged), 'case')}"
    fails = verb(len(rows), "fails", "fail")
    said = f"{of} failed {_there(facts)} and newly {fails} further checks"
    named = wording.ids([_with(row.case, row.newly_failing) for row in rows])
    if facts.choice.mode == "statistical":
        figure = f"{rows[0].newly_failing[0]}.pass_rate"
        hint = f"the pass rate does not show it, {figure} in `gate.metrics` would"
        yield Finding("note", f"{said}: {named}; {hint}")
    else:
        yield Finding("failed", f"worse: {said}: {named}")


def other_failures(facts: Facts) -> Iterator[Finding]:
    """Cases that fail and cannot be held against a baseline."""
    rows = failed(facts.judged)
    plain = tuple(row for row in rows if facts.baseline is None)
    if plain:
        of = f"{len(plain)} of {count(len(facts.judged), 'case')}"
        yield _failing(facts, f"{of} {verb(len(plain), 'fails', 'fail')}", names(plain))
    new = names(row for row in rows if row.status == "new")
    if new:
        said = f"{count(len(new), 'new case')} {verb(len(new), 'fails', 'fail')}"
        yield _failing(facts, said, new)
    changed = names(row for row in rows if row.status == "changed")
    if changed:
        said = f"{count(len(changed), 'changed case')} {verb(len(changed), 'fails', 'fail')}"
        yield _failing(facts, f"{said} and cannot be held against {facts.before}", changed)


def _with(case: str, metrics: Sequence[str]) -> str:
    return f"{case} ({', '.join(metrics)})" if metrics else case


def known_failures(facts: Facts) -> Iterator[Finding]:
    """Cases that failed in the baseline too: red only in `strict`."""
    rows = tuple(
        row
        for row in failed(facts.judged)
        if _is_known(facts, row.status) and not row.newly_failing
    )
    # One trial of several may fail where all passed before: no failure that was known.
    known = names(row for row in rows if row.baseline_rate != 1)
    fresh = names(row for row in rows if row.baseline_rate == 1)
    weight: Weight = "failed" if facts.choice.mode == "strict" else "note"
    if known:
        said = f"{count(len(known), 'case')} {verb(len(known), 'fails', 'fail')} as {_there(facts)}"
        yield Finding(weight, f"{said}: {wording.ids(known)}")
    if fresh:
        said = f"{count(len(fresh), 'case')} failed a trial now and none {_there(facts)}"
        yield Finding(weight, f"{said}, which may be chance: {wording.ids(fresh)}")


def critical_failures(facts: Facts) -> Iterator[Finding]:
    """Critical cases are red in every mode; named where no other rule made them so."""
    rows = tuple(row for row in failed(facts.judged) if row.severity == "critical")
    if facts.choice.mode == "strict":
        return
    if facts.choice.mode == "ratchet":
        rows = tuple(row for row in rows if _is_known(facts, row.status))
    if rows:
        said = f"{count(len(rows), 'critical case')} {verb(len(rows), 'fails', 'fail')}"
        yield Finding("failed", f"{said}: {wording.ids(names(rows))}")


def _is_known(facts: Facts, status: str) -> bool:
    return facts.baseline is not None and status in ("same", "flaky")


def _counted(facts: Facts) -> Weight:
    # Under `statistical` a failing case is counted, it does not decide by itself.
    return "note" if facts.choice.mode == "statistical" else "failed"


def _failing(facts: Facts, said: str, cases: tuple[str, ...]) -> Finding:
    tail = ", counted by the gate" if facts.choice.mode == "statistical" else ""
    return Finding(_counted(facts), f"{said}{tail}: {wording.ids(cases)}")


# --- cases that are missing -----------------------------------------------------------------------


def gone(facts: Facts) -> Iterator[Finding]:
    """Cases of the baseline that a whole run does not have any more."""
    cases = facts.pairing.gone
    if cases:
        said = f"{count(len(cases), 'case')} of the baseline {verb(len(cases), 'is', 'are')} gone"
        todo = "put them back, name their successor with `renamed_from`, or accept a new baseline"
        if facts.pairing.new and any(map(_HASHED_ROW.search, cases)):
            todo = "rows without an `id` column are named by their values; accept a new baseline"
        yield Finding("failed", f"{said}: {wording.ids(cases)}; {todo}")


def not_run(facts: Facts) -> Iterator[Finding]:
    """Cases that were to be measured and have no trial."""
    cases = facts.selection.missing(facts.table)
    if cases:
        said = f"{count(len(cases), 'selected case')} {verb(len(cases), 'was', 'were')} not run"
        yield Finding("inconclusive", f"{said}: {wording.ids(cases)}")


def skipped(facts: Facts) -> Iterator[Finding]:
    """Cases of the baseline that are skipped now."""
    baseline = None if facts.yardstick else facts.baseline
    cases = tuple(sorted(facts.selection.skipped))
    if baseline is not None:
        cases = tuple(case for case in cases if case in baseline.table)
    if cases and baseline is not None:
        said = f"{count(len(cases), 'case')} of the baseline {verb(len(cases), 'is', 'are')}"
        yield Finding("note", f"{said} skipped now: {wording.ids(cases)}")


def nothing_measured(facts: Facts) -> Iterator[Finding]:
    """Nothing measured is never green."""
    if not any(facts.table.counts(case).measured for case in facts.table.cases):
        asked = len(facts.selection.selected) or len(facts.table)
        yield Finding("inconclusive", f"nothing was measured: 0 of {count(asked, 'case')}")


# --- errors ---------------------------------------------------------------------------------------


def stopped(facts: Facts) -> Iterator[Finding]:
    """The run ended early."""
    if facts.stopped is not None:
        yield Finding("inconclusive", f"the run was stopped: {facts.stopped}")


def errors(facts: Facts) -> Iterator[Finding]:
    """Trials that could not be measured, held against what is allowed."""
    rate, allowed = error_rate(facts), facts.gate.max_error_rate
    if rate.value is None or rate.value == 0:
        return
    number = round(rate.value * rate.total)
    cases = names(row for row in facts.rows if _has_errors(facts, row.case))
    said = f"{number} of {count(rate.total, 'trial')} could not be measured"
    if rate.value > allowed + TOLERANCE:
        shown = f"more than max_error_rate {wording.percent(allowed)}"
        found = f"{said} ({wording.percent(rate.value)}, {shown}): {wording.ids(cases)}"
        yield Finding("inconclusive", found)
    else:
        yield Finding("note", f"{said} ({wording.percent(rate.value)}): {wording.ids(cases)}")


def _has_errors(facts: Facts, case: str) -> bool:
    return case in facts.table and facts.table.counts(case).error > 0


def more_errors(facts: Facts) -> Iterator[Finding]:
    """More errors than when the baseline was measured."""
    if facts.baseline is None:
        return
    asked = sum(run.trials for run in facts.baseline.runs)
    before = sum(run.errors for run in facts.baseline.runs)
    rate = error_rate(facts)
    if rate.value and asked and rate.value > before / asked + TOLERANCE:
        now = f"{round(rate.value * rate.total)} of {count(rate.total, 'trial')}"
        then = f"{before} of {count(asked, 'trial')}"
        yield Finding("note", f"more errors than {_there(facts)}: {now}, before {then}")


# --- limits, requirements, the baseline itself ----------------------------------------------------


def limits(facts: Facts) -> Iterator[Finding]:
    """Limits that are not kept or cannot be checked."""
    for judged in facts.limits:
        warns = judged.limit.severity == "warn"
        if judged.state == "doubtful":
            yield Finding("note", judged.text)
        elif judged.state == "broken":
            yield Finding("note" if warns else "failed", judged.text)
        elif judged.state == "unknown":
            # A part of a suite need not hold the cases that a limit is about.
            lenient = warns or (not facts.selection.full and not judged.found.total)
            yield Finding("note" if lenient else "inconclusive", judged.text)


def labels(facts: Facts) -> Iterator[Finding]:
    """What is odd about people's labels."""
    yield from (Finding("note", text) for text in label_notes.notes(facts))


def required(facts: Facts) -> Iterator[Finding]:
    """What the suite demands of the comparison itself."""
    wanted = facts.gate.require
    if facts.baseline is None and wanted:
        word = "baseline" if "baseline" in wanted else "evidence"
        accept = "accept a good run with `llmeval accept`"
        yield Finding("failed", f"no baseline is stored, and require names {word}: {accept}")


def against(facts: Facts) -> Iterator[Finding]:
    """A yardstick that this run does not hold is never passed over in silence."""
    wanted = facts.gate.against
    if wanted == BASELINE:
        return
    if facts.yardstick:
        yield Finding("note", f"held against `{wanted}`, asked side by side in this run")
    else:
        known = ", ".join(versions(facts.table)) or "none"
        text = f"this run holds no variant or adapter of that name, only {known}"
        yield Finding("inconclusive", f"against {wanted!r} was asked for: {text}")


def baseline_state(facts: Facts) -> Iterator[Finding]:
    """No baseline, or one that is old."""
    if facts.baseline is None:
        # `accept` refuses a run with failures or without values: no advice to accept those.
        fit = all(row.outcome in ("passed", "skipped") for row in facts.judged) and facts.judged
        advice = ": `llmeval accept` makes this run the one to compare with" if fit else ""
        yield Finding("note", f"no baseline is stored{advice}")
        return
    age, limit = facts.baseline.age_days(facts.now), facts.gate.max_baseline_age_days
    if age is not None and age > limit:
        accept = "accept a new one if this version is good"
        text = f"the baseline is {age:.0f} days old (max_baseline_age_days {limit:g}): {accept}"
        yield Finding("note", text)


def comparability(facts: Facts) -> Iterator[Finding]:
    """Cases that cannot be compared, and cases that the baseline does not know."""
    changed, new = facts.pairing.changed, facts.pairing.new
    if changed:
        parts = ", ".join(sorted({part for fields in changed.values() for part in fields}))
        ids = wording.ids(tuple(changed))
        if facts.pairing.nothing_comparable:
            said = f"no case can be compared with {facts.before}, all differ in {parts}: {ids}"
        else:
            said = f"{count(len(changed), 'case')} not compared, changed in {parts}: {ids}"
        yield Finding("note", f"{said}; `llmeval accept` stores them as they are now")
    if new and facts.baseline is not None:
        text = f"{count(len(new), 'new case')}, not {_there(facts)}: {wording.ids(new)}"
        yield Finding("note", text)


def improvements(facts: Facts) -> Iterator[Finding]:
    """Cases that failed in the baseline and pass now."""
    better = names(row for row in facts.judged if row.status == "improved")
    if better and facts.evidence is not None:
        text = f"better: {count(len(better), 'case')} got better: {wording.ids(better)}"
        yield Finding("note", text)
    elif better:
        said = f"better: {count(len(better), 'case')} {verb(len(better), 'passes', 'pass')}"
        yield Finding("note", f"{said} that failed {_there(facts)}: {wording.ids(better)}")


def excluded(facts: Facts) -> Iterator[Finding]:
    """Cases that are asked and shown, and not counted."""
    expected = names(row for row in facts.rows if row.xfail and row.outcome is not None)
    if expected:
        said = f"{count(len(expected), 'case')} expected to fail, in no figure"
        yield Finding("note", f"{said}: {wording.ids(expected)}")
    warned = tuple(row for row in facts.rows if row.warned)
    if warned:
        named = [_with(row.case, row.warned_by) for row in warned]
        yield Finding("note", f"{count(len(warned), 'case')} with a warning: {wording.ids(named)}")
    if facts.table.duplicates:
        twice = count(facts.table.duplicates, "trial")
        yield Finding("note", f"{twice} in the log twice; each is counted once")


def choice(facts: Facts) -> Iterator[Finding]:
    """What comes with the mode, where a case looks worse: it may be noise, or missed."""
    if any(row.status in ("regressed", "suspect") for row in facts.judged):
        yield from (Finding("note", text) for text in facts.choice.notes)


RULES: tuple[Rule, ...] = (
    works_now,
    statistical.verdict,
    statistical.more_errors,
    regressions,
    broken_further,
    other_failures,
    critical_failures,
    known_failures,
    gone,
    limits,
    labels,
    required,
    statistical.evidence_required,
    against,
    nothing_measured,
    stopped,
    errors,
    statistical.errors_matter,
    not_run,
    more_errors,
    comparability,
    excluded,
    statistical.powerless,
    statistical.suspects,
    statistical.one_run,
    statistical.not_independent,
    statistical.among_runs,
    improvements,
    skipped,
    baseline_state,
    choice,
)
