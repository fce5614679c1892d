import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from llmeval.compare import percentiles


@given(st.integers(1, 400), st.sampled_from([0.05, 0.5, 0.9, 0.95, 0.99]))
def test_the_interval_holds_the_quantile_as_often_as_it_says(count: int, share: float) -> None:
    low, high = percentiles.ranks(count, share)

    missed_below = binom.cdf(low - 1, count, share)
    missed_above = binom.sf(high - 1, count, share) if high <= count else 0.0
    assert missed_below <= 0.025 + 1e-9
    assert missed_above <= 0.025 + 1e-9


@given(st.integers(1, 400), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_no_narrower_interval_would_do(count: int, share: float) -> None:
    low, high = percentiles.ranks(count, share)

    assert low == count or binom.cdf(low, count, share) > 0.025 - 1e-9
    assert binom.sf(high - 2, count, share) > 0.025 - 1e-9


def test_many_values_are_as_exact_as_few() -> None:
    low, high = percentiles.ranks(100_000, 0.95)

    assert (low, high) == (int(binom.ppf(0.025, 100_000, 0.95)), 95_136)


def test_a_percentile_names_the_values_at_its_ranks() -> None:
    found = percentiles.of([float(n) for n in range(1, 101)], 0.95)

    assert found is not None
    assert (found.value, found.low, found.high) == (95.0, 90.0, 100.0)


def test_few_values_do_not_bound_a_high_percentile() -> None:
    found = percentiles.of([1.0, 2.0, 3.0], 0.95)

    assert found is not None
    assert found.high is None


@pytest.mark.parametrize("share", [0.5, 0.95])
def test_no_values_have_no_percentile(share: float) -> None:
    assert percentiles.of([], share) is None
