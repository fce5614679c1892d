"""When a run has to end, and how long who waits for results is patient."""

from time import monotonic

from llmeval.records import Failure

LATE_S = 3.0
"""So long after the deadline results are no longer waited for."""
LOOKED_AFTER_S = 5.0
"""So often who waits looks whether something is wrong."""


class Deadline:
    """The end of a run; never reached when no time is set.

    Args:
        seconds: From the begin to the deadline; None: there is none.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._late_at: float | None = None

    def begin(self) -> None:
        """Start the clock."""
        if self._seconds is not None:
            self._late_at = monotonic() + self._seconds + LATE_S

    def patience(self, give_up_at: float | None) -> float:
        """Return how long to wait, in seconds, before looking whether something is wrong."""
        ends = [end for end in (give_up_at, self._late_at) if end is not None]
        return max(0.0, min([end - monotonic() for end in ends] + [LOOKED_AFTER_S]))

    def is_long_past(self) -> bool:
        """Say whether what has not come by now is not waited for any more."""
        return self._late_at is not None and monotonic() >= self._late_at

    def failure(self, note: str = "") -> Failure:
        """Return the error of what was not finished in time."""
        message = f"not finished at the run's deadline{note}"
        return Failure(kind="deadline", message=f"{message} ({self._seconds:g} s)")
