"""p-values from the ranks of what was measured among what could have been.

All rows are ranked together, the measured one among them, and ties count as extreme: then a
p-value of at most a comes up in at most a share a of the runs in which nothing changed, exactly.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from llmeval.compare.inference.draws import Floats


class Ranked(NamedTuple):
    """p-values of one direction, by metric."""

    shift: tuple[float, ...]
    breaks: tuple[float, ...]
    p: tuple[float, ...]
    """The smaller of the two, calibrated on the same rows."""
    adjusted: tuple[float, ...]
    """The same for all metrics together: Westfall and Young's step-down procedure on minima of
    p-values (1993, algorithm 2.8)."""


def lower(statistics: Floats) -> Ranked:
    """Return the evidence that values fell; `statistics` as `permutation.replicates` gives them."""
    return _ranked(_shares(-statistics[:, :, 0]), _shares(statistics[:, :, 1]))


def higher(statistics: Floats) -> Ranked:
    """Return the evidence that values rose: the mirror image of `lower`."""
    return _ranked(_shares(statistics[:, :, 0]), _shares(statistics[:, :, 2]))


def _shares(statistics: Floats) -> Floats:
    """Return for each row the share of rows that are as great or greater, by column."""
    rows, columns = statistics.shape
    found = np.empty((rows, columns))
    for column in range(columns):
        values = statistics[:, column]
        found[:, column] = rows - np.searchsorted(np.sort(values), values, side="left")
    return np.asarray(found / rows)


def _ranked(shift: Floats, breaks: Floats) -> Ranked:
    smaller = np.minimum(shift, breaks)
    return Ranked(
        shift=tuple(shift[0].tolist()),
        breaks=tuple(breaks[0].tolist()),
        p=tuple(float((column <= column[0]).mean()) for column in smaller.T),
        adjusted=_stepped_down(smaller),
    )


def _stepped_down(smaller: Floats) -> tuple[float, ...]:
    found = np.empty(smaller.shape[1])
    least = np.ones(len(smaller))
    order = np.argsort(smaller[0], kind="stable")
    for metric in order[::-1]:  # from the weakest evidence up
        least = np.minimum(least, smaller[:, metric])
        found[metric] = (least <= smaller[0, metric]).mean()
    found[order] = np.maximum.accumulate(found[order])
    return tuple(found.tolist())


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return p-values adjusted for being one of several (Holm 1979), in the same order."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    found, highest = [0.0] * len(p_values), 0.0
    for place, number in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[number]))
        found[number] = highest
    return tuple(found)
