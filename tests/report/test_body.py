import json
import random
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval import codec
from llmeval.records import Message, Passage, Reply, ToolCall
from llmeval.report import body
from llmeval.report.body import Bodies


def told(bodies: Bodies, trial: Any, *, full: bool = False) -> dict[str, Any]:
    text = bodies.trial(codec.trial_json(trial), full=full)
    assert text is not None
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_cut_text_says_how_much_is_missing() -> None:
    assert body.cut("x" * 1_234, 100) == "x" * 100 + " […1,134 more characters]"


def test_a_text_within_the_limit_is_whole() -> None:
    assert body.cut("short", 5) == "short"


def test_failed_trials_are_told_in_full_and_passed_ones_cut(some: SimpleNamespace) -> None:
    trial = some.trial(reply=Reply(text="x" * 10_000))
    bodies = Bodies(10_000)

    assert len(told(bodies, trial, full=True)["a"]) == 10_000
    assert len(told(bodies, trial)["a"]) < body.SHORT_CHARS + 50


def test_texts_of_passed_trials_are_cut_as_far_as_the_page_demands(some: SimpleNamespace) -> None:
    letters = random.Random(7)
    bodies = Bodies(10_000)
    for number in range(10_000):
        text = letters.randbytes(1_500).hex()  # shrinks by half at best
        told = bodies.trial(codec.trial_json(some.trial(reply=Reply(text=text))), full=False)
        if told is not None:
            bodies.store(told)
        assert number > 0 or len(text) < body.SHORT_CHARS

    assert bodies.blocks.size < body.PAGE_BUDGET * 1.02
    assert 400 < bodies.shortest_chars < 1_500


def test_a_few_long_failures_do_not_cut_what_comes_later() -> None:
    bodies = Bodies(1_000)
    letters = random.Random(7)
    for _ in range(200):
        bodies.store(json.dumps(letters.randbytes(15_000).hex()))
    tight = bodies.short_chars
    for _ in range(300):
        bodies.store('"short"')

    assert tight < bodies.short_chars == body.SHORT_CHARS


def test_a_tight_page_is_packed_harder_before_anything_is_cut() -> None:
    bodies = Bodies(10_000)
    letters = random.Random(7)
    for _ in range(100):
        bodies.store(json.dumps(letters.randbytes(1_000).hex()))

    assert bodies.short_chars == body.SHORT_CHARS
    assert bodies.blocks.level > 1


def test_a_huge_text_of_a_failed_trial_is_cut_too(some: SimpleNamespace) -> None:
    trial = some.trial("a", "failed", reply=Reply(text="x" * 10_000_000))

    assert len(told(Bodies(1), trial, full=True)["a"]) < body.FULL_CHARS + 100


def test_no_number_of_failures_makes_the_page_endless(some: SimpleNamespace) -> None:
    trial = codec.trial_json(some.trial("a", "failed", reply=Reply(text="x" * 50_000)))
    bodies = Bodies(1_000)

    size = sum(len(bodies.trial(trial, full=True) or "") for _ in range(1_000))

    assert size < body.FULL_BUDGET + 1_000 * (body.SHORT_CHARS + 500)


def test_failures_beyond_the_page_are_figures_too(some: SimpleNamespace) -> None:
    trial = codec.trial_json(some.trial("a", "failed"))
    bodies = Bodies(100_000)
    bodies.blocks.size = body.PAGE_BUDGET

    assert bodies.trial(trial, full=True) is not None
    bodies._left = 0
    assert bodies.trial(trial, full=True) is None


def test_texts_of_passed_trials_are_left_out_where_there_are_too_many(
    some: SimpleNamespace,
) -> None:
    bodies = Bodies(100_000)

    assert bodies.short_chars == 0
    assert bodies.trial(codec.trial_json(some.trial()), full=False) is None
    assert bodies.replies(("x",), full=False) is None
    assert bodies.trial(codec.trial_json(some.trial()), full=True) is not None


def test_shared_texts_are_stored_apart_and_single_ones_with_their_trial(
    some: SimpleNamespace,
) -> None:
    bodies = Bodies(4)
    texts = ("shared", "shared", "single", "shared")

    found = [told(bodies, some.trial(text, context=text))["c"] for text in texts]

    place = list(bodies.texts).index("shared")
    assert found == ["shared", place, "single", place]
    assert "single" not in list(bodies.texts)


def test_every_part_of_a_reply_is_told(some: SimpleNamespace) -> None:
    reply = Reply(
        text="done",
        reasoning="because",
        tool_calls=(ToolCall(name="find", arguments={"q": "lamp"}),),
        retrieved=(Passage(id="d1", text="Lamps."),),
        request_id="req-1",
    )

    found = told(Bodies(1), some.trial(reply=reply))

    assert (found["g"], found["t"], found["p"]) == (
        "because",
        [["find", '{"q": "lamp"}']],
        [["d1", "Lamps."]],
    )
    assert found["f"][-1] == "req-1"


def test_history_keeps_its_roles(some: SimpleNamespace) -> None:
    messages = (Message(role="assistant", content="Hi."), Message(role="user", content="Yes?"))

    assert told(Bodies(1), some.trial(messages=messages))["m"] == [
        ["assistant", "Hi."],
        ["user", "Yes?"],
    ]


def check(**other: Any) -> dict[str, Any]:
    given = {"check": "factuality", "metric": "grounded", "severity": "normal", "status": "scored"}
    return {**given, **other}


@pytest.mark.parametrize(
    ("given", "score", "bound"),
    [
        ({"score": 1.0, "passed": True}, None, None),
        ({"score": 0.5, "passed": True}, "0.5", None),
        ({"score": 0.41, "min": 0.7, "passed": False}, "0.41", "at least 0.7"),
        ({"score": 0.69999, "min": 0.7, "passed": False}, "0.69999", "at least 0.7"),
        ({"check": "latency", "score": 8.01, "max": 8, "passed": False}, "8.01 s", "at most 8 s"),
        ({"check": "cost", "score": 0.002, "max": 0.01, "passed": True}, "$0.002", "at most $0.01"),
        (
            {"score": 12, "min": 1, "max": 10, "passed": False},
            "12",
            "at least 1 and at most 10",
        ),
        ({"status": "skipped", "min": 0.7}, None, "at least 0.7"),
    ],
    ids=["yes-no", "no-bound", "below", "barely", "seconds", "dollars", "both", "skipped"],
)
def test_scores_stand_beside_their_bounds(
    given: dict[str, Any], score: str | None, bound: str | None
) -> None:
    found = check(**given)

    assert (body.score_text(found), body.bound_text(found)) == (score, bound)


def test_a_failed_check_names_its_parameters() -> None:
    text = body.parameters_text({"value": ["30 days", "thirty days"], "ignore_case": True})

    assert text == "value: 30 days, thirty days; ignore_case: true"
