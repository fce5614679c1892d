"""How unusual one side of a case is, given all its values: exact tails of the rank sum."""

from itertools import combinations
from math import comb

import numpy as np

from llmeval.compare.inference.draws import Floats, Integers, log_factorials

EXACT = 20_000
"""Up to so many labellings of a case are counted; beyond, the rank sum is taken as normal."""

_CELLS = 4_000_000
"""Numbers that are held at once."""


def hypergeometric(pooled: int, passed: int, size: int) -> tuple[Integers, Floats]:
    """Return how many of `size` trials, drawn from all, can have passed, and with what chance.

    Args:
        pooled: Trials on both sides.
        passed: How many of them passed.
        size: Trials on one side.
    """
    found = np.arange(max(0, passed + size - pooled), min(size, passed) + 1)
    logs = log_factorials(pooled)
    chosen = logs[passed] - logs[found] - logs[passed - found]
    failed = pooled - passed
    others = logs[failed] - logs[size - found] - logs[failed - size + found]
    whole = logs[pooled] - logs[size] - logs[pooled - size]
    chances = np.exp(chosen + others - whole)
    return found, np.asarray(chances / chances.sum())


def memberships(pooled: int, size: int) -> Floats:
    """Return every choice of `size` of the trials as rows of 0 and 1; shape (choices, pooled)."""
    chosen = np.array(list(combinations(range(pooled), size)), dtype=np.int64)
    found = np.zeros((len(chosen), pooled))
    np.put_along_axis(found, chosen, 1.0, axis=1)
    return found


def doubled_midranks(values: Floats) -> Integers:
    """Return twice the rank of each value along the last axis, ties sharing their mean rank."""
    below = (values[..., None, :] < values[..., :, None]).sum(axis=-1)
    same = (values[..., None, :] == values[..., :, None]).sum(axis=-1)
    return np.asarray(2 * below + same + 1)


def tails(ranks: Integers, sums: Integers, size: int) -> tuple[Floats, Floats]:
    """Return P(rank sum this low) and P(this high) over all choices of `size` trials.

    Args:
        ranks: `doubled_midranks` of the cases, shape (cases, pooled).
        sums: Rank sums to look up, shape (cases, any).
        size: Trials that make up a sum.
    """
    if comb(ranks.shape[1], size) > EXACT:
        return _normal_tails(ranks, sums, size)
    return _exact_tails(ranks, sums, size)


def _exact_tails(ranks: Integers, sums: Integers, size: int) -> tuple[Floats, Floats]:
    # Without ties all cases have the same ranks, and few patterns of ties occur.
    patterns, of = np.unique(np.sort(ranks, axis=1), axis=0, return_inverse=True)
    of = of.reshape(-1, 1)
    width = int(patterns[:, -size:].sum(axis=1).max()) + 1
    step = max(1, _CELLS // (size * width))
    counts = np.concatenate(
        [_counts(patterns[at : at + step], size, width) for at in range(0, len(patterns), step)]
    )
    low = np.cumsum(counts, axis=1)
    labellings = low[:, -1:]
    high = labellings - low + counts
    return low[of, sums] / labellings[of[:, 0]], high[of, sums] / labellings[of[:, 0]]


def _counts(patterns: Integers, size: int, width: int) -> Floats:
    """Return how many choices of `size` ranks have each sum; shape (patterns, width).

    One rank after the other is taken in: a sum with it is a smaller sum of one rank less.
    """
    found = np.zeros((len(patterns), size + 1, width))
    found[:, 0, 0] = 1.0
    for ranks in patterns.T:
        smaller = np.arange(width) - ranks[:, None]
        with_it = np.take_along_axis(found[:, :-1], np.maximum(smaller, 0)[:, None, :], axis=2)
        found[:, 1:] += np.where(smaller[:, None, :] >= 0, with_it, 0.0)
    return np.asarray(found[:, size])


def _normal_tails(ranks: Integers, sums: Integers, size: int) -> tuple[Floats, Floats]:
    from scipy.special import ndtr

    pooled = ranks.shape[1]
    mean = ranks.mean(axis=1, keepdims=True) * size
    spread = np.sqrt(ranks.var(axis=1, keepdims=True) * size * (pooled - size) / (pooled - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(spread > 0, (sums - mean) / spread, 0.0)
    constant = spread <= 0
    return np.where(constant, 1.0, ndtr(score)), np.where(constant, 1.0, ndtr(-score))


def squared(tail: Floats) -> Floats:
    """Return the squared surprise of tails."""
    return np.square(np.log(np.maximum(tail, 1e-300)))
