"""Scoring a stored run again: what judges said is used once more, nobody is asked."""

from typing import Any

import pytest
from msgspec.structs import replace

from llmeval.api.stored_votes import judged_before
from llmeval.records import CheckResult

STORED = CheckResult(
    check="rubric",
    metric="polite",
    severity="normal",
    status="scored",
    score=0.75,
    min=0.7,
    passed=True,
    parameters={"criteria": "Is polite."},
    details={"judge": {"votes": [{"score": 0.75}]}},
)


def unasked(**changes: Any) -> CheckResult:
    """Return the same check scored without its judge."""
    return replace(
        STORED,
        status="error",
        score=None,
        passed=None,
        reason="judge_not_asked: …",
        details={"kind": "judge_not_asked"},
        **changes,
    )


def test_the_same_check_keeps_what_its_judge_said() -> None:
    assert judged_before([unasked()], [STORED]) == (STORED,)
    (warned,) = judged_before([unasked(severity="warn")], [STORED])
    assert warned == replace(STORED, severity="warn")


def test_a_grade_serves_another_minimum() -> None:
    parameters = {"criteria": "Is polite.", "min": 0.8}

    (found,) = judged_before([unasked(min=0.8, parameters=parameters)], [STORED])

    assert (found.score, found.passed, found.min) == (0.75, False, 0.8)
    assert found.reason == "0.75 is below the minimum of 0.8"
    assert found.details == STORED.details


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": {"criteria": "Is short."}},
        {"version": "2"},
        {"metric": "other"},
        {"min": 0.8, "parameters": {"criteria": "Is polite.", "uncertain_band": 0.1}},
    ],
)
def test_any_other_change_needs_the_judge(changes: dict[str, Any]) -> None:
    (found,) = judged_before([unasked(**changes)], [STORED])

    assert (found.status, found.passed, found.details) == ("skipped", None, {})
    assert (
        found.reason
        == "not_measured: rescoring asks no judge and runs no program; run the suite again"
    )


def test_checks_without_a_judge_are_left_as_they_are() -> None:
    plain = replace(STORED, check="contains", details={})

    assert judged_before([plain], [STORED]) == (plain,)
