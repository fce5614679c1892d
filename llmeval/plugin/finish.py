"""The end of a run: judge it, write what people and programs read, turn the exit status."""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import Struct, field

from llmeval.compare import baseline, beside, conclusion, gate, modes
from llmeval.compare.baseline import Baseline
from llmeval.compare.chosen import selecting_variables
from llmeval.compare.findings import Facts
from llmeval.compare.measured import SuiteTable
from llmeval.compare.modes import Choice
from llmeval.compare.pairing import Selection
from llmeval.compare.table import Table
from llmeval.compare.wording import count, ids
from llmeval.errors import LlmevalError
from llmeval.plugin import gates
from llmeval.plugin.project import Project
from llmeval.records import GateSpec, RunEnd, RunHeader, Verdict
from llmeval.report import missed, terminal
from llmeval.report.publish import Published, publish
from llmeval.report.remember import remember
from llmeval.run.folder import RESULTS, set_latest

if TYPE_CHECKING:
    from llmeval.config import Settings
    from llmeval.plugin.measure import Measurement
    from llmeval.suite.suite import Suite


class Run(Struct, kw_only=True):
    """A finished run, ready to be judged."""

    settings: "Settings"
    folder: Path
    table: Table
    suites: "Mapping[str, Suite]"
    """By name; tests that use the fixture have none."""
    baselines: dict[str, Baseline | None]
    choices: dict[str, Choice]
    stopped: str | None = None
    """Why it ended early."""
    notes: list[str] = field(default_factory=list)
    """What the reader should know, one line each."""
    problems: list[str] = field(default_factory=list)
    """What went wrong beside the cases and makes the run red: the disk was full, …."""

    @property
    def header(self) -> RunHeader:
        """First line of its log."""
        assert self.table.header is not None
        return self.table.header


class Finished(Struct, kw_only=True):
    """What is left to tell."""

    verdict: Verdict
    published: Published
    messages: list[str]

    def turn_status(self, session: pytest.Session) -> None:
        """Let the session fail when the gate did, or when the run could not be stored."""
        if session.exitstatus == pytest.ExitCode.OK and self.verdict.exit_status:
            session.exitstatus = self.verdict.exit_status

    def show(self, reporter: "pytest.TerminalReporter") -> None:
        """Write the verdict at the end of pytest's own summary."""
        encoding = getattr(reporter._tw._file, "encoding", None)  # noqa: SLF001
        reporter.ensure_newline()  # the line of progress is open: else it ends below our title
        reporter.section("llmeval", sep="=")
        shown = terminal.lines(self.verdict, report=self.published.page, encoding=encoding)
        for line in [*self.messages, *self.published.problems, *shown]:
            reporter.write_line(terminal.displayable(line, encoding))
        if os.environ.get("GITHUB_ACTIONS"):
            for line in self.published.annotations:
                reporter.write_line(line)


def conclude(run: Run, session: pytest.Session) -> Finished:
    """Judge a run, write its files, report each suite's gate."""
    _read_baselines_of_tests(run)
    messages = [*run.problems, *run.notes]
    refused = run.settings.update_baseline and not _accept(run, messages)
    red = session.testsfailed or refused or run.problems
    concluded = conclusion.conclude(
        (_facts(run, name) for name in _names(run)),
        run.settings,
        run=run.header.run,
        git=run.header.git,
        exit_status=int(session.exitstatus) or int(bool(red)),
    )
    found = concluded.verdict
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    published = publish(
        run.folder,
        concluded,
        suites=run.suites,
        step_summary=Path(summary) if summary else None,
        reports=run.settings.reports,
        notes=messages,
    )
    messages += missed.note(run.table.suites.values())
    forgotten = remember(run.settings, run.folder, run.header, concluded, whole=run.stopped is None)
    messages += [forgotten] if forgotten else []
    gates.report(session, found)
    gates.remember_failing(session, run.table)
    session.config.hook.pytest_llmeval_run_finished(run=run.header, verdict=found)
    return Finished(verdict=found, published=published, messages=messages)


def _read_baselines_of_tests(run: Run) -> None:
    """Read what is accepted of suites that no file names; those of files were read at the start."""
    for name in run.table.suites.keys() - run.baselines.keys():
        try:
            run.baselines[name] = baseline.read(baseline.path(run.settings, name), name)
        except LlmevalError as error:
            run.problems.append(str(error))


def _names(run: Run) -> list[str]:
    """Return the names of the suites: those selected first, in the order of their paths."""
    selected = sorted(run.header.suites, key=lambda name: run.header.suites[name]["path"])
    return selected + sorted(name for name in run.table.suites if name not in selected)


