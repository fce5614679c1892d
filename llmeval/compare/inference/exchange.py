"""What each case could have given had nothing changed, and how often.

Had nothing changed, what was measured before and now could have come the other way round: of each
case the trials (or whole runs) that are "current" are drawn anew. An outcome is one such drawing,
a row of statistics: for each metric the shift of the mean, and the squared surprise downward and
upward.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from math import comb
from typing import NamedTuple

import numpy as np

from llmeval.compare.inference import surprise
from llmeval.compare.inference.draws import Floats, Integers
from llmeval.compare.inference.sample import CaseTrials

PER_METRIC = 3
"""Statistics of a metric: shift, squared surprise downward, the same upward."""


class Group(NamedTuple):
    """Cases that can give the same outcomes with the same chances and count as much."""

    outcomes: Floats
    """Shape (outcomes, statistics), times the weight."""
    chances: Floats
    observed: Integers
    """How many of the cases gave each outcome."""

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return int(self.observed.sum())


class Batch(NamedTuple):
    """Cases of one shape, each with outcomes of its own, all as likely."""

    values: Floats
    """Sorted so that sides do not show; shape (cases, pooled trials, metrics)."""
    observed: Integers
    """Which of the `choices` is the real one."""
    choices: Floats
    """The current trials of every outcome, 0 or 1; shape (outcomes, pooled trials)."""
    size: int
    """Current trials."""
    weights: Floats
    """Of the cases."""

    def outcomes(self) -> Floats:
        """Return all statistics, times the weight; shape (cases, outcomes, statistics)."""
        others = self.values.shape[1] - self.size
        # A shift is the same wherever zero lies; close to the values it is the least rounded.
        values = self.values - self.values.min(axis=1, keepdims=True)
        sums = np.einsum("sn,cnk->csk", self.choices, values)
        totals = values.sum(axis=1)[:, None, :]
        shift = sums / self.size - (totals - sums) / others
        found = [self._of(shift, metric) for metric in range(self.values.shape[2])]
        return np.concatenate(found, axis=2) * self.weights[:, None, None]

    def _of(self, shift: Floats, metric: int) -> Floats:
        ranks = surprise.doubled_midranks(self.values[:, :, metric])
        sums = (ranks @ self.choices.T).astype(np.int64)
        low, high = surprise.tails(ranks, sums, self.size)
        squares = surprise.squared(low), surprise.squared(high)
        return np.stack((shift[:, :, metric], *squares), axis=2)

    def part(self, start: int, end: int) -> "Batch":
        """Return some of the cases."""
        return self._replace(
            values=self.values[start:end],
            observed=self.observed[start:end],
            weights=self.weights[start:end],
        )


class Sampled(NamedTuple):
    """A case with too many outcomes to list."""

    values: Floats
    """Shape (pooled trials, metrics)."""
    size: int
    """Trials of the side that the draws are made for."""
    turned: bool
    """Whether that is the baseline."""
    current: Integers
    """Places of the trials that are really current."""
    weight: float


# --- passed or failed ----------------------------------------------------------------------------


def is_counted(cases: Sequence[CaseTrials]) -> bool:
    """Tell whether all there is are trials that passed (1) or failed (0)."""
    if any(len(case.metrics) != 1 for case in cases):
        return False
    return all({0.0, 1.0}.issuperset(b) for case in cases for b in case.metrics[0])


class _Kind(NamedTuple):
    """What pass/fail cases of a group have in common."""

    weight: float
    sides: tuple[int, ...]
    passed: tuple[int, ...]
    """In each block, sorted so that it does not show which is which; of trials in all blocks."""


def counted(cases: Sequence[CaseTrials], *, by_run: bool, turned: bool) -> Iterator[Group]:
    """Yield groups of pass/fail cases that share their counts, sorted."""
    found: dict[_Kind, Counter[int]] = defaultdict(Counter)
    for case in cases:
        sums = tuple(int(sum(block)) for block in case.metrics[0])
        passed = tuple(sorted(sums)) if by_run else (sum(sums),)
        kind = _Kind(case.weight, _sides(case.sizes, turned=turned), passed)
        found[kind][sums[-1]] += 1
    for kind in sorted(found):
        sizes = _sides(kind.sides, turned=turned)
        if by_run:
            now, chances = _of_blocks(kind.passed)
        else:
            now, chances = surprise.hypergeometric(sum(sizes), kind.passed[0], sizes[-1])
        if len(now) > 1:
            yield _group(kind, now, chances, found[kind], turned=turned)


def _sides(sizes: tuple[int, ...], *, turned: bool) -> tuple[int, ...]:
    """Return the sizes with the side first that draws are made for, or back again."""
    return sizes[::-1] if turned else sizes


def _of_blocks(sums: Sequence[int]) -> tuple[Integers, Floats]:
    passed, counts = np.unique(np.array(sums), return_counts=True)
    return passed, counts / len(sums)


def _group(
    kind: _Kind, passed: Integers, chances: Floats, seen: Counter[int], *, turned: bool
) -> Group:
    sizes, total = _sides(kind.sides, turned=turned), sum(kind.passed)
    pooled, now = sum(sizes), sizes[-1]
    shift = passed / now - (total - passed) / (pooled - now)
    possible, of_trials = surprise.hypergeometric(pooled, total, now)
    places = passed - possible[0]
    low, high = np.cumsum(of_trials), np.cumsum(of_trials[::-1])[::-1]
    squares = surprise.squared(low[places]), surprise.squared(high[places])
    group = Group(
        outcomes=kind.weight * np.stack((shift, *squares), axis=1),
        chances=chances,
        observed=np.array([seen[int(number)] for number in passed]),
    )
    # What a draw gives one side, the other side lacks.
    if not turned:
        return group
    return Group(group.outcomes[::-1], group.chances[::-1], group.observed[::-1])


# --- any values ----------------------------------------------------------------------------------


def listed(
    cases: Sequence[CaseTrials], *, by_run: bool, turned: bool
) -> tuple[list[Batch], list[Sampled]]:
    """Return cases by their shape, and those with too many outcomes to list."""
    shapes: dict[tuple[int, ...], list[CaseTrials]] = defaultdict(list)
    for case in cases:
        shapes[_sides(case.sizes, turned=turned)].append(case)
    batches, sampled = [], []
    for sides in sorted(shapes):
        sizes = _sides(sides, turned=turned)
        if by_run or comb(sum(sizes), sizes[-1]) <= surprise.EXACT:
            batches.append(_batch(shapes[sides], sizes, by_run=by_run, turned=turned))
        else:
            sampled += [_sampled(case, turned=turned) for case in shapes[sides]]
    return batches, sampled


def _rows(case: CaseTrials) -> list[list[tuple[float, ...]]]:
    """Return the case's trials by block, each with all its metrics."""
    sizes = case.sizes
    filled = [
        # What was not measured on both sides is the same for every drawing.
        blocks or tuple((0.0,) * size for size in sizes)
        for blocks in case.metrics
    ]
    return [list(zip(*of_block, strict=True)) for of_block in zip(*filled, strict=True)]


