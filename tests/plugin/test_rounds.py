"""Suites whose number of rounds is left open, through plain pytest and the commands."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

CASES = 60
SUITE = """
suite: bot
adapter: app
repeat: {min: 1, max: 10}
gate: {unit: trial}
cases:
  - id: q
    dataset: rows.csv
    prompt: "q{{ n }}"
    expect: [{contains: "a{{ n }}"}]
"""
ALL = CASES * 10


def right(but: int = 0) -> dict[str, Any]:
    """Answers, of which the first few are wrong."""
    return {f"q{n}": "no" if n <= but else f"a{n}" for n in range(1, CASES + 1)}


@pytest.fixture(scope="module", name="measured")
def _measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with a baseline of ten rounds, to be copied."""
    from tests.plugin import conftest

    made = conftest.Project(tmp_path_factory.mktemp("rounds"))
    made.write("llmeval.toml", conftest.CONFIG)
    made.write("app.py", conftest.APP)
    made.answers(right())
    made.suite(SUITE)
    made.write("suites/rows.csv", "n\n" + "".join(f"{n}\n" for n in range(1, CASES + 1)))
    result = made.pytest("suites", "--llmeval-update-baseline")
    assert result.status == 0, result.out
    assert len(made.asked()) == ALL
    assert "all 10 rounds were made: the run is to become the baseline" in result.out
    (made.path / "asked.log").unlink()
    shutil.rmtree(made.path / "reports")
    return made.path


@pytest.fixture(name="bot")
def _bot(measured: Path, project: "Project") -> "Project":
    """Return a project of its own with that baseline."""
    shutil.copytree(measured, project.path, dirs_exist_ok=True)
    return project


def rounds(project: "Project") -> dict[str, Any]:
    (suite,) = project.verdict()["suites"]
    found: dict[str, Any] = suite["rounds"]
    return found


def test_an_unchanged_suite_is_settled_as_soon_as_a_drop_is_excluded(bot: "Project") -> None:
    result = bot.pytest("suites")

    assert result.status == 0, result.out
    assert set(Counter(bot.asked()).values()) == {2}
    said = "settled after 2 of at most 10 rounds (look 2 of 5): 480 calls saved"
    assert said in result.out
    assert said in (bot.path / "reports/latest/summary.md").read_text("utf-8")
    assert said in (bot.path / "reports/latest/report.html").read_text("utf-8")
    assert bot.verdict()["suites"][0]["comparison"] == "no_change"
    assert rounds(bot)["made"] == 2
    assert planned(bot) == {
        "min": 1,
        "max": 10,
        "looks": [1, 2, 3, 5, 10],
        "calls": CASES,
        "own": [],
        "why": None,
    }


def planned(project: "Project") -> Any:
    """Return what was stored before anything was asked."""
    log = (project.path / "reports/latest/results.jsonl").read_text("utf-8")
    return json.loads(log.partition("\n")[0])["suites"]["bot"]["rounds"]


def test_what_broke_is_told_after_the_first_round(bot: "Project") -> None:
    bot.answers(right(but=6))

    result = bot.pytest("suites")

    assert result.status == 1, result.out
    assert len(bot.asked()) == CASES
    assert "settled after 1 of at most 10 rounds (look 1 of 5): 540 calls saved" in result.out
    assert "Worse: 6 of 60 cases broke" in result.out
    assert "6 xfailed" in result.out


def test_workers_settle_a_suite_just_so(bot: "Project") -> None:
    result = bot.pytest("suites", "-n", "2")

    assert result.status == 0, result.out
    assert "settled after 2 of at most 10 rounds" in result.out
    assert len(bot.asked()) == 2 * CASES


def test_a_worker_that_dies_between_rounds_loses_nothing(bot: "Project") -> None:
    bot.write(
        "app.py",
        (bot.path / "app.py").read_text("utf-8") + "\nright = answer\n"
        "def answer(messages):\n"
        "    asked = HERE / 'asked.log'\n"
        "    if asked.exists() and len(asked.read_text().splitlines()) == 90:\n"
        "        asked.write_text(asked.read_text() + '\"died\"\\n')\n"
        "        os._exit(9)\n"
        "    return right(messages)\n",
    )

    result = bot.pytest("suites", "-n", "2", "--llmeval-concurrency", "1")

    assert "crashed" in result.out
    assert Counter(trial["trial"] for trial in bot.trials()) == {1: CASES, 2: CASES}
    assert len(bot.asked()) == 2 * CASES + 1  # and who died


