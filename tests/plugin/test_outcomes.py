"""What pytest shows for a case, and how a run exits."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project


def test_a_passing_suite_exits_0_and_writes_the_files_of_a_run(two_cases: "Project") -> None:
    result = two_cases.pytest("suites", "-q")

    assert result.status == 0, result.out
    latest = two_cases.path / "reports" / "latest"
    assert {p.name for p in latest.iterdir()} >= {
        "results.jsonl",
        "verdict.json",
        "report.html",
        "summary.md",
    }
    assert two_cases.verdict()["status"] == "passed"


def test_each_case_is_asked_once_and_logged_in_file_order(two_cases: "Project") -> None:
    two_cases.pytest("suites")

    assert sorted(two_cases.asked()) == ["one?", "two?"]
    assert [trial["case"] for trial in two_cases.trials()] == ["one", "two"]


def test_a_failing_case_without_a_baseline_fails_the_run_and_says_why(two_cases: "Project") -> None:
    two_cases.answers({"one?": "The answer is 1.", "two?": "No idea."})

    result = two_cases.pytest("suites")

    assert result.status == 1
    assert "FAILED suites/bot.eval.yaml::two - contains: does not contain '2'" in result.out
    assert "FAILED suites/bot.eval.yaml::gate - 1 of 2 cases fails: two" in result.out
    assert "No idea." in result.out
    assert "Traceback" not in result.out


def test_an_application_that_raises_is_an_error_not_a_failure(two_cases: "Project") -> None:
    two_cases.answers({"one?": "1", "two?": {"raise": "no database"}})

    result = two_cases.pytest("suites")

    assert result.status == 1
    assert "ERROR suites/bot.eval.yaml::two" in result.out
    assert "no database" in result.out
    assert [trial["outcome"] for trial in two_cases.trials()] == ["passed", "error"]


def test_errors_make_the_verdict_inconclusive(two_cases: "Project") -> None:
    two_cases.answers({"one?": "1", "two?": {"raise": "no database"}})

    two_cases.pytest("suites")

    assert two_cases.verdict()["status"] == "inconclusive"


def test_the_gate_is_an_item_of_its_own(two_cases: "Project") -> None:
    result = two_cases.pytest("suites", "-v")

    assert "suites/bot.eval.yaml::gate PASSED" in result.out


def test_collect_only_asks_nothing_and_writes_nothing(two_cases: "Project") -> None:
    result = two_cases.pytest("suites", "--collect-only", "-q")

    assert result.status == 0
    assert "suites/bot.eval.yaml::one" in result.out
    assert two_cases.asked() == []
    assert not (two_cases.path / "reports").exists()


@pytest.mark.parametrize("flag", ["--setup-plan", "--fixtures"])
def test_listing_options_ask_nothing(two_cases: "Project", flag: str) -> None:
    two_cases.pytest("suites", flag)

    assert two_cases.asked() == []


@pytest.mark.parametrize("args", [["-k", "one"], ["-m", "smoke"]], ids=" ".join)
def test_only_selected_cases_are_asked(two_cases: "Project", args: list[str]) -> None:
    result = two_cases.pytest("suites", "--strict-markers", *args)

    assert result.status == 0, result.out
    assert two_cases.asked() == ["one?"]


def test_selecting_no_case_is_exit_5(two_cases: "Project") -> None:
    assert two_cases.pytest("suites", "-k", "nothing").status == 5


def test_last_failed_knows_failing_cases(two_cases: "Project") -> None:
    two_cases.answers({"one?": "1", "two?": "No idea."})
    two_cases.pytest("suites")
    (two_cases.path / "asked.log").unlink()

    two_cases.pytest("suites", "--lf")

    assert two_cases.asked() == ["two?"]


def test_plain_pytest_elsewhere_does_not_run_suites(two_cases: "Project") -> None:
    two_cases.write("pytest.ini", "[pytest]\ntestpaths = tests\n")
    two_cases.write("tests/test_a.py", "def test_a(): pass\n")

    result = two_cases.pytest()

    assert result.status == 0
    assert two_cases.asked() == []


def test_a_case_can_be_skipped_and_expected_to_fail(project: "Project") -> None:
    project.suite(
        """
suite: bot
adapter: app
cases:
  - {id: one, prompt: "one?", skip: not now, expect: [{contains: "1"}]}
  - {id: two, prompt: "two?", xfail: "BUG-7", expect: [{contains: "3"}]}
  - {id: three, prompt: "three?", expect: [{contains: "3"}]}