def _accept(run: Run, messages: list[str]) -> bool:
    """Make the run the baseline; says what was done, or why not."""
    from llmeval.compare import accept

    lost = list(_lost(run))
    try:
        messages += accept.accept(
            run.folder, run.settings, accept_failures=run.settings.accept_failures
        )
    except LlmevalError as error:
        messages += [f"baseline not updated: {line}" for line in str(error).splitlines()]
        return False
    messages += lost
    for name in _names(run):
        run.baselines[name] = baseline.read(baseline.path(run.settings, name), name)
        gate_now = beside.asked(_gate(run, name), run.settings.against)
        run.choices[name] = modes.choose(gate_now, run.baselines[name], forced=run.settings.gate)
    return True


def _gate(run: Run, name: str) -> GateSpec:
    suite = run.suites.get(name)
    return suite.gate if suite else GateSpec()


def _lost(run: Run) -> Iterator[str]:
    """Yield what got worse than in the baselines that are replaced: no later run will show it."""
    for name in _names(run):
        if run.baselines.get(name) is None:
            continue
        rows = _facts(run, name).judged
        worse = [row.case for row in rows if row.status in ("regressed", "suspect")]
        if worse:
            said = count(len(worse), "case")
            yield f"suite {name!r}: {said} worse than in the replaced baseline: {ids(worse)}"


def _facts(run: Run, name: str) -> Facts:
    return gate.gather(
        _gate(run, name),
        _table(run, name),
        run.baselines.get(name),
        now=datetime.now(UTC),
        selection=Selection.of(run.header, name),
        settings=run.settings,
        stopped=run.stopped,
        choice=run.choices.get(name),
        log=run.folder / RESULTS,
    )


def _table(run: Run, name: str) -> SuiteTable:
    """Return a suite's values; empty where nothing came back."""
    found = run.table.suites.get(name)
    if found is None:
        path = run.header.suites[name]["path"]
        variables = selecting_variables([run.suites[name].gate])
        found = run.table.suites[name] = SuiteTable(name, path, variables)
    return found


def finish(measurement: "Measurement", session: pytest.Session) -> Finished | None:
    """End what this process measured; a worker hands its part to the controller."""
    stopped = _stopped(session)
    notes = measurement.close(stopped, session)
    problem = measurement.log.problem
    if measurement.worker is not None:
        output = {
            "folder": str(measurement.folder),
            "root": str(measurement.settings.root),
            "stopped": stopped,
            "notes": notes,
            "problem": problem,
        }
        session.config.workeroutput["llmeval"] = json.dumps(output)  # type: ignore[attr-defined]
        return None
    run = Run(
        settings=measurement.settings,
        folder=measurement.folder,
        table=measurement.table,
        suites=measurement.suites,
        baselines=measurement.baselines,
        choices=measurement.choices,
        stopped=stopped,
        notes=notes,
        problems=[problem] if problem else [],
    )
    return conclude(run, session)


def _stopped(session: pytest.Session) -> str | None:
    """Return why the session ends before its last item; None when it does not."""
    why = session.shouldfail or session.shouldstop
    if session.exitstatus == pytest.ExitCode.INTERRUPTED:
        return str(why or "interrupted")
    return str(why) if why else None


def finish_joined(outputs: "list[dict[str, Any]]", session: pytest.Session) -> Finished:
    """Join what the workers measured and judge it, in the controller.

    Raises:
        LlmevalError: The parts cannot be read.
    """
    from llmeval.run import log

    folder = Path(outputs[0]["folder"])
    ours = Project(session.config, Path(outputs[0]["root"]))
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    stopped = _stopped(session) or next((o["stopped"] for o in outputs if o["stopped"]), None)
    # Without a last line the run counts as unfinished: a worker that died took its end along.
    log.join(folder, RunEnd(finished=now, seconds=0.0) if stopped is None else None)
    set_latest(ours.settings.reports, folder)
    table = Table.read(folder)
    assert table.header is not None
    suites = [ours.load(ours.settings.root / s["path"]) for s in table.header.suites.values()]
    known = {
        suite.name: baseline.read(baseline.path(ours.settings, suite.name)) for suite in suites
    }
    session.testscollected += len(table.header.suites)  # the gates, for pytest's progress
    run = Run(
        settings=ours.settings,
        folder=folder,
        table=table,
        suites={suite.name: suite for suite in suites},
        baselines=known,
        choices={},
        stopped=stopped,
        notes=sorted({note for output in outputs for note in output["notes"]}),
        problems=[output["problem"] for output in outputs if output["problem"]],
    )
    return conclude(run, session)
