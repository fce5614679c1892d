"""Quantiles of Student's t and of the beta distribution.

Written here because importing scipy.stats takes longer than a small gate.
"""

import math
from collections.abc import Callable
from functools import lru_cache

_TINY = 1e-300
_STEPS = 500


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), a and b above 0."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(front + a * math.log(x) + b * math.log1p(-x))
    # The fraction converges quickly on this side only (DLMF 8.17.22).
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction DLMF 8.17.22 by Lentz's method."""
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1)
    d = 1.0 / (d or _TINY)
    value = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / ((1.0 + term * d) or _TINY)
            c = (1.0 + term / c) or _TINY
            value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return value


def beta_quantile(p: float, a: float, b: float) -> float:
    """Return the x in 0…1 with I_x(a, b) = p."""
    return _bisected(lambda x: beta_cdf(x, a, b), p, 0.0, 1.0)


def t_cdf(t: float, freedom: float) -> float:
    """Return P(T <= t) of Student's t with `freedom` degrees of freedom."""
    tail = beta_cdf(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
    return tail if t < 0 else 1.0 - tail


@lru_cache(maxsize=1_000)
def t_quantile(p: float, freedom: float) -> float:
    """Return the t with P(T <= t) = p, p in 0.5…1 without 1."""
    high = 2.0
    while t_cdf(high, freedom) < p:
        high *= 2
    return _bisected(lambda t: t_cdf(t, freedom), p, 0.0, high)


def _bisected(function: Callable[[float], float], target: float, low: float, high: float) -> float:
    """Return where a rising function reaches the target."""
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if function(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2
