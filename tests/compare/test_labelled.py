"""People's labels of some cases correct what a suite's verdict says."""

from typing import Any

import pytest

from llmeval.compare.label_notes import of_figures, of_other_replies
from llmeval.compare.labelled import Labels
from llmeval.compare.measured import SuiteTable
from llmeval.compare.pairing import Selection
from llmeval.records import CheckResult, GateSpec, Label, Limit, Reply, SuiteVerdict
from llmeval.text.digest import digest


def result(*, passed: bool) -> CheckResult:
    return CheckResult(
        check="rubric",
        metric="polite",
        severity="normal",
        status="scored",
        score=float(passed),
        passed=passed,
    )


@pytest.fixture
def scored(trial: Any) -> SuiteTable:
    """Return 40 cases of which 30 pass by score; case n replies "reply n"."""
    table = SuiteTable("bot")
    for n in range(40):
        ok = n < 30
        table.add(
            trial(
                str(n),
                "p" if ok else "f",
                index=n,
                checks=(result(passed=ok),),
                reply=Reply(text=f" reply {n}\n"),
            )
        )
    return table


def label(n: int, *, passed: bool, **changes: Any) -> Label:
    return Label(**{"case": str(n), "passed": passed, "metric": "polite", **changes})


def some(numbers: Any, **changes: Any) -> list[Label]:
    return [label(n, passed=n % 2 == 0, **changes) for n in numbers]


def test_labels_of_a_metric_correct_its_pass_rate_alone(scored: SuiteTable) -> None:
    labels = Labels(some(range(0, 40, 3)), scored)

    found = labels.correction("polite.pass_rate")

    assert found is not None
    assert found.labelled == 14
    assert found.low < found.value < found.high
    assert labels.correction("pass_rate") is None
    assert labels.correction("polite.mean") is None


def test_labels_of_the_whole_reply_correct_the_pass_rate(scored: SuiteTable) -> None:
    found = Labels(some(range(10), metric=None), scored).correction("pass_rate")

    assert found is not None
    assert found.labelled == 10


def test_labels_of_another_suite_are_not_meant(scored: SuiteTable) -> None:
    assert not Labels(some(range(10), suite="other"), scored)
    assert Labels(some(range(10), suite="bot"), scored)


def test_a_label_with_a_digest_holds_for_that_reply_alone(scored: SuiteTable) -> None:
    given = [label(n, passed=True, digest=digest(f"reply {n}")) for n in range(6)]
    old = [label(n, passed=True, digest=digest("another reply")) for n in range(6, 20)]

    found = Labels([*given, *old], scored)

    correction = found.correction("polite.pass_rate")
    assert correction is not None
    assert correction.labelled == 6
    assert list(of_other_replies(found)) == [
        "labels: 14 labels are of other replies than this run's, and not counted"
    ]


@pytest.mark.parametrize("wrong", [digest("another reply"), "no digest", ""])
def test_a_single_label_of_another_reply_is_told(scored: SuiteTable, wrong: str) -> None:
    given = [*some(range(6)), label(7, passed=True, digest=wrong)]

    (note,) = of_other_replies(Labels(given, scored))

    assert note == "labels: 1 label is of another reply than this run's, and not counted"


def test_a_label_with_a_reply_holds_for_that_reply_alone(scored: SuiteTable) -> None:
    given = [label(n, passed=True, reply=f"reply {n}") for n in range(6)]
    old = [label(n, passed=True, reply="another reply") for n in range(6, 20)]

    found = Labels(given + old, scored).correction("polite.pass_rate")

    assert found is not None
    assert found.labelled == 6


def test_of_two_labels_of_one_trial_the_later_counts(scored: SuiteTable) -> None:
    first = [label(n, passed=False) for n in range(10)]
    second = [label(n, passed=True) for n in range(10)]

    both = Labels(first + second, scored).correction("polite.pass_rate")

    assert both == Labels(second, scored).correction("polite.pass_rate")


def test_a_limit_on_cases_is_corrected_by_their_labels(scored: SuiteTable) -> None:
    labels = Labels(some(range(10)), scored)

    assert labels.correction("polite.pass_rate", {"case": ["0", "1"]}) is None
    assert labels.correction("polite.pass_rate", cases=[str(n) for n in range(8)]) is not None


def test_too_few_labels_of_this_run_are_told(scored: SuiteTable) -> None:
    given = [*some(range(4)), label(99, passed=True), label(5, passed=True, trial=7)]
    labels = Labels(given, scored)

    assert labels.correction("polite.pass_rate") is None
    (note,) = of_figures(labels)
    assert note == (
        "labels: polite.pass_rate is not corrected: 4 labelled cases of this run, 5 are needed "
        "(6 labels in the file)"
    )


