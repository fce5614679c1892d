"""The tables of docs/gate.md from what `gate_calibration.py --file` kept.

python benchmarks/gate_digest.py figures.jsonl
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).resolve().parent))

from gate_figures import Outcome, stored, summary, summed
from gate_suites import Cell, changed, reduced, unchanged

from llmeval.compare.inference.naive import RULES as NAIVE

Pair = tuple[Cell, Outcome]


def main() -> None:
    """Print all tables."""
    found = {outcome.cell: outcome for outcome in summed(stored(Path(sys.argv[1])))}
    cells = dict.fromkeys((*unchanged(), *changed(), *reduced()))
    pairs = [(cell, found[str(cell)]) for cell in cells if str(cell) in found]
    print(summary([outcome for _, outcome in pairs]), end="\n\n")
    print(*_still([pair for pair in pairs if pair[0].change == "none"]), sep="\n", end="\n\n")
    print(*_worse(pairs), sep="\n")


def _still(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield the table of what every rule says of an unchanged application."""
    yield from _head("suite", "cells", "this gate", "worst cell", "a case named", *NAIVE)
    for name, outcomes in _grouped(pairs, _sort):
        shares = [fmean(o.rejected for o in outcomes), max(o.rejected for o in outcomes)]
        shares += [fmean(o.wrong for o in outcomes)]
        shares += [fmean(o.naive[rule] for o in outcomes) for rule in NAIVE]
        yield f"| {name} | {len(outcomes)} | {' | '.join(f'{s * 100:.1f} %' for s in shares)} |"


def _sort(cell: Cell) -> str:
    if cell.correlation:
        return f"correlation within runs {cell.correlation}, {cell.cases} cases"
    if cell.uneven:
        return f"trials that differ between cases, {cell.cases} cases"
    return f"{cell.kind.replace('_', ' ')}, {cell.cases} cases"


def _grouped(
    pairs: Iterable[Pair], name_of: Callable[[Cell], str]
) -> Iterator[tuple[str, list[Outcome]]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for cell, outcome in pairs:
        groups[name_of(cell)].append(outcome)
    yield from groups.items()


def _worse(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield the table of how often the gate finds what it should."""
    alone = ("shift alone", "breaks alone")
    yield from _head("suite", "3 % break", *alone, "named", "wrong names", "5 % sag", *alone)
    sags = {_design(cell): outcome for cell, outcome in pairs if cell.change == "sag"}
    for cell, broke in pairs:
        sag = sags.get(_design(cell))
        if cell.change == "breaks" and sag is not None:
            shares = [broke.rejected, broke.shift, broke.breaks, broke.found or 0.0, broke.wrong]
            shares += [sag.rejected, sag.shift, sag.breaks]
            shown = " | ".join(f"{share * 100:.0f} %" for share in shares)
            yield f"| {_design(cell)} | {shown} |"


def _head(*names: str) -> Iterator[str]:
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"


def _design(cell: Cell) -> str:
    runs = f", {cell.runs} baseline runs" if cell.runs > 1 else ""
    shared = f", correlation {cell.correlation}" if cell.correlation else ""
    return f"{cell.kind}, {cell.cases} cases{runs}{shared}"


if __name__ == "__main__":
    main()
