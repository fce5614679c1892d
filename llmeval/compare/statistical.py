"""The statistical gate: what the evidence makes of a suite, and in which words.

A regression is red only where chance does not explain it; `no change` is said only where a drop
that matters is excluded. Everything between is `insufficient data`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import fmean, stdev
from typing import Any, Literal

from llmeval.compare import cases, evidence, wording
from llmeval.compare.evidence import Evidence, Tested
from llmeval.compare.findings import Facts, Finding, Weight, names
from llmeval.compare.wording import count
from llmeval.records import GateSpec

Result = Literal["regression", "mixed", "improvement", "no_change", "insufficient_data"]

_RANKS: Sequence[Result] = (
    "regression",
    "mixed",
    "insufficient_data",
    "improvement",
    "no_change",
)
_RED: frozenset[Result] = frozenset({"regression", "mixed"})
_ALIKE = 0.3
"""Correlation within runs that independent trials of 100 cases hardly show by chance."""
_ERRORS_SHARE = 0.2
"""Of `alpha`, for more errors than before: errors come in bursts, which Fisher's test ignores."""


def tested(facts: Facts) -> Facts:
    """Return the facts with what the tests say, where there is something to test."""
    if facts.baseline is None or not facts.compared:
        return facts
    found = evidence.gather(
        facts.gate, facts.table, facts.baseline, facts.compared, facts.asked, facts.look
    )
    named: dict[cases.Status, tuple[str, ...]] = {
        "improved": found.improved,
        "suspect": found.suspect,
        "regressed": found.regressed,
    }
    return replace(facts, evidence=found, rows=cases.named(facts.rows, named))


def held(suites: Sequence[Facts]) -> tuple[Facts, ...]:
    """Return the facts with p-values that are adjusted for all suites of the run."""
    found = evidence.hold([facts.evidence for facts in suites])
    return tuple(
        facts if each is facts.evidence else replace(facts, evidence=each)
        for facts, each in zip(suites, found, strict=True)
    )


def comparison(found: Evidence, gate: GateSpec) -> Result:
    """Return what the figures of a suite come to together: the worst of them."""
    results = {_result(each, gate) for each in found.metrics.values()}
    # One figure that rose is worth telling where none of the others fell.
    if "improvement" in results and not results & {"regression", "mixed"}:
        return "improvement"
    return next((result for result in _RANKS if result in results), "insufficient_data")


def _result(figure: Tested, gate: GateSpec) -> Result:
    if figure.p_adjusted <= gate.alpha:
        if figure.fell(gate.min_effect):
            return "regression"
        if figure.p_breaks <= gate.alpha:
            return "mixed"
    if figure.p_improved <= gate.alpha and figure.effect > 0:
        return "improvement"
    return "no_change" if figure.excludes else "insufficient_data"


def described(found: Evidence) -> Mapping[str, Any]:
    """Return how was tested, for programs."""
    first = next(iter(found.metrics.values()), None)
    return {
        "unit": "run" if found.by_run else "trial",
        "correlation": found.correlation,
        "p_independent": None if first is None else first.p_independent,
        "cases_needed": None if first is None else first.cases_needed,
        "trials_needed": None if first is None else first.trials_needed,
    }


# --- rules ---------------------------------------------------------------------------------------


def verdict(facts: Facts) -> Iterator[Finding]:
    """What the tests say of each figure: the headline."""
    if facts.evidence is None:
        return
    for metric, figure in facts.evidence.metrics.items():
        result = _result(figure, facts.gate)
        said = f"{_said(result, facts.gate)}: {metric} {_moved(figure, result)}"
        warns = result == "mixed" and facts.gate.on_mixed == "warn"
        weight: Weight = "failed" if result in ("regression", "mixed") and not warns else "note"
        yield Finding(weight, f"{said}{_further(result, figure, facts)}")
    for metric, why in facts.evidence.untested.items():
        yield Finding("inconclusive", f"{metric} is not tested: {why}")


def _further(result: Result, figure: Tested, facts: Facts) -> str:
    if result in ("regression", "mixed"):
        return _broke(facts)
    if result == "insufficient_data":
        return f"; {_missing(figure)}"
    excluded = _amount(figure, figure.gauge.undetected)
    return f"; {excluded} is excluded" if result == "no_change" else ""


_SAID: Mapping[Result, str] = {
    "no_change": "no change",
    "regression": "worse",
    "mixed": "some cases broke, others improved",
    "improvement": "better",
    "insufficient_data": "too little data to tell",
}


def _said(result: Result, gate: GateSpec) -> str:
    if result == "mixed" and gate.min_effect:
        return f"some cases broke, the mean fell by no more than min_effect {gate.min_effect:g}"
    return _SAID[result]


