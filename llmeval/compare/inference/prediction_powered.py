"""A share as people would count it, from scores of all cases and people's labels of a few.

Prediction-powered inference with power tuning (Angelopoulos, Bates, Fannjiang, Jordan, Zrnic 2023,
arXiv 2301.09633; Angelopoulos, Duchi, Zrnic 2023, PPI++, arXiv 2311.01453). With y what people say,
f what the scorer says, n labelled and N unlabelled cases:

    value = w * mean_N(f) + mean_n(y - w * f),   w = cov_n(y, f) / ((1 + n / N) var_n(f)), in 0...1

The papers' normal interval is far too narrow where few cases are labelled or nearly all pass. Here
half a case is added to each of the four combinations of y and f (as Agresti and Min 2005 do for
matched pairs, doi 10.1002/sim.1781), one passing and one failing case to those without labels,
and Student's t takes the place of the normal. Measured coverage: docs/judges.md.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from llmeval.compare.inference.special import t_quantile

_CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
_CORNER_WEIGHT = 0.5


class Corrected(NamedTuple):
    """A corrected share."""

    value: float
    """0…1."""
    low: float
    high: float
    """Of the 95 % interval, unless another level was asked for."""
    weight: float
    """How much the scores count where nobody has looked: 0 not at all, 1 fully."""


class _Moments(NamedTuple):
    size: float
    mean_y: float
    mean_f: float
    var_y: float
    var_f: float
    cov: float


def corrected(
    labelled: Sequence[tuple[float, float]], unlabelled: Sequence[float], level: float = 0.95
) -> Corrected:
    """Return the share of all cases that people would find passing.

    Args:
        labelled: What people say and what the scorer says of the same cases, 0…1 each; at least
            two, chosen from all cases by chance.
        unlabelled: What the scorer says of the other cases, 0…1; may be empty.
        level: Confidence of the interval.
    """
    own = _moments(labelled)
    weight = _weight(own, len(unlabelled) + 2 if unlabelled else 0)
    plain_y = math.fsum(y for y, _ in labelled) / len(labelled)
    plain_f = math.fsum(f for _, f in labelled) / len(labelled)
    value = plain_y - weight * plain_f
    centre = own.mean_y - weight * own.mean_f
    variance = (own.var_y - 2 * weight * own.cov + weight**2 * own.var_f) / own.size
    if unlabelled:
        mean, smoothed, error = _others(unlabelled)
        value += weight * mean
        centre += weight * smoothed
        variance += weight**2 * error
    value = min(1.0, max(0.0, value))
    half = t_quantile((1 + level) / 2, own.size - 1) * math.sqrt(max(0.0, variance))
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Corrected(value, min(low, value), max(high, value), weight)


def _moments(labelled: Sequence[tuple[float, float]]) -> _Moments:
    """Return means and variances with half a case added to each corner."""
    rows = [(y, f, 1.0) for y, f in labelled] + [(y, f, _CORNER_WEIGHT) for y, f in _CORNERS]
    size = math.fsum(w for _, _, w in rows)
    mean_y = math.fsum(w * y for y, _, w in rows) / size
    mean_f = math.fsum(w * f for _, f, w in rows) / size
    return _Moments(
        size,
        mean_y,
        mean_f,
        math.fsum(w * (y - mean_y) ** 2 for y, _, w in rows) / (size - 1),
        math.fsum(w * (f - mean_f) ** 2 for _, f, w in rows) / (size - 1),
        math.fsum(w * (y - mean_y) * (f - mean_f) for y, f, w in rows) / (size - 1),
    )


def _weight(own: _Moments, others: float) -> float:
    if not others:
        return 0.0
    best = own.cov / ((1 + own.size / others) * own.var_f)
    return min(1.0, max(0.0, best))


def _others(unlabelled: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean as it is and with a passing and a failing case added, and its variance."""
    size = len(unlabelled) + 2
    total = math.fsum(unlabelled)
    mean = (total + 1) / size
    squares = math.fsum((f - mean) ** 2 for f in unlabelled) + (1 - mean) ** 2 + mean**2
    return total / len(unlabelled), mean, squares / (size - 1) / size
