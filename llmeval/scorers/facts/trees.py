"""Boosted decision trees as plain arrays, evaluated without a library."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from llmeval.scorers.linear import arrays

LEAF: Final = -1
DIGITS: Final = 6
"""Features are compared to so many digits: the last bits of a logarithm differ by platform."""


class Trees(Struct, frozen=True):
    """A sum of decision trees (Friedman 2001, "Greedy function approximation").

    All nodes of all trees stand in one row: a reply walks from each root to a leaf.
    """

    feature: list[int]
    """By node: the feature that is compared; LEAF at a leaf."""
    threshold: list[float]
    """By node: features up to it go left. At a leaf: its value, in log-odds."""
    left: list[int]
    right: list[int]
    roots: list[int]
    bias: float

    def margin(self, features: Sequence[float]) -> float:
        """Return the log-odds for the features of one reply."""
        rounded = [round(value, DIGITS) for value in features]
        feature, threshold, left, right = self.feature, self.threshold, self.left, self.right
        total = self.bias
        for root in self.roots:
            node = root
            while (which := feature[node]) >= 0:
                node = left[node] if rounded[which] <= threshold[node] else right[node]
            total += threshold[node]
        return total


@cache
def trees(name: str, part: str = "") -> Trees:
    """Return the trees of `weights/NAME.npz`, as `packed` wrote them.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It holds something other than plain arrays.
    """
    return unpacked(arrays(name), part)


def packed(model: Trees, part: str = "") -> dict[str, NDArray[Any]]:
    """Return trees as arrays for one `.npz` file; the part tells several models in it apart."""
    return {
        f"{part}feature": np.array(model.feature, np.int16),
        f"{part}threshold": np.array(model.threshold, np.float64),
        f"{part}left": np.array(model.left, np.uint16),
        f"{part}right": np.array(model.right, np.uint16),
        f"{part}roots": np.array(model.roots, np.uint16),
        f"{part}bias": np.array(model.bias),
    }


def unpacked(found: Mapping[str, NDArray[Any]], part: str = "") -> Trees:
    """Return the trees that `packed` has made into arrays."""
    return Trees(
        feature=found[f"{part}feature"].tolist(),
        threshold=found[f"{part}threshold"].tolist(),
        left=found[f"{part}left"].tolist(),
        right=found[f"{part}right"].tolist(),
        roots=found[f"{part}roots"].tolist(),
        bias=float(found[f"{part}bias"]),
    )
