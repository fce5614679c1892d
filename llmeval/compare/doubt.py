"""How far a figure may lie from its true value: bounds for limits that must hold beyond doubt."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from llmeval.compare import gauges, metrics, percentiles
from llmeval.compare.metrics import OF_CASES, Chosen
from llmeval.compare.readings import FIGURES

CONFIDENCE = 0.95
"""Of each bound alone."""


class Bounds(NamedTuple):
    """One-sided 95 % bounds of a figure; None where there is none."""

    low: float | None = None
    high: float | None = None


def of(chosen: Chosen, name: str, *, by_trial: bool) -> Bounds:
    """Return the bounds of a figure.

    Shares by Clopper and Pearson (1934): on trials they are conservative for a fixed suite
    (Hoeffding 1956), but hold only where trials of a run do not resemble each other; else on cases,
    whose successes are the sum of their shares, rounded down for the lower bound and up for the
    upper. Means by Student's t over cases and two pseudo-cases at the ends of the scale.
    Percentiles by order statistics.

    Args:
        chosen: Whose figure it is.
        name: One of `metrics.names`.
        by_trial: Trials of a run are independent.
    """
    metric, _, part = name.rpartition(".")
    if name == "error_rate":
        asked = metrics.figure(chosen, name)
        return _share((asked.value or 0.0) * asked.total, asked.total)
    if part in ("p50", "p95"):
        return _percentile(_of_trials(chosen, metric), {"p50": 0.5, "p95": 0.95}[part])
    if name in OF_CASES or part in ("pass_rate", "accuracy"):
        return _of_shares(_by_case(chosen, name), by_trial=by_trial)
    if part == "mean":
        return _of_means(_by_case(chosen, name))
    return Bounds()


def _by_case(chosen: Chosen, name: str) -> dict[str, list[float]]:
    """Return the values of each case's measured trials; of figures over cases, one each."""
    if name in OF_CASES and name != "pass_rate":
        return {case: [share] for case, share in metrics.shares(chosen, name).items()}
    if name.endswith(".accuracy"):
        return metrics.hits(chosen, name.removesuffix(".accuracy"))
    value_of = gauges.plain(name, chosen.table)
    found: dict[str, list[float]] = {}
    for row, case in chosen.rows(warned=not name.endswith("pass_rate")).items():
        value = value_of(row)
        if value is not None:
            found.setdefault(case, []).append(value)
    return found


def _of_trials(chosen: Chosen, metric: str) -> list[float]:
    if metric in FIGURES:
        values = chosen.table.figures[metric]
        found = (values.get(row) for row in chosen.rows(warned=True))
        return [value for value in found if value is not None]
    column, rows = chosen.table.columns.get(metric), chosen.rows(warned=True)
    scores = () if column is None else column.values()
    return [score for row, _, score in scores if score is not None and row in rows]


def _of_shares(cases: Mapping[str, Sequence[float]], *, by_trial: bool) -> Bounds:
    if by_trial:
        trials = [value for values in cases.values() for value in values]
        return _share(math.fsum(trials), len(trials))
    return _share(math.fsum(math.fsum(v) / len(v) for v in cases.values()), len(cases))


def _share(successes: float, number: int) -> Bounds:
    """Return Clopper and Pearson's bounds of successes among a number."""
    if not number:
        return Bounds()
    from llmeval.compare.inference.special import beta_quantile

    fewest, most = math.floor(successes + 1e-9), math.ceil(successes - 1e-9)
    low = beta_quantile(1 - CONFIDENCE, fewest, number - fewest + 1) if fewest else 0.0
    high = beta_quantile(CONFIDENCE, most + 1, number - most) if most < number else 1.0
    return Bounds(low, high)


def _of_means(cases: Mapping[str, Sequence[float]]) -> Bounds:
    means = [math.fsum(values) / len(values) for values in cases.values()]
    if not means:
        return Bounds()
    from llmeval.compare.inference.special import t_quantile

    # Scores lie in 0…1; seconds, tokens and dollars as far apart as they do.
    ends = (0.0, 1.0) if min(means) >= 0 and max(means) <= 1 else (min(means), max(means))
    values = [*means, *ends]
    centre, number = math.fsum(values) / len(values), len(values)
    variance = math.fsum((value - centre) ** 2 for value in values) / (number - 1)
    width = t_quantile(CONFIDENCE, number - 1) * math.sqrt(variance / number)
    return Bounds(centre - width, centre + width)


def _percentile(values: list[float], share: float) -> Bounds:
    if not values:
        return Bounds()
    ordered = sorted(values)
    low, high = percentiles.ranks(len(ordered), share, 2 * CONFIDENCE - 1)
    return Bounds(
        ordered[low - 1] if low >= 1 else None,
        ordered[high - 1] if high <= len(ordered) else None,
    )
