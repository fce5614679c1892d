"""What is said of trials that could not be measured while others of their case were."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

FLAKY = """
calls = []

def answer(messages):
    calls.append(1)
    if len(calls) == 2:
        raise ValueError("database gone")
    return "yes"
"""


def test_an_error_of_one_trial_is_told_though_its_case_was_measured(project: "Project") -> None:
    project.write("app.py", FLAKY)
    project.suite(
        "suite: bot\nadapter: app\nrepeat: 3\ncases:\n"
        "  - {id: a, prompt: hi, expect: [contains: yes it is]}\n"
        "  - {id: b, prompt: ho, expect: [contains: y]}\n"
    )

    result = project.pytest("suites", "--llmeval-concurrency", "1")

    assert "1 of 6 trials could not be measured: " in result.out
    assert "database gone" in result.out.split("could not be measured: ")[1].splitlines()[0]
    sheet = (project.path / "reports/latest/summary.md").read_text("utf-8")
    assert "- 1 of 6 trials could not be measured: " in sheet
    page = next((project.path / "reports").glob("*/report.html")).read_text("utf-8")
    assert "1 of 6 trials" in page
    assert "database gone" in page
