"""How far the mean moved: an interval over cases."""

import math
from collections.abc import Sequence
from itertools import chain
from statistics import fmean
from typing import NamedTuple

import numpy as np

from llmeval.compare.inference.draws import Floats
from llmeval.compare.inference.sample import Block
from llmeval.compare.inference.special import t_quantile

LEVEL = 0.95
_MOST = 100_000


class Interval(NamedTuple):
    """What the mean moved by, and what it may have moved by in truth."""

    effect: float
    """Current mean - baseline mean, over cases, as measured."""
    low: float
    high: float


class Spread(NamedTuple):
    """What the width of an interval rests on."""

    cases: int
    variance: float
    """Of the differences of the cases."""
    mean: float
    """Of the differences."""
    pseudo: float
    """The difference of the two pseudo-cases."""

    def half_width(self, level: float = LEVEL) -> float:
        """Return half the width of the interval with that confidence."""
        number = self.cases + 2
        squares = self.cases * self.variance + 2 * self.pseudo**2
        squares += 2 * self.cases * self.mean**2 / number  # what the pseudo-cases lie off
        error = math.sqrt(squares / (number - 1) / number)
        return t_quantile((1 + level) / 2, number - 1) * error

    def cases_for(self, width: float) -> int | None:
        """Return how many such cases, unmoved, keep half the width to this; None: too many."""
        low, high = 1, _MOST
        unmoved = self._replace(mean=0.0)
        if unmoved._replace(cases=high).half_width() > width:
            return None
        while low < high:
            middle = (low + high) // 2
            if unmoved._replace(cases=middle).half_width() > width:
                low = middle + 1
            else:
                high = middle
        return low


def differences(cases: Sequence[tuple[Block, ...]]) -> Floats:
    """Return current mean - baseline mean of each case; blocks as in `CaseTrials`."""
    return np.array([fmean(b[-1]) - fmean(chain.from_iterable(b[:-1])) for b in cases])


def spread(cases: Sequence[tuple[Block, ...]], *, by_run: bool) -> Spread:
    """Return what the interval's width rests on.

    Args:
        cases: At least one; blocks as in `CaseTrials`.
        by_run: Trials of a run may resemble each other.
    """
    moved = differences(cases)
    fewest = 1 if by_run else min(min(sum(map(len, b[:-1])), len(b[-1])) for b in cases)
    return Spread(
        len(moved), float(np.var(moved)), float(moved.mean()), _range(cases) / math.sqrt(fewest)
    )


def of(cases: Sequence[tuple[Block, ...]], *, by_run: bool, level: float = LEVEL) -> Interval:
    """Return how far the mean over cases moved.

    Student's t over the differences of the cases and two pseudo-cases, one of which moved up and
    one down by as much as chance can move a case: never of zero width, with few cases wide. It
    holds for one trial a case and for trials that resemble each other within a run.
    """
    moved = differences(cases)
    width = spread(cases, by_run=by_run).half_width(level)
    centre = float(moved.sum()) / (len(moved) + 2)
    return Interval(float(moved.mean()), centre - width, centre + width)


def _range(cases: Sequence[tuple[Block, ...]]) -> float:
    """Return how far apart values can be: scores lie in 0…1, for others as far as they do."""
    lowest = min(min(map(min, blocks)) for blocks in cases)
    highest = max(max(map(max, blocks)) for blocks in cases)
    return 1.0 if lowest >= 0 and highest <= 1 else highest - lowest
