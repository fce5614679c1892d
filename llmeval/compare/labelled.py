"""Figures corrected by people's labels of some cases: which label belongs to which trial."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct

from llmeval.compare.chosen import Chosen
from llmeval.compare.columns import PASSED
from llmeval.compare.measured import SuiteTable, text_mark
from llmeval.compare.wording import count
from llmeval.records import NOTHING, Label
from llmeval.text.digest import digest

WHOLE = "pass_rate"
"""The figure that labels of a reply as a whole correct."""

FEWEST = 5
"""Labelled cases below which a figure is not corrected."""

_PER_CASE = "pass_rate"
_APART = 3.0
"""Standard errors from which on labelled and other cases are called different."""


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
        self._table = table
        self._given = [each for each in given if each.suite in (None, table.name)]

    def __bool__(self) -> bool:
        return bool(self._given)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of checks that have labels, sorted."""
        return tuple(sorted({each.metric for each in self._given if each.metric is not None}))

    @cached_property
    def _matched(self) -> dict[str | None, dict[int, bool]]:
        """Metric to row to what people say; of two labels of one trial the later counts."""
        found: dict[str | None, dict[int, bool]] = defaultdict(dict)
        marks = self._rows_by_mark()
        for label in self._given:
            for row in self._rows(label, marks):
                found[label.metric][row] = label.passed
        return found

    def _rows_by_mark(self) -> Mapping[tuple[str, int], list[int]]:
        rows: dict[tuple[str, int], list[int]] = defaultdict(list)
        if any(_names_reply(label) for label in self._given):
            for case in self._table.cases:
                for trial in self._table.trials(case):
                    rows[case, self._table.mark_of(trial.row)].append(trial.row)
        return rows

    def _rows(self, label: Label, marks: Mapping[tuple[str, int], list[int]]) -> Sequence[int]:
        if label.case not in self._table:
            return ()
        mark = _mark(label)
        if mark:
            return marks.get((label.case, mark), ())
        wanted = label.trial or 1
        return [t.row for t in self._table.trials(label.case) if t.trial == wanted]

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
        pairs, others = self._sides(figure, where, cases)
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

    def _sides(
        self, figure: str, where: Mapping[str, Any], cases: Collection[str] | None
    ) -> tuple[list[tuple[float, float]], list[float]]:
        """Return (people, scorer) of labelled cases and the scorer's word on the others."""
        metric, _, part = figure.rpartition(".")
        key = metric or None
        if part != _PER_CASE or not self._matched.get(key):
            return [], []
        chosen = Chosen(self._table, where, cases)
        rows = chosen.rows(warned=False)
        if _is_weighted(chosen):
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
                outcome = self._table.outcome_of(row)
                if outcome in ("passed", "failed"):
                    found[case][row] = outcome == "passed"
            return found
        column = self._table.columns.get(metric)
        for row, code in column.codes() if column is not None else ():
            if code >= PASSED and row in rows:
                case = rows[row]
                found[case][row] = code == PASSED and found[case].get(row, True)
        return found

    # --- what the reader should know --------------------------------------------------------

    def notes(self) -> list[str]:
        """Return one line for each figure with labels: how many count, and what is odd."""
        lines: list[str] = list(self._other_replies())
        if self and _is_weighted(Chosen(self._table)):
            return ["labels: nothing is corrected: the cases have different weights"]
        for metric in sorted({each.metric for each in self._given}, key=lambda name: name or ""):
            figure = WHOLE if metric is None else f"{metric}.{_PER_CASE}"
            pairs, others = self._sides(figure, NOTHING, None)
            lines += _told(figure, self._of(metric), pairs, others)
        return lines

    def _other_replies(self) -> Iterator[str]:
        """Yield how many labels are of replies that this run did not get."""
        marks = self._rows_by_mark()
        count = sum(
            not self._rows(label, marks)
            for label in self._given
            if label.case in self._table and _names_reply(label)
        )
        if count:
            were = (
                "1 label is of another reply"
                if count == 1
                else f"{count} labels are of other replies"
            )
            yield f"labels: {were} than this run's, and not counted"

    def _of(self, metric: str | None) -> int:
        return sum(each.metric == metric for each in self._given)


def _names_reply(label: Label) -> bool:
    return label.reply is not None or label.digest is not None


def _mark(label: Label) -> int:
    """Return the mark of the reply that a label is about; 0: it does not say."""
    if label.reply is not None:
        return text_mark(digest(label.reply))
    return text_mark(label.digest) if label.digest is not None else 0


def _is_weighted(chosen: Chosen) -> bool:
    return len(set(chosen.weights(chosen.cases(warned=False)))) > 1


def _told(
    figure: str, given: int, pairs: list[tuple[float, float]], others: list[float]
) -> list[str]:
    lines = []
    if len(pairs) < FEWEST:
        lines.append(
            f"labels: {figure} is not corrected: {count(len(pairs), 'labelled case')} "
            f"of this run, {FEWEST} are needed ({count(given, 'label')} in the file)"
        )
    elif _is_apart([f for _, f in pairs], others):
        mine, rest = _mean([f for _, f in pairs]), _mean(others)
        lines.append(
            f"labels: {figure}: by score {mine:.0%} of the labelled cases pass, of the others "
            f"{rest:.0%}: not chosen by chance, so the corrected figure is biased"
        )
    return lines


def _is_apart(labelled: list[float], others: list[float]) -> bool:
    """Tell whether two samples' means differ by more than chance explains."""
    if not others:
        return False
    share = (sum(labelled) + sum(others) + 1) / (len(labelled) + len(others) + 2)
    error = math.sqrt(share * (1 - share) * (1 / len(labelled) + 1 / len(others)))
    return abs(_mean(labelled) - _mean(others)) > _APART * error


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
