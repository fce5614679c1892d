"""Suites that are asked round by round until a look at the results says that it is enough."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from llmeval.run.results import Job
from llmeval.run.units import Open, Unit, interleaved


class Looks(NamedTuple):
    """When suites are looked at, and what a look says."""

    after: Mapping[str, Sequence[int]]
    """Suite name to the rounds after which it is looked at, ascending; the last one ends it."""
    settle: Callable[[str], bool]
    """Suite name -> whether it needs no further round; called in a thread of its own while
    nothing of that suite is under way."""


class TakenFirst(Iterator[Unit]):
    """Units that come up on the way before those that stand in line; runs dry between rounds."""

    def __init__(self, further: "deque[Iterator[Unit]]", units: Iterator[Unit]) -> None:
        self._further = further
        self._units = units

    def __next__(self) -> Unit:
        while self._further:
            unit = next(self._further[0], None)
            if unit is not None:
                return unit
            self._further.popleft()
        return next(self._units)


class Rounds:
    """The rounds of one suite.

    Args:
        suite: Its name.
        after: The rounds after which it is looked at.
        jobs: How many of its cases are to be asked.
    """

    def __init__(self, suite: str, after: Sequence[int], jobs: int) -> None:
        self.suite = suite
        self.is_over = False
        """Nothing further is asked."""
        self._after = after
        self._place = 0
        self._unopened = jobs
        self._under_way = 0
        """Cases with trials that have not ended."""
        self._groups: list[list[Open]] = []

    def take(self, jobs: int, several: Sequence[Open]) -> None:
        """Take in cases that are asked side by side.

        Args:
            jobs: How many they were to be.
            several: Those that can be asked.
        """
        self._unopened -= jobs
        self._under_way += len(several)
        open_ended = [opened for opened in several if opened.case.min_repeat is not None]
        for opened in several:
            opened.rounds = self
        for opened in open_ended:
            opened.wanted = self._after[0]
        if open_ended:
            self._groups.append(open_ended)

    def end(self) -> None:
        """Note that the trials of a case have ended, as far as they are wanted."""
        self._under_way -= 1

    @property
    def is_whole(self) -> bool:
        """Whether every case has all the trials that the next look waits for."""
        return not self._unopened and not self._under_way and not self.is_over

    @property
    def is_last(self) -> bool:
        """Whether no further round is planned."""
        return self._place == len(self._after) - 1

    def go_on(self) -> Iterator[Unit]:
        """Return the trials up to the next look, round by round."""
        begun = self._after[self._place]
        self._place += 1
        wanted = self._after[self._place]
        cases = self.cases
        self._under_way = len(cases)
        for opened in cases:
            opened.wanted = wanted
        return self._round_by_round(begun + 1, wanted)

    def _round_by_round(self, first: int, last: int) -> Iterator[Unit]:
        for number in range(first, last + 1):
            for group in self._groups:
                yield from interleaved(group, number)

    def lacks(self, kind: str) -> bool:
        """Tell whether trials are missing for that reason."""
        return any(trial.error == kind for opened in self.cases for trial in opened.done)

    @property
    def cases(self) -> list[Open]:
        """The cases that rounds count for, in their order."""
        return [opened for group in self._groups for opened in group]


def open_ended(looks: Looks, jobs: Sequence[Job]) -> dict[str, Rounds]:
    """Return the rounds of the suites that are looked at, by name."""
    counts = Counter(job.suite.name for job in jobs if job.suite.name in looks.after)
    return {suite: Rounds(suite, looks.after[suite], count) for suite, count in counts.items()}
