"""What is known of a case besides its values."""

from collections.abc import Collection
from typing import Any

from msgspec import Struct

from llmeval.compare.counts import Need
from llmeval.records import ATTACK_PARTS, Severity, Trial


class CaseFacts(Struct, frozen=True, kw_only=True):
    """What is known of a case besides its values; shared by all cases that have it in common."""

    adapter: str = ""
    variant: str | None = None
    tags: tuple[str, ...] = ()
    severity: Severity = "normal"
    xfail: bool = False
    need: Need = 1.0
    """The share of its measured trials that must pass."""
    weight: float = 1.0
    """How much it counts in means over cases."""
    renamed_from: str | None = None
    vars: tuple[tuple[str, Any], ...] = ()
    """The variables that a limit selects by, and no others."""
    attack: tuple[tuple[str, str], ...] = ()
    """ATTACK_PARTS of a case that is attacked, as pairs."""


class Known:
    """The facts of all cases of a suite: equal ones are one object, most cases have the same.

    Args:
        variables: Which of the cases' variables are kept, for limits with `where`.
    """

    def __init__(self, variables: Collection[str] = ()) -> None:
        self._variables = frozenset(variables)
        self._shared: dict[CaseFacts, CaseFacts] = {}
        self._by_facts: dict[tuple[Any, ...], CaseFacts] = {}

    def all(self) -> Collection[CaseFacts]:
        """Return each that was shared, once."""
        return self._shared.keys()

    def shared(self, facts: CaseFacts) -> CaseFacts:
        """Return the one object for facts like these."""
        return self._shared.setdefault(facts, facts)

    def of(self, trial: Trial) -> CaseFacts:
        """Return what a trial says of its case."""
        variables: tuple[tuple[str, Any], ...] = ()
        if self._variables:
            names = sorted(self._variables & trial.vars.keys())
            variables = tuple([(name, _hashable(trial.vars[name])) for name in names])
        attack: tuple[tuple[str, str], ...] = ()
        if trial.attack:
            attack = tuple((p, trial.attack[p]) for p in ATTACK_PARTS if p in trial.attack)
        facts = (
            trial.adapter,
            trial.variant,
            trial.tags,
            trial.severity,
            trial.xfail,
            trial.min_trial_pass_rate,
            trial.weight,
            trial.renamed_from,
            variables,
            attack,
        )
        found = self._by_facts.get(facts)
        if found is None:
            found = self._by_facts[facts] = CaseFacts(
                adapter=trial.adapter,
                variant=trial.variant,
                tags=trial.tags,
                severity=trial.severity,
                xfail=trial.xfail,
                need=trial.min_trial_pass_rate,
                weight=trial.weight,
                renamed_from=trial.renamed_from,
                vars=variables,
                attack=attack,
            )
        return found


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
