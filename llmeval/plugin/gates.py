"""The gate of each suite as one more item, and what `--lf` is told of the cases it counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from llmeval.compare import wording
from llmeval.compare.facts import CaseFacts
from llmeval.compare.table import Table
from llmeval.plugin.failure import failure
from llmeval.records import SuiteVerdict, Verdict


def report(session: pytest.Session, verdict: Verdict) -> None:
    """Log each suite's gate as one more item, so that terminal and JUnit show it."""
    hook, manager = session.config.hook, session.config.pluginmanager
    # A gate is no item that could be run again.
    repeaters = [manager.get_plugin(name) for name in ("lfplugin", "stepwiseplugin")]
    log = manager.subset_hook_caller("pytest_runtest_logreport", filter(None, repeaters))
    # Gates of suite files are counted in pytest's progress already; here those of Python tests.
    session.testscollected += sum(suite.path.endswith(".py") for suite in verdict.suites)
    for suite in verdict.suites:
        nodeid = f"{suite.path}::gate"
        location = (suite.path, None, "gate")
        hook.pytest_runtest_logstart(nodeid=nodeid, location=location)
        for shown in _reports(nodeid, location, suite):
            with _counted_by_no_limit(session.config):
                log(report=shown)
        hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)


@contextmanager
def _counted_by_no_limit(config: pytest.Config) -> Iterator[None]:
    """Keep `-x` and `--maxfail` from stopping, after the last item, for a failed gate."""
    limit, config.option.maxfail = config.option.maxfail, 0
    try:
        yield
    finally:
        config.option.maxfail = limit


def _reports(
    nodeid: str, location: tuple[str, int | None, str], suite: SuiteVerdict
) -> list[pytest.TestReport]:
    passed = suite.status == "passed"
    text = "\n".join(suite.reasons) or f"{suite.suite}: {suite.status}"
    figures = [
        (f"{m.metric}{wording.where(m.where.items())}", m.current)
        for m in suite.metrics
        if m.current is not None
    ]
    judged = pytest.TestReport(
        nodeid=nodeid,
        location=location,
        keywords={},
        outcome="passed" if passed else "failed",
        longrepr=None if passed else failure(text, location[0], 1),
        when="call",
    )
    ended = pytest.TestReport(
        nodeid=nodeid,
        location=location,
        keywords={},
        outcome="passed",
        longrepr=None,
        when="teardown",
        user_properties=figures,
    )
    return [judged, ended]


def remember_failing(session: pytest.Session, run: Table) -> None:
    """Tell pytest's `--lf` of every failing case, also of those that the gate only counts."""
    plugin: Any = session.config.pluginmanager.get_plugin("lfplugin")
    if plugin is None:
        return
    for table in run.suites.values():
        for case in table.cases:
            if table.outcome(case) in ("failed", "error") and _is_item(table.facts(case)):
                # Its own hook knows in which form this version of pytest keeps ids.
                plugin.pytest_runtest_logreport(_failed(f"{table.path}::{case}"))


def _is_item(facts: CaseFacts) -> bool:
    """Tell whether pytest is to run a failing case again: neither expected to fail nor found."""
    return not facts.xfail and dict(facts.attack).get("role") != "found"


def _failed(nodeid: str) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=nodeid,
        location=(nodeid, None, nodeid),
        keywords={},
        outcome="failed",
        longrepr=None,
        when="call",
    )
