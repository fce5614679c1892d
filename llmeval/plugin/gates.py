"""The gate of each suite as one more item, and what `--lf` is told of the cases it counted."""

from typing import Any

import pytest

from llmeval.compare import wording
from llmeval.compare.table import Table
from llmeval.records import SuiteVerdict, Verdict


def report(session: pytest.Session, verdict: Verdict) -> None:
    """Log each suite's gate as one more item, so that terminal and JUnit show it."""
    hook = session.config.hook
    # Gates of suite files are counted in pytest's progress already; here those of Python tests.
    session.testscollected += sum(suite.path.endswith(".py") for suite in verdict.suites)
    for suite in verdict.suites:
        nodeid = f"{suite.path}::gate"
        location = (suite.path, None, "gate")
        hook.pytest_runtest_logstart(nodeid=nodeid, location=location)
        for shown in _reports(nodeid, location, suite):
            hook.pytest_runtest_logreport(report=shown)
        hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)


def _reports(
    nodeid: str, location: tuple[str, int | None, str], suite: SuiteVerdict
) -> list[pytest.TestReport]:
    passed = suite.status == "passed"
    # pytest's short summary shows the first line.
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
        longrepr=None if passed else text,
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
        plugin.lastfailed.pop(f"{table.path}::gate", None)
        for case in table.cases:
            if table.outcome(case) in ("failed", "error") and not table.facts(case).xfail:
                plugin.lastfailed[f"{table.path}::{case}"] = True
