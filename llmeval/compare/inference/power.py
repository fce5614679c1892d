"""Which drop the gate finds, by simulating the gate itself.

A normal formula promises 80 % and delivers half of that: it knows neither the test nor how
cases differ.
"""

import math
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from llmeval.compare.inference.correlation import within_runs
from llmeval.compare.inference.draws import Floats
from llmeval.compare.inference.permutation import replicates
from llmeval.compare.inference.ranking import lower
from llmeval.compare.inference.sample import Block, CaseTrials, of_runs, of_trials
from llmeval.compare.inference.sequence import Glance, is_called_worse

WANTED = 0.8
"""The probability with which a drop is to be found."""
DROPS = (0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
TRIALS = (1, 2, 3, 5, 7, 10, 15, 20)
_DRAWINGS = 499
_UNKNOWN = 1 / 3
"""Resemblance of a case's trials where only one was measured: pass rates as spread as those of a
uniform distribution."""
_MOST_REPETITIONS, _FEWEST_REPETITIONS, _CASES_IN_ALL = 100, 20, 15_000

Change = Literal["sag", "breaks"]
T = TypeVar("T")


class Simulated(NamedTuple):
    """A suite whose runs can be drawn anew."""

    baseline: tuple[tuple[Block, ...], ...]
    """The stored runs of each case, passed or failed."""
    trials: int
    """Of each case in the run to come."""
    by_run: bool
    alpha: float
    shared: float
    """Correlation of the trials of a run."""
    glances: tuple[Glance, ...] = ()
    """Looks at the run to come, where its number of trials is left open."""
    undetected: float = 0.05
    """The drop whose exclusion settles such a run."""
    weights: tuple[float, ...] = ()
    """How much each case counts; empty: all the same."""

    def finds(self, drop: float) -> bool:
        """Tell whether the gate finds such a drop of the mean, in either shape it may have."""
        return self._is_likely(drop, "sag") and self._is_likely(drop, "breaks")

    def _is_likely(self, drop: float, change: Change) -> bool:
        number = max(
            _FEWEST_REPETITIONS, min(_MOST_REPETITIONS, _CASES_IN_ALL // len(self.baseline))
        )
        random = np.random.default_rng(7)
        hits = sum(self._is_found(drop, change, random) for _ in range(number))
        # A standard error more: of several drops the luckiest simulation would be believed.
        return hits / number >= WANTED + math.sqrt(WANTED * (1 - WANTED) / number)

    def _is_found(self, drop: float, change: Change, random: np.random.Generator) -> bool:
        rates = _plausible(self.baseline, random)
        weights = np.array(self.weights or (1.0,) * len(rates))
        change_of = sagged if change == "sag" else broken
        now = _run(change_of(rates, drop, weights, random), self.trials, self.shared, random)
        cases = [
            CaseTrials(f"{number:06}", ((*runs, block),), weight)
            for number, (runs, block, weight) in enumerate(
                zip(self.baseline, now, weights.tolist(), strict=True)
            )
        ]
        if self.glances:
            return is_called_worse(cases, self.glances, self._p, self.undetected)
        return self._p(cases) <= self.alpha

    def _p(self, cases: Sequence[CaseTrials]) -> float:
        levelled = of_runs(cases) if self.by_run else of_trials(cases)
        return lower(replicates(levelled, _DRAWINGS, by_run=self.by_run)).p[0]

    def with_trials(self, trials: int) -> "Simulated":
        """Return the suite as it would be with so many trials a case on both sides, all at once."""
        random = np.random.default_rng(11)
        rates = _plausible(self.baseline, random)
        runs = [_run(rates, trials, self.shared, random) for _ in self.baseline[0]]
        return self._replace(baseline=tuple(zip(*runs, strict=True)), trials=trials, glances=())


def suite(
    baseline: Sequence[tuple[Block, ...]],
    trials: int,
    *,
    by_run: bool,
    alpha: float,
    weights: Sequence[float] = (),
) -> Simulated:
    """Return a suite to simulate; see `Simulated`."""
    # One run alone does not show how much its trials resemble each other.
    several = [(*runs, runs[-1]) for runs in baseline if len(runs) > 1]
    shared = within_runs(several) or 0.0 if by_run and several else 0.0
    return Simulated(
        tuple(baseline),
        trials,
        by_run=by_run,
        alpha=alpha,
        shared=shared,
        weights=tuple(weights),
    )


def smallest_drop(suite: Simulated) -> float | None:
    """Return the smallest of DROPS that is found; None when none is."""
    return _first(DROPS, suite.finds)


def fewest_trials(suite: Simulated, drop: float) -> int | None:
    """Return the smallest of TRIALS with which a drop is found; None when none does."""
    return _first(TRIALS, lambda trials: suite.with_trials(trials).finds(drop))


def _first(values: Sequence[T], holds: Callable[[T], bool]) -> T | None:
    """Return the first value for which something holds that holds for all later ones too."""
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if holds(values[middle]):
            high = middle
        else:
            low = middle + 1
    return values[low] if low < len(values) else None


def _plausible(baseline: Sequence[tuple[Block, ...]], random: np.random.Generator) -> Floats:
    """Return pass rates that the cases may have, given what they gave.

    Drawn from beta distributions whose prior is fitted to all cases by moments: a case that
    passed three of three times need not pass always.
    """
    passed = np.array([sum(map(sum, runs)) for runs in baseline])
    trials = np.array([sum(map(len, runs)) for runs in baseline])
    mean = (passed.sum() + 0.5) / (trials.sum() + 1)
    weight = 1 / _alike(passed / trials, float(trials.mean()), mean) - 1
    failed = trials - passed
    return np.asarray(random.beta(mean * weight + passed, (1 - mean) * weight + failed))


def _alike(rates: Floats, trials: float, mean: float) -> float:
    """Return how much trials of one case resemble each other, by the beta-binomial's moments.

    What the shares of few trials vary by chance is left out (Williams 1975). One trial a case does
    not tell flaky cases from failing ones.
    """
    if trials <= 1:
        return _UNKNOWN
    inflated = trials * float(rates.var()) / (mean * (1 - mean))
    return min(max((inflated - 1) / (trials - 1), 0.02), 0.95)


def sagged(
    rates: Floats, drop: float, weights: Floats, random: np.random.Generator | None = None
) -> Floats:
    """Return rates whose weighted mean is lower by a drop, all by the same factor."""
    del random  # one shape of call for both ways of getting worse
    return np.asarray(rates * max(0.0, 1 - drop / np.average(rates, weights=weights)))


def broken(rates: Floats, drop: float, weights: Floats, random: np.random.Generator) -> Floats:
    """Return rates some of which became 0, as few in random order as make up for the drop."""
    order = random.permutation(len(rates))
    lost = np.cumsum((rates * weights)[order]) / weights.sum()
    after = rates.copy()
    after[order[: int(np.searchsorted(lost, drop)) + 1]] = 0.0
    return after


def _run(rates: Floats, trials: int, shared: float, random: np.random.Generator) -> list[Block]:
    """Draw a run: a trial is its own draw, or with some chance that of the whole run."""
    shape = (len(rates), trials)
    own = random.random(shape) < rates[:, None]
    common = random.random((len(rates), 1)) < rates[:, None]
    copied = random.random(shape) < np.sqrt(shared)
    return [tuple(row) for row in np.where(copied, common, own).astype(float).tolist()]
