"""Whether `llmeval plan` keeps its word: the drop it names, and how often the gate finds it.

    python benchmarks/gate_promise.py --baselines 10 --runs 40

For each setting several baselines of a simulated application are drawn. Each gives a plan: the
smallest drop that is found with 80 % probability. Then the application really gets worse by that
drop, once with all cases a bit worse and once with a few broken, and runs of it go through the
gate.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from gate_suites import Cell, block, rates

from llmeval import regression_test
from llmeval.compare.inference import power

ALPHA = 0.05
SETTINGS = (
    Cell("mixed", 100, 5, 5),
    Cell("easy", 300, 3, 3),
    Cell("flaky", 60, 3, 3),
    Cell("mixed", 100, 5, 5, runs=3),
    Cell("mixed", 100, 5, 5, runs=3, correlation=0.3),
    Cell("easy", 200, 1, 1),
)


def measured(cell: Cell, baselines: int, runs: int) -> str:
    """Return a line of the table."""
    random = np.random.default_rng(17)
    found: dict[str, list[float]] = {"sag": [], "breaks": []}
    drops = []
    for _ in range(baselines):
        own = rates(cell, random)
        blocks = [block(cell, own, cell.baseline, random) for _ in range(cell.runs)]
        drop = _planned(blocks, cell)
        if drop is None:
            continue
        drops.append(drop)
        for change, hits in found.items():
            hits += [_is_found(cell, own, blocks, change, drop, random) for _ in range(runs)]
    if not drops:
        return f"| {cell} | none within 50 points | | |"
    shares = " | ".join(f"{fmean(hits):.0%}" for hits in found.values())
    return f"| {cell} | {min(drops) * 100:g} … {max(drops) * 100:g} points | {shares} |"


def _planned(blocks: Sequence[list[list[float]]], cell: Cell) -> float | None:
    stored = tuple(tuple(tuple(b[n]) for b in blocks) for n in range(cell.cases))
    by_run = max(cell.baseline, cell.current) > 1
    suite = power.suite(stored, cell.current, by_run=by_run, alpha=ALPHA)
    return power.smallest_drop(suite)


def _is_found(
    cell: Cell,
    own: Any,
    blocks: Sequence[list[list[float]]],
    change: str,
    drop: float,
    random: np.random.Generator,
) -> bool:
    change_of = power.sagged if change == "sag" else power.broken
    now = block(cell, change_of(own, drop, np.ones(cell.cases), random), cell.current, random)
    before = {str(n): [b[n] for b in blocks] for n in range(cell.cases)}
    values = {str(n): row for n, row in enumerate(now)}
    return regression_test(before, values, replicates=1_999).p <= ALPHA


def main() -> None:
    """Measure all settings and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--settings", default="", metavar="TEXT", help="those whose name has it")
    parser.add_argument("--baselines", type=int, default=10)
    parser.add_argument("--runs", type=int, default=40, help="of each, with each kind of change")
    options = parser.parse_args()
    os.nice(10)
    print("| setting | promised at 80 % | all cases a bit worse | a few break |\n|---|---|---|---|")
    for cell in (cell for cell in SETTINGS if options.settings in str(cell)):
        print(measured(cell, options.baselines, options.runs), flush=True)


if __name__ == "__main__":
    main()
