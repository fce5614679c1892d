"""Which cases broke: one exact test a case, and a bound on the share of wrong names.

Trials of a run may resemble each other: then a case that merely turned as a whole, from five of
five to none of five, looks broken. What was measured does not tell the two apart in one case, but
in all of them together: what turns by chance rises as often as it falls.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from llmeval.compare.inference import sample, tails
from llmeval.compare.inference.sample import Block, CaseTrials
from llmeval.compare.inference.tails import Tail

WRONG = 0.10
"""The share of wrongly named cases among all named ones, as expected value."""
BY_CHANCE = 1 / 8
"""How likely the named cases may be those that are lowest now, were whole runs exchanged. Three
cases for one baseline run, two for two or more."""


class _Found(NamedTuple):
    """What is known of one case; exponents make up for trials that resemble each other."""

    tail: Tail
    least: float
    """The smallest p that one of its baseline runs would have in the place of the current one."""
    runs: int
    """Of the baseline."""


def names(
    cases: Sequence[CaseTrials],
    *,
    by_run: bool = False,
    correlation: float = 0.0,
    evident: bool = False,
) -> tuple[str, ...]:
    """Return the ids of the cases that got worse in their first metric.

    The p-values of cases with few trials are coarse, and most cases cannot give a small one
    at all. The discrete step-up procedure counts that in (Heyse 2011; Döhler, Durand & Roquain
    2018, doi 10.1214/18-EJS1441): the k-th smallest p is admitted when the sum over all cases of
    P(that case's p <= it) is at most `WRONG` times k.

    Where whole runs are exchanged two more things are asked. Baseline runs in the place of the
    current one must not give as small p-values: each that does stands for a case that is named
    by chance (the idea of Barber and Candès 2015). And there must be evidence that anything
    broke: of the suite, or of the named cases together (`BY_CHANCE`).

    Args:
        cases: Sorted by id.
        by_run: Trials of a run may resemble each other.
        correlation: How much they do, 0…1: with it the trials of a run count for fewer.
        evident: The suite's own test says that it got worse.
    """
    measured = [case for case in cases if case.metrics[0]]
    if not by_run:
        pooled = [case.metrics[0] for case in sample.of_trials(measured)]
        found = [_Found(tail, 1.0, 1) for tail in tails.of([(b[0], b[1]) for b in pooled])]
        bound = _bound(found, 1.0, by_run=False)
        return _named(measured, found, bound)
    found = _compared(sample.of_runs(measured))
    size = max((min(case.sizes) for case in measured), default=1)
    bound = _bound(found, 1 / (1 + correlation * (size - 1)), by_run=True)
    if not evident and _by_chance(found, bound) > BY_CHANCE:
        return ()
    return _named(measured, found, bound)


def _named(cases: Sequence[CaseTrials], found: Sequence[_Found], bound: float) -> tuple[str, ...]:
    return tuple(case.case for case, each in zip(cases, found, strict=True) if each.tail.p <= bound)


def _compared(cases: Sequence[CaseTrials]) -> list[_Found]:
    """Return the evidence of each case, also with other runs in the place of the current one."""
    pairs = [pair for case in cases for pair in _places(case.metrics[0])]
    known = iter(tails.of(pairs))
    found = []
    for case in cases:
        runs = len(case.sizes) - 1
        others = [next(known).p for _ in range(runs)]
        found.append(_Found(next(known), min(others), runs))
    return found


def _places(blocks: tuple[Block, ...]) -> Iterable[tuple[Block, Block]]:
    for place, block in enumerate(blocks):
        rest = blocks[:place] + blocks[place + 1 :]
        yield tuple(chain.from_iterable(rest)), block


def _bound(found: Sequence[_Found], exponent: float, *, by_run: bool) -> float:
    """Return the largest p-value that is admitted; -1 when none is.

    Args:
        found: All cases.
        exponent: By the design effect (Kish 1965): a p-value to this power is what fewer trials
            would have given.
        by_run: Baseline runs that are as low count as well.
    """
    kinds = Counter(each.tail.attainable for each in found)
    smallest = {each.tail.p for each in found if each.tail.p**exponent <= WRONG}
    for p in sorted(smallest, reverse=True):
        number = sum(each.tail.p <= p for each in found)
        wrong = sum(count * tails.chance(kind, p) ** exponent for kind, count in kinds.items())
        if by_run:
            wrong = max(wrong, sum(1 / each.runs for each in _missed(found, p)))
        if wrong <= WRONG * number + 1e-9:
            return p
    return -1.0


def _missed(found: Iterable[_Found], p: float) -> list[_Found]:
    """Return the cases of which a baseline run is as low, and the current one is not."""
    return [each for each in found if each.least <= p < each.tail.p]


def _by_chance(found: Sequence[_Found], bound: float) -> float:
    """Return P(the current run is the low one in so many of the cases that have one)."""
    named = [each for each in found if each.tail.p <= bound]
    turned = named + _missed(found, bound)
    if not named:
        return 1.0
    share = max(1 / (each.runs + 1) for each in turned)
    return math.fsum(
        math.comb(len(turned), k) * share**k * (1 - share) ** (len(turned) - k)
        for k in range(len(named), len(turned) + 1)
    )
