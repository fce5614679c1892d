"""How many requests may be in flight, and how many may start in a minute."""

import asyncio
from collections import deque
from time import perf_counter

RAMP_S = 0.0005
"""Between two requests of the first wave."""
LONG_S = 0.001
LOOKS = 3
"""After work of that length: what came in meanwhile wakes a future, that its task, and that may
send on. One look alone put the next work before them: with `factuality`, 100 in flight, half of
all replies were noted 17 ms late, with three looks 3 ms."""


class Slots:
    """Room for so many requests in flight; who waits is served in order.

    Args:
        limit: At least 1. May be changed while requests are in flight: what is too many then
            finishes, and nothing new starts until there is room.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken = 0
        self.most = 0
        """The largest number that was taken at one time."""
        self._queue: deque[asyncio.Future[None]] = deque()

    def take(self) -> bool:
        """Take a slot if one is free and nobody waits for it."""
        if self.taken >= self.limit or self._queue:
            return False
        self._count()
        return True

    async def acquire(self) -> None:
        """Take a slot, waiting for one."""
        if self.take():
            return
        future = asyncio.get_running_loop().create_future()
        self._queue.append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self.release()  # it was given to us in the same moment
            elif future in self._queue:
                self._queue.remove(future)
            raise

    def release(self) -> None:
        """Give a slot back; the first who waits gets it."""
        self.taken -= 1
        self.let_in()

    def let_in(self) -> None:
        """Let those in who wait, as far as there is room: after the limit was raised."""
        while self._queue and self.taken < self.limit:
            future = self._queue.popleft()
            if not future.done():
                self._count()
                future.set_result(None)

    def _count(self) -> None:
        self.taken += 1
        self.most = max(self.most, self.taken)


class Ramp:
    """Spreads the first wave of requests: all at once they would delay each other's replies.

    A burst of 100 puts most of a bare client's own latencies 5 ms and more past the server's.

    Args:
        requests: How many the first wave has.
    """

    def __init__(self, requests: int) -> None:
        self.left = requests
        self._pace = Pace(60.0 / RAMP_S)

    async def turn(self, now: float) -> None:
        """Wait for the next request's turn."""
        self.left -= 1
        wait = self._pace.reserve(1, now)
        if wait > 0:
            await asyncio.sleep(wait)


class Turns:
    """Lets one reply be worked on between two looks at the sockets.

    Replies come in waves. Scoring and logging a hundred of them takes 30 ms, and until that was
    done no further byte would be read, nor the time of its coming noted: the slowest hundredth of
    replies seemed 40 ms slower than it was.
    """

    def __init__(self) -> None:
        self._queue: deque[asyncio.Future[None]] = deque()
        self._taken = False
        """Since the last look."""
        self._began = 0.0
        self._looks = 0
        """Still to be made before the next turn."""

    async def take(self, *, first: bool = False) -> None:
        """Wait for a turn, in the order of coming; at once where nobody had one since the look.

        Args:
            first: Before those who wait: what is begun is ended before the next is begun.
        """
        loop = asyncio.get_running_loop()
        if self._taken:
            future = loop.create_future()
            (self._queue.appendleft if first else self._queue.append)(future)
            await future
        else:
            self._taken = True
            self._begin(loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._began = perf_counter()
        loop.call_soon(self._worked)

    def _worked(self) -> None:
        """Look at the sockets, several times after work that has kept them waiting."""
        self._looks = LOOKS if perf_counter() - self._began > LONG_S else 0
        self._looked()

    def _looked(self) -> None:
        """Give the next turn: the loop has read what had come in."""
        loop = asyncio.get_running_loop()
        if self._looks:
            self._looks -= 1
            loop.call_soon(self._looked)
            return
        while self._queue:
            future = self._queue.popleft()
            if not future.done():  # else cancelled meanwhile
                future.set_result(None)
                self._begin(loop)
                return
        self._taken = False


class Pace:
    """An even flow: so many units a minute, without bursts.

    A request reserves its units when it comes and waits until its turn. What was only estimated
    is corrected afterwards.

    Args:
        per_minute: Units a minute, more than 0.
    """

    def __init__(self, per_minute: float) -> None:
        self._seconds = 60.0 / per_minute
        self._free_at = 0.0

    def reserve(self, units: float, now: float) -> float:
        """Return how many seconds the units have to wait.

        Args:
            units: 1 for a request, the estimate for tokens.
            now: Seconds of a clock that never goes back.
        """
        start = max(now, self._free_at)
        self._free_at = start + units * self._seconds
        return start - now

    def correct(self, units: float) -> None:
        """Add what the estimate lacked, or take away what was too much."""
        self._free_at += units * self._seconds
