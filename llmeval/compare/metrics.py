"""The figures of a suite by name: what limits bound and verdicts show.

Means over cases count every case once, however many trials it has. Cases that are expected to
fail are in no figure, cases that only warn in no pass rate. A percentile is the smallest measured
value that at least that share of the values does not exceed (nearest rank): never interpolated.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from llmeval.compare.columns import PASSED, Column
from llmeval.compare.counts import Counts
from llmeval.compare.measured import FIGURES, CaseFacts, SuiteTable
from llmeval.errors import did_you_mean
from llmeval.records import NOTHING, GateSpec

OF_CASES = ("pass_rate", "case_pass_rate", "pass_at_k", "pass_all_k")
OF_CHECKS = ("pass_rate", "mean", "min", "p50", "p95", "accuracy", "macro_f1")
OF_TRIALS = ("mean", "p50", "p95", "total")
_OF_PASSING = frozenset((*OF_CASES, "accuracy", "macro_f1"))
_OWN_WHERE = ("tag", "case", "adapter", "variant")


class Measured(NamedTuple):
    """A figure and what it rests on."""

    value: float | None
    """None when nothing was measured."""
    measured: int
    """How many cases; how many trials for `error_rate` and run-time figures."""
    total: int
    """How many it would be had everything been measured."""


NOT_MEASURED = Measured(None, 0, 0)


def names(metrics: Iterable[str]) -> tuple[str, ...]:
    """Return every name that a limit may use, given the metrics of the suite's checks."""
    checks = (f"{metric}.{part}" for metric in metrics for part in OF_CHECKS)
    trials = (f"{figure}.{part}" for figure in FIGURES for part in OF_TRIALS)
    return tuple(sorted({*OF_CASES, "error_rate", *checks, *trials}))


def check(name: str, metrics: Collection[str]) -> str | None:
    """Return what is wrong with a metric's name, None when nothing is.

    Args:
        name: As written in a limit.
        metrics: The metrics of the suite's checks.
    """
    known = names(metrics)
    if name in known:
        return None
    if name in metrics:
        return f"metric {name!r} is a check's: say which figure, {name}.pass_rate or {name}.mean"
    return f"unknown metric {name!r}{did_you_mean(name, known)}"


def variables(gates: Iterable[GateSpec]) -> frozenset[str]:
    """Return the variables that limits select by."""
    used = {name for gate in gates for limit in gate.limits for name in limit.where}
    return frozenset(used.difference(_OWN_WHERE))


def value(
    table: SuiteTable,
    name: str,
    where: Mapping[str, Any] = NOTHING,
    cases: Iterable[str] | None = None,
) -> Measured:
    """Return a figure of a suite.

    Args:
        table: The suite's values.
        name: One of `names`.
        where: Selects cases by `tag`, `case`, `adapter`, `variant` or a variable; a list means
            any of it.
        cases: Only these; None is all.
    """
    chosen = select(table, where, cases, warned=not _is_pass_rate(name))
    metric, _, part = name.rpartition(".")
    if name in OF_CASES:
        return _of_cases(table, name, chosen)
    if name == "error_rate":
        return _error_rate(table, chosen)
    if metric in FIGURES and part in OF_TRIALS:
        return _of_trials(table, metric, part, chosen)
    column = table.columns.get(metric)
    if column is None or part not in OF_CHECKS:
        return Measured(None, 0, len(chosen))
    return _of_check(table, column, part, chosen)


def _is_pass_rate(name: str) -> bool:
    return name.rpartition(".")[2] in _OF_PASSING


def select(
    table: SuiteTable,
    where: Mapping[str, Any] = NOTHING,
    cases: Iterable[str] | None = None,
    *,
    warned: bool = True,
) -> list[str]:
    """Return the cases that `where` selects, those expected to fail left out.

    Args:
        table: The suite's values.
        where: See `value`.
        cases: Only these; None is all.
        warned: Whether cases that only warn are among them.
    """
    candidates = table.cases if cases is None else cases
    return [
        case
        for case in candidates
        if _counts_in(table.facts(case), warned=warned) and _is_selected(table, case, where)
    ]


