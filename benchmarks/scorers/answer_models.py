"""Labelled answers -> the models of `factuality` for references."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from boosting import Matrix, boosted, folds, margins
from fitting import matrix, whole
from msgspec import Struct
from rows import Row, rows
from sklearn.linear_model import LogisticRegression

from llmeval.scorers.facts import answers, misconceptions
from llmeval.scorers.facts.trees import Trees
from llmeval.scorers.linear import Linear
from llmeval.scorers.ngrams import Ngrams

NGRAMS = Ngrams(bits=14, chars=(), words=(1, 2))
STRENGTH = 1.0
OTHER_WEIGHT = 0.3
"""What an answer of another data set counts."""


class AnswerModel(Struct):
    """For short references."""

    trees: Trees

    @classmethod
    def trained(cls, found: Sequence[Row]) -> "AnswerModel":
        """Return the model of labelled answers."""
        labels = np.array([row["label"] for row in found])
        features = np.array([_features(row) for row in found])
        return cls(boosted(features, labels, depth=4, trees=300, rate=0.04, leaf=60, strength=10.0))

    def probabilities(self, found: Sequence[Row]) -> Matrix:
        """Return how likely each answer is right."""
        return sigmoid(margins(self.trees, np.array([_features(row) for row in found])))


def sigmoid(odds: Matrix) -> Matrix:
    """Return the probabilities of log-odds."""
    return 1 / (1 + np.exp(-odds))


_known: dict[str, list[float]] = {}


def _features(row: Row) -> list[float]:
    if row["id"] not in _known:
        found = answers.answered(row["answer"], row["references"], row["question"])
        _known[row["id"]] = answers.features(found) if found else [0.0] * len(answers.NAMES)
    return _known[row["id"]]


class MisconceptionModel(Struct):
    """For right and wrong references."""

    wording: Linear
    """What wording alone says: myths are told and denied in certain words."""
    trees: Trees

    @classmethod
    def trained(cls, found: Sequence[Row]) -> "MisconceptionModel":
        """Return the model of labelled answers."""
        labels = np.array([row["label"] for row in found])
        unseen = np.zeros(len(found))
        for train, test in folds([row["question"] for row in found], 5):
            part = _wording([found[place] for place in train])
            unseen[test] = _wording_margins(part, [found[place] for place in test])
        words, others = _wording(found), _others()
        sides = np.array([_both_sides(row) for row in [*found, *others]])
        model = boosted(
            np.c_[sides, np.r_[unseen, _wording_margins(words, others)]],
            np.r_[labels, [row["label"] for row in others]],
            depth=6,
            trees=250,
            rate=0.04,
            leaf=40,
            strength=10.0,
            weights=np.r_[np.ones(len(found)), np.full(len(others), OTHER_WEIGHT)],
        )
        return cls(words, model)

    def probabilities(self, found: Sequence[Row]) -> Matrix:
        """Return how likely each answer is true."""
        sides = np.array([_both_sides(row) for row in found])
        return sigmoid(margins(self.trees, np.c_[sides, _wording_margins(self.wording, found)]))


def _wording(found: Sequence[Row]) -> Linear:
    slots = [NGRAMS.slots(misconceptions.wording(row["answer"])) for row in found]
    model = LogisticRegression(C=STRENGTH, max_iter=300)
    model.fit(matrix(slots, NGRAMS.bits), [row["label"] for row in found])
    return whole(NGRAMS, [(model.coef_[0], float(model.intercept_[0]))])


def _wording_margins(model: Linear, found: Sequence[Row]) -> Matrix:
    return np.array([model.margins(misconceptions.wording(row["answer"]))[0] for row in found])


@cache
def _others() -> tuple[Row, ...]:
    """Return answers of another set, with other systems' wrong ones as wrong references."""
    asked: dict[str, list[Row]] = {}
    for row in rows("qa_evouna_nq"):
        asked.setdefault(row["question"], []).append(row)
    return tuple(
        {**row, "wrong_references": wrong}
        for alike in asked.values()
        for row in alike
        if (wrong := [one["answer"] for one in alike if not one["label"] and one is not row])
    )


_known_sides: dict[str, list[float]] = {}


def _both_sides(row: Row) -> list[float]:
    if row["id"] not in _known_sides:
        sides = misconceptions.sides(
            row["answer"], row["references"], row["wrong_references"], row["question"]
        )
        _known_sides[row["id"]] = misconceptions.features(sides)
    return _known_sides[row["id"]]
