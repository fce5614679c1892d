"""Vectors of whole sentences by a small transformer, in NumPy: what word vectors are to learn.

all-MiniLM-L6-v2 (Reimers and Gurevych 2019, "Sentence-BERT"; Wang et al. 2020, "MiniLM"): six
layers, the mean of the pieces' last states. It is used for training alone and never shipped.
"""

import re
import unicodedata
from collections.abc import Sequence

import archives
import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Matrix = NDArray[np.float32]

LAYERS, HEADS, WIDTH = 6, 12, 384
FIRST, LAST, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
LONGEST = 60
"""Pieces of a text that are read."""
TOGETHER = 4000
"""Pieces that are computed at a time."""
_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")


class SentenceModel:
    """Texts -> vectors of length 1, near each other where the texts mean something alike."""

    def __init__(self) -> None:
        self._pieces, self._arrays = archives.sentence_model()

    def vectors(self, texts: Sequence[str]) -> Matrix:
        """Return the vector of each text; shape (texts, 384)."""
        read = [self._numbers(text) for text in texts]
        found = np.zeros((len(read), WIDTH), np.float32)
        by_length: dict[int, list[int]] = {}
        for place, numbers in enumerate(read):
            by_length.setdefault(len(numbers), []).append(place)
        for length, places in by_length.items():
            step = max(1, TOGETHER // length)
            for start in range(0, len(places), step):
                some = places[start : start + step]
                found[some] = self._states(np.array([read[place] for place in some])).mean(axis=1)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def _numbers(self, text: str) -> list[int]:
        plain = [
            sign
            for sign in unicodedata.normalize("NFD", text.lower())
            if not unicodedata.combining(sign)
        ]
        pieces = [piece for word in _WORD.findall("".join(plain)) for piece in self._split(word)]
        return [self._pieces[piece] for piece in (FIRST, *pieces[:LONGEST], LAST)]

    def _split(self, word: str) -> list[str]:
        """Return the longest known beginning, then that of the rest, and so on (WordPiece)."""
        found: list[str] = []
        start = 0
        while start < len(word):
            before = "##" if start else ""
            end = len(word)
            while end > start and before + word[start:end] not in self._pieces:
                end -= 1
            if end == start:
                return [UNKNOWN]
            found.append(before + word[start:end])
            start = end
        return found

    def _states(self, numbers: "np.ndarray") -> Matrix:
        length = numbers.shape[1]
        states = self._normal(
            self._arrays["embeddings.word_embeddings.weight"][numbers]
            + self._arrays["embeddings.position_embeddings.weight"][:length]
            + self._arrays["embeddings.token_type_embeddings.weight"][0],
            "embeddings",
        )
        for layer in range(LAYERS):
            name = f"encoder.layer.{layer}"
            attended = self._linear(self._attended(states, name), f"{name}.attention.output.dense")
            states = self._normal(states + attended, f"{name}.attention.output")
            inner = self._linear(states, f"{name}.intermediate.dense")
            inner = (inner * (1 + erf(inner / np.sqrt(np.float32(2)))) / 2).astype(np.float32)
            states = self._normal(
                states + self._linear(inner, f"{name}.output.dense"), f"{name}.output"
            )
        return states

    def _attended(self, states: Matrix, name: str) -> Matrix:
        shape = (*states.shape[:2], HEADS, WIDTH // HEADS)
        query, key, value = (
            self._linear(states, f"{name}.attention.self.{part}")
            .reshape(shape)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        weights = query @ key.transpose(0, 1, 3, 2) / np.sqrt(np.float32(shape[-1]))
        weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        return (weights @ value).transpose(0, 2, 1, 3).reshape(states.shape)

    def _linear(self, states: Matrix, name: str) -> Matrix:
        return states @ self._arrays[f"{name}.weight"].T + self._arrays[f"{name}.bias"]

    def _normal(self, states: Matrix, name: str) -> Matrix:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        weight, bias = (self._arrays[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return centred / spread * weight + bias
