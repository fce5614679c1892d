"""The values of single trials on both sides: what the statistical gate tests."""

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from llmeval.compare.columns import PASSED, Column
from llmeval.compare.measured import SuiteTable
from llmeval.compare.readings import FIGURES
from llmeval.records import GateSpec, Outcome

if TYPE_CHECKING:
    from llmeval.compare.inference.sample import CaseTrials

RELATIVE_MARGIN = 0.2
"""How much slower or dearer is allowed: services and machines differ by a few percent from run to
run, and a test without a margin takes that for a regression."""

ValueOf = Callable[[int], float | None]
"""The value of the trial in a row; higher is better. None where it was not measured."""


class Gauge(NamedTuple):
    """How one figure is tested."""

    metric: str
    sign: float
    """-1 where lower values are better."""
    margin: float
    """How much worse it may get, on the scale of the test, before that counts at all."""
    undetected: float
    """The drop that must be excluded for `no change`."""
    is_relative: bool
    """Whether the scale is logarithmic."""


def is_testable(metric: str) -> bool:
    """Tell whether single trials have values of that figure."""
    name, _, part = metric.rpartition(".")
    return metric == "pass_rate" or (part == "mean") or (part == "pass_rate" and bool(name))


def is_of_run_time(metric: str) -> bool:
    """Tell whether a figure is one of seconds, tokens or dollars."""
    return metric.partition(".")[0] in FIGURES


def gauge(metric: str, table: SuiteTable, gate: GateSpec) -> Gauge:
    """Return how a figure is tested."""
    if is_of_run_time(metric):
        margin = math.log1p(RELATIVE_MARGIN)
        return Gauge(metric, -1.0, margin, margin, is_relative=True)
    column = table.columns.get(metric.removesuffix(".mean"))
    lower = metric.endswith(".mean") and column is not None and column.better == "lower"
    return Gauge(metric, -1.0 if lower else 1.0, 0.0, gate.max_undetected, is_relative=False)


def sample(
    table: SuiteTable,
    before: SuiteTable,
    pairs: Mapping[str, str],
    gauges: Iterable[Gauge],
    *,
    errors_fail: bool = False,
) -> "list[CaseTrials]":
    """Return the trials of the compared cases, sorted by id.

    Args:
        table: The run's values.
        before: Those of the baseline's runs.
        pairs: Case to its case in the baseline.
        gauges: Which figures.
        errors_fail: Trials of the run that could not be measured count as failed.
    """
    from llmeval.compare.inference.sample import CaseTrials

    known = [(_values(before, each, 0.0), _values(table, each, each.margin)) for each in gauges]
    if errors_fail:
        known = [(old, _or_failed(new)) for old, new in known]
    found = []
    for case in sorted(pairs):
        runs = _rows(before, pairs[case])
        now = [row for run in _rows(table, case, errors_fail=errors_fail) for row in run]
        if runs and now:
            blocks = tuple(_blocks(old, runs, new, now) for old, new in known)
            found.append(CaseTrials(case, blocks, table.facts(case).weight))
    return [case for case in found if any(case.metrics)]


def _rows(table: SuiteTable, case: str, *, errors_fail: bool = False) -> list[list[int]]:
    """Return the rows of a case's trials, by run."""
    used = ("passed", "failed", "error") if errors_fail else ("passed", "failed")
    trials = (trial for trial in table.trials(case) if trial.outcome in used)
    return [[trial.row for trial in run] for _, run in groupby(trials, attrgetter("run"))]


def _blocks(
    old: ValueOf, runs: list[list[int]], new: ValueOf, now: list[int]
) -> tuple[tuple[float, ...], ...]:
    blocks = [[old(row) for row in run] for run in runs] + [[new(row) for row in now]]
    measured = [tuple(value for value in block if value is not None) for block in blocks]
    # A value that is missing in some trials may be missing because of what they were.
    whole = all(len(known) == len(block) for known, block in zip(measured, blocks, strict=True))
    return tuple(measured) if whole else ()


def _values(table: SuiteTable, wanted: Gauge, allowed: float) -> ValueOf:
    """Return what gives a trial's value; of the run `allowed` worse is as good as before."""
    value_of = plain(wanted.metric, table)
    if wanted.is_relative:
        return lambda row: _logarithm(value_of(row), allowed)
    return lambda row: _signed(value_of(row), wanted.sign)


def _logarithm(value: float | None, allowed: float) -> float | None:
    return None if value is None or value <= 0 else allowed - math.log(value)


def _or_failed(value_of: ValueOf) -> ValueOf:
    return lambda row: value_of(row) or 0.0


def _signed(value: float | None, sign: float) -> float | None:
    return None if value is None else sign * value


def plain(metric: str, table: SuiteTable) -> ValueOf:
    """Return what gives a measured trial's value of a testable figure, as it was measured."""
    name, _, part = metric.rpartition(".")
    if not name:
        return lambda row: _passing(table.outcome_of(row))
    if name in FIGURES:
        return table.figures[name].get
    column = table.columns.get(name)
    if column is None:
        return lambda _: None
    return (_passed(column) if part == "pass_rate" else _means(column)).get


def _passing(outcome: Outcome) -> float | None:
    return {"passed": 1.0, "failed": 0.0, "error": None, "skipped": None}[outcome]


def _passed(column: Column) -> dict[int, float]:
    found: dict[int, float] = {}
    for row, code in column.codes():
        if code >= PASSED:
            found[row] = min(found.get(row, 1.0), float(code == PASSED))
    return found


def _means(column: Column) -> dict[int, float]:
    sums: dict[int, list[float]] = {}
    for row, _, score in column.values():
        if score is not None:
            sums.setdefault(row, []).append(score)
    return {row: math.fsum(scores) / len(scores) for row, scores in sums.items()}
