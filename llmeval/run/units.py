"""What the engine does one by one: the trials of cases, versions of a case in turns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from llmeval.records import NOTHING, Case, Pursuit, Trial
from llmeval.run.dialogue import Talk
from llmeval.run.results import Job, TrialSummary
from llmeval.run.scoring import Bounds

if TYPE_CHECKING:
    from llmeval.scorers.contained import Known


class Open(Struct):
    """A case that is under way."""

    job: Job
    case: Case
    bounds: Bounds
    fingerprint: Mapping[str, str]
    params: Mapping[str, Any]
    wanted: int
    """Trials that are to be made, as far as that is known."""
    rounds: Any = None
    """Those of its suite, see `llmeval.run.rounds`; None: a fixed number of trials."""
    done: list[TrialSummary] = field(default_factory=list)
    given_up: bool = False
    """Somebody else has settled it."""
    problems: dict[int, list[str]] = field(default_factory=dict)
    """Trial to what was wrong with it, for the first few."""
    asked: str = ""
    """What a row of a dataset asked, to stand below its problems."""
    held: list[Trial] = field(default_factory=list)
    """Trials that wait for the others, because a check looks at all of them at once."""

    @property
    def pursuit(self) -> Pursuit | None:
        """Who writes the attack on it, where a model does."""
        return None if self.case.attack is None else self.case.attack.pursuit

    @property
    def is_search(self) -> bool:
        """Whether it stands for attacks that are chosen on the way."""
        return self.case.attack is not None and self.case.attack.role == "search"

    @property
    def settled(self) -> bool:
        """Whether all its wanted trials have ended."""
        return len(self.done) >= self.wanted


class Unit(Struct, eq=False):
    """One trial to do."""

    open: Open
    number: int
    """Of the trial, from 1."""
    talk: Talk = field(default_factory=Talk)
    started: str = ""
    closed: bool = False
    """Its trial is filed; what comes later is not heard."""
    known: "Mapping[int, Known] | None" = None
    """What scorers said of its reply together with others; see `batches`."""
    trial: Trial | None = None
    """What came of it."""
    attacked: Case | None = None
    """What this very trial asks, where it differs from trial to trial."""
    told: Mapping[str, Any] = NOTHING
    """What the log says of an attacking model."""

    @property
    def case(self) -> Case:
        """What is asked."""
        return self.attacked or self.open.case


def side_by_side(jobs: Sequence[Job]) -> Iterator[list[Job]]:
    """Yield the jobs in order, the variants and adapters of one case together."""
    group: list[Job] = []
    for job in jobs:
        if group and not _is_beside(group[0], job):
            yield group
            group = []
        group.append(job)
    if group:
        yield group


def _is_beside(first: Job, job: Job) -> bool:
    unit = job.spec.unit
    return unit is not None and unit == first.spec.unit and job.suite is first.suite


def interleaved(several: Sequence[Open], only: int | None = None) -> Iterator[Unit]:
    """Yield trial by trial, so that what drifts meanwhile hits all alike.

    Every second round goes backwards: who is asked first has no advantage.

    Args:
        several: Asked side by side.
        only: Number of the one trial that is to be made; None: all that are wanted.
    """
    if len(several) == 1 and only is None:
        yield from [Unit(several[0], number) for number in range(1, several[0].wanted + 1)]
        return
    last = max((one.wanted for one in several), default=0)
    for number in range(1, last + 1) if only is None else (only,):
        for one in several if number % 2 else several[::-1]:
            if number <= one.wanted:
                yield Unit(one, number)
