"""pytest's own ways to stop and to choose, where what is asked is not fixed before the run."""

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

ROUNDS = """
suite: bot
adapter: app
repeat: {min: 1, max: 3}
gate: {unit: trial}
cases:
  - {id: one, prompt: "one?", expect: [{contains: "1"}]}
  - {id: two, prompt: "two?", expect: [{contains: missing}]}
  - {id: three, prompt: "three?", expect: [{contains: "3"}]}
"""
SEARCH = """
suite: bot
adapter: clerk
cases:
  - {id: first, prompt: Hello, expect: []}
  - id: mail
    prompt: "Summarise this:\\n\\n{{ attack }}"
    expect: []
    attack: {mode: adaptive, carrier: csv, goals: [say_marker], sample: 12, benign: 0,
             techniques: override, encodings: plain}
  - {id: last, prompt: Hello, expect: []}
"""
CLERK = '\n[adapters.clerk]\ntype = "python"\ncall = "clerk:answer"\n'


@pytest.fixture(params=["rounds", "search"])
def second_fails(project: "Project", request: pytest.FixtureRequest) -> "Project":
    """Return a project of which the second item fails."""
    config = project.path / "llmeval.toml"
    config.write_text(config.read_text("utf-8") + CLERK, "utf-8")
    project.clerk("1,lamp")
    project.suite(ROUNDS if request.param == "rounds" else SEARCH)
    return project


def outcomes(out: str) -> dict[str, str]:
    """Return what each item came to, in order, by the first word of its id."""
    found: dict[str, str] = {}
    for line in out.splitlines():
        if line.startswith("suites/"):
            nodeid, word = line.split()[:2]
            # A search stands before its controls.
            found.setdefault(nodeid.split("::")[1].split("[")[0], word)
    return found


FAILING = {"two", "mail"}


@pytest.mark.parametrize("option", ["-x", "--maxfail=1"])
def test_the_first_failure_stops_the_run(second_fails: "Project", option: str) -> None:
    result = second_fails.pytest("suites", "-v", option)

    found = outcomes(result.out)
    assert result.status == 1
    assert len(found) == 3
    assert {case for case, word in found.items() if word == "FAILED"} - FAILING == {"gate"}
    assert "stopping after 1 failures" in result.out


def test_a_failed_gate_is_no_failure_to_stop_for(second_fails: "Project") -> None:
    result = second_fails.pytest("suites", "--maxfail=2")

    assert "stopping after" not in result.out
    assert "2 failed" in result.out


def test_what_failed_last_is_run_alone(second_fails: "Project") -> None:
    second_fails.pytest("suites")

    result = second_fails.pytest("suites", "-v", "--lf")

    assert outcomes(result.out).keys() - FAILING == {"gate"}
    known = json.loads((second_fails.path / ".pytest_cache/v/cache/lastfailed").read_text("utf-8"))
    assert [nodeid.split("::")[1].split("[")[0] in FAILING for nodeid in known] == [True]


def test_what_failed_last_is_run_first(second_fails: "Project") -> None:
    second_fails.pytest("suites")

    result = second_fails.pytest("suites", "-v", "--ff")

    found = outcomes(result.out)
    assert next(iter(found)) in FAILING
    assert len(found) == 4


def test_stepwise_goes_on_where_it_stopped(second_fails: "Project") -> None:
    second_fails.pytest("suites", "--sw")
    again = second_fails.pytest("suites", "-v", "--sw")
    skipping = second_fails.pytest("suites", "-v", "--sw-skip")

    assert outcomes(again.out).keys() - FAILING == {"gate"}
    assert outcomes(skipping.out).keys() & {"three", "last"}
    assert not outcomes(skipping.out).keys() & {"one", "first"}


@pytest.mark.parametrize("options", [("-k", "not two and not mail"), ()], ids=["k", "deselect"])
def test_what_is_left_out_is_not_asked(second_fails: "Project", options: tuple[str, ...]) -> None:
    nodes = [f"--deselect=suites/bot.eval.yaml::{case}" for case in FAILING]

    result = second_fails.pytest("suites", *(options or nodes))

    assert result.status == 0, result.out
    assert second_fails.verdict()["suites"][0]["status"] == "passed"
    assert not [asked for asked in second_fails.asked() if asked == "two?" or "lamp" in asked]


def test_problems_stand_in_the_order_of_trials(project: "Project") -> None:
    project.suite(ROUNDS)

    result = project.pytest("suites", "-k", "two")

    # Where CI is set, pytest's summary at the end tells everything once more.
    told = result.out.partition("short test summary info")[0]
    order = [line[:9] for line in told.splitlines() if line.startswith("trial ")]
    assert order == [f"trial {trial}/3" for trial in (1, 1, 2, 2, 3, 3)]


def test_a_case_with_brackets_in_its_id_is_known_to_last_failed(project: "Project") -> None:
    project.write("rows.csv", "question,answer\none?,1\ntwo?,9\n")
    project.suite(
        "suite: bot\nadapter: app\ncases:\n  - id: rows\n    dataset: file:../rows.csv\n"
        '    prompt: "{{ question }}"\n    expect: [{contains: "{{ answer }}"}]\n'
    )
    project.pytest("suites")

    result = project.pytest("suites", "-v", "--lf")

    asked = [line for line in result.out.splitlines() if "::rows[" in line and "%]" in line]
    assert len(asked) == 1
    assert " FAILED " in asked[0]
    assert "reply: The answer is 2.\nprompt: two?\n" in result.out


MARKS = """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        if "smoke" in item.keywords:
            item.add_marker(pytest.mark.MARK)
"""


def marked(project: "Project", mark: str) -> None:
    project.write("conftest.py", MARKS.replace("MARK", mark))
    project.answers({"one?": "No idea.", "two?": "2"})


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize(
    "mark",
    [
        "skip('too slow')",
        "skipif(True, reason='too slow')",
        "xfail(run=False, reason='too slow')",
    ],
)
def test_a_case_that_conftest_marks_to_be_skipped_is_not_asked(
    two_cases: "Project", mark: str, workers: str
) -> None:
    marked(two_cases, mark)

    result = two_cases.pytest("suites", "-rs", "-n", workers)

    assert result.status == 0, result.out
    assert two_cases.asked() == ["two?"]
    assert "too slow" in result.out
    assert "1 passed, 1 skipped" in result.out


def test_a_failure_that_conftest_expects_is_in_no_gate(two_cases: "Project") -> None:
    marked(two_cases, "xfail(reason='BUG-7')")

    expected = two_cases.pytest("suites", "-rx")
    counted = two_cases.pytest("suites", "--runxfail")

    assert expected.status == 0, expected.out
    assert "BUG-7" in expected.out
    assert "1 case expected to fail, in no figure: one" in expected.out
    assert counted.status == 1


def test_without_the_plug_in_that_knows_them_marks_say_nothing(two_cases: "Project") -> None:
    marked(two_cases, "skip")

    result = two_cases.pytest("suites", "-p", "no:skipping")

    assert result.status == 1
    assert sorted(two_cases.asked()) == ["one?", "two?"]
