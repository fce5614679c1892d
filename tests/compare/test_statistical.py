"""Mode `statistical`: what is worse, what is chance, and what too little data cannot tell."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from msgspec.structs import replace
from scipy import stats

from llmeval.compare.conclusion import conclude
from llmeval.compare.gate import gather
from llmeval.compare.measured import SuiteTable
from llmeval.records import GateSpec, Limit, Reply, Timing

STATISTICAL = GateSpec(mode="statistical")
SURE = {f"s{n:03}": "ppp" for n in range(90)}
FLAKY = {f"f{n:02}": "ppf" if n % 2 else "pff" for n in range(10)}
BROKEN = {f"b{n:02}": "fff" for n in range(8)}
WHOLE = dict.fromkeys(BROKEN, "ppp")


def several_runs(baseline: Any, trials: Any, marks: Sequence[Mapping[str, str]]) -> Any:
    """Return a baseline of several runs."""
    both = SuiteTable("bot")
    for run, of_run in enumerate(marks, start=1):
        for trial in trials(of_run):
            both.add(trial, run=run)
    one = baseline(marks[0])
    runs = tuple(replace(one.runs[0], number=n) for n in range(1, len(marks) + 1))
    return replace(one, table=both, runs=runs)


# --- the verdicts --------------------------------------------------------------------------------


def test_a_regression_is_red_and_names_the_cases_that_broke(judge: Any) -> None:
    found = judge(SURE | FLAKY | BROKEN, SURE | FLAKY | WHOLE, STATISTICAL)

    assert (found.status, found.comparison) == ("failed", "regression")
    assert found.regressed == tuple(BROKEN)
    rate = found.metrics[0]
    assert rate.p is not None
    assert rate.p <= 0.05
    assert rate.low is not None
    assert rate.low < rate.difference < rate.high < 0
    assert found.reasons[0] == (
        "worse: pass_rate −7.4 points (95 % interval −12.8 … −1.7, p = 0.0044); "
        "8 of 108 cases broke: b00, b01, b02, b03, b04 and 3 more"
    )


def test_what_chance_explains_is_green_and_a_failing_case_is_counted(judge: Any) -> None:
    found = judge(SURE | FLAKY | {"x": "fpp"}, SURE | FLAKY | {"x": "ppp"}, STATISTICAL)

    assert (found.status, found.comparison) == ("passed", "no_change")
    assert found.regressed == ()
    assert found.notes[0].startswith("no change: pass_rate −0.3 points (95 % interval −")


def test_too_few_cases_are_no_evidence_of_no_change(judge: Any) -> None:
    found = judge({"a": "ppp", "b": "ppp"}, {"a": "ppp", "b": "ppp"}, STATISTICAL)

    assert (found.status, found.comparison) == ("passed", "insufficient_data")
    assert found.notes[0] == (
        "too little data to tell: pass_rate 0.0 points (95 % interval −100.0 … +100.0, p = 1); "
        "a drop of more than 5 points is not excluded: about 56 cases would do"
    )
    assert found.notes[1] == (
        "2 compared cases and 1 baseline run can never prove a regression at alpha 0.05: add "
        "cases, accept more runs (`llmeval accept --add`), or set `mode: ratchet`"
    )


def test_more_trials_are_advised_where_they_would_do(judge: Any) -> None:
    many = {f"c{n:03}": "pf" if n % 2 else "fp" for n in range(120)}
    now = {case: "pf" if n % 3 else "ff" if n % 2 else "pp" for n, case in enumerate(many)}

    found = judge(now, many, replace(STATISTICAL, unit="trial"))

    assert found.test["trials_needed"] == 3
    assert ": about 3 trials a case or " in "".join(found.notes)


def test_some_broke_and_as_many_improved_is_mixed(judge: Any) -> None:
    better = {f"i{n:02}": "fff" for n in range(8)}
    before, now = SURE | WHOLE | better, SURE | BROKEN | dict.fromkeys(better, "ppp")

    found = judge(now, before, replace(STATISTICAL, unit="trial"))
    warned = judge(now, before, replace(STATISTICAL, unit="trial", on_mixed="warn"))

    assert (found.status, found.comparison) == ("failed", "mixed")
    assert found.reasons[0].startswith("some cases broke, others improved: pass_rate 0.0 points")
    assert (found.regressed, found.improved) == (tuple(BROKEN), tuple(better))
    assert "better: 8 cases got better: i00, i01, i02, i03, i04 and 3 more" in found.notes
    assert (warned.status, warned.comparison) == ("passed", "mixed")


def test_an_improvement_is_said_and_green(judge: Any) -> None:
    found = judge(SURE | WHOLE, SURE | BROKEN, STATISTICAL)

    assert (found.status, found.comparison) == ("passed", "improvement")
    assert found.improved == tuple(BROKEN)
    assert found.notes[0].startswith("better: pass_rate +8.2 points")


def test_a_fall_that_is_too_small_to_matter_still_counts_the_cases_that_broke(judge: Any) -> None:
    gate = replace(STATISTICAL, min_effect=0.2)

    found = judge(SURE | FLAKY | BROKEN, SURE | FLAKY | WHOLE, gate)

    assert (found.status, found.comparison) == ("failed", "mixed")
    assert found.reasons[0].startswith(
        "some cases broke, the mean fell by no more than min_effect 0.2: pass_rate −7.4 points"
    )


def test_every_case_a_little_worse_is_a_regression_without_names(judge: Any) -> None:
    before = {f"c{n:02}": "ppp" for n in range(60)}
    now = {case: "ppf" if n < 12 else "ppp" for n, case in enumerate(before)}

    found = judge(now, before, STATISTICAL)

    assert (found.status, found.regressed) == ("failed", ())
    assert found.reasons[0].endswith("; no single case stands out")


def test_cases_that_look_worse_are_suspect_where_the_test_does_not_name_them(judge: Any) -> None:
    found = judge(SURE | FLAKY | {"x": "pff"}, SURE | FLAKY | {"x": "ppp"}, STATISTICAL)

    assert (found.regressed, found.suspect) == ((), ("x",))
    said = "suspect: 1 case passed mostly before and fails mostly now, which may be chance: x"
    assert said in found.notes


def test_a_critical_case_is_red_without_a_test(judge: Any, trial: Any) -> None:
    now = [trial(f"c{n}", index=n) for n in range(9)]
    before = {f"c{n}": "p" for n in range(9)}

    found = judge([*now[:8], trial("c8", "f", severity="critical")], before, STATISTICAL)

    assert (found.status, found.reasons) == ("failed", ("1 critical case fails: c8",))


# --- runs ----------------------------------------------------------------------------------------


def test_a_baseline_of_one_run_is_advised_to_take_more(judge: Any) -> None:
    two, whole = {"x": "fff", "y": "fff"}, {"x": "ppp", "y": "ppp"}

    found = judge(SURE | two, SURE | whole, STATISTICAL)

    (note,) = (note for note in found.notes if note.startswith("were trials of a run independent"))
    assert note.endswith(
        "(the correlation within runs is 0.00 by estimate): "
        "accept two more runs for more power (`llmeval accept --add`)"
    )
    assert found.test == {
        "unit": "run",
        "correlation": 0.0,
        "p_independent": pytest.approx(0.0025, abs=0.002),
        "cases_needed": None,
        "trials_needed": 4,
    }


def test_three_runs_place_this_run_among_them(
    baseline: Any, trials: Any, table: Any, now: Any
) -> None:
    from llmeval.compare.gate import decide

    before = several_runs(
        baseline, trials, [SURE | FLAKY] * 2 + [SURE | dict.fromkeys(FLAKY, "ppp")]
    )

    found = decide(STATISTICAL, table(SURE | FLAKY), before, now=now)
    worse = decide(
        STATISTICAL, table(SURE | FLAKY | dict.fromkeys(list(SURE)[:30], "fff")), before, now=now
    )

    inside = "the pass rate 95.0 % lies inside what 3 baseline runs predict for another one"
    assert any(note.startswith(inside) for note in found.notes)
    outside = "the pass rate 65.0 % lies outside what 3 baseline runs predict for another one"
    assert any(note.startswith(outside) for note in worse.notes)
    assert any("a bad day of the service moves all cases like this" in n for n in worse.notes)


def test_a_case_that_failed_a_trial_and_none_before_is_not_called_known(judge: Any) -> None:
    found = judge(SURE | {"x": "ppf", "y": "fff"}, SURE | {"x": "ppp", "y": "fff"}, STATISTICAL)

    assert "1 case fails as in the baseline: y" in found.notes
    assert (
        "1 case failed a trial now and none in the baseline, which may be chance: x" in found.notes
    )


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("marks", ["eep", "eee"])
def test_errors_that_decide_leave_the_verdict_open(judge: Any, marks: str) -> None:
    now = SURE | dict.fromkeys(WHOLE, marks)
    gate = replace(STATISTICAL, unit="trial", max_error_rate=0.5)

    found = judge(now, SURE | WHOLE, gate)

    text = "what could not be measured decides: with errors as failures this would be worse"
    assert f"{text}; run again with `--llmeval-resume`" in found.reasons


def test_more_errors_than_before_with_evidence_are_a_regression(judge: Any) -> None:
    now = SURE | dict.fromkeys(WHOLE, "epp")

    found = judge(now, SURE | WHOLE, replace(STATISTICAL, max_error_rate=0.5))
    few = judge(SURE | {"x": "epp"}, SURE | {"x": "ppp"}, replace(STATISTICAL, max_error_rate=0.5))

    assert found.status == "failed"
    said = "worse: more errors than in the baseline: 8 of 294 trials, before 0 of 294 (p = 0.0037)"
    assert said in found.reasons
    assert few.status == "passed"


# --- evidence is required ------------------------------------------------------------------------


def test_evidence_that_is_required_and_there_is_green(judge: Any) -> None:
    found = judge(SURE, SURE, GateSpec(require=("evidence",)))

    assert (found.status, found.comparison) == ("passed", "no_change")


def test_evidence_that_is_required_and_missing_is_red(judge: Any) -> None:
    few = {f"c{n}": "ppp" for n in range(20)}

    found = judge(few, few, GateSpec(require=("evidence",)))

    assert found.status == "failed"
    assert found.reasons == (
        (
            "evidence is required that pass_rate is not worse: a drop of more than 5 points is not "
            "excluded: about 56 cases would do"
        ),
    )


def test_evidence_is_required_and_nothing_was_measured_on_both_sides(judge: Any) -> None:
    found = judge({"a": "e"}, {"a": "p"}, GateSpec(require=("evidence",), max_error_rate=1.0))

    assert found.comparison == "insufficient_data"
    assert "evidence is required, and no case was measured on both sides" in found.reasons


# --- several figures, several suites -------------------------------------------------------------


def test_figures_of_checks_are_tested_together(judge: Any, trial: Any, check: Any) -> None:
    def of(scores: Mapping[int, float]) -> list[Any]:
        return [
            trial(
                f"c{n:02}",
                trial=k,
                index=n,
                checks=(check("toxicity", score=scores.get(n, 0.1) + 0.01 * k, better="lower"),),
            )
            for n in range(60)
            for k in (1, 2)
        ]

    gate = replace(STATISTICAL, metrics=("pass_rate", "toxicity.mean"))

    found = judge(of(dict.fromkeys(range(9), 0.7)), of({}), gate)

    rate, toxicity = found.metrics[:2]
    assert (found.status, found.comparison) == ("failed", "regression")
    assert (rate.p, rate.difference) == (1.0, 0.0)
    assert toxicity.metric == "toxicity.mean"
    assert toxicity.difference == pytest.approx(0.09)
    assert 0 < toxicity.low < 0.09 < toxicity.high
    assert toxicity.p_adjusted is not None
    assert toxicity.p_adjusted >= toxicity.p
    assert found.reasons[0].startswith("worse: toxicity.mean +0.090 (95 % interval +0.0")


def test_a_figure_that_single_trials_do_not_have_is_not_tested(judge: Any) -> None:
    found = judge(SURE, SURE, replace(STATISTICAL, metrics=("pass_rate", "pass_at_k")))

    text = "single trials have no value of it; a limit can bound it"
    assert (found.status, found.reasons) == ("inconclusive", (f"pass_at_k is not tested: {text}",))


def test_a_figure_that_nobody_measured_is_not_tested(judge: Any) -> None:
    found = judge(SURE, SURE, replace(STATISTICAL, metrics=("grounded.mean",)))

    text = "grounded.mean is not tested: it was not measured on both sides"
    assert (found.status, found.reasons) == ("inconclusive", (text,))


def test_alpha_is_that_of_the_whole_run(table: Any, baseline: Any, now: Any) -> None:
    # Five cases that broke give p = 1/32: enough alone, not as one of two suites.
    marks = {f"c{n}": "fff" for n in range(5)}
    before = baseline(dict.fromkeys(marks, "ppp"))

    alone = gather(STATISTICAL, table(marks), before, now=now)
    both = [alone, gather(STATISTICAL, table(marks), before, now=now)]

    one = conclude([alone], None, run="r").verdict.suites[0]
    two = conclude(both, None, run="r").verdict.suites[0]
    assert (one.comparison, two.comparison) == ("regression", "insufficient_data")
    p_values = [suite.metrics[0].p_adjusted or 0.0 for suite in (one, two)]
    assert p_values[1] == pytest.approx(2 * p_values[0])


# --- time and money ------------------------------------------------------------------------------


def timed(trials: Any, seconds: float, *, cached: bool = False) -> list[Any]:
    marks = {f"c{n:02}": "pp" for n in range(40)}
    return [
        replace(
            trial,
            reply=Reply(
                text="x",
                cached=cached,
                timing=Timing(total_s=seconds * (1 + 0.1 * (n % 7) + 0.02 * trial.trial)),
            ),
        )
        for n, trial in enumerate(trials(marks))
    ]


def timed_runs(baseline: Any, trials: Any, runs: int, environment: str | None = None) -> Any:
    both = SuiteTable("bot")
    for run in range(1, runs + 1):
        for trial in timed(trials, 1.0 + 0.02 * run):
            both.add(trial, run=run)
    one = baseline(timed(trials, 1.0))
    tag = one.runs[0].environment if environment is None else environment
    known = tuple(replace(one.runs[0], number=n + 1, environment=tag) for n in range(runs))
    return replace(one, table=both, runs=known)


LATENCY = GateSpec(mode="statistical", metrics=("pass_rate", "latency.mean"))


@pytest.mark.parametrize(
    ("factor", "comparison"),
    [(1.15, "insufficient_data"), (1.0, "no_change"), (1.6, "regression")],
    ids=["within-the-margin", "unchanged", "slower"],
)
def test_latency_is_worse_only_beyond_its_margin(
    baseline: Any, trials: Any, table: Any, now: Any, factor: float, comparison: str
) -> None:
    from llmeval.compare.gate import decide

    before = timed_runs(baseline, trials, 3)
    # A wide bound for the pass rate: this is about the latency alone.
    gate = replace(LATENCY, max_undetected=0.2)

    found = decide(gate, table(timed(trials, 1.04 * factor)), before, now=now)

    (latency,) = (metric for metric in found.metrics if metric.metric == "latency.mean")
    assert found.comparison == comparison
    assert latency.low is not None
    assert latency.high is not None
    assert latency.difference is not None
    assert latency.low - 0.02 <= latency.difference <= latency.high + 0.02
    if factor > 1.5:
        assert found.reasons[0].startswith("worse: latency.mean +60.0 % (95 % interval +")


ANEW = "`llmeval accept` starts a baseline here, `llmeval accept --add` adds further runs"


@pytest.mark.parametrize(
    ("runs", "environment", "said"),
    [
        (1, None, "1 of 1 is: run this version 2 more times, each with `llmeval accept --add`"),
        (2, None, "2 of 2 are: run this version 1 more time, each with `llmeval accept --add`"),
        (3, "elsewhere", f"0 of 3 are: {ANEW}"),
    ],
    ids=["one", "two", "elsewhere"],
)
def test_latency_is_not_tested_against_few_runs_or_another_machine(
    baseline: Any, trials: Any, table: Any, now: Any, runs: int, environment: Any, said: str
) -> None:
    from llmeval.compare.gate import decide

    before = timed_runs(baseline, trials, runs, environment)

    found = decide(LATENCY, table(timed(trials, 1.0)), before, now=now)

    assert found.status == "inconclusive"
    assert found.reasons == (
        (
            "latency.mean is not tested: that takes 3 or more baseline runs, all from the "
            f"environment of this run; {said}"
        ),
    )


def test_latency_is_not_tested_beside_another_version(table: Any, trial: Any, now: Any) -> None:
    from llmeval.compare.gate import decide

    both = [trial(f"a[{side}]", variant=side) for side in ("old", "new")]

    found = decide(replace(LATENCY, against="old"), table(both), None, now=now)

    assert found.reasons == (
        "latency.mean is not tested: that takes a stored baseline of 3 or more runs",
    )


def test_replies_from_a_cache_have_no_latency_to_test(
    baseline: Any, trials: Any, table: Any, now: Any
) -> None:
    from llmeval.compare.gate import decide

    before = timed_runs(baseline, trials, 3)

    found = decide(LATENCY, table(timed(trials, 1.0, cached=True)), before, now=now)

    text = "latency.mean is not tested: it was not measured on both sides"
    assert (found.status, found.reasons) == ("inconclusive", (text,))


# --- weights -------------------------------------------------------------------------------------


def weighted(trial: Any, marks: Mapping[str, str], weights: Mapping[str, float]) -> list[Any]:
    return [
        trial(case, mark, trial=number, index=index, weight=weights.get(case, 1.0))
        for index, (case, row) in enumerate(marks.items())
        for number, mark in enumerate(row, start=1)
    ]


def test_a_case_counts_by_its_weight_on_both_sides(judge: Any, trial: Any) -> None:
    now = weighted(trial, {"a": "f", "b": "p", "c": "p"}, {"a": 4.0})

    found = judge(now, {"a": "p", "b": "p", "c": "f"}, STATISTICAL)

    rate = found.metrics[0]
    assert (rate.baseline, rate.current) == (pytest.approx(5 / 6), pytest.approx(2 / 6))
    assert rate.difference == pytest.approx(-3 / 6)


def test_what_breaks_is_a_regression_by_its_weight(judge: Any, trial: Any) -> None:
    before = SURE | {"a": "ppp", "b": "ppp", "c": "ppp", "d": "fff", "e": "fff", "f": "fff"}
    after = SURE | {"a": "fff", "b": "fff", "c": "fff", "d": "ppp", "e": "ppp", "f": "ppp"}
    heavy = dict.fromkeys("abc", 20.0)

    equal = judge(after, before, STATISTICAL).metrics[0]
    rate = judge(weighted(trial, after, heavy), before, STATISTICAL).metrics[0]

    assert (equal.difference, rate.difference) == (0, pytest.approx(-57 / 153))
    assert (rate.p or 1) < (equal.p or 0)


def test_the_interval_of_weighted_cases_holds_what_the_heaviest_can_move(
    judge: Any, trial: Any
) -> None:
    even = judge(SURE, SURE, STATISTICAL).metrics[0]
    heavy = judge(weighted(trial, SURE, {"s000": 50.0}), SURE, STATISTICAL).metrics[0]

    assert (even.low, heavy.low) == (pytest.approx(-0.031, abs=0.002), pytest.approx(-1.0, abs=0.1))


@pytest.mark.parametrize("unit", ["auto", "trial"])
def test_bounds_of_weighted_cases_rest_on_fewer_of_them(table: Any, trial: Any, unit: str) -> None:
    from llmeval.compare import doubt
    from llmeval.compare.chosen import Chosen

    marks = {f"c{n:02}": "p" for n in range(20)} | {"x": "f"}
    even = Chosen(table(weighted(trial, marks, {})))
    heavy = Chosen(table(weighted(trial, marks, {"c00": 12.0, "x": 8.0})))

    bounds = [doubt.of(each, "pass_rate", by_trial=unit == "trial") for each in (even, heavy)]

    # 39 of weight, 8 failed; (39^2 / 227) = 6 cases' worth, 4.8 of them passed.
    assert bounds[0].high == pytest.approx(0.9975, abs=1e-3)
    assert bounds[1].high == pytest.approx(stats.beta.ppf(0.95, 6, 1))
    assert bounds[1].low == pytest.approx(stats.beta.ppf(0.05, 4, 3))
    low = doubt.of(heavy, "contains.mean", by_trial=False).low
    assert low is not None
    assert low < 31 / 39


# --- limits beyond doubt -------------------------------------------------------------------------


def limited(**parts: Any) -> GateSpec:
    unit = parts.pop("unit", "auto")
    return GateSpec(mode="statistical", unit=unit, limits=(Limit(**parts, beyond_doubt=True),))


@pytest.mark.parametrize(
    ("failing", "status"),
    [(3, "passed"), (8, "failed"), (1, "passed")],
    ids=["in-doubt", "beyond-doubt", "kept"],
)
def test_a_limit_fails_only_beyond_doubt(judge: Any, failing: int, status: str) -> None:
    marks = {f"c{n:02}": "f" if n < failing else "p" for n in range(20)}

    found = judge(marks, gate=limited(metric="pass_rate", min=0.9))

    assert found.status == status
    if failing == 3:
        assert found.notes[1] == (
            "limit in doubt: pass_rate is 0.85, at least 0.9 is demanded (measured 20 of 20); the "
            "one-sided 95 % bound is 0.9578: not broken beyond doubt"
        )
    if failing == 8:
        assert found.reasons[0].endswith("; the one-sided 95 % bound is 0.7829")


def test_trials_that_are_independent_bound_a_rate_more_closely(judge: Any) -> None:
    marks = {f"c{n}": "ppf" for n in range(12)}

    by_case = judge(marks, gate=limited(metric="pass_rate", min=0.82))
    by_trial = judge(marks, gate=limited(metric="pass_rate", min=0.82, unit="trial"))

    assert (by_case.status, by_trial.status) == ("passed", "failed")


def test_every_kind_of_figure_has_its_bound(table: Any, trial: Any, check: Any) -> None:
    from llmeval.compare import doubt
    from llmeval.compare.chosen import Chosen

    trials = [
        trial(
            f"c{n:02}",
            "f" if n == 0 else "e" if n == 1 else "p",
            index=n,
            checks=(
                check("tone", score=n / 100),
                check("kind", details={"expected": "a", "got": "a" if n % 4 else "b"}),
            ),
            reply=Reply(text="x", timing=Timing(total_s=float(n))),
        )
        for n in range(100)
    ]
    chosen = Chosen(table(trials))
    bounds = {
        name: doubt.of(chosen, name, by_trial=False)
        for name in (
            "pass_rate",
            "case_pass_rate",
            "error_rate",
            "tone.mean",
            "tone.p50",
            "kind.accuracy",
            "latency.mean",
            "latency.p95",
        )
    }

    values = {
        name: tuple(round(b, 3) for b in found if b is not None) for name, found in bounds.items()
    }
    assert values == {
        "pass_rate": (0.953, 0.999),
        "case_pass_rate": (0.953, 0.999),
        "error_rate": (0.001, 0.047),
        "tone.mean": (0.446, 0.544),
        "tone.p50": (0.41, 0.58),
        "kind.accuracy": (0.669, 0.82),
        "latency.mean": (44.642, 54.358),
        "latency.p95": (90.0, 98.0),
    }
    assert doubt.of(chosen, "latency.total", by_trial=False) == (None, None)
    assert doubt.of(chosen, "grounded.mean", by_trial=False) == (None, None)
    assert doubt.of(chosen, "grounded.p95", by_trial=False) == (None, None)
    assert doubt.of(chosen, "grounded.pass_rate", by_trial=False) == (None, None)


def test_few_values_have_no_upper_bound_of_their_95th_percentile(table: Any, trials: Any) -> None:
    from llmeval.compare import doubt
    from llmeval.compare.chosen import Chosen

    few, enough = ({f"c{n:02}": "p" for n in range(size)} for size in (58, 59))

    assert doubt.of(Chosen(table(few)), "latency.p95", by_trial=False).high is None
    assert doubt.of(Chosen(table(enough)), "latency.p95", by_trial=False).high == 0.5


def test_a_figure_without_a_bound_is_judged_as_observed(judge: Any) -> None:
    found = judge({"a": "p"}, gate=limited(metric="latency.total", max=0.1))

    assert found.status == "failed"
    assert found.reasons[0].endswith(
        "; no bound of latency.total is known here, the observed value is judged"
    )
