"""Runs of an unchanged application, held against each other: how often a rule cries wolf."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from llmeval.compare import gauges, looks
from llmeval.compare.measured import SuiteTable
from llmeval.records import GateSpec

if TYPE_CHECKING:
    from llmeval.compare.inference.sample import CaseTrials

GATE = "this gate"
_DOUBT = 0.01


class Alarms(Struct, frozen=True, kw_only=True):
    """How often each rule called an unchanged application worse."""

    suite: str
    cases: int
    comparisons: int
    """Each run with the one before it."""
    alarms: Mapping[str, int]
    """Rule to its false alarms, this gate first."""
    likely: Mapping[str, tuple[float, float]]
    """Rule to the 95 % interval of its rate of false alarms (Clopper and Pearson)."""
    correlation: float | None
    """Of trials within a run, 0…1; None with one trial a case."""
    alpha: float

    @property
    def is_calibrated(self) -> bool:
        """Whether the gate's alarms are as few as `alpha` promises, as far as can be told."""
        from llmeval.compare.inference.special import beta_cdf

        found = self.alarms[GATE]
        # P(so many or more), were alpha the true rate.
        return not found or beta_cdf(self.alpha, found, self.comparisons - found + 1) >= _DOUBT


def alarms(
    gate: GateSpec, runs: Sequence[SuiteTable], rounds: tuple[int, int] | None = None
) -> Alarms | None:
    """Hold each run against the one before it.

    Args:
        gate: Of the suite.
        runs: At least two of one suite, in the order in which they were made.
        rounds: The fewest and the most, where looks may settle a run; the runs made the most.

    Returns:
        None where no case was measured in two runs that followed each other.
    """
    from llmeval.compare.inference import correlation, naive
    from llmeval.compare.inference.regression import evidence
    from llmeval.compare.inference.sequence import Glance, is_called_worse

    glances = [Glance(*each) for each in looks.sequence(*(rounds or (1, 1)), gate.alpha)]

    def p_of(cases: "Sequence[CaseTrials]") -> float:
        several = gate.unit == "auto" and any(max(case.sizes) > 1 for case in cases)
        by_run = gate.unit == "run" or several
        return evidence(cases, by_run=by_run, alpha=glances[-1].alpha).falling.p[0]

    def is_alarm(cases: "Sequence[CaseTrials]") -> bool:
        if rounds is None:
            return p_of(cases) <= gate.alpha
        return is_called_worse(cases, glances, p_of, gate.max_undetected)

    compared = [found for before, now in pairwise(runs) if (found := _sample(gate, before, now))]
    if not compared:
        return None
    rules = {GATE: is_alarm, **naive.RULES}
    counts = {name: sum(rule(cases) for cases in compared) for name, rule in rules.items()}
    blocks = _all_runs(gate, runs)
    return Alarms(
        suite=runs[0].name,
        cases=max(len(cases) for cases in compared),
        comparisons=len(compared),
        alarms=counts,
        likely={name: _interval(count, len(compared)) for name, count in counts.items()},
        correlation=correlation.within_runs(blocks) if blocks else None,
        alpha=gate.alpha,
    )


def _sample(gate: GateSpec, before: SuiteTable, now: SuiteTable) -> "list[CaseTrials]":
    pairs = {case: case for case in now.cases if case in before and not now.facts(case).xfail}
    return gauges.sample(now, before, pairs, [gauges.gauge("pass_rate", now, gate)])


def _all_runs(gate: GateSpec, runs: Sequence[SuiteTable]) -> list[tuple[tuple[float, ...], ...]]:
    """Return the trials of each case by run, for cases that every run measured."""
    of_runs = [{case.case: case.metrics[0][-1] for case in _sample(gate, run, run)} for run in runs]
    shared = set.intersection(*(set(of_run) for of_run in of_runs))
    # The last block stands where the run to be judged does: it is not looked at.
    return [(*(of_run[case] for of_run in of_runs), of_runs[-1][case]) for case in sorted(shared)]


def _interval(count: int, of: int) -> tuple[float, float]:
    from llmeval.compare.inference.special import beta_quantile

    low = beta_quantile(0.025, count, of - count + 1) if count else 0.0
    high = beta_quantile(0.975, count + 1, of - count) if count < of else 1.0
    return low, high
