"""Vectors of words: what they say of the meaning of a sentence that they stand in.

Three descriptions of each word stand side by side: its vector by a sentence model that reads it
alone (`sentence_model.py`), its published vector (GloVe), and what goes together with it in our
texts. They are joined and made short by a reduced-rank regression (Izenman 1975): the mean of the
words' vectors, weighted by rarity, is to predict the sentence model's vector of the sentence. From
there vectors and weights are learned together (`fitted_vectors.py`).

What goes together: positive pointwise mutual information of words within a window, reduced by a
truncated singular value decomposition (Levy and Goldberg 2014, "Neural word embedding as implicit
matrix factorization"; Levy, Goldberg and Dagan 2015 for the smoothing and the square root of the
values). The topics of `own_topics.txt` stand beside the words as further columns: words of one
topic get vectors that are near although the texts are few.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import archives
import numpy as np
from fitted_vectors import Said, fitted
from numpy.typing import NDArray
from relevance_rows import learned
from rows import rows
from scipy import sparse
from sentence_model import SentenceModel
from sklearn.utils.extmath import randomized_svd

from llmeval.scorers.facts.analysis import sentences, words

Matrix = NDArray[np.float64]

PUBLISHED = 60_000
"""Of the published words, so many of the most frequent ones are looked at."""
FREQUENT = 8
"""A word of so many of our texts has a vector, whether or not it is frequent elsewhere."""
COUNTED, COUNTED_DIMENSIONS = 8_000, 72
"""Of so many words it is counted what goes together with them."""
SAMPLED, LONGEST = 6_000, 40
"""So many sentences of texts are learned from beside prompts and replies; words of each."""
RIDGE = 10.0
LEAST = 0.15
"""How much a word says at least, to start from."""
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


@cache
def _read() -> list[list[str]]:
    return [[one.key for one in words(text[:4000]) if not one.stop] for text in texts()]


@cache
def _published() -> tuple[dict[str, str], dict[str, NDArray[np.float64]]]:
    """Return by key of a word its most frequent spelling, and the vector of that."""
    spelled, vectors_ = {}, {}
    for text, vector in zip(*archives.word_vectors(PUBLISHED), strict=True):
        found = words(text)
        if len(found) == 1 and found[0].key not in spelled:
            spelled[found[0].key], vectors_[found[0].key] = text, vector
    return spelled, vectors_


def vocabulary(size: int) -> list[str]:
    """Return keys of words: those of topics, frequent in our texts, frequent in English."""
    having = Counter(key for text in _read() for key in set(text))
    frequent = sorted(having, key=lambda key: (-having[key], key))
    ours = [key for key in frequent if having[key] >= FREQUENT]
    ordered = [*[key for some in topics() for key in some], *ours, *_published()[0]]
    return list(dict.fromkeys(ordered))[:size]


def vectors(keys: Sequence[str], rarities: Matrix, dimensions: int) -> tuple[Matrix, Matrix]:
    """Return the vectors of words, one row each, and how much each word counts in a text.

    Args:
        keys: Of the words.
        rarities: How much each of them says.
        dimensions: Of a vector.
    """
    model = SentenceModel()
    spelled, published = _published()
    alone = model.vectors([spelled.get(key) or _spelling()[key] for key in keys])
    elsewhere = np.array([published.get(key, np.zeros(100)) for key in keys])
    beside = [_centred(alone.astype(float)), _centred(elsewhere), _together(keys)]
    said = _said(keys, model)
    start = _projected(np.hstack(beside), rarities, said, dimensions)
    return fitted(start, np.maximum(rarities, LEAST), said)


def _said(keys: Sequence[str], model: SentenceModel) -> Said:
    place = {key: number for number, key in enumerate(keys)}
    having = [
        (row, place[key])
        for row, text in enumerate(_sentences())
        for key in dict.fromkeys([one.key for one in words(text)])
        if key in place
    ]
    row_of, column_of = np.array(having).T
    shape = (len(_sentences()), len(keys))
    counts = sparse.csr_matrix((np.ones(len(having)), (row_of, column_of)), shape)
    return Said(counts, model.vectors(_sentences()).astype(float))


@cache
def _sentences() -> list[str]:
    """Return prompts, replies to instructions and a sample of the sentences of our texts."""
    sources = learned()
    prompts = [prompt for source in sources for prompt, _ in source.asked]
    replies = [reply for source in sources if source.of_tasks for _, reply in source.asked]
    chosen = random.Random(1)
    sampled = [
        chosen.choice(list(sentences(text)) or [text])
        for text in chosen.sample([text[:3000] for text in texts()], SAMPLED)
    ]
    cut = [" ".join(text.split()[:LONGEST]) for text in (*prompts, *replies, *sampled)]
    return [text for text in dict.fromkeys(cut) if words(text)]


def _projected(inputs: Matrix, rarities: Matrix, said: Said, dimensions: int) -> Matrix:
    counts, wanted = said
    given = _unit(counts @ (rarities[:, None] * inputs))
    square = given.T @ given + RIDGE * np.eye(inputs.shape[1])
    weights = np.linalg.solve(square, given.T @ (wanted - wanted.mean(axis=0)))
    directions = np.linalg.svd(given @ weights, full_matrices=False)[2][:dimensions].T
    return _unit(inputs @ weights @ directions)


@cache
def _spelling() -> Mapping[str, str]:
    """Return a spelling of each key in texts and topics."""
    lines = (Path(__file__).parent / "own_topics.txt").read_text(encoding="utf-8").splitlines()
    return {one.key: one.text for text in (*texts(), *lines) for one in words(text[:4000])}


def _unit(found: Matrix) -> Matrix:
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def _centred(found: Matrix) -> Matrix:
    """Return vectors without what all have in common (Mu and Viswanath 2018), of length 1."""
    known = found.any(axis=1, keepdims=True)
    return _unit((found - found[known[:, 0]].mean(axis=0)) * known)


def _together(keys: Sequence[str]) -> Matrix:
    """Return what goes together with each word; 0 for a word that is not counted."""
    counted = keys[:COUNTED]
    information = _information(_counted(_read(), counted))
    found = _reduced(_beside(information, _membership(topics(), counted)), COUNTED_DIMENSIONS)
    return np.vstack([found, np.zeros((len(keys) - len(counted), COUNTED_DIMENSIONS))])


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


def _reduced(matrix: sparse.csr_matrix, dimensions: int) -> Matrix:
    left, values, _ = randomized_svd(matrix, dimensions, n_iter=4, random_state=1)
    return _unit(left * np.sqrt(values))
