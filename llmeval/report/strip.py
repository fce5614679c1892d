"""The strip of suites and the table of their figures."""

from collections.abc import Iterator

from msgspec import Struct

from llmeval.records import MetricVerdict, SuiteVerdict
from llmeval.report import numbers, words
from llmeval.report.view import SuiteView, View


class SuiteRow(Struct, frozen=True, kw_only=True):
    """One suite of the strip."""

    name: str
    path: str
    tone: str
    status: str
    comparison: str
    bar: tuple[tuple[str, float, float], ...]
    """(outcome, where it begins, its width), percent of the cases."""
    counts: str
    rate: str
    change: str
    latency: str
    cost: str
    baseline: str
    mode: str
    brief: tuple[str, ...]
    """Why it is not green, without what the cards below tell anyway."""
    reasons: tuple[str, ...]
    notes: tuple[str, ...]


class MetricRow(Struct, frozen=True, kw_only=True):
    """One figure of a suite."""

    suite: str
    metric: str
    before: str
    now: str
    change: str
    limit: str
    kept: str
    """"kept", "broken", or "" without a limit."""
    measured: str


MOST_REASONS = 4
"""Of a suite; all stand under "How it was judged"."""

_OUTCOMES = ("passed", "failed", "error", "xfailed", "skipped")


def suite_row(suite: SuiteView) -> SuiteRow:
    """Return what the strip tells of a suite."""
    verdict, figures = suite.verdict, suite.figures
    rate = words.pass_rate(verdict)
    now = None if rate is None else rate.current
    before = None if rate is None else rate.baseline
    p50, p95 = figures.latency(0.5), figures.latency(0.95)
    return SuiteRow(
        name=verdict.suite,
        path=verdict.path,
        tone=words.TONES[verdict.status],
        status=verdict.status,
        comparison=words.comparison(verdict),
        bar=tuple(_bar(verdict)),
        counts=words.outcomes(verdict),
        rate=numbers.rate(now)
        if before is None
        else f"{numbers.rate(before)} → {numbers.rate(now)}",
        change="" if rate is None else words.change_text(rate),
        latency="" if p50 is None else f"{numbers.seconds(p50)} / {numbers.seconds(p95)}",
        cost="" if figures.cost_usd is None else numbers.dollars(figures.cost_usd),
        baseline=_baseline(verdict),
        mode=f"{verdict.mode}: {verdict.mode_reason}" if verdict.mode_reason else verdict.mode,
        brief=tuple(_brief(verdict)),
        reasons=verdict.reasons,
        notes=verdict.notes,
    )


def _brief(verdict: SuiteVerdict) -> Iterator[str]:
    if verdict.status == "passed":
        return
    named = verdict.regressed[:1]
    shown = [reason for reason in verdict.reasons if not any(case in reason for case in named)]
    yield from shown[:MOST_REASONS]
    if len(shown) > MOST_REASONS:
        yield f"and {numbers.count(len(shown) - MOST_REASONS, 'more reason')}: how it was judged"


def _bar(verdict: SuiteVerdict) -> Iterator[tuple[str, float, float]]:
    shown = [(outcome, verdict.counts.get(outcome, 0)) for outcome in _OUTCOMES]
    whole = sum(amount for _, amount in shown)
    begin = 0.0
    for outcome, amount in shown:
        if amount:
            # Never thinner than can be seen: one failure in 10,000 is what the reader looks for.
            width = max(100 * amount / whole, 0.8)
            yield outcome, round(min(begin, 100 - width), 3), round(width, 3)
            begin += 100 * amount / whole


def _baseline(verdict: SuiteVerdict) -> str:
    known = verdict.baseline or {}
    if not known:
        return "none"
    parts = [str(known.get("path", ""))]
    if known.get("runs") is not None:
        parts.append(numbers.count(int(known["runs"]), "run"))
    if known.get("age_days") is not None:
        parts.append(f"{numbers.count(round(known['age_days']), 'day')} old")
    return ", ".join(part for part in parts if part)


def metric_rows(view: View) -> Iterator[MetricRow]:
    """Yield the figures of all suites, broken limits first within each."""
    for suite in view.verdict.suites:
        for metric in sorted(suite.metrics, key=lambda metric: metric.limit_ok is not False):
            yield _metric(suite.suite, metric)


def _metric(suite: str, metric: MetricVerdict) -> MetricRow:
    kept = {True: "kept", False: "broken", None: ""}[metric.limit_ok]
    before = "" if metric.baseline is None else words.figure(metric.metric, metric.baseline)
    return MetricRow(
        suite=suite,
        metric=words.metric_name(metric),
        before=before,
        now=words.value_text(metric),
        change=words.change_text(metric),
        limit=words.bound_text(metric),
        kept=kept,
        measured="" if metric.measured is None else f"{metric.measured:,}",
    )
