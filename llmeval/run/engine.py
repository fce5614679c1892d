"""The engine: asks everything in its own thread while others wait for results.

Model calls are waiting, not computing, so they must not happen one test after another. The engine
runs one asyncio loop in one daemon thread, keeps as many requests in flight as it may, in the
order of the jobs, scores each reply as it comes, logs each trial and hands out each case's result.
"""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from time import monotonic, perf_counter
from typing import Any, TypeVar

from llmeval.codec import describe
from llmeval.config import AdapterConfig, Settings
from llmeval.records import Case, Failure, Reply, Request, Trial
from llmeval.redact import Redactor
from llmeval.registry import Registry
from llmeval.run import preparation
from llmeval.run.conductor import Conductor
from llmeval.run.deadline import Deadline
from llmeval.run.floor import Sleep
from llmeval.run.lag import Lag
from llmeval.run.log import RunLog
from llmeval.run.loop import cancel_rest, done_in, run_to_end
from llmeval.run.mailbox import Mailbox
from llmeval.run.measuring import Build, Earlier
from llmeval.run.results import CaseResult, EngineDied, Job, TrialSummary
from llmeval.run.resume import Key
from llmeval.run.retry import Retry
from llmeval.run.rounds import Looks
from llmeval.run.scoring import Bounds

__all__ = ["CaseResult", "Engine", "EngineDied", "Job", "TrialSummary"]

SWITCH_INTERVAL_S = 0.0002
"""Python's own 5 ms would let a busy test thread delay every reply by as much."""
PAUSED_SHARE, MOST_PAUSE_S = 0.2, 0.02
"""How long who waits for results lets them gather: long enough that the two threads do not take
turns with every one, short enough that what is taken at once does not hold up the sockets."""
JOINED_WITHIN_S = 5.0

T = TypeVar("T")


