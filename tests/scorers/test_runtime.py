"""What a reply took and how it ended."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from llmeval.errors import ParameterError
from llmeval.records import CheckResult, Reply, Timing, Usage

Run = Callable[..., CheckResult]

REPLY = Reply(
    text="x",
    finish_reason="stop",
    usage=Usage(input_tokens=30, output_tokens=12, cached_tokens=10, reasoning_tokens=5),
    cost_usd=0.002,
    timing=Timing(total_s=2.0, first_token_s=0.25, queued_s=9.0, waited_s=9.0),
)

FIGURES = [("latency", 2.0), ("first_token", 0.25), ("tokens", 42.0), ("cost", 0.002)]


@pytest.mark.parametrize(("name", "value"), FIGURES)
def test_the_score_is_the_figure_in_its_unit(run: Run, name: str, value: float) -> None:
    result = run(name, REPLY, max=value * 2)

    assert (result.score, result.max, result.better) == (value, value * 2, "lower")
    assert result.passed is True


@pytest.mark.parametrize(("name", "value"), FIGURES)
def test_the_limit_itself_still_passes(run: Run, name: str, value: float) -> None:
    assert run(name, REPLY, max=value).passed is True
    assert run(name, REPLY, max=value - 1e-10).passed is True
    assert run(name, REPLY, max=value * 0.99).passed is False


@pytest.mark.parametrize(
    ("name", "maximum", "reason"),
    [
        ("latency", 1.5, "2 s are above the maximum of 1.5 s"),
        ("latency", 1.9999, "2 s are above the maximum of 1.9999 s"),
        ("tokens", 40, "42 tokens are above the maximum of 40 tokens"),
        ("cost", 0.001, "0.002 USD are above the maximum of 0.001 USD"),
    ],
)
def test_it_says_by_how_much(run: Run, name: str, maximum: float, reason: str) -> None:
    assert run(name, REPLY, max=maximum).reason == reason


@pytest.mark.parametrize(
    ("name", "reply", "reason"),
    [
        ("latency", replace(REPLY, cached=True), "the reply was not asked for in this run"),
        ("first_token", replace(REPLY, cached=True), "the reply was not asked for in this run"),
        ("cost", replace(REPLY, cached=True), "the reply was not asked for in this run"),
        ("latency", Reply(text="x"), "the reply carries no total time"),
        ("first_token", Reply(text="x"), "only streamed replies have a first token"),
        ("tokens", Reply(text="x"), "the service did not say how many tokens it took"),
        (
            "tokens",
            Reply(text="x", usage=Usage(input_tokens=3)),
            "the service did not say how many tokens it took",
        ),
        ("cost", Reply(text="x"), "the adapter's price or the tokens are not known"),
    ],
)
def test_a_figure_that_was_not_measured_is_skipped(
    run: Run, name: str, reply: Reply, reason: str
) -> None:
    result = run(name, reply, max=0)

    assert (result.status, result.score, result.passed) == ("skipped", None, None)
    assert result.reason == f"not_measured: {reason}"


def test_a_stored_reply_has_its_tokens(run: Run) -> None:
    assert run("tokens", replace(REPLY, cached=True), max=50).score == 42


def test_a_reply_of_tool_calls_alone_is_measured(run: Run) -> None:
    assert run("latency", replace(REPLY, text=None), max=3).passed is True


@pytest.mark.parametrize(
    ("value", "passed"), [("stop", True), (["length", "stop"], True), ("length", False)]
)
def test_finish_reason_is_one_of_those_expected(run: Run, value: Any, *, passed: bool) -> None:
    assert run("finish_reason", REPLY, value=value).passed is passed
    assert run("not_finish_reason", REPLY, value=value).passed is not passed


def test_finish_reason_says_what_it_was(run: Run) -> None:
    plain = run("finish_reason", REPLY, value=["length", "tool_calls"])
    twin = run("not_finish_reason", REPLY, value="stop")

    assert plain.reason == "finished with 'stop', expected length or tool_calls"
    assert twin.reason == "finished with stop"


@pytest.mark.parametrize("name", ["finish_reason", "not_finish_reason"])
def test_an_unknown_finish_reason_is_skipped(run: Run, name: str) -> None:
    result = run(name, "text", value="stop")

    assert result.status == "skipped"
    assert result.reason == "not_measured: the service gave no finish reason"


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("latency", {}, "max: is missing"),
        ("latency", {"max": -1}, "max: expected a number 0 or more, found -1.0"),
        (
            "finish_reason",
            {"value": []},
            "value: expected a finish reason, for instance stop or tool_calls",
        ),
    ],
)
def test_wrong_parameters_are_refused(
    run: Run, name: str, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        run(name, REPLY, **parameters)

    assert str(refused.value) == message
