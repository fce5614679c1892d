"""Values before and now -> is it worse, by how much, and which cases broke."""

from collections.abc import Mapping, Sequence
from math import frexp, isfinite, sqrt
from sys import float_info
from typing import Any, Literal, NamedTuple

from llmeval.compare.inference import broken, correlation, interval, permutation, ranking, sample
from llmeval.compare.inference.ranking import Ranked
from llmeval.compare.inference.sample import Block, CaseTrials
from llmeval.errors import ParameterError
from llmeval.records import Better, Record

Unit = Literal["auto", "trial", "run"]

REPLICATES = 9_999
_MORE = 10
"""How many times as many drawings are made where chance in the drawings could decide."""
_HUGE = 2.0**300
_MAX = float_info.max
_TOO_CLOSE = 3
"""Standard errors between a p-value and alpha."""


class RegressionTest(Record, frozen=True, kw_only=True):
    """What comparing two sets of values says."""

    p: float
    """That values got worse: the smaller of the next two, calibrated for being the smaller."""
    p_shift: float
    """That the mean over cases got worse."""
    p_breaks: float
    """That single cases got much worse."""
    p_improved: float
    """That values got better: the mirror image of `p`."""
    effect: float
    """Current mean - baseline mean, over cases, as measured."""
    low: float
    high: float
    """Ends of the 95 % interval of the effect."""
    unit: Literal["trial", "run"]
    """What was exchanged."""
    regressed: tuple[str, ...]
    """The cases that got worse, sorted; among them about 10 % are wrong on average."""
    cases: int
    """How many were compared: those that have values on both sides."""
    correlation: float | None
    """Of trials within a run, 0…1; None where no run has several trials of a case."""


Trials = Sequence[float | None]
"""Of one case in one run; None: not measured."""
Values = Trials | Sequence[Trials]


def regression_test(
    baseline: Mapping[str, Values],
    current: Mapping[str, Trials],
    *,
    better: Better = "higher",
    unit: Unit = "auto",
    replicates: int = REPLICATES,
    alpha: float = 0.05,
) -> RegressionTest:
    """Test whether values got worse, case by case the same question asked before and now.

    An exact permutation test: if nothing changed, then within a case what was measured before and
    now is exchangeable, whatever the case's own pass rate. The same values always give the same
    result, and swapping the sides mirrors it.

    Args:
        baseline: Case id to its trial values, or to a list of such lists, one for each run. A
            value is 1 for passed and 0 for failed, or any finite number; None, a trial that could
            not be measured, is left out.
        current: Case id to its trial values.
        better: Whether higher or lower values are better.
        unit: What is exchanged: single trials, which holds only where trials of one run do not
            resemble each other; or whole runs, which always holds. `auto` is `run` wherever a run
            has more than one trial of a case.
        replicates: How many drawings are made; ten times as many where p is close to alpha.
        alpha: The share of false alarms that is accepted.

    Raises:
        ParameterError: An argument is none of the above, no case has values on both sides, or a
            value is not a finite number.
    """
    _check(baseline, current, better=better, unit=unit, replicates=replicates, alpha=alpha)
    cases, scale = _scaled(_cases(baseline, current, -1.0 if better == "lower" else 1.0))
    by_run = unit == "run" or (unit == "auto" and any(max(case.sizes) > 1 for case in cases))
    falling, rising = evidence(cases, by_run=by_run, replicates=replicates, alpha=alpha)
    blocks = [case.metrics[0] for case in cases]
    moved = interval.of(blocks, by_run=by_run)
    alike = correlation.within_runs(blocks)
    low, high, effect = (
        max(-_MAX, min(_MAX, end * scale)) for end in (moved.low, moved.high, moved.effect)
    )
    if better == "lower":
        low, high, effect = -high, -low, -effect
    return RegressionTest(
        p=falling.p[0],
        p_shift=falling.shift[0],
        p_breaks=falling.breaks[0],
        p_improved=rising.p[0],
        effect=effect,
        low=low,
        high=high,
        unit="run" if by_run else "trial",
        regressed=broken.names(
            cases, by_run=by_run, correlation=alike or 0.0, evident=falling.p[0] <= alpha
        ),
        cases=len(cases),
        correlation=alike,
    )


_CHOICES = {"better": ("higher", "lower"), "unit": ("auto", "run", "trial")}


