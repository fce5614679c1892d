"""How often the gate is wrong: false alarms, missed drops, wrong names, by simulation.

    python benchmarks/gate_calibration.py --reduced
    nice python benchmarks/gate_calibration.py --repetitions 1000 --file figures.jsonl
    python benchmarks/gate_calibration.py --cells "mixed, 300" --repetitions 4000

Every repetition draws a baseline and a run of a simulated application and gives them to
`llmeval.regression_test` with its own defaults. The rules that other tools use stand beside it.

All cells take an hour of one processor for 1,000 repetitions. With `--file` each part of the
repetitions is kept as it comes: the same command goes on where it was stopped or killed, and all
cells have about as many repetitions at any time. Such a file belongs to one state of the gate.
"""

import argparse
import os
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from multiprocessing import Pool
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from gate_figures import (
    AGAIN_TIMES,
    ALPHA,
    Outcome,
    is_suspicious,
    problems,
    store,
    stored,
    summary,
    summed,
    table,
)
from gate_suites import Cell, changed, draw, reduced, unchanged

from llmeval import RegressionTest, regression_test
from llmeval.compare.inference.naive import RULES as NAIVE
from llmeval.compare.inference.regression import REPLICATES
from llmeval.compare.inference.sample import CaseTrials

DROP = 0.05
"""`max_undetected`: a drop that must not be called "no change"."""
PART = 100
"""Repetitions that are kept together."""


class Job(NamedTuple):
    """Some repetitions of a cell."""

    cell: Cell
    part: int
    repetitions: int
    replicates: int
    again: bool = False


# --- one part ------------------------------------------------------------------------------------


def simulate(job: Job) -> Outcome:
    """Return how often the gate and the other rules say what in one cell."""
    cell = job.cell
    random = np.random.default_rng([zlib.crc32(str(cell).encode()), job.again, job.part])
    rows = [_once(cell, random, job.replicates) for _ in range(job.repetitions)]
    means = {name: fmean(row[name] for row in rows) for name in rows[0] if name != "found"}
    named = [row["found"] for row in rows if row["found"] is not None]
    return Outcome(
        cell=str(cell),
        change=cell.change,
        repetitions=job.repetitions,
        part=job.part,
        again=job.again,
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
        "shift": found.p_shift <= ALPHA,
        "breaks": found.p_breaks <= ALPHA,
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


# --- all of them ---------------------------------------------------------------------------------


def _parts(cells: Sequence[Cell], options: argparse.Namespace, *, again: bool) -> Iterator[Job]:
    """Yield the repetitions of all cells in turns."""
    wanted = options.repetitions * (AGAIN_TIMES if again else 1)
    for part, start in enumerate(range(0, wanted, PART)):
        for cell in cells:
            yield Job(cell, part, min(PART, wanted - start), options.replicates, again)


def _simulated(
    cells: Sequence[Cell], known: Sequence[Outcome], options: argparse.Namespace, *, again: bool
) -> list[Outcome]:
    """Return all parts of some cells, those at hand first, as far as the time allows."""
    parts = [part for part in known if part.again == again]
    done = {(part.cell, part.part) for part in parts}
    jobs = _parts(cells, options, again=again)
    left = (job for job in jobs if (str(job.cell), job.part) not in done)
    with Pool(options.jobs) as pool:
        while time.monotonic() < options.end and (few := list(islice(left, 4 * options.jobs))):
            for outcome in pool.imap(simulate, few):
                if options.file:
                    store(options.file, outcome)
                parts.append(outcome)
    return parts


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, print the table, and return 1 where something is worse than allowed."""
    options = _options(arguments)
    cells = list(reduced()) if options.reduced else [*unchanged(), *changed()]
    cells = [cell for cell in cells if options.cells in str(cell)]
    if not cells:
        print(f"no cell is called like {options.cells!r}", file=sys.stderr)
        return 2
    os.nice(10)
    names = [str(cell) for cell in cells]
    known = [o for o in stored(options.file) if o.cell in names] if options.file else []
    parts = _simulated(cells, known, options, again=False)
    odd = {outcome.cell for outcome in summed(parts) if is_suspicious(outcome)}
    parts += _simulated([c for c in cells if str(c) in odd], known, options, again=True)
    outcomes = sorted(summed(parts), key=lambda outcome: names.index(outcome.cell))
    print(table(outcomes), summary(outcomes), sep="\n\n")
    found = problems(outcomes)
    print("\n".join(found) or f"All {len(outcomes)} cells are within their bounds.")
    return int(bool(found))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--reduced", action="store_true", help="a few cells of every sort")
    parser.add_argument("--cells", default="", metavar="TEXT", help="those whose name has it")
    parser.add_argument("--repetitions", type=int, default=1_000)
    parser.add_argument("--replicates", type=int, default=REPLICATES, help="drawings a test")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="start nothing later")
    parser.add_argument("--file", type=Path, help="keep every part here, and go on from there")
    options = parser.parse_args(arguments)
    options.end = time.monotonic() + 60 * options.minutes
    return options


if __name__ == "__main__":
    sys.exit(main())
