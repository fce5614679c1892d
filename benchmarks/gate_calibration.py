"""How often the gate is wrong: false alarms, missed drops, wrong names, by simulation.

    python benchmarks/gate_calibration.py --reduced
    python benchmarks/gate_calibration.py --repetitions 1000 --jobs 2 --json figures.json
    python benchmarks/gate_calibration.py --cells "mixed, 300" --repetitions 4000

Every repetition draws a baseline and a run of a simulated application and gives them to
`llmeval.regression_test` with its own defaults. The rules that other tools use stand beside it.
"""

import argparse
import json
import os
import sys
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing import Pool
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from gate_suites import Cell, changed, draw, reduced, unchanged

from llmeval import RegressionTest, regression_test
from llmeval.compare.inference.naive import RULES as NAIVE
from llmeval.compare.inference.sample import CaseTrials
from llmeval.compare.inference.special import beta_cdf

ALPHA = 0.05
DROP = 0.05
"""`max_undetected`: a drop that must not be called "no change"."""
AGAIN, AGAIN_LIMIT = 0.07, 0.058
"""A cell above the first is simulated once more, with a new seed and ten times as often."""


@dataclass
class Outcome:
    """What came out of one cell; shares in 0…1."""

    cell: str
    change: str
    repetitions: int
    rejected: float = 0.0
    """The gate's test says worse."""
    cleared: float = 0.0
    """The interval excludes the drop, and the test does not say worse: `no change`."""
    covered: float = 0.0
    """The 95 % interval holds the true change of the mean."""
    wrong: float = 0.0
    """Among the named cases those that did not get worse."""
    found: float | None = None
    """Of the broken cases those that are named."""
    naive: dict[str, float] = field(default_factory=dict)


# --- one cell ------------------------------------------------------------------------------------


def simulate(cell: Cell, repetitions: int, replicates: int, salt: int = 0) -> Outcome:
    """Return how often the gate and the other rules say what in one cell."""
    random = np.random.default_rng([zlib.crc32(str(cell).encode()), salt])
    rows = [_once(cell, random, replicates) for _ in range(repetitions)]
    means = {name: fmean(row[name] for row in rows) for name in rows[0] if name != "found"}
    named = [row["found"] for row in rows if row["found"] is not None]
    return Outcome(
        cell=str(cell),
        change=cell.change,
        repetitions=repetitions,
        found=fmean(named) if named else None,
        naive={name: means.pop(name) for name in NAIVE},
        **means,
    )


def _once(cell: Cell, random: np.random.Generator, replicates: int) -> dict[str, Any]:
    drawn = draw(cell, random, DROP)
    found = regression_test(drawn.before, drawn.now, replicates=replicates)
    named = frozenset(found.regressed)
    cases = [
        CaseTrials(case, (tuple(map(tuple, (*runs, drawn.now[case]))),))
        for case, runs in drawn.before.items()
    ]
    return {
        "rejected": found.p <= ALPHA,
        "cleared": found.p > ALPHA and found.low > -DROP,
        "covered": _covers(cell, found),
        "wrong": len(named - drawn.broken) / max(1, len(named)) if _names(cell) else 0.0,
        "found": len(named & drawn.broken) / len(drawn.broken) if drawn.broken else None,
        **{name: rule(cases) for name, rule in NAIVE.items()},
    }


def _names(cell: Cell) -> bool:
    """Whether it is known which cases got worse: under a sag all of them did."""
    return cell.change in ("none", "breaks")


def _covers(cell: Cell, found: RegressionTest) -> bool:
    true = {"none": 0.0, "limit": -DROP}.get(cell.change)
    return true is None or found.low <= true <= found.high


def _run(job: tuple[Cell, int, int]) -> Outcome:
    cell, repetitions, replicates = job
    found = simulate(cell, repetitions, replicates)
    if cell.change == "none" and found.rejected > AGAIN and repetitions >= 1_000:
        return simulate(cell, 10 * repetitions, replicates, salt=1)
    return found


# --- all of them ---------------------------------------------------------------------------------


def problems(outcomes: Sequence[Outcome]) -> list[str]:
    """Return what is worse than it is allowed to be, one line each."""
    found = []
    still = [outcome for outcome in outcomes if outcome.change == "none"]
    if still and fmean(outcome.rejected for outcome in still) > _mean_bound(still):
        found.append(f"false alarms: {fmean(o.rejected for o in still):.3%} over all cells")
    for outcome in still:
        if outcome.rejected > _bound(outcome, len(still)):
            found.append(f"false alarms: {outcome.rejected:.1%} in {outcome.cell}")
    limits = [outcome for outcome in outcomes if outcome.change == "limit"]
    for outcome in limits:
        if outcome.cleared > _bound(outcome, len(limits)):
            found.append(f"a drop called no change: {outcome.cleared:.1%} in {outcome.cell}")
    for outcome in outcomes:
        if outcome.wrong > 0.12 + 3 * np.sqrt(0.1 / outcome.repetitions):
            found.append(f"wrong names: {outcome.wrong:.1%} in {outcome.cell}")
    return found


def _mean_bound(cells: Sequence[Outcome]) -> float:
    return 0.052 + 3 * float(np.sqrt(0.05 / sum(outcome.repetitions for outcome in cells)))


def _bound(outcome: Outcome, cells: int) -> float:
    """Return what a share of 5 % stays below with probability 1 - 0.01 / cells."""
    if outcome.change == "none" and outcome.repetitions >= 10_000:
        return AGAIN_LIMIT
    number = outcome.repetitions
    # The binomial quantile: the smallest k with P(at most k) high enough.
    low, wanted = 0, 1 - 0.01 / cells
    while 1 - beta_cdf(ALPHA, low + 1, number - low) < wanted:
        low += 1
    return low / number


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as lines of a Markdown table."""
    head = ("cell", "worse", "no change", "interval holds", "wrong names", "broken found", *NAIVE)
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for outcome in outcomes:
        shares = [outcome.rejected, outcome.cleared, outcome.covered, outcome.wrong]
        cells = [outcome.cell, *map(_percent, shares)]
        cells += [_percent(outcome.found), *map(_percent, outcome.naive.values())]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f} %"


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, print the table, and return 1 where something is worse than allowed."""
    options = _options(arguments)
    cells = list(reduced()) if options.reduced else [*unchanged(), *changed()]
    cells = [cell for cell in cells if options.cells in str(cell)]
    if not cells:
        print(f"no cell is called like {options.cells!r}", file=sys.stderr)
        return 2
    jobs = [(cell, options.repetitions, options.replicates) for cell in cells]
    os.nice(10)
    with Pool(options.jobs) as pool:
        outcomes = []
        for outcome in pool.imap(_run, jobs):  # each as it comes: all of them take an hour
            print(table([outcome]).splitlines()[-1] if outcomes else table([outcome]), flush=True)
            outcomes.append(outcome)
    if options.json:
        text = json.dumps([asdict(outcome) for outcome in outcomes], indent=1)
        options.json.write_text(text + "\n", encoding="ascii")
    found = problems(outcomes)
    print("\n".join(found) or f"All {len(outcomes)} cells are within their bounds.")
    return int(bool(found))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--reduced", action="store_true", help="a few cells of every sort")
    parser.add_argument("--cells", default="", metavar="TEXT", help="those whose name has it")
    parser.add_argument("--repetitions", type=int, default=1_000)
    parser.add_argument("--replicates", type=int, default=1_999, help="drawings a test")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