def _moved(figure: Tested, result: Result) -> str:
    """Return the change of a figure: "−2.5 points (95 % interval −4.4 … −0.6, p = 0.003)"."""
    numbers = [_shown(figure, value) for value in (figure.effect, figure.low, figure.high)]
    effect, low, high = numbers if figure.gauge.sign > 0 else (numbers[0], numbers[2], numbers[1])
    unit = " %" if figure.gauge.is_relative else " points" if _is_share(figure) else ""
    p = figure.p_improved if result == "improvement" else figure.p_adjusted
    return f"{effect}{unit} (95 % interval {low} … {high}, p = {p:.2g})"


def _shown(figure: Tested, value: float) -> str:
    value *= figure.gauge.sign
    if figure.gauge.is_relative:
        return wording.signed(100 * (wording.grown(value) - 1), 1)
    return wording.signed(100 * value, 1) if _is_share(figure) else wording.signed(value, 3)


def _is_share(figure: Tested) -> bool:
    return figure.gauge.metric.endswith("pass_rate")


def _broke(facts: Facts) -> str:
    """Return which cases broke, to stand behind the change."""
    broke = names(row for row in facts.judged if row.status == "regressed")
    suspect = names(row for row in facts.judged if row.status == "suspect")
    if broke:
        of = count(len(facts.compared), "case")
        more = f"; {len(suspect)} more {_looks(suspect)} worse" if suspect else ""
        return f"; {len(broke)} of {of} broke: {wording.ids(broke)}{more}"
    if suspect:
        return f"; no single case stands out, suspect are {wording.ids(suspect)}"
    return "; no single case stands out"


def _missing(figure: Tested) -> str:
    """Return what is not excluded, and how much more data would do."""
    ways = []
    if figure.trials_needed is not None:
        ways.append(f"{figure.trials_needed} trials a case")
    if figure.cases_needed is not None:
        ways.append(f"{figure.cases_needed:,} cases")
    would = f": about {' or '.join(ways)} would do" if ways else ""
    demanded = _amount(figure, figure.gauge.undetected)
    return f"{demanded} is not excluded{would}"


def _amount(figure: Tested, change: float) -> str:
    """Return a change for the worse: "a drop of more than 5 points"."""
    if figure.gauge.is_relative:
        much = f"{100 * (wording.grown(change) - 1):.0f} %"
    else:
        much = f"{100 * change:.3g} points" if _is_share(figure) else f"{change:.3g}"
    return f"a {'drop' if figure.gauge.sign > 0 else 'rise'} of more than {much}"


def suspects(facts: Facts) -> Iterator[Finding]:
    """Cases that look worse and are not named by the test."""
    found = names(row for row in facts.judged if row.status == "suspect")
    if facts.evidence is not None and found:
        mostly = "" if _asked_once(facts, found) else " mostly"
        said = f"{count(len(found), 'case')} passed{mostly} before and {_fails(found)}{mostly} now"
        yield Finding("note", f"suspect: {said}, which may be chance: {wording.ids(found)}")


def _fails(found: Sequence[str]) -> str:
    return wording.verb(len(found), "fails", "fail")


def _looks(found: Sequence[str]) -> str:
    return wording.verb(len(found), "looks", "look")


def _asked_once(facts: Facts, found: Sequence[str]) -> bool:
    """Tell whether cases have one trial on both sides."""
    assert facts.baseline is not None
    before = facts.baseline.table
    return all(
        facts.table.counts(case).asked == 1 == before.counts(facts.compared[case]).asked
        for case in found
    )


def errors_decide(facts: Facts) -> bool:
    """Tell whether the verdict would turn red, were errors failures."""
    if facts.evidence is None or facts.evidence.with_errors is None:
        return False
    as_measured = comparison(facts.evidence, facts.gate)
    as_failures = {_result(each, facts.gate) for each in facts.evidence.with_errors}
    return bool(as_failures & _RED) and as_measured not in _RED


def errors_matter(facts: Facts) -> Iterator[Finding]:
    """Were errors failures, the verdict would be another one."""
    if errors_decide(facts):
        text = "what could not be measured decides: with errors as failures this would be worse"
        yield Finding("inconclusive", f"{text}; run again with `--llmeval-resume`")


def more_errors(facts: Facts) -> Iterator[Finding]:
    """More errors than when the baseline was measured, beyond chance."""
    if facts.evidence is None or facts.baseline is None or facts.yardstick:
        return
    asked = sum(run.trials for run in facts.baseline.runs)
    before = sum(run.errors for run in facts.baseline.runs)
    counts = [facts.table.counts(case) for case in facts.compared]
    now, trials = sum(c.error for c in counts), sum(c.asked for c in counts)
    if not now or not asked:
        return
    from llmeval.compare.inference.surprise import hypergeometric

    numbers, chances = hypergeometric(asked + trials, before + now, trials)
    p = min(1.0, facts.look.of * float(chances[numbers >= now].sum()))
    if p <= _ERRORS_SHARE * facts.gate.alpha:
        said = f"{now} of {count(trials, 'trial')}, before {before} of {asked} (p = {p:.2g})"
        yield Finding("failed", f"worse: more errors than in the baseline: {said}")


