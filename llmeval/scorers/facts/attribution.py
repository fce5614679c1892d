"""Which amount a text gives for what a claim speaks of: another one is a contradiction.

An amount belongs to the words of its clause; words of an earlier clause of its sentence may be its
subject as well, words of a later one belong to the next amount.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.clauses import Parts, parts
from llmeval.scorers.facts.evidence import Evidence
from llmeval.scorers.facts.quantities import Quantity, has_amounts

OWN, EARLIER, LATER, BEFORE = 1.0, 0.4, -0.5, 0.1
"""What a word of the claim counts in the amount's clause, an earlier and a later one of its
sentence, and in the sentence before."""
_RARE: Final = 1.5
"""What a word counts that stands in one sentence alone."""
_LIKE: Final = 0.6
"""What a word of like meaning counts."""
_CLEARLY: Final = 0.3
"""By how much another amount must fit better to contradict."""
_LEAST: Final = 0.9
"""Fit of an amount that is about the same thing."""
_LEAST_ALONE: Final = 0.35
"""The same where the text has the amount of the claim nowhere."""
_NEVER_NONE: Final = 0.01
"""Fit of an amount that is in the text, whatever it is of."""
MOST_SENTENCES: Final = 12
"""That are looked at for a claim."""
MOST_AMOUNTS: Final = 100
"""Of a sentence, that are looked at; what has more is a table."""


class Given(Struct, frozen=True):
    """An amount of the text beside one of a claim."""

    place: tuple[int, int]
    """Of its sentence, and in that."""
    amount: Quantity
    shown: str
    fit: float
    shared: float
    """Of the words of the claim in its sentence."""


class Answer(Struct, frozen=True):
    """What a text says of an amount: it agrees, or what differs."""

    agrees: bool
    differs: str = ""


def answers(text: str, found: Evidence) -> Iterator[Answer]:
    """Yield what a text says of each amount of a claim that it gives an amount for."""
    claim = parts(text)
    for amount in claim.amounts:
        about = _about(claim, amount)
        some = list(given(about, found, amount.may_stand_for)) if about else []
        if some:
            yield from _answer(claim, amount, some)


def _answer(claim: Parts, amount: Quantity, some: Sequence[Given]) -> Iterator[Answer]:
    equal = max((one for one in some if one.amount.equals(amount)), key=_fit_of, default=None)
    others = [one for one in some if not one.amount.equals(amount)]
    if equal and equal.place[0] == max([*others, equal], key=_shared).place[0]:
        # Its sentence is the one that is meant: only there another amount may be the right one.
        others = [one for one in others if one.place[0] == equal.place[0]]
    other = max(others, key=_fit_of, default=None)
    same = equal.fit if equal else 0.0
    rival = other.fit if other else 0.0
    least = _LEAST if same else _LEAST_ALONE
    if other and rival >= least and rival > same + _CLEARLY:
        yield Answer(agrees=False, differs=f"{_shown(claim, amount)} against {other.shown}")
    elif same >= _LEAST and same > rival:
        yield Answer(agrees=True)


def _fit_of(one: Given) -> float:
    return one.fit


def _shared(one: Given) -> float:
    return one.shared


def _about(claim: Parts, amount: Quantity) -> list[Word]:
    """Return the words of a claim that say what an amount is of."""
    clauses = {claim.clause[one.at] for one in claim.amounts}
    several = len(clauses) > 1
    own = claim.clause[amount.at]
    return [
        word
        for at, word in enumerate(claim.words)
        if not word.stop
        and word.number is None
        and at != amount.unit_at
        and (not several or claim.clause[at] == own)
    ]


def given(
    about: Sequence[Word], found: Evidence, wanted: Callable[[Quantity], bool]
) -> Iterator[Given]:
    """Yield the wanted amounts of the sentences that some words stand in, and how well they fit."""
    for number in _places(about, found):
        if not has_amounts(found.sentences[number], found.words[number]):
            continue
        sentence = found.sentences[number]
        there = parts(sentence)
        before = found.keys(number - 1) if number else frozenset()
        keys = found.keys(number)
        shared = sum(_worth_of(word, found) for word in about if word.key in keys)
        beside = list(_beside(about, sentence, before, found))
        for one in filter(wanted, islice(there.amounts, MOST_AMOUNTS)):
            fit = max(_NEVER_NONE, _fit(beside, there.clause[one.at]))
            yield Given((number, one.at), one, _shown(there, one), fit, shared)


def _places(about: Sequence[Word], found: Evidence) -> list[int]:
    """Return the sentences of the text that the words of a claim stand in, and the next ones."""
    shared: dict[int, int] = {}
    for word in about:
        for number in found.places.get(word.key, ()):
            shared[number] = shared.get(number, 0) + 1
    best = sorted(shared, key=lambda number: (-shared[number], number))[:MOST_SENTENCES]
    behind = {number + 1 for number in best if number + 1 < len(found.sentences)}
    return sorted({*best, *behind})[: 2 * MOST_SENTENCES]


def _fit(beside: Sequence[tuple[float, frozenset[int]]], own: int) -> float:
    """Return how well an amount in a clause fits the words of a claim."""
    total = 0.0
    for worth, clauses in beside:
        total += worth * _worth(clauses, own) if clauses else worth
    return total


def _beside(
    about: Sequence[Word], sentence: str, before: frozenset[str], found: Evidence
) -> Iterator[tuple[float, frozenset[int]]]:
    """Yield what each known word is worth and its clauses; none: it is in the sentence before."""
    there = _standing(sentence)
    for word in about:
        clauses = there.keys.get(word.key)
        worth = _worth_of(word, found)
        if clauses is None and word.senses:
            clauses = _NO_CLAUSE.union(*[there.senses.get(one, _NO_CLAUSE) for one in word.senses])
            worth = _LIKE
        if clauses:
            yield worth, clauses
        elif word.key in before:
            yield BEFORE, _NO_CLAUSE


def _worth_of(word: Word, found: Evidence) -> float:
    return _RARE if len(found.places.get(word.key, ())) == 1 else 1.0


def _worth(clauses: frozenset[int], own: int) -> float:
    if own in clauses:
        return OWN
    return EARLIER if min(clauses) < own else LATER


class _Standing(Struct, frozen=True):
    """The clauses of a sentence that each word, and each word of like meaning, stands in."""

    keys: dict[str, frozenset[int]]
    senses: dict[int, frozenset[int]]


_NO_CLAUSE: Final[frozenset[int]] = frozenset()


@lru_cache(maxsize=1 << 8)
def _standing(sentence: str) -> _Standing:
    there = parts(sentence)
    keys: dict[str, set[int]] = {}
    senses: dict[int, set[int]] = {}
    for word, number in zip(there.words, there.clause, strict=True):
        keys.setdefault(word.key, set()).add(number)
        for one in word.senses:
            senses.setdefault(one, set()).add(number)
    return _Standing(
        {key: frozenset(numbers) for key, numbers in keys.items()},
        {sense: frozenset(numbers) for sense, numbers in senses.items()},
    )


def _shown(there: Parts, amount: Quantity) -> str:
    number = there.words[amount.at].text
    unit = there.words[amount.unit_at].text if amount.unit_at >= 0 else ""
    return f"{number} {unit}".strip()
