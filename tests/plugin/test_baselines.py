"""Baselines and the gate, through plain pytest."""

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project, Result


def accept(project: "Project", *args: str) -> "Result":
    """Make the present answers the baseline."""
    return project.pytest("suites", "--llmeval-update-baseline", *args)


def test_updating_writes_a_baseline_that_names_every_case(two_cases: "Project") -> None:
    result = accept(two_cases)

    assert result.status == 0, result.out
    lines = (two_cases.path / "baselines/bot.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["case"] for line in lines[1:]] == ["one", "two"]


def test_the_same_answers_again_are_no_change_and_green(two_cases: "Project") -> None:
    accept(two_cases)

    result = two_cases.pytest("suites")

    assert result.status == 0, result.out
    assert two_cases.verdict()["suites"][0]["regressed"] == []


def test_a_case_that_passed_before_and_fails_now_is_red_and_named(
    two_cases: "Project",
) -> None:
    accept(two_cases)
    two_cases.answers({"one?": "The answer is 1.", "two?": "No idea."})

    result = two_cases.pytest("suites")

    assert result.status == 1
    suite = two_cases.verdict()["suites"][0]
    assert suite["regressed"] == ["two"]
    assert suite["comparison"] == "regression"
    assert "FAILED suites/bot.eval.yaml::gate" in result.out


def test_a_case_that_failed_in_the_baseline_too_is_expected_to_fail(two_cases: "Project") -> None:
    two_cases.answers({"one?": "The answer is 1.", "two?": "No idea."})
    assert accept(two_cases, "--llmeval-accept-failures").status == 0

    result = two_cases.pytest("suites", "-rx")

    assert result.status == 0, result.out
    assert "XFAIL suites/bot.eval.yaml::two" in result.out


def test_a_known_failure_that_fails_a_further_check_is_red_and_named(project: "Project") -> None:
    project.suite(
        """
suite: bot
adapter: app
cases:
  - {id: one, prompt: "one?", expect: [{contains: missing}, {starts_with: The}]}
  - {id: two, prompt: "two?", expect: [{contains: "2"}]}
"""
    )
    assert accept(project, "--llmeval-accept-failures").status == 0
    project.answers({"one?": "No idea.", "two?": "The answer is 2."})

    result = project.pytest("suites")

    assert result.status == 1
    assert "FAILED suites/bot.eval.yaml::one" in result.out
    assert "failed in the baseline too; newly fails: starts_with" in result.out
    said = "1 of 2 cases failed in the baseline and newly fails further checks: one (starts_with)"
    assert said in result.out
    assert project.verdict()["suites"][0]["regressed"] == ["one"]


def test_what_the_replaced_baseline_did_better_is_named(two_cases: "Project") -> None:
    accept(two_cases)
    two_cases.answers({"one?": "The answer is 1.", "two?": "No idea."})

    result = accept(two_cases, "--llmeval-accept-failures")

    assert result.status == 0, result.out
    assert "suite 'bot': 1 case worse than in the replaced baseline: two" in result.out


def test_failing_cases_are_not_accepted_unless_confirmed(two_cases: "Project") -> None:
    two_cases.answers({"one?": "The answer is 1.", "two?": "No idea."})

    result = accept(two_cases)

    assert result.status == 1
    assert "--llmeval-accept-failures" in result.out
    assert not (two_cases.path / "baselines/bot.jsonl").exists()


def test_accepting_failures_without_an_update_hides_nothing(two_cases: "Project") -> None:
    two_cases.answers({"one?": "The answer is 1.", "two?": "No idea."})

    result = two_cases.pytest("suites", "--llmeval-accept-failures")

    assert result.status == 1
    assert "FAILED suites/bot.eval.yaml::two" in result.out
    assert not (two_cases.path / "baselines").exists()


def test_errors_are_never_accepted(two_cases: "Project") -> None:
    two_cases.answers({"one?": "1", "two?": {"raise": "no database"}})

    result = accept(two_cases, "--llmeval-accept-failures")

    assert result.status == 1
    assert not (two_cases.path / "baselines/bot.jsonl").exists()


def test_a_partial_update_keeps_the_other_cases(two_cases: "Project") -> None:
    accept(two_cases)

    result = accept(two_cases, "-k", "one")

    assert result.status == 0, result.out
    lines = (two_cases.path / "baselines/bot.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["case"] for line in lines[1:]] == ["one", "two"]


def test_a_case_gone_from_the_suite_fails_a_full_run(two_cases: "Project") -> None:
    accept(two_cases)
    suite = two_cases.path / "suites/bot.eval.yaml"
    suite.write_text(suite.read_text("utf-8").split("  - id: two")[0], encoding="utf-8")

    result = two_cases.pytest("suites")

    assert result.status == 1
    assert two_cases.verdict()["suites"][0]["gone"] == ["two"]


def test_a_partial_run_calls_no_case_gone(two_cases: "Project") -> None:
    accept(two_cases)

    result = two_cases.pytest("suites", "-k", "one")

    assert result.status == 0, result.out
    assert two_cases.verdict()["suites"][0]["gone"] == []


def test_a_changed_check_is_not_compared_and_named(two_cases: "Project") -> None:
    accept(two_cases)
    suite = two_cases.path / "suites/bot.eval.yaml"
    suite.write_text(suite.read_text("utf-8").replace('"2"', "answer"), encoding="utf-8")

    two_cases.pytest("suites")

    assert two_cases.verdict()["suites"][0]["changed"] == {"two": ["checks"]}


def test_a_broken_baseline_is_one_line_and_exit_4(two_cases: "Project") -> None:
    two_cases.write("baselines/bot.jsonl", "<<<<<<< HEAD\n")

    result = two_cases.pytest("suites")

    assert result.status == 4
    assert "baselines/bot.jsonl" in result.out + result.err
    assert "Traceback" not in result.out + result.err
    assert two_cases.asked() == []


def test_a_case_that_is_skipped_now_has_not_changed(two_cases: "Project") -> None:
    two_cases.pytest("suites", "--llmeval-update-baseline")
    suite = two_cases.path / "suites/bot.eval.yaml"
    text = suite.read_text("utf-8").replace("- id: two", "- id: two\n    skip: later")
    suite.write_text(text, encoding="utf-8")

    result = two_cases.pytest("suites")

    assert result.status == 0, result.out
    assert "1 case of the baseline is skipped now: two" in result.out
    assert "changed in" not in result.out


def test_a_broken_baseline_is_one_line_in_a_dry_run_too(two_cases: "Project") -> None:
    two_cases.write("baselines/bot.jsonl", "<<<<<<< HEAD\n")

    result = two_cases.pytest("suites", "--llmeval-dry-run")

    assert result.status == 4
    assert "baselines/bot.jsonl:1: merge-conflict marker" in result.err
    assert "Traceback" not in result.out + result.err
    assert "dry run" not in result.out


def test_a_limit_on_an_observed_value_turns_the_run_red(two_cases: "Project") -> None:
    two_cases.answers({"one?": "1", "two?": "No idea."})
    suite = two_cases.path / "suites/bot.eval.yaml"
    suite.write_text(
        suite.read_text("utf-8")
        + "gate:\n  mode: ratchet\n  limits: [{metric: pass_rate, min: 0.9}]\n",
        encoding="utf-8",
    )

    result = two_cases.pytest("suites")

    assert result.status == 1
    assert two_cases.verdict()["suites"][0]["metrics"][0]["limit_ok"] is False


def test_every_reason_against_an_update_is_a_line_of_its_own(project: "Project") -> None:
    for name in ("left", "right"):
        case = '{id: one, prompt: "one?", expect: [{contains: "9"}]}'
        text = f"suite: {name}\nadapter: app\ncases:\n  - {case}\n"
        project.suite(text, f"suites/{name}.eval.yaml")

    result = accept(project)

    for name in ("left", "right"):
        start = f"\nbaseline not updated: suite '{name}' is not accepted: 1 case fails: one"
        assert start in result.out


def test_update_is_refused_beside_a_bad_baseline_folder(two_cases: "Project") -> None:
    two_cases.write("baselines", "a file, not a folder")

    result = accept(two_cases)

    assert result.status != 0
    assert "Traceback" not in result.out + result.err


@pytest.mark.parametrize("inside", ["", "/deeper"])
@pytest.mark.parametrize("more", [(), ("--llmeval-update-baseline",)])
def test_a_file_in_place_of_the_baselines_folder_is_no_missing_baseline(
    two_cases: "Project", inside: str, more: tuple[str, ...]
) -> None:
    accept(two_cases)

    result = two_cases.pytest("suites", f"--llmeval-baselines=baselines/bot.jsonl{inside}", *more)

    assert result.status == 4
    assert "bot.jsonl: is a file; baselines are kept in a folder" in result.err
    assert "Traceback" not in result.err


def test_labels_that_name_no_reply_are_told_when_the_reply_has_changed(project: "Project") -> None:
    cases = "".join(
        f"  - {{id: c{n}, prompt: 'q{n}', expect: [{{contains: 'r'}}]}}\n" for n in range(6)
    )
    project.suite(f"suite: bot\nadapter: app\ngate: {{labels: people.csv}}\ncases:\n{cases}")
    project.write("suites/people.csv", "case;verdict\nc0;good\n" + "c1;bad\nc2;bad\n")
    project.answers({f"q{n}": f"reply {n}" for n in range(6)})
    project.pytest("suites", "--llmeval-update-baseline")
    said = "1 label does not say of which reply it is, and the reply is another than in"
    assert said not in str(project.verdict()["suites"][0]["notes"])

    project.answers({f"q{n}": f"reply {n}" for n in range(1, 6)} | {"q0": "another reply"})
    project.pytest("suites")

    assert said in str(project.verdict()["suites"][0]["notes"])


def test_a_failure_that_the_gate_counts_says_what_failed(two_cases: "Project") -> None:
    suite = two_cases.path / "suites/bot.eval.yaml"
    suite.write_text(suite.read_text("utf-8") + "gate: {mode: statistical}\n", encoding="utf-8")
    two_cases.pytest("suites", "--llmeval-update-baseline")
    two_cases.answers({"one?": "The answer is 1.", "two?": "No idea."})

    result = two_cases.pytest("suites", "-rx")

    assert "XFAIL suites/bot.eval.yaml::two - counted by the gate: contains: " in result.out
