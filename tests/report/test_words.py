from types import SimpleNamespace
from typing import Any

import pytest

from llmeval.records import MetricVerdict
from llmeval.report import words
from llmeval.report.page import page

FELL = MetricVerdict(metric="pass_rate", baseline=0.9, current=0.75, difference=-0.15)
LIMIT = MetricVerdict(metric="latency.p95", current=4.2, limit={"max": 4.0}, limit_ok=False)


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        (
            {"status": "failed", "regressed": ("a", "b", "c"), "counts": {"cases": 120}},
            "Worse: 3 of 120 cases broke",
        ),
        (
            {"status": "failed", "regressed": ("a",), "counts": {"cases": 54, "skipped": 1}},
            "Worse: 1 of 53 cases broke",
        ),
        (
            {
                "status": "failed",
                "regressed": ("a",),
                "suspect": ("b", "c"),
                "counts": {"cases": 9},
            },
            "Worse: 1 of 9 cases broke, 2 more look worse",
        ),
        (
            {"status": "failed", "counts": {"cases": 9, "failed": 2}},
            "Failed: 2 of 9 cases failed",
        ),
        (
            {"status": "failed", "counts": {"cases": 9, "failed": 2, "skipped": 3}},
            "Failed: 2 of 6 cases failed",
        ),
        (
            {"status": "failed", "metrics": (LIMIT,), "counts": {"cases": 9, "passed": 9}},
            "Failed: latency.p95 is 4.20 s, at most 4.00 s is demanded",
        ),
        (
            {"status": "failed", "comparison": "mixed", "reasons": ("3 broke, 3 improved",)},
            "Worse: 3 broke, 3 improved",
        ),
        (
            {"status": "failed", "comparison": "regression", "reasons": ("worse: −9 points",)},
            "Worse: −9 points",
        ),
        (
            {
                "status": "failed",
                "comparison": "regression",
                "metrics": (FELL,),
                "reasons": ("worse: pass_rate −15.0 points (p = 0.001)",),
            },
            "Worse: the pass rate fell from 90.0 % to 75.0 %",
        ),
        (
            {"status": "failed", "reasons": ("1 case is gone: a",)},
            "Failed: 1 case is gone: a",
        ),
        (
            {
                "status": "failed",
                "mode": "statistical",
                "reasons": ("1 critical case fails: a",),
                "counts": {"cases": 9, "failed": 4},
            },
            "Failed: 1 critical case fails: a",
        ),
        (
            {"status": "inconclusive", "counts": {"cases": 9, "error": 2}},
            "Cannot tell: 2 of 9 cases could not be measured",
        ),
        (
            {"status": "inconclusive", "counts": {}},
            "Cannot tell: nothing was measured",
        ),
        ({"counts": {"cases": 9, "passed": 9}}, "Passed: all 9 cases"),
        (
            {"counts": {"cases": 9, "passed": 8, "failed": 1}},
            "Passed: 8 of 9 cases, the rest as before or expected",
        ),
        (
            {"counts": {"cases": 2, "passed": 2}, "improved": ("a",)},
            "Passed: all 2 cases; 1 improved",
        ),
        (
            {
                "comparison": "insufficient_data",
                "counts": {"cases": 4, "failed": 4},
                "regressed": ("a", "b"),
                "suspect": ("c",),
            },
            "Passed: 0 of 4 cases; 3 cases look worse, too little data to be sure: a, b, c",
        ),
        (
            {
                "mode": "statistical",
                "comparison": "insufficient_data",
                "counts": {"cases": 5, "passed": 3, "failed": 2},
                "new": ("d",),
            },
            "Passed: 3 of 5 cases, too little data to tell of the rest",
        ),
        (
            {"mode": "statistical", "counts": {"cases": 5, "passed": 3, "failed": 2}},
            "Passed: 3 of 5 cases, no evidence that the rest is worse",
        ),
        (
            {"counts": {"cases": 9, "passed": 8, "failed": 1}, "suspect": ("a",)},
            "Passed: 8 of 9 cases; 1 case looks worse, which may be chance: a",
        ),
    ],
    ids=[
        "regressed",
        "regressed beside skipped ones",
        "regressed beside suspect ones",
        "failed",
        "failed beside skipped ones",
        "limit",
        "mixed",
        "worse",
        "fell",
        "gone",
        "statistical",
        "errors",
        "nothing",
        "passed",
        "tolerated",
        "improved",
        "too little data",
        "too little data, failures",
        "statistical, failures",
        "by chance",
    ],
)
def test_the_headline_says_what_happened(
    some: SimpleNamespace, suite: dict[str, Any], said: str
) -> None:
    assert str(words.headline(some.verdict(some.suite(**suite)))) == said


