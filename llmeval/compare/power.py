"""What a suite can find before it is asked: from its baseline, by simulating the gate."""

from collections.abc import Collection, Iterable
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from llmeval.compare import baseline as baselines
from llmeval.compare import looks, modes
from llmeval.compare.baseline import Baseline
from llmeval.config import Settings
from llmeval.records import GateSpec

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite

DROP = 0.05
"""The drop for which trials are counted."""


class Power(Struct, frozen=True, kw_only=True):
    """What the statistical gate would find."""

    cases: int
    """That the baseline and the run to come have in common."""
    runs: int
    """Of the baseline."""
    drop: float | None
    """The smallest fall of the pass rate that is found with 80 % probability, 0…1, whether all
    cases get a bit worse or a few break; None: not even one of 50 points."""
    trials: int | None
    """Trials a case, on both sides, that would find 5 points; None: 20 are not enough."""


def of(
    gate: GateSpec,
    baseline: Baseline,
    cases: Collection[str],
    trials: int,
    rounds: tuple[int, int] | None = None,
) -> Power | None:
    """Return what the gate would find.

    Args:
        gate: Of the suite.
        baseline: What the run will be held against.
        cases: Those that will be asked.
        trials: Of each of them.
        rounds: The fewest and the most, where looks may settle the suite.

    Returns:
        None where the baseline holds none of the cases.
    """
    from llmeval.compare.inference import power
    from llmeval.compare.inference.sequence import Glance

    table = baseline.table
    known = [case for case in table.cases if case in cases and table.counts(case).measured]
    if not known:
        return None
    stored = tuple(_runs(baseline, case) for case in known)
    several = trials > 1 or any(len(block) > 1 for runs in stored for block in runs)
    by_run = gate.unit == "run" or (gate.unit == "auto" and several)
    weights = [table.facts(case).weight for case in known]
    suite = power.suite(stored, trials, by_run=by_run, alpha=gate.alpha, weights=weights)
    if rounds is not None:
        glances = tuple(Glance(*each) for each in looks.sequence(*rounds, gate.alpha))
        suite = suite._replace(glances=glances, undetected=gate.max_undetected)
    return Power(
        cases=len(known),
        runs=len(baseline.runs),
        drop=power.smallest_drop(suite),
        trials=power.fewest_trials(suite, DROP),
    )


def of_suites(
    planned: "Iterable[tuple[Suite, Collection[str], int]]", settings: Settings
) -> dict[str, Power]:
    """Return what the gates of suites would find, where the statistical one judges.

    Args:
        planned: Each with the cases that will be asked and the trials of each.
        settings: Say where baselines are, and which mode was asked for.

    Raises:
        StoredFileError: A baseline is damaged.
    """
    found = {}
    for suite, cases, trials in planned:
        stored = baselines.read(baselines.path(settings, suite.name), suite.name)
        choice = modes.choose(suite.gate, stored, [trials], forced=settings.gate)
        if stored is not None and choice.mode == "statistical":
            rounds = None if settings.update_baseline else suite.rounds
            power = of(suite.gate, stored, cases, trials, rounds)
            if power is not None:
                found[suite.name] = power
    return found


def _runs(baseline: Baseline, case: str) -> tuple[tuple[float, ...], ...]:
    trials = (t for t in baseline.table.trials(case) if t.outcome in ("passed", "failed"))
    return tuple(
        tuple(float(trial.outcome == "passed") for trial in run)
        for _, run in groupby(trials, attrgetter("run"))
    )
