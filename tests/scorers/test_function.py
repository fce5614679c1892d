"""Own functions as checks."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pytest

from llmeval.errors import ParameterError
from llmeval.parameters import parameters_of
from llmeval.records import Case, Check, CheckResult, Reply, Score, ToolCall
from llmeval.registry import Registry
from llmeval.scorers.binding import bind
from llmeval.scorers.evaluate import check_reply
from llmeval.scorers.function import scorer_type

CASE = Case(id="a", suite="s", index=0, line=1, adapter="echo", turns=(), vars={"n": [1]})
REPLY = Reply(text="order A-17")


def check(
    function: Any, reply: Reply = REPLY, *, negated: bool = False, **parameters: Any
) -> CheckResult:
    registry = Registry()
    registry.add_scorer("own", function)
    stated = Check(check="own", metric="own", parameters=parameters, negated=negated)
    return check_reply(CASE, bind([stated], registry)[0], reply)


def returning(value: Any) -> Callable[[Reply], Any]:
    return lambda _reply: value


@pytest.mark.parametrize(
    ("value", "score", "passed", "reason"),
    [
        (True, 1.0, True, ""),
        (False, 0.0, False, "the function returned False"),
        ((True, "found it"), 1.0, True, "found it"),
        ((False, "no\nnumber"), 0.0, False, "no number"),
        (0.5, 0.5, True, ""),
        (0.5 - 1e-10, 0.5 - 1e-10, True, ""),
        (0.4, 0.4, False, "0.4 is below the minimum of 0.5"),
        ((0.4, "dull"), 0.4, False, "0.4 is below the minimum of 0.5: dull"),
        (1, 1.0, True, ""),
        (0, 0.0, False, "0 is below the minimum of 0.5"),
        (np.float32(0.5), 0.5, True, ""),
        (np.True_, 1.0, True, ""),
        (Score(score=0.3, passed=True, reason="a\nb"), 0.3, True, "a b"),
    ],
)
def test_what_a_function_may_return(value: Any, score: float, reason: str, *, passed: bool) -> None:
    result = check(returning(value))

    assert (result.status, result.score, result.passed) == ("scored", score, passed)
    assert result.reason == reason


def test_a_function_may_skip() -> None:
    result = check(returning(Score(status="skipped", reason="no order in this case")))

    assert (result.status, result.reason) == ("skipped", "no order in this case")


@pytest.mark.parametrize(
    "value",
    [None, math.nan, math.inf, -0.1, 1.1, 7, "yes", [1], (1, 2), (None, "x"), np.array([1, 2])],
    ids=repr,
)
def test_anything_else_is_an_error_of_that_check(value: Any) -> None:
    result = check(returning(value))

    assert (result.status, result.score, result.passed) == ("error", None, None)
    assert result.reason.startswith("the function returned ")
    assert result.reason.endswith(
        "; expected True, False, a number 0…1, (value, reason) or a Score"
    )


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        (Score(score=math.nan, passed=True), "the score nan; expected 0…1"),
        (Score(score=2.0, passed=True), "the score 2.0; expected 0…1"),
        (Score(score=-1.0, passed=True), "the score -1.0; expected 0…1"),
        (Score(score=None, passed=True), "the score None, not a number"),
        (Score(score=1.0), "status 'scored' with passed None"),
        (Score(score=1.0, passed=True, details={"x": object()}), "details that are no JSON values"),
        (Score(score=1.0, passed=True, details={"x": math.nan}), "details that are no JSON values"),
    ],
    ids=range(7),
)
def test_an_unsound_score_is_an_error(score: Score, reason: str) -> None:
    result = check(returning(score))

    assert (result.status, result.reason) == ("error", f"ValueError: the scorer returned {reason}")


@pytest.mark.parametrize(
    "error",
    [ValueError("no\nluck"), SystemExit(3), RecursionError(), AssertionError("x"), GeneratorExit()],
    ids=lambda e: type(e).__name__,
)
def test_whatever_it_raises_is_an_error_of_that_check(error: BaseException) -> None:
    def raising(reply: Reply) -> bool:
        raise error

    result = check(raising)

    assert result.status == "error"
    assert result.reason.startswith(f"{type(error).__name__}: ")
    assert "(test_function.py:" in result.reason
    assert "\n" not in result.reason
    assert "raising" in result.details["traceback"]


def test_an_error_whose_text_raises_is_contained() -> None:
    class Mean(Exception):  # noqa: N818  # an error a user might have
        def __str__(self) -> str:
            raise RuntimeError("no text")

    def raising(reply: Reply) -> bool:
        raise Mean

    assert "(its message cannot be shown)" in check(raising).reason


def test_ctrl_c_gets_through() -> None:
    def interrupted(reply: Reply) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(interrupted)


def test_parameters_come_from_the_signature() -> None:
    def order(  # type: ignore[no-untyped-def]  # one parameter is bare, as people write
        reply: Reply,
        case: Case,
        prefix: str,
        words: list[str],
        *,
        mode: Literal["a", "b"] = "a",
        limit: float | None = None,
        anything: dict[str, set[int]] | None = None,
        seq: Sequence[int] = (),
        bare=None,
    ) -> bool:
        return True

    known = parameters_of(scorer_type("order", order))

    assert {name: spec.annotation for name, spec in known.items()} == {
        "prefix": str,
        "words": tuple[str, ...],
        "mode": Literal["a", "b"],
        "limit": float | None,
        "anything": Any,
        "seq": tuple[int, ...],
        "bare": Any,
        "min": float,
    }
    assert [name for name, spec in known.items() if spec.required] == ["prefix", "words"]
    assert scorer_type("order", order).main == "prefix"


def test_annotations_that_cannot_be_resolved_are_left_unchecked() -> None:
    def own(reply: Reply, *, word: "Missing") -> bool:  # type: ignore[name-defined]  # noqa: F821
        return bool(word == 3)

    assert check(own, word=3).passed is True


def test_a_function_gets_its_parameters_as_it_declares_them() -> None:
    def own(reply: Reply, case: Case, words: list[str], times: float = 2.0) -> Any:
        return words == ["a"] and times == 2.0 and case.id == "a"

    assert check(own, words=["a"]).passed is True
    assert check(own, words=["a"], times=3).passed is False


def test_keyword_only_parameters_need_no_case() -> None:
    def own(reply: Reply, *, prefix: str) -> bool:
        return prefix in (reply.text or "")

    assert check(own, prefix="A-").passed is True


def test_a_wrong_parameter_is_refused() -> None:
    def own(reply: Reply, *, prefix: str) -> bool:
        return True

    with pytest.raises(ParameterError, match=r"^prefx: unknown parameter; did you mean 'prefix'\?"):
        check(own, prefx="A-")


def test_the_minimum_may_be_set_or_be_the_functions_own() -> None:
    def own_minimum(reply: Reply, *, min: int) -> bool:  # noqa: A002  # as a user may name it
        return min == 7

    assert check(returning(0.3), min=0.3).passed is True
    assert check(own_minimum, min=7).passed is True


def test_the_twin_of_a_function_is_its_negation() -> None:
    assert check(returning(False), negated=True).passed is True  # noqa: FBT003  # the value
    holds = check(returning(True), negated=True)  # noqa: FBT003  # the value
    assert (holds.passed, holds.score, holds.reason) == (False, 0.0, "own holds and must not")
    assert check(returning(False), Reply(text=""), negated=True).passed is False  # noqa: FBT003


def test_the_version_of_a_function_is_its_attribute() -> None:
    def own(reply: Reply) -> bool:
        return True

    own.version = 3  # type: ignore[attr-defined]

    assert scorer_type("own", own).version == "3"
    assert scorer_type("own", returning(1)).version == "1"


def test_an_object_that_can_be_called_is_a_function() -> None:
    class Own:
        def __call__(self, reply: Reply, case: Case, *, word: str) -> bool:
            return case.id == "a" and word in (reply.text or "")

    assert check(Own(), word="order").passed is True


def test_a_function_cannot_change_what_others_see() -> None:
    reply = replace(REPLY, tool_calls=(ToolCall(name="t", arguments={"x": 1}),))

    def mean(reply: Reply, case: Case) -> bool:
        case.vars["n"].append(2)
        reply.tool_calls[0].arguments["x"] = 2
        return True

    check(mean, reply)

    assert (CASE.vars["n"], reply.tool_calls[0].arguments) == ([1], {"x": 1})


async def _async(reply: Reply) -> bool:
    return True


def test_a_coroutine_returned_is_an_error_without_a_warning() -> None:
    def own(reply: Reply) -> Any:
        return _async(reply)

    result = check(own)

    assert result.status == "error"


def _no_reply() -> bool:
    return True


def _keywords_only(*, reply: Reply) -> bool:
    return True


def _common_key(reply: Reply, case: Case, severity: str) -> bool:
    return True


def _scorer_word(reply: Reply, case: Case, version: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (3, "check 'own': 3 is not a function"),
        (_async, "check 'own': an async function cannot be a check"),
        (_no_reply, "check 'own': the function must take (reply, case)"),
        (_keywords_only, "check 'own': the function must take (reply, case)"),
        (_common_key, "check 'own': its parameter 'severity' needs another name"),
        (_scorer_word, "check 'own': its parameter 'version' needs another name"),
        (max, "check 'own': no signature found for builtin <built-in function max>"),
    ],
    ids=range(7),
)
def test_what_cannot_be_a_check_is_refused(function: Any, message: str) -> None:
    with pytest.raises(ParameterError) as refused:
        scorer_type("own", function)

    assert str(refused.value) == message
