"""What lives across pytest's hooks once a suite has been met: one object per process."""

import os
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from llmeval.errors import LlmevalError, Problem, SuiteError
from llmeval.registry import Registry

if TYPE_CHECKING:
    from llmeval.config import Settings
    from llmeval.plugin.collect import CaseItem
    from llmeval.plugin.finish import Finished
    from llmeval.plugin.measure import Measurement
    from llmeval.run.plan import Plan
    from llmeval.suite.suite import Suite

_SESSION = pytest.StashKey["SuiteSession"]()


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
        from llmeval.plugin.loop import CaseLoop

        session = config.stash[_SESSION] = SuiteSession(config, start or config.rootpath)
        config.pluginmanager.register(session, "llmeval-session")
        config.pluginmanager.register(CaseLoop(session), "llmeval-loop")
    session.raise_config_error()
    return session


class SuiteSession:
    """Loads suites, hands selected cases to the engine, finishes the run."""

    def __init__(self, config: pytest.Config, start: Path) -> None:
        self.config = config
        self.registry = Registry()
        self.suites: dict[str, Suite] = {}
        """By name."""
        self._markers: dict[str, pytest.MarkDecorator] = {}
        self._seen_folders: set[Path] = set()
        self._error: LlmevalError | None = None
        self._settings: Settings | None = None
        try:
            self._settings = self._load_settings(start)
        except LlmevalError as error:
            self._error = error
        self._measurement: Measurement | None = None
        self._cases: list[CaseItem] = []
        self._began = self._has_ended = False
        self._broken: pytest.CallInfo[None] | None = None
        """The set-up of the session's fixtures, where it failed."""
        self._plan: Plan | None = None
        self._finished: Finished | None = None

    # --- configuration ------------------------------------------------------------------------

    def _load_settings(self, start: Path) -> "Settings":
        from llmeval.config import load, register_checks
        from llmeval.options import OPTIONS

        self.config.hook.pytest_llmeval_adapters(registry=self.registry)
        self.config.hook.pytest_llmeval_scorers(registry=self.registry)
        given = {o.name: self.config.getoption(f"llmeval_{o.key}") for o in OPTIONS}
        where = self.config.invocation_params.dir
        settings = load(start, given, os.environ, self.registry, cwd=where)
        register_checks(settings, self.registry)
        return settings

    @property
    def settings(self) -> "Settings":
        """What the run is told from outside its suites."""
        assert self._settings is not None
        return self._settings

    def raise_config_error(self) -> None:
        """Raise what is wrong with the configuration, if anything is."""
        if self._error is not None:
            raise self._error

    # --- collection ---------------------------------------------------------------------------

    def load(self, path: Path) -> "Suite":
        """Load one suite file.

        Raises:
            SuiteError: It is wrong, or another file has a suite of the same name.
        """
        from llmeval.suite.load import load

        suite = load(path, self.settings, self.registry, today=datetime.now(UTC).date())
        other = self.suites.setdefault(suite.name, suite)
        if other.path != suite.path:
            text = f"suite {suite.name!r} exists already in {other.shown}; give one another name"
            raise SuiteError([Problem(suite.shown, 1, 1, text)])
        return suite

    def register_markers(self, suite: "Suite") -> None:
        """Make the suite's tags known as markers."""
        for tag in sorted({tag for spec in suite.cases for tag in spec.tags}):
            if tag not in self._markers:
                self.config.addinivalue_line("markers", f"{tag}: a tag of llmeval suites")
                self._markers[tag] = getattr(pytest.mark, tag)

    def marker(self, tag: str) -> pytest.MarkDecorator:
        """Return the marker of a tag."""
        return self._markers[tag]

    def warn_about_neighbours(self, folder: Path) -> None:
        """Warn once a folder of YAML files that would be suites under another name."""
        if folder not in self._seen_folders:
            from llmeval.plugin.collect import warn_about_other_names

            self._seen_folders.add(folder)
            warn_about_other_names(folder)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Stop before anything is asked when the configuration or a suite is wrong."""
        self._cases = cases_of(session)
        if self._error is not None and not hasattr(self.config, "workerinput"):
            raise pytest.UsageError(str(self._error))
        if session.testsfailed and not self.config.option.continue_on_collection_errors:
            # Without xdist pytest stops by itself; a worker would go on with the good suites.
            session.shouldstop = "errors during collection"

    # --- running ------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Judge the run when its last item has ended, while pytest still shows progress."""
        # Each suite's gate is reported as one more item: pytest's progress counts with it.
        session.testscollected += len({item.suite.name for item in self._cases})
        if self._settings is not None and self._settings.dry_run:
            self._plan = self._planned()
        result = yield
        self._finish(session)
        return result

    def _planned(self) -> "Plan":
        from llmeval.run.plan import dry_run
        from llmeval.run.results import Job

        jobs = [Job(item.nodeid, item.suite, item.spec) for item in self._cases]
        return dry_run(jobs, self.settings)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Run our items our way; leave all others to pytest. In a dry run nothing runs."""
        if self._plan is not None:
            return True
        from llmeval.plugin.collect import CaseItem

        if not isinstance(item, CaseItem):
            return None
        self.run(item, nextitem)
        return True

    def run(self, item: "CaseItem", nextitem: pytest.Item | None) -> None:
        """Run one case; the first call hands all to the engine."""
        if self._plan is not None or self.config.option.setuponly:  # also with --setup-plan
            return
        if self._began or self._may_run(item):
            self._run_case(self.measurement, item, nextitem, self._broken)

    @property
    def measurement(self) -> "Measurement":
        """What this process measures; made when first needed.

        Raises:
            LlmevalError: Nothing can be measured; says why.
        """
        if self._measurement is None:
            from llmeval.plugin.measure import Measurement

            made = Measurement(self.config, self.settings, self.registry, self.suites, self._cases)
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
        from llmeval.plugin.items import run_case
        from llmeval.plugin.services import set_up_session_fixtures

        self._run_case = run_case

        try:
            measurement = self.measurement
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

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was concluded, or what is planned."""
        if self._finished is not None:
            self._finished.show(terminalreporter)
        elif self._plan is not None:
            from llmeval.report.planned import lines

            terminalreporter.section("llmeval: dry run, nothing was asked", sep="=")
            for line in lines(self._plan):
                terminalreporter.write_line(line)


def cases_of(session: pytest.Session) -> "list[CaseItem]":
    """Return the session's selected cases, in the order in which they run."""
    from llmeval.plugin.collect import CaseItem

    return [item for item in session.items if isinstance(item, CaseItem)]


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
