"""Vectors and weights of words -> those whose sums tell best how alike texts are.

The sum of a text's words, each counting by its weight, becomes the text's vector; the cosine of two
texts is to be what a sentence model finds (distillation of similarities: Tung and Mori 2019,
"Similarity-preserving knowledge distillation"). Learned by gradient descent (Adam, Kingma and Ba
2015) on all pairs within batches.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Matrix = NDArray[np.float64]

ROUNDS, TOGETHER, RATE = 4, 256, 0.003
"""How often each text is read, texts of a batch, the first steps' size."""
WARMING, LAST = 50, 0.02
"""Steps that grow, and the share of the size that is left at the end."""
FIRST_MOMENT, SECOND_MOMENT = 0.9, 0.99


class Said(NamedTuple):
    """Texts by words, and the vector of each text."""

    having: sparse.csr_matrix
    """1 where a text has a word; shape (texts, words)."""
    wanted: Matrix
    """Of length 1; shape (texts, any)."""


def fitted(vectors: Matrix, weights: Matrix, said: Said) -> tuple[Matrix, Matrix]:
    """Return vectors and weights of words after learning.

    Args:
        vectors: To start from; shape (words, dimensions).
        weights: To start from, above 0; one a word.
        said: To learn from; at least TOGETHER texts, else nothing is learned.
    """
    vectors_, logs = _Moving(vectors), _Moving(np.log(weights))
    batches = list(_batches(len(said.wanted)))
    for step, rows in enumerate(batches):
        some = Said(said.having[rows], said.wanted[rows])
        of_vectors, of_logs = _pulls(vectors_.values, logs.values, some)
        size = RATE * _share(step, len(batches))
        vectors_.move(of_vectors, step, size)
        logs.move(of_logs, step, size)
    return vectors_.values, np.exp(logs.values)


class _Moving:
    """Values that go downhill, each by steps of its own (Adam)."""

    def __init__(self, start: Matrix) -> None:
        self.values = start.copy()
        self._first, self._second = np.zeros_like(start), np.zeros_like(start)

    def move(self, pull: Matrix, step: int, size: float) -> None:
        """Take the step of a number, from 0."""
        self._first += (1 - FIRST_MOMENT) * (pull - self._first)
        self._second += (1 - SECOND_MOMENT) * (pull**2 - self._second)
        mean = self._first / (1 - FIRST_MOMENT ** (step + 1))
        spread = np.sqrt(self._second / (1 - SECOND_MOMENT ** (step + 1)))
        self.values -= size * mean / (spread + 1e-8)


def _batches(count: int) -> Iterator[NDArray[np.int64]]:
    drawn = np.random.default_rng(0)
    for _ in range(ROUNDS):
        order = drawn.permutation(count)
        yield from (order[at : at + TOGETHER] for at in range(0, count - TOGETHER + 1, TOGETHER))


def _share(step: int, steps: int) -> float:
    falling = (1 + np.cos(np.pi * step / steps)) / 2
    return float(min(1.0, (step + 1) / WARMING) * (LAST + (1 - LAST) * falling))


def _pulls(vectors: Matrix, logs: Matrix, said: Said) -> tuple[Matrix, Matrix]:
    """Return the gradients of the squared error of the cosines of all pairs of texts.

    They are so up to a constant factor, which does not change Adam's steps.
    """
    weights = np.exp(logs)
    sums = said.having @ (weights[:, None] * vectors)
    sizes = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    units = sums / sizes
    wrong = units @ units.T - said.wanted @ said.wanted.T
    np.fill_diagonal(wrong, 0.0)
    pull = wrong @ units
    pull = (pull - units * (pull * units).sum(axis=1, keepdims=True)) / sizes
    of_words = said.having.T @ pull
    return weights[:, None] * of_words, weights * (of_words * vectors).sum(axis=1)
