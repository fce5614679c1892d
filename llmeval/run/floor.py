"""What the requests of all adapters of a run share: slots, budget, cache, recording, the stop."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any

from msgspec import Struct, field

from llmeval.errors import AdapterError
from llmeval.records import Failure
from llmeval.run.budget import Budget
from llmeval.run.cache import Cache
from llmeval.run.limits import Ramp, Slots, Turns
from llmeval.run.record import Recorder
from llmeval.run.retry import Retry

Sleep = Callable[[float], Awaitable[Any]]


def _nothing() -> None:
    """Do nothing."""


class Floor(Struct):
    """What all requests of a run share."""

    slots: Slots
    retry: Retry
    budget: Budget
    aside: Callable[[], AbstractContextManager[None]]
    """Entered while a trial waits without a request in flight: another one may start."""
    turns: Turns = field(default_factory=Turns)
    """Of working on replies that came over a wire."""
    hurry: Callable[[], None] = _nothing
    """Called once an adapter is open that takes time to answer: its replies are not to wait."""
    ramp: Ramp | None = None
    """Spreads the first wave; None once that is over."""
    sleep: Sleep = asyncio.sleep
    cache: Cache | None = None
    recorder: Recorder | None = None
    stopped: Failure | None = None
    """Why nothing further is sent; None while the run goes on."""

    def check(self) -> None:
        """Raise when nothing further may be sent.

        Raises:
            AdapterError: With the reason the run stops for.
        """
        if self.stopped is not None:
            raise AdapterError(self.stopped.message, kind=self.stopped.kind)

    async def admit(self, expected: Callable[[], float]) -> float:
        """Reserve what a request is expected to cost, in USD; see `Budget.admit`.

        Raises:
            AdapterError: `budget`: the limit is reached, and the run stops.
        """
        reserved = await self.budget.admit(expected)
        if reserved is None and self.stopped is None:
            self.stopped = Failure(
                kind="budget",
                message=f"not asked: the run has cost {self.budget.spent_usd:.4f} of "
                f"{self.budget.max_usd:g} USD (--llmeval-max-cost)",
            )
        if reserved is None or self.stopped is not None:
            if reserved is not None:
                self.budget.release(reserved)
            self.check()
        assert reserved is not None
        return reserved
