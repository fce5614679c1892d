"""Two runs or baselines -> verdict."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from llmeval.api.project import Project, find_project
from llmeval.api.running import Run
from llmeval.compare import runs
from llmeval.compare.beside import BASELINE
from llmeval.compare.chosen import selecting_variables
from llmeval.compare.conclusion import Conclusion
from llmeval.compare.runs import Version
from llmeval.compare.table import Table, header_of
from llmeval.errors import SuiteError
from llmeval.records import Verdict
from llmeval.run.folder import find_run

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite


def compare(run: str | Path | Run, baseline: str | Path | Run | None = None) -> Verdict:
    """Return what a run means, held against another run or a baseline.

    Args:
        run: What `llmeval.run` returned, the name or folder of a run, or a baseline's file.
        baseline: The same; None is the accepted baseline of each suite.

    Raises:
        StoredFileError: One of the two cannot be read, or they have no suite in common.
    """
    project = find_project(run.root if isinstance(run, Run) else Path.cwd())
    after = version_of(run, project)
    before = None if baseline is None else version_of(baseline, project)
    return judge(before, after, project)[0].verdict


def judge(
    before: Version | None, after: Version, project: Project
) -> tuple[Conclusion, tuple[str, ...]]:
    """Judge one version against another, by the gates that stand in the suites now.

    Args:
        before: The yardstick; None is what is accepted.
        after: What is judged.
        project: Whose settings hold.

    Returns:
        What was concluded, and what the reader should know, one line each.

    Raises:
        StoredFileError: The two have no suite in common, or a baseline cannot be read.
    """
    suites, notes = suites_of(after.paths, project)
    gates = {name: suite.gate for name, suite in suites.items()}
    settings = project.settings
    if before is not None:
        # Two versions were named: none inside the later one takes the place of the former.
        gates = {name: replace(gate, against=BASELINE) for name, gate in gates.items()}
        settings = replace(settings, against=None)
    found = runs.compare(
        before or runs.accepted(project.settings, after.tables),
        after,
        now=datetime.now(UTC),
        gates=gates,
        settings=settings,
    )
    return found, notes


def suites_of(
    paths: Mapping[str, str], project: Project
) -> "tuple[dict[str, Suite], tuple[str, ...]]":
    """Return the suites of a run as their files are now, and why others cannot be read.

    Args:
        paths: Suite name to the path of its file, relative to the project's root.
        project: Whose settings hold.
    """
    found, notes = {}, []
    for name, path in paths.items():
        try:
            suite = project.suite(project.settings.root / path)
        except SuiteError as error:
            notes.append(str(error.problems[0]))
            continue
        found[suite.name] = suite
        if suite.name != name:
            notes.append(f"{suite.shown}: the suite is called {suite.name!r} now, not {name!r}")
    return found, tuple(notes)


def version_of(what: str | Path | Run, project: Project) -> Version:
    """Return a run or a baseline from what names it.

    Raises:
        StoredFileError: There is no such run or baseline, or it is damaged.
    """
    if isinstance(what, Run):
        return runs.of_table(_table_of(what), name=what.header.run, of_one_suite=True)
    for path in (Path(what), project.settings.baselines / f"{what}.jsonl"):
        if runs.baseline_files(path):
            return runs.read(path)
    return _stored_run(str(what), project)


def _table_of(run: Run) -> Table:
    table = Table(run.header, selecting_variables([run.suite.gate]))
    for trial in run.trials:
        table.add(trial)
    table.end = run.end
    return table


def _stored_run(name: str, project: Project) -> Version:
    folder = find_run(project.settings.reports, name)
    suites, _ = suites_of(runs.paths_of(header_of(folder)), project)
    variables = selecting_variables(suite.gate for suite in suites.values())
    return replace(runs.read(folder, variables), name=name)
