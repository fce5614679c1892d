"""Values to pixels, and the round values that an axis names."""

import math
from collections.abc import Sequence

from msgspec import Struct

WIDE = 12
"""A largest value that many times the median one asks for a logarithmic axis."""
_NOTHING = 1e-12
"""Smaller differences are none: no clock and no price tells them."""


class Scale(Struct, frozen=True, kw_only=True):
    """A linear or logarithmic axis."""

    low: float
    high: float
    """The values at its ends, `low < high`."""
    begin: float
    end: float
    """The pixels at its ends; `begin > end` for an axis that grows upward."""
    log: bool = False

    def __call__(self, value: float) -> float:
        """Return where a value lies, pixels; what lies beyond an end stands at that end."""
        share = (self._place(value) - self._place(self.low)) / self._span
        return self.begin + min(max(share, 0.0), 1.0) * (self.end - self.begin)

    @property
    def _span(self) -> float:
        return self._place(self.high) - self._place(self.low)

    def _place(self, value: float) -> float:
        return math.log10(max(value, self.low)) if self.log else value

    def edges(self, bins: int) -> list[float]:
        """Return the `bins + 1` edges that cut the axis into equal pieces."""
        low = self._place(self.low)
        places = [low + self._span * number / bins for number in range(bins + 1)]
        inner = [10**place if self.log else place for place in places[1:-1]]
        return [self.low, *inner, self.high]

    def ticks(self, most: int = 5) -> list[float]:
        """Return at most `most` round values on the axis, ascending."""
        if self.log:
            found = _log_ticks(self.low, self.high, most)
            return found if len(found) > 1 else _ticks(self.low, self.high, most)
        return _ticks(self.low, self.high, most)


def of(values: Sequence[float], begin: float, end: float, *, whole: bool = False) -> Scale:
    """Return the axis on which sorted values are best seen.

    Logarithmic where all are positive and the largest is `WIDE` times the median: one slow reply
    must not press all the others against the axis.

    Args:
        values: Sorted, at least one.
        begin: Pixels of its left or lower end.
        end: Pixels of its other end.
        whole: Only whole numbers occur: the axis begins and ends between two of them.
    """
    low, high, middle = values[0], values[-1], values[len(values) // 2]
    if low > 0 and high > WIDE * middle:
        return Scale(low=low * 0.9, high=high * 1.1, begin=begin, end=end, log=True)
    if whole:
        return Scale(low=low - 0.5, high=high + 0.5, begin=begin, end=end)
    if high - low <= max(1e-9 * max(abs(high), abs(low)), _NOTHING):
        around = abs(high) / 2 if abs(high) > _NOTHING else 0.5
        return Scale(low=low - around, high=high + around, begin=begin, end=end)
    room = (high - low) * 0.03
    first = low - room if low < 0 or low - room > 0 else 0.0
    return Scale(low=first, high=high + room, begin=begin, end=end)


def _ticks(low: float, high: float, most: int) -> list[float]:
    step = _round_up((high - low) / most)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    factor = next(f for f in (1, 2, 5, 10) if f * power >= value * (1 - 1e-9))
    return factor * power


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found: list[float] = []
    for factors in ((1, 2, 5), (1, 3), (1,)):
        all_of_them = (factor * 10.0**power for power in powers for factor in factors)
        found = [value for value in all_of_them if low <= value <= high]
        if len(found) <= most:
            return found
    return found[:: math.ceil(len(found) / most)]
