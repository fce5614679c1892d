"""consistency: how far the trials of a case support each other."""

import asyncio
import json
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

import llmeval
from llmeval.api.scoring import Question, SingleCheck
from llmeval.records import Reply, Score


def results(*replies: str | None, **parameters: Any) -> list[Score]:
    check = SingleCheck("consistency", parameters)
    return check.score_all([(reply, Question(prompt="?")) for reply in replies])


def scores(*replies: str | None) -> list[float | None]:
    return [result.score for result in results(*replies)]


@pytest.mark.parametrize(
    "replies",
    [("Paris", "paris.", "PARIS"), ("!", "!")],
    ids=["normalised", "signs"],
)
def test_trials_that_say_the_same_agree(replies: tuple[str, ...]) -> None:
    assert scores(*replies) == [1.0] * len(replies)


def test_the_one_that_says_otherwise_has_the_lowest_score() -> None:
    usual, alike, other = results(
        "The library opens at nine.", "It opens at nine.", "The library opens at eleven."
    )

    assert (other.score or 0) < min(usual.score or 0, alike.score or 0)
    assert other.passed is False
    assert "trial 1 says 'The library opens at nine.'" in other.reason


def test_trials_that_say_unlike_things_do_not_agree() -> None:
    assert scores("Paris", "Lyon", "Toulouse") == [0.0, 0.0, 0.0]


def test_a_single_trial_is_not_measured() -> None:
    (found,) = results("Paris")

    assert found.status == "skipped"
    assert found.reason == "not_measured: there is one trial; set `repeat` to at least 2"


def test_a_trial_without_text_fails_and_is_not_compared_with() -> None:
    found = results("Paris", None, "Paris")

    assert [result.score for result in found] == [1.0, 0.0, 1.0]
    assert found[1].reason == "the reply has no text"


def test_a_reply_beyond_the_limit_is_refused_alone() -> None:
    found = results("Paris", "a b " * 6_000, "Paris")

    assert [result.status for result in found] == ["scored", "error", "scored"]
    assert found[1].reason.startswith("text_too_long: 24,000 characters")


def test_replies_to_different_prompts_are_not_compared() -> None:
    check = SingleCheck("consistency", {})
    rows = [("Paris", Question(prompt="a")), ("Rome", Question(prompt="b"))] * 2

    assert [result.score for result in check.score_all(rows)] == [1.0] * 4


def test_a_part_of_the_reply_is_compared() -> None:
    found = results('{"city": "Paris", "n": 1}', '{"city": "Paris", "n": 2}', **{"in": "$.city"})

    assert [result.score for result in found] == [1.0, 1.0]


# --- in a run ------------------------------------------------------------------------------------

SUITE = """
suite: bot
adapter: echo
repeat: 3
min_trial_pass_rate: 1/3
expect: [{consistency: {min: 0.6}}]
cases:
  - {id: known, prompt: "capital of France?"}
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "llmeval.toml").write_text("", encoding="utf-8")
    path = tmp_path / "bot.eval.yaml"
    path.write_text(SUITE, encoding="utf-8")
    return path


def asked(suite: Path, *replies: str) -> dict[int, tuple[str, float | None]]:
    turn = cycle(replies)

    def answer(messages: list[dict[str, str]]) -> str:
        return next(turn)

    run = asyncio.run(llmeval.run(suite, answer))
    return {trial.trial: (trial.outcome, trial.checks[0].score) for trial in run.trials}


def test_the_trials_of_a_case_are_scored_when_all_have_ended(suite: Path) -> None:
    assert asked(suite, "Paris") == dict.fromkeys((1, 2, 3), ("passed", 1.0))


def test_a_trial_that_contradicts_the_others_fails(suite: Path) -> None:
    found = asked(suite, "It has 3 doors.", "It has 3 doors.", "It has 7 doors.")

    assert sorted(outcome for outcome, _ in found.values()) == ["failed", "failed", "failed"]
    assert sorted(score or 0 for _, score in found.values()) == [0.0, 0.5, 0.5]


def test_a_trial_without_a_reply_leaves_the_others_measured(suite: Path) -> None:
    turn = cycle(["Paris", "", "Paris"])

    def answer(messages: list[dict[str, str]]) -> Reply:
        return Reply(text=next(turn))

    run = asyncio.run(llmeval.run(suite, answer))

    assert sorted(trial.outcome for trial in run.trials) == ["error", "passed", "passed"]


def test_replayed_trials_are_compared_as_well(suite: Path) -> None:
    lines = [{"prompt": "capital of France?", "reply": text} for text in ("Paris", "Lyon", "Paris")]
    recording = suite.parent / "replies.jsonl"
    recording.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    adapter = "{type: replay, path: replies.jsonl}"
    suite.write_text(SUITE.replace("adapter: echo", f"adapter: {adapter}"), encoding="utf-8")

    run = asyncio.run(llmeval.run(suite))

    assert {trial.trial: trial.checks[0].score for trial in run.trials} == {1: 0.5, 2: 0.0, 3: 0.5}
