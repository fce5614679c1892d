"""What needs no model to be judged beside references: quantities, denied and alternative answers.

Every rule is one that people follow; where none applies the trees decide.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from llmeval.scorers.facts import clocks, denials, other_figures
from llmeval.scorers.facts.analysis import Word, words
from llmeval.scorers.facts.answers import Answer, Said
from llmeval.scorers.facts.lexicon import word_set

MONTH: Final = 30.44 * 86400
"""Seconds of a month, on average."""
_SIZES: Final[Mapping[str, Mapping[str, float]]] = {
    "length": {
        "mm": 0.001, "millimetre": 0.001, "millimeter": 0.001, "cm": 0.01, "centimetre": 0.01,
        "centimeter": 0.01, "m": 1, "metre": 1, "meter": 1, "km": 1000, "kilometre": 1000,
        "kilometer": 1000, "inch": 0.0254, "inche": 0.0254, "foot": 0.3048, "feet": 0.3048,
        "ft": 0.3048, "yard": 0.9144, "mile": 1609.344,
    },
    "mass": {
        "mg": 1e-6, "milligram": 1e-6, "g": 0.001, "gram": 0.001, "kg": 1, "kilogram": 1, "kilo": 1,
        "tonne": 1000, "pound": 0.45359237, "lb": 0.45359237, "ounce": 0.028349523,
        "oz": 0.028349523,
    },
    "time": {
        "ms": 0.001, "millisecond": 0.001, "second": 1, "sec": 1, "minute": 60, "min": 60,
        "hour": 3600, "hr": 3600, "day": 86400, "week": 604800, "month": MONTH, "year": 12 * MONTH,
        "decade": 120 * MONTH, "century": 1200 * MONTH, "centurie": 1200 * MONTH,
    },
    "volume": {
        "ml": 0.001, "millilitre": 0.001, "milliliter": 0.001, "cl": 0.01, "l": 1, "litre": 1,
        "liter": 1, "gallon": 3.785411784,
    },
    "speed": {"mph": 1.609344, "kph": 1},
    "data": {"kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "byte": 1},
    "share": {"%": 0.01, "percent": 0.01},
}  # fmt: skip
_UNITS: Final = {
    unit: (kind, size) for kind, units in _SIZES.items() for unit, size in units.items()
}
_PARTS: Final = {"half": 0.5, "third": 1 / 3, "quarter": 0.25}
_DEGREES: Final = frozenset(["celsius", "centigrade", "c", "fahrenheit", "f"])
_AROUND: Final = word_set(
    "about around approximately roughly nearly almost tall long high old deep wide within working "
    "business calendar every up to for just of degree degrees and the a an one it is was"
)
_SHORT: Final = 12
"""Words of an answer that says one thing only; what a longer one says the trees weigh."""
_ALIKE: Final = 0.02
"""Quantities that differ by no more than this share say the same."""
_APART: Final = 0.1
"""From here on they are others; between the two it depends on how exact an answer must be."""


class Quantity(NamedTuple):
    """A number with its unit, in the base unit of its kind."""

    kind: str
    value: float
    unit: str


def quantities(some: Sequence[Word]) -> list[Quantity]:
    """Return the quantities of a text's words, in order; a part ("half") is one as well."""
    return [found for place in range(len(some)) if (found := _at(some, place)) is not None]


def _at(some: Sequence[Word], place: int) -> Quantity | None:
    one = some[place]
    if one.text in _PARTS and one.number is None:
        return Quantity("share", _PARTS[one.text], one.text)
    if one.text in ("a", "an") and _is_alone(some, place):
        kind, size = _UNITS.get(some[place + 1].text, ("", 0.0))
        return Quantity(kind, size, f"{kind} {size}") if kind == "time" else None
    if one.number is None:
        return None
    following = [other.text for other in some[place + 1 : place + 3]]
    if following[:1] in (["degree"], ["degrees"], ["working"], ["business"], ["calendar"]):
        following = following[1:]
    unit = following[0] if following else ""
    if unit in _DEGREES:
        warm = unit in ("fahrenheit", "f")
        return Quantity("warmth", (one.number - 32) / 1.8 if warm else one.number, unit[0])
    kind, size = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s")) or ("", 0.0)
    return Quantity(kind, one.number * size, f"{kind} {size}") if kind else None


