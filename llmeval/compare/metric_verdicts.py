"""The figures of a suite before and now: what is compared, what is limited, what is shown."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from llmeval.compare import attack_verdicts, limits, metrics, sides, wording
from llmeval.compare.chosen import Chosen, select
from llmeval.compare.evidence import Tested
from llmeval.compare.findings import Facts
from llmeval.compare.limits import Judged
from llmeval.compare.measured import SuiteTable
from llmeval.compare.readings import FIGURES
from llmeval.records import Limit, MetricVerdict

_RUN_TIME = ("latency.p50", "latency.p95", "first_token.p50", "tokens.total", "cost.total")


def of(facts: Facts) -> Iterator[MetricVerdict]:
    """Yield the figures that are compared, those that are limited, and those of run time.

    What people's labels make of a figure stands with it.
    """
    for verdict in _of(facts):
        yield _corrected(verdict, facts) if facts.labels else verdict


def _corrected(verdict: MetricVerdict, facts: Facts) -> MetricVerdict:
    """Return a figure with what labels make of it, over the cases that it is about."""
    cases: list[str] | None = None
    if facts.compared and not verdict.limit and not verdict.where:
        cases = list(facts.compared)
    elif facts.yardstick and verdict.where.keys().isdisjoint(("variant", "adapter")):
        cases = [case for case in facts.table.cases if case not in facts.yardstick]
    found = facts.labels.correction(verdict.metric, verdict.where, cases)
    return verdict if found is None else replace(verdict, corrected=found.as_json())


def _of(facts: Facts) -> Iterator[MetricVerdict]:
    pairs = facts.compared
    limited = [_limited(facts, judged, pairs) for judged in facts.limits]
    now = Chosen(facts.table, cases=pairs or None)
    before = None
    if facts.baseline is not None and pairs:
        before = Chosen(facts.baseline.table, cases=pairs.values(), weights=_weights(facts, pairs))
    for name in dict.fromkeys(("pass_rate", *facts.gate.metrics)):
        # One line a figure: its limit stands with it.
        whole = [metric for metric in limited if metric.metric == name and not metric.where]
        yield from (_tested(metric, facts) for metric in whole or [_metric(name, now, before)])
        limited = [metric for metric in limited if metric not in whole]
    yield from limited
    yield from _of_sides("pass_rate", facts, pairs)
    attacks = attack_verdicts.of(now, before)
    limits_on = [(metric.metric, metric.where) for metric in limited]
    yield from (found for found in attacks if (found.metric, found.where) not in limits_on)
    known = {metric.metric for metric in limited if not metric.where}
    labelled = (f"{metric}.pass_rate" for metric in facts.labels.metrics)
    for name in dict.fromkeys((*labelled, *_of_checks(facts.table), *_RUN_TIME)):
        verdict = _metric(name, now, before)
        if verdict.current is not None and name not in known:
            yield verdict
        if name in sides.FIGURES:
            yield from _of_sides(name, facts, pairs)


def _tested(found: MetricVerdict, facts: Facts) -> MetricVerdict:
    """Return a figure with what its test says, in the figure's own unit."""
    tested = None if facts.evidence is None else facts.evidence.metrics.get(found.metric)
    if tested is None:
        return found
    ends = sorted(_in_unit(tested, end, found) for end in (tested.low, tested.high))
    return replace(found, low=ends[0], high=ends[1], p=tested.p, p_adjusted=tested.p_adjusted)


def _in_unit(tested: Tested, moved: float, found: MetricVerdict) -> float:
    if not tested.gauge.is_relative:
        return tested.gauge.sign * moved
    return (found.baseline or 0.0) * (wording.grown(-moved) - 1)


def _of_sides(name: str, facts: Facts, pairs: Mapping[str, str]) -> Iterator[MetricVerdict]:
    """Yield a figure of each version that was asked, where there are several."""
    limited = [judged.limit.where for judged in facts.limits if judged.limit.metric == name]
    for where in sides.of(facts.table):
        if where not in limited:
            judged = limits.judge(Limit(metric=name, where=where), facts.table)
            found = _limited(facts, judged, pairs)
            if found.current is not None:
                yield replace(found, limit=None, limit_ok=None)


def _of_checks(table: SuiteTable) -> Iterator[str]:
    for metric, column in sorted(table.columns.items()):
        if metric not in FIGURES:
            yield f"{metric}.mean" if column.is_graded else f"{metric}.pass_rate"


def _metric(name: str, now: Chosen, before: Chosen | None) -> MetricVerdict:
    """Return a figure on both sides, over the compared cases alone where there are any."""
    found = metrics.figure(now, name)
    old = None if before is None else metrics.figure(before, name).value
    return MetricVerdict(
        metric=name,
        baseline=old,
        current=found.value,
        difference=_difference(found.value, old),
        measured=found.measured,
    )


def _limited(facts: Facts, judged: Judged, pairs: Mapping[str, str]) -> MetricVerdict:
    """Return a limited figure over all its cases; the difference is over the compared ones."""
    limit = judged.limit
    selected = select(facts.table, limit.where) if pairs else []
    cases = [case for case in selected if case in pairs]
    before = now = None
    if facts.baseline is not None and cases:
        olds = [pairs[case] for case in cases]
        chosen = Chosen(facts.baseline.table, cases=olds, weights=_weights(facts, pairs))
        before = metrics.figure(chosen, limit.metric).value
        now = metrics.value(facts.table, limit.metric, cases=cases).value
    rate = attack_verdicts.rate(Chosen(facts.table, limit.where), limit.metric)
    return MetricVerdict(
        metric=limit.metric,
        where=limit.where,
        baseline=before,
        current=judged.found.value,
        difference=_difference(now, before),
        low=None if rate is None else rate.low,
        high=None if rate is None else rate.high,
        limit=limits.bounds(limit),
        limit_ok=None if judged.state == "unknown" else judged.state != "broken",
        measured=judged.found.measured,
    )


def _weights(facts: Facts, pairs: Mapping[str, str]) -> dict[str, float]:
    """Return how much the baseline's cases count: as much as in this run."""
    return {old: facts.table.facts(case).weight for case, old in pairs.items()}


def _difference(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before
