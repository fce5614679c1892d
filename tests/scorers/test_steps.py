"""What is expected of an application's steps and of what it retrieved."""

from collections.abc import Callable
from typing import Any

import pytest

from llmeval.records import CheckResult, Passage, Reply

Run = Callable[..., CheckResult]

STEPS = (
    {"kind": "retrieval", "name": "search", "duration_s": 0.2},
    {"kind": "llm", "name": "model-x", "duration_s": 1.5},
    {"kind": "tool", "name": "send", "duration": 0.1, "error": "refused"},
    {"kind": "llm", "name": "model-x", "duration_s": 0.5},
)
TRACED = Reply(text="Done.", steps=STEPS)


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        pytest.param({"name": "search"}, "", id="name"),
        pytest.param({"kind": "tool", "name": "send"}, "", id="kind and name"),
        pytest.param({"name": "search", "max_duration": 0.2}, "", id="fast"),
        pytest.param(
            {"kind": "llm", "max_duration": 1},
            "step of kind llm lasted 1.5 s, more than 1 s",
            id="slow",
        ),
        pytest.param({"name": "send", "max_duration": 0.1}, "", id="other word"),
        pytest.param(
            {"name": "mail"}, "no step 'mail'; steps: search, model-x, send", id="missing"
        ),
    ],
)
def test_a_step_is_there_and_fast(run: Run, parameters: dict[str, Any], reason: str) -> None:
    result = run("step", TRACED, **parameters)

    assert (result.passed, result.reason) == (not reason, reason)


def test_a_step_must_not_be_there(run: Run) -> None:
    assert run("not_step", TRACED, name="mail").passed
    assert run("not_step", TRACED, name="send").reason == "there is a step 'send'"


@pytest.mark.parametrize(
    ("parameters", "score", "reason"),
    [
        ({"max": 4}, 4, ""),
        ({"max": 3}, 4, "4 steps, at most 3"),
        ({"max": 2, "kind": "llm"}, 2, ""),
        ({"min": 3, "kind": "llm"}, 2, "2 steps, at least 3"),
    ],
)
def test_steps_are_counted(run: Run, parameters: dict[str, Any], score: float, reason: str) -> None:
    result = run("step_count", TRACED, **parameters)

    assert (result.score, result.passed, result.reason) == (score, not reason, reason)


def test_failed_steps_are_counted(run: Run) -> None:
    assert run("failed_steps", TRACED, max=1).passed
    failed = run("failed_steps", TRACED)
    assert (failed.score, failed.passed) == (1, False)
    assert failed.reason == "1 failed, at most 0; send: refused"


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("step", {"name": "a"}), ("step_count", {"max": 1}), ("failed_steps", {})],
)
def test_a_reply_without_steps_is_not_measured(
    run: Run, name: str, parameters: dict[str, Any]
) -> None:
    result = run(name, Reply(text="x"), **parameters)

    assert (result.status, result.reason) == (
        "skipped",
        "not_measured: the reply carries no steps",
    )


def test_a_step_that_does_not_say_how_long_it_lasted_is_not_measured(run: Run) -> None:
    result = run("step", Reply(text="x", steps=({"name": "a"},)), name="a", max_duration=1)

    assert result.reason == "not_measured: no step 'a' says how long it lasted"


def _found(*ids: str) -> Reply:
    return Reply(text="x", retrieved=tuple(Passage(id=name) for name in ids))


@pytest.mark.parametrize(
    ("parameters", "ids", "score", "reason"),
    [
        pytest.param({"ids": ("a", "b")}, ["a", "b", "c"], 1.0, "", id="all"),
        pytest.param({"ids": "a"}, ["a"], 1.0, "", id="one"),
        pytest.param(
            {"ids": ("a", "b")}, ["a"], 0.5, "recall 0.5 is below 1: b not retrieved", id="recall"
        ),
        pytest.param({"ids": ("a", "b"), "min_recall": 0.5}, ["a"], 0.5, "", id="enough"),
        pytest.param(
            {"ids": ("a",), "min_precision": 0.5},
            ["a", "x", "y"],
            1.0,
            "precision 0.333 is below 0.5",
            id="precision",
        ),
        pytest.param(
            {"ids": ("a",)}, [], 0.0, "recall 0 is below 1: a not retrieved", id="nothing"
        ),
    ],
)
def test_retrieval_is_scored_by_recall(
    run: Run, parameters: dict[str, Any], ids: list[str], score: float, reason: str
) -> None:
    result = run("retrieved", _found(*ids), **parameters)

    assert (result.score, result.passed, result.reason) == (score, not reason, reason)


def test_an_application_that_does_not_say_what_it_retrieved_is_not_measured(run: Run) -> None:
    result = run("retrieved", Reply(text="x"), ids=("a",))

    assert (result.status, result.reason) == (
        "skipped",
        "not_measured: the application does not say what it retrieved",
    )
