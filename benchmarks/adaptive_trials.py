"""How many trials looks save, and what they cost in errors and power, by simulation.

    python benchmarks/adaptive_trials.py --reduced
    python benchmarks/adaptive_trials.py --repetitions 400 --json figures.json
    python benchmarks/adaptive_trials.py --cells unchanged --repetitions 1000

Every repetition draws a baseline of ten trials and ten rounds of a run of a simulated application.
The gate itself judges them: round by round with its looks, once after all ten, and by somebody who
peeks at each look as if it were the only one. The rounds are the same for all three.
"""

import argparse
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing import Pool
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from llmeval.compare import gate as gates
from llmeval.compare import looks, settling, statistical
from llmeval.compare.baseline import Baseline
from llmeval.compare.facts import CaseFacts
from llmeval.compare.findings import Facts
from llmeval.compare.looks import Rounds
from llmeval.compare.measured import SuiteTable
from llmeval.compare.modes import Choice
from llmeval.compare.pairing import Selection
from llmeval.compare.stored import StoredRun
from llmeval.records import GateSpec

ROUNDS = 10
DROP = 0.05
PLAN = Selection(rounds=Rounds(min=1, max=ROUNDS, looks=looks.planned(1, ROUNDS)))
ALL_AT_ONCE = Selection()
GATE = GateSpec(unit="trial", max_undetected=DROP)
CHOICE = Choice(mode="statistical", reason="")
RED = frozenset({"regression", "mixed"})
NOW = datetime(2026, 11, 28, tzinfo=UTC)
_APP = CaseFacts(adapter="app")

Rates = Any
Change = Callable[[Rates, np.random.Generator], Rates]


# --- simulated applications ----------------------------------------------------------------------


def mixed(cases: int, random: np.random.Generator) -> Rates:
    """Return pass rates: 70 % of the cases always pass, 10 % never, the others lie between."""
    sure = random.random(cases)
    return np.where(sure < 0.7, 1.0, np.where(sure < 0.8, 0.0, random.random(cases)))


def easy(cases: int, random: np.random.Generator) -> Rates:
    """Return pass rates: 70 % of the cases always pass, the others mostly."""
    return np.where(random.random(cases) < 0.7, 1.0, random.beta(9, 1, cases))


def sure(cases: int, random: np.random.Generator) -> Rates:
    """Return pass rates: every case always passes."""
    del random
    return np.ones(cases)


def unchanged(rates: Rates, random: np.random.Generator) -> Rates:
    """Return the same rates."""
    del random
    return rates


def sag(rates: Rates, random: np.random.Generator) -> Rates:
    """Return rates of which each is 5 % lower."""
    del random
    return rates * 0.95


def breaks(rates: Rates, random: np.random.Generator) -> Rates:
    """Return rates of which 5 % of the cases, those that passed, are 0."""
    after = rates.copy()
    able = np.flatnonzero(rates > 0.9)
    after[random.choice(able, round(0.05 * len(rates)), replace=False)] = 0.0
    return after


def limit(rates: Rates, random: np.random.Generator) -> Rates:
    """Return rates whose mean is lower by exactly what must not stay undetected."""
    del random
    return rates * (1 - DROP / rates.mean())


@dataclass(frozen=True, slots=True)
class Cell:
    """One way in which an application can be, and change."""

    kind: Callable[[int, np.random.Generator], Rates]
    cases: int
    change: Change = unchanged
    accepted: bool = False
    """The baseline is a run that looks ended, held against the one before."""

    def __str__(self) -> str:
        after = ", against a run that ended early" if self.accepted else ""
        return f"{self.change.__name__}, {self.kind.__name__}, {self.cases} cases{after}"


CELLS = (
    Cell(mixed, 30),
    Cell(mixed, 100),
    Cell(mixed, 300),
    Cell(easy, 100),
    Cell(sure, 100),
    Cell(mixed, 100, sag),
    Cell(easy, 100, sag),
    Cell(mixed, 100, breaks),
    Cell(mixed, 300, breaks),
    Cell(mixed, 100, limit),
    Cell(sure, 100, limit),
    Cell(mixed, 100, accepted=True),
)
REDUCED = (Cell(sure, 40), Cell(mixed, 40, breaks), Cell(easy, 40, limit))


