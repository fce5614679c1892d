"""`llmeval history`: one line a run, when the figures fell, which cases are flaky."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmeval.compare import verdict
from llmeval.compare.inference import change
from llmeval.records import MetricVerdict, SuiteVerdict

Run = Callable[..., Any]


@pytest.fixture
def ran(project: Path) -> Callable[..., None]:
    """Return a function that leaves the verdict of a run behind."""
    (project / "llmeval.toml").write_text("", encoding="utf-8")

    def leave(day: int, rate: float | None) -> None:
        name = f"202611{day:02}-080000-abcd"
        suite = SuiteVerdict(
            suite="bot",
            path="bot.eval.yaml",
            status="passed",
            mode="statistical",
            mode_reason="",
            comparison="no_change",
            counts={"cases": 9, "errors": 0},
            metrics=(MetricVerdict(metric="pass_rate", current=rate),),
        )
        folder = project / "reports" / name
        folder.mkdir(parents=True, exist_ok=True)
        verdict.write(folder / "verdict.json", verdict.combine([suite], run=name))

    return leave


def test_each_run_is_one_line_and_stays_when_its_report_is_gone(
    ran: Callable[..., None], project: Path, command: Run
) -> None:
    ran(1, 0.9)
    ran(2, 1.0)

    first = command("history")
    (project / "reports" / "20261101-080000-abcd" / "verdict.json").unlink()
    second = command("history")

    assert first.out == second.out == "bot: pass rate of 2 runs: 90.0 % 100 %\n"
    lines = (project / "reports" / "llmeval-history.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["run"] for line in lines] == [
        "20261101-080000-abcd",
        "20261102-080000-abcd",
    ]


def test_a_slow_slide_is_said(ran: Callable[..., None], command: Run) -> None:
    for day in range(1, 21):
        ran(day, 0.95 + 0.001 * (day % 3) - 0.005 * max(0, day - 10))

    found = command("history")

    assert "  pass rate fell from 9" in found.out
    assert found.out.rstrip().endswith("(p = 0.0005)")


def test_runs_that_vary_as_ever_are_not_said_to_fall() -> None:
    steady = [0.9, 0.92, 0.91, 0.93, 0.9, 0.92, 0.91, 0.9, 0.93, 0.91]

    found = change.of(steady)

    assert found is not None
    assert found.p > 0.05
    assert change.of(steady[:5]) is None


def test_flaky_cases_are_listed_with_what_they_pass(
    ran: Callable[..., None], project: Path, command: Run
) -> None:
    ran(1, 0.9)
    header = {"format": "llmeval-baseline/1", "suite": "bot", "cases": 2}
    runs = [{"number": 1, "run": "r", "trials": 8, "errors": 0}]
    trials = [{"run": 1, "trial": n, "outcome": "passed"} for n in (1, 2, 3)]
    failed = {"run": 1, "trial": 4, "outcome": "failed"}
    whole = {"run": 1, "trial": 4, "outcome": "passed"}
    lines = [
        {**header, "runs": runs},
        {"case": "a", "adapter": "x", "trials": [*trials, failed]},
        {"case": "b", "adapter": "x", "trials": [*trials, whole]},
    ]
    (project / "baselines").mkdir()
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (project / "baselines" / "bot.jsonl").write_text(text, encoding="utf-8")

    found = command("history")
    known = json.loads(command("history", "--json").out)

    said = "  flaky: a passes in 3 of 4 trials in 1 run (95 % interval 19.4 % … 99.4 %)"
    assert found.out.splitlines()[1:] == [said]
    assert [case["case"] for case in known["flaky"]["bot"]] == ["a"]
    assert len(known["runs"]) == 1


def test_without_a_history_the_reports_are_read(
    ran: Callable[..., None], project: Path, command: Run
) -> None:
    ran(1, 0.9)
    (project / "llmeval.toml").write_text('history = "off"\n', encoding="utf-8")

    assert command("history").out == "bot: pass rate of 1 run: 90.0 %\n"
    assert not (project / "reports" / "llmeval-history.jsonl").exists()


def test_a_suite_without_figures_says_so(ran: Callable[..., None], command: Run) -> None:
    ran(1, None)

    assert command("history").out == "bot: nothing measured\n"


def test_a_damaged_history_is_refused_with_its_line(
    ran: Callable[..., None], project: Path, command: Run
) -> None:
    ran(1, 0.9)
    (project / "own.jsonl").write_text("not json\n", encoding="utf-8")

    found = command("history", "--file", "own.jsonl")

    assert found.status == 2
    assert (
        "own.jsonl:1: is no line of a history; remove it, or the file, and run again" in found.err
    )
