"""Agreement of a judge with people: against other implementations, and by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from llmeval.compare.inference.agreement import Counts, count, kappa, lean, macro_f1, share

COUNT = st.integers(0, 40)
VARIED = st.builds(Counts, *[st.integers(1, 40)] * 4)


def test_pairs_are_counted() -> None:
    pairs = [(True, True), (True, True), (False, True), (True, False), (False, False)]

    assert count(pairs) == Counts(both_passed=2, judge_only=1, people_only=1, both_failed=1)


@given(VARIED)
def test_kappa_is_that_of_statsmodels(counts: Counts) -> None:
    both, judge, people, none = counts
    other = cohens_kappa([[both, people], [judge, none]])

    found = kappa(counts)

    assert found is not None
    assert found.value == pytest.approx(other.kappa)
    assert found.low == pytest.approx(max(-1.0, other.kappa_low))
    assert found.high == pytest.approx(min(1.0, other.kappa_upp))


def test_kappa_by_hand() -> None:
    # 20 + 15 of 50 alike: 0.7; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
    found = kappa(Counts(20, 10, 5, 15))

    assert found is not None
    assert found.value == pytest.approx(0.4)


def test_a_judge_that_always_says_the_same_agrees_by_chance_alone() -> None:
    assert kappa(Counts(8, 2, 0, 0)) == (0.0, -1.0, 1.0)
    assert kappa(Counts(8, 0, 0, 0)) is None
    assert kappa(Counts(0, 0, 0, 0)) is None


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        # 2 of 2 alike: from 34.2 % on by Wilson, (0.342 - 0.5) / (1 - 0.5).
        (Counts(1, 0, 0, 1), -0.3153, 1.0),
        (Counts(2, 0, 0, 1), -0.2634, 1.0),
        (Counts(50, 0, 0, 50), 0.926, 1.0),
        (Counts(0, 1, 1, 0), -1.0, 0.3153),
    ],
    ids=str,
)
def test_full_agreement_of_few_replies_is_not_sure(counts: Counts, low: float, high: float) -> None:
    found = kappa(counts)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)


@given(COUNT, COUNT)
def test_a_share_has_wilsons_interval(part: int, rest: int) -> None:
    found = share(part, part + rest)
    if found is None:
        assert part + rest == 0
        return
    low, high = proportion_confint(part, part + rest, method="wilson")

    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)
    assert found.low <= found.value <= found.high


def test_f1_is_the_mean_over_both_verdicts() -> None:
    assert macro_f1(Counts(3, 1, 1, 5)) == pytest.approx((6 / 8 + 10 / 12) / 2)
    assert macro_f1(Counts(4, 0, 0, 0)) == pytest.approx(0.5)
    assert macro_f1(Counts(0, 0, 0, 0)) is None


def test_a_lean_is_a_correlation_with_its_interval() -> None:
    found = lean([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1])

    assert found is not None
    assert found.value == pytest.approx(0.8783100656536799)
    assert found.low < found.value < found.high <= 1


@pytest.mark.parametrize(("xs", "errors"), [([1, 2, 3], [0, 1, 0]), ([1] * 5, [0, 1, 0, 1, 0])])
def test_of_too_little_no_lean_is_said(xs: list[float], errors: list[float]) -> None:
    assert lean(xs, errors) is None
