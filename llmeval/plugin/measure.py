"""What one process measures: the run's folder and log, the engine, the numbers so far."""

import gc
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from llmeval.compare import baseline as baselines
from llmeval.compare import modes
from llmeval.compare.baseline import Baseline
from llmeval.compare.chosen import selecting_variables
from llmeval.compare.earlier import Earlier
from llmeval.compare.modes import Choice
from llmeval.compare.table import Table
from llmeval.plugin import head
from llmeval.plugin.cases import CaseItem
from llmeval.plugin.counterparts import Counterparts
from llmeval.plugin.listeners import wants_reports
from llmeval.plugin.output import Output
from llmeval.plugin.project import Project
from llmeval.plugin.showing import Showing
from llmeval.records import Case, Reply, Request, RunEnd, Trial
from llmeval.redact import Redactor
from llmeval.run import folder, log, resume
from llmeval.run.engine import Engine
from llmeval.run.results import CaseResult, Job
from llmeval.run.rounds import Looks
from llmeval.run.scoring import Bounds
from llmeval.suite.build import kinds_of_cases
from llmeval.suite.suite import Suite

if TYPE_CHECKING:
    from llmeval.plugin.looking import Looking


class Measurement:
    """Measures the selected cases of one process.

    Args:
        config: Of the pytest run.
        project: Its settings, plug-ins and suites.
        items: Every selected case of this process, in the order in which they will run.

    Raises:
        LlmevalError: No such run to resume, a baseline that cannot be read.
    """

    def __init__(
        self,
        config: pytest.Config,
        project: Project,
        items: Sequence[CaseItem],
    ) -> None:
        self.settings = project.settings
        self.suites: Mapping[str, Suite] = project.suites
        self.baselines: dict[str, Baseline | None] = {}
        self.choices: dict[str, Choice] = {}
        self._asked: set[str] = set()
        """Names of the adapters that the selected suites ask."""
        self._project = project
        self.worker: str | None = getattr(config, "workerinput", {}).get("workerid")
        self._run: str | None = getattr(config, "workerinput", {}).get("llmeval")
        self._config = config
        self._items = items
        self._redactor = Redactor(os.environ)
        self.output = Output(config, self._redactor.text)
        self._resumed: Path | None = None
        self._earlier = self._to_resume()
        self._engine: Engine | None = None
        self._asker: Engine | None = None
        self._engines: list[Engine] = []
        """Both, in the order in which they started."""
        self._counterparts = Counterparts(self.settings.against, self._wait)
        self.before_waiting: Callable[[], None] = _nothing
        """Called before a wait for the engine."""
        self.has_listeners = wants_reports(config)
        writes_junit = config.getoption("xmlpath", default=None) is not None
        self._scores: dict[str, list[tuple[str, object]]] | None = {} if writes_junit else None
        self._collecting = gc.isenabled()
        self._began = time.monotonic()
        self.selected: dict[str, dict[str, Any]] = head.selected(project, items)
        self.showing = Showing(self.settings, self.choices, self.baselines, self._counterparts)
        for name in self.selected:
            self._choose(project.suites[name])
        self._looking = self._planned_looks()

    def _to_resume(self) -> Mapping[resume.Key, Trial]:
        if self.settings.resume is None:
            return {}
        self._resumed = folder.find_run(self.settings.reports, self.settings.resume)
        return resume.finished(self._resumed)

    def _planned_looks(self) -> "Looking | None":
        """Plan the looks at the suites; None where all are asked a fixed number of times."""
        open_ended = any(self.suites[name].rounds is not None for name in self.selected)
        if not open_ended and self._resumed is None:
            return None
        # What judges is otherwise imported while the first replies are on their way.
        from llmeval.plugin.looking import Looking

        found = Looking(self.settings, self._counterparts.gate, self.baselines, self.choices)
        found.plan(self.suites, self.selected, self._items)
        if self._resumed is not None:
            found.check_resumed(resume.suites(self._resumed))
        return found

    def _choose(self, suite: Suite) -> None:
        """Read a suite's baseline and choose the mode that judges it."""
        file = baselines.path(self.settings, suite.name)
        found = baselines.read(file, suite.name)
        self.baselines[suite.name] = found
        self._counterparts.check(suite)
        shapes = kinds_of_cases(suite)
        self._asked.update(adapter for adapter, _ in shapes)
        trials = [repeat for _, repeat in shapes]
        gate = self._counterparts.gate(suite.gate)
        self.choices[suite.name] = modes.choose(gate, found, trials, forced=self.settings.gate)

    # --- measuring ----------------------------------------------------------------------------

    def open(self) -> None:
        """Make the run's folder and log.

        Raises:
            StoredFileError: They cannot be written.
        """
        self.folder = folder.new_run_folder(self.settings.reports, self._run)
        header = head.of_run(
            self.folder.name, self._config, self._project, self.selected, self._asked, self._resumed
        )
        # What a crashed worker has left is read before this one writes its own part.
        self._finished = resume.Joined(resume.left_by_others(self.folder), self._earlier)
        self.log = log.RunLog(self.folder, header, self.worker, redactor=self._redactor)
        self.table = Table(header, selecting_variables(s.gate for s in self.suites.values()))

    def start(self) -> None:
        """Begin to ask every selected case; returns at once.

        Raises:
            LlmevalError: An adapter cannot be built, a price is missing, ….
        """
        # Cycles are rare here and walking 100,000 items is not: off while items run.
        gc.disable()
        looking = self._looking
        engine = self._new_engine(
            None if looking is None else looking.looks(self.table.suites, self.selected)
        )
        self.output.start()
        engine.start([Job(item.nodeid, item.suite, item.spec) for item in self._items])
        self._engine = engine
        self._engines.append(engine)
        self._set_latest()

    def _set_latest(self) -> None:
        # A worker that starts late looks up `latest` to resume it: it must still be the old one.
        if self.worker is None or self.settings.resume is None:
            folder.set_latest(self.settings.reports, self.folder)

    @property
    def has_asked(self) -> bool:
        """Whether anything may have been asked."""
        return bool(self._engines)

    def discard(self) -> None:
        """Remove the files of a run that asked nothing."""
        self.output.stop()
        self.output.forget()
        self.log.close()
        self.log.path.unlink(missing_ok=True)
        with suppress(OSError):  # another worker's part is in it
            self.folder.rmdir()

    def _new_engine(self, looks: Looks | None = None) -> Engine:
        return Engine(
            self.settings,
            self._project.registry,
            self._project.adapters(),
            self.log,
            finished=self._finished,
            on_trial=self._take,
            environ=os.environ,
            goes_on=bool(self._engines),
            earlier=Earlier(self.settings),
            looks=looks,
        )

    def result(self, item: CaseItem) -> CaseResult:
        """Wait for a case.

        Raises:
            EngineDied: The engine ended before; says why.
        """
        assert self._engine is not None
        found = self._counterparts.early(item.nodeid) or self._engine.ready(item.nodeid)
        if found is not None:
            return found
        self.before_waiting()
        return self._wait(item.nodeid)

    def _wait(self, nodeid: str) -> CaseResult:
        assert self._engine is not None
        return self._engine.result(nodeid)

    def _take(self, trial: Trial) -> None:
        """Keep a finished trial's numbers; called in the engine's thread."""
        self.table.add(trial)
        if trial.outcome == "failed":
            self.showing.note(trial)
        if self._scores is not None:
            scored = [(c.metric, c.score) for c in trial.checks if c.score is not None]
            self._scores.setdefault(trial.nodeid, []).extend(scored)

    def properties(self, nodeid: str) -> list[tuple[str, object]]:
        """Return a case's scores for JUnit; empty when no JUnit file is written."""
        return self._scores.pop(nodeid, []) if self._scores else []

    def ask(self, request: Request) -> Reply:
        """Ask one question for a Python test, in an engine of their own.

        The cases' engine may not have begun, or run in another worker; tests ask one at a time.

        Raises:
            AdapterError: No usable reply.
        """
        return self._asking().ask(request.adapter, request)

    def judged(self, case: Case, bounds: Bounds, replies: list[Reply]) -> Bounds:
        """Ask the judges of a Python test's checks; see `Engine.judged`."""
        return self._asking().judged(case, bounds, replies)

    def _asking(self) -> Engine:
        if self._asker is None:
            asker = self._new_engine()
            asker.start([])
            self._asker = asker
            self._engines.append(asker)
            self._set_latest()
        return self._asker

    def log_trial(self, trial: Trial) -> None:
        """Store what a Python test measured."""
        self.table.add(self.log.append(trial))

    # --- the end ------------------------------------------------------------------------------

    def close(self, stopped: str | None, session: pytest.Session) -> list[str]:
        """Stop asking, close adapters, end the log.

        Args:
            stopped: Why the run ended early; None when it did not.
            session: The session that ends.

        Returns:
            What the reader of the run should know, one line each.
        """
        # The last one first: each gives back the thread switch interval that it found.
        engines = self._engines[::-1]
        for engine in engines:
            if stopped is not None:
                engine.cancel(stopped)
            engine.close()
        self.output.stop()
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        seconds = round(time.monotonic() - self._began, 3)
        totals = (self._engine or engines[0]).totals() if engines else {}
        self.log.finish(RunEnd(finished=now, seconds=seconds, totals=totals))
        notes = [note for engine in engines for note in engine.notes()]
        notes += self.output.write_rest(self.folder / f"output{self.worker or ''}.txt")
        if self._resumed is not None:
            notes.append(
                f"resumed: finished trials of run {self._resumed.name} (it has "
                f"{len(self._earlier):,}) are taken over, with the replies of its time"
            )
        # 20 MB of a large run, before the report takes as much.
        self._engine = self._asker = None
        engines.clear()
        self._engines.clear()
        if len(self._items) == len(session.items):
            # pytest collects garbage five times at its end, to find what tests of Python left
            # unfinished: 30 ms over our modules alone, a second over 100,000 items and reports.
            gc.freeze()
        else:
            gc.unfreeze()
        if self._collecting:
            gc.enable()
        return notes


def _nothing() -> None:
    """Do nothing."""
