"""Which cases broke: one exact test a case, and a bound on the share of wrong names."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import comb
from typing import NamedTuple

import numpy as np

from llmeval.compare.inference import sample, surprise
from llmeval.compare.inference.draws import Floats
from llmeval.compare.inference.sample import Block, CaseTrials

WRONG = 0.10
"""The share of wrongly named cases among all named ones, as expected value."""


class _Tail(NamedTuple):
    """One case's evidence: P(current this low), and what it could have been."""

    p: float
    attainable: tuple[float, ...] | int
    """The p-values that the case can give, ascending; a number n: multiples of 1/n."""


def names(cases: Sequence[CaseTrials], *, correlation: float = 0.0) -> tuple[str, ...]:
    """Return the ids of the cases that got worse in their first metric.

    The p-values of cases with few trials are coarse, and most cases cannot give a small one
    at all. The discrete step-up procedure counts that in (Heyse 2011; Döhler, Durand & Roquain
    2018, doi 10.1214/18-EJS1441): the k-th smallest p is admitted when the sum over all cases of
    P(that case's p <= it) is at most `WRONG` times k.

    Args:
        cases: Sorted by id.
        correlation: Of trials within a run, 0…1: with it the trials of a run count for fewer.
    """
    measured = [case for case in cases if case.metrics[0]]
    tails = _tails([case.metrics[0] for case in sample.of_trials(measured)])
    stretched = [
        _stretched(tail, 1 + correlation * (max(case.sizes) - 1))
        for case, tail in zip(measured, tails, strict=True)
    ]
    bound = _bound(stretched)
    return tuple(
        case.case for case, tail in zip(measured, stretched, strict=True) if tail.p <= bound
    )


def _stretched(tail: _Tail, factor: float) -> _Tail:
    """Return the tail as if there were fewer trials, by the design effect (Kish 1965)."""
    if factor == 1:
        return tail
    if isinstance(tail.attainable, int):
        attainable = tuple((np.arange(1, tail.attainable + 1) / tail.attainable) ** (1 / factor))
    else:
        attainable = tuple(p ** (1 / factor) for p in tail.attainable)
    return _Tail(tail.p ** (1 / factor), attainable)


def _bound(tails: Sequence[_Tail]) -> float:
    """Return the largest p-value that is admitted; -1 when none is."""
    smallest = sorted({tail.p for tail in tails if tail.p <= WRONG}, reverse=True)
    kinds = Counter(tail.attainable for tail in tails)
    found = np.sort([tail.p for tail in tails])
    for p in smallest:
        expected = sum(count * _chance(kind, p) for kind, count in kinds.items())
        if expected <= WRONG * np.searchsorted(found, p, side="right") + 1e-9:
            return p
    return -1.0


def _chance(attainable: tuple[float, ...] | int, p: float) -> float:
    """Return how likely a case's p-value is at most p, had nothing changed."""
    if isinstance(attainable, int):
        return int(p * attainable + 1e-9) / attainable
    place = int(np.searchsorted(attainable, p * (1 + 1e-12), side="right"))
    return attainable[place - 1] if place else 0.0


# --- tails ---------------------------------------------------------------------------------------


def _tails(cases: Sequence[tuple[Block, ...]]) -> list[_Tail]:
    found: dict[int, _Tail] = {}
    graded: dict[tuple[int, int], list[int]] = defaultdict(list)
    known: dict[tuple[int, int, int], Mapping[int, _Tail]] = {}
    for number, (before, now) in enumerate(cases):
        if {0.0, 1.0}.issuperset(before + now):
            passed = int(sum(now))
            key = (len(before), len(now), passed + int(sum(before)))
            if key not in known:
                known[key] = _counted(*key)
            found[number] = known[key][passed]
        else:
            graded[len(before), len(now)].append(number)
    for (before_size, size), numbers in graded.items():
        values = np.array([cases[number][0] + cases[number][1] for number in numbers])
        found.update(zip(numbers, _graded(values, before_size, size), strict=True))
    return [found[number] for number in range(len(cases))]


def _counted(before: int, now: int, passed: int) -> dict[int, _Tail]:
    numbers, chances = surprise.hypergeometric(before + now, passed, now)
    low = tuple(np.cumsum(chances).tolist())
    return {int(number): _Tail(p, low) for number, p in zip(numbers, low, strict=True)}


def _graded(values: Floats, before: int, size: int) -> list[_Tail]:
    ranks = surprise.doubled_midranks(values)
    low, _ = surprise.tails(ranks, ranks[:, before:].sum(axis=1, keepdims=True), size)
    labellings = comb(before + size, size)
    constant = (values == values[:, :1]).all(axis=1)
    # Of tied values this overstates how often a p comes up, which names fewer cases.
    return [
        _Tail(p, (1.0,) if same else min(labellings, 10**9))
        for p, same in zip(low[:, 0].tolist(), constant, strict=True)
    ]
