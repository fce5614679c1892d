"""A run that is looked at several times, in simulation: does it end as worse?"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from llmeval.compare.inference import interval
from llmeval.compare.inference.sample import CaseTrials

Test = Callable[[Sequence[CaseTrials]], float]
"""Cases -> p, that values got worse."""


class Glance(NamedTuple):
    """One look at a run."""

    trials: int
    """Of each case, the first ones, that are looked at."""
    alpha: float
    """What p is at most where the run is called worse."""
    level: float
    """Confidence of the interval that may settle it as unchanged."""


def is_called_worse(
    cases: Sequence[CaseTrials], glances: Sequence[Glance], test: Test, undetected: float
) -> bool:
    """Tell whether the look that settles a run calls it worse.

    Args:
        cases: With all trials of the run.
        glances: Ascending; the last one ends the run.
        test: Gives p.
        undetected: The drop whose exclusion settles the run as unchanged.
    """
    for glance in glances:
        seen = [first(case, glance.trials) for case in cases]
        if test(seen) <= glance.alpha:
            return True
        moved = interval.of(
            [case.metrics[0] for case in seen],
            by_run=False,
            level=glance.level,
            weights=[case.weight for case in seen],
        )
        if moved.low > -undetected:
            return False
    return False


def first(case: CaseTrials, trials: int) -> CaseTrials:
    """Return a case with the first of its current trials alone."""
    seen = ((*blocks[:-1], blocks[-1][:trials]) if blocks else blocks for blocks in case.metrics)
    return case._replace(metrics=tuple(seen))
