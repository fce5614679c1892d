"""`llmeval judge-check`: which labels count, and what is said of the others."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import llmeval
from llmeval.api.scoring import question_of
from llmeval.text.digest import digest

Run = Callable[..., Any]

CONFIG = """
[adapters]
app = {type = "python", call = "judged_app:answer"}
grader = {type = "python", call = "judged_app:grade"}
mute = {type = "python", call = "judged_app:mute"}
poor = {type = "python", call = "judged_app:poor"}
[judges]
default = {adapters = ["grader"]}
mute = {adapters = ["mute"]}
poor = {adapters = ["poor"]}
"""

# All judges like an exclamation mark; of other replies one says nothing and one fails.
APP = """
def answer(messages):
    return messages[-1]["content"]

def is_liked(messages):
    return messages[-1]["content"].rpartition("\\n")[0].endswith("!")

def grade(messages, system):
    return f"VERDICT: {int(is_liked(messages))}"

def mute(messages, system):
    return "VERDICT: 1" if is_liked(messages) else "Hm."

def poor(messages, system):
    if not is_liked(messages):
        raise ValueError("no quota")
    return "VERDICT: 1"
"""

SUITE = """
suite: bot
adapter: app
expect: [{rubric: {criteria: Is lively., metric: lively}}]
cases: [{id: c0, prompt: Hello!}, {id: c1, prompt: Hello.}]
"""

UNREAD = (
    "1 of 2 labelled replies are not measured (1 unreadable); the first: judge_unreadable: no "
    "verdict in 1 of 1 votes, each asked up to 3 times; the last said: Hm."
)
NO_QUOTA = (
    "1 of 2 labelled replies are not measured (1 judge failed); the first: judge: raised: "
    "'judged_app:poor' raised ValueError: no quota"
)


@pytest.fixture
def measured(project: Path) -> Path:
    """Return the folder of a run of two cases, of which the judge likes one."""
    (project / "llmeval.toml").write_text(CONFIG)
    (project / "judged_app.py").write_text(APP)
    (project / "suites").mkdir()
    path = project / "suites/bot.eval.yaml"
    path.write_text(SUITE)
    folder = project / "reports/run-1"
    asyncio.run(llmeval.run(path, folder=folder))
    return folder


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def of(case: str, verdict: str, **more: Any) -> dict[str, Any]:
    return {"case": case, "verdict": verdict, **more}


PLAIN = {"reply": "x", "verdict": True}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"prompt": 5}, "l.jsonl:2: prompt: expected text, found 5"),
        ({"context": ["a"]}, 'l.jsonl:2: context: expected text, found ["a"]'),
        ({"reference": 5}, "l.jsonl:2: reference: expected text or a list of text, found 5"),
        ({"references": 5}, "l.jsonl:2: references: expected text or a list of text, found 5"),
        ({"references": ["a", 5]}, 'references: expected text or a list of text, found ["a", 5]'),
        ({"criteria": 5}, "l.jsonl:2: criteria: expected text or a list of text, found 5"),
    ],
    ids=str,
)
def test_what_is_no_text_in_a_row_is_told_with_its_line(
    command: Run, measured: Path, row: dict[str, Any], message: str
) -> None:
    write(Path("l.jsonl"), [PLAIN, {**PLAIN, **row}])

    ended = command("judge-check", "l.jsonl", "--metric", "lively")

    assert ended.status == 2
    assert message in ended.err
    assert len(ended.err.splitlines()) == 1


def test_a_text_alone_is_one_reference() -> None:
    row = {"reference": "Rome", "references": "Paris"}

    assert question_of(row).references == ("Rome", "Paris")


# --- what is counted -----------------------------------------------------------------------------


def test_a_reply_in_a_run_counts_once_and_by_its_last_label(command: Run, measured: Path) -> None:
    labels = [of("c0", "failed"), *[of("c1", "failed")] * 11, of("c0", "passed")]

    ended = command("judge-check", write(measured / "labels.jsonl", labels))

    assert "  agrees with people on 100.0 % (34.2 … 100.0) of 2 replies" in ended.out
    assert ended.err.splitlines() == [
        "10 of 13 labels repeat an earlier one of the same reply, and count once",
        "1 of 13 labels say the opposite of an earlier one of the same reply; the later counts",
    ]


def test_a_reply_in_a_row_counts_once_and_by_its_last_label(command: Run, measured: Path) -> None:
    rows = [{"reply": "Ho!", "verdict": good} for good in (False, True, True)]
    other = {"reply": "Ho!", "verdict": False, "prompt": "Why?"}

    ended = command("judge-check", write(Path("l.jsonl"), [*rows, other]), "--save", "kept.jsonl")

    assert "  agrees with people on 50.0 % (9.4 … 90.5) of 2 replies" in ended.out
    assert ended.err.splitlines() == [
        "1 of 4 labels repeat an earlier one of the same reply, and count once",
        "1 of 4 labels say the opposite of an earlier one of the same reply; the later counts",
        "written kept.jsonl: 2 labels with their replies",
    ]


@pytest.mark.parametrize(
    ("judge", "line", "why"),
    [
        (
            "mute",
            "  too lenient: 0, too strict: 0, undecided: 0, unreadable: 1",
            UNREAD,
        ),
        ("poor", "  too lenient: 0, too strict: 0, undecided: 0, judge failed: 1", NO_QUOTA),
    ],
)
def test_what_the_judge_gave_no_verdict_on_is_told_and_no_part_of_the_figures(
    command: Run, measured: Path, judge: str, line: str, why: str
) -> None:
    rows = [{"reply": "Ho!", "verdict": True}, {"reply": "Ho.", "verdict": False}]
    check = ("--check", "rubric", "--set", "criteria=z", "--set", f"judge={judge}")

    ended = command("judge-check", write(Path("l.jsonl"), rows), *check)

    assert ended.status == 0
    assert "  agrees with people on 100.0 % (20.6 … 100.0) of 1 replies" in ended.out
    assert line in ended.out.splitlines()
    assert ended.err == f"{why}\n"


def test_a_judge_that_measures_nothing_gets_no_card(command: Run, measured: Path) -> None:
    rows = [{"reply": f"Ho {n}.", "verdict": n % 2 == 0} for n in range(8)]
    check = ("--check", "rubric", "--set", "criteria=z", "--set", "judge=mute")

    ended = command("judge-check", write(Path("l.jsonl"), rows), *check)

    assert (ended.status, ended.out) == (2, "")
    assert "l.jsonl: 8 of 8 labelled replies are not measured (8 unreadable)" in ended.err
    assert not list(Path().glob("baselines/judges/*"))


def test_a_judge_that_failed_in_a_run_is_told_with_its_reason(
    command: Run, project: Path, measured: Path
) -> None:
    path = project / "suites/poor.eval.yaml"
    rubric = "{criteria: Is lively., metric: lively, judge: poor}"
    cases = "cases: [{id: a, prompt: Ho!}, {id: b, prompt: Ho.}]"
    path.write_text(f"suite: poor\nadapter: app\nexpect: [rubric: {rubric}]\n{cases}\n")
    folder = project / "reports/run-3"
    asyncio.run(llmeval.run(path, folder=folder))
    rows = [
        {"case": case, "verdict": True, "digest": digest(f"Ho{end}")} for case, end in ("a!", "b.")
    ]

    ended = command("judge-check", write(Path("l.jsonl"), rows), "--run", str(folder))

    assert "of 1 replies" in ended.out
    assert ended.err == f"{NO_QUOTA}\n"
