"""How near the words of a question and of an answer are in meaning, by vectors learned from texts.

Whole numbers as far as they go: the same features on every platform.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final
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


@lru_cache(maxsize=1 << 16)
def hashed(key: str) -> int:
    """Return the number under which a word's vector is kept."""
    return crc32(key.encode("utf-8", "surrogatepass"))


@cache
def _table() -> tuple[Mapping[int, int], Vectors, Likeness, NDArray[np.int64]]:
    found = arrays(FILE)
    # Whole numbers below 2**24: sums of their products are exact, in any order, and quick.
    vectors = found["vectors"].astype(np.float32)
    places = {number: place for place, number in enumerate(found["vector_hash"].tolist())}
    norms = np.sqrt((vectors**2).sum(axis=1).astype(np.float64))
    rarities = np.rint(_RARITY_STEPS * found["rarity"].astype(np.float64)).astype(np.int64)
    return places, vectors, norms, rarities


def features(question: Sequence[str], answer: Sequence[str]) -> list[float]:
    """Return the features of the keys of a question's and an answer's content words.

    Args:
        question: Each key once.
        answer: Each key once.
    """
    places, vectors, norms, rarities = _table()
    ours = {key: place for key in question if (place := places.get(hashed(key))) is not None}
    theirs = {key: place for key in answer if (place := places.get(hashed(key))) is not None}
    if not ours or not theirs:
        return [0.0] * len(NAMES)
    wanted = np.array(list(ours.values()))
    given = np.array(list(theirs.values())[:MAX_WORDS])
    like = (vectors[wanted] @ vectors[given].T) / np.outer(norms[wanted], norms[given])
    weights, counts = rarities[wanted], rarities[given]
    new = np.array([key not in ours for key in theirs])[:MAX_WORDS]
    whole = _sum(weights, vectors[wanted])
    return [
        _cosine(whole, _sum(counts, vectors[given])),
        _cosine(whole, _sum(counts * new, vectors[given])),
        _mean(like.max(axis=1), weights),
        *_of_new(like[:, new], weights, counts[new]),
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
    places, vectors, _, rarities = _table()
    known = [place for key in keys if (place := places.get(hashed(key))) is not None]
    return _sum(rarities[known], vectors[known])


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
