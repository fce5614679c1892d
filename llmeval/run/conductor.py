"""Asks every case of a run and settles each: the coroutine at the heart of the engine."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from llmeval.codec import describe
from llmeval.config import Settings
from llmeval.errors import LlmevalError
from llmeval.records import Failure, Outcome, Trial
from llmeval.run import trials
from llmeval.run.crew import Crew
from llmeval.run.current import CASE
from llmeval.run.floor import Floor
from llmeval.run.gathering import compared
from llmeval.run.log import RunLog
from llmeval.run.measuring import Measurer, trial_of
from llmeval.run.results import CaseResult, Job, case_outcome
from llmeval.run.resume import Key
from llmeval.run.rounds import Looks, Rounds, TakenFirst, open_ended
from llmeval.run.units import Open, Unit, interleaved, side_by_side

GRACE_S = 1.0
"""What is in flight at the deadline gets so long to clean up."""


class Conductor:
    """Asks the cases of a run.

    Args:
        settings: Concurrency.
        floor: What all requests share.
        measurer: Measures each trial.
        log: Gets every finished trial; None: nothing is stored.
        finished: Trials that need not be asked again.
        settle: Gets every finished case.
        on_trial: Gets every finished trial as it was logged.
        looks: When suites are looked at whose number of rounds is left open; None: never.
    """

    def __init__(
        self,
        settings: Settings,
        floor: Floor,
        measurer: Measurer,
        log: RunLog | None,
        finished: Mapping[Key, Trial],
        settle: Callable[[CaseResult], None],
        on_trial: Callable[[Trial], None] | None,
        looks: Looks | None = None,
    ) -> None:
        self._settings = settings
        self._looks = looks
        self._rounds: dict[str, Rounds] = {}
        """By suite, where looks may settle it."""
        self._further: deque[Iterator[Unit]] = deque()
        """Trials of further rounds: they come before cases that have not begun."""
        self.measurer = measurer
        self._floor = floor
        self._log = log
        self._finished = finished
        self._settle = settle
        self._on_trial = on_trial
        self._flying: set[Unit] = set()
        self._under_way: dict[str, Open] = {}
        self._given_up: set[str] = set()
        self._crew: Crew[Unit] | None = None
        self.asked = 0
        """Trials begun."""
        self.filed = 0
        """Trials ended."""

    async def run(self, jobs: Sequence[Job]) -> None:
        """Ask all cases, in order; returns when each is settled, or the run was cancelled."""
        units = self._units(jobs)
        if self._looks is not None and self._looks.after:
            self._rounds = open_ended(self._looks, jobs)
            units = TakenFirst(self._further, units)
        crew = Crew(units, self._do, self._settings.concurrency, self._is_stopped)
        self._crew = crew
        await crew.work(GRACE_S)
        reason = self._floor.stopped
        if reason is not None and reason.kind != "cancelled":
            await self._leave_undone(units, reason)

    def aside(self) -> Any:
        """Return the context in which a trial waits without a request in flight."""
        assert self._crew is not None
        return self._crew.aside()

    def stop(self, reason: Failure) -> None:
        """Begin nothing further, cancel what is in flight."""
        if self._floor.stopped is None:
            self._floor.stopped = reason
        if self._crew is not None:
            self._crew.cancel()

    def _is_stopped(self) -> bool:
        return self._floor.stopped is not None

    async def _leave_undone(self, units: Iterator[Unit], reason: Failure) -> None:
        for unit in list(self._flying):
            self._end(unit, reason)
        for count, unit in enumerate(units):
            self._end(unit, reason)
            if count % 100 == 99:
                await asyncio.sleep(0)
        for rounds in self._rounds.values():
            if not rounds.is_over:
                self._cut_off(rounds, reason)

    # --- cases --------------------------------------------------------------------------------

    def _units(self, jobs: Sequence[Job]) -> Iterator[Unit]:
        for group in side_by_side(jobs):
            several = []
            for job in group:
                opened = self._open(job)
                if opened is not None:
                    self._under_way[job.nodeid] = opened
                    several.append(opened)
            rounds = self._rounds.get(group[0].suite.name) if self._rounds else None
            if rounds is not None:
                rounds.take(len(group), several)
                self._look_when_whole(rounds)
            yield from interleaved(several)

    def _open(self, job: Job) -> Open | None:
        """Build a case; one that is not to be asked or cannot be built is settled at once."""
        if job.nodeid in self._given_up:
            return None
        if job.spec.skip is not None:
            self._settle_bare(job, Failure(kind="skipped", message=job.spec.skip))
            return None
        try:
            return self.measurer.prepare(job)
        except LlmevalError as error:
            self._settle_bare(job, Failure(kind="suite", message=str(error)))
        except Exception as error:  # noqa: BLE001  # a plug-in's scorer or adapter class is foreign code
            self._settle_bare(job, Failure(kind="suite", message=describe(error)))
        return None

    def _settle_bare(self, job: Job, failure: Failure) -> None:
        outcome: Outcome = "skipped" if failure.kind == "skipped" else "error"
        trial = self._filed(trials.bare(job, outcome, failure))
        lines = trials.problems(trial, 1)
        self._settle(CaseResult(job.nodeid, outcome, (trials.summary(trial),), 0.0, tuple(lines)))

    # --- trials -------------------------------------------------------------------------------

    async def _do(self, unit: Unit) -> None:
        """Do one trial, whatever happens to it."""
        key = (unit.open.job.nodeid, unit.number)
        # A search goes the same way again: its attacks are taken over one by one.
        if self._finished and key in self._finished and not unit.open.is_search:
            self._file(unit, trials.retold(self._finished[key], unit.open.job))
            return
        if not unit.open.job.is_found:  # what a search asks belongs to the case that searches
            CASE.set(unit.open.job.nodeid)
        self.asked += 1
        unit.started = trials.now_text()
        self._flying.add(unit)
        try:
            trial = await self._ended(unit)
        except asyncio.CancelledError:
            reason = self._floor.stopped
            task = asyncio.current_task()
            if reason is None or task is None:
                raise
            task.uncancel()
            self._end(unit, reason)
        else:
            self._file(unit, trial)

    async def _ended(self, unit: Unit) -> Trial:
        return await (self._search if unit.open.is_search else self.measurer.measure)(unit)

    async def _search(self, unit: Unit) -> Trial:
        """Ask the attacks of a search, round by round; its own trial says what it found."""
        from llmeval.run.searching import Searcher

        searcher = Searcher(unit.open.job, self._measured)
        await searcher.go()
        unit.told = searcher.told
        return trial_of(
            unit,
            checks=(searcher.check(unit.case.severity),),
            outcome=searcher.outcome,
            failure=searcher.failure,
        )

    async def _measured(self, jobs: Sequence[Job]) -> list[Trial]:
        """Do the trials of cases that a search chose; returns them in order."""
        opened = [self.measurer.prepare(job) for job in jobs]
        units = [Unit(each, number) for each in opened for number in range(1, each.wanted + 1)]
        await asyncio.gather(*map(self._do, units))
        return [unit.trial for unit in units if unit.trial is not None]

    def _end(self, unit: Unit, reason: Failure) -> None:
        self._file(unit, trial_of(unit, outcome="error", failure=reason))

    def _file(self, unit: Unit, trial: Trial) -> None:
        """Log a trial; with its case's last one the case is settled."""
        self._flying.discard(unit)
        if unit.closed or unit.open.given_up:
            return
        unit.closed, unit.trial = True, trial
        opened = unit.open
        if opened.bounds.gathers:
            opened.held.append(trial)
            if self._log is not None:
                self._log.hold(trial)
            if len(opened.held) == opened.case.repeat:
                for each in compared(opened.case, opened.bounds, opened.held):
                    self._note(opened, each)
        else:
            self._note(opened, trial)
        if opened.settled:
            if opened.rounds is None or opened.case.min_repeat is None:
                self._settle_open(opened)
            if opened.rounds is not None:
                opened.rounds.end()
                self._look_when_whole(opened.rounds)

    def _settle_open(self, opened: Open) -> None:
        if not opened.given_up and not opened.job.is_found:
            self._under_way.pop(opened.job.nodeid, None)
            self._settle(result(opened))

    # --- rounds -------------------------------------------------------------------------------

    def _look_when_whole(self, rounds: Rounds) -> None:
        """Look at a suite once nothing of it is under way; the last round ends it without."""
        if not rounds.is_whole:
            return
        if rounds.is_last:
            self._end_rounds(rounds)
        elif not self._is_stopped():
            assert self._crew is not None
            self._crew.besides(self._look(rounds))

    async def _look(self, rounds: Rounds) -> None:
        assert self._looks is not None
        assert self._crew is not None
        # It takes a while: other suites' sockets must be read meanwhile.
        if await asyncio.to_thread(self._looks.settle, rounds.suite):
            self._end_rounds(rounds)
        elif not self._is_stopped():
            self._further.append(rounds.go_on())
            self._crew.rouse()

    def _cut_off(self, rounds: Rounds, reason: Failure) -> None:
        """End a suite that no look has settled: what it lacks counts as not measured."""
        if not rounds.is_last and not rounds.lacks(reason.kind):
            for unit in rounds.go_on():
                self._end(unit, reason)
        self._end_rounds(rounds)

    def _end_rounds(self, rounds: Rounds) -> None:
        if not rounds.is_over:
            rounds.is_over = True
            for opened in rounds.cases:
                self._settle_open(opened)

    def _note(self, opened: Open, trial: Trial) -> None:
        trial = self._filed(trial)
        opened.done.append(trials.summary(trial))
        if trial.outcome != "passed" and len(opened.problems) <= trials.SHOWN_PROBLEMS:
            opened.problems[trial.trial] = trials.problems(trial, opened.case.repeat)
            opened.asked = opened.asked or trials.asked_of_row(trial)

    def give_up(self, job: Job, reason: Failure) -> CaseResult:
        """Settle a case from another thread, because the event loop stands still.

        Its trials that have not ended are logged as errors with that reason.
        """
        self._given_up.add(job.nodeid)
        opened = self._under_way.get(job.nodeid)
        try:
            opened = opened or self.measurer.prepare(job)
        except Exception:  # noqa: BLE001  # a plug-in's scorer or adapter class is foreign code
            trial = self._filed(trials.bare(job, "error", reason))
            return CaseResult(job.nodeid, "error", (trials.summary(trial),), 0.0, ())
        opened.given_up = True
        for trial in opened.held if not opened.done else ():
            self._note(opened, trial)
        ended = {summary.trial for summary in opened.done}
        for number in range(1, opened.wanted + 1):
            if number not in ended:
                trial = self._filed(trial_of(Unit(opened, number), outcome="error", failure=reason))
                opened.done.append(trials.summary(trial))
                opened.problems[number] = trials.problems(trial, opened.case.repeat)
        return result(opened)

    def _filed(self, trial: Trial) -> Trial:
        self.filed += 1
        if trial.error is not None and trial.error.kind == "cancelled":
            return trial
        if self._log is not None:
            trial = self._log.append(trial)
        if self._on_trial is not None:
            self._on_trial(trial)
        return trial


def result(opened: Open) -> CaseResult:
    """Return what became of a case whose trials have all ended."""
    done = opened.done
    if len(done) > 1:
        done.sort(key=lambda summary: summary.trial)
    outcome = case_outcome([s.outcome for s in done], opened.case.min_trial_pass_rate)
    seconds = 0.0
    for summary in done:
        seconds += summary.total_s or 0.0
    shown: tuple[str, ...] = ()
    if outcome != "passed":
        lines = [line for number in sorted(opened.problems) for line in opened.problems[number]]
        shown = (*trials.limited(lines), *filter(None, [opened.asked]))
    return CaseResult(opened.job.nodeid, outcome, tuple(done), seconds, shown)
