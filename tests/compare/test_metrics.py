"""Figures by name, and what they rest on."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmeval.compare import metrics
from llmeval.compare.chosen import select, selecting_variables
from llmeval.compare.metrics import Measured
from llmeval.records import CheckResult, GateSpec, Limit, Reply, Timing, Usage

MARKS = {"a": "pp", "b": "pf", "c": "ff", "d": "ee", "e": "pe"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pass_rate", Measured((1 + 0.5 + 0 + 1) / 4, 4, 5)),
        ("case_pass_rate", Measured(2 / 4, 4, 5)),
        ("pass_at_k", Measured(3 / 4, 4, 5)),
        ("pass_all_k", Measured(2 / 4, 4, 5)),
        ("error_rate", Measured(3 / 10, 10, 10)),
        ("contains.pass_rate", Measured((1 + 0.5 + 0 + 1) / 4, 4, 5)),
        ("contains.mean", Measured((1 + 0.5 + 0 + 1) / 4, 4, 5)),
        ("contains.min", Measured(0.0, 4, 5)),
        ("latency.p95", Measured(0.5, 7, 10)),
        ("tokens.total", Measured(35.0, 7, 10)),
        ("cost.mean", Measured(0.001, 7, 10)),
        ("first_token.p50", Measured(None, 0, 10)),
        ("grounded.mean", Measured(None, 0, 5)),
    ],
)
def test_every_figure_says_what_it_rests_on(table: Any, name: str, expected: Measured) -> None:
    values = table(MARKS)

    found = metrics.value(values, name)

    assert found == expected


def test_ten_errors_of_a_hundred_leave_the_mean_over_the_ninety_measured(table: Any) -> None:
    marks = {f"c{n:03}": "e" if n < 10 else "f" if n < 30 else "p" for n in range(100)}

    found = metrics.value(table(marks), "pass_rate")

    assert found == Measured(70 / 90, 90, 100)


def test_cases_expected_to_fail_are_in_no_figure(table: Any, trial: Any) -> None:
    values = table([trial("a"), trial("b", "f", xfail=True), trial("c", "e", xfail=True)])

    assert metrics.value(values, "pass_rate") == Measured(1.0, 1, 1)
    assert metrics.value(values, "error_rate") == Measured(0.0, 1, 1)
    assert metrics.value(values, "latency.mean").measured == 1


def test_cases_that_only_warn_are_in_no_pass_rate_and_in_the_other_figures(
    table: Any, trial: Any, check: Any
) -> None:
    low = (check("grounded", passed=False, score=0.2, severity="warn"),)
    high = (check("grounded", score=0.8),)
    values = table([trial("a", checks=high), trial("b", severity="warn", checks=low)])

    assert metrics.value(values, "pass_rate") == Measured(1.0, 1, 1)
    assert metrics.value(values, "grounded.pass_rate") == Measured(1.0, 1, 1)
    assert metrics.value(values, "grounded.mean") == Measured(0.5, 2, 2)


def test_every_case_weighs_the_same_however_many_trials_it_has(
    table: Any, trial: Any, check: Any
) -> None:
    def scored(case: str, number: int, score: float) -> Any:
        return trial(case, trial=number, checks=(check("grounded", score=score),))

    values = table([scored("a", 1, 1.0), *(scored("b", n, 0.0) for n in range(1, 10))])

    assert metrics.value(values, "grounded.mean").value == 0.5


def test_a_trial_passes_a_metric_only_when_all_its_results_do(
    table: Any, trial: Any, check: Any
) -> None:
    turns = (check("polite", turn=1), check("polite", passed=False, turn=2))

    values = table([trial("a", "f", checks=turns)])

    assert metrics.value(values, "polite.pass_rate") == Measured(0.0, 1, 1)
    assert metrics.value(values, "polite.mean") == Measured(0.5, 1, 1)


@pytest.mark.parametrize("status", ["skipped", "error"])
def test_skipped_and_broken_checks_are_not_measured(table: Any, trial: Any, status: Any) -> None:
    result = CheckResult(check="cost", metric="cost", severity="normal", status=status)

    values = table([trial("a", checks=(result,))])

    assert metrics.value(values, "cost.pass_rate") == Measured(None, 0, 1)


@pytest.mark.parametrize(
    ("where", "cases"),
    [
        ({}, ["a", "b", "c"]),
        ({"tag": "returns"}, ["a", "b"]),
        ({"case": "c"}, ["c"]),
        ({"case": ["a", "c"]}, ["a", "c"]),
        ({"adapter": "other"}, ["b"]),
        ({"variant": "new"}, ["c"]),
        ({"lang": "en"}, ["a"]),
        ({"level": 3}, ["a", "b"]),
        ({"tag": "returns", "lang": "de"}, ["b"]),
        ({"tag": "nothing"}, []),
        ({"colour": "red"}, []),
    ],
    ids=str,
)
def test_where_selects_by_tag_case_adapter_variant_and_variables(
    table: Any, trial: Any, where: Any, cases: list[str]
) -> None:
    values = table(
        [
            trial("a", tags=("returns",), vars={"lang": "en", "level": 3}),
            trial(
                "b",
                index=1,
                tags=("returns", "x"),
                adapter="other",
                vars={"lang": "de", "level": "3"},
            ),
            trial("c", index=2, variant="new"),
        ],
        variables=("lang", "level"),
    )

    assert select(values, where) == cases


def test_only_the_variables_that_limits_select_by_are_kept(table: Any, trial: Any) -> None:
    where = {"lang": "en", "tag": "x", "case": "y", "adapter": "z", "variant": "v"}
    gate = GateSpec(limits=(Limit(metric="pass_rate", min=0.5, where=where),))
    names = selecting_variables([gate])

    values = table([trial("a", vars={"lang": "en", "text": "long"})], variables=names)

    assert names == {"lang"}
    assert values.facts("a").vars == (("lang", "en"),)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([7.0], 0.95, 7.0),
        ([1.0, 2.0], 0.5, 1.0),
        ([1.0, 2.0, 3.0], 0.5, 2.0),
        ([float(n) for n in range(1, 21)], 0.95, 19.0),
        ([float(n) for n in range(1, 101)], 0.95, 95.0),
    ],
    ids=["none", "one", "two", "three", "twenty", "hundred"],
)
def test_a_percentile_is_a_measured_value_by_nearest_rank(
    values: list[float], share: float, expected: float | None
) -> None:
    assert metrics.percentile(values, share) == expected


@settings(deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1))
def test_at_least_that_share_of_the_values_does_not_exceed_a_percentile(
    values: list[float], share: float
) -> None:
    found = metrics.percentile(values, share)

    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


def test_accuracy_and_macro_f1_come_from_the_labels(table: Any, trial: Any, check: Any) -> None:
    pairs = [("spam", "spam"), ("spam", "ham"), ("ham", "ham"), ("ham", "ham")]
    labelled = [
        trial(
            f"c{n}",
            checks=(check("label", passed=exp == got, details={"expected": exp, "got": got}),),
        )
        for n, (exp, got) in enumerate(pairs)
    ]

    values = table(labelled)

    assert metrics.value(values, "label.accuracy") == Measured(0.75, 4, 4)
    macro = metrics.value(values, "label.macro_f1").value
    assert macro == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_labels_of_a_suite_without_any_are_not_measured(table: Any) -> None:
    found = metrics.value(table({"a": "p"}), "contains.accuracy")

    assert found == Measured(None, 0, 1)


def test_a_percentile_of_latency_uses_live_trials_alone(table: Any, trial: Any) -> None:
    def reply(seconds: float, *, cached: bool = False) -> Reply:
        return Reply(text="x", cached=cached, timing=Timing(total_s=seconds), usage=Usage())

    values = table([trial("a", reply=reply(1.0)), trial("b", reply=reply(9.0, cached=True))])

    assert metrics.value(values, "latency.p95") == Measured(1.0, 1, 2)


def test_scores_and_labels_that_come_late_leave_the_earlier_results_as_they_were(
    table: Any, trial: Any, check: Any
) -> None:
    skipped = CheckResult(check="x", metric="x", severity="normal", status="skipped")
    broken = CheckResult(check="x", metric="x", severity="normal", status="error")
    late = check("x", score=0.5, details={"expected": "b", "got": "a"})
    results = [check("x"), skipped, broken, check("x", passed=False), late, skipped, check("x")]

    values = table([trial(f"c{n}", checks=(result,)) for n, result in enumerate(results)])

    column = values.columns["x"]
    assert [score for _, _, score in column.values()] == [1, None, None, 0, 0.5, None, 1]
    assert list(column.labels()) == [(4, "b", "a")]
    assert len(column) == 7