def test_figures_of_weighted_cases_are_not_corrected(table: Any, trial: Any) -> None:
    checks = (result(passed=True),)
    trials = [
        trial(str(n), index=n, checks=checks, weight=1.0 + n % 2, reply=Reply(text="x"))
        for n in range(40)
    ]

    labels = Labels(some(range(30)), table(trials))

    assert labels.correction("polite.pass_rate") is None
    assert list(of_figures(labels)) == [
        "labels: nothing is corrected: the cases have different weights"
    ]


def test_labels_that_were_not_chosen_by_chance_are_told(scored: SuiteTable) -> None:
    labels = Labels(some(range(30, 40)), scored)

    (note,) = of_figures(labels)
    assert note == (
        "labels: polite.pass_rate: by score 0% of the labelled cases pass, of the others 100%: "
        "not chosen by chance, so the corrected figure is biased"
    )
    assert not list(of_figures(Labels(some(range(0, 40, 3)), scored)))


# --- in the verdict ------------------------------------------------------------------------------


def verdict(
    judge: Any, trial: Any, limit: float, *, labelled: bool = True, beyond_doubt: bool = False
) -> SuiteVerdict:
    trials = [
        trial(str(n), "p", index=n, checks=(result(passed=True),), reply=Reply(text="x"))
        for n in range(60)
    ]
    labels = tuple(label(n, passed=n % 2 == 0) for n in range(30)) if labelled else ()
    bound = Limit(metric="polite.pass_rate", min=limit, beyond_doubt=beyond_doubt)
    gate = GateSpec(limits=(bound,), labels=labels)
    found: SuiteVerdict = judge(trials, None, gate)
    return found


def test_both_figures_stand_in_the_verdict(judge: Any, trial: Any) -> None:
    (metric,) = (m for m in verdict(judge, trial, 0.3).metrics if m.metric == "polite.pass_rate")

    assert metric.current == 1.0
    assert metric.corrected is not None
    assert metric.corrected["value"] == pytest.approx(0.5, abs=0.1)
    assert metric.corrected["labelled"] == 30
    assert metric.corrected["low"] < 0.5 < metric.corrected["high"]
    assert metric.limit_ok is True


def test_a_limit_is_held_against_the_corrected_figure(judge: Any, trial: Any) -> None:
    found = verdict(judge, trial, 0.9)

    assert found.status == "failed"
    (reason,) = found.reasons
    assert reason == (
        "limit not kept: polite.pass_rate is 0.5, at least 0.9 is demanded "
        "(corrected by labels of 30 cases; 1 as scored)"
    )
    assert verdict(judge, trial, 0.9, labelled=False).status == "passed"


def test_beyond_doubt_a_limit_is_held_against_the_corrected_bound(judge: Any, trial: Any) -> None:
    doubtful = verdict(judge, trial, 0.6, beyond_doubt=True)
    broken = verdict(judge, trial, 0.9, beyond_doubt=True)

    assert doubtful.status == "passed"
    assert broken.status == "failed"
    assert (
        "corrected by labels of 30 cases; 1 as scored); the one-sided 95 % bound is 0.6"
        in (broken.reasons[0])
    )


def test_labels_of_cases_that_the_suite_does_not_have_are_told(judge: Any) -> None:
    given = (label(1, passed=True), label(7, passed=True), label(8, passed=True, suite="other"))
    gate = GateSpec(labels=given)
    wrong = "labels: 1 labelled case is not in the suite: 7; correct the id, or write `suite`"

    whole = judge({"1": "p", "2": "p"}, None, gate)
    part = judge({"1": "p", "2": "p"}, None, gate, selection=Selection(full=False))
    skipped = judge({"1": "p"}, None, gate, selection=Selection(skipped={"7": "slow"}))

    assert any(note.startswith(wrong) for note in whole.notes)
    assert not any("not in the suite" in note for note in (*part.notes, *skipped.notes))


def test_labels_that_contradict_each_other_are_told(judge: Any) -> None:
    given = (label(1, passed=True), label(1, passed=False), label(2, passed=True))

    found = judge({"1": "p", "2": "p"}, None, GateSpec(labels=(*given, given[2])))

    assert (
        "labels: 1 label says the opposite of an earlier one of the same reply; the later counts"
    ) in found.notes


def test_labels_that_all_name_another_suite_are_told(judge: Any) -> None:
    given = (label(1, passed=True, suite="bott"), label(2, passed=True, suite="bott"))

    found = judge({"1": "p", "2": "p"}, None, GateSpec(labels=given))

    assert "labels: none of 2 labels is of this suite: they name 'bott'" in found.notes