def test_no_suite_at_all_is_said(some: SimpleNamespace) -> None:
    assert str(words.headline(some.verdict())) == "Passed: no suite was run"


def test_several_suites_are_counted_together(some: SimpleNamespace) -> None:
    verdict = some.verdict(
        some.suite(status="failed", regressed=("a",), counts={"cases": 5}),
        some.suite(suite="other", counts={"cases": 7}),
    )

    assert str(words.headline(verdict)) == "Worse: 1 of 12 cases broke in 1 suite"


def test_the_pass_rate_shows_its_interval(some: SimpleNamespace) -> None:
    rate = MetricVerdict(
        metric="pass_rate",
        baseline=0.942,
        current=0.917,
        difference=-0.025,
        low=-0.044,
        high=-0.006,
    )

    said = words.rate_change(some.suite(metrics=(rate,)))

    assert said == "94.2 % → 91.7 %: −2.5 points (95 % interval −4.4 … −0.6)"


@pytest.mark.parametrize(
    ("p", "adjusted", "said"),
    [
        (None, None, ""),
        (0.0312, None, "p = 0.031"),
        (0.01, 0.02, "p = 0.02"),
        (0.00001, None, "p < 0.0001"),
        (1.0, None, "p = 1"),
    ],
)
def test_the_p_value_is_the_corrected_one_where_there_is_one(
    p: float | None, adjusted: float | None, said: str
) -> None:
    assert words.p_text(MetricVerdict(metric="pass_rate", p=p, p_adjusted=adjusted)) == said


def test_a_value_never_prints_like_the_limit_it_breaks() -> None:
    metric = MetricVerdict(
        metric="pass_rate", current=0.8999999, limit={"min": 0.9}, limit_ok=False
    )

    assert words.value_text(metric) != words.figure("pass_rate", 0.9)


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (
            MetricVerdict(metric="pass_rate", limit={"min": 0.9}, limit_ok=False),
            "pass_rate was not measured, at least 90.0 % is demanded",
        ),
        (
            MetricVerdict(
                metric="tokens.mean", current=9.0, limit={"min": 10, "max": 20}, limit_ok=False
            ),
            "tokens.mean is 9, at least 10 and at most 20 is demanded",
        ),
        (
            MetricVerdict(
                metric="cost.total",
                where={"tag": "returns"},
                current=1.5,
                limit={"max": 1.0},
                limit_ok=False,
            ),
            "cost.total (tag: returns) is $1.50, at most $1.00 is demanded",
        ),
    ],
    ids=["unmeasured", "both", "dollars"],
)
def test_a_broken_limit_is_a_sentence(metric: MetricVerdict, said: str) -> None:
    assert words.limit_text(metric) == said


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (MetricVerdict(metric="latency.p95", baseline=1.0, current=1.5), "+0.500 s"),
        (MetricVerdict(metric="latency.p95", baseline=0.0016, current=0.0023), "+0.700 ms"),
        (MetricVerdict(metric="tokens.mean", baseline=10, current=9), "−1"),
        (MetricVerdict(metric="pass_rate", current=0.5), ""),
    ],
    ids=["seconds", "milliseconds", "number", "unknown"],
)
def test_a_change_is_told_in_the_figures_own_unit(metric: MetricVerdict, said: str) -> None:
    assert words.change_text(metric) == said


def test_a_pass_rate_without_a_baseline_stands_alone(some: SimpleNamespace) -> None:
    known = some.suite(metrics=(MetricVerdict(metric="pass_rate", current=0.5),))

    assert words.rate_change(known) == "50.0 %"
    assert words.rate_change(some.suite(metrics=())) == ""


def test_skipped_cases_are_not_among_those_asked(some: SimpleNamespace) -> None:
    suites = [some.suite(suite=name, counts={"cases": 3, "skipped": 1}) for name in ("a", "b")]

    (figure, *_) = page(some.view([some.trial()], some.verdict(*suites))).figures

    assert (words.asked(suites), figure.note) == (4, "of 4 cases")
