"""Where results wait for those who want them: put in one thread, taken in another."""

import threading
from collections.abc import Callable, Iterable

from llmeval.records import Failure
from llmeval.run.results import CaseResult, EngineDied, Job, TrialSummary


class Mailbox:
    """Results by node id.

    Dictionary operations are atomic in CPython: a result is put before its waiter is looked up,
    and a waiter is put up before the result is looked up again, so none is missed without a lock.

    A waiter is woken once the event loop turns, not at once: two threads that hand each other the
    interpreter for every result cost more than the results.
    """

    def __init__(self) -> None:
        self._expected: set[str] = set()
        self._there: dict[str, CaseResult] = {}
        self._waiting: dict[str, threading.Event] = {}
        self._death: str | None = None
        self._cancelled: Failure | None = None
        self._soon: Callable[[Callable[[], None]], object] | None = None
        self._waking = False

    def wake_by(self, soon: Callable[[Callable[[], None]], object]) -> None:
        """Wake waiters by a function that calls another one soon, `loop.call_soon`."""
        self._soon = soon

    def expect(self, jobs: Iterable[Job]) -> None:
        """Tell which results will come."""
        self._expected.update([job.nodeid for job in jobs])

    def put(self, result: CaseResult) -> None:
        """Put a result; dropped when nobody expects it any more."""
        if result.nodeid not in self._expected:
            return
        self._there[result.nodeid] = result
        if self._waiting and not self._waking:
            self._waking = True
            if self._soon is None:
                self._wake_served()
            else:
                self._soon(self._wake_served)

    def _wake_served(self) -> None:
        self._waking = False
        for nodeid, event in list(self._waiting.items()):
            if nodeid in self._there:
                event.set()

    def take(self, nodeid: str) -> CaseResult:
        """Return a result that is there.

        Raises:
            EngineDied: It is not there, and never will be.
            LookupError: It is not expected.
        """
        found = self.wait(nodeid, 0.0)
        if found is None:
            raise EngineDied(f"{nodeid}: the engine ended without a result")
        return found

    def ready(self, nodeid: str) -> CaseResult | None:
        """Return a result if it is there."""
        found = self._there.pop(nodeid, None)
        if found is not None:
            self._expected.discard(nodeid)
        return found

    def wait(self, nodeid: str, seconds: float) -> CaseResult | None:
        """Return a result, None when it is not there after so many seconds.

        Raises:
            EngineDied: It will never come.
            LookupError: It is not expected.
        """
        found = self._there.pop(nodeid, None)
        if found is None:
            found = self._wait(nodeid, seconds)
        if found is not None:
            self._expected.discard(nodeid)
        return found

    def _wait(self, nodeid: str, seconds: float) -> CaseResult | None:
        if nodeid not in self._expected:
            raise LookupError(f"{nodeid}: not asked, or its result was handed out before")
        event = self._waiting.setdefault(nodeid, threading.Event())
        if nodeid not in self._there and self._death is None and self._cancelled is None:
            event.wait(seconds)
        self._waiting.pop(nodeid, None)
        found = self._there.pop(nodeid, None)
        if found is None and self._cancelled is not None:
            return _without(nodeid, self._cancelled)
        if found is None:
            self.raise_if_dead()
        return found

    def abandon(self, nodeid: str) -> CaseResult | None:
        """Expect a result no longer; return it if it is there after all."""
        self._expected.discard(nodeid)
        return self._there.pop(nodeid, None)

    def cancel(self, failure: Failure) -> None:
        """Give everyone who waits an error with that reason."""
        self._cancelled = failure
        self._wake()

    def die(self, reason: str) -> None:
        """Let everyone who waits know that no further result comes; the first reason stays."""
        if self._death is None:
            self._death = reason
        self._wake()

    def _wake(self) -> None:
        for event in list(self._waiting.values()):
            event.set()

    def raise_if_dead(self) -> None:
        """Raise when no further result comes.

        Raises:
            EngineDied: With the reason.
        """
        if self._death is not None:
            raise EngineDied(self._death)


def _without(nodeid: str, failure: Failure) -> CaseResult:
    trial = TrialSummary(trial=1, outcome="error", error=failure.kind)
    return CaseResult(nodeid, "error", (trial,), 0.0, (f"{failure.kind}: {failure.message}",))
