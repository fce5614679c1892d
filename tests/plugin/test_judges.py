"""Judged checks in a pytest run: from the configuration to verdict and baseline."""

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

CONFIG = """
[adapters.app]
type = "python"
call = "app:answer"
[adapters.strict]
type = "python"
call = "judges:strict"
[adapters.kind]
type = "python"
call = "judges:kind"
[judges.default]
adapters = ["strict"]
"""

# What a judge is asked is written to `judged.log`; it likes replies that hold a digit.
JUDGES = """
import json, pathlib
from llmeval.records import Reply

LOG = pathlib.Path(__file__).with_name("judged.log")

def _graded(messages, grade):
    with LOG.open("a", encoding="utf-8") as log:
        log.write(json.dumps(messages[-1]["content"]) + "\\n")
    return Reply(text=f"Looked for a digit.\\nVERDICT: {grade}", cost_usd=0.5)

def strict(messages):
    system = messages[0]["content"]
    text = messages[-1]["content"].split("\\n")[-2]
    if "Say which" in system:
        return _graded(messages, "A")
    return _graded(messages, int(any(c.isdigit() for c in text)))

def kind(messages):
    return _graded(messages, 1)
"""

SUITE = """
suite: bot
adapter: app
cases:
  - id: one
    prompt: one?
    expect: [{rubric: Holds a number.}]
  - id: two
    prompt: two?
    expect: [{compare_to: baseline}, {rubric: {criteria: Holds a number., metric: number}}]
"""


@pytest.fixture
def judged(project: "Project") -> "Project":
    """Return a project with two judges and a suite that asks one of them."""
    project.write("llmeval.toml", CONFIG)
    project.write("judges.py", JUDGES)
    project.suite(SUITE)
    return project


def seen(project: "Project") -> list[str]:
    log = project.path / "judged.log"
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return [json.loads(line) for line in lines]


def test_a_judge_grades_compares_with_the_baseline_and_is_part_of_the_instrument(
    judged: "Project",
) -> None:
    first = judged.pytest("suites", "--llmeval-update-baseline")
    assert first.status == 0, first.out
    assert len(seen(judged)) == 2
    lines = (judged.path / "reports/latest/results.jsonl").read_text("utf-8").splitlines()
    assert json.loads(lines[0])["judges"]["default"]["adapters"][0]["call"] == "judges:strict"
    (suite,) = judged.verdict()["suites"]
    assert suite["cost_usd"] == {"target": None, "judge": 1.0}

    judged.answers({"one?": "The answer is 1.", "two?": "It is 2 now."})
    second = judged.pytest("suites")
    assert second.status == 0, second.out
    asked = seen(judged)
    assert sum("The answer is 2." in text and "It is 2 now." in text for text in asked) == 2
    assert judged.verdict()["suites"][0]["comparison"] == "no_change"

    judged.write("llmeval.toml", CONFIG.replace('["strict"]', '["kind"]'))
    third = judged.pytest("suites")
    (suite,) = judged.verdict()["suites"]
    assert suite["comparison"] == "not_comparable", third.out
    assert suite["changed"] == {"one": ["judge"], "two": ["judge"]}


def test_a_judge_that_is_not_configured_is_told_before_anything_is_asked(
    project: "Project",
) -> None:
    project.suite(
        SUITE.replace("{rubric: Holds", "{rubric: {criteria: x, judge: nobody}}, {rubric: Holds")
    )

    result = project.pytest("suites")

    assert result.status == 2
    assert (
        "suites/bot.eval.yaml:7:15: rubric: judge: unknown judge 'nobody'; configure it: "
        '[tool.llmeval.judges.nobody] with adapters = ["…"]'
    ) in result.out
    assert project.asked() == []


def test_a_python_test_can_ask_a_judge(judged: "Project") -> None:
    judged.write(
        "test_own.py",
        "def test_bot(llmeval):\n"
        "    reply = llmeval.ask('one?', adapter='app')\n"
        "    (result, other) = llmeval.check(reply, rubric='Holds a number.', contains='1')\n"
        "    assert result.score == 1.0 and other.passed\n"
        "    llmeval.check('no digit', rubric='Holds a number.')\n",
    )

    result = judged.pytest("test_own.py")

    assert result.status == 1
    assert "rubric: 0 is below the minimum of 0.7: Looked for a digit." in result.out
    assert "one?" in seen(judged)[0]