def _batch(
    cases: Sequence[CaseTrials], sizes: tuple[int, ...], *, by_run: bool, turned: bool
) -> Batch:
    sort = _sorted_blocks if by_run else _sorted_trials
    found = [sort(_rows(case)) for case in cases]
    pooled, now = sum(sizes), sizes[-1]
    if by_run:
        choices = np.repeat(np.eye(len(sizes)), now, axis=1)
    else:
        choices = surprise.memberships(pooled, sizes[0] if turned else now)
    if turned:
        choices = 1.0 - choices
    places = {row.tobytes(): place for place, row in enumerate(choices)}
    current = np.zeros((len(cases), pooled))
    for row, (_, chosen) in enumerate(found):
        current[row, chosen] = 1.0
    return Batch(
        values=np.array([values for values, _ in found]),
        observed=np.array([places[row.tobytes()] for row in current]),
        choices=choices,
        size=now,
        weights=np.array([case.weight for case in cases]),
    )


Sorted = tuple[list[tuple[float, ...]], list[int]]
"""All trials of a case, and the places of the current ones among them."""


def _sorted_blocks(rows: list[list[tuple[float, ...]]]) -> Sorted:
    order = sorted(range(len(rows)), key=lambda place: sorted(rows[place]))
    size, place = len(rows[0]), order.index(len(rows) - 1)
    values = [row for number in order for row in rows[number]]
    return values, list(range(place * size, (place + 1) * size))


def _sorted_trials(rows: list[list[tuple[float, ...]]]) -> Sorted:
    pooled = list(chain.from_iterable(rows))
    order = sorted(range(len(pooled)), key=pooled.__getitem__)
    first = len(pooled) - len(rows[-1])
    return [pooled[n] for n in order], [place for place, n in enumerate(order) if n >= first]


def _sampled(case: CaseTrials, *, turned: bool) -> Sampled:
    values, current = _sorted_trials(_rows(case))
    size = case.sizes[0] if turned else case.sizes[-1]
    return Sampled(np.array(values), size, turned, np.array(current), case.weight)
