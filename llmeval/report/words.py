"""A verdict in words: what happened, and what to do next."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from llmeval.records import MetricVerdict, SuiteVerdict, Verdict
from llmeval.report import numbers

Tone = Literal["good", "bad", "unsure"]

TONES: Mapping[str, Tone] = {"passed": "good", "failed": "bad", "inconclusive": "unsure"}

COMPARISONS: Mapping[str, str] = {
    "regression": "worse than {}",
    "mixed": "some cases broke, others improved",
    "improvement": "better than {}",
    "no_change": "no change against {}",
    "insufficient_data": "too little data to tell",
    "not_comparable": "not comparable with {}",
    "no_baseline": "no baseline yet",
    "off": "gate is off",
}


def comparison(suite: SuiteVerdict) -> str:
    """Return what the comparison of a suite came to."""
    yardstick = "the baseline" if suite.against == "baseline" else f"`{suite.against}`"
    return COMPARISONS.get(suite.comparison, suite.comparison).format(yardstick)


class Headline(Struct, frozen=True, kw_only=True):
    """The verdict of a run in one sentence."""

    tone: Tone
    word: str
    """One or two words: "Worse", "Failed", "Cannot tell", "Passed"."""
    text: str
    """The rest of the sentence, without a full stop."""

    def __str__(self) -> str:
        return f"{self.word}: {self.text}"


def headline(verdict: Verdict) -> Headline:
    """Return what a run's verdict comes to."""
    suites, tone = verdict.suites, TONES[verdict.status]
    if not suites:
        return Headline(tone=tone, word=_WORDS[tone], text="no suite was run")
    cases = asked(suites)
    if tone == "unsure":
        text = _unsure(suites, cases)
    elif tone == "bad":
        return _bad(suites, cases)
    else:
        text = _good(suites, cases)
    return Headline(tone=tone, word=_WORDS[tone], text=text)


LEAST_P = 0.0001
"""Replicates cannot tell smaller ones apart."""

MOST_NAMED = 5
"""Cases in a headline."""

_WORDS: Mapping[Tone, str] = {"good": "Passed", "bad": "Failed", "unsure": "Cannot tell"}


def _unsure(suites: tuple[SuiteVerdict, ...], cases: int) -> str:
    errors = total(suites, "error")
    if errors:
        return f"{errors:,} of {numbers.count(cases, 'case')} could not be measured"
    return _first_reason(suites) or "nothing was measured"


def _bad(suites: tuple[SuiteVerdict, ...], cases: int) -> Headline:
    regressed = sum(len(suite.regressed) for suite in suites)
    if regressed:
        # The version that the others are held against cannot break.
        judged = numbers.count(cases - total(suites, "yardstick"), "case")
        suspect = sum(len(suite.suspect) for suite in suites)
        more = f", {suspect:,} more look{'s' if suspect == 1 else ''} worse" if suspect else ""
        text = f"{regressed:,} of {judged} broke{more}{_across(suites)}"
        return Headline(tone="bad", word="Worse", text=text)
    if any(suite.comparison in ("regression", "mixed") for suite in suites):
        return Headline(tone="bad", word="Worse", text=_fell(suites) or "see below")
    broken = [limit for suite in suites for limit in broken_limits(suite)]
    # Under `statistical` no single case decides: how many failed is not why it is red.
    failed = total((suite for suite in suites if suite.mode != "statistical"), "failed")
    if broken and not failed:
        return Headline(tone="bad", word="Failed", text=limit_text(broken[0]))
    if failed:
        text = f"{failed:,} of {numbers.count(cases, 'case')} failed{_across(suites)}"
        return Headline(tone="bad", word="Failed", text=text)
    return Headline(tone="bad", word="Failed", text=_first_reason(suites) or "see below")


def _fell(suites: tuple[SuiteVerdict, ...]) -> str:
    """Return what got worse where no case is named."""
    reason = _first_reason(suites).removeprefix("worse: ")
    worse = next((suite for suite in suites if suite.comparison == "regression"), None)
    rate = None if worse is None else pass_rate(worse)
    if rate is None or rate.difference is None or not reason.startswith("pass_rate "):
        return reason
    before, now = numbers.rate(rate.baseline), numbers.rate(rate.current)
    return f"the pass rate fell from {before} to {now}"


def _good(suites: tuple[SuiteVerdict, ...], cases: int) -> str:
    passed = total(suites, "passed")
    if passed == cases:
        said = f"all {numbers.count(passed, 'case')}" if passed != 1 else "1 case, as expected"
    else:
        said = f"{passed:,} of {numbers.count(cases, 'case')}, {_rest(suites)}"
    worse = tuple(case for suite in suites for case in (*suite.regressed, *suite.suspect))
    if worse:
        return _doubtful(suites, worse, f"{passed:,} of {numbers.count(cases, 'case')}")
    improved = sum(len(suite.improved) for suite in suites)
    return f"{said}; {improved:,} improved" if improved else said


