"""The first line of a run's log: what is measured, with what, where and by which options."""

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from llmeval.plugin.cases import CaseItem
from llmeval.plugin.project import Project
from llmeval.records import RunHeader
from llmeval.run import environment, resume


def of_run(
    name: str,
    config: pytest.Config,
    project: Project,
    suites: Mapping[str, Mapping[str, Any]],
    asked: Collection[str],
    resumed: Path | None,
) -> RunHeader:
    """Return the first line of a run's log.

    Args:
        name: Of the run.
        config: Of the pytest run.
        project: Its settings, plug-ins and suites.
        suites: By name which cases are to be measured, see `selected`.
        asked: Names of the adapters that these ask.
        resumed: The folder of the run that this one goes on with.
    """
    from llmeval.run import fingerprint

    goes_on = {} if resumed is None else {resume.RESUMED: resumed.name}
    return RunHeader(
        run=name,
        started=datetime.now(UTC).isoformat(timespec="milliseconds"),
        environment=environment.describe(),
        git=environment.git_state(project.settings.root),
        ci_url=environment.ci_url(os.environ),
        options=_given_options(config) | goes_on,
        adapters=fingerprint.adapters(_described(project, asked), project.registry, os.environ),
        judges=_judges(project, suites),
        suites=suites,
    )


def _described(project: Project, asked: Collection[str]) -> dict[str, Any]:
    """Return the adapters that the log describes: those asked, all where only tests ask.

    Describing one imports it.
    """
    known = project.adapters()
    return {n: c for n, c in known.items() if n in asked} if asked else known


def _judges(project: Project, suites: Collection[str]) -> dict[str, Any]:
    from llmeval.run import fingerprint

    names = sorted({name for suite in suites for name in project.suites[suite].judges})
    found = [project.registry.judge(name) for name in names]
    return fingerprint.judges(found, project.adapters(), project.registry, os.environ)


def _given_options(config: pytest.Config) -> dict[str, Any]:
    """Return the options that were given on the command line, by name."""
    from llmeval.options import OPTIONS

    found = {option.name: config.getoption(f"llmeval_{option.key}") for option in OPTIONS}
    return {name: value for name, value in found.items() if value is not None}


def selected(project: Project, items: Sequence[CaseItem]) -> dict[str, dict[str, Any]]:
    """Return, by suite name, which cases the run is to measure."""
    chosen: dict[str, dict[str, Any]] = {}
    for item in items:
        suite = chosen.setdefault(
            item.suite.name, {"path": item.suite.shown, "selected": [], "skipped": {}}
        )
        suite["selected"].append(item.spec.id)
        if item.spec.skip is not None:
            suite["skipped"][item.spec.id] = item.spec.skip
    for name, suite in chosen.items():
        whole = len(suite["selected"]) == len(project.suites[name].cases)
        suite["full"] = whole and project.settings.limit is None
        suite["max_error_rate"] = project.suites[name].gate.max_error_rate
        suite["selected"].sort()
    return chosen
