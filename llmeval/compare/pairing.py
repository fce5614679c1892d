"""Which cases of a run are held against which of the baseline, and why the others are not."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct, field

from llmeval.compare import looks
from llmeval.compare.baseline import Baseline
from llmeval.compare.looks import Rounds
from llmeval.compare.measured import SuiteTable
from llmeval.records import GateSpec, RunHeader

ALWAYS_UNDER_TEST = frozenset({"system", "adapter", "model", "params"})
"""Parts of a fingerprint whose change is what a run is there to judge."""


class Selection(Struct, frozen=True, kw_only=True):
    """Which cases of a suite a run was to measure."""

    full: bool = True
    """The whole suite: what is missing is gone."""
    selected: frozenset[str] = frozenset()
    """Their ids, `skip` ones included; empty: those that have a trial."""
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Cases that are not asked, with the reason."""
    rounds: Rounds | None = None
    """Where the number of rounds was left open; None: a fixed number of trials."""

    @classmethod
    def of(cls, header: RunHeader | None, suite: str) -> "Selection":
        """Return what a run's first line says of a suite.

        Of Python tests it says nothing: which of them use the fixture shows when they run, so they
        count as a part of their file.
        """
        if header is None:
            return cls()
        return cls.of_suite(header.suites.get(suite, {"full": False}))

    @classmethod
    def of_suite(cls, found: Mapping[str, Any]) -> "Selection":
        """Return the same of what that line says of one suite."""
        return cls(
            full=bool(found.get("full", True)),
            selected=frozenset(found.get("selected") or ()),
            skipped=found.get("skipped") or {},
            rounds=looks.of_header(found),
        )

    def missing(self, table: SuiteTable) -> tuple[str, ...]:
        """Return the cases that were to be measured and have no trial."""
        wanted = self.selected.difference(self.skipped)
        return tuple(sorted(case for case in wanted if case not in table))


class Pairing(Struct, frozen=True, kw_only=True):
    """How the cases of a run and of a baseline correspond."""

    pairs: Mapping[str, str]
    """Case to its case in the baseline, where the instrument is the same; file order."""
    new: tuple[str, ...] = ()
    """Cases that were measured and that the baseline does not have; file order."""
    gone: tuple[str, ...] = ()
    """Cases of the baseline that a whole run does not have; sorted."""
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Case to the parts of the instrument that differ."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Case to the other id under which the baseline has it."""
    yardstick: frozenset[str] = frozenset()
    """The run's own cases that take the baseline's place, see `llmeval.compare.beside`."""

    @property
    def nothing_comparable(self) -> bool:
        """Whether all cases that both sides have were changed."""
        return bool(self.changed) and not self.pairs


NOTHING_PAIRED = Pairing(pairs={})


def pair(
    table: SuiteTable, baseline: Baseline | None, gate: GateSpec, selection: Selection
) -> Pairing:
    """Return how the cases of a run correspond to those of its baseline.

    Args:
        table: The run's values.
        baseline: What it is held against; None when nothing is stored.
        gate: Says which parts are under test.
        selection: Which cases the run was to measure.
    """
    if baseline is None:
        return NOTHING_PAIRED
    before = baseline.table
    names = {case: old for case in table.cases if (old := former(case, table, before)) is not None}
    forgiven = under_test_parts(gate)
    pairs: dict[str, str] = {}
    changed: dict[str, tuple[str, ...]] = {}
    for case, old in names.items():
        fields = instrument(case, table, before, old, forgiven)
        if fields:
            changed[case] = fields
        else:
            pairs[case] = old
    return Pairing(
        pairs=pairs,
        # A skipped case is never stored: it would be new in every run.
        new=tuple(c for c in table.cases if c not in names and table.outcome(c) != "skipped"),
        gone=_gone(table, before, selection, set(names.values())),
        changed=changed,
        renamed={case: old for case, old in names.items() if case != old},
    )


def under_test_parts(gate: GateSpec) -> frozenset[str]:
    """Return the parts of a fingerprint that are never a reason not to compare."""
    # A prompt's template stands in the messages, which are the fingerprint's input.
    prompt = {"input"} if "prompt" in gate.under_test else set()
    return ALWAYS_UNDER_TEST.union(gate.under_test, prompt)


def instrument(
    case: str, table: SuiteTable, before: SuiteTable, old: str, forgiven: Collection[str]
) -> tuple[str, ...]:
    """Return the parts that differ and forbid comparing two cases, sorted."""
    if not table.fingerprint(case):  # skipped: what would have been asked is not known
        return ()
    return tuple(part for part in table.differing(case, before, old) if part not in forgiven)


def former(case: str, table: SuiteTable, before: SuiteTable) -> str | None:
    """Return the id under which the baseline has a case; None when it does not."""
    if case in before:
        return case
    old = table.facts(case).renamed_from
    return old if old is not None and old in before and old not in table else None


def _gone(
    table: SuiteTable, before: SuiteTable, selection: Selection, found: Collection[str]
) -> tuple[str, ...]:
    if not selection.full:
        return ()
    known = {*found, *selection.selected, *selection.skipped}
    missing = (case for case in before.cases if case not in known and case not in table)
    # What a search chose then it need not choose now.
    return tuple(sorted(case for case in missing if not _is_found(before, case)))


def _is_found(table: SuiteTable, case: str) -> bool:
    return dict(table.facts(case).attack).get("role") == "found"
