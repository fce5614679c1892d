"""The rules that are mostly used instead of a test, to be compared with it."""

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from llmeval.compare.inference.interval import differences
from llmeval.compare.inference.sample import CaseTrials
from llmeval.compare.inference.special import t_quantile

ALPHA = 0.05
POINTS = 0.02


def new_failure(cases: Sequence[CaseTrials]) -> bool:
    """Any case that passed mostly before and does not now."""
    return any(_passes(sum(b[:-1], ())) and not _passes(b[-1]) for b in _blocks(cases))


def two_points(cases: Sequence[CaseTrials]) -> bool:
    """The mean fell by more than two points."""
    return float(differences(_blocks(cases)).mean()) < -POINTS


def paired_t(cases: Sequence[CaseTrials]) -> bool:
    """Student's t over the differences of the cases, one-sided at 5 %."""
    moved = differences(_blocks(cases))
    if len(moved) < 2:
        return False
    spread, mean = float(moved.std(ddof=1)), float(moved.mean())
    if spread == 0:
        return mean < 0
    return mean / spread * math.sqrt(len(moved)) < -t_quantile(1 - ALPHA, len(moved) - 1)


RULES: Mapping[str, Callable[[Sequence[CaseTrials]], bool]] = {
    "any new failure": new_failure,
    "2 points": two_points,
    "paired t": paired_t,
}


def _blocks(cases: Sequence[CaseTrials]) -> list[tuple[tuple[float, ...], ...]]:
    return [case.metrics[0] for case in cases]


def _passes(values: Sequence[float]) -> bool:
    return fmean(values) > 0.5