def _counts_in(facts: CaseFacts, *, warned: bool) -> bool:
    return not facts.xfail and (warned or facts.severity != "warn")


def _is_selected(table: SuiteTable, case: str, where: Mapping[str, Any]) -> bool:
    if not where:
        return True
    facts = table.facts(case)
    has: dict[str, tuple[Any, ...]] = {name: (found,) for name, found in facts.vars}
    has |= {"case": (case,), "adapter": (facts.adapter,), "variant": (facts.variant,)}
    has["tag"] = facts.tags
    return all(_matches(has.get(name, ()), wanted) for name, wanted in where.items())


def _matches(found: tuple[Any, ...], wanted: Any) -> bool:
    options = wanted if isinstance(wanted, list | tuple) else (wanted,)
    # Columns of a CSV file are texts: `where: {level: 3}` means "3" too.
    texts = {str(option) for option in options}
    return any(value in options or str(value) in texts for value in found)


# --- over cases ------------------------------------------------------------------------------


def _of_cases(table: SuiteTable, name: str, cases: Sequence[str]) -> Measured:
    share = _SHARES[name]
    values = []
    for case in cases:
        counts = table.counts(case)
        if counts.measured:
            values.append(share(counts, table.facts(case)))
    return Measured(mean(values), len(values), len(cases))


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


def _error_rate(table: SuiteTable, cases: Sequence[str]) -> Measured:
    counts = [table.counts(case) for case in cases]
    asked = sum(count.asked for count in counts)
    errors = sum(count.error for count in counts)
    return Measured(errors / asked if asked else None, asked, asked)


def _of_trials(table: SuiteTable, figure: str, part: str, cases: Sequence[str]) -> Measured:
    rows = table.rows(cases)
    column = table.figures[figure]
    found = [number for row in rows if (number := column.get(row)) is not None]
    return Measured(_summary(part, found), len(found), len(rows))


# --- over a check's results ------------------------------------------------------------------


def _of_check(table: SuiteTable, column: Column, part: str, cases: Sequence[str]) -> Measured:
    rows = table.rows(cases)
    if part in ("accuracy", "macro_f1"):
        return _of_labels(column, part, rows, len(cases))
    scores, passes, measured = _collect(column, rows)
    if part == "pass_rate":
        found = mean([mean(list(trials.values())) or 0.0 for trials in passes.values()])
    elif part == "mean":
        found = mean([mean(scores[case]) or 0.0 for case in measured])
    else:
        found = _summary(part, [score for case in measured for score in scores[case]])
    return Measured(found, len(measured), len(cases))


def _collect(
    column: Column, rows: Mapping[int, str]
) -> tuple[dict[str, list[float]], dict[str, dict[int, bool]], list[str]]:
    """Return by case its scores and which trials passed all results, and the measured cases."""
    scores: dict[str, list[float]] = defaultdict(list)
    passes: dict[str, dict[int, bool]] = defaultdict(dict)
    for row, code, score in column.values():
        case = rows.get(row)
        if case is None or score is None:
            continue
        scores[case].append(score)
        # Several results of one metric in one trial (every turn, two checks): all must pass.
        passes[case][row] = passes[case].get(row, True) and code == PASSED
    return scores, passes, list(scores)


def _of_labels(column: Column, part: str, rows: Mapping[int, str], total: int) -> Measured:
    from llmeval.scorers.label import figures

    found = [(rows[row], expected, got) for row, expected, got in column.labels() if row in rows]
    if not found:
        return Measured(None, 0, total)
    known = figures([(expected, got) for _, expected, got in found])
    return Measured(known[part], len({case for case, _, _ in found}), total)


# --- arithmetic ------------------------------------------------------------------------------


def mean(values: Sequence[float]) -> float | None:
    """Return the arithmetic mean, exact before its one rounding; None for no values."""
    return math.fsum(values) / len(values) if values else None


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
