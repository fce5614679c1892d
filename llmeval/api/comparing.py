"""Two runs or baselines -> verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from llmeval.api.judging import Judged, judge, stored_baseline, suites_of
from llmeval.api.project import Project, find_project
from llmeval.api.running import Run
from llmeval.errors import StoredFileError
from llmeval.records import RunEnd, RunHeader, Verdict

if TYPE_CHECKING:
    from llmeval.compare.baseline import Baseline
    from llmeval.compare.measured import SuiteTable
    from llmeval.compare.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison."""

    name: str
    table: "Table"
    baselines: "Mapping[str, Baseline]"
    """The same, as something to be held against, by suite."""
    folder: Path | None = None
    """Where the run is stored; None for a baseline and for a run in memory."""


def compare(run: str | Path | Run, baseline: str | Path | Run | None = None) -> Verdict:
    """Return what a run means, held against another run or a baseline.

    Args:
        run: What `llmeval.run` returned, the name or folder of a run, or a baseline's file.
        baseline: The same; None is the accepted baseline of each suite.

    Raises:
        StoredFileError: One of the two cannot be read.
    """
    project = find_project(run.root if isinstance(run, Run) else Path.cwd())
    after = side_of(run, project)
    before = None if baseline is None else side_of(baseline, project)
    return judge_sides(before, after, project).verdict


def judge_sides(before: Side | None, after: Side, project: Project) -> Judged:
    """Judge one side against the other, by the gates that stand in the suites now.

    Args:
        before: The yardstick; None is what is accepted.
        after: What is judged.
        project: Whose settings hold.

    Raises:
        StoredFileError: The two have no suite in common.
    """
    header = after.table.header or RunHeader(run="", started="")
    suites, notes = suites_of(header, project)
    gates = {name: suite.gate for name, suite in suites.items()}
    if before is None:
        return replace(judge(after.table, gates, stored_baseline(project), project), notes=notes)
    common = before.baselines.keys() & after.table.suites.keys()
    if not common:
        raise StoredFileError(
            f"{before.name} and {after.name} have no suite in common: "
            f"{_listed(before.baselines)} and {_listed(after.table.suites)}"
        )
    if before.folder is None:
        # A baseline is one suite's: the other suites of the run were not asked about.
        suites_after = after.table.suites
        after.table.suites = {name: suites_after[name] for name in suites_after if name in common}
    judged = judge(after.table, gates, before.baselines.get, project)
    return replace(judged, notes=notes)


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(sorted(names)) or "none"


def side_of(what: str | Path | Run, project: Project) -> Side:
    """Return a side from what names it.

    Raises:
        StoredFileError: There is no such run or baseline, or it is damaged.
    """
    if isinstance(what, Run):
        return _side_of_run(what.header.run, _table_of(what), None)
    file = _baseline_file(str(what), project)
    return _stored_run(str(what), project) if file is None else _stored_baseline(file)


def _table_of(run: Run) -> "Table":
    from llmeval.compare.metrics import variables
    from llmeval.compare.table import Table

    table = Table(run.header, variables([run.suite.gate]))
    for trial in run.trials:
        table.add(trial)
    table.end = run.end
    return table


def _baseline_file(name: str, project: Project) -> Path | None:
    """Return the baseline of that path or suite name; None where a run is meant."""
    from llmeval.compare.stored import FORMAT

    path = Path(name)
    candidates = (path, project.settings.baselines / f"{name}.jsonl")
    for candidate in candidates:
        if candidate.is_file() and candidate.suffix == ".jsonl":
            with candidate.open(encoding="utf-8", errors="replace") as file:
                if FORMAT.partition("/")[0] in file.readline(4096):
                    return candidate
    return None


def _stored_baseline(file: Path) -> Side:
    from llmeval.compare import baseline
    from llmeval.compare.table import Table

    found = baseline.read(file)
    assert found is not None
    newest = found.runs[-1] if found.runs else None
    header = RunHeader(
        run=newest.run if newest else file.stem,
        started=(newest.started if newest else None) or "",
        suites={found.suite: {"path": found.table.path, "full": True}},
    )
    table = Table(header)
    table.suites[found.suite] = found.table
    table.end = RunEnd(finished=header.started, seconds=0.0)  # only runs that ended are accepted
    return Side(name=str(file), table=table, baselines={found.suite: found})


def _stored_run(name: str, project: Project) -> Side:
    from llmeval.compare.metrics import variables
    from llmeval.compare.table import Table
    from llmeval.run.folder import find_run

    folder = find_run(project.settings.reports, name)
    header = Table.read(folder).header
    assert header is not None
    suites, _ = suites_of(header, project)
    table = Table.read(folder, variables(suite.gate for suite in suites.values()))
    return _side_of_run(name, table, folder)


def _side_of_run(name: str, table: "Table", folder: Path | None) -> Side:
    assert table.header is not None
    baselines = {suite: as_baseline(table.header, values) for suite, values in table.suites.items()}
    return Side(name=name, table=table, baselines=baselines, folder=folder)


def as_baseline(header: RunHeader, table: "SuiteTable") -> "Baseline":
    """Return a suite of a run as something to hold another run against."""
    from llmeval.compare import baseline, snapshot
    from llmeval.compare.stored import StoredHeader

    cases = snapshot.cases(table, {})
    stored = StoredHeader(
        suite=table.name,
        path=table.path,
        cases=len(cases),
        runs=(snapshot.run_entry(header, table, 1, None),),
        adapters=table.adapters,
        judges=table.judges,
        models=tuple(table.models),
        scorers=table.scorers,
        environment=header.environment,
    )
    return baseline.of(stored, cases.values())
