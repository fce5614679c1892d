"""How unusual one side of a case is, given all its values: exact tails of the rank sum."""

from itertools import combinations
from math import comb

import numpy as np

from llmeval.compare.inference.draws import Floats, Integers, log_factorials

EXACT = 20_000
"""Up to so many labellings of a case are enumerated; beyond, the rank sum is taken as normal."""

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
    choices = memberships(ranks.shape[1], size)
    step = max(1, _CELLS // len(choices))
    parts = [
        _exact_tails(ranks[at : at + step], sums[at : at + step], choices)
        for at in range(0, len(ranks), step)
    ]
    return np.concatenate([low for low, _ in parts]), np.concatenate([high for _, high in parts])


def _exact_tails(ranks: Integers, sums: Integers, choices: Floats) -> tuple[Floats, Floats]:
    cases, width = len(ranks), int(ranks.sum(axis=1).max()) + 1
    drawn = (ranks @ choices.T).astype(np.int64) + width * np.arange(cases)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=cases * width).reshape(cases, width)
    low = np.cumsum(counts, axis=1)
    high = len(choices) - low + counts
    of = np.arange(cases)[:, None]
    return low[of, sums] / len(choices), high[of, sums] / len(choices)


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
