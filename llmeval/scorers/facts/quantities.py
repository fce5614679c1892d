"""Numbers with what they count: the same amount in other units, in words, as a share of another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from llmeval.scorers.facts.analysis import Word, word
from llmeval.scorers.facts.lexicon import word_set
from llmeval.scorers.facts.times import Clock, clock_of

_UNITS: Final[Mapping[str, tuple[str, Mapping[str, float]]]] = {
    "days": ("time", {"second": 1 / 86_400, "minute": 1 / 1_440, "hour": 1 / 24, "day": 1.0,
                      "night": 1.0, "week": 7.0, "fortnight": 14.0}),
    "months": ("time", {"month": 1.0, "quarter": 3.0, "year": 12.0, "decade": 120.0,
                        "century": 1_200.0}),
    "metres": ("length", {"millimetre": 0.001, "mm": 0.001, "millimeter": 0.001,
                          "centimetre": 0.01, "metre": 1.0, "m": 1.0, "kilometre": 1_000.0}),
    "feet": ("length", {"inch": 1 / 12, "foot": 1.0, "feet": 1.0, "yard": 3.0, "mile": 5_280.0}),
    "grams": ("mass", {"milligram": 0.001, "mg": 0.001, "gram": 1.0, "g": 1.0,
                       "kilogram": 1_000.0, "tonne": 1e6, "ton": 1e6}),
    "pounds of mass": ("mass", {"ounce": 1 / 16, "lb": 1.0}),
    "litres": ("volume", {"millilitre": 0.001, "ml": 0.001, "milliliter": 0.001, "litre": 1.0,
                          "liter": 1.0, "l": 1.0}),
    "bytes": ("memory", {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}),
    "dollars": ("money", {"dollar": 1.0, "cent": 0.01}),
    "euros": ("money", {"euro": 1.0}),
    "pounds": ("money", {"pound": 1.0}),
    "percent": ("share", {"percent": 1.0}),
    "degrees": ("temperature", {"degree": 1.0}),
    "watts": ("power", {"watt": 1.0, "kilowatt": 1_000.0, "kw": 1_000.0}),
}  # fmt: skip
"""What amounts are compared in -> family, and what each unit is of it."""
_BY_KEY: Final = {
    word(form).key: (base, family, factor)
    for base, (family, units) in _UNITS.items()
    for unit, factor in units.items()
    for form in (unit, f"{unit}s")
}
YEAR, CLOCK, BARE = "year", "clock", "bare"
"""Bases of numbers without a unit; the last may be of any."""
_FIRST_YEAR, _LAST_YEAR = 1000, 2100
_YEAR_DIGITS: Final = 4
_WITHIN: Final = 3
"""Words behind a number that its unit is among: 28 paid days, 12 hours."""
_HALVES: Final = (
    (re.compile(r"\ban? (hour|year|day|week|month) and a half\b", re.I), r"1.5 \1s"),
    (re.compile(r"\b(\d+|one|two|three|four|five) and a half\b", re.I), r"\1.5"),
    (re.compile(r"\bhalf an hour\b", re.I), "30 minutes"),
    (re.compile(r"\b(?:a|one) quarter of an hour\b", re.I), "15 minutes"),
    (re.compile(r"\bthree quarters of an hour\b", re.I), "45 minutes"),
    (re.compile(r"\bhalf a year\b", re.I), "6 months"),
    (re.compile(r"\bhalf a day\b", re.I), "12 hours"),
    (re.compile(r"\btwo times\b", re.I), "twice"),
)
_SPELLED: Final = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}


class Quantity(Struct, frozen=True):
    """A number in a text with what it counts."""

    at: int
    """Place of the number among the words."""
    unit_at: int
    """Place of its unit; -1: it has none."""
    base: str
    """What it is compared in: `days`, `euros`, `year`, the key of what is counted."""
    family: str
    """What else may stand in its place: any amount of money for an amount of money."""
    value: float
    number: float
    """As it is written."""
    clock: Clock | None = None
    """What it is of a time of day."""

    def moved(self, by: int) -> "Quantity":
        """Return it as it stands behind so many other words."""
        unit_at = self.unit_at + by if self.unit_at >= 0 else -1
        return replace(self, at=self.at + by, unit_at=unit_at)

    def equals(self, other: "Quantity") -> bool:
        """Return whether both are the same amount; what is counted may be worded otherwise."""
        if self.clock is not None and other.clock is not None:
            return self.clock.equals(other.clock)
        if BARE in (self.base, other.base) or (self.is_count and other.is_count):
            return self.number == other.number
        if self.base != other.base:
            return False
        return abs(self.value - other.value) <= 1e-6 * abs(self.value)

    def may_stand_for(self, other: "Quantity") -> bool:
        """Return whether one of both could be said where the other is."""
        if BARE in (self.base, other.base):
            return self.base == other.base or not {YEAR, CLOCK} & {self.base, other.base}
        return self.family == other.family

    def compares_with(self, other: "Quantity") -> bool:
        """Return whether one of both can be more than the other."""
        return self.base == other.base or BARE in (self.base, other.base)

    def compared(self, other: "Quantity") -> int:
        """Return 1 where it is more than another one, -1 where it is less, else 0."""
        ours, theirs = self.value, other.value
        if BARE in (self.base, other.base):
            ours, theirs = self.number, other.number
        return (ours > theirs) - (ours < theirs)

    @property
    def is_count(self) -> bool:
        """Whether it is a number of things, not an amount of a unit."""
        return self.family == self.base and self.family not in (YEAR, CLOCK)


def is_unit(one: Word) -> bool:
    """Return whether a word is a unit, of time or money or the like."""
    return one.key in _BY_KEY


def plain_halves(text: str) -> str:
    """Return a text with "an hour and a half" as a number."""
    if "half" in text or "quarter" in text or "times" in text:
        for pattern, instead in _HALVES:
            text = pattern.sub(partial(_expanded, instead), text)
    return text


def _expanded(instead: str, found: re.Match[str]) -> str:
    said = found.expand(instead)
    head, dot, rest = said.partition(".")
    return _SPELLED.get(head.lower(), head) + dot + rest


def has_amounts(text: str, some: Sequence[Word]) -> bool:
    """Return whether a sentence with these words may have amounts."""
    if [one for one in some if one.number is not None]:
        return True
    return "half" in text or "quarter" in text


def quantities(some: list[Word]) -> Iterator[Quantity]:
    """Yield the amounts among the words of a sentence."""
    for at, one in enumerate(some):
        if one.number is None:
            continue
        clock = clock_of(one)
        if clock is not None:
            hours = clock.minutes / 60
            yield Quantity(at, -1, CLOCK, CLOCK, hours, hours, clock)
        elif not _is_no_amount(some, at):
            yield _quantity(some, at, one.number)


def _quantity(some: Sequence[Word], at: int, number: float) -> Quantity:
    behind = some[at + 1 : at + 1 + _WITHIN]
    for place, other in enumerate(behind, at + 1):
        if other.number is not None:
            break
        if other.key in _BY_KEY:
            base, family, factor = _BY_KEY[other.key]
            return Quantity(at, place, base, family, number * factor, number)
    if at and some[at - 1].key in _BY_KEY and some[at - 1].text in ("$", "€", "£"):
        base, family, factor = _BY_KEY[some[at - 1].key]
        return Quantity(at, at - 1, base, family, number * factor, number)
    if _is_year(some[at]):
        return Quantity(at, -1, YEAR, YEAR, number, number)
    if behind and _counts(behind[0]):
        return Quantity(at, at + 1, behind[0].key, behind[0].key, number, number)
    return Quantity(at, -1, BARE, BARE, number, number)


def _is_no_amount(some: list[Word], at: int) -> bool:
    """Return whether a number is no amount: twice, the pronoun one, a day, a result such as 3-1."""
    beside = some[max(0, at - 1) : at] + some[at + 1 : at + 2]
    if any(one.date for one in beside) and not _may_be_year(some[at]):
        return True
    if some[at].text.isdigit() and any(one.text.isdigit() for one in beside):
        return True
    if _ORDINAL.fullmatch(some[at].text):
        return True
    if some[at].text == "one":
        return at + 1 == len(some) or not _counts(some[at + 1])
    return some[at].text in _NO_AMOUNTS


def _is_year(one: Word) -> bool:
    return _may_be_year(one) and len(one.text) == _YEAR_DIGITS and one.text.isdigit()


def _may_be_year(one: Word) -> bool:
    return one.number is not None and _FIRST_YEAR <= one.number <= _LAST_YEAR


_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th|s)")
_NO_AMOUNTS: Final = word_set("twice first second third dozen")


def _counts(one: Word) -> bool:
    return not one.stop and not one.capital and one.number is None
