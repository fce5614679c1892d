"""Asks every case of a run and settles each: the coroutine at the heart of the engine."""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from llmeval.codec import describe
from llmeval.config import Settings
from llmeval.errors import AdapterError, LlmevalError
from llmeval.records import Case, Failure, Outcome, Program, Reply, Request, Trial
from llmeval.run import fingerprint, trials
from llmeval.run.batches import Batches
from llmeval.run.channel import Floor
from llmeval.run.channels import Channels
from llmeval.run.crew import Crew
from llmeval.run.dialogue import Talk, hold
from llmeval.run.gathering import compared
from llmeval.run.judges import Judges
from llmeval.run.judging import judged
from llmeval.run.log import RunLog
from llmeval.run.programs import Programs
from llmeval.run.results import CaseResult, Job, case_outcome
from llmeval.run.resume import Key
from llmeval.run.rounds import Looks, Rounds, TakenFirst, open_ended
from llmeval.run.scoring import Bounds, Scoring
from llmeval.run.searching import FOUND, Searcher
from llmeval.run.units import Open, Unit, interleaved, side_by_side

GRACE_S = 1.0
"""What is in flight at the deadline gets so long to clean up."""

Earlier = Callable[[Case, int], str | None]
"""Case, trial -> the reply that the baseline has for it."""


Build = Callable[..., Case]
"""Suite, spec and, of a case under attack, the number of the trial and an attacker's text -> case.
"""


