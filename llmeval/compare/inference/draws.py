"""Random draws that stay the same whatever version of numpy is installed.

numpy promises the words of a bit generator and the seeding, not what `Generator` makes of them
(NEP 19): so all distributions here are made from raw words by inversion.
"""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

_SPREADS = 9.5
"""Standard deviations around the mean that are tabled: beyond lies less than 1e-20."""


class Draws:
    """One stream of random numbers.

    Args:
        seed: Not negative.
    """

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def uniform(self, size: int) -> Floats:
        """Return numbers in 0…1, both ends left out, shape (size,)."""
        words = self._bits.random_raw(size)
        return np.asarray((words >> np.uint64(12)) * 2.0**-52 + 2.0**-53, dtype=np.float64)

    def indices(self, below: int, shape: tuple[int, int]) -> Integers:
        """Return whole numbers in 0…below-1, each as likely; `below` at most 2**20 or so."""
        halves = self._halves(shape[0] * shape[1])
        # The share of a value is off by less than below / 2**32.
        return ((halves * np.uint64(below)) >> np.uint64(32)).astype(np.int64).reshape(shape)

    def keys(self, shape: tuple[int, int]) -> NDArray[np.uint64]:
        """Return numbers to sort by, in random order."""
        return self._bits.random_raw(shape[0] * shape[1]).reshape(shape)

    def multinomial(self, count: int, probabilities: Floats, rows: int) -> Integers:
        """Return how often each outcome occurs in `count` draws; shape (rows, outcomes)."""
        left = np.full(rows, count, dtype=np.int64)
        # Summed from the end: what is subtracted step by step ends below zero.
        rests = np.cumsum(probabilities[::-1])[::-1]
        found = np.zeros((rows, len(probabilities)), dtype=np.int64)
        for place, share in enumerate(probabilities[:-1]):
            rest = float(rests[place])  # 0 where the rest is too unlikely for a number
            drawn = self._binomial(left, min(1.0, float(share) / rest) if rest else 1.0)
            found[:, place] = drawn
            left -= drawn
        found[:, -1] = left
        return found

    def _binomial(self, trials: Integers, share: float) -> Integers:
        """Return successes in differing numbers of trials; shape as `trials`."""
        if share >= 1.0:
            return trials.copy()
        if share <= 0.0:  # too small for a number
            return np.zeros_like(trials)
        sizes, row_of = np.unique(trials, return_inverse=True)
        lowest = max(0, int(_edge(float(sizes[0]), share, -1)))
        highest = min(int(sizes[-1]), int(_edge(float(sizes[-1]), share, 1)) + 1)
        tables = _cumulated(sizes, np.arange(lowest, highest + 1), share)
        # One search for all: the table of row r lies between r and r + 1.
        flat = (tables + np.arange(len(sizes))[:, None]).ravel()
        wanted = self.uniform(len(trials)) * (1 - 1e-12) + row_of
        places = np.searchsorted(flat, wanted, side="left") - row_of * tables.shape[1]
        return np.asarray(np.minimum(lowest + places, trials))

    def _halves(self, size: int) -> NDArray[np.uint64]:
        words = self._bits.random_raw((size + 1) // 2)
        low, high = words & np.uint64(0xFFFFFFFF), words >> np.uint64(32)
        return np.stack((low, high), axis=1).ravel()[:size]


def _edge(trials: float, share: float, side: int) -> float:
    spread = math.sqrt(trials * share * (1 - share))
    return trials * share + side * (_SPREADS * spread + _SPREADS)


def _cumulated(trials: Integers, successes: Integers, share: float) -> Floats:
    """Return P(at most k successes) for each number of trials, scaled to end in 1."""
    logs = log_factorials(int(trials[-1]))
    n, k = trials[:, None], successes[None, :]
    possible = k <= n
    others = np.where(possible, n - k, 0)
    terms = logs[n] - logs[np.minimum(k, trials[-1])] - logs[others]
    terms += k * np.log(share) + others * np.log1p(-share)
    found = np.cumsum(np.where(possible, np.exp(terms), 0.0), axis=1)
    return np.asarray(found / found[:, -1:])


def log_factorials(highest: int) -> Floats:
    """Return log(k!) for k = 0…highest."""
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, highest + 1, dtype=float)))))
