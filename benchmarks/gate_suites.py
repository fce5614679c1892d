"""Suites of a simulated application, unchanged or made worse, and the cells of the grid."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np

Kind = Literal["deterministic", "mixed", "easy", "flaky", "all_pass", "scores"]
Change = Literal["none", "sag", "breaks", "limit"]

CASES = (30, 100, 300)
CURRENT = (1, 3, 5)
SHARED = (0.3, 0.8)


@dataclass(frozen=True, slots=True)
class Cell:
    """One way in which an application and its tests can be."""

    kind: Kind
    cases: int
    baseline: int
    """Trials in each baseline run."""
    current: int
    runs: int = 1
    correlation: float = 0.0
    """Of the trials of one run."""
    uneven: bool = False
    """The number of trials differs between cases."""
    change: Change = "none"

    def __str__(self) -> str:
        runs = f"{self.runs} x " if self.runs > 1 else ""
        text = f"{self.kind}, {self.cases} cases, {runs}{self.baseline} + {self.current} trials"
        text += f", correlation {self.correlation}" if self.correlation else ""
        text += ", uneven" if self.uneven else ""
        return text if self.change == "none" else f"{text}, {self.change}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One simulated comparison."""

    before: dict[str, list[list[float]]]
    now: dict[str, list[float]]
    broken: frozenset[str]


def unchanged() -> Iterator[Cell]:
    """Yield the cells in which nothing changed."""
    kinds: tuple[Kind, ...] = ("deterministic", "mixed", "easy", "flaky", "all_pass")
    designs = ((1, 1), (3, 1), (5, 1), (20, 1), (3, 3))
    for kind, cases, (trials, runs), now in product(kinds, CASES, designs, CURRENT):
        yield Cell(kind, cases, trials, now, runs)
    for cases, (trials, runs), now in product(CASES, designs, CURRENT):
        yield Cell("scores", cases, trials, now, runs)
    for kind, cases, runs, shared in product(("mixed", "easy", "flaky"), CASES, (1, 3), SHARED):
        yield Cell(kind, cases, 5, 5, runs, correlation=shared)  # type: ignore[arg-type]
    for kind, cases, runs in product(("mixed", "flaky", "scores"), CASES, (1, 3)):
        yield Cell(kind, cases, 5, 5, runs, uneven=True)  # type: ignore[arg-type]


def changed() -> Iterator[Cell]:
    """Yield the cells in which the application got worse."""
    changes: tuple[Change, ...] = ("sag", "breaks", "limit")
    kinds: tuple[Kind, ...] = ("mixed", "easy")
    for change, kind, cases, runs in product(changes, kinds, CASES, (1, 3)):
        yield Cell(kind, cases, 5, 5, runs, change=change)
    for kind, cases in product(kinds, CASES):
        yield Cell(kind, cases, 1, 1, change="limit")
        yield Cell(kind, cases, 5, 5, correlation=0.8, change="limit")
    worse: tuple[Change, ...] = ("sag", "breaks")
    for change, kind, cases, runs, shared in product(worse, kinds, CASES, (1, 3), SHARED):
        yield Cell(kind, cases, 5, 5, runs, correlation=shared, change=change)


def reduced() -> Iterator[Cell]:
    """Yield a few cells of every sort."""
    yield Cell("mixed", 30, 1, 1)
    yield Cell("flaky", 30, 3, 3, runs=3)
    yield Cell("flaky", 30, 5, 3, correlation=0.8)
    yield Cell("scores", 30, 3, 3, uneven=True)
    yield Cell("mixed", 100, 5, 5, change="breaks")
    yield Cell("easy", 100, 5, 5, change="limit")


def draw(cell: Cell, random: np.random.Generator, drop: float = 0.05) -> Drawn:
    """Draw one comparison.

    Args:
        cell: What to draw.
        random: The source of chance.
        drop: By how much the mean falls under `limit`.
    """
    own = rates(cell, random)
    after, broken = _changed(cell, own, random, drop)
    ids = [f"case-{number:03}" for number in range(cell.cases)]
    blocks = [block(cell, own, cell.baseline, random) for _ in range(cell.runs)]
    now = block(cell, after, cell.current, random)
    if cell.uneven:  # decided by the case's number alone, never by its values
        blocks = [[row[: 1 + n % cell.baseline] for n, row in enumerate(b)] for b in blocks]
        now = [row[: 1 + (n // 3) % cell.current] for n, row in enumerate(now)]
    before = {case: [block[n] for block in blocks] for n, case in enumerate(ids)}
    return Drawn(before, dict(zip(ids, now, strict=True)), frozenset(ids[n] for n in broken))


def rates(cell: Cell, random: np.random.Generator) -> Any:
    """Return each case's own probability to pass (of scores: its own mean)."""
    sure = random.random(cell.cases)
    if cell.kind == "deterministic":
        return (sure < 0.8).astype(float)
    if cell.kind == "mixed":
        own = random.random(cell.cases)
        return np.where(sure < 0.7, 1.0, np.where(sure < 0.8, 0.0, own))
    if cell.kind == "easy":
        return np.where(sure < 0.7, 1.0, random.beta(9, 1, cell.cases))
    return np.ones(cell.cases) if cell.kind == "all_pass" else sure


def _changed(
    cell: Cell, rates: Any, random: np.random.Generator, drop: float
) -> tuple[Any, tuple[int, ...]]:
    """Return the rates after the change, and which cases broke completely."""
    if cell.change == "sag":
        return rates * 0.95, ()
    if cell.change == "limit":
        return rates * max(0.0, 1 - drop * cell.cases / max(rates.sum(), 1e-9)), ()
    if cell.change == "breaks":
        able = np.flatnonzero(rates > 0.9)
        chosen = random.choice(able, max(1, round(0.03 * cell.cases)), replace=False)
        after = rates.copy()
        after[chosen] = 0.0
        return after, tuple(int(number) for number in chosen)
    return rates, ()


def block(cell: Cell, rates: Any, trials: int, random: np.random.Generator) -> list[list[float]]:
    """Return one run's values: a trial is its own draw, or with some chance the run's."""
    shape = (cell.cases, trials)
    copied = random.random(shape) < np.sqrt(cell.correlation)
    if cell.kind == "scores":
        own = random.normal(0, 0.2, shape)
        shared = random.normal(0, 0.2, (cell.cases, 1))
        found: Any = (rates[:, None] + np.where(copied, shared, own)).clip(0, 1)
    else:
        single = random.random(shape) < rates[:, None]
        common = random.random((cell.cases, 1)) < rates[:, None]
        found = np.where(copied, common, single).astype(float)
    rows: list[list[float]] = found.tolist()
    return rows
