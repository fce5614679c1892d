"""Features and labels -> boosted trees as plain arrays."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from llmeval.scorers.facts.trees import DIGITS, LEAF, Trees

Matrix = NDArray[np.float64]


def boosted(
    features: Matrix,
    labels: NDArray[np.int64],
    *,
    depth: int,
    trees: int,
    rate: float,
    leaf: int = 30,
    strength: float = 5.0,
    weights: NDArray[np.float64] | None = None,
    signs: Sequence[int] | None = None,
) -> Trees:
    """Return trees that were fitted one after the other to what those before got wrong.

    Where the sign of a feature is 1, more of it only raises the log-odds, with -1 only lowers them.
    """
    model = HistGradientBoostingClassifier(
        max_depth=depth,
        max_iter=trees,
        learning_rate=rate,
        min_samples_leaf=leaf,
        l2_regularization=strength,
        early_stopping=False,
        random_state=0,
        monotonic_cst=signs,
    )
    model.fit(np.round(features, DIGITS), labels, sample_weight=weights)
    return _plain(model)


def _plain(model: HistGradientBoostingClassifier) -> Trees:
    found = Trees([], [], [], [], [], float(model._baseline_prediction.item()))  # noqa: SLF001
    for (tree,) in model._predictors:  # noqa: SLF001  the one place where the trees stand
        start = len(found.feature)
        found.roots.append(start)
        for node in tree.nodes:
            leaf = bool(node["is_leaf"])
            found.feature.append(LEAF if leaf else int(node["feature_idx"]))
            found.threshold.append(float(node["value"] if leaf else node["num_threshold"]))
            found.left.append(0 if leaf else start + int(node["left"]))
            found.right.append(0 if leaf else start + int(node["right"]))
    return found


def margins(model: Trees, features: Matrix) -> Matrix:
    """Return the log-odds of each row."""
    return np.array([model.margin(row) for row in features.tolist()])


def balanced(labels: NDArray[np.int64]) -> Matrix:
    """Return weights that make both labels count the same, 1 on average."""
    share = labels.mean()
    return np.where(labels == 1, 0.5 / share, 0.5 / (1 - share))


def folds(groups: Sequence[object], count: int) -> list[tuple[NDArray[np.int64], ...]]:
    """Return (train, test) rows of each fold; a group is never on both sides."""
    from sklearn.model_selection import GroupKFold

    numbers = {group: place for place, group in enumerate(dict.fromkeys(groups))}
    found = np.array([numbers[group] for group in groups])
    return list(GroupKFold(count).split(found, groups=found))
