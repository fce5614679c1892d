"""A judge against people: which replies they label, and what it said of those."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec import Struct

from llmeval.api.project import Project
from llmeval.records import CheckResult, Label, Reply, RunHeader, Trial
from llmeval.text import cut
from llmeval.text.digest import digest

T = TypeVar("T")

_JUDGE = "judge"
"""The votes, in the details of a check."""


class Rated(Struct, frozen=True):
    """One reply that a person labelled, and what the judge said of it."""

    label: Label
    result: CheckResult
    reply: Reply
    suite: str | None = None
    prompt: str | None = None
    trial: int | None = None

    @property
    def has_votes(self) -> bool:
        """Whether the judge answered at all; else the result says what went wrong."""
        return _JUDGE in self.result.details

    @property
    def is_unreadable(self) -> bool:
        """Whether no verdict could be read from its answers."""
        return self.has_votes and self.result.reason.startswith("judge_unreadable")

    @property
    def is_decided(self) -> bool:
        """Whether the judge decided: a check fails for want of a verdict too."""
        return self.has_votes and not self.is_unreadable and self.result.passed is not None


class Distinct(NamedTuple, Generic[T]):
    """What is labelled, each reply once, by its last label."""

    kept: list[T]
    repeated: int
    """Labels that say the same as an earlier one of the same reply."""
    opposite: int
    """Labels that say the opposite of one; the later counts."""


def distinct(items: Iterable[tuple[Hashable, Label, T]]) -> Distinct[T]:
    """Return what is labelled, each reply once, in the order of the first labels.

    Args:
        items: What tells the reply from others, a label, and what is kept.
    """
    said: dict[Hashable, tuple[bool, T]] = {}
    repeated, opposite = set[int](), set[int]()
    for place, label, item in items:
        if place in said:
            (repeated if said[place][0] == label.passed else opposite).add(id(label))
        said[place] = (label.passed, item)
    kept = [item for _, item in said.values()]
    return Distinct(kept, len(repeated - opposite), len(opposite))


def once(rated: Iterable[Rated]) -> Distinct[Rated]:
    """Return what was rated in a run, each reply once."""
    return distinct(
        ((each.suite, each.label.case, each.trial, each.result.metric), each.label, each)
        for each in rated
    )


class InRun(NamedTuple):
    """What a run holds of labelled replies."""

    rated: list[Rated]
    others: int
    """Labels that name a reply which the run did not get."""


def in_run(labels: Sequence[Label], run: Path, metric: str | None = None) -> InRun:
    """Return what a judge said in a run of the replies that labels are about, in the run's order.

    Args:
        labels: Each names a case; without a metric it is about the one judged check of its case.
        run: The run's folder.
        metric: Only this one of the judged checks; None: every one.

    Raises:
        StoredFileError: The run cannot be read.
    """
    from llmeval.compare.table import records

    wanted: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        wanted[label.case].append(label)
    rated: list[Rated] = []
    met: set[int] = set()
    for trial in records(run):
        if not isinstance(trial, Trial) or trial.reply is None:
            continue
        for label in wanted.get(trial.case, ()):
            if label.suite in (None, trial.suite) and _is_of(label, trial.reply, trial.trial):
                met.add(id(label))
                found = _rated(label, trial, trial.reply, metric)
                rated += [found] if found else []
    named = [label for label in labels if label.reply is not None or label.digest is not None]
    return InRun(rated, sum(id(label) not in met for label in named))


def _is_of(label: Label, reply: Reply, trial: int) -> bool:
    """Return whether a label is about a reply."""
    text = reply.text or ""
    if label.reply is not None:
        return label.reply.strip() == text.strip()
    if label.digest is not None:
        return label.digest == digest(text)
    return (label.trial or 1) == trial


def _rated(label: Label, trial: Trial, reply: Reply, metric: str | None) -> Rated | None:
    """Return what the one judged check said that a label is about; None when there is none."""
    if metric and label.metric not in (None, metric):
        return None
    metric = label.metric or metric
    judged = [
        check
        for check in trial.checks
        if (_JUDGE in check.details or _is_lost(check))
        and check.turn is None
        and metric in (None, check.metric)
    ]
    if len(judged) != 1:
        return None
    return Rated(label, judged[0], reply, trial.suite, _prompt(trial), trial.trial)


def _is_lost(check: CheckResult) -> bool:
    """Return whether a check has no votes as its judge could not be asked."""
    return check.status == "error" and check.reason.startswith("judge")


def unmeasured(rated: Sequence[Rated]) -> str:
    """Return how many replies have no verdict that could be held against people's, and why.

    "" where there are none.
    """
    left = [each for each in rated if not each.is_decided]
    if not left:
        return ""
    lost = sum(not each.has_votes for each in left)
    unread = sum(each.is_unreadable for each in left)
    counts = {"judge failed": lost, "unreadable": unread, "undecided": len(left) - lost - unread}
    what = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    first = cut(" ".join(left[0].result.reason.split()), 300)
    of_all = f"{len(left)} of {len(rated)} labelled replies"
    return f"{of_all} are not measured ({what}); the first: {first}"


def _prompt(trial: Trial) -> str | None:
    return trial.messages[-1].content if trial.messages else None


def name_of(rated: Rated) -> str:
    """Return the name of the judge; "" where it was not heard."""
    return str(rated.result.details.get(_JUDGE, {}).get("name", ""))


def judges_of(run: Path) -> Mapping[str, Any]:
    """Return the judges of a run as its first line describes them.

    Raises:
        StoredFileError: The run cannot be read.
    """
    from llmeval.compare.table import header_of

    header: RunHeader = header_of(run)
    return header.judges


def described(judge: str, project: Project) -> Mapping[str, Any]:
    """Return a judge as the header of a run would describe it; {} for a model of a check's own."""
    import os

    from llmeval.run import fingerprint

    if judge not in project.registry.judges:
        return {}
    found = [project.registry.judge(judge)]
    configs = project.settings.adapters
    return fingerprint.judges(found, configs, project.registry, os.environ)[judge]
