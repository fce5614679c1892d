"""`llmeval judge-check`: a judge measured against people's labels."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import llmeval
from llmeval.text.digest import digest

Run = Callable[..., Any]

CONFIG = """
[adapters.app]
type = "python"
call = "judged_app:answer"
[adapters.grader]
type = "python"
call = "judged_app:grade"
[adapters.first]
type = "python"
call = "judged_app:first"
[adapters.lost]
type = "python"
call = "judged_app:lost"
[judges.default]
adapters = ["grader"]
[judges.first]
adapters = ["first"]
[judges.lost]
adapters = ["lost"]
"""

# The judge likes replies with an exclamation mark.
APP = """
def answer(messages):
    return messages[-1]["content"]

def grade(messages, system):
    reply = messages[-1]["content"].rpartition("\\n")[0]
    return f"VERDICT: {int(reply.endswith('!'))}"

def first(messages, system):
    return "VERDICT: A"

def lost(messages, system):
    return "VERDICT: unsure"
"""

SUITE = """
suite: bot
adapter: app
expect: [{rubric: {criteria: Is lively., metric: lively}}]
cases:
"""

PROMPTS = ["Hello!", "Hello.", "Good day!", "Good day.", "Yes!", "No."]


@pytest.fixture
def measured(project: Path) -> Path:
    """Return the folder of a run of six cases, of which the judge likes three."""
    (project / "llmeval.toml").write_text(CONFIG)
    (project / "judged_app.py").write_text(APP)
    cases = "".join(f"  - {{id: c{n}, prompt: '{text}'}}\n" for n, text in enumerate(PROMPTS))
    (project / "suites").mkdir()
    path = project / "suites/bot.eval.yaml"
    path.write_text(SUITE + cases)
    folder = project / "reports/run-1"
    asyncio.run(llmeval.run(path, folder=folder))
    return folder


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def label(n: int, verdict: str, **more: Any) -> dict[str, Any]:
    return {
        "suite": "bot",
        "case": f"c{n}",
        "trial": 1,
        "metric": "lively",
        "verdict": verdict,
        **more,
    }


LABELS = [label(n, "passed" if n in (0, 2, 3) else "failed") for n in range(6)]


def test_labels_of_the_report_are_held_against_what_the_judge_said(
    command: Run, measured: Path
) -> None:
    labels = write(
        measured / "labels.jsonl",
        [*LABELS, label(9, "passed"), {**label(1, "passed"), "verdict": None}],
    )

    ended = command("judge-check", labels)

    assert ended.status == 0
    assert ended.out.splitlines()[:4] == [
        "bot: lively: rubric by judge default",
        "  agrees with people on 66.7 % (30.0 … 90.3) of 6 replies",
        "  Cohen's kappa 0.33 (-0.42 … 1.00)",
        "  too lenient: 1, too strict: 1, undecided: 0",
    ]
    assert ended.out.splitlines()[-1] == "card: baselines/judges/bot.lively.json"
    assert ended.err == "1 of 7 labels are about no judged reply, and not counted\n"


def test_labels_of_another_reply_are_counted_and_skipped(command: Run, measured: Path) -> None:
    own = [label(n, "passed", digest=digest(f"  {PROMPTS[n]}")) for n in range(4)]
    old = [label(n, "failed", digest=digest("an earlier reply")) for n in (4, 5)]

    ended = command("judge-check", write(measured / "labels.jsonl", [*own, *old]))

    assert "of 4 replies" in ended.out
    assert ended.err == "2 of 6 labels are of another reply, and skipped\n"


def test_the_card_says_what_was_measured_of_whom(
    command: Run, measured: Path, project: Path
) -> None:
    command("judge-check", write(project / "l.jsonl", LABELS), "--run", str(measured))

    card = json.loads((project / "baselines/judges/bot.lively.json").read_text())

    assert card["format"] == "llmeval-judge-card/1"
    assert (card["judge"], card["check"], card["metric"], card["suite"]) == (
        "default",
        "rubric",
        "lively",
        "bot",
    )
    assert (card["rows"], card["positives"], card["lenient"], card["strict"]) == (6, 3, 1, 1)
    assert card["accuracy"] == 0.6667
    assert card["kappa"] == 0.3333
    assert (card["task"], card["dataset"], card["threshold"]) == ("Is lively.", "l.jsonl", 0.7)
    assert card["instrument"]
    assert card["wording"]


def test_labels_can_be_saved_with_their_replies(
    command: Run, measured: Path, project: Path
) -> None:
    ended = command("judge-check", write(measured / "labels.jsonl", LABELS), "--save", "kept.jsonl")

    first, *rest = [json.loads(line) for line in (project / "kept.jsonl").read_text().splitlines()]
    assert first == {**LABELS[0], "prompt": "Hello!", "reply": "Hello!"}
    assert len(rest) == 5
    assert "written kept.jsonl: 6 labels with their replies" in ended.err
    again = command("judge-check", "kept.jsonl", "--run", str(measured), "--json")
    assert json.loads(again.out)[0]["rows"] == 6


def test_rows_with_replies_are_graded_by_the_suites_judged_check(
    command: Run, measured: Path, project: Path
) -> None:
    rows = [{"reply": text, "verdict": good} for text, good in (("Ho!", True), ("Ho.", True))]

    ended = command("judge-check", write(project / "rows.jsonl", rows), "--json")

    (card,) = json.loads(ended.out)
    assert (card["metric"], card["rows"], card["accuracy"], card["strict"]) == ("lively", 2, 0.5, 1)
    assert card["suite"] is None


def test_rows_may_say_themselves_by_what_they_are_graded(
    command: Run, measured: Path, project: Path
) -> None:
    rows = [{"reply": "Ho!", "verdict": "good", "criteria": "Is lively."}] * 3

    ended = command("judge-check", write(project / "rows.jsonl", rows))

    assert ended.out.startswith("rubric: rubric by judge default\n")
    assert "  Cohen's kappa: unknown, people and judge only ever say the same" in ended.out


def test_a_judge_that_always_prefers_the_first_place_is_found_out(
    command: Run, measured: Path, project: Path
) -> None:
    rows = [{"reply": f"Ho {n}!", "verdict": "passed", "value": "Hm."} for n in range(4)]

    ended = command(
        "judge-check",
        write(project / "rows.jsonl", rows),
        "--check",
        "compare_to",
        "--set",
        "value=x",
        "--set",
        "judge=first",
    )

    assert (
        "  order of the two texts: alike in 0.0 % of 4 pairs; of 4 others 4 prefer the first"
        in ended.out
    )


def test_a_judge_that_likes_long_replies_is_found_out(
    command: Run, measured: Path, project: Path
) -> None:
    rows = [
        {"reply": "x" * (n if n < 30 else 40 * n) + ("." if n < 30 else "!"), "verdict": n % 2 == 0}
        for n in range(60)
    ]

    ended = command("judge-check", write(project / "rows.jsonl", rows), "--metric", "lively")

    assert "  length: more lenient with long replies than people are (correlation 0.7" in ended.out


PLAIN = {"reply": "x", "verdict": True}


@pytest.mark.parametrize(
    ("row", "words", "status", "message"),
    [
        (label(77, "passed"), "", 2, "l.jsonl: no label is about a judged reply of this run"),
        (
            {"reply": "x", "verdict": "so-so"},
            "",
            2,
            "l.jsonl:1: verdict: expected passed or failed, found 'so-so'",
        ),
        (
            {"case": "c1", "verdict": True},
            "--check rubric --set criteria=x",
            4,
            "l.jsonl:1: reply is missing; the judge grades it",
        ),
        (
            PLAIN,
            "--check contains",
            4,
            "--check contains: that check asks no judge and no model of yours",
        ),
        (PLAIN, "--check rubric", 4, "criteria: is missing"),
        (
            PLAIN,
            "--metric dull",
            4,
            "the suites have no judged check of metric 'dull'; say which: --metric NAME, or",
        ),
        (
            PLAIN,
            "--check rubric --set criteria=z --set judge=lost",
            2,
            "l.jsonl: 1 of 1 labelled replies are not measured (1 undecided); the first: j",
        ),
        (
            PLAIN,
            "--set criteria=z",
            4,
            "--set criteria=z: gives a parameter of --check; add --check CHECK",
        ),
        (
            {"reply": "", "verdict": True},
            "--metric lively",
            2,
            "l.jsonl: no row has a reply for which the judge is asked",
        ),
        (label(0, "passed"), "--run nowhere", 2, "nowhere"),
    ],
)
def test_what_cannot_be_measured_is_told(
    command: Run, measured: Path, row: dict[str, Any], words: str, status: int, message: str
) -> None:
    write(Path("l.jsonl"), [row])

    ended = command("judge-check", "l.jsonl", *(words.split() or ("--run", str(measured))))

    assert ended.status == status
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_rescoring_takes_the_grades_that_are_stored(
    command: Run, measured: Path, project: Path
) -> None:
    path = project / "suites/bot.eval.yaml"
    path.write_text(path.read_text("utf-8").replace("metric: lively", "metric: lively, min: 0"))

    ended = command("rescore", str(measured), "--json")

    (suite,) = json.loads(ended.out)["suites"]
    assert suite["counts"]["passed"] == 6
    path.write_text(path.read_text("utf-8").replace("Is lively.", "Is dull."))
    again = command("rescore", str(measured), "--json")
    assert json.loads(again.out)["suites"][0]["counts"]["skipped"] == 6


TWO = """
suite: two
adapter: app
cases:
  - {id: a, prompt: Hello!, expect: [{rubric: Is lively.}]}
  - {id: b, prompt: Hello., expect: [{rubric: {criteria: Is lively., judge: kind}}]}
  - id: c
    prompt: Well!
    expect: [{rubric: {criteria: Is lively., metric: lively}}, {rubric: {criteria: x, metric: x}}]
