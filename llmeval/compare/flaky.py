"""Cases that pass sometimes: each one's own probability to pass."""

from collections.abc import Iterator

from msgspec import Struct

from llmeval.compare.baseline import Baseline


class FlakyCase(Struct, frozen=True, kw_only=True):
    """One case whose trials disagree."""

    case: str
    passed: int
    trials: int
    low: float
    high: float
    """95 % interval of the probability to pass (Clopper and Pearson), were trials independent."""


def cases(baseline: Baseline) -> tuple[FlakyCase, ...]:
    """Return the cases that passed and failed in a baseline's runs, the least sure first."""
    return tuple(sorted(_found(baseline), key=lambda flaky: (abs(_rate(flaky) - 0.5), flaky.case)))


def _rate(flaky: FlakyCase) -> float:
    return flaky.passed / flaky.trials


def _found(baseline: Baseline) -> Iterator[FlakyCase]:
    from llmeval.compare.inference.special import beta_quantile

    table = baseline.table
    for case in table.cases:
        counts = table.counts(case)
        if counts.is_split and not table.facts(case).xfail:
            passed, failed = counts.passed, counts.failed
            yield FlakyCase(
                case=case,
                passed=passed,
                trials=counts.measured,
                low=beta_quantile(0.025, passed, failed + 1),
                high=beta_quantile(0.975, passed + 1, failed),
            )
