"""Times of day beside references: 15:00, 3 pm and 3 o'clock are one, 16:00 is another."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Final

from llmeval.scorers.facts.answers import Answer
from llmeval.scorers.facts.times import HALVES, Clock, Time, times

_CLOCK_KEY: Final = re.compile(r"\d{1,2}:\d{1,2}")
"""The last of two equal digits is taken for an ending."""
_SHORT: Final = 16
"""Words of a reply in which every time of day is the one that was asked for."""


def agree(found: Answer) -> bool | None:
    """Return whether a short answer gives the time of day that is asked for, or the span.

    Returns:
        None where it gives none, where a reference has none or another number of them, or the
        question one.
    """
    given = times(found.said.words) if len(found.said.words) <= _SHORT else []
    wanted = [times(fit.reference.words) for fit in found.fits] if given else []
    if not given or not all(wanted):
        return None
    if not found.question.isdisjoint(HALVES) or any(map(_CLOCK_KEY.fullmatch, found.question)):
        return None
    if any(len(some) > 1 for some in wanted):
        return _same_span(found, given, wanted)
    if not any(one.clock.equals(other.clock) for one, (other,) in product(given, wanted)):
        return False
    return True if len(given) == 1 and _says_all_else(found) else None


def _same_span(found: Answer, given: list[Time], wanted: list[list[Time]]) -> bool | None:
    if any(len(some) != len(given) for some in wanted):
        return None
    ours = [one.clock for one in given]
    if not any(_all_equal(ours, [one.clock for one in some]) for some in wanted):
        return False
    return True if _says_all_else(found) else None


def _all_equal(some: Sequence[Clock], others: Sequence[Clock]) -> bool:
    return all(one.equals(other) for one, other in zip(some, others, strict=True))


def _says_all_else(found: Answer) -> bool:
    """Return whether the answer has all words of the best reference but for the time of day."""
    some = found.best.reference.words
    of_time = {at for one in times(some) for at in range(one.start, one.end)}
    rest = [one for at, one in enumerate(some) if at not in of_time and not one.stop]
    return all(one.key in found.said.keys or one.number is not None for one in rest)
