"""Each case's own evidence: how likely a block of its trials is as low as it is, by chance."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import comb
from typing import NamedTuple, TypeAlias

import numpy as np

from llmeval.compare.inference import surprise
from llmeval.compare.inference.draws import Floats
from llmeval.compare.inference.sample import Block

Attainable: TypeAlias = tuple[float, ...] | int
"""The p-values that a case can give, ascending; a number n: multiples of 1/n."""

_MOST = 10**9


class Tail(NamedTuple):
    """One case's evidence."""

    p: float
    """P(a block this low | all values of the case)."""
    attainable: Attainable


def of(cases: Sequence[tuple[Block, Block]]) -> list[Tail]:
    """Return the evidence that the second block of each case is low.

    Exact: hypergeometric where all values are 0 or 1, else of the midrank sum.
    """
    found: dict[int, Tail] = {}
    graded: dict[tuple[int, int], list[int]] = defaultdict(list)
    known: dict[tuple[int, int, int], Mapping[int, Tail]] = {}
    for number, (before, now) in enumerate(cases):
        if {0.0, 1.0}.issuperset(before + now):
            passed = int(sum(now))
            key = (len(before), len(now), passed + int(sum(before)))
            if key not in known:
                known[key] = _counted(*key)
            found[number] = known[key][passed]
        else:
            graded[len(before), len(now)].append(number)
    for (_, size), numbers in graded.items():
        found.update(_graded(cases, numbers, size))
    return [found[number] for number in range(len(cases))]


def _counted(before: int, now: int, passed: int) -> dict[int, Tail]:
    numbers, chances = surprise.hypergeometric(before + now, passed, now)
    low = tuple(np.cumsum(chances).tolist())
    return {int(number): Tail(p, low) for number, p in zip(numbers, low, strict=True)}


def _graded(
    cases: Sequence[tuple[Block, Block]], numbers: Sequence[int], size: int
) -> Iterator[tuple[int, Tail]]:
    values: Floats = np.array([sum(cases[number], ()) for number in numbers])
    ranks = surprise.doubled_midranks(values)
    low, _ = surprise.tails(ranks, ranks[:, -size:].sum(axis=1, keepdims=True), size)
    labellings = min(comb(values.shape[1], size), _MOST)
    constant = (values == values[:, :1]).all(axis=1)
    # Of tied values this overstates how often a p comes up, which names fewer cases.
    for number, p, same in zip(numbers, low[:, 0].tolist(), constant, strict=True):
        yield number, Tail(p, (1.0,) if same else labellings)


def chance(attainable: Attainable, p: float) -> float:
    """Return how likely a case's p-value is at most p, had nothing changed."""
    if isinstance(attainable, int):
        return int(p * attainable + 1e-9) / attainable
    place = int(np.searchsorted(attainable, p * (1 + 1e-12), side="right"))
    return attainable[place - 1] if place else 0.0
