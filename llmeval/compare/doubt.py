"""How far a figure may lie from its true value: bounds for limits that must hold beyond doubt."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from llmeval.compare import gauges, metrics, percentiles
from llmeval.compare.chosen import Chosen
from llmeval.compare.metrics import OF_CASES
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
    Percentiles by order statistics. Of cases with different weights there are as many as would give
    the same variance: (sum of weights)^2 / sum of squared weights (Kish 1965).

    Args:
        chosen: Whose figure it is.
        name: As limits call it.
        by_trial: Trials of a run are independent.
    """
    metric, _, part = name.rpartition(".")
    if name == "error_rate":
        asked = metrics.figure(chosen, name)
        return _share((asked.value or 0.0) * asked.total, asked.total)
    if part in ("p50", "p95"):
        return _percentile(_of_trials(chosen, metric), {"p50": 0.5, "p95": 0.95}[part])
    if name in OF_CASES or part in ("pass_rate", "accuracy"):
        cases = _by_case(chosen, name)
        weights = [1.0] * len(cases) if part == "accuracy" else chosen.weights(cases)
        return _of_shares(list(cases.values()), weights, by_trial=by_trial)
    if part == "mean":
        cases = _by_case(chosen, name)
        return _of_means(list(cases.values()), chosen.weights(cases))
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


def _of_shares(
    cases: Sequence[Sequence[float]], weights: Sequence[float], *, by_trial: bool
) -> Bounds:
    if by_trial and len(set(weights)) < 2:
        trials = [value for values in cases for value in values]
        return _share(math.fsum(trials), len(trials))
    if by_trial:
        parts = [(v, w / len(vs)) for vs, w in zip(cases, weights, strict=True) for v in vs]
        return _weighted_share([v for v, _ in parts], [w for _, w in parts])
    return _weighted_share([math.fsum(v) / len(v) for v in cases], weights)


def _weighted_share(shares: Sequence[float], weights: Sequence[float]) -> Bounds:
    if not shares:
        return Bounds()
    if len(set(weights)) == 1:
        return _share(math.fsum(shares), len(shares))
    number = int(math.fsum(weights) ** 2 / math.fsum(w * w for w in weights) + 1e-9)
    return _share((metrics.mean(shares, weights) or 0.0) * number, number)


def _share(successes: float, number: int) -> Bounds:
    """Return Clopper and Pearson's bounds of successes among a number."""
    if not number:
        return Bounds()
    from llmeval.compare.inference.special import beta_quantile

    fewest, most = math.floor(successes + 1e-9), math.ceil(successes - 1e-9)
    low = beta_quantile(1 - CONFIDENCE, fewest, number - fewest + 1) if fewest else 0.0
    high = beta_quantile(CONFIDENCE, most + 1, number - most) if most < number else 1.0
    return Bounds(low, high)


def _of_means(cases: Sequence[Sequence[float]], weights: Sequence[float]) -> Bounds:
    if not cases:
        return Bounds()
    means = [math.fsum(values) / len(values) for values in cases]
    from llmeval.compare.inference.special import t_quantile

    # Scores lie in 0…1; seconds, tokens and dollars as far apart as they do.
    ends = (0.0, 1.0) if min(means) >= 0 and max(means) <= 1 else (min(means), max(means))
    middle, average = metrics.mean(means, weights) or 0.0, math.fsum(weights) / len(weights)
    # What lies off the mean counts by its weight; the mean of these is that of the figure.
    moved = [middle + w / average * (m - middle) for m, w in zip(means, weights, strict=True)]
    values = [*moved, *ends]
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
