"""The figures of a suite by name: what limits bound and verdicts show.

Means over cases count every case by its weight, mostly once, however many trials it has; figures of
attacks and of labels always once. Cases that are expected to fail are in no figure, cases that only
warn in no pass rate. A percentile is the smallest measured value that at least that share of the
values does not exceed (nearest rank): never interpolated.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from llmeval.compare import attacked
from llmeval.compare.attacked import OF_ATTACKS, role_of
from llmeval.compare.chosen import Chosen
from llmeval.compare.columns import PASSED, Column
from llmeval.compare.counts import Counts
from llmeval.compare.facts import CaseFacts
from llmeval.compare.measured import SuiteTable
from llmeval.compare.readings import FIGURES
from llmeval.records import NOTHING

OF_CASES = ("pass_rate", "case_pass_rate", "pass_at_k", "pass_all_k")
OF_CHECKS = ("pass_rate", "mean", "min", "p50", "p95", "accuracy", "macro_f1")
OF_TRIALS = ("mean", "p50", "p95", "total")
_OF_PASSING = frozenset((*OF_CASES, "accuracy", "macro_f1"))


class Measured(NamedTuple):
    """A figure and what it rests on."""

    value: float | None
    """None when nothing was measured."""
    measured: int
    """How many cases; how many trials for `error_rate` and run-time figures."""
    total: int
    """How many it would be had everything been measured."""


NOT_MEASURED = Measured(None, 0, 0)


def value(
    table: SuiteTable,
    name: str,
    where: Mapping[str, Any] = NOTHING,
    cases: Iterable[str] | None = None,
) -> Measured:
    """Return a figure of a suite.

    Args:
        table: The suite's values.
        name: As limits call it.
        where: Selects cases by `tag`, `case`, `adapter`, `variant` or a variable; a list means
            any of it.
        cases: Only these; None is all.
    """
    return figure(Chosen(table, where, cases), name)


def figure(chosen: Chosen, name: str) -> Measured:
    """Return a figure of the chosen cases; several of them are found faster than by `value`."""
    metric, _, part = name.rpartition(".")
    if name in OF_CASES:
        return _of_cases(chosen, name)
    if name == "error_rate":
        return _error_rate(chosen)
    if name in OF_ATTACKS:
        return _of_attacks(chosen, name)
    if metric in FIGURES and part in OF_TRIALS:
        return _of_trials(chosen, metric, part)
    of_passing = part in _OF_PASSING
    column = chosen.table.columns.get(metric)
    if column is None or part not in OF_CHECKS:
        return Measured(None, 0, len(chosen.cases(warned=not of_passing)))
    if part in ("accuracy", "macro_f1"):
        return _of_labels(chosen, column, part)
    return _of_check(chosen, column, part)


# --- over cases ------------------------------------------------------------------------------


def _of_cases(chosen: Chosen, name: str) -> Measured:
    values = shares(chosen, name)
    return Measured(_over_cases(chosen, values), len(values), len(chosen.cases(warned=False)))


def _over_cases(chosen: Chosen, values: Mapping[str, float]) -> float | None:
    """Return the weighted mean of one value a case."""
    return mean(list(values.values()), chosen.weights(values))


def shares(chosen: Chosen, name: str) -> dict[str, float]:
    """Return what each measured case adds to one of OF_CASES, 0…1."""
    share, table = _SHARES[name], chosen.table
    counts = ((case, table.counts(case)) for case in chosen.cases(warned=False))
    return {case: share(found, table.facts(case)) for case, found in counts if found.measured}


def _rate(counts: Counts, facts: CaseFacts) -> float:
    del facts
    return counts.passed / counts.measured


def _is_passed(counts: Counts, facts: CaseFacts) -> float:
    return float(counts.outcome(facts.need) == "passed")


def _any_passed(counts: Counts, facts: CaseFacts) -> float:
    del facts
    return float(counts.passed > 0)


def _all_passed(counts: Counts, facts: CaseFacts) -> float:
    del facts
    return float(counts.failed == 0)


_SHARES: Mapping[str, Callable[[Counts, CaseFacts], float]] = {
    "pass_rate": _rate,
    "case_pass_rate": _is_passed,
    "pass_at_k": _any_passed,
    "pass_all_k": _all_passed,
}


def _error_rate(chosen: Chosen) -> Measured:
    counts = [chosen.table.counts(case) for case in chosen.cases(warned=True)]
    asked = sum(count.asked for count in counts)
    errors = sum(count.error for count in counts)
    return Measured(errors / asked if asked else None, asked, asked)


def attack_shares(chosen: Chosen, name: str) -> dict[str, float]:
    """Return each attacked case's share of trials that count for a figure of attacks."""
    cases = _attacked(chosen, name)
    rows = {case: [trial.row for trial in chosen.table.trials(case)] for case in cases}
    return attacked.shares(name, chosen.table.attacked, rows)


