"""A text as evidence: where its words stand, and how well it supports another word."""

import math
from collections.abc import Iterable
from itertools import chain, pairwise
from typing import Any, Final

from msgspec import Struct, field

from llmeval.scorers.facts.analysis import Word, sentences
from llmeval.scorers.facts.quantities import Quantity, quantities
from llmeval.scorers.facts.statements import stated_words
from llmeval.scorers.facts.times import MARK

PREFIX: Final = 5
"""Letters at the beginning that two forms of a word have in common."""
MAX_PLACES: Final = 40
"""Sentences remembered per word: one that stands in more says little about where a claim is."""

EXACT: Final = 1.0
STEM: Final = 0.95
PREFIXED: Final = 0.8
LIKE: Final = 0.6

_OF_NUMBERS: Final = ("#", MARK)
_NO_KEYS: Final[frozenset[str]] = frozenset()


class Evidence(Struct):
    """The sentences of a text and where each word stands."""

    sentences: list[str]
    words: list[list[Word]]
    places: dict[str, list[int]]
    """Key of a word -> the sentences it stands in, at most MAX_PLACES."""
    texts: set[str]
    senses: set[int]
    prefixes: set[str]
    bigrams: set[tuple[str, str]]
    """Keys of content words that follow each other."""
    known_support: dict[str, float] = field(default_factory=dict)
    known_keys: dict[int, frozenset[str]] = field(default_factory=dict)
    known_claims: dict[str, Any] = field(default_factory=dict)
    """By their text; the words of a text are always the same."""
    known_amounts: list[tuple[list[Word], Quantity]] | None = None

    def support(self, one: Word) -> float:
        """Return how well the text knows a word, 0…1."""
        level = self.known_support.get(one.text)
        if level is None:
            level = self.known_support[one.text] = self._support(one)
        return level

    def _support(self, one: Word) -> float:
        if one.text in self.texts:
            return EXACT
        if one.key in self.places:
            return STEM
        if one.number is not None or one.date:
            return 0.0
        if len(one.key) >= PREFIX and one.key[:PREFIX] in self.prefixes:
            return PREFIXED
        return 0.0 if one.senses.isdisjoint(self.senses) else LIKE

    def amounts(self) -> list[tuple[list[Word], Quantity]]:
        """Return the amounts of the text, each with the words of its sentence."""
        if self.known_amounts is None:
            of_numbers = [at for key, at in self.places.items() if key[0] in _OF_NUMBERS]
            numbers = set(chain.from_iterable(of_numbers))
            some = [self.words[at] for at in sorted(numbers)]
            self.known_amounts = [(words, one) for words in some for one in quantities(words)]
        return self.known_amounts

    def best_sentence(self, content: Iterable[Word]) -> int:
        """Return the first of the sentences that share the most, rare words counting more."""
        scores: dict[int, float] = {}
        for one in content:
            places = self.places.get(one.key)
            if places:
                weight = math.log(1 + (1 + len(self.sentences)) / (1 + len(places)))
                for number in places:
                    scores[number] = scores.get(number, 0.0) + weight
        return max(scores, key=lambda number: (scores[number], -number), default=-1)

    def around(self, number: int) -> range:
        """Return a sentence and its neighbours; nothing for -1."""
        if number < 0:
            return range(0)
        return range(max(0, number - 1), min(len(self.sentences), number + 2))

    def keys(self, number: int) -> frozenset[str]:
        """Return the keys of the words of a sentence; none for -1."""
        if number < 0:
            return _NO_KEYS
        found = self.known_keys.get(number)
        if found is None:
            found = self.known_keys[number] = frozenset([one.key for one in self.words[number]])
        return found

    def senses_around(self, number: int) -> set[int]:
        """Return the groups of synonyms of a sentence and its neighbours."""
        return set().union(
            *[one.senses for near in self.around(number) for one in self.words[near]]
        )

    def quantifiers(self, number: int) -> set[str]:
        """Return the kinds of quantifiers of a sentence and its neighbours."""
        return {one.quantifier for near in self.around(number) for one in self.words[near]}

    def negated(self, number: int) -> bool:
        """Return whether a sentence has a negation; false for -1."""
        return number >= 0 and any(one.negation for one in self.words[number])

    def passive(self, number: int) -> bool:
        """Return whether a sentence names the doer last; false for -1."""
        return number >= 0 and any(one.text == "by" for one in self.words[number])

    def order(self, number: int) -> dict[str, int]:
        """Return the place of each word in a sentence; nothing for -1."""
        if number < 0:
            return {}
        return {one.key: place for place, one in reversed(list(enumerate(self.words[number])))}

    def together(self, key: str, other: str) -> bool:
        """Return whether two words stand in the same sentence or in neighbours."""
        ours, theirs = self.places.get(key, ()), self.places.get(other, ())
        at = there = 0
        while at < len(ours) and there < len(theirs):
            distance = ours[at] - theirs[there]
            if -1 <= distance <= 1:
                return True
            at, there = (at + 1, there) if distance < 0 else (at, there + 1)
        return False


def evidence(text: str) -> Evidence:
    """Return a text as evidence."""
    pieces = list(sentences(text))
    words = [stated_words(piece) for piece in pieces]
    # Backwards: where several are spelled alike, the first of them stays.
    by_text = {one.text: one for some in reversed(words) for one in reversed(some)}
    places = _places(words)
    return Evidence(
        sentences=pieces,
        words=words,
        places=places,
        texts=set(by_text),
        senses=set().union(*[one.senses for one in by_text.values() if one.senses]),
        prefixes={key[:PREFIX] for key in places if len(key) >= PREFIX},
        bigrams=set(chain.from_iterable(map(_content_pairs, words))),
    )


def _content_pairs(some: list[Word]) -> Iterable[tuple[str, str]]:
    return pairwise([one.key for one in some if not one.stop])


def _places(words: list[list[Word]]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for number, some in enumerate(words):
        for key in dict.fromkeys([one.key for one in some]):
            known = places.get(key)
            if known is None:
                places[key] = [number]
            elif len(known) < MAX_PLACES:
                known.append(number)
    return places
