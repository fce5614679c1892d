"""Whether and when to try a request again: the only retry layer there is."""

from collections.abc import Callable
from random import random

from msgspec import Struct

from llmeval.errors import AdapterError

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
LONGEST_RETRY_AFTER_S = 600.0
"""A service that asks for more (a daily quota) is not waited for."""
RATE_LIMITED_ATTEMPTS = 20
"""A server that says when to come back is believed so often: half of all attempts refused leaves
one case in 400,000 without an answer."""
RATE_LIMITED_WAIT_S = 120.0
"""How long one request is held up by such answers in all, unless its retries last longer."""


class Retry(Struct, frozen=True):
    """How often and after which pause a failed request is tried again.

    Pauses grow exponentially and are spread at random ("full jitter", Brooker 2015, AWS
    Architecture Blog), so that requests that failed together do not come back together.
    """

    max_retries: int = 3
    """0 is none."""
    draw: Callable[[], float] = random  # noqa: S311  # spreads pauses, guards nothing
    """Gives numbers in 0…1."""

    def pause(self, error: AdapterError, attempts: int, waited_s: float) -> float | None:
        """Return the seconds to wait before the next attempt, None for no further attempt.

        Args:
            error: Why the last attempt failed.
            attempts: How many there were.
            waited_s: Seconds this request has paused already.
        """
        if not error.transient or error.fatal or self.max_retries <= 0:
            return None
        told = error.retry_after_s
        if told is not None and told > LONGEST_RETRY_AFTER_S:
            return None
        if attempts > self.max_retries and not _believed(error, attempts, waited_s):
            return None
        if told is not None:
            # Never earlier than told; spread a little.
            return max(told, 0.0) * (1 + 0.1 * self.draw())
        longest = min(FIRST_PAUSE_S * 2.0 ** min(attempts - 1, 16), LONGEST_PAUSE_S)
        return longest * (0.5 + 0.5 * self.draw())


def _believed(error: AdapterError, attempts: int, waited_s: float) -> bool:
    """Say whether to go on because the service itself named the time to come back."""
    told = error.retry_after_s
    if error.kind != "rate_limited" or told is None or told <= 0:
        return False
    return attempts < RATE_LIMITED_ATTEMPTS and waited_s + told <= RATE_LIMITED_WAIT_S


def again(error: AdapterError, note: str = "") -> AdapterError:
    """Return the same error to be raised anew: one raised a thousand times keeps growing."""
    return AdapterError(
        f"{error}{note}", kind=error.kind, transient=error.transient, fatal=error.fatal
    )


def final(error: AdapterError, attempts: int) -> AdapterError:
    """Return the error that ends a request's attempts, with what was tried."""
    told = error.retry_after_s
    if told is not None and told > LONGEST_RETRY_AFTER_S:
        return again(error, f" (asked to wait {told:.0f} s, longer than is waited for)")
    return error if attempts == 1 else again(error, f" (after {attempts} attempts)")
