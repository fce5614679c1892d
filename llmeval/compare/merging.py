"""What an accepted run makes of a stored baseline. Nothing here touches a file."""

from collections.abc import Collection, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from llmeval.compare.stored import StoredCase

Cases = Mapping[str, StoredCase]
"""By id."""


class Merged(Struct, frozen=True, kw_only=True):
    """The cases of the new baseline and how they came about."""

    cases: Cases
    number: int
    """Of the accepted run."""
    new: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    former: Mapping[str, str] = field(default_factory=dict)
    """Case to the other id that the old baseline has it under."""
    kept: tuple[str, ...] = ()
    """Cases that the run did not measure."""

    @property
    def runs(self) -> frozenset[int]:
        """The runs that still have trials in it."""
        return frozenset(trial.run for case in self.cases.values() for trial in case.trials)

    def has(self, case: str, run: int) -> bool:
        """Tell whether a case has trials of a run."""
        return case in self.cases and any(t.run == run for t in self.cases[case].trials)


def replaced(old: Cases, fresh: Cases, former: Mapping[str, str], known: Collection[str]) -> Merged:
    """Return the baseline that a whole run makes: what the suite no longer has is gone.

    Args:
        old: The stored cases; empty when nothing is stored.
        fresh: The run's measured cases.
        former: Case to the other id that the old baseline has it under.
        known: Ids that the suite still has although the run did not measure them (skipped).
    """
    stays = {case for case in old if case in known and case not in fresh}
    return _merged(old, fresh, former, stays - set(former.values()))


def merged(old: Cases, fresh: Cases, former: Mapping[str, str]) -> Merged:
    """Return the baseline that a part of a suite makes: the rest stays as it is.

    Args:
        old: The stored cases.
        fresh: The run's measured cases.
        former: Case to the other id that the old baseline has it under.
    """
    return _merged(old, fresh, former, old.keys() - fresh.keys() - set(former.values()))


def added(old: Cases, fresh: Cases, former: Mapping[str, str]) -> Merged:
    """Return the baseline with the trials of one more run.

    Args:
        old: The stored cases.
        fresh: The run's measured cases.
        former: Case to the other id that the old baseline has it under.
    """
    number = 1 + max((trial.run for case in old.values() for trial in case.trials), default=0)
    grown = {}
    for case, found in _numbered(fresh, number).items():
        before = old.get(former.get(case, case))
        trials = () if before is None else before.trials
        grown[case] = replace(found, trials=trials + found.trials)
    stays = old.keys() - fresh.keys() - set(former.values())
    return _outcome(old, fresh, former, {**_some(old, stays), **grown}, stays, number)


def _merged(old: Cases, fresh: Cases, former: Mapping[str, str], stays: Collection[str]) -> Merged:
    kept = _some(old, stays)
    # Alone it is always run 1: an unchanged application gives unchanged lines.
    number = 1 + max((trial.run for case in kept.values() for trial in case.trials), default=0)
    return _outcome(old, fresh, former, {**kept, **_numbered(fresh, number)}, stays, number)


def _outcome(
    old: Cases,
    fresh: Cases,
    former: Mapping[str, str],
    cases: Cases,
    stays: Collection[str],
    number: int,
) -> Merged:
    moved = set(former.values())
    return Merged(
        cases=cases,
        number=number,
        new=tuple(sorted(case for case in fresh if case not in old and case not in former)),
        removed=tuple(sorted(case for case in old if case not in cases and case not in moved)),
        former=former,
        kept=tuple(sorted(stays)),
    )


def _some(cases: Cases, wanted: Collection[str]) -> dict[str, StoredCase]:
    return {case: found for case, found in cases.items() if case in wanted}


def _numbered(cases: Cases, number: int) -> dict[str, StoredCase]:
    return {
        case: replace(found, trials=tuple(replace(trial, run=number) for trial in found.trials))
        for case, found in cases.items()
    }
