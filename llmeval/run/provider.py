"""What one service can take at a time, learnt from how it answers; shared by its adapters."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from llmeval.config import AdapterConfig
from llmeval.errors import AdapterError
from llmeval.run.limits import Slots

TOO_MANY = 1 / 3
"""Refused among the answers of one round from which on it was too much. A few are sent again at
little cost; a service that refuses at random, not because of too many, is not asked more slowly."""
LEAST_SHARE = 10
"""In flight stay at least so many times fewer than allowed: a run must not come to a standstill."""
GROWTH = 0.1
"""By this share, at least by one, after a round without a refusal."""
DOWN_AFTER_S, DOWN_AFTER_FAILURES = 10.0, 20
"""A service from which nothing but failures came for so long, and so many, is given up: each
request alone would be tried again for seconds."""
_FAILURES = frozenset({"connection", "server_error", "timeout"})


class Provider:
    """Fewer requests in flight after refusals, slowly more again (AIMD; Jacobson 1988).

    A round is as many answers as may be in flight, of requests sent since the last change.

    And a circuit breaker: a service that gives no reply at all any more is not asked further.

    Args:
        ceiling: Requests that may be in flight at all, at least 1.
    """

    def __init__(self, ceiling: int) -> None:
        self._ceiling = ceiling
        self.slots: Slots | None = None
        """None as long as nothing was refused."""
        self.refusals = 0
        self.least = ceiling
        """The smallest number that was allowed in flight."""
        self._changed_at = float("-inf")
        self._replies = self._refusals = 0
        """Of the round."""
        self._failures = 0
        self._failing_since = 0.0

    def failed(self, error: AdapterError, now: float) -> AdapterError | None:
        """Count an attempt that failed; return why the service is given up, None while it is not.

        Args:
            error: Why it failed.
            now: Seconds of a clock that never goes back.
        """
        if error.kind not in _FAILURES:
            return None
        if self._failures == 0:
            self._failing_since = now
        self._failures += 1
        lasted = now - self._failing_since
        if lasted < DOWN_AFTER_S or self._failures < DOWN_AFTER_FAILURES:
            return None
        return AdapterError(
            f"no reply for {lasted:.0f} s, {self._failures} attempts in a row failed; the last: "
            f"{error}",
            kind="unreachable",
            fatal=True,
        )

    def refused(self, sent_at: float, now: float) -> None:
        """Count a refusal; halve what may be in flight when a round brought too many of them.

        Args:
            sent_at: When the refused request was sent, seconds of a clock that never goes back.
            now: The time on that clock.
        """
        self.refusals += 1
        if sent_at >= self._changed_at:
            self._refusals += 1
            self._close_round(now)

    def answered(self, sent_at: float) -> None:
        """Count a reply; allow more after a round without a refusal."""
        self._failures = 0
        if self.refusals and sent_at >= self._changed_at:
            self._replies += 1
            self._close_round(sent_at)

    def _close_round(self, now: float) -> None:
        limit = self._ceiling if self.slots is None else self.slots.limit
        answers = self._replies + self._refusals
        if answers < limit:
            return
        if self._refusals > TOO_MANY * answers:
            self._halve(limit)
            self._changed_at = now
        elif not self._refusals and self.slots is not None:
            self._allow_more(self.slots)
        self._replies = self._refusals = 0

    def _halve(self, limit: int) -> None:
        if self.slots is None:
            self.slots = Slots(self._ceiling)
        self.slots.limit = max(1, self._ceiling // LEAST_SHARE, limit // 2)
        self.least = min(self.least, self.slots.limit)

    def _allow_more(self, slots: Slots) -> None:
        more = max(1, int(slots.limit * GROWTH))
        slots.limit = min(self._ceiling, slots.limit + more)
        slots.let_in()

    def note(self) -> str | None:
        """Return what the reader of the run should know; None where nothing was refused."""
        if not self.refusals:
            return None
        slower = f"; in flight were then at most {self.least} of {self._ceiling}"
        return (
            f"the service refused {self.refusals} requests as too many (429)"
            f"{slower if self.least < self._ceiling else ''}"
        )


def identity(config: AdapterConfig) -> tuple[Any, ...]:
    """Return what is equal for adapters that ask the same service with the same key."""
    parameters: Mapping[str, Any] = config.parameters
    address = parameters.get("base_url") or parameters.get("url")
    if address is None and "model" not in parameters:
        return (config.name,)
    host = urlsplit(str(address)).netloc if address else ""
    return config.type, host, parameters.get("api_key_env"), config.concurrency
