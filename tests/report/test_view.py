from pathlib import Path
from types import SimpleNamespace

import pytest

from llmeval import codec
from llmeval.compare.cases import CaseRow
from llmeval.errors import StoredFileError
from llmeval.records import CheckResult, Exchange, Failure, Reply, Timing
from llmeval.report import view
from llmeval.report.view import View


def statuses(shown: View) -> dict[str, str]:
    return {case.case: case.status for case in shown.cases}


def test_rows_join_the_log_with_the_verdicts_lists(regression: View) -> None:
    assert statuses(regression) == {
        "refund": "regressed",
        "shipping": "passed",
        "warranty": "error",
        "voucher": "new",
        "old-code": "gone",
    }


def test_a_row_keeps_every_flag_that_holds(regression: View) -> None:
    assert regression.cases[0].flags == ("regressed", "failed")
    assert regression.cases[3].flags == ("new", "passed")


def test_a_row_says_why_it_failed(regression: View) -> None:
    assert regression.cases[0].why == "contains: '30 days' not found"
    assert regression.cases[2].why == "timeout: no reply within 30 s"


def test_a_gone_case_shows_the_reply_it_had(regression: View) -> None:
    assert regression.cases[-1].before == '["Valid for a year."]'


def test_cases_come_in_file_order_whatever_the_logs_order(some: SimpleNamespace) -> None:
    trials = [some.trial("b", index=1), some.trial("a", index=0)]

    assert [case.case for case in some.view(trials).cases] == ["a", "b"]


def test_trials_of_a_case_come_together(some: SimpleNamespace) -> None:
    trials = [
        some.trial("a", trial=1),
        some.trial("b", trial=1, index=1),
        some.trial("a", "failed", trial=2),
    ]

    case = some.view(trials).cases[0]

    assert (case.marks, case.current_rate, case.places) == ("pf", 0.5, (0, 2))


def test_the_comparisons_outcome_wins_over_the_worst_trial(some: SimpleNamespace) -> None:
    lines = [codec.trial_json(some.trial("a", outcome)) for outcome in ("passed", "failed")]
    rows = {"support": [CaseRow(case="a", status="same", baseline_rate=0.5, outcome="passed")]}

    case = view.of(lines, some.verdict(some.suite()), {}, rows).cases[0]

    assert (case.status, case.baseline_rate, case.change) == ("passed", 0.5, 0.0)


@pytest.mark.parametrize(
    ("other", "status"),
    [({"xfail": True}, "xfailed"), ({"severity": "warn"}, "warned"), ({}, "failed")],
    ids=["xfail", "warn", "normal"],
)
def test_failures_that_do_not_count_are_called_so(
    some: SimpleNamespace, other: dict[str, object], status: str
) -> None:
    assert statuses(some.view([some.trial("a", "failed", **other)])) == {"a": status}


def test_cached_replies_have_neither_latency_nor_cost(some: SimpleNamespace) -> None:
    reply = Reply(text="x", cached=True, timing=Timing(total_s=9.0), cost_usd=1.0)

    shown = some.view([some.trial(reply=reply)])

    assert (shown.cases[0].latency_s, shown.cases[0].cost_usd) == (None, None)
    assert shown.suites[0].figures.latency(0.5) is None


def test_a_dialogue_takes_as_long_as_its_slowest_turn(some: SimpleNamespace) -> None:
    turns = tuple(
        Exchange(user="hi", reply=Reply(text="ho", timing=Timing(total_s=s), cost_usd=0.5))
        for s in (2.0, 1.0)
    )

    case = some.view([some.trial(turns=turns, reply=turns[-1].reply)]).cases[0]

    assert (case.latency_s, case.cost_usd) == (2.0, 1.0)


def test_what_was_not_measured_is_listed_with_its_reason(some: SimpleNamespace) -> None:
    skipped = CheckResult(
        check="latency",
        metric="latency",
        severity="normal",
        status="skipped",
        reason="not_measured: from a recording",
    )
    trials = [
        some.trial("a", checks=(skipped,)),
        some.trial("b", "error", index=1, error=Failure(kind="budget", message="spent")),
        some.trial("c", checks=(skipped,), index=2),
    ]

    assert some.view(trials).not_measured == (
        ("support", "latency: not_measured: from a recording", 2, ("a", "c")),
        ("support", "budget: spent", 1, ("b",)),
    )


def test_what_a_check_could_not_measure_is_listed_once(some: SimpleNamespace) -> None:
    undecided = CheckResult(
        check="rubric",
        metric="polite",
        severity="normal",
        status="error",
        reason="judge_undecided: 1 of 1",
    )
    failure = Failure(kind="judge_undecided", message="polite: judge_undecided: 1 of 1")

    view = some.view([some.trial("a", "error", checks=(undecided,), error=failure)])

    assert view.not_measured == (("support", "polite: judge_undecided: 1 of 1", 1, ("a",)),)
    assert view.cases[0].why == "polite: judge_undecided: 1 of 1"


def test_a_torn_last_line_is_left_out(some: SimpleNamespace, tmp_path: Path) -> None:
    log = some.log(tmp_path / "results.jsonl", [some.trial("a")])
    log.write_text(log.read_text(encoding="utf-8") + '{"kind":"tri', encoding="utf-8")

    shown = view.build(log, some.verdict(some.suite()), {}, {})

    assert statuses(shown) == {"a": "passed"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "results.jsonl:1: is not JSON"),
        ("[]", "results.jsonl:1: not a line of a run's log"),
        ('{"kind":"run","format":"x/9"}', "format 'x/9' is not known"),
        ('{"kind":"trial","suite":"s"}', "damaged trial: KeyError"),
        ('{"kind":"trial","suite":[],"outcome":"passed"}', "damaged trial: TypeError"),
    ],
    ids=["text", "list", "format", "missing", "type"],
)
def test_a_damaged_log_is_one_line(
    some: SimpleNamespace, tmp_path: Path, line: str, said: str
) -> None:
    log = tmp_path / "results.jsonl"
    log.write_text(f"{line}\n\n", encoding="utf-8")

    with pytest.raises(StoredFileError) as caught:
        view.build(log, some.verdict(some.suite()), {}, {})

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_log_is_one_line(some: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match="cannot be read"):
        view.build(tmp_path / "none.jsonl", some.verdict(), {}, {})


def test_rows_are_made_from_the_log_where_none_are_given(
    some: SimpleNamespace, tmp_path: Path
) -> None:
    log = some.log(
        tmp_path / "results.jsonl", [some.trial("a"), some.trial("b", "failed", index=1)]
    )

    shown = view.build(log, some.verdict(some.suite()), {"support": None})

    assert statuses(shown) == {"a": "passed", "b": "failed"}
