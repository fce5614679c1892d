"""`llmeval plan`: calls and cost, and what the gate would find."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import llmeval
from llmeval.compare import power
from llmeval.compare.inference.power import smallest_drop, suite
from llmeval.compare.power import Power
from llmeval.records import GateSpec
from llmeval.report.planned import lines
from llmeval.run.plan import Plan, SuitePlan

Run = Callable[..., Any]

SUITE = """
suite: bot
adapter: echo
repeat: 2
cases:
  - id: number
    dataset: numbers.csv
    prompt: "Number {{ number }}"
    expect: [{contains: Number}]
"""


@pytest.fixture
def bot(project: Path) -> Path:
    """A project with a suite of sixty cases."""
    (project / "llmeval.toml").write_text("", encoding="utf-8")
    folder = project / "suites"
    folder.mkdir()
    (folder / "bot.eval.yaml").write_text(SUITE, encoding="utf-8")
    rows = "".join(f"{n}\n" for n in range(60))
    (folder / "numbers.csv").write_text(f"number\n{rows}", encoding="utf-8")
    return project


def test_what_a_suite_needs_is_said_without_asking(bot: Path, command: Run) -> None:
    found = command("plan", "suites/bot.eval.yaml", "--repeat", "4")

    assert found.status == 0
    assert found.out.startswith("bot: 60 cases, 240 calls, about ")
    assert "probability" not in found.out


def test_with_a_baseline_it_says_which_drop_would_be_found(bot: Path, command: Run) -> None:
    asyncio.run(llmeval.run("suites/bot.eval.yaml", folder=bot / "reports" / "first"))
    command("accept", "first")

    found = command("plan")
    known = json.loads(command("plan", "--json").out)["suites"][0]

    assert "  against 1 baseline run a drop of " in found.out
    assert "points is found with 80 % probability" in found.out
    assert (known["power"]["cases"], known["power"]["runs"]) == (60, 1)
    assert 0.02 < known["power"]["drop"] < 0.2


def test_more_trials_find_smaller_drops() -> None:
    stored = tuple(((float(n % 4 > 0),),) for n in range(60))
    found = suite(stored, 1, by_run=False, alpha=0.05)

    few, many = smallest_drop(found), smallest_drop(found.with_trials(10))

    assert few is not None
    assert many is not None
    assert many < few


def test_cases_that_no_run_has_stored_tell_nothing(bot: Path, command: Run) -> None:
    from llmeval.compare import baseline

    asyncio.run(llmeval.run("suites/bot.eval.yaml", folder=bot / "reports" / "first"))
    command("accept", "first")
    stored = baseline.read(bot / "baselines" / "bot.jsonl")
    assert stored is not None

    assert power.of(GateSpec(), stored, {"another"}, 2) is None


@pytest.mark.parametrize(
    ("drop", "trials", "said"),
    [
        (None, None, "not even a drop of 50 points is found with 80 % probability"),
        (0.04, 3, "a drop of 4 points is found with 80 % probability"),
        (
            0.1,
            None,
            (
                "a drop of 10 points is found with 80 % probability; for 5 points no number of "
                "trials is enough: add cases or baseline runs"
            ),
        ),
        (
            0.075,
            15,
            (
                "a drop of 7.5 points is found with 80 % probability; 5 points need 15 trials "
                "a case on both sides"
            ),
        ),
    ],
    ids=["nothing", "enough", "cases", "trials"],
)
def test_what_would_be_found_in_words(drop: float | None, trials: int | None, said: str) -> None:
    own = SuitePlan(
        suite="bot", cases=9, trials=1, calls=9, input_tokens=1, output_tokens=1, cost_usd=0.0
    )

    shown = lines(Plan(suites=(own,)), {"bot": Power(cases=9, runs=3, drop=drop, trials=trials)})

    assert shown[1] == f"  against 3 baseline runs {said}"


def test_looks_find_nearly_what_all_rounds_at_once_do() -> None:
    from llmeval.compare.inference.sequence import Glance
    from llmeval.compare.looks import sequence

    stored = tuple(((float(n % 4 > 0),) * 5,) for n in range(40))
    once = suite(stored, 5, by_run=False, alpha=0.05)
    glances = tuple(Glance(*each) for each in sequence(2, 5, 0.05))

    found, looked = smallest_drop(once), smallest_drop(once._replace(glances=glances))

    assert found is not None
    assert looked is not None
    assert found <= looked <= 2 * found
