"""Cases that pass sometimes: each one's own probability to pass."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from llmeval.compare.baseline import Baseline


class Tally(NamedTuple):
    """A case's measured trials in one run."""

    run: str
    passed: int
    measured: int

    @property
    def is_split(self) -> bool:
        """Whether its trials disagree."""
        return 0 < self.passed < self.measured


class FlakyCase(Struct, frozen=True, kw_only=True):
    """One case whose trials disagree."""

    case: str
    passed: int
    trials: int
    runs: int
    """In how many runs they were."""
    low: float
    high: float
    """95 % interval of the probability to pass (Clopper and Pearson), were trials independent."""

    @property
    def rate(self) -> float:
        """The share of trials that passed, 0…1."""
        return self.passed / self.trials


def cases(
    stored: Mapping[str, Sequence[Tally]], earlier: Mapping[str, Sequence[Tally]]
) -> tuple[FlakyCase, ...]:
    """Return the cases that pass sometimes, the least sure first.

    Args:
        stored: Case to its runs of the baseline, all of one version: any that disagree make it
            flaky.
        earlier: Case to its runs of the history, oldest first. Versions differ there: a case that
            turned once, between two runs, broke or was mended.
    """
    found = (
        _flaky(case, stored.get(case, ()), earlier.get(case, ()))
        for case in stored.keys() | earlier.keys()
    )
    return tuple(sorted(filter(None, found), key=lambda flaky: (abs(flaky.rate - 0.5), flaky.case)))


def _flaky(case: str, stored: Sequence[Tally], earlier: Sequence[Tally]) -> FlakyCase | None:
    stored_names = {tally.run for tally in stored}
    others = [tally for tally in earlier if tally.run not in stored_names]
    passed = sum(tally.passed for tally in stored)
    measured = sum(tally.measured for tally in stored)
    if not 0 < passed < measured and not _wavers(earlier):
        return None
    passed += sum(tally.passed for tally in others)
    return _case(
        case, passed, measured + sum(t.measured for t in others), len(stored) + len(others)
    )


def _wavers(tallies: Sequence[Tally]) -> bool:
    if any(tally.is_split for tally in tallies):
        return True
    return sum((before.passed > 0) != (now.passed > 0) for before, now in pairwise(tallies)) > 1


def _case(case: str, passed: int, trials: int, runs: int) -> FlakyCase:
    from llmeval.compare.inference.special import beta_quantile

    failed = trials - passed
    return FlakyCase(
        case=case,
        passed=passed,
        trials=trials,
        runs=runs,
        low=beta_quantile(0.025, passed, failed + 1),
        high=beta_quantile(0.975, passed + 1, failed),
    )


def of_baseline(baseline: Baseline) -> Iterator[tuple[str, tuple[Tally, ...]]]:
    """Yield each case of a baseline with its runs, those expected to fail left out."""
    table = baseline.table
    names = {run.number: run.run for run in baseline.runs}
    for case in table.cases:
        if not table.facts(case).xfail:
            counts = ((run, table.counts(case, run)) for run in table.runs(case))
            yield (
                case,
                tuple(
                    Tally(names.get(run, str(run)), c.passed, c.measured)
                    for run, c in counts
                    if c.measured
                ),
            )