class Conductor:
    """Asks the cases of a run.

    Args:
        settings: Concurrency.
        floor: What all requests share.
        channels: The adapters.
        scoring: The scorers.
        log: Gets every finished trial; None: nothing is stored.
        build: Suite and spec -> case.
        finished: Trials that need not be asked again.
        settle: Gets every finished case.
        on_trial: Gets every finished trial as it was logged.
        programs: Runs what checks want run.
        earlier: What the baseline replied, for checks that compare with it; None: nothing.
        looks: When suites are looked at whose number of rounds is left open; None: never.
    """

    def __init__(
        self,
        settings: Settings,
        floor: Floor,
        channels: Channels,
        scoring: Scoring,
        log: RunLog | None,
        build: Build,
        finished: Mapping[Key, Trial],
        settle: Callable[[CaseResult], None],
        on_trial: Callable[[Trial], None] | None,
        programs: Programs,
        earlier: Earlier | None = None,
        looks: Looks | None = None,
    ) -> None:
        self._settings = settings
        self._looks = looks
        self._rounds: dict[str, Rounds] = {}
        """By suite, where looks may settle it."""
        self._further: deque[Unit] = deque()
        """Trials of further rounds: they come before cases that have not begun."""
        self._earlier = earlier
        self.judges = Judges(channels)
        self._floor = floor
        self._channels = channels
        self._scoring = scoring
        self._log = log
        self._build = build
        self._finished = finished
        self._settle = settle
        self._on_trial = on_trial
        self._programs = programs
        self._batches = Batches()
        self._session = secrets.token_hex(6)
        self._sessions = 0
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
            return self.prepare(job)
        except LlmevalError as error:
            self._settle_bare(job, Failure(kind="suite", message=str(error)))
        except Exception as error:  # noqa: BLE001  # a plug-in's scorer or adapter class is foreign code
            self._settle_bare(job, Failure(kind="suite", message=describe(error)))
        return None

    def prepare(self, job: Job) -> Open:
        """Build a case with its scorers and fingerprint.

        Raises:
            LlmevalError: It cannot be built.
        """
        case = self._case(job)
        bounds = self._scoring.bounds(case)
        channel = self._channels.get(case.adapter)
        own = channel.config.params
        self.judges.compare(bounds.judges, channel)
        return Open(
            job=job,
            case=case,
            bounds=bounds,
            fingerprint=fingerprint.of(
                case,
                channel.hash,
                bounds.hash,
                self.judges.hash(bounds.judges),
                self._attacker(case),
            ),
            params={**own, **case.params} if own and case.params else case.params or own,
            wanted=case.repeat,
        )

    def _case(self, job: Job, trial: int = 1) -> Case:
        case = self._build(job.suite, job.spec, *([trial] if trial > 1 else []))
        if not job.is_found or case.attack is None:
            return case
        return replace(case, attack=replace(case.attack, role=FOUND))

    def _attacker(self, case: Case) -> str:
        """Return the hash of the model that writes the attack; "" where none does."""
        pursuit = None if case.attack is None else case.attack.pursuit
        return "" if pursuit is None else self._channels.get(pursuit.attacker).hash

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
        self.asked += 1
        unit.started = trials.now_text()
        self._flying.add(unit)
        try:
            trial = await self._measure(unit)
        except asyncio.CancelledError:
            reason = self._floor.stopped
            task = asyncio.current_task()
            if reason is None or task is None:
                raise
            task.uncancel()
            self._end(unit, reason)
        else:
            self._file(unit, trial)

    async def _measure(self, unit: Unit) -> Trial:
        opened, talk = unit.open, unit.talk
        if opened.is_search:
            return await self._search(unit)
        if opened.case.attack is not None and unit.number > 1:
            # Codes are fresh in each trial: what leaked in one must not count in the next.
            unit.attacked = self._case(opened.job, unit.number)
        if opened.pursuit is not None:
            await self._pursue(unit)
        else:
            await self._converse(unit.case, unit.number, opened.params, talk)
        if talk.failure is not None:
            return self._failed(unit, talk.failure)
        case = unit.case
        bounds = opened.bounds if opened.pursuit is None else self._scoring.bounds(case)
        if bounds.many:
            unit.known = await self._batches.known(case, bounds, talk.replies)
        if not bounds.asking:
            return self._scored(unit, case, bounds)
        try:
            case = self._with_baseline(unit, bounds)
            bounds = await self.judged(case, bounds, talk.replies, unit.number)
        except AdapterError as error:
            return self._failed(unit, Failure(kind=error.kind, message=f"judge: {error}"))
        except LlmevalError as error:
            return self._failed(unit, Failure(kind="baseline", message=str(error)))
        trial = self._scored(unit, case, bounds)
        self.judges.look_at(case.id, trial.checks)
        return trial

    async def _converse(
        self, case: Case, trial: int, params: Mapping[str, Any], talk: Talk
    ) -> None:
        channel = self._channels.opened(case.adapter) or await self._channels.open(case.adapter)
        self._sessions += 1
        session = f"{self._session}-{self._sessions}"
        await hold(case, trial, session, params, channel.ask, talk)

    async def _pursue(self, unit: Unit) -> None:
        """Let a model write the attack; the unit's case becomes what was asked."""
        from llmeval.run.pursuing import Pursuer

        job, number = unit.open.job, unit.number

        async def converse(case: Case, talk: Talk) -> None:
            await self._converse(case, number, unit.open.params, talk)

        pursuer = Pursuer(
            unit.case,
            number,
            lambda text: self._build(job.suite, job.spec, number, text),
            converse,
            self.ask,
        )
        try:
            await pursuer.go(unit.talk)
        finally:
            unit.attacked, unit.told = pursuer.case, pursuer.told

    async def _search(self, unit: Unit) -> Trial:
        """Ask the attacks of a search, round by round; its own trial says what it found."""
        searcher = Searcher(unit.open.job, self._measured)
        await searcher.go()
        unit.told = searcher.told
        return self._trial(
            unit,
            checks=(searcher.check(unit.case.severity),),
            outcome=searcher.outcome,
            failure=searcher.failure,
        )

    async def _measured(self, jobs: Sequence[Job]) -> list[Trial]:
        """Do the trials of cases that a search chose; returns them in order."""
        opened = [self.prepare(job) for job in jobs]
        units = [Unit(each, number) for each in opened for number in range(1, each.wanted + 1)]
        await asyncio.gather(*map(self._do, units))
        return [unit.trial for unit in units if unit.trial is not None]

    async def judged(
        self, case: Case, bounds: Bounds, replies: list[Reply], trial: int = 1
    ) -> Bounds:
        """Return the checks with the answers of the judges that they ask; see `judging.judged`."""
        return await judged(case, bounds, replies, self._granted, trial)

    async def _granted(self, wish: Request | Program) -> Reply:
        return await (self.ask(wish) if isinstance(wish, Request) else self._programs.run(wish))

    def _scored(self, unit: Unit, case: Case, bounds: Bounds) -> Trial:
        results, outcome, failure = self._scoring.score(case, bounds, unit.talk.replies, unit.known)
        return self._trial(unit, checks=results, outcome=outcome, failure=failure)

    def _with_baseline(self, unit: Unit, bounds: Bounds) -> Case:
        """Return the case with the baseline's reply, where a check compares with it."""
        case = unit.case
        if self._earlier is None or not bounds.compares:
            return case
        text = self._earlier(case, unit.number)
        if text is None and self._settings.update_baseline:
            # What becomes the baseline is as good as itself.
            text = unit.talk.replies[-1].text
        return replace(case, baseline_reply=text)

    def _failed(self, unit: Unit, failure: Failure) -> Trial:
        outcome = trials.unmeasured_outcome(unit.open.case, failure)
        return self._trial(unit, outcome=outcome, failure=failure)

    async def ask(self, request: Request) -> Reply:
        """Return one reply of the adapter that the request names.

        Raises:
            AdapterError: No usable reply.
        """
        name = request.adapter
        try:
            channel = self._channels.opened(name) or await self._channels.open(name)
        except LlmevalError as error:
            raise AdapterError(str(error), kind="configuration", fatal=True) from error
        own = channel.config.params
        if own:
            request = replace(request, params={**own, **request.params})
        return await channel.ask(request)

    def _end(self, unit: Unit, reason: Failure) -> None:
        self._file(unit, self._trial(unit, outcome="error", failure=reason))

    def _trial(self, unit: Unit, **how: Any) -> Trial:
        opened = unit.open
        started = unit.started or None
        return trials.measured(
            opened.job,
            unit.case,
            unit.number,
            opened.fingerprint,
            unit.talk,
            started=started,
            told=unit.told,
            **how,
        )

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
            self._further.extend(rounds.go_on())
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
            opened.problems += trials.problems(trial, opened.case.repeat)

    def give_up(self, job: Job, reason: Failure) -> CaseResult:
        """Settle a case from another thread, because the event loop stands still.

        Its trials that have not ended are logged as errors with that reason.
        """
        self._given_up.add(job.nodeid)
        opened = self._under_way.get(job.nodeid)
        try:
            opened = opened or self.prepare(job)
        except Exception:  # noqa: BLE001  # a plug-in's scorer or adapter class is foreign code
            trial = self._filed(trials.bare(job, "error", reason))
            return CaseResult(job.nodeid, "error", (trials.summary(trial),), 0.0, ())
        opened.given_up = True
        for trial in opened.held if not opened.done else ():
            self._note(opened, trial)
        ended = {summary.trial for summary in opened.done}
        for number in range(1, opened.wanted + 1):
            if number not in ended:
                trial = self._filed(
                    self._trial(Unit(opened, number), outcome="error", failure=reason)
                )
                opened.done.append(trials.summary(trial))
                opened.problems += trials.problems(trial, opened.case.repeat)
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
    shown = () if outcome == "passed" else trials.limited(opened.problems)
    return CaseResult(opened.job.nodeid, outcome, tuple(done), seconds, shown)
