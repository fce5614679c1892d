"""What the values of a suite prove: the tests of its figures and what they say of its cases."""

import math
from collections.abc import Iterable, Mapping, Sequence
from math import comb
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from llmeval.compare import gauges
from llmeval.compare.baseline import Baseline
from llmeval.compare.beside import BASELINE
from llmeval.compare.gauges import Gauge
from llmeval.compare.looks import ONLY, Look
from llmeval.compare.measured import SuiteTable
from llmeval.compare.wording import count, verb
from llmeval.records import GateSpec

if TYPE_CHECKING:
    from llmeval.compare.inference.ranking import Ranked
    from llmeval.compare.inference.sample import Block, CaseTrials

FEWEST_RUNS = 3
"""Baseline runs that times and costs are tested against: one or two do not show how much the
service itself moves from run to run."""


class Tested(Struct, frozen=True, kw_only=True):
    """One figure, tested."""

    gauge: Gauge
    cases: int
    """How many have values on both sides."""
    effect: float
    """How far its mean rose (fell, where negative) for the better; relative where the scale is."""
    low: float
    high: float
    """Its 95 % interval; where a suite is looked at several times, all of them hold with 95 %."""
    p: float
    """This and the next three, like `least_p`, times the number of looks."""
    p_adjusted: float
    """For all figures of the family, and once `hold` was called for all suites of the run."""
    p_breaks: float
    p_improved: float
    p_independent: float | None
    """What `p` would be were trials of a run independent; None where they are taken to be."""
    least_p: float
    """The smallest p that these cases and trials can give, however bad the run."""
    cases_needed: int | None
    """How many cases like these would exclude the drop, had nothing moved; None: too many."""
    trials_needed: int | None
    """How many trials of each case would, if independent; None: no number of trials."""

    @property
    def excludes(self) -> bool:
        """Whether a drop larger than `max_undetected` is excluded."""
        return self.low > -self.gauge.undetected

    def fell(self, more_than: float) -> bool:
        """Tell whether the mean fell by more than that."""
        return self.effect < -more_than - 1e-9


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything the tests of a suite say."""

    families: tuple[tuple[Tested, ...], ...]
    """Figures that were tested together."""
    by_run: bool
    """Whole runs were exchanged, not single trials."""
    runs: int
    """Of the baseline."""
    correlation: float | None
    """Of trials within a run, 0…1; None where no run has several trials of a case."""
    regressed: tuple[str, ...]
    improved: tuple[str, ...]
    suspect: tuple[str, ...]
    """Not named by the test, but passed mostly before and fail mostly now."""
    with_errors: tuple[Tested, ...] | None = None
    """The first family with errors counted as failures; None where there are no errors."""
    untested: Mapping[str, str] = {}
    """Figure to why it was not tested."""

    @property
    def metrics(self) -> dict[str, Tested]:
        """Everything tested, by figure."""
        return {tested.gauge.metric: tested for family in self.families for tested in family}


def gather(
    gate: GateSpec,
    table: SuiteTable,
    baseline: Baseline,
    pairs: Mapping[str, str],
    asked: Mapping[str, str],
    look: Look = ONLY,
) -> Evidence:
    """Test the figures that a suite's gate names.

    Args:
        gate: Names the figures.
        table: The run's values.
        baseline: What they are held against.
        pairs: The compared cases, each with its case in the baseline.
        asked: Those and the cases that only gave errors: they count where errors are failures.
        look: Which of the planned looks at the suite this is.
    """
    obstacles = ((name, _obstacle(name, gate, table, baseline)) for name in gate.metrics)
    untested = {name: why for name, why in obstacles if why}
    named = [gauges.gauge(m, table, gate) for m in gate.metrics if m not in untested]
    families = [
        (chosen, found)
        for of_run_time in (False, True)
        if (chosen := [g for g in named if gauges.is_of_run_time(g.metric) == of_run_time])
        and (found := gauges.sample(table, baseline.table, pairs, chosen))
    ]
    quality = gauges.sample(table, baseline.table, pairs, [gauges.gauge("pass_rate", table, gate)])
    by_run = _by_run(gate, quality)
    tested = tuple(_family(chosen, found, gate, look, by_run=by_run) for chosen, found in families)
    missing = {g.metric: _NOT_MEASURED for g in named} | untested
    for name in (tested.gauge.metric for family in tested for tested in family):
        missing.pop(name, None)
    return Evidence(
        families=tuple(family for family in tested if family),
        by_run=by_run,
        runs=len(baseline.runs),
        with_errors=_with_errors(table, baseline, asked, families, gate, look, by_run=by_run),
        untested=missing,
        **_cases(quality, gate, _rates(tested, quality, gate, by_run=by_run), by_run=by_run),
    )


_NOT_MEASURED = "it was not measured on both sides"


def _obstacle(metric: str, gate: GateSpec, table: SuiteTable, baseline: Baseline) -> str | None:
    """Return why a figure cannot be tested; None when it can."""
    if not gauges.is_testable(metric):
        return "single trials have no value of it; a limit can bound it"
    if not gauges.is_of_run_time(metric):
        return None
    if gate.against != BASELINE:
        return f"that takes a stored baseline of {FEWEST_RUNS} or more runs"
    runs = len(baseline.runs)
    same = sum(run.environment == table.environment for run in baseline.runs)
    if same >= max(FEWEST_RUNS, runs):
        return None
    demand = f"that takes {FEWEST_RUNS} or more baseline runs, all from the environment of this run"
    return f"{demand}; {same} of {runs} {verb(same, 'is', 'are')}: {_more_runs(same, runs)}"


def _more_runs(same: int, runs: int) -> str:
    if same < runs:
        return "`llmeval accept` starts a baseline here, `llmeval accept --add` adds further runs"
    times = count(FEWEST_RUNS - runs, "more time")
    return f"run this version {times}, each with `llmeval accept --add`"


def _by_run(gate: GateSpec, found: "Sequence[CaseTrials]") -> bool:
    if gate.unit != "auto":
        return gate.unit == "run"
    return any(max(case.sizes) > 1 for case in found)


def _family(
    chosen: Sequence[Gauge],
    found: "Sequence[CaseTrials]",
    gate: GateSpec,
    look: Look,
    *,
    by_run: bool,
) -> tuple[Tested, ...]:
    from llmeval.compare.inference.regression import evidence

    alpha = gate.alpha / look.of
    falling, rising = evidence(found, by_run=by_run, alpha=alpha)
    alone = evidence(found, by_run=False, alpha=alpha).falling if by_run else None
    tested = (
        _tested(each, place, found, (falling, rising, alone), look, by_run=by_run)
        for place, each in enumerate(chosen)
        if any(case.metrics[place] for case in found)
    )
    return tuple(tested) if look.of == 1 else tuple(_of_several(each, look.of) for each in tested)


def _of_several(tested: Tested, looks: int) -> Tested:
    """Return a figure whose p-values hold for all looks at the suite (Bonferroni)."""
    raised = {name: min(1.0, looks * getattr(tested, name)) for name in _P_VALUES}
    alone = tested.p_independent
    return replace(tested, **raised, p_independent=alone and min(1.0, looks * alone))


_P_VALUES = ("p", "p_adjusted", "p_breaks", "p_improved", "least_p")


def _tested(
    gauge: Gauge,
    place: int,
    found: "Sequence[CaseTrials]",
    ranked: "tuple[Ranked, Ranked, Ranked | None]",
    look: Look,
    *,
    by_run: bool,
) -> Tested:
    from llmeval.compare.inference import interval

    falling, rising, alone = ranked
    with_values = [case for case in found if case.metrics[place]]
    cases, weights = [case.metrics[place] for case in with_values], _weights(with_values)
    moved = interval.of(cases, by_run=by_run, level=look.level, weights=weights)
    spread = interval.spread(cases, by_run=by_run, weights=weights)
    trials = min(min(map(len, blocks)) for blocks in cases)
    return Tested(
        gauge=gauge,
        cases=len(cases),
        effect=moved.effect - gauge.margin,
        low=moved.low - gauge.margin,
        high=moved.high - gauge.margin,
        p=falling.p[place],
        p_adjusted=falling.adjusted[place],
        p_breaks=falling.breaks[place],
        p_improved=rising.p[place],
        p_independent=None if alone is None else alone.p[place],
        least_p=_least_p(cases, by_run=by_run),
        cases_needed=spread.cases_for(gauge.undetected, look.level),
        trials_needed=spread.trials_for(gauge.undetected, trials, look.level, by_run=by_run),
    )


def _weights(cases: "Sequence[CaseTrials]") -> list[float] | None:
    """Return how much each case counts; None where all count the same."""
    weights = [case.weight for case in cases]
    return weights if len(set(weights)) > 1 else None


def _least_p(cases: "Sequence[tuple[Block, ...]]", *, by_run: bool) -> float:
    """Return the share that one labelling has of all."""
    ways = (len(b) if by_run else comb(sum(map(len, b)), len(b[-1])) for b in cases)
    return math.exp(-math.fsum(map(math.log, ways)))


def _rates(
    tested: Sequence[tuple[Tested, ...]],
    found: "Sequence[CaseTrials]",
    gate: GateSpec,
    *,
    by_run: bool,
) -> tuple[float, float]:
    """Return the p-values that the pass rate fell, and that it rose."""
    for figure in (figure for family in tested for figure in family):
        if figure.gauge.metric == "pass_rate":
            return figure.p, figure.p_improved
    if not found:
        return 1.0, 1.0
    from llmeval.compare.inference.regression import evidence

    falling, rising = evidence(found, by_run=by_run, alpha=gate.alpha)
    return falling.p[0], rising.p[0]


def _cases(
    found: "Sequence[CaseTrials]",
    gate: GateSpec,
    p_values: tuple[float, float],
    *,
    by_run: bool,
) -> dict[str, Any]:
    """Return which cases moved, and how much trials of a run resemble each other."""
    from llmeval.compare.inference import broken, correlation
    from llmeval.compare.inference.sample import mirrored

    sides = (found, mirrored(found))
    alike = [correlation.within_runs([case.metrics[0] for case in side]) for side in sides]
    regressed, improved = (
        broken.names(side, by_run=by_run, correlation=known or 0.0, evident=p <= gate.alpha)
        for side, known, p in zip(sides, alike, p_values, strict=True)
    )
    fell = (c.case for c in found if _majority(c, -1) < 0.5 < _majority(c, 0))
    return {
        "correlation": alike[0],
        "regressed": regressed,
        "improved": improved,
        "suspect": tuple(case for case in fell if case not in regressed),
    }


def _majority(case: "CaseTrials", side: int) -> float:
    """Return the share of passing trials, of the run (-1) or of all baseline runs (0)."""
    blocks = case.metrics[0]
    values = blocks[-1] if side else [value for block in blocks[:-1] for value in block]
    return math.fsum(values) / len(values)


def _with_errors(
    table: SuiteTable,
    baseline: Baseline,
    asked: Mapping[str, str],
    families: Sequence[tuple[list[Gauge], object]],
    gate: GateSpec,
    look: Look,
    *,
    by_run: bool,
) -> tuple[Tested, ...] | None:
    """Test once more with errors as failures: are they what keeps the verdict green?"""
    if not any(table.counts(case).error for case in asked):
        return None
    chosen = [gauge for gauge in _quality(families) if gauge.metric == "pass_rate"]
    found = gauges.sample(table, baseline.table, asked, chosen, errors_fail=True)
    return _family(chosen, found, gate, look, by_run=by_run) if chosen and found else None


def _quality(families: Sequence[tuple[list[Gauge], object]]) -> list[Gauge]:
    return [gauge for chosen, _ in families for gauge in chosen]


def hold(found: Iterable[Evidence | None]) -> list[Evidence | None]:
    """Return the evidence of a run's suites, each p-value adjusted for all of them (Holm).

    The false alarms that `alpha` allows are those of the whole run.
    """
    known = list(found)
    families = [family for each in known if each for family in each.families]
    if len(families) < 2:
        return known
    from llmeval.compare.inference.ranking import holm

    smallest = [min(tested.p_adjusted for tested in family) for family in families]
    adjusted = iter(
        _raised(family, p, held)
        for family, p, held in zip(families, smallest, holm(smallest), strict=True)
    )
    return [
        each and replace(each, families=tuple(next(adjusted) for _ in each.families))
        for each in known
    ]


def _raised(family: tuple[Tested, ...], p: float, held: float) -> tuple[Tested, ...]:
    factor = held / p
    return tuple(replace(t, p_adjusted=min(1.0, t.p_adjusted * factor)) for t in family)
