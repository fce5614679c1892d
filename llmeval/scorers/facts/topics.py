"""How near a question and an answer are in topic, by a thesaurus of words that go together."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from llmeval.scorers.facts.likeness import MAX_WORDS, hashed
from llmeval.scorers.linear import arrays

FILE: Final = "relevance"

NAMES: Final = (
    "topic", "topic_new", "topic_best", "topic_of_answer", "topic_of_question", "topic_known",
    "topic_known_answer",
)  # fmt: skip

Rarity = Callable[[str], float]
Topics = tuple[int, ...]


@cache
def _table() -> Mapping[int, Topics]:
    found = arrays(FILE)
    table: dict[int, list[int]] = {}
    for word, topic in zip(found["topic_word"].tolist(), found["topic"].tolist(), strict=True):
        table.setdefault(word, []).append(topic)
    return {word: tuple(topics) for word, topics in table.items()}


@lru_cache(maxsize=1 << 16)
def topics(key: str) -> Topics:
    """Return the topics that a word belongs to; a word of many topics says little of each."""
    return _table().get(hashed(key), ())


def features(question: Sequence[str], answer: Sequence[str], rarity: Rarity) -> list[float]:
    """Return the features of the keys of a question's and an answer's content words.

    Args:
        question: Each key once.
        answer: Each key once.
        rarity: How much a key counts.
    """
    asked = set(question)
    ours = [key for key in question if topics(key)]
    theirs = [key for key in answer[:MAX_WORDS] if topics(key)]
    new = [key for key in theirs if key not in asked]
    wanted, given = _profile(ours, rarity), _profile(new, rarity)
    repeated = [key for key in theirs if key in asked]
    return [
        _cosine(wanted, _profile(repeated, rarity, given)),
        _cosine(wanted, given),
        max((min(wanted[one], given[one]) for one in wanted if one in given), default=0.0),
        _within(new, wanted),
        _within(ours, given),
        float(min(20, len(ours))),
        float(min(20, len(new))),
    ]


def _profile(
    keys: Sequence[str], rarity: Rarity, others: Mapping[int, float] | None = None
) -> dict[int, float]:
    """Return how much words say of each topic, added to what others say."""
    found = dict(others or {})
    for key in keys:
        mine = topics(key)
        weight = rarity(key) / len(mine)
        for one in mine:
            found[one] = found.get(one, 0.0) + weight
    return found


def _cosine(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    shared = math.fsum(value * other[key] for key, value in one.items() if key in other)
    if not shared:
        return 0.0
    squares = [math.fsum(value * value for value in some.values()) for some in (one, other)]
    return shared / math.sqrt(squares[0] * squares[1])


def _within(keys: Sequence[str], profile: Mapping[int, float]) -> float:
    """Return the share of the words that have a topic of a profile."""
    known = profile.keys()
    hits = sum(not known.isdisjoint(topics(key)) for key in keys)
    return hits / max(1, len(keys))
