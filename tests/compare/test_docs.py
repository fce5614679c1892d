"""The page on baselines and the gate says what the code does."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from llmeval.compare.gate import Comparison, Status
from llmeval.compare.metrics import OF_CASES, OF_CHECKS, OF_TRIALS
from llmeval.records import GateSpec, Mode
from llmeval.registry import Registry
from llmeval.suite.load import load

PAGE = (Path(__file__).parents[2] / "docs" / "baselines-and-gate.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
SUITE = """\
adapter: echo
cases:
  - id: a
    tags: [returns]
    prompt: thirty days
    expect: [{contains_any: [thirty days]}]
"""


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_is_a_gate_that_a_suite_can_have(
    config: Any, tmp_path: Path, example: str
) -> None:
    file = tmp_path / "bot.eval.yaml"
    file.write_text(SUITE + example, encoding="utf-8")

    found = load(file, config, Registry(), today=datetime.now(UTC).date()).gate

    stated = yaml.safe_load(example)["gate"]
    assert stated.keys() <= GateSpec.__dataclass_fields__.keys()
    assert len(found.limits) == len(stated.get("limits", ()))
    assert found.under_test == tuple(stated.get("under_test", GateSpec().under_test))


def test_every_key_of_the_gate_is_shown_with_its_default() -> None:
    (whole,) = (example for example in EXAMPLES if "alpha" in example)

    stated = yaml.safe_load(whole)["gate"]

    assert stated.keys() == GateSpec.__dataclass_fields__.keys()
    usual = GateSpec()
    numbers = [name for name, value in stated.items() if isinstance(value, int | float)]
    assert {name: stated[name] for name in numbers} == {n: getattr(usual, n) for n in numbers}


@pytest.mark.parametrize(
    "word",
    [
        *get_args(Mode),
        *get_args(Status),
        *get_args(Comparison),
        *OF_CASES,
        *(f"METRIC.{part}" for part in OF_CHECKS),
        *(f".{part}" for part in OF_TRIALS),
    ],
)
def test_every_word_of_modes_verdicts_and_figures_is_explained(word: str) -> None:
    assert f"`{word}`" in PAGE
