"""What became of each case: the rows that verdict and report are made of."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from llmeval.compare import checks
from llmeval.compare.baseline import Baseline
from llmeval.compare.checks import Failing
from llmeval.compare.counts import Counts
from llmeval.compare.facts import CaseFacts
from llmeval.compare.measured import SuiteTable
from llmeval.compare.pairing import (
    Pairing,
    Selection,
    former,
    instrument,
    pair,
    under_test_parts,
)
from llmeval.records import GateSpec, Outcome, Severity

Status = Literal[
    "regressed",
    "suspect",
    "improved",
    "same",
    "flaky",
    "new",
    "gone",
    "changed",
    "error",
    "skipped",
]


class CaseRow(Struct, frozen=True, kw_only=True):
    """One case, before and now."""

    case: str
    status: Status
    """`regressed` passed before and fails now, `improved` the other way round; `flaky`: the same
    outcome, but its trials disagree; `same`: also where nothing is stored to compare with;
    `changed`: the instrument differs, see `changed_fields`; `error`: could not be measured. Under
    the statistical gate `regressed` and `improved` are what the test names, and `suspect` is what
    passed mostly before and fails mostly now and is not named."""
    baseline_rate: float | None = None
    """Share of the baseline's measured trials that passed, 0…1; None when there are none."""
    current_rate: float | None = None
    """Share of this run's measured trials that passed, 0…1; None when there are none."""
    outcome: Outcome | None = None
    """What became of it in this run; None for a gone case."""
    severity: Severity = "normal"
    """The worst severity among its failed checks; the case's own when none failed."""
    tags: tuple[str, ...] = ()
    changed_fields: tuple[str, ...] = ()
    """Fingerprint parts that differ and forbid comparing it, sorted."""
    xfail: bool = False
    """Expected to fail: in no metric and no gate."""
    newly_failing: tuple[str, ...] = ()
    """Of a case that failed in the baseline too: the metrics that fail now and passed then."""
    warned: bool = False
    """A check that only warns failed, or it is a failing case of severity `warn`."""
    warned_by: tuple[str, ...] = ()
    """The metrics of those checks."""
    renamed_from: str | None = None
    """The id under which the baseline knows it, when that is another one."""


def rows(
    table: SuiteTable,
    baseline: Baseline | None,
    gate: GateSpec,
    *,
    selection: Selection | None = None,
) -> tuple[CaseRow, ...]:
    """Return what became of each case, in file order, gone cases last.

    Args:
        table: The run's values.
        baseline: What they are held against; None when nothing is stored.
        gate: Of the suite.
        selection: Which cases the run was to measure; None is the whole suite.
    """
    selection = selection or Selection()
    return of(table, baseline, pair(table, baseline, gate, selection))


def of(table: SuiteTable, baseline: Baseline | None, pairing: Pairing) -> tuple[CaseRow, ...]:
    """Return the rows of cases that were paired already."""
    present = tuple(_row(case, table, baseline, pairing) for case in table.cases)
    return present + tuple(_gone(baseline, pairing))


def _row(case: str, table: SuiteTable, baseline: Baseline | None, pairing: Pairing) -> CaseRow:
    facts, counts = table.facts(case), table.counts(case)
    outcome = counts.outcome(facts.need)
    old = pairing.renamed.get(case, case)
    warned = counts.warned or (facts.severity == "warn" and outcome == "failed")
    return CaseRow(
        case=case,
        status=_status(case, outcome, facts, counts, baseline, pairing),
        baseline_rate=None if baseline is None or case in pairing.yardstick else baseline.rate(old),
        current_rate=counts.rate,
        outcome=outcome,
        severity=table.severity(case) if outcome == "failed" else facts.severity,
        tags=facts.tags,
        changed_fields=pairing.changed.get(case, ()),
        xfail=facts.xfail,
        newly_failing=_newly_failing(case, outcome, facts, table, baseline, pairing),
        warned=warned,
        warned_by=checks.warned(table, case) if warned else (),
        renamed_from=pairing.renamed.get(case),
    )


def _status(
    case: str,
    outcome: Outcome,
    facts: CaseFacts,
    counts: Counts,
    baseline: Baseline | None,
    pairing: Pairing,
) -> Status:
    if outcome in ("error", "skipped"):
        return "error" if outcome == "error" else "skipped"
    if case in pairing.changed:
        return "changed"
    if case in pairing.yardstick:
        return "flaky" if counts.is_split else "same"
    if baseline is not None and case not in pairing.pairs:
        return "new"
    # What only warns or is expected to fail neither breaks nor gets better.
    if baseline is not None and not facts.xfail and facts.severity != "warn":
        status = _turned(outcome, baseline, pairing.pairs[case])
        if status is not None:
            return status
    return "flaky" if counts.is_split else "same"


def _newly_failing(
    case: str,
    outcome: Outcome,
    facts: CaseFacts,
    table: SuiteTable,
    baseline: Baseline | None,
    pairing: Pairing,
) -> tuple[str, ...]:
    if baseline is None or outcome != "failed" or facts.xfail or case not in pairing.pairs:
        return ()
    old = pairing.pairs[case]
    if not baseline.failed(old):
        return ()
    return checks.newly(checks.of_case(table, case), baseline.table, old)


def _turned(outcome: Outcome, baseline: Baseline, old: str) -> Status | None:
    before = baseline.outcomes(old)
    if before == {"passed", "failed"}:
        return "flaky"
    if before == {"passed"} and outcome == "failed":
        return "regressed"
    if before == {"failed"} and outcome == "passed":
        return "improved"
    return None


def _gone(baseline: Baseline | None, pairing: Pairing) -> Iterator[CaseRow]:
    if baseline is None:
        return
    for case in pairing.gone:
        facts = baseline.table.facts(case)
        yield CaseRow(
            case=case,
            status="gone",
            baseline_rate=baseline.rate(case),
            severity=facts.severity,
            tags=facts.tags,
            xfail=facts.xfail,
        )


def named(found: Iterable[CaseRow], names: Mapping[Status, Collection[str]]) -> tuple[CaseRow, ...]:
    """Return the rows with the statuses that a test gave them.

    Args:
        found: As outcomes alone name them.
        names: Status to the ids of its cases.
    """
    status = {case: given for given, cases in names.items() for case in cases}
    return tuple(_renamed(row, status.get(row.case)) for row in found)


def broken_further(found: Iterable[CaseRow]) -> tuple[CaseRow, ...]:
    """Return the rows, those regressed that failed before and now fail a check that passed."""
    return tuple(replace(r, status="regressed") if r.newly_failing else r for r in found)


def _renamed(row: CaseRow, status: Status | None) -> CaseRow:
    if status is not None:
        return replace(row, status=status)
    return replace(row, status="flaky") if row.status in ("regressed", "improved") else row


def newly_failing(
    case: str,
    failing: Failing,
    table: SuiteTable,
    baseline: Baseline | None,
    gate: GateSpec,
) -> tuple[str, ...] | None:
    """Return which checks newly fail in a case that failed in the baseline, by the same instrument.

    Args:
        case: Its id.
        failing: What its checks gave in this run.
        table: The run's values so far, those of the case among them.
        baseline: What is stored; None when nothing is.
        gate: Says which parts are under test.

    Returns:
        The metrics; None where it did not fail there.
    """
    if baseline is None or case not in table:
        return None
    old = former(case, table, baseline.table)
    if old is None or not baseline.failed(old):
        return None
    if instrument(case, table, baseline.table, old, under_test_parts(gate)):
        return None
    return checks.newly(failing, baseline.table, old)