def _of_attacks(chosen: Chosen, name: str) -> Measured:
    found = attack_shares(chosen, name)
    return Measured(mean(list(found.values())), len(found), len(_attacked(chosen, name)))


def _attacked(chosen: Chosen, name: str) -> list[str]:
    """Return the cases that a figure of attacks is over."""
    wanted, table = ("role", role_of(name)), chosen.table
    if not any(wanted in facts.attack for facts in table.all_facts()):
        return []
    return [case for case in chosen.cases(warned=True) if wanted in table.facts(case).attack]


def _of_trials(chosen: Chosen, name: str, part: str) -> Measured:
    rows = chosen.rows(warned=True)
    values = chosen.table.figures[name]
    found = [number for row in rows if (number := values.get(row)) is not None]
    return Measured(_summary(part, found), len(found), len(rows))


# --- over a check's results ------------------------------------------------------------------


def _of_check(chosen: Chosen, column: Column, part: str) -> Measured:
    if part == "pass_rate":
        return _pass_rate(chosen, column)
    rows = chosen.rows(warned=True)
    scores: dict[str, list[float]] = defaultdict(list)
    for row, _, score in column.values():
        if score is not None and row in rows:
            scores[rows[row]].append(score)
    if part == "mean":
        found = _over_cases(chosen, {case: mean(s) or 0.0 for case, s in scores.items()})
    else:
        found = _summary(part, [score for of_case in scores.values() for score in of_case])
    return Measured(found, len(scores), len(chosen.cases(warned=True)))


def _pass_rate(chosen: Chosen, column: Column) -> Measured:
    rows = chosen.rows(warned=False)
    passed: dict[int, bool] = {}
    for row, code in column.codes():
        if code >= PASSED and row in rows:
            # Several results of one metric in one trial (every turn, two checks): all must pass.
            passed[row] = code == PASSED and passed.get(row, True)
    shares: dict[str, list[bool]] = defaultdict(list)
    for row, is_passed in passed.items():
        shares[rows[row]].append(is_passed)
    found = {case: sum(trials) / len(trials) for case, trials in shares.items()}
    return Measured(_over_cases(chosen, found), len(found), len(chosen.cases(warned=False)))


def _of_labels(chosen: Chosen, column: Column, part: str) -> Measured:
    from llmeval.scorers.label import figures

    rows = chosen.rows(warned=False)
    found = [(rows[row], expected, got) for row, expected, got in column.labels() if row in rows]
    total = len(chosen.cases(warned=False))
    if not found:
        return Measured(None, 0, total)
    known = figures((expected or "", got or "") for _, expected, got in found)
    return Measured(known[part], len({case for case, _, _ in found}), total)


def hits(chosen: Chosen, metric: str) -> dict[str, list[float]]:
    """Return for each label that was compared whether it was the expected one, by case."""
    column, rows = chosen.table.columns.get(metric), chosen.rows(warned=False)
    found: dict[str, list[float]] = {}
    for row, expected, got in () if column is None else column.labels():
        if row in rows:
            found.setdefault(rows[row], []).append(float(expected == got))
    return found


# --- arithmetic ------------------------------------------------------------------------------


def mean(values: Sequence[float], weights: Sequence[float] | None = None) -> float | None:
    """Return the mean, exact before its one rounding; None for no values.

    Args:
        values: Any.
        weights: Of the values; None: all the same.
    """
    if not values:
        return None
    if weights is None or len(set(weights)) == 1:
        return math.fsum(values) / len(values)
    return math.fsum(v * w for v, w in zip(values, weights, strict=True)) / math.fsum(weights)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least `share` (0…1) of the values do not exceed."""
    if not values:
        return None
    # 1e-9: 0.95 * 20 must not become 19.000000000000004 and then 20.
    rank = max(1, math.ceil(share * len(values) - 1e-9))
    return sorted(values)[rank - 1]


_SUMMARIES: Mapping[str, Callable[[Sequence[float]], float | None]] = {
    "mean": mean,
    "min": lambda values: min(values, default=None),
    "p50": lambda values: percentile(values, 0.5),
    "p95": lambda values: percentile(values, 0.95),
    "total": lambda values: math.fsum(values) if values else None,
}


def _summary(part: str, values: Sequence[float]) -> float | None:
    return _SUMMARIES[part](values)
