"""How late the event loop is: what computes in its thread delays its reading of replies."""

import asyncio
from time import monotonic, perf_counter

from llmeval.run.results import EngineDied

BEAT_S = 0.05
STUCK_S = 180.0
"""A loop that has not turned for so long is held up by code that never gives way."""


class Lag:
    """Measures how much later than asked for the loop wakes up."""

    def __init__(self) -> None:
        self._beats = 0
        self._sum_s = 0.0
        self._most_s = 0.0
        self._last = monotonic()

    async def beat(self) -> None:
        """Measure for ever."""
        while True:
            begun = perf_counter()
            await asyncio.sleep(BEAT_S)
            late = max(0.0, perf_counter() - begun - BEAT_S)
            self._beats += 1
            self._sum_s += late
            self._most_s = max(self._most_s, late)
            self._last = monotonic()

    def figures(self) -> dict[str, float]:
        """Return the mean and the largest lag in seconds; nothing before the first beat."""
        if not self._beats:
            return {}
        return {
            "loop_lag_mean_s": round(self._sum_s / self._beats, 6),
            "loop_lag_max_s": round(self._most_s, 6),
        }

    def raise_if_stuck(self) -> None:
        """Raise when the loop has not turned for very long.

        Raises:
            EngineDied: Says what usually is the reason.
        """
        still = monotonic() - self._last
        if self._beats and still > STUCK_S:
            raise EngineDied(
                f"the engine's event loop has stood still for {still:.0f} s: an adapter's async "
                "code blocks it; make the callable sync, or use `await` for what waits"
            )