def _check(baseline: object, current: object, **given: Any) -> None:
    for side, values in (("baseline", baseline), ("current", current)):
        if not isinstance(values, Mapping):
            found = type(values).__name__
            raise ParameterError(side, f"expected case ids with their values, found {found}")
    for name, allowed in _CHOICES.items():
        if given[name] not in allowed:
            said = f"expected one of {', '.join(allowed)}, found {given[name]!r}"
            raise ParameterError(name, said)
    replicates, alpha = given["replicates"], given["alpha"]
    if type(replicates) is not int or replicates < _FEWEST:
        said = f"expected a whole number of {_FEWEST} or more, found {replicates!r}"
        raise ParameterError("replicates", said)
    if isinstance(alpha, bool) or not isinstance(alpha, int | float) or not 0 < alpha < 1:
        raise ParameterError("alpha", f"expected a number between 0 and 1, found {alpha!r}")


_FEWEST = 19
"""Drawings; with fewer no p-value reaches 0.05."""


class Evidence(NamedTuple):
    """Evidence in both directions."""

    falling: Ranked
    rising: Ranked


def evidence(
    cases: Sequence[CaseTrials],
    *,
    by_run: bool,
    replicates: int = REPLICATES,
    alpha: float = 0.05,
) -> Evidence:
    """Return the evidence that a suite's metrics fell, and that they rose.

    Args:
        cases: At least one, sorted by id.
        by_run: Whole runs are exchanged, not single trials.
        replicates: How many drawings are made at first.
        alpha: Where chance in the drawings must not decide.
    """
    levelled = sample.of_runs(cases) if by_run else sample.of_trials(cases)
    found = _ranked(levelled, replicates, by_run=by_run)
    if any(_is_close(p, alpha, replicates) for side in found for p in (*side.p, *side.adjusted)):
        found = _ranked(levelled, _MORE * (replicates + 1) - 1, by_run=by_run)
    return found


def _ranked(cases: Sequence[CaseTrials], replicates: int, *, by_run: bool) -> Evidence:
    statistics = permutation.replicates(cases, replicates, by_run=by_run)
    return Evidence(ranking.lower(statistics), ranking.higher(statistics))


def _is_close(p: float, alpha: float, replicates: int) -> bool:
    return abs(p - alpha) < _TOO_CLOSE * sqrt(alpha * (1 - alpha) / replicates)


# --- plain values --------------------------------------------------------------------------------


def _cases(
    baseline: Mapping[str, Values], current: Mapping[str, Trials], sign: float
) -> list[CaseTrials]:
    found = []
    for case in sorted(baseline.keys() & current.keys()):
        before = [block for run in _runs(baseline[case]) if (block := _block(case, run, sign))]
        now = _block(case, current[case], sign)
        if before and now:
            found.append(CaseTrials(case, ((*before, now),)))
    if not found:
        raise ParameterError("", _nothing_common(baseline, current))
    return found


def _nothing_common(baseline: Mapping[str, Values], current: Mapping[str, Trials]) -> str:
    for side, cases in (("baseline", baseline), ("current", current)):
        if not cases:
            return f"{side} has no case"
    both = sorted(baseline.keys() & current.keys())
    if both:
        measured = any(_block(both[0], run, 1.0) for run in _runs(baseline[both[0]]))
        side = "current" if measured else "baseline"
        return f"no case has values on both sides: {both[0]!r} has none in {side}"
    return f"no case stands on both sides: baseline has {min(baseline)!r}, current {min(current)!r}"


def _scaled(cases: list[CaseTrials]) -> tuple[list[CaseTrials], float]:
    """Return the cases in a unit in which their squares are numbers, and that unit."""
    largest = max(abs(value) for case in cases for block in case.metrics[0] for value in block)
    if largest <= _HUGE:
        return cases, 1.0
    unit = 2.0 ** (frexp(largest)[1] - 301)  # a power of two changes no digit
    found = [
        case._replace(metrics=(tuple(tuple(v / unit for v in b) for b in case.metrics[0]),))
        for case in cases
    ]
    return found, unit


def _runs(values: Any) -> Sequence[Any]:
    is_of_runs = hasattr(values, "__len__") and len(values) and hasattr(values[0], "__len__")
    return values if is_of_runs and not isinstance(values[0], str) else [values]


def _block(case: str, values: Any, sign: float) -> Block:
    if isinstance(values, str):
        raise ParameterError("", f"case {case!r}: found {values!r}; expected a list of numbers")
    try:
        block = tuple(sign * float(value) for value in values if value is not None)
    except (TypeError, ValueError) as error:
        raise ParameterError("", f"case {case!r}: {error}; expected a list of numbers") from error
    for value in block:
        if not isfinite(value):
            raise ParameterError("", f"case {case!r}: {value!r} is not a finite number")
    return block
