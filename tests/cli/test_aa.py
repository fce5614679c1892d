"""`llmeval aa`: an unchanged application against itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmeval.compare.measured import SuiteTable
from llmeval.compare.unchanged import GATE, Alarms, alarms
from llmeval.records import GateSpec, Outcome, Trial

Run = Callable[..., Any]

SUITE = """
suite: bot
adapter: echo
cases:
  - {id: hello, prompt: Hello, expect: [{contains: Hello}]}
  - {id: bye, prompt: Bye, expect: [{contains: Bye}]}
"""


@pytest.fixture
def bot(project: Path) -> Path:
    (project / "llmeval.toml").write_text("", encoding="utf-8")
    (project / "bot.eval.yaml").write_text(SUITE, encoding="utf-8")
    return project


def test_an_application_that_never_differs_raises_no_alarm(bot: Path, command: Run) -> None:
    found = command("aa", "bot.eval.yaml", "-n", "3", "--repeat", "2")

    assert found.status == 0
    assert "run 3 of 3: 4 trials" in found.err
    assert found.out.splitlines() == [
        "bot: false alarms in 2 comparisons of unchanged runs, 2 cases",
        "  this gate          0    0 % (95 % interval 0 … 84)",
        "  any new failure    0    0 % (95 % interval 0 … 84)",
        "  2 points           0    0 % (95 % interval 0 … 84)",
        "  paired t           0    0 % (95 % interval 0 … 84)",
        "  correlation of trials within a run: 0.00",
    ]


def test_programs_read_the_same_as_json(bot: Path, command: Run) -> None:
    found = json.loads(command("aa", "bot.eval.yaml", "-n", "2", "--json").out)

    assert found["is_calibrated"] is True
    assert found["alarms"][GATE] == 0
    assert found["correlation"] is None


def test_what_the_application_prints_is_no_data(bot: Path, command: Run) -> None:
    (bot / "llmeval.toml").write_text(
        '[adapters.echo]\ntype = "python"\ncall = "chatty:answer"\n', encoding="utf-8"
    )
    (bot / "chatty.py").write_text(
        "def answer(messages):\n    print('asked')\n    return messages[-1]['content']\n",
        encoding="utf-8",
    )

    ended = command("aa", "bot.eval.yaml", "-n", "2", "--json")

    assert json.loads(ended.out)["is_calibrated"] is True
    assert ended.err.count("asked\n") == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("bot.eval.yaml", "-n", "1"), "-n 1: expected 2 or more runs, to have something to"),
        (("other.eval.yaml",), "other.eval.yaml: no such suite file"),
        ((".",), ".: is a folder; name one suite file in it"),
    ],
    ids=["one-run", "no-file", "folder"],
)
def test_wrong_usage_is_one_line(
    bot: Path, command: Run, arguments: tuple[str, ...], message: str
) -> None:
    found = command("aa", *arguments)

    assert found.status == 4
    assert message in found.err
    assert found.err.count("\n") == 1


def test_runs_in_which_nothing_could_be_measured_tell_nothing(bot: Path, command: Run) -> None:
    (bot / "llmeval.toml").write_text(
        '[adapters.gone]\ntype = "python"\ncall = "gone:answer"\n', encoding="utf-8"
    )
    (bot / "gone.py").write_text(
        "def answer(messages):\n    raise ValueError('x')\n", encoding="utf-8"
    )

    found = command("aa", "bot.eval.yaml", "-n", "2", "--adapter", "gone")

    assert found.status == 2
    assert "nothing was measured in two runs one after the other" in found.err


def run_of(marks: dict[str, str]) -> SuiteTable:
    outcomes: dict[str, Outcome] = {"p": "passed", "f": "failed"}
    table = SuiteTable("bot")
    for index, (case, row) in enumerate(marks.items()):
        for number, mark in enumerate(row, start=1):
            table.add(
                Trial(
                    nodeid=case,
                    suite="bot",
                    case=case,
                    index=index,
                    adapter="a",
                    trial=number,
                    outcome=outcomes[mark],
                )
            )
    return table


def test_other_rules_cry_wolf_where_the_gate_does_not() -> None:
    sure = {f"s{n:02}": "pp" for n in range(20)}
    runs = [run_of(sure | {"a": a, "b": b}) for a, b in (("pp", "ff"), ("ff", "pp"), ("pp", "ff"))]

    found = alarms(GateSpec(), runs)

    assert found is not None
    assert found.alarms == {GATE: 0, "any new failure": 2, "2 points": 0, "paired t": 0}
    assert found.correlation == 1.0


def test_alarms_that_alpha_does_not_explain_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    from llmeval.cli.aa import _lines

    found = Alarms(
        suite="bot",
        cases=9,
        comparisons=19,
        alarms={GATE: 5},
        likely={GATE: (0.09, 0.51)},
        correlation=0.4,
        alpha=0.05,
    )

    assert not found.is_calibrated
    assert _lines(found)[-1] == (
        "  more than alpha 0.05 explains: trials of a run resemble each other "
        "(set `unit: run`), or the service changed between the runs"
    )


def test_a_gate_that_looks_is_tried_with_its_looks() -> None:
    """One look after ten rounds would cry wolf here; the first of five finds a drop excluded."""
    sure = {f"s{n:03}": "p" * 10 for n in range(150)}
    late = {f"b{n}": "p" + "f" * 9 for n in range(2)}
    runs = [run_of(sure | dict.fromkeys(late, "p" * 10)), run_of(sure | late)]
    gate = GateSpec(unit="trial")

    once, looked = alarms(gate, runs), alarms(gate, runs, rounds=(1, 10))

    assert once is not None
    assert looked is not None
    assert (once.alarms[GATE], looked.alarms[GATE]) == (1, 0)
