"""The workers: so many trials under way at once, taken in order, stopped together."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Generic, TypeVar

GIVE_WAY_S = 0.005
"""How long trials that never wait may keep the loop from reading sockets."""
MOST_ASIDE = 1000
"""Trials that wait without a request in flight, beyond which no further one is begun."""

T = TypeVar("T")


class Crew(Generic[T]):
    """Workers that take units in order and do them.

    There are as many at work as `size`; while one waits aside (a pause before another attempt, a
    rate limit) another takes its place, so that waiting costs nothing.

    Args:
        units: What is to be done; taken one by one. It may run dry and have more later, see
            `rouse`.
        do: Does one unit; raises nothing.
        size: How many at once.
        stopped: Says that no further unit is to be begun.
    """

    def __init__(
        self,
        units: Iterator[T],
        do: Callable[[T], Awaitable[None]],
        size: int,
        stopped: Callable[[], bool],
    ) -> None:
        self._units = units
        self._do = do
        self._size = size
        self._stopped = stopped
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0
        """Workers that have not ended, those aside included."""
        self._aside = 0
        self._empty = False
        self._gave_way = 0.0
        self._idle = asyncio.Event()
        self._died_of: BaseException | None = None

    async def work(self, grace_s: float) -> None:
        """Work until nothing is left, or until the crew was cancelled.

        Args:
            grace_s: Seconds that cancelled workers get to end.

        Raises:
            Exception: What a worker died of.
        """
        self._gave_way = perf_counter()
        for _ in range(self._size):
            self._hire()
        if not self._tasks:
            self._idle.set()
        await self._idle.wait()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        if self._died_of is not None:
            raise self._died_of

    def cancel(self) -> None:
        """Cancel what is under way."""
        for task in self._tasks:
            task.cancel()
        self._idle.set()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let another worker take this one's place while it waits."""
        self._aside += 1
        if not self._empty and self._aside < MOST_ASIDE and not self._stopped():
            self._hire()
        try:
            yield
        finally:
            self._aside -= 1

    def besides(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes no worker's place; the crew is at work until it has ended."""
        self._keep(asyncio.get_running_loop().create_task(work))

    def rouse(self) -> None:
        """Go on: there are units again after there were none."""
        self._empty = False
        for _ in range(self._size):
            self._hire()

    def _hire(self) -> None:
        if self._busy - self._aside < self._size:
            self._busy += 1
            self._keep(asyncio.get_running_loop().create_task(self._worker()))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._died_of = task.exception()
        if not self._tasks or self._died_of is not None:
            self._idle.set()

    async def _worker(self) -> None:
        try:
            await self._take_units()
        finally:
            # At once: the task's own end is noticed a turn of the loop later.
            self._busy -= 1

    async def _take_units(self) -> None:
        while not self._stopped():
            unit = next(self._units, None)
            if unit is None:
                self._empty = True
                return
            await self._do(unit)
            if self._busy - self._aside > self._size:
                return  # who waited aside is back
            if perf_counter() - self._gave_way > GIVE_WAY_S:
                await asyncio.sleep(0)
                self._gave_way = perf_counter()
