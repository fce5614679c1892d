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


def test_the_corpus_is_large_and_varied() -> None:
    replies = corpus()

    assert len(replies) >= 150
    assert len({reply for _, reply, _ in replies}) >= 150
