"""Trained linear models over hashed n-grams, read from plain arrays beside the code."""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from llmeval.scorers.ngrams import Ngrams

FOLDER: Final = Path(__file__).parent / "weights"

Arrays = Mapping[str, NDArray[Any]]


@cache
def arrays(name: str) -> Arrays:
    """Return the arrays of `weights/NAME.npz`, read once per process; nothing in it is executed.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It holds something other than plain arrays.
    """
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as file:
        return {key: file[key] for key in file.files}


class Linear(Struct, frozen=True, kw_only=True):
    """A linear model: for each head the sum of the weights of a text's n-grams.

    Weights are whole numbers, so their sum is exact: the same on every platform, in any order,
    alone or among other texts.
    """

    ngrams: Ngrams
    weights: NDArray[np.int8]
    """Shape (heads, 2**bits)."""
    scale: tuple[float, ...]
    """By head: what a weight of 1 counts."""
    bias: tuple[float, ...]

    def margins(self, text: str) -> tuple[float, ...]:
        """Return the log-odds of each head: bias + scale * sum of weights / sqrt(n-grams)."""
        return self.margins_many((text,))[0]

    def margins_many(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Return the log-odds of each head for each text, the same as one by one."""
        slots, owner = self.ngrams.placed(texts)
        count = len(texts)
        sizes = np.bincount(owner, minlength=count).tolist()
        # Doubles hold whole numbers up to 2**53: nothing is rounded.
        sums = [np.bincount(owner, head[slots], count).tolist() for head in self.weights]
        return [
            tuple(
                bias + scale * total[place] / math.sqrt(max(sizes[place], 1))
                for bias, scale, total in zip(self.bias, self.scale, sums, strict=True)
            )
            for place in range(count)
        ]

    def shares(self, text: str) -> NDArray[np.float64]:
        """Return what each word adds to the log-odds of each head.

        An n-gram of several words counts half for its first and half for its last one.

        Returns:
            Shape (heads, words), words as `text.split()` has them; the sum of a row is the margin
            of the head without its bias.
        """
        slots, first, last = self.ngrams.covered(text)
        count = len(text.split())
        scales = np.array(self.scale) / (2 * math.sqrt(max(len(slots), 1)))
        found = [
            np.bincount(first, head[slots], count) + np.bincount(last, head[slots], count)
            for head in self.weights
        ]
        return np.array(found) * scales[:, None]


@cache
def linear(name: str) -> Linear:
    """Return the model of `weights/NAME.npz`, as `packed` wrote it.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It holds something other than plain arrays.
    """
    return unpacked(arrays(name))


def packed(model: Linear, prefix: str = "") -> dict[str, NDArray[Any]]:
    """Return a model as arrays for one `.npz` file; a prefix lets several stand in one."""
    ngrams = model.ngrams
    found: dict[str, NDArray[Any]] = {
        "chars": np.array(ngrams.chars, np.int16),
        "words": np.array(ngrams.words, np.int16),
        "window": np.array(ngrams.window, np.int16),
        "weights": model.weights,
        "scale": np.array(model.scale),
        "bias": np.array(model.bias),
    }
    return {f"{prefix}{key}": array for key, array in found.items()}


def unpacked(found: Arrays, prefix: str = "") -> Linear:
    """Return the model that `packed` has made into arrays."""
    weights = found[f"{prefix}weights"]
    return Linear(
        ngrams=Ngrams(
            bits=weights.shape[1].bit_length() - 1,
            chars=tuple(found[f"{prefix}chars"].tolist()),
            words=tuple(found[f"{prefix}words"].tolist()),
            window=int(found[f"{prefix}window"]),
        ),
        weights=weights,
        scale=tuple(found[f"{prefix}scale"].tolist()),
        bias=tuple(found[f"{prefix}bias"].tolist()),
    )


def probability(margin: float) -> float:
    """Return the probability of log-odds, to 6 digits: the last bits of exp differ by platform."""
    if margin < 0:
        odds = math.exp(max(margin, -700))
        return round(odds / (1 + odds), 6)
    return round(1 / (1 + math.exp(-margin)), 6)
