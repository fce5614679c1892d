"""Statistics of a suite as measured and as they would be had nothing changed."""

from collections.abc import Iterable, Sequence

import numpy as np

from llmeval.compare.inference import exchange, sample, surprise
from llmeval.compare.inference.draws import Draws, Floats, Integers
from llmeval.compare.inference.exchange import PER_METRIC, Batch, Group, Sampled
from llmeval.compare.inference.sample import CaseTrials

_CELLS = 2_000_000
"""Numbers that are held at once."""
_FEW = 8
"""Outcomes of a case up to which adding them up by matrices is quicker than looking each up."""


def replicates(cases: Sequence[CaseTrials], count: int, *, by_run: bool) -> Floats:
    """Return what the statistics of a suite are, and `count` drawings of what they could be.

    Args:
        cases: Sorted by id; with `by_run` all blocks of a case of one size, else two blocks each.
        count: How many drawings.
        by_run: Whole runs of a case are exchanged, not single trials.

    Returns:
        Shape (1 + count, metrics, 3): weighted sums over cases of shift, squared surprise downward
        and upward; row 0 as measured. Numbers that differ by rounding only are equal.
    """
    draws = Draws(sample.seed(cases))
    turned = sample.is_turned(cases)
    if exchange.is_counted(cases):
        groups: Iterable[Group] = exchange.counted(cases, by_run=by_run, turned=turned)
        found = _of_groups(groups, draws, count, PER_METRIC)
    else:
        batches, sampled = exchange.listed(cases, by_run=by_run, turned=turned)
        found = np.zeros((count + 1, PER_METRIC * len(cases[0].metrics)))
        for batch in batches:
            found += _of_batch(batch, draws, count)
        for case in sampled:
            found += _of_sampled(case, draws, count)
    return _rounded(found).reshape(count + 1, -1, PER_METRIC)


def _rounded(found: Floats) -> Floats:
    """Return the statistics as whole billionths of the greatest: ties stay ties."""
    scale = np.abs(found).max(axis=0)
    return np.asarray(np.rint(found / np.where(scale > 0, scale, 1.0) * 1e9))


def _of_groups(groups: Iterable[Group], draws: Draws, count: int, statistics: int) -> Floats:
    found = np.zeros((count + 1, statistics))
    for group in groups:
        drawn = draws.multinomial(group.cases, group.chances, count)
        found += np.vstack((group.observed, drawn)) @ group.outcomes
    return found


def _of_batch(batch: Batch, draws: Draws, count: int) -> Floats:
    statistics = PER_METRIC * batch.values.shape[2]
    step = max(1, _CELLS // max(count, statistics * len(batch.choices)))
    found = np.zeros((count + 1, statistics))
    for start in range(0, len(batch.values), step):
        found += _of_part(batch.part(start, start + step), draws, count)
    return found


def _of_part(batch: Batch, draws: Draws, count: int) -> Floats:
    outcomes = batch.outcomes()
    cases, width, statistics = outcomes.shape
    drawn = np.vstack((batch.observed, draws.indices(width, (count, cases))))
    if width <= _FEW:
        sums = ((drawn == place).astype(float) @ outcomes[:, place] for place in range(width))
        return np.asarray(sum(sums))
    places = drawn + width * np.arange(cases)
    flat = outcomes.reshape(-1, statistics)
    return np.stack([flat[:, s][places].sum(axis=1) for s in range(statistics)], axis=1)


def _of_sampled(case: Sampled, draws: Draws, count: int) -> Floats:
    pooled = len(case.values)
    order = np.argsort(draws.keys((count, pooled)), axis=1)
    chosen = np.zeros((count + 1, pooled))
    np.put_along_axis(chosen[1:], order[:, : case.size], 1.0, axis=1)
    if case.turned:
        chosen[1:] = 1.0 - chosen[1:]
    chosen[0, case.current] = 1.0
    return case.weight * _statistics(case.values, chosen, len(case.current))


def _statistics(values: Floats, chosen: Floats, size: int) -> Floats:
    centred = values - values.min(axis=0)
    sums = chosen @ centred
    shift = sums / size - (centred.sum(axis=0) - sums) / (len(values) - size)
    found = []
    for metric in range(values.shape[1]):
        ranks: Integers = surprise.doubled_midranks(values[None, :, metric])
        low, high = surprise.tails(ranks, (chosen @ ranks[0]).astype(np.int64)[None, :], size)
        found += [shift[:, metric], surprise.squared(low[0]), surprise.squared(high[0])]
    return np.stack(found, axis=1)
