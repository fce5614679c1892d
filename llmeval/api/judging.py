"""Stored runs -> verdict and report, as pytest makes them at the end of a run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from llmeval.api.project import Project
from llmeval.errors import SuiteError
from llmeval.records import GateSpec, RunHeader, Verdict

if TYPE_CHECKING:
    from llmeval.compare.baseline import Baseline
    from llmeval.compare.table import Table
    from llmeval.report.publish import Published
    from llmeval.suite.suite import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict with what it rests on."""

    verdict: Verdict
    baselines: "Mapping[str, Baseline | None]"
    """Suite name to what it was held against."""
    notes: tuple[str, ...] = ()
    """What the reader should know, one line each."""


def suites_of(header: RunHeader, project: Project) -> "tuple[dict[str, Suite], tuple[str, ...]]":
    """Return the suites of a run as their files are now, and why others cannot be read."""
    found, notes = {}, []
    for name, stated in header.suites.items():
        path = project.settings.root / str(stated.get("path", ""))
        try:
            suite = project.suite(path)
        except SuiteError as error:
            notes.append(f"{stated.get('path')}: {error.problems[0].message}")
            continue
        found[suite.name] = suite
        if suite.name != name:
            notes.append(f"{suite.shown}: the suite is called {suite.name!r} now, not {name!r}")
    return found, tuple(notes)


def judge(
    table: "Table",
    gates: Mapping[str, GateSpec],
    against: "Callable[[str], Baseline | None]",
    project: Project,
) -> Judged:
    """Judge a run.

    Args:
        table: Its values.
        gates: Suite name to how it is judged; suites that are not named are judged by default.
        against: Returns what a suite is held against.
        project: Whose settings hold.
    """
    from llmeval.compare import gate as gates_of
    from llmeval.compare import verdict
    from llmeval.compare.pairing import Selection

    baselines = {name: against(name) for name in table.suites}
    stopped = None if table.end is not None else "the run did not end"
    verdicts = [
        gates_of.decide(
            gates.get(name, GateSpec()),
            suite,
            baselines[name],
            now=datetime.now(UTC),
            selection=Selection.of(table.header, name),
            settings=project.settings,
            stopped=stopped,
        )
        for name, suite in table.suites.items()
    ]
    git = {} if table.header is None else table.header.git
    run = "" if table.header is None else table.header.run
    return Judged(verdict=verdict.combine(verdicts, git=git, run=run), baselines=baselines)


def stored_baseline(project: Project) -> "Callable[[str], Baseline | None]":
    """Return the function that reads the accepted baseline of a suite."""
    from llmeval.compare import baseline

    return lambda name: baseline.read(baseline.path(project.settings, name), name)


def publish(folder: Path, judged: Judged, *, run_file: Path | None = None) -> "Published":
    """Write verdict.json, report.html and summary.md into a run's folder.

    Args:
        folder: Exists.
        judged: What was concluded.
        run_file: The run's log where it is not in that folder.

    Raises:
        StoredFileError: verdict.json cannot be written.
    """
    from llmeval.compare import verdict
    from llmeval.report.publish import publish as write

    verdict.write(folder / "verdict.json", judged.verdict)
    return write(
        folder,
        judged.verdict,
        baselines=judged.baselines,
        run_file=run_file,
    )
