"""Each run adds a line to the history of its project."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

FILE = "reports/llmeval-history.jsonl"


def lines(project: "Project", name: str = FILE) -> list[dict[str, Any]]:
    text = (project.path / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_is_a_line_and_its_cases_are_listed_once(two_cases: "Project") -> None:
    two_cases.pytest("suites")
    two_cases.answers({"one?": "The answer is 1.", "two?": "No idea."})
    two_cases.pytest("suites", "-n", "2")

    cases, first, second = lines(two_cases)
    assert [case.split()[0] for case in cases["ids"]] == ["one", "two"]
    assert (first["suites"]["bot"]["pass_rate"], second["suites"]["bot"]["pass_rate"]) == (1.0, 0.5)
    assert second["suites"]["bot"]["each"]["less"] == {"1": [0, 1]}
    assert second["run"] == two_cases.verdict()["run"]


def test_a_part_of_a_suite_says_so_and_lists_no_cases(two_cases: "Project") -> None:
    two_cases.pytest("suites", "-k", "one")

    (only,) = lines(two_cases)
    assert only["suites"]["bot"]["full"] is False
    assert "each" not in only["suites"]["bot"]


def test_a_history_may_lie_elsewhere_or_be_switched_off(two_cases: "Project") -> None:
    two_cases.pytest("suites", "--llmeval-history", "kept/runs.jsonl")
    two_cases.pytest("suites", LLMEVAL_HISTORY="off")

    assert len(lines(two_cases, "kept/runs.jsonl")) == 2
    assert not (two_cases.path / FILE).exists()


def test_a_run_is_worth_having_without_its_history(two_cases: "Project") -> None:
    two_cases.write(FILE, "not json\n")

    result = two_cases.pytest("suites")

    assert result.status == 0, result.out
    assert "not in the history: " in result.out
    assert "llmeval-history.jsonl:1: is no line of a history" in result.out
