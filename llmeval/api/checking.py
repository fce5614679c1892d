"""Suites and what they name, checked as a run would, without asking anything."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from llmeval.api import unscorable
from llmeval.api.project import Project
from llmeval.compare import beside
from llmeval.config.adapters import check_adapter
from llmeval.errors import ConfigError, Problem, SuiteError, UsageError
from llmeval.suite import rounds
from llmeval.suite.build import adapters_used
from llmeval.suite.suite import Suite, refuse_twins


class Checked(Struct, kw_only=True):
    """What was read."""

    suites: list[Suite] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """What a run would refuse."""
    warnings: list[Problem] = field(default_factory=list)
    """What a run needs and does not find here, would skip or could not score."""


def check(project: Project, paths: Iterable[Path]) -> Checked:
    """Check suite files, their data and the adapters they name; reads the environment."""
    found = Checked()
    for path in paths:
        try:
            suite = project.suite(path)
            refuse_twins(suite, found.suites)
        except SuiteError as error:
            found.problems += error.problems
            continue
        _check_suite(project, suite, found)
        found.suites.append(suite)
    return found


def _check_suite(project: Project, suite: Suite, found: Checked) -> None:
    try:
        beside.check(suite, beside.asked(suite.gate, project.settings.against).against)
    except UsageError as error:
        found.problems.append(Problem(suite.shown, 0, 0, str(error)))
    _check_adapters(project, suite, found)
    found.warnings += _skipped_checks(project, suite)
    found.warnings += unscorable.warnings(suite, project.registry)


def _check_adapters(project: Project, suite: Suite, found: Checked) -> None:
    adapters = {**project.settings.adapters, **suite.adapters}
    for name, line in {**_adapters_of_judges(project, suite), **adapters_used(suite)}.items():
        try:
            missed = check_adapter(adapters[name], project.registry, os.environ)
        except ConfigError as error:
            found.problems.append(Problem(suite.shown, line, 0, str(error)))
        else:
            texts = (f"{each}; a run needs it" for each in missed)
            found.warnings += [Problem(suite.shown, line, 0, text) for text in texts]


def _adapters_of_judges(project: Project, suite: Suite) -> Mapping[str, int]:
    judges = (project.registry.judge(name) for name in suite.judges)
    return {name: 0 for judge in judges for name in judge.adapters}


def _skipped_checks(project: Project, suite: Suite) -> Iterator[Problem]:
    for spec, name in rounds.alone(suite, project.registry):
        text = (
            f"case {spec.id!r}: {name} compares the trials of a case, and there is one: it will be "
            "skipped; set `repeat` to at least 2"
        )
        yield Problem(suite.shown, spec.line, 0, text)
