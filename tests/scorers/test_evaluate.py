"""Which replies a check sees, what becomes of its score, how a trial ends."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from llmeval.errors import ParameterError, UnknownNameError
from llmeval.records import (
    Better,
    Case,
    Check,
    CheckResult,
    Failure,
    On,
    Reply,
    Request,
    Score,
    Severity,
    Timing,
    ToolCall,
    Turn,
    Usage,
)
from llmeval.registry import Registry
from llmeval.scorers import evaluate as module
from llmeval.scorers.binding import Bound, bind
from llmeval.scorers.evaluate import check_reply, evaluate, verdict
from llmeval.scorers.joining import joined
from llmeval.scorers.scorer import Defaults

Make = Callable[..., Check]
Run = Callable[..., CheckResult]


@pytest.fixture
def dialogue() -> Case:
    """A case of three turns."""
    turns = tuple(Turn(user=word) for word in ("a", "b", "c"))
    return Case(id="d", suite="s", index=0, line=1, adapter="echo", turns=turns)


REPLIES = (
    Reply(
        text="one",
        timing=Timing(total_s=3.0, first_token_s=0.1),
        usage=Usage(input_tokens=1, output_tokens=2),
        cost_usd=0.1,
        tool_calls=(ToolCall(name="t", arguments={}),),
        files={"a": "1"},
    ),
    Reply(
        text="two",
        timing=Timing(total_s=1.0, first_token_s=0.3),
        usage=Usage(input_tokens=3, output_tokens=4),
        cost_usd=0.2,
        retrieved=(),
    ),
    Reply(
        text="three",
        timing=Timing(total_s=2.0, first_token_s=0.2),
        usage=Usage(input_tokens=5, output_tokens=6),
        cost_usd=0.3,
        finish_reason="stop",
        files={"b": "2"},
    ),
)


def bound(*checks: Check) -> tuple[Bound, ...]:
    return bind(checks, Registry())


# --- which replies ------------------------------------------------------------------------------


def test_a_check_sees_the_last_reply_by_default(dialogue: Case, make: Make) -> None:
    results = evaluate(dialogue, bound(make("equals", value="three")), (), REPLIES)

    assert [(r.turn, r.passed) for r in results] == [(None, True)]


def test_on_each_gives_one_result_per_turn_and_each_may_fail(dialogue: Case, make: Make) -> None:
    check = replace(make("contains", value="t"), on="each")

    results = evaluate(dialogue, bound(check), (), REPLIES)

    assert [(r.turn, r.passed) for r in results] == [(1, False), (2, True), (3, True)]


def test_on_each_of_a_single_turn_is_a_check_after_all_turns(case: Case, make: Make) -> None:
    check = replace(make("contains", value="t"), on="each")

    (result,) = evaluate(case, bound(check), (), (Reply(text="t"),))

    assert result.turn is None


def test_on_all_joins_the_texts_by_blank_lines(dialogue: Case, make: Make) -> None:
    check = replace(make("equals", value="one\n\ntwo\n\nthree"), on="all")

    assert evaluate(dialogue, bound(check), (), REPLIES)[0].passed is True


@pytest.mark.parametrize(
    ("name", "figure"), [("latency", 3.0), ("first_token", 0.3), ("tokens", 21), ("cost", 0.6)]
)
def test_time_is_the_slowest_turn_and_tokens_and_cost_are_sums(
    dialogue: Case, make: Make, name: str, figure: float
) -> None:
    (result,) = evaluate(dialogue, bound(make(name, max=100.0)), (), REPLIES)

    assert result.score == pytest.approx(figure)


@pytest.mark.parametrize("name", ["latency", "tokens", "cost"])
def test_one_unknown_turn_makes_the_dialogues_figure_unknown(
    dialogue: Case, make: Make, name: str
) -> None:
    replies = (*REPLIES[:2], Reply(text="three"))

    (result,) = evaluate(dialogue, bound(make(name, max=100.0)), (), replies)

    assert result.status == "skipped"


def test_a_dialogue_joined_keeps_tools_files_and_the_last_finish_reason() -> None:
    whole = joined(REPLIES)

    assert [call.name for call in whole.tool_calls] == ["t"]
    assert whole.files == {"a": "1", "b": "2"}
    assert (whole.retrieved, whole.finish_reason, whole.cached) == ((), "stop", False)
    assert joined((Reply(), Reply())).text is None


def test_checks_of_a_turn_see_that_turns_reply(dialogue: Case, make: Make) -> None:
    turns = [bound(make("equals", value=word)) for word in ("one", "x")]

    results = evaluate(dialogue, bound(make("equals", value="three")), (*turns, ()), REPLIES)

    assert [(r.turn, r.passed) for r in results] == [(1, True), (2, False), (None, True)]


def test_checks_of_turns_that_were_not_reached_are_skipped(dialogue: Case, make: Make) -> None:
    turns = [bound(make("equals", value="one")) for _ in range(3)]

    results = evaluate(dialogue, bound(make("equals", value="one")), turns, REPLIES[:1])

    assert [(r.turn, r.status, r.reason) for r in results] == [
        (1, "scored", ""),
        (2, "skipped", "not_reached: turn 2 has no reply"),
        (3, "skipped", "not_reached: turn 2 has no reply"),
        (None, "scored", ""),
    ]


# --- what a result says -------------------------------------------------------------------------


def test_a_result_carries_its_check(case: Case) -> None:
    check = Check(
        check="similar",
        metric="close",
        parameters={"to": "abcd", "min": 0.9},
        severity="critical",
    )

    (result,) = evaluate(case, bound(check), (), (Reply(text="abxx"),))

    # A busy machine may take long enough for its seconds to be stored.
    assert replace(result, seconds=None) == CheckResult(
        check="similar",
        metric="close",
        severity="critical",
        status="scored",
        score=0.5,
        min=0.9,
        passed=False,
        reason="0.5 is below the minimum of 0.9: closest is 'abcd'",
        parameters={"to": "abcd", "min": 0.9},
    )


def test_severity_is_the_cases_unless_the_check_has_its_own(case: Case, make: Make) -> None:
    (check,) = bound(make("contains", value="a"))

    normal = check_reply(case, check, Reply(text="a"))
    critical = check_reply(replace(case, severity="critical"), check, Reply(text="a"))

    assert (normal.severity, critical.severity) == ("normal", "critical")


def test_plain_passes_share_one_record_per_turn(case: Case, make: Make) -> None:
    (check,) = bound(make("contains", value="a"))

    first, second = (check_reply(case, check, Reply(text=text)) for text in ("a", "ba"))
    other = check_reply(case, check, Reply(text="a"), turn=2)

    assert first is second
    assert (first.turn, other.turn) == (None, 2)


def test_only_noticeable_time_is_stored(
    case: Case, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter([0.0, 0.0005, 1.0, 1.25])
    monkeypatch.setattr(module, "perf_counter", lambda: next(ticks))
    (check,) = bound(make("contains", value="a"))

    quick, slow = (check_reply(case, check, Reply(text="a")) for _ in range(2))

    assert (quick.seconds, slow.seconds) == (None, 0.25)


@pytest.mark.parametrize(
    ("score", "minimum", "passed", "reason"),
    [
        (0.8, 0.8, True, ""),
        (0.1 + 0.2, 0.3, True, ""),
        (0.8 - 1e-10, 0.8, True, ""),
        (0.8 - 1e-8, 0.8, False, "0.79999999 is below the minimum of 0.8"),
        (0.7966, 0.8, False, "0.797 is below the minimum of 0.8"),
        (0.79996, 0.8, False, "0.79996 is below the minimum of 0.8"),
        (0.2, 0.123456, True, ""),
        (0.12345, 0.123456, False, "0.12345 is below the minimum of 0.123456"),
        (0.0, 0.5, False, "0 is below the minimum of 0.5"),
    ],
)
def test_a_threshold_compares_exactly_and_never_prints_equal_numbers(
    case: Case, score: float, minimum: float, reason: str, *, passed: bool
) -> None:
    def own(reply: Reply) -> float:
        return score

    registry = Registry()
    registry.add_scorer("own", own)
    check = Check(check="own", metric="own", parameters={"min": minimum})

    result = check_reply(case, bind([check], registry)[0], Reply(text="x"))

    assert (result.passed, result.reason) == (passed, reason)


def test_an_unknown_check_or_parameter_is_refused(make: Make) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'contains'"):
        bound(make("contians", value="x"))
    with pytest.raises(ParameterError, match="did you mean 'value'"):
        bound(make("contains", valeu="x"))


# --- scorers of plug-ins ------------------------------------------------------------------------


@dataclass(frozen=True)
class Plugin:
    """A scorer with nothing of ours in it."""

    version: ClassVar[str] = "7"
    main: ClassVar[str] = "value"
    better: ClassVar[Better] = "lower"
    default_on: ClassVar[On] = "last"
    negatable: ClassVar[bool] = True

    value: float = 0.5
    max: float = 0.3

    def asks(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> tuple[Request, ...]:
        return ()

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        return Score(score=self.value, passed=self.value <= self.max)


def test_a_scorer_of_a_plugin_needs_nothing_but_the_protocol(case: Case) -> None:
    registry = Registry()
    registry.add_scorer("plugin", Plugin)
    plain = Check(check="plugin", metric="plugin", parameters={"value": 0.25})

    results = evaluate(case, bind([plain, replace(plain, negated=True)], registry), (), REPLIES[:1])

    assert [(r.check, r.score, r.passed) for r in results] == [
        ("plugin", 0.25, True),
        ("not_plugin", 0.75, False),
    ]
    assert (results[0].version, results[0].better, results[0].max) == ("7", "lower", 0.3)


def test_a_reply_of_tool_calls_alone_is_not_missing_for_such_a_scorer(case: Case) -> None:
    registry = Registry()
    registry.add_scorer("plugin", Plugin)
    twin = Check(check="plugin", metric="p", parameters={}, negated=True)
    (check,) = bind([twin], registry)

    with_call = check_reply(case, check, Reply(tool_calls=(ToolCall(name="t", arguments={}),)))
    without = check_reply(case, check, Reply())

    assert (with_call.passed, without.passed) == (True, False)


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (None, "ValueError: the scorer returned None, not a Score"),
        (0.5, "ValueError: the scorer returned 0.5, not a Score"),
        (
            Score(score=True, passed=True),
            "ValueError: the scorer returned the score True, not a number",
        ),
    ],
    ids=["none", "number", "bool"],
)
def test_what_is_no_score_is_an_error(case: Case, returned: Any, reason: str) -> None:
    @dataclass(frozen=True)
    class Broken(Defaults):
        def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
            return returned  # type: ignore[no-any-return]

    registry = Registry()
    registry.add_scorer("broken", Broken)
    (check,) = bind([Check(check="broken", metric="b", parameters={})], registry)

    result = check_reply(case, check, Reply(text="x"))

    assert (result.status, result.reason) == ("error", reason)


def test_a_score_with_a_unit_may_be_above_1_but_not_below_0(run: Run) -> None:
    assert run("latency", Reply(timing=Timing(total_s=7.0)), max=9).score == 7.0
    assert run("latency", Reply(timing=Timing(total_s=-7.0)), max=9).status == "error"


def test_an_interrupt_raised_outside_the_main_thread_is_contained(case: Case) -> None:
    def own(reply: Reply) -> bool:
        raise KeyboardInterrupt

    registry = Registry()
    registry.add_scorer("own", own)
    (check,) = bind([Check(check="own", metric="own", parameters={})], registry)
    results: list[CheckResult] = []
    thread = threading.Thread(
        target=lambda: results.append(check_reply(case, check, Reply(text="x")))
    )

    thread.start()
    thread.join()

    assert results[0].reason.startswith("KeyboardInterrupt")


# --- the outcome --------------------------------------------------------------------------------


def result(
    status: str = "scored", *, passed: bool | None = None, severity: Severity = "normal"
) -> CheckResult:
    reason = "" if status == "scored" else f"{status}: why"
    return CheckResult(
        check="c",
        metric="m",
        severity=severity,
        status=status,  # type: ignore[arg-type]
        passed=passed,
        score=None if passed is None else float(passed),
        reason=reason,
    )


PASS, FAIL = result(passed=True), result(passed=False)
SKIP, ERROR = result("skipped"), result("error")
WARN_FAIL = result(passed=False, severity="warn")
WARN_ERROR = result("error", severity="warn")
RAISED = Failure(kind="scorer_raised", message="m: error: why")
NOTHING_SCORED = Failure(kind="nothing_scored", message="nothing scored: m: skipped: why")


@pytest.mark.parametrize(
    ("results", "outcome", "failure"),
    [
        ([], "passed", None),
        ([PASS], "passed", None),
        ([PASS, FAIL], "failed", None),
        ([FAIL, ERROR], "failed", None),
        ([PASS, ERROR], "error", RAISED),
        ([PASS, SKIP], "passed", None),
        ([SKIP], "skipped", NOTHING_SCORED),
        ([PASS, WARN_FAIL], "passed", None),
        ([WARN_FAIL], "passed", None),
        ([PASS, WARN_ERROR], "passed", None),
        ([SKIP, WARN_ERROR], "error", RAISED),
        ([SKIP, ERROR], "error", RAISED),
    ],
    ids=range(12),
)
def test_the_outcome_of_a_trial(
    case: Case, results: list[CheckResult], outcome: str, failure: Failure | None
) -> None:
    assert verdict(case, results) == (outcome, failure)


def test_a_case_of_severity_warn_has_failures_to_warn_of(case: Case) -> None:
    assert verdict(replace(case, severity="warn"), [WARN_FAIL]) == ("failed", None)
