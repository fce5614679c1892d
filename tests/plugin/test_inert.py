"""A project without suites must not notice that llmeval is installed."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmeval.plugin.session import SuiteSession

if TYPE_CHECKING:
    from tests.plugin.conftest import Project


PROBE = """
import json, sys
def test_a() -> None:
    ours = sorted(m for m in sys.modules if m.split(".")[0] == "llmeval")
    heavy = [m for m in ("sklearn", "numpy", "aiohttp", "jinja2", "jsonschema", "yaml", "regex",
                         "rapidfuzz", "asyncio", "tomllib", "msgspec") if m in sys.modules]
    json.dump({"ours": ours, "heavy": heavy}, open("modules.json", "w"))
"""


def test_an_unrelated_project_imports_four_modules_and_writes_nothing(
    project: "Project",
) -> None:
    for name in ("llmeval.toml", "app.py", "answers.json"):
        (project.path / name).unlink()
    project.write("test_a.py", PROBE)

    result = project.pytest("-q", "-p", "no:cacheprovider", "-p", "no:anyio", "-p", "no:asyncio")

    assert result.status == 0
    assert "llmeval" not in result.out
    modules = json.loads((project.path / "modules.json").read_text("utf-8"))
    assert len(modules["ours"]) <= 4, modules["ours"]
    assert modules["heavy"] == []
    left = {path.name for path in project.path.iterdir()} - {"__pycache__"}
    assert left == {"test_a.py", "modules.json"}


def test_a_suite_under_another_name_is_pointed_out(two_cases: "Project") -> None:
    two_cases.suite("suite: other\ncases: []\n", "suites/other.yaml")

    result = two_cases.pytest("suites")

    assert "name it *.eval.yaml" in result.out


@pytest.mark.parametrize(
    "args", [(), ("suites",), ("suites/bot.yaml",), ("-n", "1", "suites/bot.yaml::one")]
)
def test_the_only_suite_under_another_name_is_pointed_out(
    project: "Project", args: tuple[str, ...]
) -> None:
    project.suite("suite: bot\ncases: []\n", "suites/bot.yaml")

    result = project.pytest(*args)

    assert result.status in (4, 5)
    assert result.out.count("suites/bot.yaml has `cases` but is not collected: name it") == 1


def test_other_yaml_files_are_no_misnamed_suites(project: "Project") -> None:
    project.write("compose.yaml", "services: {}\n")
    project.write("suites/data.yml", "- {cases: 3}\n")

    result = project.pytest()

    assert result.status == 5
    assert "llmeval ==" not in result.out


def test_a_selection_that_leaves_nothing_names_no_file(two_cases: "Project") -> None:
    result = two_cases.pytest("suites", "-k", "nothing")

    assert result.status == 5
    assert "not collected" not in result.out


def test_the_plugin_can_be_switched_off(two_cases: "Project") -> None:
    result = two_cases.pytest("suites", "-p", "no:llmeval")

    assert result.status == 5


def test_our_modules_go_past_the_rewriting_of_asserts(two_cases: "Project") -> None:
    two_cases.write(
        "conftest.py",
        "import sys\n"
        "def pytest_llmeval_run_finished(run, verdict):\n"
        "    found = {type(m.__spec__.loader).__name__ for n, m in list(sys.modules.items())\n"
        "             if n.startswith(('llmeval.suite.', 'llmeval.run.', 'llmeval.report.'))}\n"
        "    print('loaders:', found)\n",
    )
    two_cases.write("suites/test_own.py", "def test_own():\n    assert [1] == [2]\n")

    result = two_cases.pytest("suites", "-s")

    assert "loaders: {'SourceFileLoader'}" in result.out
    assert "At index 0 diff: 1 != 2" in result.out  # others' asserts are rewritten as ever


def test_reading_every_attribute_begins_no_run(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    """As pytest before 8.3 does with the plug-ins that it registers."""
    session = SuiteSession(pytestconfig, tmp_path)

    for name in dir(session):
        with suppress(Exception):
            getattr(session, name)

    assert session._measurement is None