"""
    )

    result = project.pytest("suites", "-rsx")

    assert result.status == 0, result.out
    assert "not now" in result.out
    assert "BUG-7" in result.out
    assert sorted(project.asked()) == ["three?", "two?"]


@pytest.mark.parametrize(("name", "spelt"), [("bot", ""), ("Bot", " as 'Bot'")])
def test_two_suites_whose_baselines_would_be_one_file_are_refused(
    two_cases: "Project", name: str, spelt: str
) -> None:
    text = (two_cases.path / "suites/bot.eval.yaml").read_text("utf-8")
    two_cases.suite(text.replace("suite: bot", f"suite: {name}"), "suites/again/bot.eval.yaml")

    result = two_cases.pytest("suites")

    assert result.status == 2
    assert (
        f"suites/bot.eval.yaml:1:1: suite 'bot' exists already in suites/again/bot.eval.yaml{spelt}"
        "; give one another name"
    ) in result.out
    assert two_cases.asked() == []


@pytest.mark.parametrize("workers", ["0", "2"])
def test_runxfail_takes_an_expected_failure_as_any_other(project: "Project", workers: str) -> None:
    project.suite(
        """
suite: bot
adapter: app
cases:
  - {id: one, prompt: "one?", expect: [{contains: "1"}]}
  - {id: two, prompt: "two?", xfail: "BUG-7", expect: [{contains: "3"}]}
"""
    )

    result = project.pytest("suites", "--runxfail", "-n", workers)

    assert result.status == 1
    assert "FAILED suites/bot.eval.yaml::two" in result.out
    assert "pass rate 50.0 %" in result.out


def test_a_strict_xfail_that_passes_fails_the_run(project: "Project") -> None:
    project.suite(
        """
suite: bot
adapter: app
cases:
  - {id: one, prompt: "one?", xfail: {reason: BUG-7, strict: true}, expect: [{contains: "1"}]}
  - {id: two, prompt: "two?", expect: [{contains: "2"}]}
"""
    )

    assert project.pytest("suites").status == 1


def test_a_warning_case_passes_and_is_listed(project: "Project") -> None:
    project.suite(
        """
suite: bot
adapter: app
cases:
  - {id: one, prompt: "one?", severity: warn, expect: [{contains: "9"}]}
  - {id: two, prompt: "two?", expect: [{contains: "2"}]}
"""
    )

    result = project.pytest("suites")

    assert result.status == 0, result.out
    assert project.verdict()["suites"][0]["counts"]["warned"] == 1
    assert "note: 1 case with a warning: one (contains)" in result.out


def test_nothing_measured_is_never_green(project: "Project") -> None:
    project.suite(
        """
suite: bot
adapter: app
cases:
  - {id: one, prompt: "one?", skip: no key here, expect: [{contains: "1"}]}
"""
    )

    result = project.pytest("suites")

    assert result.status == 1, result.out
    assert "nothing was measured" in result.out


def test_gate_off_fails_for_nothing(two_cases: "Project") -> None:
    two_cases.answers({"one?": "9", "two?": {"raise": "no database"}})

    result = two_cases.pytest("suites", "--llmeval-gate", "off")

    assert result.status == 0, result.out
    assert (two_cases.path / "reports/latest/results.jsonl").exists()


def test_repeat_asks_each_case_that_often(two_cases: "Project") -> None:
    two_cases.pytest("suites", "--llmeval-repeat", "3")

    assert sorted(two_cases.asked()) == ["one?"] * 3 + ["two?"] * 3
    assert [t["trial"] for t in two_cases.trials() if t["case"] == "one"] == [1, 2, 3]


def test_dry_run_says_what_to_expect_and_asks_nothing(two_cases: "Project") -> None:
    result = two_cases.pytest("suites", "--llmeval-dry-run", "--llmeval-repeat", "2")

    assert result.status == 0, result.out
    assert "4 calls" in result.out
    assert two_cases.asked() == []
    assert not (two_cases.path / "reports").exists()


def test_a_skipped_case_is_noted_under_the_adapter_that_would_have_been_asked(
    project: "Project",
) -> None:
    config = (project.path / "llmeval.toml").read_text("utf-8")
    project.write("llmeval.toml", config + '\n[adapters.other]\ntype = "echo"\n')
    project.suite(
        "suite: x\nadapter: app\ncases:\n"
        "  - {id: a, prompt: hi, expect: []}\n  - {id: b, prompt: hi, skip: later, expect: []}\n"
    )

    project.pytest("suites", "--llmeval-adapter", "app=other")

    assert {trial["adapter"] for trial in project.trials()} == {"other"}
