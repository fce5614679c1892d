"""What the checks of a single case gave: which of them fail, and which of those passed before."""

import math
from collections.abc import Iterator, Mapping, Sequence

from llmeval.compare.columns import FAILED, PASSED, WARNED, Value
from llmeval.compare.counts import TOLERANCE
from llmeval.compare.measured import SuiteTable
from llmeval.records import Trial

Failing = Mapping[str, Sequence[float]]
"""Metric to its scores in the trial in which most of its checks failed; checks that only warn are
left out, and metrics that never failed."""


def note(trial: Trial, found: dict[str, Sequence[float]]) -> None:
    """Add what fails in one trial to what fails in the others of its case."""
    graver = [each for each in trial.checks if each.severity != "warn"]
    for metric in {each.metric for each in graver if each.passed is False}:
        scores = [c.score for c in graver if c.metric == metric and c.score is not None]
        _keep_worst(found, metric, scores)


def of_case(table: SuiteTable, case: str) -> Failing:
    """Return what fails in the trials of a case; a baseline has one mean score a metric."""
    found: dict[str, Sequence[float]] = {}
    for metric, values in _values(table, case):
        if any(each.code == FAILED for each in values):
            scores = [v.score for v in values if v.code != WARNED and v.score is not None]
            _keep_worst(found, metric, scores)
    return found


def _values(table: SuiteTable, case: str) -> Iterator[tuple[str, Sequence[Value]]]:
    """Yield the results of each metric in each trial of a case."""
    for trial in table.trials(case):
        for metric, column in table.columns.items():
            yield metric, column.of(trial.row)


def _keep_worst(found: dict[str, Sequence[float]], metric: str, scores: Sequence[float]) -> None:
    if metric not in found or sum(scores) < sum(found[metric]):
        found[metric] = scores


def newly(failing: Failing, before: SuiteTable, old: str) -> tuple[str, ...]:
    """Return the metrics that fail now and did not fail before, or not in so many checks; sorted.

    What was not scored before is not known to have passed: it is left out.

    Args:
        failing: What fails now.
        before: The values of the baseline.
        old: The case there.
    """
    then = of_case(before, old)
    passed = {m for m, values in _values(before, old) if any(v.code == PASSED for v in values)}
    fresh = passed - then.keys()
    return tuple(sorted(m for m in failing if m in fresh or _fails_more(failing[m], then.get(m))))


def _fails_more(now: Sequence[float], then: Sequence[float] | None) -> bool:
    """Tell whether more of several yes/no checks of one metric fail."""
    if not then or len(now) < 2 or not set(now) <= {0.0, 1.0}:
        return False
    passed = math.fsum(then) / len(then) * len(now)
    # No whole number of checks: these are grades, which may fall without failing anew.
    return abs(passed - round(passed)) < 1e-6 and sum(now) < passed - TOLERANCE


def warned(table: SuiteTable, case: str) -> tuple[str, ...]:
    """Return the metrics of a case of which a check failed that only warns, sorted."""
    found = {m for m, values in _values(table, case) if any(v.code == WARNED for v in values)}
    return tuple(sorted(found))
