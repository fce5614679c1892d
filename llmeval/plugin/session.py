"""What lives across pytest's hooks once a suite has been met: one object per process."""

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from llmeval.errors import LlmevalError
from llmeval.plugin import marks
from llmeval.plugin.cases import CaseItem, cases_of
from llmeval.plugin.collector import collector_off
from llmeval.plugin.loop import CaseLoop
from llmeval.plugin.project import Project
from llmeval.plugin.running import run_case
from llmeval.plugin.services import set_up_session_fixtures
from llmeval.plugin.terminal import CalmTerminal

if TYPE_CHECKING:
    from llmeval.compare.power import Power
    from llmeval.plugin.finish import Finished
    from llmeval.plugin.measure import Measurement
    from llmeval.run.plan import Plan

_SESSION = pytest.StashKey["SuiteSession"]()


class Ending(NamedTuple):
    """How a Python test ended."""

    why: str | None = None
    """What it raised; None when it came to its end."""
    is_expected: bool = False
    """Marked as expected to fail, whether it did or not."""
    is_skipped: bool = False


ENDING = pytest.StashKey[Ending]()
"""On the item of a Python test."""


def session_of(config: pytest.Config, start: Path | None = None) -> "SuiteSession":
    """Return the session object, made and registered at the first call.

    Args:
        config: Of the pytest run.
        start: Where the search for the project's configuration begins, upward; needed by the
            first call only.

    Raises:
        LlmevalError: The configuration is wrong.
    """
    session = config.stash.get(_SESSION, None)
    if session is None:
        session = config.stash[_SESSION] = SuiteSession(config, start or config.rootpath)
        config.pluginmanager.register(session, "llmeval-session")
        config.pluginmanager.register(CaseLoop(session.run, session.terminal), "llmeval-loop")
    if session.error is not None:
        raise session.error
    return session


