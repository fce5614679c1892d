"""Checks on the steps of an application: step, step_count, failed_steps, retrieved.

A step is a mapping: `name`, `kind` (llm, retrieval, tool, …), `start_s` since the request began,
`duration_s`, `input`, `output`, `error`, `input_tokens`, `output_tokens`.
"""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from llmeval.records import Better, Case, On, Reply, Score
from llmeval.scorers.scorer import PASSED, Defaults, apart, at_least, at_most, require

_NO_STEPS = Score(status="skipped", reason="not_measured: the reply carries no steps")


def _chosen(reply: Reply, kind: str | None, name: str | None) -> list[Mapping[str, Any]]:
    return [
        step
        for step in reply.steps
        if (kind is None or step.get("kind") == kind) and (name is None or step.get("name") == name)
    ]


def _duration_s(step: Mapping[str, Any]) -> float | None:
    for key in ("duration_s", "duration"):
        value = step.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    return None


@dataclass(frozen=True, kw_only=True)
class Step(Defaults):
    """There is such a step, and none of them lasts too long."""

    main: ClassVar[str] = "name"
    default_on: ClassVar[On] = "all"
    negatable: ClassVar[bool] = True

    name: str | None = None
    kind: str | None = None
    max_duration: float | None = field(default=None, metadata={"ge": 0})

    def __post_init__(self) -> None:
        require(self.name or self.kind, "name", "expected the name or the kind of a step")

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return 1 where such a step is there and none lasts longer; skipped without steps."""
        if not reply.steps:
            return _NO_STEPS
        found = _chosen(reply, self.kind, self.name)
        if not found:
            return Score(score=0.0, passed=False, reason=f"no {self._wanted()}; {_told(reply)}")
        limit = self.max_duration
        if limit is None:
            return PASSED
        lasted = [seconds for step in found if (seconds := _duration_s(step)) is not None]
        if not lasted:
            unknown = f"not_measured: no {self._wanted()} says how long it lasted"
            return Score(status="skipped", reason=unknown)
        if at_most(max(lasted), limit):
            return PASSED
        slowest, most = apart(max(lasted), limit)
        reason = f"{self._wanted()} lasted {slowest} s, more than {most} s"
        return Score(score=0.0, passed=False, reason=reason)

    def _wanted(self) -> str:
        kind = f" of kind {self.kind}" if self.kind else ""
        return f"step {self.name!r}{kind}" if self.name else f"step{kind}"

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return f"there is a {self._wanted()}"


def _told(reply: Reply) -> str:
    names = list(dict.fromkeys(str(step.get("name") or step.get("kind")) for step in reply.steps))
    more = ", …" if len(names) > 8 else ""
    return f"steps: {', '.join(names[:8])}{more}"


@dataclass(frozen=True, kw_only=True)
class StepCount(Defaults):
    """There are not too many steps, nor too few."""

    main: ClassVar[str] = "max"
    better: ClassVar[Better] = "lower"
    default_on: ClassVar[On] = "all"
    scale: ClassVar[str] = "steps"

    max: int | None = field(default=None, metadata={"ge": 0})
    min: int | None = field(default=None, metadata={"ge": 0})
    kind: str | None = None

    def __post_init__(self) -> None:
        require((self.max, self.min) != (None, None), "max", "expected a max, a min or both")

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return the number of steps; skipped without steps."""
        if not reply.steps:
            return _NO_STEPS
        count = len(_chosen(reply, self.kind, None))
        if self.max is not None and count > self.max:
            return Score(score=count, passed=False, reason=f"{count} steps, at most {self.max}")
        if self.min is not None and count < self.min:
            return Score(score=count, passed=False, reason=f"{count} steps, at least {self.min}")
        return Score(score=count, passed=True)


@dataclass(frozen=True, kw_only=True)
class FailedSteps(Defaults):
    """Not too many steps ended in an error."""

    main: ClassVar[str] = "max"
    better: ClassVar[Better] = "lower"
    default_on: ClassVar[On] = "all"
    scale: ClassVar[str] = "steps"

    max: int = field(default=0, metadata={"ge": 0})
    kind: str | None = None

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return the number of failed steps; skipped without steps."""
        if not reply.steps:
            return _NO_STEPS
        failed = [step for step in _chosen(reply, self.kind, None) if step.get("error")]
        if len(failed) <= self.max:
            return Score(score=len(failed), passed=True)
        first = failed[0]
        reason = f"{len(failed)} failed, at most {self.max}; {first.get('name')}: {first['error']}"
        return Score(score=len(failed), passed=False, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Retrieved(Defaults):
    """The right documents were retrieved; the score is the share of them that was (recall)."""

    main: ClassVar[str] = "ids"
    default_on: ClassVar[On] = "all"

    ids: str | tuple[str, ...]
    min_recall: float = field(default=1.0, metadata={"ge": 0.0, "le": 1.0})
    min_precision: float = field(default=0.0, metadata={"ge": 0.0, "le": 1.0})

    def __post_init__(self) -> None:
        require(self.ids, "ids", "expected the id of at least one document")

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return recall; skipped where the application does not say what it retrieved."""
        if reply.retrieved is None:
            unknown = "not_measured: the application does not say what it retrieved"
            return Score(status="skipped", reason=unknown)
        wanted = {self.ids} if isinstance(self.ids, str) else set(self.ids)
        found = {passage.id for passage in reply.retrieved if passage.id is not None}
        recall = len(wanted & found) / len(wanted)
        precision = len(wanted & found) / len(found) if found else 0.0
        faults = [*self._recall(recall, sorted(wanted - found)), *self._precision(precision)]
        details = {"recall": recall, "precision": precision}
        return Score(score=recall, passed=not faults, reason="; ".join(faults), details=details)

    def _recall(self, recall: float, missing: Sequence[str]) -> list[str]:
        if at_least(recall, self.min_recall):
            return []
        shown, limit = apart(recall, self.min_recall)
        return [f"recall {shown} is below {limit}: {', '.join(missing)} not retrieved"]

    def _precision(self, precision: float) -> list[str]:
        if at_least(precision, self.min_precision):
            return []
        shown, limit = apart(precision, self.min_precision)
        return [f"precision {shown} is below {limit}"]