def test_without_a_baseline_all_rounds_are_made(bot: "Project") -> None:
    shutil.rmtree(bot.path / "baselines")

    result = bot.pytest("suites")

    assert result.status == 0, result.out
    assert len(bot.asked()) == ALL
    assert "all 10 rounds were made: no baseline is stored" in result.out


def test_a_number_on_the_command_line_takes_the_place_of_open_rounds(bot: "Project") -> None:
    result = bot.pytest("suites", "--llmeval-repeat", "3")

    assert result.status == 0, result.out
    assert len(bot.asked()) == 3 * CASES
    assert rounds(bot) is None


def test_another_mode_asked_for_from_outside_makes_all_rounds(bot: "Project") -> None:
    result = bot.pytest("suites", "--llmeval-gate", "strict")

    assert "all 10 rounds were made: mode `strict` does not look" in result.out
    assert len(bot.asked()) == ALL


def test_a_run_that_its_results_ended_does_not_become_the_baseline(bot: "Project") -> None:
    bot.pytest("suites")

    accepted = command(bot, "accept")

    assert accepted.returncode != 0
    assert "it ended after 2 of at most 10 rounds because of what it gave" in accepted.stderr
    assert "--llmeval-update-baseline or --llmeval-repeat 10" in accepted.stderr


def test_a_stored_run_is_judged_again_at_the_look_that_settled_it(bot: "Project") -> None:
    bot.answers(right(but=6))
    bot.pytest("suites")

    judged = command(bot, "gate", "--json")

    assert judged.returncode == 1
    (again,) = json.loads(judged.stdout)["suites"]
    (suite,) = bot.verdict()["suites"]
    assert (again["rounds"], again["metrics"]) == (suite["rounds"], suite["metrics"])


def test_a_resumed_run_goes_on_and_looks_where_it_was_to_look(bot: "Project") -> None:
    bot.pytest("suites", "-x", "--llmeval-deadline", "0.001")
    bot.path.joinpath("asked.log").unlink(missing_ok=True)

    result = bot.pytest("suites", "--llmeval-resume")

    assert result.status == 0, result.out
    assert rounds(bot)["made"] == 2


def test_other_looks_are_no_way_to_go_on_with_a_run(bot: "Project") -> None:
    bot.pytest("suites")
    bot.suite(SUITE.replace("max: 10", "max: 20"))

    longer = bot.pytest("suites", "--llmeval-resume")
    fixed = bot.pytest("suites", "--llmeval-resume", "--llmeval-repeat", "10")

    assert (longer.status, fixed.status) == (4, 4)
    assert (
        "suite 'bot': the run to resume has looks after 1, 2, 3, 5, 10 rounds, this one looks "
        "after 1, 2, 3, 5, 10, 20 rounds; looks are fixed before a run: start a new one without "
        "--llmeval-resume"
    ) in longer.err
    assert "this one a fixed number of trials" in fixed.err


def test_a_plan_says_from_how_many_calls_to_how_many(bot: "Project") -> None:
    found = command(bot, "plan", "suites")

    assert "bot: 60 cases, 60 to 600 calls, about " in found.stdout
    assert bot.asked() == []


def test_a_dry_run_without_a_baseline_counts_all_rounds(bot: "Project") -> None:
    shutil.rmtree(bot.path / "baselines")

    dry = bot.pytest("suites", "--llmeval-dry-run")

    assert "bot: 60 cases, 600 calls, about " in dry.out
    assert "  all 10 rounds would be made: no baseline is stored" in dry.out


def test_each_of_several_suites_is_settled_on_its_own(bot: "Project") -> None:
    bot.suite(SUITE.replace("suite: bot", "suite: fixed").replace("{min: 1, max: 10}", "3"))
    bot.suite(SUITE, "suites/open.eval.yaml")

    result = bot.pytest("suites")

    assert result.status == 0, result.out
    assert len(bot.asked()) == (3 + 2) * CASES


def test_a_recording_replays_the_same_rounds(bot: "Project") -> None:
    bot.pytest("suites", "--llmeval-record", "tape.jsonl")

    result = bot.pytest("suites", "--llmeval-replay", "tape.jsonl")

    assert result.status == 0, result.out
    assert rounds(bot)["made"] == 2
    assert len(bot.asked()) == 2 * CASES


def command(project: "Project", *args: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "llmeval.cli", *args],
        cwd=project.path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
