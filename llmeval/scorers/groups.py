"""Groups of checks: any_of, all_of. The evaluator scores their parts and hands them over."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from llmeval.records import Case, Check, Reply, Score
from llmeval.scorers.scorer import Defaults, require


@dataclass(frozen=True, kw_only=True)
class _Group(Defaults):
    negatable: ClassVar[bool] = True

    value: tuple[Check, ...]

    def __post_init__(self) -> None:
        require(self.value, "value", "expected at least one check, found an empty list")
        for part in self.value:
            for key, given in (("severity", part.severity), ("on", part.on)):
                require(
                    given is None,
                    "value",
                    f"{key} of {part.check} has no effect inside a group: write it at the group",
                )

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Raise: only `llmeval.scorers.contained` knows the scorers of the parts."""
        raise TypeError("a group is scored by llmeval.scorers.contained, which binds its checks")

    def combine(self, parts: Sequence[Score]) -> Score:
        """Return the group's score from those of its checks, in their order."""
        raise NotImplementedError

    def claim(self, text: str) -> str:
        """Return what is true where the group holds."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class AllOf(_Group):
    """Every check of the list passes."""

    def combine(self, parts: Sequence[Score]) -> Score:
        """Return the group's score from those of its checks, in their order.

        What was skipped is left out, as it is among the checks of a case.
        """
        measured = [part for part in parts if part.status != "skipped"]
        return _decided(parts, len(measured) or 1, left_out=len(parts) - len(measured))

    def claim(self, text: str) -> str:
        """Return what is true where the group holds."""
        return f"all {len(self.value)} checks of the group pass"


@dataclass(frozen=True, kw_only=True)
class AnyOf(_Group):
    """At least one check of the list passes, or as many as are asked for."""

    at_least: int = field(default=1, metadata={"ge": 1})

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            self.at_least <= len(self.value),
            "at_least",
            f"{self.at_least} of {len(self.value)} checks can never pass",
        )

    def combine(self, parts: Sequence[Score]) -> Score:
        """Return the group's score from those of its checks, in their order."""
        return _decided(parts, self.at_least)

    def claim(self, text: str) -> str:
        """Return what is true where the group holds."""
        return f"at least {self.at_least} of the {len(self.value)} checks of the group pass"


def _decided(parts: Sequence[Score], needed: int, left_out: int = 0) -> Score:
    """Return whether enough parts passed.

    An error or a skip among them decides only when the others cannot: with one pass needed and
    one there, what the broken check would have said changes nothing.
    """
    passed = sum(part.passed is True for part in parts)
    failed = [part for part in parts if part.passed is False]
    details: dict[str, Any] = {"parts": [_shown(part) for part in parts]}
    if passed >= needed:
        return Score(score=1.0, passed=True, details=details)
    possible = len(parts) - len(failed) - (left_out if passed or failed else 0)
    if possible >= needed:
        unscored = [part for part in parts if part.status != "scored"]
        worst = next((part for part in unscored if part.status == "error"), unscored[0])
        kind = {"kind": worst.details["kind"]} if "kind" in worst.details else {}
        return Score(status=worst.status, reason=worst.reason, details=details | kind)
    reasons = "; ".join(part.reason for part in failed)
    reason = f"{passed} of {len(parts) - left_out} checks pass, {needed} must: {reasons}"
    return Score(score=0.0, passed=False, reason=reason, details=details)


def _shown(part: Score) -> dict[str, Any]:
    shown = {"status": part.status, "passed": part.passed, "score": part.score}
    return {**shown, "reason": part.reason} if part.reason else shown
