"""The cases that need a look, and what stands above them."""

from collections.abc import Iterable, Sequence

from llmeval.records import Verdict
from llmeval.report.view import PROBLEMS, CaseView


def needing_a_look(cases: Iterable[CaseView]) -> list[CaseView]:
    """Return the cases that need a look, in their order."""
    return [case for case in cases if case.status in PROBLEMS]


def heading(verdict: Verdict, found: Sequence[CaseView]) -> str:
    """Return the heading over the cases that need a look: in a green run nothing broke."""
    if found and verdict.status == "passed":
        return "Worth a look"
    others = any(map(_is_as_before, found))
    return "What broke, and what else is worth a look" if others else "What broke"


def _is_as_before(case: CaseView) -> bool:
    """Say whether it needs a look although it did not break: it failed before, is not compared."""
    failed_before = case.status == "failed" and case.baseline_rate is not None
    return failed_before or case.status in ("changed", "gone")
