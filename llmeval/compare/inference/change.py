"""When a series changed: a slow slide that no comparison of two runs shows."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from llmeval.compare.inference.draws import Draws, Floats

FEWEST = 6
_DRAWINGS = 1_999


class Change(NamedTuple):
    """The most likely place of a change of the mean."""

    place: int
    """The first value after it."""
    before: float
    after: float
    """Means on both sides."""
    p: float


def of(values: Sequence[float]) -> Change | None:
    """Return where the mean of a series changed most; None of fewer than `FEWEST` values.

    The greatest standardised cumulated deviation over all places (Page 1955; Hawkins 1977), held
    against the same of shuffled orders: had nothing changed, every order is as likely.
    """
    if len(values) < FEWEST:
        return None
    found = np.array(values, dtype=float)
    orders = np.argsort(Draws(len(values)).keys((_DRAWINGS, len(values))), axis=1)
    rows = np.vstack((found, found[orders]))
    deviations = _deviations(rows)
    greatest = np.round(deviations.max(axis=1), 12)
    place = int(deviations[0].argmax()) + 1
    return Change(
        place=place,
        before=float(found[:place].mean()),
        after=float(found[place:].mean()),
        p=float((greatest >= greatest[0]).mean()),
    )


def _deviations(rows: Floats) -> Floats:
    """Return |S_k - k * mean| / sqrt(k (n - k) / n) for every k; shape (rows, n - 1)."""
    number = rows.shape[1]
    k = np.arange(1, number)
    sums = np.cumsum(rows - rows.mean(axis=1, keepdims=True), axis=1)[:, :-1]
    return np.asarray(np.abs(sums) / np.sqrt(k * (number - k) / number))
