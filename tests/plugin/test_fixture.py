"""The `llmeval` fixture in Python tests."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

TEST = """
def test_refund(llmeval):
    reply = llmeval.ask("one?", adapter="app")
    llmeval.check(reply, contains="1", not_contains="2", length={"max": 40, "unit": "words"})

def test_wrong(llmeval):
    reply = llmeval.ask("two?", adapter="app")
    llmeval.check(reply, contains="9")
"""


def test_what_a_test_asks_is_logged_and_judged_like_any_case(project: "Project") -> None:
    project.write("tests/test_bot.py", TEST)

    result = project.pytest("tests")

    assert result.status == 1
    assert "contains: does not contain '9'" in result.out
    assert [(t["suite"], t["case"], t["outcome"]) for t in project.trials()] == [
        ("tests.test_bot", "test_refund", "passed"),
        ("tests.test_bot", "test_wrong", "failed"),
    ]
    assert (project.path / "reports/latest/report.html").exists()


def test_workers_log_what_their_tests_ask_into_one_run(project: "Project") -> None:
    project.write("tests/test_bot.py", TEST)

    result = project.pytest("tests", "-n", "2")

    assert result.status == 1
    assert [t["case"] for t in project.trials()] == ["test_refund", "test_wrong"]


def test_tests_and_suites_share_a_run(two_cases: "Project") -> None:
    two_cases.write("tests/test_bot.py", TEST.split("def test_wrong", maxsplit=1)[0])

    result = two_cases.pytest("tests", "suites")

    assert result.status == 0, result.out
    assert [t["case"] for t in two_cases.trials()] == ["one", "two", "test_refund"]


def test_tests_and_suites_share_a_recording(two_cases: "Project") -> None:
    two_cases.write("tests/test_bot.py", TEST.split("def test_wrong", maxsplit=1)[0])

    result = two_cases.pytest("tests", "suites", "--llmeval-record", "rec.jsonl")

    assert result.status == 0, result.out
    assert len((two_cases.path / "rec.jsonl").read_text("utf-8").splitlines()) == 3


def test_asking_without_an_adapter_says_how_to_name_one(project: "Project") -> None:
    project.write("tests/test_bot.py", 'def test_a(llmeval): llmeval.ask("one?")\n')

    result = project.pytest("tests")

    assert result.status == 1
    assert "no adapter is named" in result.out
    assert "plugin/fixture.py:" not in result.out


def test_a_misspelt_check_is_shown_at_the_line_of_the_test(project: "Project") -> None:
    project.write("tests/test_bot.py", 'def test_a(llmeval):\n    llmeval.check("x", equal="x")\n')

    result = project.pytest("tests")

    assert result.status == 1
    assert "unknown check 'equal'; did you mean 'equals'?" in result.out
    assert "test_bot.py:2: UnknownNameError" in result.out
    assert "registry.py" not in result.out


def test_an_unknown_check_is_named(project: "Project") -> None:
    project.write("tests/test_bot.py", 'def test_a(llmeval): llmeval.check("text", contians="t")\n')

    result = project.pytest("tests")

    assert "did you mean 'contains'" in result.out


def test_a_wrong_parameter_is_named_with_its_check(project: "Project") -> None:
    project.write(
        "tests/test_bot.py",
        "def test_a(llmeval):\n"
        '    llmeval.check("x", contains="x", not_no_pii={"kinds": ["emial"]})\n',
    )

    result = project.pytest("tests")

    said = "not_no_pii: kinds: expected one of email, phone, iban, card, national_id, api_key, ip"
    assert f"{said}, found 'emial'; did you mean 'email'?" in result.out


def test_a_check_of_nothing_is_refused(project: "Project") -> None:
    project.write("tests/test_bot.py", 'def test_a(llmeval): llmeval.check("text")\n')

    result = project.pytest("tests")

    assert result.status == 1
    assert "check() was given no check; name one: check(reply, contains=…)" in result.out


def test_a_test_that_uses_no_fixture_writes_no_run(project: "Project") -> None:
    project.write("tests/test_bot.py", "def test_a(): pass\n")

    project.pytest("tests")

    assert not (project.path / "reports").exists()


def test_a_test_that_fails_by_its_own_assertion_is_a_failed_case(project: "Project") -> None:
    project.write(
        "tests/test_bot.py",
        "def test_a(llmeval):\n"
        '    reply = llmeval.ask("one?", adapter="app")\n'
        "    assert reply.text.count('1') == 7\n",
    )

    result = project.pytest("tests")

    assert result.status == 1
    (trial,) = project.trials()
    assert trial["outcome"] == "failed"
    assert trial["error"]["kind"] == "test_failed"
    assert "== 7" in trial["error"]["message"]


MARKED = """
import pytest

