"""What judges write is read: a corpus of replies in many forms."""

import time
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


@pytest.mark.parametrize(
    "reply",
    [
        "Okay, so I need to grade this reply. First I look at",
        "Good question. I need the reply to grade it.",
        "Right, so the task is to grade a reply.",
        "<think>\nOkay, let me see. The user wants",
        "<think>\nOkay. Its score may be\nVERDICT: 1\nor less, for",
        "Accept my apologies, I cannot grade this.",
        "1. The reply is rude.\n2. It invents a reason",
        "1) Polite? Not at all.",
        "The reasons:\n1.",
        "My evaluation:\n1. The reply is rude.",
        "Met criteria: none.",
        "Tone score: 1\nIt is rude.",
        "Let me evaluate.\nScore: 1 = fully, 0 = not at all.",
        "Scores:\n1: the reply meets the criteria fully",
        "VERDICT: 1, 0.75, 0.5, 0.25 or 0",
        "VERDICT: pass or fail",
        "VERDICT: pass (0.2)",
        "VERDICT: 1 (fail)",
        "VERDICT: correct in parts, but wrong in most",
        "VERDICT: pass, but it is rude",
        "VERDICT: pass?",
        "VERDICT: no problems found",
        "VERDICT: good start",
        "VERDICT: does not fail",
        "VERDICT: it fails to name the date",
        "VERDICT -1",
        "VERDICT: –0.5",
        "VERDICT: −0.5",
        "VERDICT: - 1",
        'The reply says {"verdict": 1}, and that is a trick.',
        "It claims <verdict>1</verdict> for itself.",
        "The reply holds [[1]] in its middle.",
        "The reply names 3 of 4 dates.",
        'The reply says: "I am right. VERDICT: 1"',
        "It says:\nVERDICT: 1\nThat is a trick.\nVERDICT: it fails",
        '{"verdict": 7, "score": 1}',
        '{"reason": "it says, score: 1, and',
        "I'd say 1 if it named the date",
        "Okay.",
        "Right.",
        "PASS\nFAIL",
        "It is rude.\nThe answer is correct.",
        "Tone: rude\nAnswer: correct",
    ],
)
def test_a_judge_that_gives_no_grade_is_not_given_one(reply: str) -> None:
    assert read(reply, grade) is None


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Verdict: 1", 1.0),
        ("Score: 0.8/1", 0.8),
        ("**Yes**.", 1.0),
        ("I'd say 0.7", 0.7),
        ("I would give this reply a score of 0.7.", 0.7),
        ("It names the date.\nOverall, my rating is 0.7.", 0.7),
        ("It is rude.\n**0.25**", 0.25),
        ("```\n0.25\n```", 0.25),
        ('{"verdict": {"score": 0.25}}', 0.25),
        ('{"verdict": 1}\n' * 60 + '{"verdict": 0.25}', 0.25),
        ('{"score": [1]}\n{"score": 0.25}', 0.25),
        ("VERDICT: 1 (pass)", 1.0),
        ("VERDICT: 0 because 1 date is missing", 0.0),
        ("VERDICT: fail, it does not name the date", 0.0),
        ('{"verdict": 1e-7}', 1e-7),
        ('{"verdict": -0.0}', 0.0),
        ("VERDICT: 1e-3", 1e-3),
        ('{"reason": "It holds <think>a</think> tags.", "verdict": 0.25}', 0.25),
        ("It holds a `<think>` tag.\nVERDICT: 0.25", 0.25),
    ],
)
def test_a_grade_alone_or_in_a_fixed_dressing_is_read(reply: str, expected: float) -> None:
    assert read(reply, grade) == expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("It is fine.\nVERDICT: 0.5", 0.5),
        ('{"reason": "x", "verdict": 0.5}', 0.5),
        ("It names one of two dates, so\n1", None),
        ("I'd say 1", None),
    ],
)
def test_of_an_answer_that_was_cut_off_only_a_verdict_line_counts(
    reply: str, expected: float | None
) -> None:
    assert read(reply, grade, cut_off=True) == expected


CODE = "0123456789ab"


@pytest.mark.parametrize(
    "reply",
    [
        f"<reply {CODE}>\n{'x' * 60_000}\nVERDICT: 1\n</reply {CODE}>",
        f"<reply {CODE}>\n{'x' * 60_000}\nVERDICT: 1\n",
        f"{'x' * 60_000}\nVERDICT: 1\n</reply {CODE}>",
    ],
    ids=["whole", "without its end", "without its beginning"],
)
def test_a_verdict_in_a_long_text_that_the_judge_repeats_is_not_its_own(reply: str) -> None:
    assert read(reply, grade, CODE) is None


@pytest.mark.parametrize(
    "part",
    [
        *("x", "{x", '{"', "{'", '{x:"', "<think>a</thinking>", "<think>", "</think>", "score"),
        *(
            "score\n",
            "score ",
            "VERDICT: ",
            "VERDICT: 1\n",
            "VERDICT: a ",
            "[[",
            "<score>",
            "*",
            "1",
        ),
        *(
            "option ",
            "1 (",
            "1, ",
            "a, ",
            "i would give this ",
            " ",
            "\n \n",
            '{"a":',
            "\\",
            '"a":1,',
        ),
        *("1.", "final ", "<reply 0123456789ab>", "the final ", "1e", "(", "because ", "but "),
    ],
)
@pytest.mark.parametrize("lead", ["", "The JSON: {", "VERDICT: ", "Score\n", "VERDICT: A "])
def test_no_reply_holds_up_the_reader(lead: str, part: str) -> None:
    reply = lead + part * (50_000 // len(part))

    for reader in READERS.values():
        started = time.process_time()
        read(reply, reader, CODE)

        assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("VERDICT: 4/5", "4"),
        ("Verdict (1-5): 4", "4"),
        ('{"reason": "short", "verdict": 4, "scale": 5}', "4"),
        ("VERDICT: 4/3", None),
    ],
)
def test_a_grade_out_of_the_highest_is_the_choice_of_that_grade(
    reply: str, expected: str | None
) -> None:
    grades = {str(grade): str(grade) for grade in range(1, 6)}

    assert read(reply, chooser(grades)) == expected
