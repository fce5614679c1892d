"""Short answers that give another number of the same thing than the reference does."""

import re
from collections.abc import Sequence
from typing import Final

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.answers import Answer, Said

_SHORT: Final = 12
"""Words of an answer that says one thing only."""
_APART: Final = 0.1
"""Numbers that differ by less of the larger one may be the same, told less exactly."""
_COUNTED: Final = 100
"""Whole numbers below it are told exactly."""
_MONEY: Final = frozenset(["$", "€", "£"])
_FOR_EACH: Final = frozenset(["a", "an", "per", "each", "every"])
_SPANS: Final = frozenset(
    ["hour", "hours", "day", "days", "night", "nights", "week", "weeks", "month", "months", "year",
     "years", "minute", "minutes", "person", "head", "room", "item", "piece"]
)  # fmt: skip
_WITHIN: Final = 3
_YEAR_DIGITS: Final = 4
_ORDINAL: Final = re.compile(r"\d(?:st|nd|rd|th|s)$")


def differs(found: Answer) -> bool:
    """Return whether a short answer gives another number of the same unit, or for another span."""
    if len(found.said.words) > _SHORT:
        return False
    references = [fit.reference for fit in found.fits]
    wanted = [[one for one in some.words if one.number is not None] for some in references]
    given = [one for one in found.said.words if _is_given(one, found)]
    numbers = [one for some in wanted for one in some]
    if given and _other_span(found.said, references):
        return True
    if not given or not all(wanted) or any(_ORDINAL.search(one.text) for one in numbers):
        return False
    if any(_is_known(one, given, found) for one in numbers):
        return False
    pairs = zip(references, wanted, strict=True)
    return all(
        _is_other(one, number, _unit(some, number), found.said)
        for some, numbers in pairs
        for number in numbers
        for one in given
    )


def _is_given(one: Word, found: Answer) -> bool:
    return one.number is not None and one.text != "one" and one.key not in found.question


def _is_known(one: Word, given: Sequence[Word], found: Answer) -> bool:
    """Return whether a number is in the answer after all, within a span of it, or was asked."""
    value, some = one.number or 0.0, [other.number or 0.0 for other in given]
    asked = one.key in found.question or one.key in found.said.keys
    return asked or min(some) < value < max(some)


def _is_other(given: Word, wanted: Word, unit: str, answer: Said) -> bool:
    """Return whether a number contradicts another one that counts the same."""
    if unit and unit not in answer.keys:
        return False
    one, other = given.number or 0.0, wanted.number or 0.0
    largest = max(abs(one), abs(other))
    if one == other or not largest or (not unit and _is_year(given) != _is_year(wanted)):
        return False
    counted = largest < _COUNTED and one.is_integer() and other.is_integer()
    return counted or abs(one - other) / largest >= _APART


def _is_year(one: Word) -> bool:
    return len(one.text) == _YEAR_DIGITS and one.text.isdigit()


def _unit(reference: Said, number: Word) -> str:
    """Return the key of what a number counts; "" where it counts nothing that is named."""
    at = reference.words.index(number)
    if at and reference.words[at - 1].text in _MONEY:
        return reference.words[at - 1].key
    behind = reference.words[at + 1 : at + 1 + _WITHIN]
    some = [one for one in behind if not one.stop and one.text not in _FOR_EACH]
    return some[-1].key if some and len(behind) == len(some) else some[0].key if some else ""


def _other_span(answer: Said, references: Sequence[Said]) -> bool:
    """Return whether the same number is for another span: 28 euros an hour, not a day."""
    ours = _spans(answer)
    theirs = [_spans(one) for one in references]
    return bool(ours) and all(theirs) and all(ours.isdisjoint(some) for some in theirs)


def _spans(text: Said) -> set[str]:
    some = text.words
    return {
        some[at + 1].key
        for at in range(1, len(some) - 1)
        if some[at].text in _FOR_EACH
        and some[at + 1].text in _SPANS
        and any(one.number is not None for one in some[max(0, at - _WITHIN) : at])
    }