def _is_alone(some: Sequence[Word], place: int) -> bool:
    """Return whether "a month" is an amount and not what another one is for: "5 euros a month"."""
    before = some[max(0, place - 2) : place]
    return place + 1 < len(some) and all(one.number is None for one in before)


def agrees(found: Answer) -> bool | None:
    """Return whether an answer is plainly right or wrong; None where that is not plain."""
    measured = _measured(found)
    if measured is None:
        measured = clocks.agree(found)
    if measured is not None:
        return measured
    if _is_short_for(found):
        return True
    said = denials.agrees(found)
    if said is not None:
        return said
    if other_figures.differs(found) or _one_of_several(found):
        return False
    return None


def _measured(found: Answer) -> bool | None:
    """Return whether the quantity that is asked for is given in another unit.

    In the same unit it is the number that decides, which the trees look at.
    """
    wanted = [one for fit in found.fits for one in _alone(fit.reference)]
    if len(wanted) < len(found.fits):
        return None
    kinds = {one.kind for one in wanted}
    given = [one for one in quantities(found.said.words) if one.kind in kinds]
    whole = list(_sums(given))
    same = {one.unit for one in given} & {one.unit for one in wanted}
    if not given or (same and not whole) or len(found.said.words) > _SHORT:
        return None
    nearest = min(_distance(one, other) for one in whole or given for other in wanted)
    return True if nearest <= _ALIKE else False if nearest >= _APART else None


def _sums(some: Sequence[Quantity]) -> Iterator[Quantity]:
    """Yield what quantities that follow each other are together: "3 hours and 48 minutes"."""
    for one, other in pairwise(some):
        if one.kind == other.kind and other.value < one.value:
            yield Quantity(one.kind, one.value + other.value, f"{one.unit} {other.unit}")


_BESIDE: Final = _AROUND | _DEGREES | _PARTS.keys()
"""What may stand beside a number that is a quantity by itself."""


def _alone(reference: Said) -> Iterator[Quantity]:
    """Yield the quantity that a reference is, if it is nothing else."""
    some = quantities(reference.words)
    rest = [
        one
        for one in reference.words
        if one.number is None and one.text not in _BESIDE and not _is_unit(one.text)
    ]
    if len(some) == 1 and not rest:
        yield some[0]


def _is_unit(text: str) -> bool:
    return text in _UNITS or text.removesuffix("s") in _UNITS


def _distance(one: Quantity, other: Quantity) -> float:
    """Return by which share of the larger two quantities differ, 0…1 and more."""
    if one.kind != other.kind:
        return math.inf
    largest = max(abs(one.value), abs(other.value))
    return abs(one.value - other.value) / largest if largest else 0.0


_LETTERS: Final = range(2, 6)


def _is_short_for(found: Answer) -> bool:
    """Return whether the answer is nothing but the initials of a name."""
    some = [one for one in found.said.words if not one.stop]
    if len(some) != 1 or len(some[0].text) not in _LETTERS or not found.said.text.isupper():
        return False
    return any(_initials(fit.reference.words) == some[0].text for fit in found.fits)


def _initials(some: Sequence[Word]) -> str:
    return "".join([one.text[0] for one in some if one.capital])


_OFFERED: Final = 8


def _one_of_several(found: Answer) -> bool:
    """Return whether a short answer offers the reference and something else with "or"."""
    some = found.said.words
    texts = [one.text for one in some]
    if "or" not in texts or len(some) > _OFFERED or words("or")[0].key in found.question:
        return False
    known = {one.key for fit in found.fits for one in fit.reference.words} | found.question
    if words("or")[0].key in known:
        return False
    at = texts.index("or")
    sides = [[one for one in side if not one.stop] for side in (some[:at], some[at + 1 :])]
    foreign = [any(one.key not in known for one in side) for side in sides]
    # Only of names: "the rate or frequency" are two words for one thing.
    named = all(one.capital for side in sides for one in side)
    return all(sides) and named and bool(denials.places(found)) and sum(foreign) == 1
