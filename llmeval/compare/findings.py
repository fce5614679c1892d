"""What the rules of the gate find, and the facts they look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from msgspec import Struct

from llmeval.compare.baseline import Baseline
from llmeval.compare.cases import CaseRow
from llmeval.compare.evidence import Evidence
from llmeval.compare.labelled import Labels
from llmeval.compare.limits import Judged
from llmeval.compare.looks import ONLY, Look
from llmeval.compare.measured import SuiteTable
from llmeval.compare.modes import Choice
from llmeval.compare.pairing import Pairing, Selection
from llmeval.records import GateSpec

Weight = Literal["failed", "inconclusive", "note"]


class Finding(Struct, frozen=True):
    """One thing that a rule found."""

    weight: Weight
    """`note` turns nothing red."""
    text: str
    """One line in plain words."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything a rule may look at."""

    gate: GateSpec
    table: SuiteTable
    baseline: Baseline | None
    selection: Selection
    pairing: Pairing
    rows: tuple[CaseRow, ...]
    choice: Choice
    limits: tuple[Judged, ...]
    labels: Labels
    stopped: str | None
    now: datetime
    evidence: Evidence | None = None
    """What the statistical gate tests; None where it does not judge or finds nothing to test."""

    @cached_property
    def look(self) -> Look:
        """The look at which the suite is judged; `ONLY` where its number of trials was fixed."""
        rounds = self.selection.rounds
        return ONLY if rounds is None else rounds.at(rounds.made(self.table))

    @property
    def yardstick(self) -> frozenset[str]:
        """The cases of the version that the others are held against; empty: a stored baseline."""
        return self.pairing.yardstick

    @property
    def before(self) -> str:
        """What the run is held against, in words."""
        return f"`{self.gate.against}`" if self.yardstick else "the baseline"

    @cached_property
    def compared(self) -> dict[str, str]:
        """The cases that were measured on both sides, each with its case in the baseline."""
        rates = ((row.case, row.current_rate, row.baseline_rate) for row in self.judged)
        measured = {case for case, *both in rates if None not in both}
        return {case: old for case, old in self.pairing.pairs.items() if case in measured}

    @cached_property
    def asked(self) -> dict[str, str]:
        """Those and the cases that were measured before and only gave errors now."""
        known = {r.case for r in self.judged if r.baseline_rate is not None}
        return {
            case: old
            for case, old in self.pairing.pairs.items()
            if case in self.compared or (case in known and self.table.counts(case).error)
        }

    @cached_property
    def judged(self) -> tuple[CaseRow, ...]:
        """The run's cases that the gate counts: not skipped, expected to fail or only warning."""
        return tuple(
            row
            for row in self.rows
            if row.outcome not in (None, "skipped")
            and not row.xfail
            and row.severity != "warn"
            and row.case not in self.yardstick
        )


def failed(rows: Iterable[CaseRow]) -> tuple[CaseRow, ...]:
    """Return the rows that failed in this run."""
    return tuple(row for row in rows if row.outcome == "failed")


def names(rows: Iterable[CaseRow]) -> tuple[str, ...]:
    """Return the ids of rows."""
    return tuple(row.case for row in rows)
