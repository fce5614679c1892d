"""How far a judge agrees with people: plain agreement, Cohen's kappa, and where it leans."""

import math
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

from llmeval.compare.inference.special import t_quantile

_Z = 1.959963984540054


class Estimate(NamedTuple):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class Counts(NamedTuple):
    """How often people (first) and judge (second) say passed or failed."""

    both_passed: int
    judge_only: int
    """The judge lets pass what people do not: too lenient."""
    people_only: int
    """Too strict."""
    both_failed: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)


def count(pairs: Sequence[tuple[bool, bool]]) -> Counts:
    """Return the counts of (people, judge)."""
    found = [0, 0, 0, 0]
    for people, judge in pairs:
        found[2 * (not people) + (not judge) if people == judge else 1 + people] += 1
    return Counts(found[0], found[1], found[2], found[3])


def share(part: int, whole: int) -> Estimate | None:
    """Return a share with Wilson's interval (1927); None of nothing."""
    if not whole:
        return None
    spread = _Z * _Z / whole
    centre = (part / whole + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(part * (whole - part) / whole**3 + spread / (4 * whole))
    value = part / whole
    # Rounding must not put 100 % outside of its own interval.
    low, high = min(value, max(0.0, centre - half)), max(value, min(1.0, centre + half))
    return Estimate(value, low, high)


def kappa(counts: Counts) -> Estimate | None:
    """Return Cohen's kappa (1960): agreement beyond what chance alone would give.

    The interval is that of Fleiss, Cohen and Everitt (1969, equation 13). It has no width where
    all are alike, or none: there it is Wilson's interval (1927) of the agreement, with chance held
    fixed as in Cohen (1960, equation 7). Where people or judge only ever say one thing nothing is
    known of it. None where both only ever say the same.
    """
    n = counts.total
    a, b, c, d = (number / n for number in counts) if n else (1.0, 0.0, 0.0, 0.0)
    people, judge = a + c, a + b
    by_chance = people * judge + (1 - people) * (1 - judge)
    if by_chance > 1 - 1e-12:
        return None
    value = (a + d - by_chance) / (1 - by_chance)
    if not (0 < people < 1 and 0 < judge < 1):
        return Estimate(value, -1.0, 1.0)
    if counts.both_passed + counts.both_failed in (0, n):
        return _at_the_edge(counts, value, by_chance)
    agree = a * (1 - (people + judge) * (1 - value)) ** 2
    agree += d * (1 - (2 - people - judge) * (1 - value)) ** 2
    # Cell (people, judge): the judge's share of what people said, and the other way round.
    differ = c * (judge + 1 - people) ** 2 + b * (1 - judge + people) ** 2
    rest = (value - by_chance * (1 - value)) ** 2
    variance = agree + (1 - value) ** 2 * differ - rest
    half = _Z * math.sqrt(max(0.0, variance) / n) / (1 - by_chance)
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half))


def _at_the_edge(counts: Counts, value: float, by_chance: float) -> Estimate:
    alike = share(counts.both_passed + counts.both_failed, counts.total)
    assert alike is not None
    low, high = ((bound - by_chance) / (1 - by_chance) for bound in (alike.low, alike.high))
    return Estimate(value, max(-1.0, min(value, low)), min(1.0, max(value, high)))


def macro_f1(counts: Counts) -> float | None:
    """Return the mean of both labels' F1, people's word being right; None of nothing."""
    if not counts.total:
        return None
    wrong = counts.judge_only + counts.people_only
    scores = [
        2 * right / (2 * right + wrong) if right + wrong else 0.0
        for right in (counts.both_passed, counts.both_failed)
    ]
    return fmean(scores)


def lean(xs: Sequence[float], errors: Sequence[float]) -> Estimate | None:
    """Return the correlation of two rows of numbers with Fisher's interval (1921).

    None for fewer than four, or where one of them never changes.
    """
    n = len(xs)
    if n < 4 or len(set(xs)) < 2 or len(set(errors)) < 2:
        return None
    mean_x, mean_e = fmean(xs), fmean(errors)
    cov = math.fsum((x - mean_x) * (e - mean_e) for x, e in zip(xs, errors, strict=True))
    spread = math.fsum((x - mean_x) ** 2 for x in xs) * math.fsum((e - mean_e) ** 2 for e in errors)
    value = max(-1.0, min(1.0, cov / math.sqrt(spread)))
    bounded = max(-1 + 1e-12, min(1 - 1e-12, value))
    half = t_quantile(0.975, n - 2) / math.sqrt(n - 3)
    turned = math.atanh(bounded)
    return Estimate(value, math.tanh(turned - half), math.tanh(turned + half))
