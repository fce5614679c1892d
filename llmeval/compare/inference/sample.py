"""The values that are compared, case by case, in an order that does not tell the sides apart."""

import hashlib
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple, TypeAlias

Block: TypeAlias = tuple[float, ...]
"""The trials of one run, in their order."""

NOT_MEASURED: tuple[Block, ...] = ()


class CaseTrials(NamedTuple):
    """The trials of one case on both sides; higher is better."""

    case: str
    metrics: tuple[tuple[Block, ...], ...]
    """By metric: one block for each baseline run, last the current one, none empty. The trials of
    a block stand in the same order for every metric. `NOT_MEASURED` where either side has none."""
    weight: float = 1.0
    """How much the case counts, above 0."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Trials in each block."""
        return next((tuple(map(len, blocks)) for blocks in self.metrics if blocks), ())


def of_runs(found: Sequence[CaseTrials]) -> tuple[CaseTrials, ...]:
    """Return the cases with as many trials of each run as the shortest run has."""
    return tuple(_levelled(case) for case in found)


def _levelled(case: CaseTrials) -> CaseTrials:
    size = min(case.sizes)
    if set(case.sizes) == {size}:
        return case
    blocks = (tuple(block[:size] for block in blocks) for blocks in case.metrics)
    return case._replace(metrics=tuple(blocks))


def of_trials(found: Sequence[CaseTrials]) -> tuple[CaseTrials, ...]:
    """Return the cases with all baseline runs as one."""
    return tuple(_pooled(case) if len(case.sizes) > 2 else case for case in found)


def _pooled(case: CaseTrials) -> CaseTrials:
    def pooled(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return (tuple(chain.from_iterable(blocks[:-1])), blocks[-1]) if blocks else blocks

    return case._replace(metrics=tuple(pooled(blocks) for blocks in case.metrics))


def mirrored(found: Sequence[CaseTrials]) -> tuple[CaseTrials, ...]:
    """Return the cases with every value turned round: what rose falls."""
    return tuple(
        case._replace(
            metrics=tuple(tuple(tuple(1 - v for v in block) for block in b) for b in case.metrics)
        )
        for case in found
    )


def is_turned(found: Sequence[CaseTrials]) -> bool:
    """Tell which side the draws are made for, so that swapping the sides mirrors every p-value.

    Draws say which trials belong to the side whose values sort first. That is decided by the
    values alone: with the sides swapped the same draws are made for the same trials. False where
    there are several baseline runs: those cannot be swapped.
    """
    if any(len(case.sizes) != 2 for case in found):
        return False
    before = [tuple(sorted(blocks[0])) for case in found for blocks in case.metrics if blocks]
    now = [tuple(sorted(blocks[1])) for case in found for blocks in case.metrics if blocks]
    return now > before


def seed(found: Sequence[CaseTrials]) -> int:
    """Return a number that depends on the ids and on the order of each case's pooled values.

    Neither on the side a value belongs to nor on its unit: adding a constant changes nothing.
    """
    digest = hashlib.blake2b(digest_size=16)
    for case in found:
        places = [_places(blocks) for blocks in case.metrics]
        digest.update(repr((case.case, places)).encode())
    return int.from_bytes(digest.digest(), "little")


def _places(blocks: tuple[Block, ...]) -> tuple[int, ...]:
    pooled = sorted(chain.from_iterable(blocks))
    known = {value: place for place, value in enumerate(dict.fromkeys(pooled))}
    return tuple(known[value] for value in pooled)
