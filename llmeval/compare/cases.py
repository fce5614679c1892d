"""What became of each case: the rows that verdict and report are made of."""

from dataclasses import dataclass
from typing import Literal

from llmeval.records import Outcome, Severity

Status = Literal[
    "regressed",
    "improved",
    "same",
    "flaky",
    "new",
    "gone",
    "changed",
    "error",
    "skipped",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One case, before and now."""

    case: str
    status: Status
    """`regressed` passed before and fails now, `improved` the other way round; `flaky`: the same
    outcome, but its trials disagree; `same`: also where nothing is stored to compare with;
    `changed`: the instrument differs, see `changed_fields`; `error`: could not be measured."""
    baseline_rate: float | None = None
    """Share of the baseline's measured trials that passed, 0…1; None when there are none."""
    current_rate: float | None = None
    """Share of this run's measured trials that passed, 0…1; None when there are none."""
    outcome: Outcome | None = None
    """What became of it in this run; None for a gone case."""
    severity: Severity = "normal"
    """The worst severity among its failed checks; the case's own when none failed."""
    tags: tuple[str, ...] = ()
    changed_fields: tuple[str, ...] = ()
    """Fingerprint parts that differ and forbid comparing it, sorted."""
    xfail: bool = False
    """Expected to fail: in no metric and no gate."""
    warned: bool = False
    """A check that only warns failed, or it is a failing case of severity `warn`."""
    renamed_from: str | None = None
    """The id under which the baseline knows it, when that is another one."""
