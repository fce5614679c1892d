"""Labelled replies -> the document model of `factuality`."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from boosting import Matrix, balanced, boosted, folds, margins
from msgspec import Struct
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from llmeval.scorers.facts import judging
from llmeval.scorers.facts.claims import Claim, claims
from llmeval.scorers.facts.evidence import Evidence, evidence
from llmeval.scorers.facts.suspicion import BITS, signs, slot
from llmeval.scorers.facts.trees import Trees
from llmeval.scorers.facts.trees import packed as trees_as_arrays

MADE_WEIGHT = 0.25
"""What a made reply counts, of one that people judged."""
OWN_WEIGHT = 0.5
"""What a statement of our own counts: there are few."""


class Rows(Struct):
    """Replies as the model sees them."""

    features: Matrix
    signs: sparse.csr_matrix
    labels: NDArray[np.int64]
    texts: list[str]
    judged: NDArray[np.bool_]
    """By people; the others are made."""

    def __getitem__(self, chosen: Any) -> "Rows":
        places = np.arange(len(self.texts))[chosen]
        return Rows(
            self.features[places],
            self.signs[places],
            self.labels[places],
            [self.texts[place] for place in places],
            self.judged[places],
        )


class Model(Struct):
    """What is trained."""

    words: NDArray[np.float64]
    trees: Trees

    def margins(self, rows: Rows) -> Matrix:
        """Return the log-odds of each row."""
        return margins(self.trees, np.c_[rows.features, rows.signs @ self.words])

    def packed(self) -> dict[str, NDArray[Any]]:
        """Return the model as arrays."""
        return {
            **trees_as_arrays(self.trees),
            "words": np.rint(self.words / self.scale).astype(np.int8),
            "words_scale": np.array(self.scale),
        }

    @property
    def scale(self) -> float:
        """What a weight of 1 counts."""
        return float(np.abs(self.words).max()) / 127


def read(replies: Sequence[tuple[str, str, int]], *, judged: bool) -> Rows:
    """Return (text, reply, label) as the model sees them; replies without claims are left out."""
    seen = [(text, reply, _claims(text, reply), label) for text, reply, label in replies]
    seen = [row for row in seen if row[2]]
    features = [judging.features(reply, found, _evidence(text)) for text, reply, found, _ in seen]
    return Rows(
        np.array(features),
        _table([signs(found) for *_, found, _ in seen]),
        np.array([label for *_, label in seen]),
        [text for text, *_ in seen],
        np.full(len(seen), judged),
    )


_evidence = cache(evidence)


def _claims(text: str, reply: str) -> list[Claim]:
    found: Evidence = _evidence(text)
    return claims(reply, found)


def _table(found: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    ends = np.cumsum([0, *map(len, found)])
    columns = np.array([slot(sign) for some in found for sign in some], np.int32)
    return sparse.csr_matrix((np.ones(len(columns)), columns, ends), (len(found), 1 << BITS))


def joined(parts: Sequence[Rows]) -> Rows:
    """Return all rows together."""
    return Rows(
        np.concatenate([part.features for part in parts]),
        sparse.vstack([part.signs for part in parts]).tocsr(),
        np.concatenate([part.labels for part in parts]),
        [text for part in parts for text in part.texts],
        np.concatenate([part.judged for part in parts]),
    )


def fit(rows: Rows, own: Rows) -> Model:
    """Return the model of the rows and our own; words are weighed on what people judged."""
    judged = rows[rows.judged]
    suspicion = np.zeros(len(judged.texts))
    for train, test in folds(judged.texts, 6):
        suspicion[test] = judged.signs[test] @ _weights(judged[train])
    weights = _weights(judged)
    made = rows[~rows.judged]
    others = joined([made, own])
    features = np.r_[
        np.c_[judged.features, suspicion], np.c_[others.features, others.signs @ weights]
    ]
    counted = np.r_[
        balanced(judged.labels),
        MADE_WEIGHT * balanced(made.labels),
        OWN_WEIGHT * balanced(own.labels),
    ]
    trees = boosted(
        features,
        np.r_[judged.labels, others.labels],
        depth=4,
        trees=150,
        rate=0.05,
        weights=counted,
    )
    return Model(weights, trees)


def _weights(rows: Rows) -> NDArray[np.float64]:
    model = LogisticRegression(
        C=0.03, class_weight="balanced", fit_intercept=False, max_iter=500, solver="lbfgs"
    )
    found: NDArray[np.float64] = model.fit(rows.signs, rows.labels).coef_[0]
    scale = np.abs(found).max() / 127  # as they are stored
    return np.rint(found / scale) * scale
