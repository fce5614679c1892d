"""When a suite is looked at whose number of rounds is left open, and what each look may say.

Looking several times gives chance several chances. So the looks are fixed before the run, and each
gets its share of what one look may be wrong: the shares add up whatever the looks have in common
(Bonferroni). One look at the end is the ordinary gate.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from llmeval.compare.measured import SuiteTable

AFTER = (1, 2, 3, 5, 10)
"""Whole rounds after which a suite is looked at, and after its last one."""
ONE_SIDED = 0.025
"""What the ordinary 95 % interval leaves on each side; the looks share it."""
_WEIGHTS = {1: 1, 2: 1, 3: 2, 5: 2}
_WEIGHT_OF_LATER = 4
"""Early looks get little: they seldom exclude a drop anyway."""


def planned(least: int, most: int) -> tuple[int, ...]:
    """Return the rounds after which a suite is looked at, ascending; the last is `most`."""
    return (*(rounds for rounds in AFTER if least <= rounds < most), most)


class Look(Struct, frozen=True, kw_only=True):
    """One of the planned looks at a suite."""

    rounds: int
    """After which it is."""
    number: int
    """Its place among the looks, from 1."""
    of: int
    """How many looks are planned: each p-value is compared with `alpha` / `of`."""
    level: float
    """Confidence of the two-sided interval; those of all looks hold together with 95 %."""


ONLY = Look(rounds=0, number=1, of=1, level=1 - 2 * ONE_SIDED)
"""The look at a suite with a fixed number of trials."""


class Rounds(Struct, frozen=True, kw_only=True):
    """What is fixed before the run of a suite whose number of rounds is left open."""

    min: int
    max: int
    looks: tuple[int, ...]
    """Rounds after which it is looked at, the last one after `max`."""
    calls: int = 0
    """Requests to the application that a round makes."""
    own: tuple[str, ...] = ()
    """Cases with a number of trials of their own."""
    why: str | None = None
    """Why all rounds are made; None where looks may settle the suite earlier."""

    def look(self, number: int) -> Look:
        """Return a look by its place, from 1."""
        weights = [_WEIGHTS.get(rounds, _WEIGHT_OF_LATER) for rounds in self.looks]
        share = ONE_SIDED * weights[number - 1] / sum(weights)
        return Look(
            rounds=self.looks[number - 1],
            number=number,
            of=len(self.looks),
            level=1 - 2 * share,
        )

    def at(self, made: int) -> Look:
        """Return the look that so many rounds were made for."""
        earlier = sum(rounds < made for rounds in self.looks)
        return self.look(min(earlier, len(self.looks) - 1) + 1)

    def made(self, table: SuiteTable) -> int:
        """Return how many rounds a run has begun."""
        own = frozenset(self.own)
        counts = (table.counts(case).asked for case in table.cases if case not in own)
        return max(counts, default=0)

    def is_whole(self, table: SuiteTable) -> bool:
        """Tell whether every case has a trial of every round that was begun."""
        own, made = frozenset(self.own), self.made(table)
        cases = (case for case in table.cases if case not in own)
        counts = (table.counts(case) for case in cases if table.outcome(case) != "skipped")
        # What cannot be built is noted once, as an error.
        return all(count.asked >= made or count.asked == count.error == 1 for count in counts)

    def as_json(self) -> dict[str, Any]:
        """Return it as the first line of a run's log has it."""
        return {name: getattr(self, name) for name in self.__struct_fields__}


def sequence(least: int, most: int, alpha: float) -> list[tuple[int, float, float]]:
    """Return of each look its rounds, what p is held against, and the interval's confidence."""
    rounds = Rounds(min=least, max=most, looks=planned(least, most))
    found = (rounds.look(number) for number in range(1, len(rounds.looks) + 1))
    return [(look.rounds, alpha / look.of, look.level) for look in found]


def of_header(stated: Mapping[str, Any]) -> Rounds | None:
    """Return what the first line of a run's log says of a suite's rounds; None: a fixed number."""
    found = stated.get("rounds")
    if not isinstance(found, Mapping):
        return None
    known = {name: found[name] for name in Rounds.__struct_fields__ if name in found}
    known |= {name: tuple(known[name]) for name in ("looks", "own") if name in known}
    return Rounds(**known)
