"""Figures corrected by people's labels of some cases: which label belongs to which trial."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from llmeval.compare.chosen import Chosen
from llmeval.compare.columns import PASSED
from llmeval.compare.measured import SuiteTable, text_mark
from llmeval.records import NOTHING, Label
from llmeval.text.digest import digest

WHOLE = "pass_rate"
"""The figure that labels of a reply as a whole correct."""

FEWEST = 5
"""Labelled cases below which a figure is not corrected."""

PER_CASE = "pass_rate"
"""The part of a figure's name that labels correct."""


class Correction(Struct, frozen=True, kw_only=True):
    """A figure as people would count it."""

    value: float
    low: float
    high: float
    weight: float
    labelled: int
    """Cases with labels."""
    one_sided: tuple[float, float]
    """Its one-sided 95 % bounds."""

    def as_json(self) -> dict[str, float]:
        """Return it as it stands in a verdict."""
        shown = ("value", "low", "high", "weight", "labelled")
        return {name: getattr(self, name) for name in shown}


class Labels:
    """People's labels of one suite, matched with the trials of a run.

    Args:
        given: All labels, those of other suites among them.
        table: The run's values.
    """

    def __init__(self, given: Sequence[Label], table: SuiteTable) -> None:
        self.table = table
        self.given = tuple([each for each in given if each.suite in (None, table.name)])
        """Those of this suite."""

    def __bool__(self) -> bool:
        return bool(self.given)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of checks that have labels, sorted."""
        return tuple(sorted({each.metric for each in self.given if each.metric is not None}))

    @cached_property
    def _matched(self) -> dict[str | None, dict[int, bool]]:
        """Metric to row to what people say; of two labels of one trial the later counts."""
        found: dict[str | None, dict[int, bool]] = defaultdict(dict)
        for label in self.given:
            for row in self.rows(label):
                found[label.metric][row] = label.passed
        return found

    @cached_property
    def _rows_by_mark(self) -> Mapping[tuple[str, int], list[int]]:
        rows: dict[tuple[str, int], list[int]] = defaultdict(list)
        if any(names_reply(label) for label in self.given):
            for case in self.table.cases:
                for trial in self.table.trials(case):
                    rows[case, self.table.mark_of(trial.row)].append(trial.row)
        return rows

    def rows(self, label: Label) -> Sequence[int]:
        """Return the rows of the table that a label is about."""
        if label.case not in self.table:
            return ()
        mark = _mark(label)
        if mark:
            return self._rows_by_mark.get((label.case, mark), ())
        wanted = label.trial or 1
        return [t.row for t in self.table.trials(label.case) if t.trial == wanted]

    def correction(
        self,
        figure: str,
        where: Mapping[str, Any] = NOTHING,
        cases: Collection[str] | None = None,
    ) -> Correction | None:
        """Return a figure corrected; None where it has no labels, or too few.

        Args:
            figure: `pass_rate`, or `METRIC.pass_rate`.
            where: See `metrics.value`.
            cases: Only these; None is all.
        """
        pairs, others = self.sides(figure, where, cases)
        if len(pairs) < FEWEST:
            return None
        from llmeval.compare.inference.prediction_powered import corrected

        found, narrow = corrected(pairs, others), corrected(pairs, others, level=0.9)
        return Correction(
            value=found.value,
            low=found.low,
            high=found.high,
            weight=found.weight,
            labelled=len(pairs),
            one_sided=(narrow.low, narrow.high),
        )

    def sides(
        self,
        figure: str,
        where: Mapping[str, Any] = NOTHING,
        cases: Collection[str] | None = None,
    ) -> tuple[list[tuple[float, float]], list[float]]:
        """Return (people, scorer) of labelled cases and the scorer's word on the others."""
        metric, _, part = figure.rpartition(".")
        key = metric or None
        if part != PER_CASE or not self._matched.get(key):
            return [], []
        chosen = Chosen(self.table, where, cases)
        rows = chosen.rows(warned=False)
        if is_weighted(chosen):
            return [], []  # the method is one of plain means
        scored = self._scored(key, rows)
        labels = self._matched[key]
        pairs, others = [], []
        for of_case in scored.values():
            said = [(float(labels[row]), float(ok)) for row, ok in of_case.items() if row in labels]
            if said:
                pairs.append((_mean([y for y, _ in said]), _mean([f for _, f in said])))
            else:
                others.append(_mean([float(ok) for ok in of_case.values()]))
        return pairs, others

    def _scored(self, metric: str | None, rows: Mapping[int, str]) -> dict[str, dict[int, bool]]:
        """Return, by case, which of its measured trials the scorer lets pass."""
        found: dict[str, dict[int, bool]] = defaultdict(dict)
        if metric is None:
            for row, case in rows.items():
                outcome = self.table.outcome_of(row)
                if outcome in ("passed", "failed"):
                    found[case][row] = outcome == "passed"
            return found
        column = self.table.columns.get(metric)
        for row, code in column.codes() if column is not None else ():
            if code >= PASSED and row in rows:
                case = rows[row]
                found[case][row] = code == PASSED and found[case].get(row, True)
        return found


def names_reply(label: Label) -> bool:
    """Return whether a label says of which reply it is."""
    return label.reply is not None or label.digest is not None


def _mark(label: Label) -> int:
    """Return the mark of the reply that a label is about; 0: it does not say."""
    if label.reply is not None:
        return text_mark(digest(label.reply))
    return text_mark(label.digest) if label.digest is not None else 0


def is_weighted(chosen: Chosen) -> bool:
    """Return whether some cases count more than others."""
    return len(set(chosen.weights(chosen.cases(warned=False)))) > 1


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
