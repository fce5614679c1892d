"""The cases that a figure is about: what `where` selects, and how much each of them counts."""

from collections.abc import Iterable, Mapping
from typing import Any

from llmeval.compare.measured import SuiteTable
from llmeval.records import ATTACK_PARTS, NOTHING, GateSpec

_OWN_WHERE = ("tag", "case", "adapter", "variant", *ATTACK_PARTS)


class Chosen:
    """The cases that figures are about.

    Args:
        table: The suite's values.
        where: Selects cases, see `metrics.value`.
        cases: Only these; None is all.
        weights: How much they count in means; None is what the table knows.
    """

    def __init__(
        self,
        table: SuiteTable,
        where: Mapping[str, Any] = NOTHING,
        cases: Iterable[str] | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self.table = table
        self._weights = weights
        self._all = select(table, where, cases)
        self._judged = self._all
        if any(facts.severity == "warn" for facts in table.all_facts()):
            self._judged = [case for case in self._all if table.facts(case).severity != "warn"]
        self._rows: dict[bool, dict[int, str]] = {}

    def cases(self, *, warned: bool) -> list[str]:
        """Return the cases, with or without those that only warn."""
        return self._all if warned else self._judged

    def weights(self, cases: Iterable[str]) -> list[float]:
        """Return how much each of some cases counts in means over cases."""
        if self._weights is not None:
            return [self._weights[case] for case in cases]
        if all(facts.weight == 1 for facts in self.table.all_facts()):
            return [1.0 for _ in cases]
        return [self.table.facts(case).weight for case in cases]

    def rows(self, *, warned: bool) -> dict[int, str]:
        """Return their trials, each with its case."""
        if warned not in self._rows:
            self._rows[warned] = self.table.rows(self.cases(warned=warned))
        return self._rows[warned]


def select(
    table: SuiteTable, where: Mapping[str, Any] = NOTHING, cases: Iterable[str] | None = None
) -> list[str]:
    """Return the cases that `where` selects, those expected to fail left out.

    Args:
        table: The suite's values.
        where: See `metrics.value`.
        cases: Only these; None is all.
    """
    candidates = table.cases if cases is None else cases
    if not where and not any(facts.xfail for facts in table.all_facts()):
        return list(candidates)  # nearly always: what cases share is looked at once
    return [
        case
        for case in candidates
        if not table.facts(case).xfail and _is_selected(table, case, where)
    ]


def _is_selected(table: SuiteTable, case: str, where: Mapping[str, Any]) -> bool:
    if not where:
        return True
    facts = table.facts(case)
    has: dict[str, tuple[Any, ...]] = {name: (found,) for name, found in facts.vars}
    has |= {"case": (case,), "adapter": (facts.adapter,), "variant": (facts.variant,)}
    has["tag"] = facts.tags
    has |= {part: (value,) for part, value in facts.attack}
    return all(_matches(has.get(name, ()), wanted) for name, wanted in where.items())


def _matches(found: tuple[Any, ...], wanted: Any) -> bool:
    options = wanted if isinstance(wanted, list | tuple) else (wanted,)
    # Columns of a CSV file are texts: `where: {level: 3}` means "3" too.
    texts = {str(option) for option in options}
    return any(value in options or str(value) in texts for value in found)


def selecting_variables(gates: Iterable[GateSpec]) -> frozenset[str]:
    """Return the variables that limits select by."""
    used = {name for gate in gates for limit in gate.limits for name in limit.where}
    return frozenset(used.difference(_OWN_WHERE))
