"""What the run has cost, and when to stop."""

import asyncio
from collections.abc import Callable

from llmeval.config import Price
from llmeval.records import Reply, Request, Usage

REPLY_TOKENS = 200
"""Assumed for a reply where no `max_tokens` says that it is shorter."""
CHARACTERS_PER_TOKEN = 4
"""A rule of thumb for English text; used where a service counts nothing."""


def cost_of(usage: Usage, price: Price) -> float | None:
    """Return USD for a reply's tokens, None when the service did not count them."""
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    cached = min(usage.cached_tokens or 0, usage.input_tokens)
    cached_price = price.cached_input_per_mtok
    if cached_price is None:
        cached_price = price.input_per_mtok
    return (
        (usage.input_tokens - cached) * price.input_per_mtok
        + cached * cached_price
        + usage.output_tokens * price.output_per_mtok
    ) / 1e6


def input_tokens(request: Request) -> int:
    """Return about how many tokens a request has."""
    characters = len(request.system or "") + sum(len(m.content) for m in request.messages)
    return max(1, characters // CHARACTERS_PER_TOKEN)


def estimated_usage(request: Request, reply: Reply) -> Usage:
    """Return a reply's tokens; counted from characters where the service did not say."""
    usage = reply.usage
    written = len(reply.text or "") // CHARACTERS_PER_TOKEN
    return Usage(
        input_tokens=input_tokens(request) if usage.input_tokens is None else usage.input_tokens,
        output_tokens=written if usage.output_tokens is None else usage.output_tokens,
        cached_tokens=usage.cached_tokens,
    )


class Budget:
    """Counts what replies cost and says whether the next request fits.

    What is in flight counts at its estimate, so that the limit is not passed by all that was under
    way when it was reached.

    Args:
        max_usd: What the run may cost; None is no limit.
    """

    def __init__(self, max_usd: float | None = None) -> None:
        self.max_usd = max_usd
        self.spent_usd = 0.0
        self.priced = 0
        """Requests with a cost."""
        self._reserved_usd = 0.0
        self._in_flight = 0
        self._waiting: list[asyncio.Future[None]] = []

    def spend(self, usd: float) -> None:
        """Count the cost of one reply."""
        self.spent_usd += usd
        self.priced += 1

    async def admit(self, expected: Callable[[], float]) -> float | None:
        """Reserve what a request is expected to cost; waits while others may turn out cheaper.

        Args:
            expected: Returns the estimate in USD as it is now.

        Returns:
            What was reserved, to be given back with `release`; None when the limit is reached.
        """
        usd = expected()
        while self.max_usd is not None and not self._fits(usd):
            if not self._in_flight:
                return None
            future = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future
            usd = expected()
        self._reserved_usd += usd
        self._in_flight += 1
        return usd

    def _fits(self, usd: float) -> bool:
        limit = self.max_usd or 0.0
        total = self.spent_usd + self._reserved_usd + usd
        return self.spent_usd < limit and total <= limit * (1 + 1e-9)

    def release(self, usd: float) -> None:
        """Give back what was reserved: the request has ended, its cost is spent."""
        self._in_flight -= 1
        # No rest of rounding may keep anybody out.
        self._reserved_usd = self._reserved_usd - usd if self._in_flight else 0.0
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)
