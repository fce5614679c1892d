"""A sentence as words and the clause that each stands in: what belongs together."""

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.lexicon import word_set
from llmeval.scorers.facts.quantities import Quantity, plain_halves, quantities
from llmeval.scorers.facts.statements import stated_words

_PAUSE: Final = re.compile(r"[;()\u2013\u2014]|[,:](?!\d)")
_JOINING: Final = word_set("and but while whereas or though although because when whose")


class Parts(Struct, frozen=True):
    """A sentence, taken apart."""

    words: list[Word]
    clause: list[int]
    """Number of the clause of each word, from 0."""
    amounts: tuple[Quantity, ...]


@lru_cache(maxsize=1 << 10)
def parts(sentence: str) -> Parts:
    """Return a sentence, taken apart at its pauses and joining words."""
    found: list[Word] = []
    clause: list[int] = []
    amounts: list[Quantity] = []
    number = 0
    for piece in _PAUSE.split(plain_halves(sentence)):
        some = stated_words(piece)
        amounts += [one.moved(len(found)) for one in quantities(some)]
        for at, one in enumerate(some):
            if one.text in _JOINING and found and not _joins_numbers(some, at):
                number += 1
            found.append(one)
            clause.append(number)
        number += bool(some)
    return Parts(found, clause, tuple(amounts))


def _joins_numbers(some: list[Word], at: int) -> bool:
    """Return whether a joining word stands in "between 1887 and 1891", "from $3 to $4"."""
    before, behind = some[max(0, at - 2) : at], some[at + 1 : at + 3]
    return any(map(_is_number, before)) and any(map(_is_number, behind)) and _is_range(some, at)


def _is_range(some: list[Word], at: int) -> bool:
    return any(one.text in ("between", "both") for one in some[max(0, at - 5) : at])


def _is_number(one: Word) -> bool:
    return one.number is not None