@pytest.mark.xfail(reason="BUG-7")
def test_check(llmeval):
    llmeval.check(llmeval.ask("two?", adapter="app"), contains="9")

@pytest.mark.xfail(reason="BUG-8")
def test_own(llmeval):
    assert llmeval.ask("two?", adapter="app").text == "9"

def test_later(llmeval):
    llmeval.ask("one?", adapter="app")
    pytest.skip("not today")

def test_good(llmeval):
    llmeval.check(llmeval.ask("one?", adapter="app"), contains="1")
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_pytest_expects_to_fail_or_skips_turns_no_gate_red(
    project: "Project", workers: str
) -> None:
    project.write("tests/test_bot.py", MARKED)

    result = project.pytest("tests", "-n", workers)

    assert result.status == 0, result.out
    assert "1 passed, 1 skipped, 2 xfailed" in result.out
    assert {t["case"]: (t["outcome"], t.get("xfail", False)) for t in project.trials()} == {
        "test_check": ("failed", True),
        "test_own": ("failed", True),
        "test_later": ("skipped", False),
        "test_good": ("passed", False),
    }


def test_runxfail_counts_the_tests_that_it_runs(project: "Project") -> None:
    project.write("tests/test_bot.py", MARKED)

    result = project.pytest("tests", "--runxfail")

    assert result.status == 1
    assert "1 passed, 2 failed, 1 skipped" in result.out


@pytest.mark.parametrize("workers", ["0", "2"])
def test_tests_are_held_against_their_baseline(project: "Project", workers: str) -> None:
    project.write("tests/test_bot.py", TEST.replace('contains="9"', 'contains="2"'))
    stored = project.pytest("tests", "--llmeval-update-baseline", "-n", workers)
    project.answers({"one?": "1", "two?": "No idea."})

    result = project.pytest("tests", "-n", workers)

    assert "baselines/tests.test_bot.jsonl: run" in stored.out
    assert "no change against the baseline (ratchet)" in stored.out
    assert result.status == 1
    assert "worse: 1 of 2 cases broke that passed in the baseline: test_wrong" in result.out
    assert "pass rate 100 % → 50.0 %" in result.out


def test_a_part_of_the_tests_calls_none_gone(project: "Project") -> None:
    project.write("tests/test_bot.py", TEST.replace('contains="9"', 'contains="2"'))
    project.pytest("tests", "--llmeval-update-baseline")

    result = project.pytest("tests", "-k", "refund")

    assert result.status == 0, result.out
    assert "gone" not in result.out


def test_a_broken_baseline_of_tests_is_one_line_and_red(project: "Project") -> None:
    project.write("tests/test_bot.py", TEST.split("def test_wrong", maxsplit=1)[0])
    project.write("baselines/tests.test_bot.jsonl", "<<<<<<< HEAD\n")

    result = project.pytest("tests")

    assert result.status == 1
    assert "baselines/tests.test_bot.jsonl:1: merge-conflict marker" in result.out
    assert "Traceback" not in result.out + result.err


def test_progress_counts_the_gates_of_tests(project: "Project") -> None:
    project.write("tests/test_bot.py", TEST.split("def test_wrong", maxsplit=1)[0])

    result = project.pytest("tests")

    assert "[100%]" in result.out
    assert "[200%]" not in result.out
