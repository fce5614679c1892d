"""Times of day in words: 15:00, 3 pm, 3 o'clock and three in the afternoon are one."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec.structs import replace

from llmeval.scorers.facts.analysis import Word, word

_CLOCK: Final = re.compile(r"([01]?\d|2[0-4])([:.])([0-5]\d)")
_NAMED: Final = {"noon": 12 * 60, "midnight": 0}
EVENING: Final = frozenset(["pm", "p.m", "p.m."])
HALVES: Final = frozenset(["am", "a.m", "a.m."]) | EVENING
_OCLOCK: Final = "oclock"
_PARTS_OF_DAY: Final = {
    ("in", "the", "morning"): False,
    ("in", "the", "afternoon"): True,
    ("in", "the", "evening"): True,
    ("at", "night"): True,
}
"""What stands behind a time -> whether it is of the second half of the day."""
_SIGNS: Final = frozenset(
    [*_NAMED, *HALVES, _OCLOCK, *[one for said in _PARTS_OF_DAY for one in said[-1:]]]
)
"""Words one of which stands in any text that says a time of day, but for 15:00."""
_UP_TO: Final = frozenset(["to", "until", "till", "and"])
_HALF_A_DAY: Final = 12 * 60


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


class Time(NamedTuple):
    """A time of day and the words that say it."""

    start: int
    end: int
    clock: Clock


def times(some: Sequence[Word]) -> list[Time]:
    """Return the times of day among some words, in order."""
    found: list[Time] = []
    place = 0
    while place < len(some):
        one = _time(some, place)
        if one is None:
            place += 1
            continue
        before = _beginning(some, one, found[-1].end if found else 0)
        found += [one] if before is None else [before, one]
        place = one.end
    return found


def _time(some: Sequence[Word], at: int) -> Time | None:
    text = some[at].text
    if text in _NAMED:
        return Time(at, at + 1, Clock(_NAMED[text] % (2 * _HALF_A_DAY), is_exact=True))
    written = _CLOCK.fullmatch(text) if text[0].isdigit() else None
    hour = _hour(some[at])
    if written is None and hour is None:
        return None
    used, evening = _half(some, at + 1)
    if written is not None and (written[2] == ":" or used):
        minutes = int(written[1]) * 60 + int(written[3])
    elif hour is not None and used:
        minutes = hour * 60
    else:
        return None
    return Time(at, at + 1 + used, _clock(minutes, evening=evening, padded=text.startswith("0")))


def _hour(one: Word) -> int | None:
    if one.number is None or not 1 <= one.number <= 12 or not one.number.is_integer():
        return None
    return int(one.number) if one.text.isalnum() else None


def _half(some: Sequence[Word], at: int) -> tuple[int, bool | None]:
    """Return how many words tell the half of the day, and whether it is the second."""
    if at < len(some) and some[at].text in HALVES:
        return 1, some[at].text in EVENING
    if at < len(some) and some[at].text == _OCLOCK:
        more, evening = _half(some, at + 1)
        return 1 + more, evening
    for said, evening in _PARTS_OF_DAY.items():
        if tuple(one.text for one in some[at : at + len(said)]) == said:
            return len(said), evening
    return 0, None


def _clock(minutes: int, *, evening: bool | None, padded: bool = False) -> Clock:
    if evening is None or minutes > _HALF_A_DAY + 59:
        return Clock(minutes % (2 * _HALF_A_DAY), is_exact=minutes >= _HALF_A_DAY or padded)
    return Clock(minutes % _HALF_A_DAY + _HALF_A_DAY * evening, is_exact=True)


def _beginning(some: Sequence[Word], end: Time, since: int) -> Time | None:
    """Return the time that a span begins with: the 7 of "7 to 10 am"."""
    if not end.clock.is_exact or end.end - end.start < 2:
        return None
    at = end.start - 1
    if at > since and some[at].text in _UP_TO:
        at -= 1
    hour = _hour(some[at]) if at >= since else None
    if hour is None:
        return None
    evening = end.clock.minutes >= _HALF_A_DAY
    first = _clock(hour * 60, evening=evening)
    if first.minutes >= end.clock.minutes:
        first = _clock(hour * 60, evening=not evening)
    return Time(at, at + 1, first)


def may_have_times(text: str, some: Sequence[Word]) -> bool:
    """Return whether a text with these words may say a time of day."""
    return ":" in text or not _SIGNS.isdisjoint([one.text for one in some])


def timed(some: list[Word]) -> list[Word]:
    """Return words with each time of day as one word, whatever way it was written in."""
    return list(_timed(some))


def _timed(some: list[Word]) -> Iterator[Word]:
    place = 0
    for start, end, clock in times(some):
        yield from some[place:start]
        yield _word(clock)
        place = end
    yield from some[place:]


MARK: Final = "@"
"""Keys of times of day begin with it."""


@lru_cache(maxsize=4096)
def _word(clock: Clock) -> Word:
    hours, minutes = divmod(clock.minutes, 60)
    text = f"{hours}:{minutes:02}"
    if clock.is_exact and hours <= 12:
        text += " pm" if hours == 12 else " am"
    key = f"{MARK}{clock.minutes}{'' if clock.is_exact else '?'}"
    return replace(word("0"), text=text, key=key, number=hours + minutes / 60)


def clock_of(one: Word) -> Clock | None:
    """Return the time of day that a word of `timed` stands for."""
    if not one.key.startswith(MARK):
        return None
    return Clock(int(one.key.strip(f"{MARK}?")), is_exact=not one.key.endswith("?"))