"""


@pytest.fixture
def two(project: Path, measured: Path) -> Path:
    """Return the folder of a run whose one metric has two judges."""
    (project / "llmeval.toml").write_text(f'{CONFIG}[judges.kind]\nadapters = ["grader"]\n')
    path = project / "suites/two.eval.yaml"
    path.write_text(TWO)
    folder = project / "reports/run-2"
    asyncio.run(llmeval.run(path, folder=folder))
    return folder


def test_a_card_is_of_one_judge(command: Run, two: Path) -> None:
    rows = [{"case": case, "verdict": "passed"} for case in "ab"]

    ended = command("judge-check", write(two / "labels.jsonl", rows))

    assert ended.status == 2
    assert (
        "labels.jsonl: rubric was judged by several (default, kind) and a card is of one: give the "
        "checks of each judge a metric of their own"
    ) in ended.err


def test_one_metric_is_kept_to_where_the_labels_name_none(command: Run, two: Path) -> None:
    labels = write(two / "labels.jsonl", [{"case": case, "verdict": "passed"} for case in "ac"])

    ended = command("judge-check", labels, "--metric", "lively")

    assert ended.out.startswith("two: lively: rubric by judge default\n")
    assert "of 1 replies" in ended.out
    assert ended.err == "1 of 2 labels are about no judged reply, and not counted\n"
