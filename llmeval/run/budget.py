"""What the run has cost, and when to stop."""

from msgspec import Struct

from llmeval.config import Price
from llmeval.records import Reply, Request, Usage

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


class Budget(Struct):
    """Counts what replies cost and says when the next request would be too much."""

    max_usd: float | None = None
    """None is no limit."""
    spent_usd: float = 0.0
    priced: int = 0
    """Requests with a cost."""

    def spend(self, usd: float) -> None:
        """Count the cost of one reply."""
        self.spent_usd += usd
        self.priced += 1

    def allows(self, in_flight: int) -> bool:
        """Say whether one more request fits.

        Args:
            in_flight: Requests under way; each counts as much as the mean so far.
        """
        if self.max_usd is None:
            return True
        mean = self.spent_usd / self.priced if self.priced else 0.0
        expected = self.spent_usd + mean * (in_flight + 1)
        return self.spent_usd < self.max_usd and expected <= self.max_usd * (1 + 1e-9)
