"""Vectors of words, learned from texts: which words stand near each other.

Positive pointwise mutual information of words within a window, reduced by a truncated singular
value decomposition (Levy and Goldberg 2014, "Neural word embedding as implicit matrix
factorization"; Levy, Goldberg and Dagan 2015 for the smoothing and the square root of the values).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rows import rows
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from llmeval.scorers.facts.analysis import words

WINDOW = 10
SMOOTHING = 0.75
SETS = {
    "qa_evouna_nq": ("question", "answer"),
    "qa_truthfulqa": ("question", "answer"),
    "refusal_chatgpt": ("prompt", "response"),
    "attack_gptfuzz": ("goal", "response"),
    "factuality_halueval_qa": ("question", "context", "response"),
    "factuality_begin": ("context", "response"),
    "factuality_summedits": ("context",),
    "toxicity_wiki_context": ("text",),
    "toxicity_wiki_eval": ("text",),
    "injection_bipia": ("text",),
}
"""What is read; no set on which a scorer with vectors is measured."""


def texts() -> list[str]:
    """Return texts, each once.

    A question and its answer are two texts: that their words go together is not to be learned
    here, where the rows are those that the scorer is fitted to.
    """
    found = {
        str(row.get(column) or ""): None
        for name, columns in SETS.items()
        for row in rows(name)
        for column in columns
    }
    return list(found)


def vectors(size: int, dimensions: int) -> tuple[list[str], NDArray[np.float64]]:
    """Return the keys of the most frequent words and their vectors, one row each, of length 1."""
    read = [[one.key for one in words(text[:4000]) if not one.stop] for text in texts()]
    having = Counter(key for text in read for key in set(text))
    keys = [key for key, _ in sorted(having.items(), key=lambda pair: (-pair[1], pair[0]))[:size]]
    return keys, _reduced(_information(_counted(read, keys)), dimensions)


def _counted(read: Iterable[Sequence[str]], keys: Sequence[str]) -> sparse.csr_matrix:
    place = {key: number for number, key in enumerate(keys)}
    total = sparse.csr_matrix((len(keys), len(keys)))
    held: list[tuple[NDArray[np.int32], NDArray[np.int32]]] = []
    for text in read:
        numbers = np.array([place[key] for key in text if key in place], np.int32)
        for gap in range(1, min(WINDOW, len(numbers) - 1) + 1):
            held.append((numbers[:-gap], numbers[gap:]))
        if len(held) > 100_000:
            total, held = total + _matrix(held, len(keys)), []
    total = total + _matrix(held, len(keys))
    return total + total.T


def _matrix(
    held: Sequence[tuple[NDArray[np.int32], NDArray[np.int32]]], size: int
) -> sparse.csr_matrix:
    if not held:
        return sparse.csr_matrix((size, size))
    left, right = (np.concatenate(side) for side in zip(*held, strict=True))
    return sparse.coo_matrix((np.ones(len(left)), (left, right)), (size, size)).tocsr()


def _information(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    sums = np.asarray(counts.sum(axis=1)).ravel() + 1e-9
    smooth = sums**SMOOTHING
    found = counts.tocoo()
    values = np.log(found.data * smooth.sum() / (sums[found.row] * smooth[found.col]))
    kept = values > 0
    return sparse.csr_matrix((values[kept], (found.row[kept], found.col[kept])), shape=counts.shape)


def _reduced(matrix: sparse.csr_matrix, dimensions: int) -> NDArray[np.float64]:
    left, values, _ = randomized_svd(matrix, dimensions, n_iter=4, random_state=1)
    found = left * np.sqrt(values)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
