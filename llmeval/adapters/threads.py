"""Daemon threads for callables that block: one per slot, used again, never in the way of exit.

`asyncio.to_thread` has few threads, and its threads keep the process alive until they end.
"""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

Work = Callable[[], Any]
"""Raises nothing: what goes wrong is in what it returns."""


class Threads:
    """Runs blocking work beside the event loop.

    Args:
        name: What the threads are called.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._idle: list[SimpleQueue[tuple[Work, asyncio.Future[Any]] | None]] = []
        self._lock = Lock()
        self.abandoned = 0
        """How many threads are busy with work that nobody waits for any more."""

    async def run(self, work: Work) -> Any:
        """Return what the work returns.

        When the wait is cancelled the work goes on to its end, unheard: Python cannot stop it.
        """
        future = asyncio.get_running_loop().create_future()
        # The thread knows what the caller knows: which case it works for, for instance.
        self._worker().put((partial(copy_context().run, work), future))
        try:
            return await future
        except asyncio.CancelledError:
            with self._lock:
                self.abandoned += 1
            raise

    def close(self) -> None:
        """Let the idle threads end; busy ones end with the process."""
        with self._lock:
            for inbox in self._idle:
                inbox.put(None)
            self._idle.clear()

    def _worker(self) -> "SimpleQueue[tuple[Work, asyncio.Future[Any]] | None]":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        inbox: SimpleQueue[tuple[Work, asyncio.Future[Any]] | None] = SimpleQueue()
        Thread(target=self._serve, args=(inbox,), name=self._name, daemon=True).start()
        return inbox

    def _serve(self, inbox: "SimpleQueue[tuple[Work, asyncio.Future[Any]] | None]") -> None:
        while (job := inbox.get()) is not None:
            work, future = job
            result = work()
            # Idle before the result is heard: the next request finds this thread.
            with self._lock:
                self._idle.append(inbox)
            try:
                future.get_loop().call_soon_threadsafe(self._deliver, future, result)
            except RuntimeError:
                return  # the loop is closed, nobody is waiting

    def _deliver(self, future: "asyncio.Future[Any]", result: Any) -> None:
        if future.cancelled():
            with self._lock:
                self.abandoned -= 1
        else:
            future.set_result(result)
