"""One check on one reply."""

from pathlib import Path
from typing import Any

import pytest

import llmeval
from llmeval.errors import ParameterError, UnknownNameError
from llmeval.records import Reply


def test_a_text_is_scored() -> None:
    assert llmeval.score("contains", "30 days", value="30") == llmeval.Score(score=1.0, passed=True)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(text="30 days"), id="record"),
        pytest.param({"text": "30 days"}, id="stored_form"),
    ],
)
def test_a_reply_is_scored(reply: Any) -> None:
    assert llmeval.score("contains", reply, value="30").passed


def test_a_twin_turns_the_result_round() -> None:
    found = llmeval.score("not_contains", "30 days", value="30")

    assert (found.passed, found.score) == (False, 0.0)
    assert found.reason


def test_no_reply_passes_nothing() -> None:
    assert not llmeval.score("contains", None, value="30").passed
    assert not llmeval.score("not_contains", None, value="30").passed


def test_a_part_of_the_reply_can_be_meant() -> None:
    assert llmeval.score("equals", '{"a": "b"}', value="b", **{"in": "$.a"}).passed


def test_what_cannot_be_measured_says_so() -> None:
    found = llmeval.score("latency", "text", max=2)

    assert (found.status, found.score, found.passed) == ("skipped", None, None)
    assert found.reason.startswith("not_measured")


def test_a_check_sees_what_the_question_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "llmeval.toml").write_text(
        '[checks]\nseen = "scoring_checks:seen"', encoding="utf-8"
    )
    (tmp_path / "scoring_checks.py").write_text(
        "def seen(reply, case):\n"
        "    got = (case.turns[0].user, case.context, case.references,"
        " case.wrong_references, case.goal)\n"
        "    return got == ('p', 'c', ('a', 'b'), ('w',), 'g')\n",
        encoding="utf-8",
    )

    found = llmeval.score(
        "seen",
        "x",
        prompt="p",
        context="c",
        reference="a",
        references=["b"],
        wrong_references=["w"],
        goal="g",
    )

    assert found.passed


@pytest.mark.parametrize("check", ["contians", "not_latency"])
def test_an_unknown_check_is_refused(
    check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UnknownNameError, match=f"unknown check '{check}'"):
        llmeval.score(check, "x")


def test_a_wrong_parameter_is_refused() -> None:
    with pytest.raises(ParameterError, match="min: expected a number"):
        llmeval.score("similar", "x", to="x", min="high")


def test_what_is_no_reply_is_refused() -> None:
    with pytest.raises(ParameterError, match="reply: expected text or a reply object, found 3"):
        llmeval.score("contains", 3, value="3")  # type: ignore[arg-type]
