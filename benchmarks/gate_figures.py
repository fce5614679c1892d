"""What came out of simulated cells: summed over parts, held against the bounds, as a table."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean
from typing import BinaryIO

import numpy as np

from llmeval.compare.inference.naive import RULES as NAIVE
from llmeval.compare.inference.special import beta_cdf

ALPHA = 0.05
AGAIN, AGAIN_LIMIT, ENOUGH = 0.07, 0.058, 1_000
"""A cell above the first after ENOUGH repetitions is simulated anew, AGAIN_TIMES as often, with
other random numbers."""
AGAIN_TIMES = 10


@dataclass(frozen=True)
class Outcome:
    """What came out of one cell, or of a part of its repetitions; shares in 0…1."""

    cell: str
    change: str
    repetitions: int
    part: int = 0
    again: bool = False
    """It is of the second, longer simulation of its cell."""
    rejected: float = 0.0
    """The gate's test says worse."""
    shift: float = 0.0
    """The shift alone would say worse, not calibrated for being one of two."""
    breaks: float = 0.0
    """The same of the breaks."""
    cleared: float = 0.0
    """The interval excludes the drop, and the test does not say worse: `no change`."""
    covered: float = 0.0
    """The 95 % interval holds the true change of the mean."""
    wrong: float = 0.0
    """Among the named cases those that did not get worse."""
    found: float | None = None
    """Of the broken cases those that are named."""
    naive: dict[str, float] = field(default_factory=dict)


# --- parts ---------------------------------------------------------------------------------------


def store(path: Path, part: Outcome) -> None:
    """Append a part, one line; what was cut short before it ends there."""
    with path.open("a+b") as stream:
        if stream.tell() and not _ends_a_line(stream):
            stream.write(b"\n")
        stream.write(json.dumps(asdict(part)).encode("ascii") + b"\n")


def _ends_a_line(stream: BinaryIO) -> bool:
    stream.seek(-1, 2)
    return stream.read() == b"\n"


def stored(path: Path) -> Iterator[Outcome]:
    """Yield the parts of a file; a line that a kill cut short is left out."""
    for line in path.read_text(encoding="ascii").splitlines() if path.exists() else ():
        try:
            yield Outcome(**json.loads(line))
        except ValueError:
            continue


def summed(parts: Iterable[Outcome]) -> list[Outcome]:
    """Return one outcome a cell, in the order in which cells first appear.

    Of a cell that was simulated anew only the new simulation counts.
    """
    cells: dict[str, list[Outcome]] = defaultdict(list)
    for part in parts:
        cells[part.cell].append(part)
    return [_sum([p for p in of_cell if p.again] or of_cell) for of_cell in cells.values()]


def _sum(parts: Sequence[Outcome]) -> Outcome:
    def mean(name: str) -> float:
        return sum(getattr(p, name) * p.repetitions for p in parts) / total

    total = sum(part.repetitions for part in parts)
    first = parts[0]
    shares = ("rejected", "shift", "breaks", "cleared", "covered", "wrong")
    naive = {n: sum(p.naive[n] * p.repetitions for p in parts) / total for n in first.naive}
    found = None if first.found is None else mean("found")
    means = {name: mean(name) for name in shares}
    return Outcome(
        first.cell, first.change, total, again=first.again, found=found, naive=naive, **means
    )


# --- bounds --------------------------------------------------------------------------------------


def is_suspicious(outcome: Outcome) -> bool:
    """Tell whether a cell of nothing changed is to be simulated anew."""
    still = outcome.change == "none" and not outcome.again
    return still and outcome.repetitions >= ENOUGH and outcome.rejected > AGAIN


def problems(outcomes: Sequence[Outcome]) -> list[str]:
    """Return what is worse than it is allowed to be, one line each."""
    found = []
    still = [outcome for outcome in outcomes if outcome.change == "none"]
    if still and fmean(outcome.rejected for outcome in still) > _mean_bound(still):
        found.append(f"false alarms: {fmean(o.rejected for o in still):.3%} over all cells")
    for outcome in still:
        if outcome.rejected > bound(outcome, len(still)):
            found.append(f"false alarms: {outcome.rejected:.1%} in {outcome.cell}")
    limits = [outcome for outcome in outcomes if outcome.change == "limit"]
    for outcome in limits:
        if outcome.cleared > bound(outcome, len(limits)):
            found.append(f"a drop called no change: {outcome.cleared:.1%} in {outcome.cell}")
    for outcome in outcomes:
        if outcome.wrong > 0.12 + 3 * np.sqrt(0.1 / outcome.repetitions):
            found.append(f"wrong names: {outcome.wrong:.1%} in {outcome.cell}")
    return found


def _mean_bound(cells: Sequence[Outcome]) -> float:
    return 0.052 + 3 * float(np.sqrt(0.05 / sum(outcome.repetitions for outcome in cells)))


def bound(outcome: Outcome, cells: int) -> float:
    """Return what a share of 5 % stays below with probability 1 - 0.01 / cells."""
    if outcome.again:
        return AGAIN_LIMIT
    number = outcome.repetitions
    # The binomial quantile: the smallest k with P(at most k) high enough.
    low, wanted = 0, 1 - 0.01 / cells
    while 1 - beta_cdf(ALPHA, low + 1, number - low) < wanted:
        low += 1
    return low / number


# --- words ---------------------------------------------------------------------------------------


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return the figures over all cells, a line for each kind of change."""
    changes = dict.fromkeys(outcome.change for outcome in outcomes)
    return "\n".join(_told([o for o in outcomes if o.change == change]) for change in changes)


def _told(cells: Sequence[Outcome]) -> str:
    change = cells[0].change
    rates = [outcome.cleared if change == "limit" else outcome.rejected for outcome in cells]
    said = "called no change" if change == "limit" else "called worse"
    least, most = min(c.repetitions for c in cells), max(c.repetitions for c in cells)
    wrong, named = [c.wrong for c in cells], [c.found for c in cells if c.found is not None]
    return (
        f"{change}: {len(cells)} cells, {least:,} … {most:,} repetitions each; {said}: mean "
        f"{fmean(rates):.2%}, {min(rates):.1%} … {max(rates):.1%} (where it is 5 % in truth, "
        f"below {max(bound(c, len(cells)) for c in cells):.1%}); wrong names: mean "
        f"{fmean(wrong):.1%}, at most {max(wrong):.1%}"
        + (f"; broken found: mean {fmean(named):.1%}" if named else "")
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as lines of a Markdown table."""
    head = ["cell", "worse", "by shift", "by breaks", "no change", "interval holds"]
    head += ["wrong names", "broken found", *NAIVE]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for outcome in outcomes:
        shares = [outcome.rejected, outcome.shift, outcome.breaks, outcome.cleared]
        shares += [outcome.covered, outcome.wrong]
        cells = [outcome.cell, *map(_percent, shares)]
        cells += [_percent(outcome.found), *map(_percent, outcome.naive.values())]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.1f} %"
