"""How far the mean moved: an interval over cases."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from llmeval.compare.inference.draws import Floats
from llmeval.compare.inference.sample import Block
from llmeval.compare.inference.special import t_quantile

LEVEL = 0.95
_MOST = 100_000
_TRIALS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100)
"""Numbers of trials a case that are worth to be advised."""


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

    def cases_for(self, width: float, level: float = LEVEL) -> int | None:
        """Return how many more such cases, unmoved, keep half the width to this.

        Returns:
            None where the cases there are do, or no number does.
        """
        low, high = self.cases, _MOST
        unmoved = self._replace(mean=0.0)
        if unmoved._replace(cases=high).half_width(level) > width:
            return None
        while low < high:
            middle = (low + high) // 2
            if unmoved._replace(cases=middle).half_width(level) > width:
                low = middle + 1
            else:
                high = middle
        return low if low > self.cases else None

    def trials_for(
        self, width: float, trials: int, level: float = LEVEL, *, by_run: bool
    ) -> int | None:
        """Return how many more trials a case do the same, if independent; None as above.

        Args:
            width: Half the width of the interval.
            trials: How many there are of each case now.
            level: Confidence of the interval.
            by_run: Trials of a run may resemble each other.
        """
        for wanted in (number for number in _TRIALS if number > trials):
            fewer = trials / wanted
            pseudo = self.pseudo if by_run else self.pseudo * math.sqrt(fewer)
            spread = Spread(self.cases, self.variance * fewer, 0.0, pseudo)
            if spread.half_width(level) <= width:
                return wanted
        return None


def _weighted(moved: Floats, weights: Sequence[float] | None) -> tuple[Floats, float]:
    """Return the differences as they enter the mean, and how much the heaviest case counts."""
    if weights is None:
        return moved, 1.0
    shares = np.array(weights) / math.fsum(weights) * len(weights)
    return moved * shares, float(shares.max())


def differences(cases: Sequence[tuple[Block, ...]]) -> Floats:
    """Return current mean - baseline mean of each case; blocks as in `CaseTrials`."""
    return np.array([_mean(blocks[-1:]) - _mean(blocks[:-1]) for blocks in cases])


def _mean(blocks: Sequence[Block]) -> float:
    return math.fsum(map(math.fsum, blocks)) / sum(map(len, blocks))


def spread(
    cases: Sequence[tuple[Block, ...]],
    *,
    by_run: bool,
    weights: Sequence[float] | None = None,
) -> Spread:
    """Return what the interval's width rests on.

    Args:
        cases: At least one; blocks as in `CaseTrials`.
        by_run: Trials of a run may resemble each other.
        weights: How much each case counts; None: all the same.
    """
    moved, heaviest = _weighted(differences(cases), weights)
    fewest = 1 if by_run else min(min(sum(map(len, b[:-1])), len(b[-1])) for b in cases)
    # A pseudo-case moves the mean as far as the heaviest case can.
    pseudo = heaviest * _range(cases) / math.sqrt(fewest)
    return Spread(len(moved), float(np.var(moved)), float(moved.mean()), pseudo)


def of(
    cases: Sequence[tuple[Block, ...]],
    *,
    by_run: bool,
    level: float = LEVEL,
    weights: Sequence[float] | None = None,
) -> Interval:
    """Return how far the mean over cases moved.

    Student's t over the differences of the cases and two pseudo-cases, one of which moved up and
    one down by as much as chance can move a case: never of zero width, with few cases wide. It
    holds for one trial a case and for trials that resemble each other within a run.

    Args:
        cases: At least one; blocks as in `CaseTrials`.
        by_run: Trials of a run may resemble each other.
        level: Confidence.
        weights: How much each case counts; None: all the same.
    """
    found = spread(cases, by_run=by_run, weights=weights)
    width, most = found.half_width(level), _range(cases)
    centre = found.mean * found.cases / (found.cases + 2)
    # No mean moves further than its values reach.
    return Interval(found.mean, max(-most, centre - width), min(most, centre + width))


def _range(cases: Sequence[tuple[Block, ...]]) -> float:
    """Return how far apart values can be: scores lie in 0…1, others as far apart as they do.

    Scores of which lower ones are better come with their sign turned.
    """
    lowest = min(min(map(min, blocks)) for blocks in cases)
    highest = max(max(map(max, blocks)) for blocks in cases)
    is_score = 0 <= lowest <= highest <= 1 or -1 <= lowest <= highest <= 0
    return 1.0 if is_score else highest - lowest
