"""What the baseline knows of a case: its pass share and its replies."""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from llmeval.compare.chosen import select
from llmeval.errors import StoredFileError
from llmeval.report.body import LETTERS

if TYPE_CHECKING:
    from llmeval.compare.baseline import Baseline
    from llmeval.compare.cases import CaseRow


class Past(Struct, frozen=True):
    """One suite's baseline and the rows of the comparison with it."""

    rows: "Mapping[str, CaseRow]" = field(default_factory=dict)
    baseline: "Baseline | None" = None

    @classmethod
    def of(cls, baseline: "Baseline | None", rows: "Iterable[CaseRow]") -> "Past":
        """Join a suite's baseline with its rows; either may be missing."""
        return cls({row.case: row for row in rows}, baseline)

    def rate(self, case: str) -> float | None:
        """Return the share of passed trials before."""
        row = self.rows.get(case)
        if row is not None:
            return row.baseline_rate
        return None if self.baseline is None else self.baseline.rate(case)

    def marks(self, case: str) -> str:
        """Return a letter for each trial before, p or f, with a blank between runs."""
        name = self._name_before(case)
        if self.baseline is None or name not in self.baseline.table:
            return ""
        trials = groupby(self.baseline.table.trials(name), attrgetter("run"))
        return " ".join("".join(LETTERS[trial.outcome] for trial in run) for _, run in trials)

    def figures(self) -> Mapping[str, tuple[float, ...]]:
        """Return what trials took before, ascending, by figure; empty where nothing is stored."""
        if self.baseline is None:
            return {}
        table = self.baseline.table
        rows = table.rows(select(table))
        found = {
            name: tuple(sorted(v for row in rows if (v := figure.get(row)) is not None))
            for name, figure in table.figures.items()
        }
        return {name: values for name, values in found.items() if values}

    def replies(self, cases: Collection[str]) -> Mapping[str, tuple[str | None, ...]]:
        """Return the replies before of some cases, one for each trial.

        Empty where the baseline kept none or can no longer be read: the page is still worth
        having without them.
        """
        if self.baseline is None or not cases:
            return {}
        names = {case: self._name_before(case) for case in cases}
        try:
            found = self.baseline.replies(frozenset(names.values()))
        except StoredFileError:
            return {}
        return {case: found[name] for case, name in names.items() if name in found}

    def _name_before(self, case: str) -> str:
        row = self.rows.get(case)
        return case if row is None or row.renamed_from is None else row.renamed_from