class Engine:
    """Asks all cases of one process.

    Args:
        settings: What the run is told from outside.
        registry: Adapters and scorers by name.
        adapters: Adapter tables by name; those of the jobs' suites are added.
        log: Gets every finished trial; None: nothing is stored.
        finished: Trials of an interrupted run that need not be asked again.
        on_trial: Called in the engine's thread with every trial as it was logged.
        environ: Environment variables, for the adapters' tables and for finding secrets.
        build: Suite and spec -> case; None: `llmeval.suite.build.case`.
        sleep: Waits so many seconds; for pauses.
        retry: None: as the settings say.
        goes_on: Another engine of this run came first: its recording is added to.
        earlier: What the baseline replied to a trial, for checks that compare with it.
        looks: When suites are looked at whose number of rounds is left open, and what a look
            says; a suite that is not among them makes its most rounds.
    """

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        adapters: Mapping[str, AdapterConfig],
        log: RunLog | None,
        *,
        finished: Mapping[Key, Trial] | None = None,
        on_trial: Callable[[Trial], None] | None = None,
        environ: Mapping[str, str],
        build: Build | None = None,
        sleep: Sleep = asyncio.sleep,
        retry: Retry | None = None,
        goes_on: bool = False,
        earlier: Earlier | None = None,
        looks: Looks | None = None,
    ) -> None:
        self._settings = settings
        self._log = log
        self._parts = preparation.Parts(
            settings=settings,
            registry=registry,
            adapters=adapters,
            log=log,
            finished=finished or {},
            on_trial=on_trial,
            environ=environ,
            build=build,
            sleep=sleep,
            retry=retry or Retry(settings.max_retries),
            redactor=Redactor(environ),
            aside=self._aside,
            hurry=self._hurry,
            goes_on=goes_on,
            earlier=earlier,
            looks=looks,
        )
        self._ready: preparation.Ready | None = None
        self._jobs: Sequence[Job] = ()
        self._by_nodeid: dict[str, Job] = {}
        self._mail = Mailbox()
        self._lag = Lag()
        self._deadline = Deadline(settings.deadline_s)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: asyncio.Event | None = None
        self._idle = threading.Event()
        """Set when no further result will come."""
        self._began_at = 0.0
        self._interval: float | None = None

    # --- from the thread that waits -----------------------------------------------------------

    def start(self, jobs: Sequence[Job]) -> None:
        """Begin to ask, in the order of the jobs; returns at once.

        Raises:
            UsageError: An adapter cannot be built, or has no price although costs are limited.
            StoredFileError: The recording cannot be read or written, or the interrupted run that
                is resumed differs from this one.
        """
        assert self._thread is None, "an engine starts once"
        self._ready = preparation.prepare(self._parts, jobs, self._mail.put)
        self._mail.expect(jobs)
        self._jobs = jobs
        self._began_at = monotonic()
        self._deadline.begin()
        started = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(jobs, started), name="llmeval-engine", daemon=True
        )
        self._thread.start()
        started.wait()

    def result(self, nodeid: str, timeout: float | None = None) -> CaseResult:
        """Return a case's result, waiting for it. Each result is handed out once.

        Args:
            nodeid: Of one of the jobs.
            timeout: Seconds to wait at most; None: until it is there.

        Raises:
            EngineDied: The engine ended before; says why.
            TimeoutError: It took longer than `timeout`.
            LookupError: No such job, or its result was handed out before.
        """
        found = self.ready(nodeid)
        if found is not None:
            return found
        give_up_at = None if timeout is None else monotonic() + timeout
        while True:
            found = self._mail.wait(nodeid, self._deadline.patience(give_up_at))
            if found is not None:
                self._let_results_gather()
                return found
            if self._deadline.is_long_past():
                return self._give_up(nodeid)
            if give_up_at is not None and monotonic() >= give_up_at:
                raise TimeoutError(f"{nodeid}: no result within {timeout:g} s")
            self._lag.raise_if_stuck()

    def _give_up(self, nodeid: str) -> CaseResult:
        """Return the result of a case that an adapter, holding up the loop, keeps from ending."""
        found = self._mail.abandon(nodeid)
        if found is not None:
            return found
        assert self._ready is not None
        if not self._by_nodeid:
            self._by_nodeid = {job.nodeid: job for job in self._jobs}
        failure = self._deadline.failure(", and an adapter holds up the event loop")
        return self._ready.conductor.give_up(self._by_nodeid[nodeid], failure)

    def ready(self, nodeid: str) -> CaseResult | None:
        """Return a case's result if it is there; never waits."""
        return self._mail.ready(nodeid)

    def _let_results_gather(self) -> None:
        """Give the engine a while before the next results are taken, many at once.

        Two threads that take turns with every result cost a third more than one after the other,
        and hold up the reading of sockets. Never more than a fifth of the time so far.
        """
        self._idle.wait(min(MOST_PAUSE_S, (monotonic() - self._began_at) * PAUSED_SHARE))

    def ask(self, adapter: str, request: Request) -> Reply:
        """Return one reply, through the same limits, cache and recording as any case's.

        Raises:
            AdapterError: No usable reply.
            EngineDied: The engine is not running.
        """
        if request.adapter != adapter:
            from msgspec.structs import replace

            request = replace(request, adapter=adapter)
        return self._waited_for(lambda conductor: conductor.measurer.ask(request))

    def judged(self, case: Case, bounds: Bounds, replies: list[Reply]) -> Bounds:
        """Return the checks with the answers of the judges that they ask.

        Raises:
            AdapterError: The run has stopped.
            EngineDied: The engine is not running.
        """
        return self._waited_for(lambda conductor: conductor.measurer.judged(case, bounds, replies))

    def _waited_for(self, begin: Callable[[Conductor], Coroutine[Any, Any, T]]) -> T:
        """Do something in the engine's thread and wait for it."""
        loop, ready = self._loop, self._ready
        if loop is None or ready is None or loop.is_closed():
            raise EngineDied("the engine is not running")
        self._mail.raise_if_dead()
        return done_in(loop, begin(ready.conductor), self._check)

    def _check(self) -> None:
        self._mail.raise_if_dead()
        self._lag.raise_if_stuck()

    def _hurry(self) -> None:
        """Let the engine's thread take the interpreter from a busy test thread at once.

        Not where all adapters answer at once: taking turns is a twentieth of such a run. Inside
        the caller's loop there is no other thread.
        """
        if self._interval is None and self._thread is not None:
            self._interval = sys.getswitchinterval()
            sys.setswitchinterval(min(self._interval, SWITCH_INTERVAL_S))

    def cancel(self, reason: str) -> None:
        """Ask nothing further and cancel what is in flight.

        Cases without a result end as error `cancelled`; their trials are not logged.
        """
        self._idle.set()
        failure = Failure(kind="cancelled", message=reason)
        self._mail.cancel(failure)
        loop, ready = self._loop, self._ready
        if loop is not None and ready is not None and not loop.is_closed():
            loop.call_soon_threadsafe(ready.conductor.stop, failure)

    def close(self) -> None:
        """End the engine: cancel what is left, close adapters, stop services. Waits at most 5 s."""
        thread, loop = self._thread, self._loop
        if thread is None or loop is None:
            return
        self.cancel("the run has ended")
        with suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(self._close)
        thread.join(JOINED_WITHIN_S)
        self._jobs, self._by_nodeid = (), {}
        if self._interval is not None:
            sys.setswitchinterval(self._interval)
            self._interval = None

    def notes(self) -> tuple[str, ...]:
        """Return what the reader of the run should know, one line each, without secrets."""
        if self._ready is None:
            return ()
        return tuple(self._parts.redactor.text(line) for line in self._ready.notes())

    def totals(self) -> dict[str, Any]:
        """Return figures of the run as a whole, for the end of its log."""
        if self._ready is None:
            return {}
        return {**self._ready.totals(), **self._lag.figures()}

    async def run_async(self, jobs: Sequence[Job]) -> tuple[CaseResult, ...]:
        """Ask all cases inside the caller's event loop; return their results in job order.

        Raises:
            UsageError, StoredFileError: As `start`.
        """
        assert self._thread is None, "an engine starts once"
        self._ready = preparation.prepare(self._parts, jobs, self._mail.put)
        self._mail.expect(jobs)
        try:
            await self._conduct(jobs)
        finally:
            await self._ready.close()
        return tuple([self._mail.take(job.nodeid) for job in jobs])

    # --- in the engine's thread ---------------------------------------------------------------

    def _aside(self) -> AbstractContextManager[None]:
        assert self._ready is not None
        aside: AbstractContextManager[None] = self._ready.conductor.aside()
        return aside

    def _run(self, jobs: Sequence[Job], started: threading.Event) -> None:
        try:
            self._loop = asyncio.new_event_loop()
            task = self._loop.create_task(self._life(jobs))
            self._loop.call_soon(started.set)
            self._mail.wake_by(self._loop.call_soon)
            run_to_end(self._loop, task)
        except BaseException as error:  # noqa: BLE001  # told to everyone who waits
            self._mail.die(f"the engine ended: {describe(error)}")
        finally:
            started.set()
            self._mail.die("the engine has ended")
            if self._loop is not None:
                self._loop.close()

    async def _life(self, jobs: Sequence[Job]) -> None:
        assert self._ready is not None
        self._closing = asyncio.Event()
        beat = asyncio.create_task(self._lag.beat())
        try:
            await self._conduct(jobs)
            await self._closing.wait()
        finally:
            beat.cancel()
            await self._ready.close()
            await cancel_rest()

    async def _conduct(self, jobs: Sequence[Job]) -> None:
        assert self._ready is not None
        conductor = self._ready.conductor
        timer = None
        if self._settings.deadline_s is not None:
            loop = asyncio.get_running_loop()
            failure = self._deadline.failure()
            timer = loop.call_later(self._settings.deadline_s, conductor.stop, failure)
        begun = perf_counter()
        try:
            await conductor.run(jobs)
        finally:
            self._idle.set()
            self._ready.seconds = perf_counter() - begun
            if timer is not None:
                timer.cancel()

    def _close(self) -> None:
        if self._closing is not None:
            self._closing.set()
