"""The pytest plugin's front: inert until a suite is collected.

pytest loads this module in every project where llmeval is installed. It must stay tiny, import
nothing heavy and touch no file; everything else is imported when the first suite is met.
"""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from llmeval.plugin.imports import skip_rewriting

    skip_rewriting()
    from llmeval.plugin.collect import SuiteFile
    from llmeval.plugin.fixture import Probe

# A plain tuple here as well as in plugin/schedule.py: importing that one would import xdist.
_SUITE_ENDINGS = (".eval.yaml", ".eval.yml")
_LATEST = "latest"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register every option as text; its value is checked when a suite is met."""
    from llmeval.options import OPTIONS

    group = parser.getgroup("llmeval", "evaluation and regression gate for LLM applications")
    for option in OPTIONS:
        arguments: dict[str, Any] = {"dest": f"llmeval_{option.key}", "help": option.help}
        if option.type == "flag":
            arguments |= {"action": "store_true", "default": None}
        else:
            arguments |= {"metavar": option.metavar}
        if option.type == "names":
            arguments |= {"action": "append"}
        if option.type == "run":
            arguments |= {"nargs": "?", "const": _LATEST}
        group.addoption(option.flag, **arguments)


def pytest_load_initial_conftests(args: list[str]) -> None:
    """Keep `--llmeval-resume suites` from taking the folder for the name of a run."""
    args[:] = [f"{arg}={_LATEST}" if arg == "--llmeval-resume" else arg for arg in args]


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hooks that llmeval calls."""
    from llmeval.plugin import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "SuiteFile | None":
    """Collect `*.eval.yaml` and `*.eval.yml`, and nothing else."""
    if not file_path.name.endswith(_SUITE_ENDINGS):
        return None
    from llmeval.plugin.imports import skip_rewriting

    skip_rewriting()
    from llmeval.plugin.collect import SuiteFile

    file: SuiteFile = SuiteFile.from_parent(parent, path=file_path)
    return file


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Where pytest found no test, name files that look like suites but are not called so."""
    if exitstatus in (pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR):
        from llmeval.plugin.misnamed import tell

        tell(terminalreporter)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker the name of the run, so that all write to one folder."""
    from llmeval.plugin import workers

    workers.configure(node)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what an xdist worker has selected and measured."""
    if "llmeval" in getattr(node, "workeroutput", {}):
        from llmeval.plugin import workers

        workers.collect_output(node)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Generator[None, object, object]:
    """Put all suites on one worker; without a suite xdist's own scheduler goes on."""
    usual = yield
    from llmeval.plugin.schedule import SchedulingByContent

    return SchedulingByContent(config, log, usual)


@pytest.fixture(name="llmeval")
def llmeval_fixture(request: pytest.FixtureRequest) -> "Generator[Probe]":
    """Ask the application and check its replies in a Python test."""
    from llmeval.plugin.fixture import probe

    yield from probe(request)
