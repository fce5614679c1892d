"""What the engine is given and what it gives back: jobs, summaries of trials, results of cases."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from llmeval.errors import LlmevalError
from llmeval.records import CaseSpec, Outcome

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite

_TOLERANCE = 1e-9


class EngineDied(LlmevalError):  # noqa: N818  # a state of the engine, named so across the package
    """The engine ended before it gave the result; says why."""


class Job(Struct, frozen=True):
    """One case to ask."""

    nodeid: str
    suite: "Suite"
    spec: CaseSpec
    is_found: bool = False
    """A search chose it on its way: nobody waits for it."""


class TrialSummary(Struct, frozen=True):
    """What stays in memory of a trial: no texts."""

    trial: int
    """Counts from 1."""
    outcome: Outcome
    total_s: float | None = None
    """All turns together; None when not measured live."""
    cost_usd: float | None = None
    error: str | None = None
    """Kind of the failure."""


class CaseResult(Struct, frozen=True):
    """What became of one case."""

    nodeid: str
    outcome: Outcome
    trials: tuple[TrialSummary, ...]
    """By trial number."""
    duration_s: float
    """Seconds its replies took together."""
    problems: tuple[str, ...] = ()
    """Lines for the terminal, without secrets and control characters; empty when it passed."""


def case_outcome(
    outcomes: Sequence[Outcome], min_trial_pass_rate: tuple[int, int] | float
) -> Outcome:
    """Return the outcome of a case from those of its trials.

    Args:
        outcomes: Of all its trials.
        min_trial_pass_rate: k of n, or a share in 0…1, of the trials that were measured.
    """
    passed = outcomes.count("passed")
    measured = passed + outcomes.count("failed")
    if not measured:
        return "error" if "error" in outcomes or not outcomes else "skipped"
    if isinstance(min_trial_pass_rate, tuple):
        share, of = min_trial_pass_rate
        return "passed" if passed * of >= share * measured else "failed"
    # 2 of 3 measured against 0.6666666667 as written: equal within the tolerance.
    return "passed" if passed / measured >= min_trial_pass_rate - _TOLERANCE else "failed"
