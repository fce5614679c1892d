"""Vectors of words, learned from texts and a thesaurus: which words go together.

Positive pointwise mutual information of words within a window, reduced by a truncated singular
value decomposition (Levy and Goldberg 2014, "Neural word embedding as implicit matrix
factorization"; Levy, Goldberg and Dagan 2015 for the smoothing and the square root of the values).
The topics of `own_topics.txt` stand beside the words as further columns: words of one topic get
vectors that are near although the texts are few.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rows import rows
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from llmeval.scorers.facts.analysis import words

WINDOW = 10
SMOOTHING = 0.75
TOPICS_SHARE = 0.8
"""How much the columns of topics count, as a whole, beside those of words."""
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


def topics() -> list[list[str]]:
    """Return the keys of the words of each topic, as we wrote them down."""
    lines = (Path(__file__).parent / "own_topics.txt").read_text(encoding="utf-8").splitlines()
    return [
        list(dict.fromkeys([one.key for one in words(line) if not one.stop]))
        for line in lines
        if line.strip()
    ]


def vectors(size: int, dimensions: int) -> tuple[list[str], NDArray[np.float64]]:
    """Return keys of words and their vectors, one row each, of length 1.

    The words are those of the topics, then the most frequent ones of the texts.
    """
    read = [[one.key for one in words(text[:4000]) if not one.stop] for text in texts()]
    having = Counter(key for text in read for key in set(text))
    frequent = [key for key, _ in sorted(having.items(), key=lambda pair: (-pair[1], pair[0]))]
    found = topics()
    keys = list(dict.fromkeys([key for some in found for key in some] + frequent))[:size]
    information = _information(_counted(read, keys))
    return keys, _reduced(_beside(information, _membership(found, keys)), dimensions)


def _membership(found: Sequence[Sequence[str]], keys: Sequence[str]) -> sparse.csr_matrix:
    """Return which word belongs to which topic; a word of many topics belongs less to each."""
    place = {key: number for number, key in enumerate(keys)}
    pairs = [(place[key], topic) for topic, some in enumerate(found) for key in some]
    words_, columns = np.array(pairs).T
    sizes = np.array([len(some) for some in found])
    ones = sparse.coo_matrix(
        (1 / np.sqrt(sizes[columns]), (words_, columns)), (len(keys), len(found))
    ).tocsr()
    rare = np.log(len(found) / np.maximum(1, np.diff(ones.indptr)))
    return sparse.diags(rare) @ ones


def _beside(information: sparse.csr_matrix, topics_: sparse.csr_matrix) -> sparse.csr_matrix:
    sizes = [np.sqrt(some.multiply(some).sum()) for some in (information, topics_)]
    return sparse.hstack([information, topics_ * (TOPICS_SHARE * sizes[0] / sizes[1])]).tocsr()


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
