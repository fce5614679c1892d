"""The verdict on one suite: what turns it red, what is only said, what it holds."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from llmeval.compare.baseline import Baseline
from llmeval.compare.gate import decide
from llmeval.compare.measured import SuiteTable
from llmeval.compare.modes import ONE_TRIAL
from llmeval.compare.pairing import Selection
from llmeval.records import CheckResult, GateSpec, Limit

NO_BASELINE = "no baseline is stored: `llmeval accept` makes this run the one to compare with"
STRICT, RATCHET = GateSpec(mode="strict"), GateSpec(mode="ratchet")
ERRORS_ALLOWED = GateSpec(max_error_rate=0.5)


def limited(metric: str = "pass_rate", **parts: Any) -> GateSpec:
    return GateSpec(mode="ratchet", limits=(Limit(metric=metric, **parts),))


# --- cases that fail -------------------------------------------------------------------------


def test_an_unchanged_application_is_green(judge: Any) -> None:
    found = judge({"a": "p", "b": "f"}, {"a": "p", "b": "f"})

    assert (found.status, found.mode, found.comparison) == ("passed", "ratchet", "no_change")
    assert found.reasons == ()
    assert found.notes == ("1 case fails as in the baseline: b",)


def test_cases_that_broke_are_the_headline(judge: Any) -> None:
    names = [f"c{number}" for number in range(9)]
    before = dict.fromkeys(names, "p")
    now = {name: "f" if name in ("c1", "c4", "c7") else "p" for name in names}

    found = judge(now, before)

    assert (found.status, found.comparison) == ("failed", "regression")
    assert found.regressed == ("c1", "c4", "c7")
    assert found.reasons == ("worse: 3 of 9 cases broke that passed in the baseline: c1, c4, c7",)
    assert found.notes == (ONE_TRIAL,)


def test_a_long_list_of_cases_is_cut_in_the_sentence_and_not_in_the_verdict(judge: Any) -> None:
    names = [f"c{number}" for number in range(9)]

    found = judge(dict.fromkeys(names, "f"), dict.fromkeys(names, "p"))

    assert found.reasons[0].endswith(": c0, c1, c2, c3, c4 and 4 more")
    assert len(found.regressed) == 9


def test_hostile_ids_cannot_write_to_the_terminal(judge: Any) -> None:
    found = judge({"a\x1b[31m": "f"})

    assert "\x1b" not in found.reasons[0]


def test_as_many_better_as_worse_is_mixed_and_red(judge: Any) -> None:
    found = judge({"a": "f", "b": "p"}, {"a": "p", "b": "f"})

    assert (found.status, found.comparison) == ("failed", "mixed")
    assert found.notes[0] == "better: 1 case passes that failed in the baseline: b"


def test_only_better_is_an_improvement_and_green(judge: Any) -> None:
    found = judge({"a": "p", "b": "p"}, {"a": "f", "b": "p"})

    assert (found.status, found.comparison, found.improved) == ("passed", "improvement", ("a",))


def test_without_a_baseline_every_failing_case_is_red(judge: Any) -> None:
    found = judge({"a": "p", "b": "f"})

    assert (found.status, found.mode, found.comparison) == ("failed", "strict", "no_baseline")
    assert found.reasons == ("1 of 2 cases fails: b",)
    assert found.notes == ("no baseline is stored",)
    assert found.baseline is None


def test_a_skipped_case_is_none_of_those_that_are_counted(judge: Any) -> None:
    found = judge({"a": "p", "b": "f", "c": "s"})

    assert found.reasons == ("1 of 2 cases fails: b",)


def test_only_a_run_that_would_be_accepted_is_offered_as_the_baseline(judge: Any) -> None:
    assert judge({"a": "p"}).notes == (NO_BASELINE,)
    assert judge({"a": "e"}).notes == ("no baseline is stored",)


def test_a_skipped_case_is_not_new_in_every_run(judge: Any) -> None:
    found = judge({"a": "p", "b": "s", "c": "p"}, {"a": "p"})

    assert found.new == ("c",)


def test_strict_is_red_for_what_failed_before_too(judge: Any) -> None:
    found = judge({"a": "f"}, {"a": "f"}, STRICT)

    assert (found.status, found.reasons) == ("failed", ("1 case fails as in the baseline: a",))


def test_a_new_case_that_fails_is_red_under_ratchet(judge: Any) -> None:
    found = judge({"a": "p", "b": "f"}, {"a": "p"}, RATCHET)

    assert (found.status, found.reasons) == ("failed", ("1 new case fails: b",))
    assert found.new == ("b",)


def test_a_changed_case_that_fails_is_red_because_nobody_can_tell(judge: Any, trial: Any) -> None:
    changed = trial("a", "f", fingerprint={"checks": "2"})

    found = judge([changed, trial("b")], {"a": "f", "b": "p"}, RATCHET)

    reason = "1 changed case fails and cannot be held against the baseline: a"
    assert (found.status, found.reasons) == ("failed", (reason,))


def test_a_critical_case_is_red_although_it_failed_before(judge: Any, trial: Any) -> None:
    now = [trial("a", "f", severity="critical")]

    found = judge(now, {"a": "f"}, RATCHET)

    assert (found.status, found.reasons) == ("failed", ("1 critical case fails: a",))


def test_under_a_limit_on_the_pass_rate_failing_cases_are_counted(judge: Any) -> None:
    marks = {f"c{n}": "f" if n == 0 else "p" for n in range(10)}

    found = judge(marks, gate=GateSpec(limits=(Limit(metric="pass_rate", min=0.9),)))

    assert (found.status, found.mode) == ("passed", "statistical")
    assert found.notes == ("1 of 10 cases fails, counted by the gate: c0", "no baseline is stored")


def test_a_critical_failure_is_red_whatever_the_limit(judge: Any, trial: Any) -> None:
    gate = GateSpec(limits=(Limit(metric="pass_rate", min=0.1),))

    found = judge([trial("a", "f", severity="critical"), trial("b")], gate=gate)

    assert (found.status, found.reasons) == ("failed", ("1 critical case fails: a",))


def test_a_case_that_the_stored_runs_disagree_on_is_no_regression(
    table: Any, baseline: Any, trial: Any, now: Any
) -> None:
    both = SuiteTable("bot")
    both.add(trial("a", "p"), run=1)
    both.add(trial("a", "f"), run=2)
    one = baseline({"a": "p"})
    known = replace(one, table=both, runs=one.runs * 2)

    found = decide(GateSpec(), table({"a": "f"}), known, now=now)

    assert (found.status, found.regressed) == ("passed", ())
    assert found.mode_reason == "the stored runs of the baseline disagree"
    assert found.counts["flaky"] == 1


def test_gate_off_is_never_red_and_still_counts(judge: Any) -> None:
    found = judge({"a": "f", "b": "e"}, {"a": "p"}, GateSpec(mode="off"))

    assert (found.status, found.comparison) == ("passed", "off")
    assert (found.counts["failed"], found.counts["error"]) == (1, 1)
    assert found.regressed == ("a",)


# --- cases that are missing ------------------------------------------------------------------


def test_a_gone_case_fails_a_whole_run(judge: Any) -> None:
    found = judge({"a": "p"}, {"a": "p", "b": "p"})

    assert (found.status, found.gone) == ("failed", ("b",))
    assert found.reasons == (
        (
            "1 case of the baseline is gone: b; put them back, name their successor with "
            "`renamed_from`, or accept a new baseline"
        ),
    )


def test_of_rows_that_changed_it_is_said_how_rows_are_named(judge: Any) -> None:
    found = judge({"faq[1508175185]": "p"}, {"faq[926da7547e]": "p"})

    (reason,) = found.reasons
    assert reason == (
        "1 case of the baseline is gone: faq[926da7547e]; rows without an `id` column are named by "
        "their values; accept a new baseline"
    )


def test_a_part_of_a_suite_calls_nothing_gone(judge: Any) -> None:
    part = Selection(full=False, selected=frozenset({"a"}))

    found = judge({"a": "p"}, {"a": "p", "b": "p"}, selection=part)

    assert (found.status, found.gone) == ("passed", ())


def test_selected_cases_without_a_trial_leave_the_verdict_open(judge: Any) -> None:
    selection = Selection(selected=frozenset({"a", "b", "c"}))

    found = judge({"a": "p"}, selection=selection)

    assert (found.status, found.reasons) == (
        "inconclusive",
        ("2 selected cases were not run: b, c",),
    )
    assert (found.counts["cases"], found.counts["not_run"]) == (3, 2)


def test_a_skipped_case_of_the_baseline_is_said_and_counted(judge: Any) -> None:
    selection = Selection(selected=frozenset({"a", "b"}), skipped={"b": "slow"})

    found = judge({"a": "p"}, {"a": "p", "b": "p"}, selection=selection)

    assert found.status == "passed"
    assert "1 case of the baseline is skipped now: b" in found.notes
    assert (found.counts["cases"], found.counts["skipped"]) == (2, 1)


@pytest.mark.parametrize("marks", [{}, {"a": "s"}], ids=["no trial", "all skipped"])
@pytest.mark.parametrize("before", [None, {"a": "p"}], ids=["first", "stored"])
def test_nothing_measured_is_never_green(
    table: Any, baseline: Any, now: Any, marks: Any, before: Any
) -> None:
    values = table(marks) if marks else SuiteTable("bot")
    selection = Selection(selected=frozenset({"a"}))
    known = None if before is None else baseline(before)

    found = decide(GateSpec(), values, known, now=now, selection=selection)

    assert found.status == "inconclusive"
    assert found.reasons[0] == "nothing was measured: 0 of 1 case"
    assert found.comparison == ("no_baseline" if before is None else "insufficient_data")


# --- errors ----------------------------------------------------------------------------------


def test_any_error_leaves_the_verdict_open_unless_some_are_allowed(judge: Any) -> None:
    marks = {f"c{n:02}": "e" if n < 10 else "p" for n in range(100)}

    found = judge(marks)

    assert (found.status, found.comparison) == ("inconclusive", "no_baseline")
    assert found.reasons == (
        (
            "10 of 100 trials could not be measured (10.0 %, more than max_error_rate 0 %): "
            "c00, c01, c02, c03, c04 and 5 more"
        ),
    )
    assert found.metrics[0].measured == 90


def test_errors_within_the_limit_are_said(judge: Any) -> None:
    found = judge({"a": "p", "b": "e"}, gate=ERRORS_ALLOWED)

    assert found.status == "passed"
    assert "1 of 2 trials could not be measured (50.0 %): b" in found.notes


def test_more_errors_than_in_the_baseline_are_named_within_the_limit_too(judge: Any) -> None:
    found = judge({"a": "p", "b": "e"}, {"a": "p", "b": "p"}, ERRORS_ALLOWED)

    assert found.status == "passed"
    assert "more errors than in the baseline: 1 of 2 trials, before 0 of 2 trials" in found.notes


def test_what_failed_for_certain_stays_failed_beside_errors(judge: Any) -> None:
    found = judge({"a": "f", "b": "e"}, {"a": "p", "b": "p"})

    assert found.status == "failed"
    assert len(found.reasons) == 2


def test_a_run_that_was_stopped_is_inconclusive(judge: Any) -> None:
    found = judge({"a": "p"}, stopped="the budget of 1 USD is spent")

    assert (found.status, found.reasons) == (
        "inconclusive",
        ("the run was stopped: the budget of 1 USD is spent",),
    )


# --- limits ----------------------------------------------------------------------------------


def test_a_limit_that_is_not_kept_is_red_and_says_both_numbers(judge: Any) -> None:
    marks = {f"c{n}": "f" if n < 2 else "p" for n in range(10)}

    found = judge(marks, marks, limited(min=0.9))

    assert found.reasons == (
        "limit not kept: pass_rate is 0.8, at least 0.9 is demanded (measured 10 of 10)",
    )
    assert found.metrics[0].limit == {"min": 0.9}
    assert found.metrics[0].limit_ok is False


def scored(trial: Any, values: list[float]) -> list[Any]:
    def result(score: float) -> CheckResult:
        return CheckResult(
            check="factuality",
            metric="grounded",
            severity="normal",
            status="scored",
            score=score,
            passed=True,
        )

    return [trial(f"c{n}", index=n, checks=(result(v),)) for n, v in enumerate(values)]


def test_a_limit_is_met_by_its_own_value_whatever_the_float_noise(judge: Any, trial: Any) -> None:
    noisy = scored(trial, [0.1, 0.2, 0.3])  # sums to 0.6000000000000001 in plain addition

    found = judge(noisy, gate=limited("grounded.mean", min=0.2, max=0.2))

    assert found.status == "passed"


def test_a_value_and_the_limit_it_misses_never_print_alike(judge: Any, trial: Any) -> None:
    found = judge(scored(trial, [0.79999]), gate=limited("grounded.mean", min=0.8))

    assert found.reasons == (
        "limit not kept: grounded.mean is 0.79999, at least 0.8 is demanded (measured 1 of 1)",
    )


def test_a_maximum_is_a_limit_too(judge: Any) -> None:
    found = judge({"a": "p"}, gate=limited("latency.p95", max=0.4))

    assert found.reasons == (
        "limit not kept: latency.p95 is 0.5, at most 0.4 is demanded (measured 1 of 1)",
    )


def test_a_limit_of_severity_warn_only_warns(judge: Any) -> None:
    found = judge({"a": "p"}, gate=limited("latency.p95", max=0.4, severity="warn"))

    assert found.status == "passed"
    assert found.metrics[1].limit_ok is False
    assert found.notes[0].startswith("limit not kept: latency.p95")


@pytest.mark.parametrize(
    ("limit", "why"),
    [
        (
            {"metric": "first_token.p50", "max": 1},
            "first_token.p50 (at most 1) cannot be checked: measured 0 of 1",
        ),
        (
            {"metric": "pass_rate", "min": 0.5, "where": {"tag": "x"}},
            "pass_rate (tag: x) (at least 0.5) cannot be checked: it selects none of the cases",
        ),
        (
            {"metric": "grounded.mean", "min": 0.5},
            "grounded.mean (at least 0.5) cannot be checked: measured 0 of 1",
        ),
    ],
    ids=["not measured", "selects nothing", "no such result"],
)
def test_a_limit_on_something_not_measured_is_not_kept_by_silence(
    judge: Any, limit: Any, why: str
) -> None:
    found = judge({"a": "p"}, gate=limited(**limit))

    assert found.status == "inconclusive"
    assert found.reasons[0].startswith(f"limit on {why}")
    assert [m.limit_ok for m in found.metrics if m.limit is not None] == [None]


def test_a_limit_on_cases_that_were_not_selected_waits_for_a_whole_run(judge: Any) -> None:
    gate = limited("pass_rate", min=0.5, where={"tag": "returns"})

    found = judge({"a": "p"}, gate=gate, selection=Selection(full=False))

    assert found.status == "passed"


# --- requirements and the baseline itself ----------------------------------------------------


@pytest.mark.parametrize(
    ("require", "before", "now", "reason"),
    [
        (
            ("baseline",),
            None,
            "p",
            (
                "no baseline is stored, and require names baseline: "
                "accept a good run with `llmeval accept`"
            ),
        ),
        (
            ("evidence",),
            None,
            "p",
            (
                "no baseline is stored, and require names evidence: "
                "accept a good run with `llmeval accept`"
            ),
        ),
        (
            ("evidence",),
            "p",
            "p",
            ("evidence is required, and mode `ratchet` gives none: remove `mode`"),
        ),
        (("baseline",), "p", "p", None),
    ],
)
def test_what_a_suite_requires_of_the_comparison(
    judge: Any, require: Any, before: Any, now: str, reason: str | None
) -> None:
    gate = GateSpec(mode="ratchet", require=require)

    found = judge({"a": now}, before and {"a": before}, gate)

    assert found.reasons == (() if reason is None else (reason,))


def test_evidence_is_required_and_nothing_can_be_compared(judge: Any, trial: Any) -> None:
    changed = trial("a", fingerprint={"checks": "2"})

    found = judge([changed], {"a": "p"}, GateSpec(require=("evidence",)))

    assert found.reasons == ("evidence is required, and no case can be compared",)


def test_another_yardstick_is_not_passed_over_in_silence(judge: Any, config: Any) -> None:
    found = judge({"a": "p"}, {"a": "p"}, settings=replace(config, against="candidate"))

    assert (found.status, found.reasons) == (
        "inconclusive",
        (
            (
                "against 'candidate' was asked for: this run holds no variant or adapter of that "
                "name, only app"
            ),
        ),
    )


def test_the_mode_asked_for_from_outside_wins(judge: Any, config: Any) -> None:
    found = judge({"a": "f"}, {"a": "f"}, settings=replace(config, gate="strict"))

    assert (found.status, found.mode) == ("failed", "strict")


def test_the_path_of_the_baseline_is_shown_from_the_project(
    table: Any, baseline: Any, now: Any, config: Any
) -> None:
    inside = replace(baseline({"a": "p"}), path=config.baselines / "bot.jsonl")
    outside = replace(inside, path=config.root.parent / "bot.jsonl")

    found = [
        decide(GateSpec(), table({"a": "p"}), known, now=now, settings=config).baseline
        for known in (inside, outside)
    ]

    assert [known and known["path"] for known in found] == [
        "baselines/bot.jsonl",
        (config.root.parent / "bot.jsonl").as_posix(),
    ]


def test_the_age_of_a_baseline_without_times_is_unknown(
    table: Any, baseline: Any, now: Any
) -> None:
    one = baseline({"a": "p"})
    known = replace(one, runs=(replace(one.runs[0], started=None),))

    found = decide(GateSpec(), table({"a": "p"}), known, now=now)

    assert found.baseline is not None
    assert found.baseline["age_days"] is None


def test_the_cost_of_judges_is_summed_from_the_checks(judge: Any, trial: Any, check: Any) -> None:
    checks = (check("rubric", details={"judge": {"cost_usd": 0.25}}),) * 2

    found = judge([trial("a", checks=checks)])

    assert found.cost_usd["judge"] == 0.5


def test_a_changed_instrument_is_not_comparable_and_named(judge: Any, trial: Any) -> None:
    now = [
        trial(case, fingerprint={"checks": "2", "input": f"in-{case}", "adapter": "app1"})
        for case in "ab"
    ]

    found = judge(now, {"a": "p", "b": "p"})

    assert (found.status, found.comparison) == ("passed", "not_comparable")
    assert found.changed == {"a": ("checks",), "b": ("checks",)}
    assert found.notes[0] == (
        "no case can be compared with the baseline, all differ in checks: a, b; "
        "`llmeval accept` stores them as they are now"
    )


def test_one_changed_case_is_left_out_and_named(judge: Any, trial: Any) -> None:
    found = judge(
        [trial("a", fingerprint={"checks": "2"}), trial("b", index=1)], {"a": "p", "b": "p"}
    )

    assert (found.comparison, found.counts["compared"]) == ("no_change", 1)
    assert found.notes[0] == (
        "1 case not compared, changed in checks, input: a; "
        "`llmeval accept` stores them as they are now"
    )


def test_a_change_of_the_application_is_named_and_compared(
    judge: Any, table: Any, baseline: Any, header: Any, trials: Any, now: Any
) -> None:
    adapters = {"app": {"type": "http", "model": "large", "params": {"temperature": 0}}}
    values = table(trials({"a": "p"}), header(adapters=adapters))

    found = decide(GateSpec(), values, baseline({"a": "p"}), now=now)

    assert (found.comparison, found.under_test) == ("no_change", ("model: small → large",))


@pytest.mark.parametrize(("days", "said"), [(29, False), (31, True)])
def test_an_old_baseline_is_said(
    *, table: Any, baseline: Any, now: Any, days: int, said: bool
) -> None:
    one: Baseline = baseline({"a": "p"})
    accepted = (now - timedelta(days=days)).isoformat()
    known = replace(one, runs=(replace(one.runs[0], accepted=accepted),))

    found = decide(GateSpec(), table({"a": "p"}), known, now=now)

    text = (
        "the baseline is 31 days old (max_baseline_age_days 30): "
        "accept a new one if this version is good"
    )
    assert (text in found.notes) is said
    assert found.baseline is not None
    assert found.baseline["age_days"] == days


# --- what the verdict holds ------------------------------------------------------------------


def test_every_case_is_counted_once_and_every_excluded_group_is_listed(
    judge: Any, trial: Any
) -> None:
    now = [
        trial("passed"),
        trial("failed", "f"),
        trial("error", "e"),
        trial("skipped", "s"),
        trial("xfailed", "f", xfail=True),
        trial("xpassed", "p", xfail=True),
        trial("warned", "f", severity="warn"),
    ]

    found = judge(now, gate=ERRORS_ALLOWED)

    words = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
    assert [found.counts[word] for word in words] == [2, 1, 1, 1, 1, 1]
    assert found.counts["cases"] == 7
    assert (found.counts["warned"], found.counts["trials"], found.counts["measured"]) == (1, 6, 5)
    assert "2 cases expected to fail, in no figure: xfailed, xpassed" in found.notes
    assert "1 case with a warning: warned (contains)" in found.notes
    assert found.metrics[0].current == 0.5
    assert found.metrics[0].measured == 2


def test_a_trial_that_is_logged_twice_is_said(judge: Any, trial: Any) -> None:
    found = judge([trial("a"), trial("a")])

    assert "1 trial in the log twice; each is counted once" in found.notes


def test_figures_are_compared_over_the_same_cases_on_both_sides(judge: Any) -> None:
    found = judge({"a": "p", "b": "f", "new": "f"}, {"a": "p", "b": "p", "gone": "f"}, RATCHET)

    rate = found.metrics[0]
    assert (rate.metric, rate.baseline, rate.current, rate.difference) == (
        "pass_rate",
        1,
        0.5,
        -0.5,
    )
    assert rate.measured == 2


def test_a_limited_figure_is_over_all_cases_and_its_change_over_the_compared(judge: Any) -> None:
    gate = limited(min=0.1)

    found = judge({"a": "p", "b": "f", "new": "f"}, {"a": "p", "b": "p"}, gate)

    rate = found.metrics[0]
    assert (rate.current, rate.baseline, rate.difference) == (pytest.approx(1 / 3), 1, -0.5)


def test_run_time_and_check_figures_are_there_for_information(judge: Any) -> None:
    found = judge({"a": "p"}, {"a": "p"})

    known = {metric.metric: metric.current for metric in found.metrics}
    assert known == {
        "pass_rate": 1.0,
        "contains.pass_rate": 1.0,
        "latency.p50": 0.5,
        "latency.p95": 0.5,
        "tokens.total": 5.0,
        "cost.total": 0.001,
    }
    assert found.cost_usd == {"target": 0.001, "judge": None}


def test_an_unknown_price_is_unknown_and_not_nought(judge: Any, trial: Any) -> None:
    one = trial("a")
    free = replace(one, reply=replace(one.reply, cost_usd=None))

    found = judge([free])

    assert found.cost_usd["target"] is None