# --- one repetition ------------------------------------------------------------------------------


def table(outcomes: Any) -> SuiteTable:
    """Return the values of a suite; `outcomes` of shape (cases, trials)."""
    made = SuiteTable("suite")
    for case, row in enumerate(outcomes):
        name = f"case-{case:03}"
        made.put_case(name, case, _APP, {})
        for trial, passed in enumerate(row, start=1):
            made.put_trial(name, 1, trial, "passed" if passed else "failed")
    return made


def judged(now: Any, before: Any, selection: Selection = PLAN) -> Facts:
    """Return what the gate finds in some rounds held against a baseline."""
    run = StoredRun(number=1, run="before", trials=before.size, errors=0)
    baseline = Baseline(suite="suite", table=table(before), runs=(run,))
    return gates.gather(GATE, table(now), baseline, now=NOW, selection=selection, choice=CHOICE)


def comparison(facts: Facts) -> str:
    """Return what the verdict says."""
    assert facts.evidence is not None
    return statistical.comparison(facts.evidence, facts.gate)


def adaptive(now: Any, before: Any) -> Facts:
    """Return what the gate finds at the look that settles a suite, or at the last one."""
    assert PLAN.rounds is not None
    for rounds in PLAN.rounds.looks:
        facts = judged(now[:, :rounds], before)
        if rounds == ROUNDS or settling.is_settled(facts):
            return facts
    raise AssertionError("the last look ends every run")


def peeks(now: Any, before: Any) -> bool:
    """Tell whether one of the looks, each taken for the only one, calls the run worse."""
    assert PLAN.rounds is not None
    return any(
        comparison(judged(now[:, :rounds], before, ALL_AT_ONCE)) in RED
        for rounds in PLAN.rounds.looks
    )


def drawn(rates: Rates, random: np.random.Generator) -> Any:
    """Return ten trials of each case."""
    return random.random((len(rates), ROUNDS)) < rates[:, None]


def once(cell: Cell, random: np.random.Generator, *, peeking: bool) -> dict[str, Any]:
    """Return what came out of one repetition."""
    rates = cell.kind(cell.cases, random)
    after = cell.change(rates, random)
    before, now = drawn(rates, random), drawn(after, random)
    if cell.accepted:
        before = _ended_early(rates, before, random)
    looked, whole = adaptive(now, before), comparison(judged(now, before, ALL_AT_ONCE))
    found = comparison(looked)
    return {
        "fixed_verdict": whole != "insufficient_data",
        "fixed_red": whole in RED,
        "fixed_clear": whole == "no_change",
        "verdict": found != "insufficient_data",
        "red": found in RED,
        "clear": found == "no_change",
        "rounds": looked.look.rounds,
        "wrong": _wrong(looked, after < rates) if cell.change is breaks else None,
        "peeking_red": peeks(now, before) if peeking else None,
    }


def _wrong(facts: Facts, broken: Any) -> float:
    """Return the share of wrong names among the cases that are called broken."""
    assert facts.evidence is not None
    named = [int(case.removeprefix("case-")) for case in facts.evidence.regressed]
    return sum(not broken[case] for case in named) / max(1, len(named))


def _ended_early(rates: Rates, before: Any, random: np.random.Generator) -> Any:
    """Return a run of the same application that was green, as long as its looks made it."""
    while True:
        run = drawn(rates, random)
        found = adaptive(run, before)
        if comparison(found) not in RED:
            return run[:, : found.look.rounds]


@dataclass
class Outcome:
    """What came out of one cell; shares in 0…1."""

    cell: str
    repetitions: int
    fixed_verdict: float
    """Ten rounds at once say more than "too little data to tell"."""
    fixed_red: float
    fixed_clear: float
    """`no_change`."""
    verdict: float
    """The same three with looks."""
    red: float
    clear: float
    rounds: float
    """Mean."""
    wrong: float | None
    """Of the cases that are named as broken, those that did not break."""
    peeking_red: float | None

    @property
    def saved(self) -> float:
        """Share of the calls."""
        return 1 - self.rounds / ROUNDS


