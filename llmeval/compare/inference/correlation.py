"""How much the trials of one run resemble each other."""

from collections.abc import Sequence
from math import fsum
from statistics import fmean

import numpy as np

from llmeval.compare.inference.interval import differences
from llmeval.compare.inference.sample import Block


def within_runs(cases: Sequence[tuple[Block, ...]]) -> float | None:
    """Return the correlation of a case's trials within a run, 0…1.

    With several baseline runs it is read from those alone. With one it is read from the cases that
    rose: had nothing changed, as much would have fallen by chance, and a regression is not among
    them.

    Args:
        cases: Blocks as in `CaseTrials`.

    Returns:
        None where no run has several trials of a case.
    """
    within = _variance_within(cases)
    if within is None:
        return None
    if all(len(blocks) > 2 for blocks in cases):
        between, by_chance, runs = *_of_baseline_runs(cases), 1
    else:
        between, by_chance, runs = *_of_risen(cases), 2
    if between == 0 or within == 0:
        return 1.0 if between > 0 else 0.0
    ratio = max(0.0, (between / within - by_chance) / runs)
    return ratio / (1 + ratio)


def _variance_within(cases: Sequence[tuple[Block, ...]]) -> float | None:
    """Return the variance of trials within a run, averaged over the cases."""
    several = [[block for block in blocks if len(block) > 1] for blocks in cases]
    found = [fmean(map(_variance, blocks)) for blocks in several if blocks]
    return fmean(found) if found else None


def _variance(values: Block) -> float:
    mean = fmean(values)
    return fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _of_baseline_runs(cases: Sequence[tuple[Block, ...]]) -> tuple[float, float]:
    """Return the variance of run means, and its part that independent trials would give."""
    means = [_variance(tuple(map(fmean, blocks[:-1]))) for blocks in cases]
    shares = [fmean(1 / len(block) for block in blocks[:-1]) for blocks in cases]
    return fmean(means), fmean(shares)


def _of_risen(cases: Sequence[tuple[Block, ...]]) -> tuple[float, float]:
    """Return the same of the difference of two runs, had as much fallen as rose."""
    moved = differences(cases)
    shares = [1 / sum(map(len, blocks[:-1])) + 1 / len(blocks[-1]) for blocks in cases]
    return 2 * float(np.square(moved[moved > 0]).sum()) / len(moved), fmean(shares)
