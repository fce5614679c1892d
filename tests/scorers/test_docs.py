"""docs/checks.md: every example loads and binds, every check is on the page."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmeval.config import Settings
from llmeval.parameters import parameters_of
from llmeval.records import Judge
from llmeval.registry import Registry
from llmeval.scorers.binding import bind
from llmeval.suite.build import case as build_case
from llmeval.suite.load import load

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"

HEAD = """\
adapter: echo
cases:
  - id: example
    prompt: "?"
    references: [30 days]
    vars: {references: [30 days]}
    expect:
"""


def _examples() -> Iterator[tuple[int, str]]:
    text = PAGE.read_text(encoding="utf-8")
    for block in re.finditer(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, block.start()) + 1, block[1]


@pytest.mark.parametrize(("line", "example"), list(_examples()), ids=lambda v: str(v)[:4])
def test_every_example_of_the_page_loads_and_binds(tmp_path: Path, line: int, example: str) -> None:
    suite_file = tmp_path / "page.eval.yaml"
    indented = "".join(f"      {row}\n" for row in example.splitlines())
    suite_file.write_text(HEAD + indented, encoding="utf-8")
    settings = Settings(
        root=tmp_path, baselines=tmp_path, reports=tmp_path, cache_dir=tmp_path, allow_run=True
    )
    (tmp_path / "hidden.py").write_text("print('good')\n", encoding="utf-8")

    registry = Registry()
    registry.judges["default"] = Judge(name="default", adapters=("echo",))
    suite = load(suite_file, settings, registry, today=datetime.date(2026, 11, 23))
    (spec,) = suite.cases
    bound = bind(build_case(suite, spec).checks, registry)

    assert len(bound) == len(re.findall(r"^- ", example, re.MULTILINE)), f"line {line}"


def test_there_are_examples() -> None:
    assert len(list(_examples())) >= 12


@pytest.mark.parametrize("name", Registry().checks)
def test_every_check_and_parameter_is_on_the_page(name: str) -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert f"`{name}`" in text
    for parameter in parameters_of(Registry().scorer_type(name)):
        assert f"`{parameter}`" in text, parameter


@pytest.mark.parametrize("name", Registry().checks)
def test_every_check_is_in_an_example(name: str) -> None:
    examples = "".join(example for _, example in _examples())

    assert re.search(rf"\b(?:not_)?{name}\b", examples)


def test_the_twins_promised_are_those_there_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    registry = Registry()

    promised = {
        name for name in registry.checks if re.search(rf"`not_{name}`|^- not_{name}\b", text, re.M)
    }

    assert {name for name in promised if not registry.scorer_type(name).negatable} == set()
