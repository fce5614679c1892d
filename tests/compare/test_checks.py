"""A case that failed before and now fails in one more way."""

from typing import Any

import pytest
from msgspec.structs import replace

from llmeval.compare import cases, checks
from llmeval.compare.baseline import Baseline
from llmeval.records import GateSpec

RATCHET, STRICT = GateSpec(mode="ratchet"), GateSpec(mode="strict")
STATISTICAL = GateSpec(mode="statistical")


@pytest.fixture
def both(trial: Any, check: Any) -> Any:
    """Return a function that gives a failing trial in which the named checks fail."""

    def build(*failing: str, case: str = "a", **parts: Any) -> Any:
        found = [check(name, passed=name not in failing) for name in ("json", "language")]
        return trial(case, "f", checks=tuple(found), **parts)

    return build


def test_a_check_that_passed_in_a_failing_case_and_fails_now_is_red_under_ratchet(
    judge: Any, both: Any, trial: Any
) -> None:
    found = judge([both("json", "language"), trial("b")], [both("json"), trial("b")], RATCHET)

    assert (found.status, found.comparison) == ("failed", "regression")
    assert found.regressed == ("a",)
    assert found.reasons == (
        "worse: 1 of 2 cases failed in the baseline and newly fails further checks: a (language)",
    )


def test_another_check_than_before_is_newly_failing(judge: Any, both: Any) -> None:
    assert judge([both("language")], [both("json")], RATCHET).regressed == ("a",)


def test_the_same_check_as_before_is_a_known_failure(judge: Any, both: Any) -> None:
    found = judge([both("json")], [both("json", "language")], RATCHET)

    assert (found.status, found.regressed) == ("passed", ())
    assert found.notes == ("1 case fails as in the baseline: a",)


def test_cases_that_broke_are_told_apart_from_those_that_broke_further(
    judge: Any, both: Any, trial: Any
) -> None:
    found = judge([both("json", "language"), trial("b", "f")], [both("json"), trial("b")], RATCHET)

    assert found.reasons == (
        "worse: 1 of 2 cases broke that passed in the baseline: b",
        "worse: 1 of 2 cases failed in the baseline and newly fails further checks: a (language)",
    )


def test_under_strict_it_is_named_too(judge: Any, both: Any) -> None:
    found = judge([both("json", "language")], [both("json")], STRICT)

    assert found.status == "failed"
    assert found.reasons == (
        "worse: 1 of 1 case failed in the baseline and newly fails further checks: a (language)",
    )


def test_under_statistical_it_is_a_note_that_names_the_figure_to_gate(
    judge: Any, both: Any
) -> None:
    now = [both("json", "language", trial=n) for n in (1, 2)]

    found = judge(now, [both("json", trial=n) for n in (1, 2)], STATISTICAL)

    assert (found.status, found.regressed) == ("passed", ())
    assert found.notes[1] == (
        "1 of 1 case failed in the baseline and newly fails further checks: a (language); the pass "
        "rate does not show it, language.pass_rate in `gate.metrics` would"
    )


def test_a_check_that_was_not_scored_before_is_not_known_to_have_passed(
    judge: Any, both: Any, trial: Any, check: Any
) -> None:
    skipped = replace(check("language"), status="skipped", score=None, passed=None)
    before = trial("a", "f", checks=(check("json", passed=False), skipped))

    assert judge([both("json", "language")], [before], RATCHET).regressed == ()


def test_a_check_that_only_warns_breaks_nothing(judge: Any, trial: Any, check: Any) -> None:
    def case(*, passed: bool) -> Any:
        warns = check("language", passed=passed, severity="warn")
        return trial("a", "f", checks=(check("json", passed=False), warns))

    assert judge([case(passed=False)], [case(passed=True)], RATCHET).regressed == ()


@pytest.mark.parametrize("stored", [False, True], ids=["run", "file"])
@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ((0, 1), (0, 0), ("contains",)),
        ((0, 0), (0, 1), ()),
        ((0, 1), (1, 0), ()),
        ((0.2, 0.9), (0.0, 0.0), ()),
        ((0.4,), (0.0,), ()),
    ],
    ids=["more", "fewer", "another", "grades", "one-grade"],
)
def test_of_several_checks_of_one_metric_more_must_fail_than_before(
    table: Any, trial: Any, check: Any, before: Any, now: Any, expected: Any, *, stored: bool
) -> None:
    def values(scores: Any) -> Any:
        found = [check(passed=score == 1, score=float(score)) for score in scores]
        return table([trial("a", "f", checks=tuple(found))])

    then = values(before)
    if stored:
        then = as_stored(then)

    assert checks.newly(checks.of_case(values(now), "a"), then, "a") == expected


def as_stored(table: Any) -> Any:
    from llmeval.compare import baseline, snapshot
    from llmeval.compare.stored import StoredHeader, StoredRun

    header = StoredHeader(suite="bot", runs=(StoredRun(number=1, run="r"),))
    found: Baseline = baseline.of(header, snapshot.cases(table, {}).values())
    return found.table


def test_what_trials_gave_equals_what_the_table_gives(table: Any, both: Any) -> None:
    trials = [both("json", trial=1), both("json", "language", trial=2)]
    noted: dict[str, Any] = {}
    for each in trials:
        checks.note(each, noted)

    assert noted == checks.of_case(table(trials), "a") == {"json": [0.0], "language": [0.0]}


def test_a_warning_names_its_check(judge: Any, trial: Any, check: Any) -> None:
    slow = check("latency", passed=False, severity="warn")

    found = judge([trial("a", checks=(check(), slow)), trial("b")])

    assert "1 case with a warning: a (latency)" in found.notes


def test_a_row_names_what_newly_fails_and_what_warns(table: Any, baseline: Any, both: Any) -> None:
    (row,) = cases.rows(table([both("json", "language")]), baseline([both("json")]), GateSpec())

    assert (row.status, row.newly_failing, row.warned_by) == ("same", ("language",), ())
