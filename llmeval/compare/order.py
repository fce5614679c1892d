"""Which trials belong to a case, and how they ended, from columns in the order of arrival."""

from array import array
from collections.abc import Iterable
from itertools import pairwise

from llmeval.compare.counts import Counts
from llmeval.records import Outcome

OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "error", "skipped")
OUTCOME_CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}
CRITICAL_FLAG, WARNED_FLAG = 4, 8
"""Beside the outcome: a critical check failed; a check that only warns failed."""

_UNMEASURED = OUTCOME_CODES["error"]
"""From this code on."""


class Order:
    """Which trials a case has: trials arrive in any order, and a log may hold one twice."""

    __slots__ = ("_ordered", "_starts", "counts", "duplicates")

    def __init__(
        self,
        cases: int,
        case_of: "array[int]",
        run_of: "array[int]",
        trial_of: "array[int]",
        outcome_of: bytearray,
    ) -> None:
        def key(row: int) -> tuple[int, int, int, bool]:
            unmeasured = outcome_of[row] & 3 >= _UNMEASURED
            return case_of[row], run_of[row], trial_of[row], unmeasured

        self.duplicates = 0
        self._ordered = array("I")
        self._starts = array("I", [0])
        last: tuple[int, int, int] | None = None
        for row in sorted(range(len(case_of)), key=key):
            trial = (case_of[row], run_of[row], trial_of[row])
            if trial == last:
                # A trial asked again after a crash: the measured one counts, else the first.
                self.duplicates += 1
                continue
            while len(self._starts) <= case_of[row]:
                self._starts.append(len(self._ordered))
            self._ordered.append(row)
            last = trial
        self._starts.extend([len(self._ordered)] * (cases + 1 - len(self._starts)))
        self.counts = self._count(outcome_of)

    def _count(self, outcome_of: bytearray) -> list[Counts]:
        """Return the counts of each case; most cases share theirs with many others."""
        shared: dict[bytes, Counts] = {}
        found = []
        for start, end in pairwise(self._starts):
            codes = bytes([outcome_of[row] for row in self._ordered[start:end]])
            if codes not in shared:
                shared[codes] = counted(codes)
            found.append(shared[codes])
        return found

    def rows(self, number: int) -> "array[int]":
        """Return the rows of the case of that number, by run and trial."""
        return self._ordered[self._starts[number] : self._starts[number + 1]]


def counted(codes: Iterable[int]) -> Counts:
    """Return how the trials with these codes ended."""
    tally = [0, 0, 0, 0]
    flags = 0
    for code in codes:
        tally[code & 3] += 1
        flags |= code
    critical, warned = bool(flags & CRITICAL_FLAG), bool(flags & WARNED_FLAG)
    return Counts(tally[0], tally[1], tally[2], tally[3], critical, warned)
