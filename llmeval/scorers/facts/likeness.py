"""How near the words of a question and of an answer are in meaning, by vectors learned from texts.

Whole numbers as far as they go: the same features on every platform.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from llmeval.scorers.linear import arrays

FILE: Final = "relevance"
MAX_WORDS: Final = 200
"""Of an answer: what follows says nothing new of what it is about."""
NEAR: Final = 0.4
STRONGEST: Final = 3
_RARITY_STEPS: Final = 100

NAMES: Final = (
    "like", "like_new", "like_best", "like_best_new", "like_of_answer", "like_strongest",
    "like_share", "like_words",
)  # fmt: skip

Likeness = NDArray[np.float64]
Vectors = NDArray[np.float32]
Weights = NDArray[np.int64]


@lru_cache(maxsize=1 << 16)
def hashed(key: str) -> int:
    """Return the number under which a word's vector is kept."""
    return crc32(key.encode("utf-8", "surrogatepass"))


class _Table(NamedTuple):
    """What is known of words: one row each."""

    places: Mapping[int, int]
    """The row of each word, by its number."""
    vectors: Vectors
    """Whole numbers -7…7; shape (words, dimensions)."""
    norms: NDArray[np.float64]
    """Their lengths."""
    rarities: Weights
    """How much it says that two texts have a word, alone."""
    weights: Weights
    """How much a word counts in a text, as learned together with the vectors."""


@cache
def _table() -> _Table:
    found = arrays(FILE)
    # Whole numbers whose sums stay below 2**24 (up to 9,400 words): exact in any order, and quick.
    vectors = found["vectors"].astype(np.float32)
    return _Table(
        places={number: place for place, number in enumerate(found["vector_hash"].tolist())},
        vectors=vectors,
        norms=np.sqrt((vectors**2).sum(axis=1).astype(np.float64)),
        rarities=np.rint(_RARITY_STEPS * found["rarity"].astype(np.float64)).astype(np.int64),
        weights=found["vector_weight"].astype(np.int64),
    )


def features(question: Sequence[str], answer: Sequence[str]) -> list[float]:
    """Return the features of the keys of a question's and an answer's content words.

    Args:
        question: Each key once.
        answer: Each key once.
    """
    table = _table()
    places, vectors, norms = table.places, table.vectors, table.norms
    ours = {key: place for key in question if (place := places.get(hashed(key))) is not None}
    theirs = {key: place for key in answer if (place := places.get(hashed(key))) is not None}
    if not ours or not theirs:
        return [0.0] * len(NAMES)
    wanted = np.array(list(ours.values()))
    given = np.array(list(theirs.values())[:MAX_WORDS])
    like = (vectors[wanted] @ vectors[given].T) / np.outer(norms[wanted], norms[given])
    rarities, counts = table.rarities[wanted], table.rarities[given]
    weights = table.weights[given]
    new = np.array([key not in ours for key in theirs])[:MAX_WORDS]
    whole = _sum(table.weights[wanted], vectors[wanted])
    return [
        _cosine(whole, _sum(weights, vectors[given])),
        _cosine(whole, _sum(weights * new, vectors[given])),
        _mean(like.max(axis=1), rarities),
        *_of_new(like[:, new], rarities, counts[new]),
        float(len(ours)),
    ]


def of_all(question: Sequence[str], answer: Sequence[str]) -> float:
    """Return how alike all words of a question and of an answer are, function words as well.

    Args:
        question: Each key once.
        answer: Each key once.
    """
    return _cosine(_whole(question), _whole(answer[:MAX_WORDS]))


def _whole(keys: Sequence[str]) -> NDArray[np.int64]:
    table = _table()
    known = [place for key in keys if (place := table.places.get(hashed(key))) is not None]
    return _sum(table.weights[known], table.vectors[known])


def _sum(weights: NDArray[np.int64], vectors: Vectors) -> NDArray[np.int64]:
    return (weights.astype(np.float32) @ vectors).astype(np.int64)


def _of_new(
    like: Likeness, weights: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[float, float, float, float]:
    """Return what the words that are in the answer alone say."""
    if not like.size:
        return 0.0, 0.0, 0.0, 0.0
    best = like.max(axis=0)
    strongest = np.sort(like, axis=None)[-STRONGEST:].tolist()
    return (
        _mean(like.max(axis=1), weights),
        _mean(best, counts),
        math.fsum(strongest) / len(strongest),
        int((best > NEAR).sum()) / len(best),
    )


def _cosine(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    sizes = math.sqrt(int(one @ one)) * math.sqrt(int(other @ other))
    return int(one @ other) / sizes if sizes else 0.0


def _mean(values: Likeness, weights: NDArray[np.int64]) -> float:
    each: Any = zip(values.tolist(), weights.tolist(), strict=True)
    return math.fsum(value * weight for value, weight in each) / max(1, int(weights.sum()))