def evidence_required(facts: Facts) -> Iterator[Finding]:
    """Non-inferiority: every figure must be shown not to be worse."""
    if "evidence" not in facts.gate.require or facts.baseline is None:
        return
    if facts.pairing.nothing_comparable:
        yield Finding("failed", "evidence is required, and no case can be compared")
    elif facts.evidence is None:
        why = "no case was measured on both sides"
        if facts.choice.mode != "statistical":
            why = f"mode `{facts.choice.mode}` gives none: remove `mode`"
        yield Finding("failed", f"evidence is required, and {why}")
    else:
        for metric, figure in facts.evidence.metrics.items():
            if not figure.excludes:
                text = f"evidence is required that {metric} is not worse"
                yield Finding("failed", f"{text}: {_missing(figure)}")


def powerless(facts: Facts) -> Iterator[Finding]:
    """Too few cases or runs for any result to be evidence."""
    found = facts.evidence
    if found is None or not found.metrics:
        return
    smallest = min(figure.least_p for figure in found.metrics.values())
    if smallest > facts.gate.alpha:
        cases, runs = count(len(facts.compared), "compared case"), count(found.runs, "baseline run")
        text = f"{cases} and {runs} can never prove a regression at alpha {facts.gate.alpha:g}"
        advice = "add cases, accept more runs (`llmeval accept --add`), or set `mode: ratchet`"
        yield Finding("note", f"{text}: {advice}")


def one_run(facts: Facts) -> Iterator[Finding]:
    """A baseline of one run does not know how runs differ."""
    found = facts.evidence
    if found is None or not found.by_run or found.runs > 1 or found.correlation is None:
        return
    figure = next(iter(found.metrics.values()), None)
    if figure is None or figure.p_independent is None:
        return
    if not figure.p_independent <= facts.gate.alpha < figure.p_adjusted:
        return  # the same either way
    alike = f"the correlation within runs is {found.correlation:.2f} by estimate"
    text = f"were trials of a run independent, p would be {figure.p_independent:.2g} ({alike})"
    if facts.yardstick:
        yield Finding("note", text)
    else:
        advice = "accept two more runs for more power (`llmeval accept --add`)"
        yield Finding("note", f"{text}: {advice}")


def not_independent(facts: Facts) -> Iterator[Finding]:
    """Trials are taken to be independent, and do not look so where that makes the run red."""
    found = facts.evidence
    if found is None or facts.gate.unit != "trial" or found.correlation is None:
        return
    if found.correlation >= _ALIKE and comparison(found, facts.gate) in _RED:
        text = f"trials of a run may resemble each other (correlation {found.correlation:.2f} by"
        advice = "which raises false alarms under `unit: trial`: `llmeval aa` counts them"
        yield Finding("note", f"{text} estimate), {advice}")


def among_runs(facts: Facts) -> Iterator[Finding]:
    """Where this run's pass rate lies among those of the baseline's runs."""
    found, before = facts.evidence, facts.baseline
    if found is None or before is None or found.runs < evidence.FEWEST_RUNS:
        return
    means = _means_of_runs(facts)
    if len(means) < evidence.FEWEST_RUNS:
        return
    rates = {case: facts.table.counts(case).rate for case in facts.compared}
    known = {case: rate for case, rate in rates.items() if rate is not None}
    now = fmean(known.values(), _weights(facts, known))
    low, high = _predicted(means)
    place = "inside" if low <= now <= high else "outside"
    usual = f"{wording.percent(max(0.0, low))} … {wording.percent(min(1.0, high))}"
    text = f"the pass rate {wording.percent(now)} lies {place} what {len(means)} baseline runs"
    more = "" if place == "inside" else "; a bad day of the service moves all cases like this"
    yield Finding("note", f"{text} predict for another one ({usual}){more}")


def _means_of_runs(facts: Facts) -> list[float]:
    """Return the pass rate of each baseline run that measured all compared cases."""
    assert facts.baseline is not None
    table, olds = facts.baseline.table, tuple(facts.compared.values())
    weights = _weights(facts, facts.compared)
    means = []
    for run in facts.baseline.runs:
        rates = [table.counts(case, run.number).rate for case in olds]
        known = [rate for rate in rates if rate is not None]
        if len(known) == len(rates):
            means.append(fmean(known, weights))
    return means


def _weights(facts: Facts, compared: Iterable[str]) -> list[float]:
    return [facts.table.facts(case).weight for case in compared]


def _predicted(means: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % prediction interval of one more run: Student's t, s * sqrt(1 + 1/R)."""
    from llmeval.compare.inference.special import t_quantile

    number = len(means)
    width = t_quantile(0.975, number - 1) * stdev(means) * (1 + 1 / number) ** 0.5
    return fmean(means) - width, fmean(means) + width
