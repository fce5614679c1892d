"""Under pytest-xdist: what the controller tells the workers, and what comes back.

Workers measure and append to files of their own in the run's folder; the controller alone joins
them and writes baseline, report and verdict.
"""

import json
import secrets
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from llmeval.plugin.finish import Finished

KEY = "llmeval"
DIST = "llmeval_dist"
"""The controller's `--dist`: a worker's own option always says "no"."""


class Controller:
    """The controller's side of a run that is spread over workers."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        # What llmeval.run.folder names runs like, without importing it: no suite is known yet.
        self.run = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(2)}"
        self.outputs: list[dict[str, Any]] = []
        self._suite: str | None = None
        self._finished: Finished | None = None
        self._problems: list[str] = []
        """Why the parts could not be joined."""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Stop before anything is asked when a suite is bad, as a run without workers does."""
        if report.failed and report.nodeid.partition("::")[0].endswith(_SUITE_ENDINGS):
            dsession = self.config.pluginmanager.get_plugin("dsession")
            if dsession is not None and not dsession.shouldstop:
                dsession.shouldstop = "error during collection of suites"

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Judge the run when the workers are done, while pytest still shows progress."""
        result = yield
        self._finish(session)
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge what was measured of a run that was stopped; turn the exit status."""
        self._finish(session)
        if self._finished is not None:
            self._finished.turn_status(session)
        elif self._problems and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Remember a suite, from which the project can be found without the workers."""
        paths = (nodeid.partition("::")[0] for nodeid in ids)
        self._suite = next((path for path in paths if path.endswith(_SUITE_ENDINGS)), None)

    def _finish(self, session: pytest.Session) -> None:
        if self._finished is not None or self._problems:
            return
        outputs = self.outputs or self._left_behind()
        if not outputs:
            return
        from llmeval.errors import LlmevalError
        from llmeval.plugin.finish import finish_joined

        try:
            self._finished = finish_joined(outputs, session)
        except LlmevalError as error:
            told = [output["problem"] for output in self.outputs if output["problem"]]
            self._problems = [*told, *str(error).splitlines()]

    def _left_behind(self) -> list[dict[str, Any]]:
        """Return what workers that were killed would have said of their part."""
        if self._suite is None:
            return []
        from llmeval.errors import LlmevalError
        from llmeval.plugin.project import Project

        try:
            project = Project(self.config, self.config.rootpath / self._suite)
        except LlmevalError:
            return []
        folder = project.settings.reports / self.run
        if not any(folder.glob("results-*.jsonl")):
            return []
        self._end_workers()
        said = {"folder": str(folder), "root": str(project.settings.root)}
        return [said | {"stopped": "the workers were killed", "notes": [], "problem": None}]

    def _end_workers(self) -> None:
        """End workers that may still write: their parts are about to be joined."""
        manager = getattr(self.config.pluginmanager.get_plugin("dsession"), "nodemanager", None)
        if manager is not None:
            manager.teardown_nodes()

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Say what was concluded."""
        if self._finished is not None:
            self._finished.show(terminalreporter)
        elif self._problems:
            terminalreporter.section("llmeval", sep="=")
            for line in self._problems:
                terminalreporter.write_line(line, red=True)


_SUITE_ENDINGS = (".eval.yaml", ".eval.yml")


def configure(node: Any) -> None:
    """Give a starting worker the run's name."""
    if node.config.option.llmeval_dry_run:
        raise pytest.UsageError("--llmeval-dry-run asks nothing and needs no workers: omit -n")
    plugins = node.config.pluginmanager
    controller = plugins.get_plugin("llmeval-controller")
    if controller is None:
        controller = Controller(node.config)
        plugins.register(controller, "llmeval-controller")
    node.workerinput[KEY] = controller.run
    node.workerinput[DIST] = node.config.getoption("dist")


def collect_output(node: Any) -> None:
    """Keep what a finished worker says of its part."""
    controller = node.config.pluginmanager.get_plugin("llmeval-controller")
    controller.outputs.append(json.loads(node.workeroutput[KEY]))