def _rest(suites: tuple[SuiteVerdict, ...]) -> str:
    """Return what is known of the cases that failed in green suites."""
    # Under `statistical` a failing case may be new, changed or chance: only the figures decide.
    judged = [
        suite for suite in suites if suite.mode == "statistical" and total((suite,), "failed")
    ]
    if not judged:
        return "the rest as before or expected"
    if any(suite.comparison == "insufficient_data" for suite in judged):
        return "too little data to tell of the rest"
    return "no evidence that the rest is worse"


def _doubtful(suites: tuple[SuiteVerdict, ...], worse: tuple[str, ...], passed: str) -> str:
    """Return what is said of green suites in which cases look worse."""
    named = ", ".join(worse[:MOST_NAMED]) + (" and more" if len(worse) > MOST_NAMED else "")
    look = f"{numbers.count(len(worse), 'case')} look{'s' if len(worse) == 1 else ''} worse"
    if any(suite.comparison == "insufficient_data" for suite in suites):
        return f"{passed}; {look}, too little data to be sure: {named}"
    return f"{passed}; {look}, which may be chance: {named}"


def _across(suites: tuple[SuiteVerdict, ...]) -> str:
    if len(suites) == 1:
        return ""
    return f" in {numbers.count(sum(suite.status == 'failed' for suite in suites), 'suite')}"


def _first_reason(suites: Iterable[SuiteVerdict]) -> str:
    reasons = (suite.reasons[0] for suite in suites if suite.reasons and suite.status != "passed")
    return next(reasons, "")


def total(suites: Iterable[SuiteVerdict], key: str) -> int:
    """Return the sum of one count over suites."""
    return sum(suite.counts.get(key, 0) for suite in suites)


def asked(suites: Iterable[SuiteVerdict]) -> int:
    """Return how many cases were to be measured: all but the skipped ones."""
    return sum(suite.counts.get("cases", 0) - suite.counts.get("skipped", 0) for suite in suites)


def counts(suite: SuiteVerdict) -> str:
    """Return a suite's outcomes: "53 passed, 4 failed"."""
    names = ("passed", "failed", "error", "skipped", "xfailed", "xpassed", "warned")
    found = [(name, suite.counts.get(name, 0)) for name in names]
    said = (_counted(name, amount) for name, amount in found if amount)
    return ", ".join(said) or "no case"


def rounds(suite: SuiteVerdict) -> str:
    """Return how many rounds were made, where that was left open; "" where it was not."""
    known = suite.rounds
    if known is None:
        return ""
    made, most, looks = known["made"], known["max"], known["looks"]
    if known["settled"]:
        look = f"look {known['look']} of {len(looks)}"
        saved = f"{numbers.count(known['calls_saved'], 'call')} saved"
        return f"settled after {made} of at most {numbers.count(most, 'round')} ({look}): {saved}"
    if made < most:
        return f"cut off in round {made} of at most {most}"
    why = known["why"] or f"none of {numbers.count(len(looks) - 1, 'earlier look')} settled it"
    return f"all {most} rounds were made: {why}"


def outcomes(suite: SuiteVerdict) -> str:
    """Return a suite's outcomes, and how many rounds they took where that was left open."""
    return "; ".join(part for part in (counts(suite), rounds(suite)) if part)


def _counted(name: str, amount: int) -> str:
    return numbers.count(amount, name) if name == "error" else f"{amount:,} {name}"


def pass_rate(suite: SuiteVerdict) -> MetricVerdict | None:
    """Return the suite's overall pass rate; None when the verdict holds none."""
    return next((m for m in suite.metrics if m.metric == "pass_rate" and not m.where), None)


def broken_limits(suite: SuiteVerdict) -> tuple[MetricVerdict, ...]:
    """Return the limits that the suite does not keep."""
    return tuple(metric for metric in suite.metrics if metric.limit_ok is False)


def figure(metric: str, value: float | None) -> str:
    """Return one value of a metric in the metric's own unit."""
    head, _, tail = metric.partition(".")
    if head in ("latency", "first_token"):
        return numbers.seconds(value)
    if head == "cost":
        return numbers.dollars(value)
    if metric.endswith("rate") or tail == "accuracy" or metric.startswith("pass_"):
        return numbers.rate(value)
    return numbers.number(value)


def metric_name(metric: MetricVerdict) -> str:
    """Return a metric with what it is restricted to: "pass_rate (tag: returns)"."""
    where = ", ".join(f"{key}: {value}" for key, value in metric.where.items())
    return f"{metric.metric} ({where})" if where else metric.metric


