"""How sure a percentile is: an interval by order statistics, whatever the distribution.

The number of values below the true quantile is binomial, so two ranks enclose it with the
wanted probability (David and Nagaraja, Order Statistics, 3rd edition, section 7.1). Ties only make
the interval wider than it must be.
"""

import math
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from llmeval.compare.metrics import percentile

CONFIDENCE = 0.95


class Percentile(Struct, frozen=True, kw_only=True):
    """A percentile of measured values."""

    share: float
    """Which one: 0.95 is p95."""
    value: float
    """The smallest value that at least that share of the values do not exceed."""
    low: float | None
    """Lower end of the 95 % interval; None where there are too few values to bound it."""
    high: float | None


def of(ordered: Sequence[float], share: float) -> Percentile | None:
    """Return a percentile with its interval; None of no values.

    Args:
        ordered: The values, ascending.
        share: In 0…1, both excluded.
    """
    value = percentile(ordered, share)
    if value is None:
        return None
    low, high = ranks(len(ordered), share)
    return Percentile(
        share=share,
        value=value,
        low=ordered[low - 1] if low >= 1 else None,
        high=ordered[high - 1] if high <= len(ordered) else None,
    )


@lru_cache(maxsize=256)
def ranks(count: int, share: float, confidence: float = CONFIDENCE) -> tuple[int, int]:
    """Return the ranks, from 1, whose values enclose the quantile; 0 or `count + 1`: no bound.

    Args:
        count: How many values, at least 1.
        share: Of which quantile, in 0…1, both excluded.
        confidence: With which probability at least.
    """
    outside = (1 - confidence) / 2
    low, high = 0, count + 1
    below = 0.0
    for number, probability in _binomial(count, share):
        below += probability
        if below <= outside:
            low = number + 1
        if below >= 1 - outside - 1e-12:
            high = number + 1
            break
    return low, high


def _binomial(count: int, share: float) -> list[tuple[int, float]]:
    """Return the numbers of successes that are not beyond all doubt, with their probability."""
    mean, deviation = count * share, math.sqrt(count * share * (1 - share))
    first = max(0, math.floor(mean - 9 * deviation - 5))
    last = min(count, math.ceil(mean + 9 * deviation + 5))
    of_all = math.lgamma(count + 1)
    hit, missed = math.log(share), math.log1p(-share)
    return [
        (
            number,
            math.exp(
                of_all
                - math.lgamma(number + 1)
                - math.lgamma(count - number + 1)
                + number * hit
                + (count - number) * missed
            ),
        )
        for number in range(first, last + 1)
    ]
