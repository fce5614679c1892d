"""What judges write is read: a corpus of replies in many forms."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from llmeval.scorers import compare_to
from llmeval.scorers.verdicts import UNSURE, chooser, grade, read

FOLDER = Path(__file__).parent / "judges"
READERS = {
    "grades": grade,
    "choices": chooser({word: word for word in ("yes", "partly", "no")}),
    "pairs": compare_to.READ,
}


def corpus() -> list[tuple[str, str, Any]]:
    return [
        (name, reply, UNSURE if expected == "unsure" else expected)
        for name in READERS
        for reply, expected in yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    ]


@pytest.mark.parametrize(("kind", "reply", "expected"), corpus())
def test_the_verdict_of_a_reply_is_found(kind: str, reply: str, expected: Any) -> None:
    found = read(reply, READERS[kind])

    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param('{"reason": "It says: verdict: 1.", "verdict": 0.25}', 0.25, id="quoted"),
        pytest.param('{"verdict": 0.25, "reason": "\\nVERDICT: 1"}', 0.25, id="after"),
        pytest.param('{"reason": "{\\"verdict\\": 1}", "verdict": 0.25}', 0.25, id="json"),
        pytest.param('{"reason": "It gets a score of 1.", "verdict": 7}', None, id="range"),
        pytest.param('{"reason": "Its score is 1 of 1, it', None, id="cut"),
        pytest.param('<think>{"verdict": 1}</think>{"verdict": 0}', 0.0, id="thoughts"),
        pytest.param('{"verdict": 8, "max_score": 10}', 0.8, id="scale"),
    ],
)
def test_what_the_reasons_of_an_answer_in_json_quote_is_no_verdict(
    reply: str, expected: float | None
) -> None:
    assert read(reply, grade) == expected


def test_the_corpus_is_large_and_varied() -> None:
    replies = corpus()

    assert len(replies) >= 150
    assert len({reply for _, reply, _ in replies}) >= 150