class SuiteSession:
    """Hands selected cases to the engine, finishes the run."""

    def __init__(self, config: pytest.Config, start: Path) -> None:
        self.config = config
        self.terminal = CalmTerminal(config)
        self.error: LlmevalError | None = None
        """What is wrong with the configuration."""
        self._project: Project | None = None
        try:
            self._project = Project(config, start)
        except LlmevalError as error:
            self.error = error
        self._measurement: Measurement | None = None
        self._cases: list[CaseItem] = []
        self._began = self._has_ended = False
        self._broken: pytest.CallInfo[None] | None = None
        """The set-up of the session's fixtures, where it failed."""
        self._plan: list[str] | None = None
        """What a dry run says."""
        self._finished: Finished | None = None

    @property
    def project(self) -> Project:
        """Settings, plug-ins, suites; there is none where the configuration is wrong."""
        assert self._project is not None
        return self._project

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Stop before anything is asked when the configuration or a suite is wrong."""
        self._cases = cases_of(session)
        marks.obey(self._cases, self.config)
        if self.error is not None and not hasattr(self.config, "workerinput"):
            raise pytest.UsageError(str(self.error))
        if session.testsfailed and not self.config.option.continue_on_collection_errors:
            # Without xdist pytest stops by itself; a worker would go on with the good suites.
            session.shouldstop = "errors during collection"

    # --- running ------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Judge the run when its last item has ended, while pytest still shows progress."""
        # Each suite's gate is reported as one more item: pytest's progress counts with it.
        session.testscollected += len({item.suite.name for item in self._cases})
        if self._project is not None and self._project.settings.dry_run:
            self._plan = self._planned()
        result = yield
        self._finish(session)
        return result

    def _planned(self) -> list[str]:
        from llmeval.report.planned import lines

        try:
            plan = self._priced()
            return lines(plan, self._powers(plan))
        except LlmevalError as error:
            raise pytest.UsageError(str(error)) from None

    def _priced(self) -> "Plan":
        from llmeval.compare import settling
        from llmeval.run.plan import dry_run
        from llmeval.run.results import Job

        jobs = [Job(item.nodeid, item.suite, item.spec) for item in self._cases]
        settings, registry = self.project.settings, self.project.registry
        suites = {item.suite.name: item.suite for item in self._cases}.values()
        why = settling.obstacles(suites, settings)
        return dry_run(jobs, settings, registry=registry, all_rounds=why)

    def _powers(self, plan: "Plan") -> "dict[str, Power]":
        """Return what the gate of each planned suite would find."""
        from llmeval.compare import power

        cases: dict[str, set[str]] = {}
        for item in self._cases:
            cases.setdefault(item.suite.name, set()).add(item.spec.id)
        suites = {item.suite.name: item.suite for item in self._cases}
        planned = [(suites[own.suite], cases[own.suite], own.trials) for own in plan.suites]
        return power.of_suites(planned, self.project.settings)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Run our items our way; leave all others to pytest. In a dry run nothing runs."""
        if self._plan is not None:
            return True
        if not isinstance(item, CaseItem):
            return None
        self.run(item, nextitem)
        return True

    def run(self, item: "CaseItem", nextitem: pytest.Item | None, *, told: bool = True) -> None:
        """Run one case; the first call hands all to the engine. See `run_case`."""
        if self._plan is not None or self.config.option.setuponly:  # also with --setup-plan
            return
        if self._began or self._may_run(item):
            run_case(self.measurement(), item, nextitem, self._broken, told=told)

    # No property: before 8.3 pytest reads every attribute of a plug-in that it registers.
    def measurement(self) -> "Measurement":
        """Return what this process measures; made when first needed.

        Raises:
            LlmevalError: Nothing can be measured; says why.
        """
        if self._measurement is None:
            from llmeval.plugin.measure import Measurement

            made = Measurement(self.config, self.project, self._cases)
            made.before_waiting = self.terminal.flush
            made.open()
            self._measurement = made
        return self._measurement

    def _may_run(self, item: "CaseItem") -> bool:
        """Hand every selected case to the engine.

        Returns:
            False in a worker that cannot begin; the session stops.

        Raises:
            pytest.UsageError: Nothing can be measured; says why.
        """
        try:
            with collector_off():
                measurement = self.measurement()
            # Services that fixtures of the whole session start must answer the first request.
            self._broken = set_up_session_fixtures(item)
            if self._broken is None:
                measurement.start()
                _prepare_the_end()
        except LlmevalError as error:
            self._discard()
            return _refuse(item.session, error)
        self._began = True
        return True

    def _discard(self) -> None:
        """Leave nothing behind of a run that could not begin."""
        if self._measurement is not None and not self._measurement.has_asked:
            self._measurement.discard()
            self._measurement = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: "pytest.CallInfo[None]"
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note how a Python test ended: the fixture's trial is to say so."""
        report = yield
        if call.when == "call":
            why = None if call.excinfo is None else call.excinfo.exconly(tryshort=True)
            expected = hasattr(report, "wasxfail")
            item.stash[ENDING] = Ending(why, expected, report.skipped and not expected)
        return report

    # --- the end ------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge what was measured of a run that was stopped; turn the exit status."""
        self._finish(session)
        if self._finished is not None:
            self._finished.turn_status(session)

    def _finish(self, session: pytest.Session) -> None:
        """Close the engine; judge and report, unless the controller does that."""
        if self._measurement is None or self._has_ended:
            return
        from llmeval.plugin import finish

        self._has_ended = True
        self._finished = finish.finish(self._measurement, session)

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Say what was concluded, or what is planned."""
        if self._finished is not None:
            self._finished.show(terminalreporter)
        elif self._plan is not None:
            terminalreporter.section("llmeval: dry run, nothing was asked", sep="=")
            for line in self._plan:
                terminalreporter.write_line(line)


def _prepare_the_end() -> None:
    """Import what the end of the run needs while the first replies are on their way."""
    from llmeval.plugin import finish
    from llmeval.report import html

    del finish
    html.prepare()


def _refuse(session: pytest.Session, error: LlmevalError) -> bool:
    if not hasattr(session.config, "workerinput"):
        raise pytest.UsageError(str(error)) from None
    # A usage error that is raised in a worker is lost (pytest-xdist issue 1345).
    session.shouldstop = str(error)
    return False
