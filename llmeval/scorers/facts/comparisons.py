"""What is older, heavier, cheaper, more than what: held against the amounts that a text gives."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.attribution import Answer, Given, given
from llmeval.scorers.facts.clauses import Parts, parts
from llmeval.scorers.facts.evidence import Evidence
from llmeval.scorers.facts.quantities import Quantity

_UP: Final = (
    "more heavier longer larger bigger taller higher older later greater wider deeper thicker "
    "dearer pricier hotter warmer slower better farther further"
)
_DOWN: Final = (
    "less fewer lighter shorter smaller lower younger earlier narrower thinner cheaper colder "
    "cooler faster quicker sooner worse nearer closer"
)
_SIGNS: Final[Mapping[str, int]] = {
    **dict.fromkeys(_UP.split(), 1),
    **dict.fromkeys(_DOWN.split(), -1),
}
_FAMILIES: Final[Mapping[str, frozenset[str]]] = {
    word: frozenset(families.split())
    for words, families in (
        ("heavier lighter", "mass"),
        ("older younger", "time bare"),
        ("cheaper dearer pricier expensive", "money"),
        ("later earlier sooner", "year clock"),
        ("faster slower quicker", "time"),
        ("hotter warmer colder cooler", "temperature"),
        ("taller higher lower deeper wider farther further nearer closer", "length money share"),
    )
    for word in words.split()
}
_LEAST: Final = 0.3


class Comparison(Struct, frozen=True):
    """A claim that something is more than something else."""

    first: list[Word]
    second: list[Word]
    shared: list[Word]
    """What both do or are: sold, units."""
    word: str
    sign: int
    """1: the first is more, -1: less."""


def answers(text: str, found: Evidence) -> Iterator[Answer]:
    """Yield what the amounts of a text say of the comparisons in a claim."""
    one = comparison(parts(text))
    if one is None:
        return
    pair = _amounts(one, found)
    if pair is None:
        return
    first, second = pair
    sign = first.amount.compared(second.amount)
    if not sign:
        return
    agrees = sign == one.sign
    yield Answer(agrees, "" if agrees else f"{one.word}: {first.shown} and {second.shown}")


def comparison(claim: Parts) -> Comparison | None:
    """Return the comparison that a claim makes; None where it makes none."""
    texts = [word.text for word in claim.words]
    if "than" not in texts:
        return None
    than = texts.index("than")
    at = next((place for place in range(than) if texts[place] in _SIGNS), -1)
    first = [word for word in claim.words[:at] if not word.stop and word.number is None]
    second = [word for word in claim.words[than + 1 :] if not word.stop and word.number is None]
    if at < 1 or not first or not second or claim.words[than + 1].number is not None:
        return None
    names = _heads(first, second)
    shared = [word for word in first if word not in names]
    shared += [word for word in claim.words[at + 1 : than] if not word.stop]
    word, sign = texts[at], _SIGNS[texts[at]]
    if word in ("more", "less") and "expensive" in texts[at:than]:
        word = "expensive"
    return Comparison(names, second, shared, word, sign)


def _heads(first: list[Word], second: list[Word]) -> list[Word]:
    """Return the words that the first is named with: as many as the second has."""
    named = [word for word in first if word.capital] if second[0].capital else []
    return (named or first)[: max(1, len(second))]


def _amounts(one: Comparison, found: Evidence) -> tuple[Given, Given] | None:
    """Return the amounts of both that are most likely meant."""
    first = _best(_likely(one.first, one.second, one, found))
    second = _best(_likely(one.second, one.first, one, found))
    pairs = [
        (left, right)
        for left in first
        for right in second
        if left.place != right.place and left.amount.compares_with(right.amount)
    ]
    return max(pairs, key=_likeness, default=None)


def _best(some: Sequence[Given]) -> list[Given]:
    """Return the two that fit best of each base, in their order: of the best pair, each is one.

    Two, because the best one of the other side may stand in the same place.
    """
    by_base: dict[str, list[Given]] = {}
    for each in sorted(some, key=lambda each: -each.fit):
        by_base.setdefault(each.amount.base, []).append(each)
    kept = {each.place for several in by_base.values() for each in several[:2]}
    return [each for each in some if each.place in kept]


def _likeness(pair: tuple[Given, Given]) -> tuple[bool, float]:
    first, second = pair
    return first.amount.base == second.amount.base, first.fit + second.fit


def _likely(
    names: Sequence[Word], others: Sequence[Word], one: Comparison, found: Evidence
) -> list[Given]:
    """Return the amounts that belong to one side rather than to the other."""

    def wanted(amount: Quantity) -> bool:
        return amount.family in _FAMILIES.get(one.word, (amount.family,))

    theirs = {each.place: each.fit for each in given(others, found, wanted)}
    own = {each.place: each.fit for each in given(names, found, wanted)}
    return [
        each
        for each in given([*names, *one.shared], found, wanted)
        if own.get(each.place, 0.0) >= _LEAST and own[each.place] > theirs.get(each.place, 0.0)
    ]
