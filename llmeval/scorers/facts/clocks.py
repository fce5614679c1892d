"""Times of day beside references: 15:00, 3 pm and 3 o'clock are one, 16:00 is another."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Final, NamedTuple

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.answers import Answer

_CLOCK: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
_CLOCK_KEY: Final = re.compile(r"\d{1,2}:\d{1,2}")
"""The last of two equal digits is taken for an ending."""
_NAMED: Final = {"noon": 12 * 60, "midnight": 0}
_EVENING: Final = frozenset(["pm", "p.m", "p.m."])
_HALVES: Final = frozenset(["am", "a.m", "a.m."]) | _EVENING
_HALF_A_DAY: Final = 12 * 60
_SHORT: Final = 16
"""Words of a reply in which every time of day is the one that was asked for."""


class Clock(NamedTuple):
    """A time of day."""

    minutes: int
    """Since midnight."""
    is_exact: bool
    """False where morning and evening are not told apart."""

    def equals(self, other: "Clock") -> bool:
        """Return whether both may be the same time."""
        day = 2 * _HALF_A_DAY if self.is_exact and other.is_exact else _HALF_A_DAY
        return (self.minutes - other.minutes) % day == 0


def clocks(some: Sequence[Word]) -> Iterator[Clock]:
    """Yield the times of day among the words of a text, in order."""
    for text, behind in pairwise([*[one.text for one in some], ""]):
        found = _clock(text, behind)
        if found is not None:
            yield found


def _clock(text: str, behind: str) -> Clock | None:
    if text in _NAMED:
        return Clock(_NAMED[text], is_exact=True)
    half = behind if behind in _HALVES else ""
    written = _CLOCK.fullmatch(text)
    if written is not None:
        minutes = int(written[1]) * 60 + int(written[2])
    elif (half or behind == "oclock") and text.isdigit() and int(text) <= 12:
        minutes = int(text) * 60
    else:
        return None
    if half:
        return Clock(minutes % _HALF_A_DAY + _HALF_A_DAY * (half in _EVENING), is_exact=True)
    return Clock(minutes, is_exact=minutes > _HALF_A_DAY or text.startswith("0"))


def agree(found: Answer) -> bool | None:
    """Return whether a short answer gives the time of day that is asked for.

    Returns:
        None where it gives none, where a reference has none or several, or the question one.
    """
    wanted = [list(clocks(fit.reference.words)) for fit in found.fits]
    given = list(clocks(found.said.words))
    if not given or len(found.said.words) > _SHORT or any(len(some) != 1 for some in wanted):
        return None
    if not found.question.isdisjoint(_HALVES) or any(map(_CLOCK_KEY.fullmatch, found.question)):
        return None
    if not any(one.equals(other) for one, (other,) in product(given, wanted)):
        return False
    return True if len(given) == 1 and _says_all_else(found) else None


def _says_all_else(found: Answer) -> bool:
    """Return whether the answer has all words of the best reference but for the time of day."""
    return all(
        one.key in found.said.keys or one.number is not None or _is_of_clock(one.text)
        for one in found.best.reference.content
    )


def _is_of_clock(text: str) -> bool:
    return text in _HALVES or text == "oclock" or _clock(text, "") is not None
