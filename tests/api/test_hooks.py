"""The hooks of conftest.py files, without pytest."""

from pathlib import Path

import pytest

import llmeval
from llmeval.api.project import find_project
from llmeval.errors import ConfigError

ADAPTER = """
from dataclasses import dataclass
import llmeval

@dataclass(frozen=True)
class Kind:
    async def respond(self, request):
        return llmeval.Reply(text="sure, never")

def pytest_llmeval_adapters(registry):
    registry.add_adapter("kind", Kind)
"""


def test_adapters_of_a_conftest_are_known(suite: Path) -> None:
    (suite.parent / "conftest.py").write_text(ADAPTER, encoding="utf-8")
    (suite.parent / "llmeval.toml").write_text('[adapters.k]\ntype = "kind"\n', encoding="utf-8")

    assert "kind" in find_project(suite).registry.adapter_types


def test_checks_of_a_conftest_beside_the_suites_are_known(suite: Path) -> None:
    folder = suite.parent / "suites"
    folder.mkdir()
    (folder / "conftest.py").write_text(
        "from own_rules import calm\n"
        "def pytest_llmeval_scorers(registry): registry.add_scorer('calm', calm)\n",
        encoding="utf-8",
    )
    (folder / "own_rules.py").write_text("def calm(reply, case): return True\n", encoding="utf-8")

    assert "calm" in find_project(suite).registry.checks
    assert llmeval.score("calm", "text").passed


def test_other_conftests_are_not_imported(suite: Path) -> None:
    (suite.parent / "conftest.py").write_text("raise SystemError", encoding="utf-8")

    find_project(suite)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(
            "import no_such_module  # pytest_llmeval_scorers",
            "conftest.py: cannot be imported: "
            "ModuleNotFoundError(\"No module named 'no_such_module'\")",
            id="import",
        ),
        pytest.param(
            "def pytest_llmeval_scorers(registry): registry.add_scorer('not_mine', len)",
            "conftest.py: pytest_llmeval_scorers: check name 'not_mine': "
            "'not_' is kept for the twins of checks",
            id="name",
        ),
    ],
)
def test_a_broken_conftest_is_one_line(suite: Path, source: str, message: str) -> None:
    (suite.parent / "conftest.py").write_text(source, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        find_project(suite)

    assert str(caught.value) == f"{suite.parent}/{message}"