def simulate(job: tuple[Cell, int]) -> Outcome:
    """Return what came out of one cell."""
    cell, repetitions = job
    random = np.random.default_rng(zlib.crc32(str(cell).encode()))
    peeking = cell.change is unchanged and not cell.accepted
    rows = [once(cell, random, peeking=peeking) for _ in range(repetitions)]
    means = {
        name: None if rows[0][name] is None else fmean(row[name] for row in rows)
        for name in rows[0]
    }
    return Outcome(cell=str(cell), repetitions=repetitions, **means)  # type: ignore[arg-type]


# --- all of them ---------------------------------------------------------------------------------

ALPHA = 0.05
DESIGNED = {
    "unchanged, mixed, 30 cases": "9% saved",
    "unchanged, mixed, 100 cases": "3.5%, 2.5",
    "sag, mixed, 100 cases": "96%, 1.9",
    "breaks, mixed, 100 cases": "97%, 1.4",
}
"""What the method promised before there was code, on suites of its own."""
WRONG = 0.12
TELLING, SAVED, LOST = 0.95, 0.5, 0.05
"""Where ten rounds at once reach a verdict so often: the least that looks save, and the most power
that they lose."""


def problems(outcomes: Sequence[Outcome]) -> list[str]:
    """Return what is worse than it is allowed to be, one line each."""
    return [problem for each in outcomes for problem in _problems(each)]


def _problems(each: Outcome) -> Iterator[str]:
    doubt = 3 * float(np.sqrt(ALPHA / each.repetitions))
    change = each.cell.partition(",")[0]
    is_plain = "ended early" not in each.cell
    if change == "unchanged" and is_plain and each.red > ALPHA + doubt:
        yield f"false alarms: {each.red:.1%} in {each.cell}"
    if change == "limit" and each.clear > ALPHA + doubt:
        yield f"a drop called no change: {each.clear:.1%} in {each.cell}"
    if each.wrong is not None and each.wrong > WRONG + doubt:
        yield f"wrong names: {each.wrong:.1%} in {each.cell}"
    if each.fixed_verdict < TELLING or not is_plain:
        return
    if each.saved < SAVED:
        yield f"only {each.saved:.0%} of the calls saved in {each.cell}"
    if change != "unchanged" and each.fixed_red - each.red > LOST + doubt:
        yield f"power {each.red:.1%}, at once {each.fixed_red:.1%} in {each.cell}"


def lines(outcomes: Sequence[Outcome]) -> str:
    """Return the outcomes as a Markdown table."""
    head = (
        "suite",
        "ten rounds: a verdict",
        "worse",
        "no change",
        "looks: a verdict",
        "worse",
        "no change",
        "rounds",
        "calls saved",
        "wrong names",
        "peeking: worse",
        "as designed: worse, rounds",
    )
    rows = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for each in outcomes:
        shares = (each.fixed_verdict, each.fixed_red, each.fixed_clear)
        looked = (each.verdict, each.red, each.clear)
        cells = [each.cell, *map(_percent, (*shares, *looked))]
        cells += [f"{each.rounds:.1f}", f"{each.saved:.0%}"]
        cells += [_percent(each.wrong), _percent(each.peeking_red)]
        cells.append(DESIGNED.get(each.cell, ""))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows).replace("%", " %")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, print the table, and return 1 where something is worse than allowed."""
    options = _options(arguments)
    wanted = REDUCED if options.reduced else CELLS
    cells = [cell for cell in wanted if options.cells in str(cell)]
    if not cells:
        print(f"no cell is called like {options.cells!r}", file=sys.stderr)
        return 2
    os.nice(10)
    outcomes: list[Outcome] = []
    with Pool(options.jobs) as pool:
        for outcome in pool.imap(simulate, [(cell, options.repetitions) for cell in cells]):
            shown = lines([outcome])
            print(shown if not outcomes else shown.splitlines()[-1], flush=True)
            outcomes.append(outcome)
    if options.json:
        text = json.dumps([asdict(outcome) for outcome in outcomes], indent=1)
        options.json.write_text(text + "\n", encoding="ascii")
    found = problems(outcomes)
    print("\n".join(found) or f"All {len(outcomes)} cells are within their bounds.")
    return int(bool(found))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--reduced", action="store_true", help="two small cells")
    parser.add_argument("--cells", default="", metavar="TEXT", help="those whose name has it")
    parser.add_argument("--repetitions", type=int, default=400)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
