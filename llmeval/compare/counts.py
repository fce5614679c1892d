"""How the trials of one case ended, and what that makes of the case."""

from msgspec import Struct

from llmeval.records import Outcome

Need = tuple[int, int] | float
"""The share of measured trials that must pass: k of n, or 0…1."""

TOLERANCE = 1e-9
"""Of every threshold: a value that is this close to its bound meets it."""


class Counts(Struct, frozen=True):
    """Trials of one case by outcome."""

    passed: int = 0
    failed: int = 0
    error: int = 0
    skipped: int = 0
    critical: bool = False
    """One of the failed ones failed a critical check."""
    warned: bool = False
    """A check that only warns failed in one of them."""

    @property
    def measured(self) -> int:
        """Trials that passed or failed."""
        return self.passed + self.failed

    @property
    def asked(self) -> int:
        """Trials that were not skipped."""
        return self.measured + self.error

    @property
    def rate(self) -> float | None:
        """Share of the measured trials that passed; None when none was measured."""
        return self.passed / self.measured if self.measured else None

    @property
    def is_split(self) -> bool:
        """Whether some of its trials passed and some failed."""
        return self.passed > 0 and self.failed > 0

    def outcome(self, need: Need) -> Outcome:
        """Return what the trials make of the case.

        Trials that could not be measured do not count, unless none could be.
        """
        if self.measured:
            return "passed" if self._enough(need) else "failed"
        return "error" if self.error else "skipped"

    def _enough(self, need: Need) -> bool:
        if isinstance(need, tuple):
            # Whole numbers: 2 of 3 is not 0.6666666667.
            return self.passed * need[1] >= need[0] * self.measured
        return self.passed / self.measured >= need - TOLERANCE