def bound_text(metric: MetricVerdict) -> str:
    """Return the limit on a metric: "at least 90.0 %"."""
    limit = metric.limit or {}
    said = {"min": "at least", "max": "at most"}
    return " and ".join(
        f"{said[side]} {_limit_pair(metric, limit[side])[1]}" for side in said if side in limit
    )


def value_text(metric: MetricVerdict) -> str:
    """Return a limited metric's value with digits enough to tell it from its limit."""
    limit = tuple((metric.limit or {}).values())
    value = _decisive(metric)
    shown = figure(metric.metric, value)
    if limit and value is not None:
        near = min(limit, key=lambda bound: abs(bound - value))
        shown = _limit_pair(metric, near)[0]
    return f"{shown} {_correction(metric)}" if metric.corrected else shown


def corrected_text(suite: SuiteVerdict) -> Iterator[str]:
    """Yield each figure that people's labels correct, with what it was without them."""
    for metric in suite.metrics:
        if metric.corrected:
            yield f"{metric_name(metric)} {value_text(metric)}"


def _decisive(metric: MetricVerdict) -> float | None:
    """Return what is held against limits: the corrected figure where there is one."""
    return metric.corrected["value"] if metric.corrected else metric.current


def _correction(metric: MetricVerdict) -> str:
    found = metric.corrected or {}
    low, high = (figure(metric.metric, found[end]).removesuffix(" %") for end in ("low", "high"))
    scored = figure(metric.metric, metric.current)
    cases = numbers.count(int(found["labelled"]), "labelled case")
    return f"({low} … {high}) by {cases}, {scored} as scored"


def _limit_pair(metric: MetricVerdict, limit: float) -> tuple[str, str]:
    value = _decisive(metric)
    shown = figure(metric.metric, value), figure(metric.metric, limit)
    if shown[0] != shown[1] or metric.limit_ok is not False:
        return shown
    return numbers.versus(value, limit)


def limit_text(metric: MetricVerdict) -> str:
    """Return a broken limit as a sentence: "latency.p95 is 4.2 s, at most 4.00 s is allowed"."""
    if metric.current is None:
        return f"{metric_name(metric)} was not measured, {bound_text(metric)} is demanded"
    return f"{metric_name(metric)} is {value_text(metric)}, {bound_text(metric)} is demanded"


def change_text(metric: MetricVerdict) -> str:
    """Return how a metric changed, in its own unit, with its interval; "" if unknown."""
    difference = metric.difference
    if difference is None and None not in (metric.current, metric.baseline):
        difference = (metric.current or 0) - (metric.baseline or 0)
    if difference is None:
        return ""
    unit, text = _change(metric, difference)
    if metric.low is None or metric.high is None:
        return text
    sides = (_change(metric, side)[1] for side in (metric.low, metric.high))
    low, high = (side.removesuffix(unit) for side in sides)
    chance = p_text(metric)
    return f"{text} (95 % interval {low} … {high}{f', {chance}' if chance else ''})"


def p_text(metric: MetricVerdict) -> str:
    """Return how likely such a fall is by chance alone, corrected where it was: "p = 0.003"."""
    p = metric.p if metric.p_adjusted is None else metric.p_adjusted
    if p is None:
        return ""
    return f"p = {p:.2g}" if p >= LEAST_P else f"p < {LEAST_P:g}"


def _change(metric: MetricVerdict, difference: float) -> tuple[str, str]:
    """Return the unit and the difference in it."""
    if figure(metric.metric, 0.5).endswith("%"):
        return " points", numbers.points(difference)
    if metric.metric.partition(".")[0] not in ("latency", "first_token"):
        return "", numbers.signed(difference)
    # In the unit of the two figures beside it.
    if max(metric.current or 0, metric.baseline or 0) < numbers.WHOLE_SECOND_S:
        return " ms", numbers.signed(difference * 1000, "ms")
    return " s", numbers.signed(difference, "s")


def rate_change(suite: SuiteVerdict) -> str:
    """Return a suite's pass rate before, now and its change; "" if unknown."""
    return _rate_text(pass_rate(suite))


def rates_of_sides(suite: SuiteVerdict) -> Iterator[str]:
    """Yield the pass rate of each version that was asked side by side, with its name."""
    for metric in suite.metrics:
        if metric.metric == "pass_rate" and metric.where.keys() in ({"variant"}, {"adapter"}):
            (name,) = metric.where.values()
            yield f"{name} {_rate_text(metric)}"


def _rate_text(rate: MetricVerdict | None) -> str:
    if rate is None or rate.current is None:
        return ""
    if rate.baseline is None:
        return numbers.rate(rate.current)
    return f"{numbers.rate(rate.baseline)} → {numbers.rate(rate.current)}: {change_text(rate)}"
