import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.report import numbers

SHARES = st.floats(min_value=0, max_value=1)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "unknown"),
        (math.nan, "unknown"),
        (0, "0"),
        (1.0, "1"),
        (0.4123, "0.412"),
        (0.9996, "0.9996"),
        (0.00004213, "0.0000421"),
        (1e-9, "0.000000001"),
        (-0.25, "−0.25"),
        (1_234_567, "1,234,567"),
        (1234.567, "1,234.6"),
    ],
)
def test_a_number_is_shown_with_three_digits_or_as_many_as_it_takes(
    value: float | None, shown: str
) -> None:
    assert numbers.number(value) == shown


@given(NUMBERS)
def test_a_number_never_rounds_to_a_whole_one(value: float) -> None:
    shown = numbers.number(value).replace("−", "-").replace(",", "")

    assert float(shown).is_integer() <= (value.is_integer() or abs(value) >= 1000)


@pytest.mark.parametrize(
    ("score", "threshold", "shown"),
    [
        (0.8, 0.8, ("0.8", "0.8")),
        (0.79999, 0.8, ("0.79999", "0.8")),
        (0.7999999999, 0.8, ("0.8", "0.8")),
        (7.9999, 8.0, ("7.9999", "8")),
        (8.0000004, 8.0, ("8.0000004", "8")),
        (0.41, 0.7, ("0.41", "0.7")),
        (None, 0.7, ("unknown", "0.7")),
    ],
)
def test_score_and_threshold_print_alike_only_where_the_check_calls_them_equal(
    score: float | None, threshold: float, shown: tuple[str, str]
) -> None:
    assert numbers.versus(score, threshold) == shown


@given(SHARES, SHARES)
def test_a_missed_threshold_is_always_visible(score: float, threshold: float) -> None:
    left, right = numbers.versus(score, threshold)

    assert (left != right) == (abs(score - threshold) > 1e-9)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "unknown"),
        (0, "0 %"),
        (1, "100 %"),
        (sum([0.1] * 10), "100 %"),
        (0.942, "94.2 %"),
        (0.5, "50.0 %"),
        (0.9996, "99.96 %"),
        (0.9999999, ">99.99 %"),
        (0.0000001, "<0.01 %"),
    ],
)
def test_a_rate_is_a_percentage_with_one_decimal(value: float | None, shown: str) -> None:
    assert numbers.rate(value) == shown


@given(st.integers(min_value=1, max_value=10**7), st.integers(min_value=0, max_value=10**7))
def test_only_all_is_100_percent_and_only_none_is_0(cases: int, passed: int) -> None:
    passed = min(passed, cases)

    shown = numbers.rate(passed / cases)

    assert (shown == "100 %") == (passed == cases)
    assert (shown == "0 %") == (passed == 0)


@pytest.mark.parametrize(
    ("difference", "shown"),
    [
        (None, "unknown"),
        (0.0, "no change"),
        (1e-13, "no change"),
        (0.025, "+2.5 points"),
        (-0.025, "−2.5 points"),
        (-1.0, "−100 points"),
        (-0.0004, "−0.04 points"),
    ],
)
def test_a_change_has_its_sign_and_never_rounds_to_nothing(
    difference: float | None, shown: str
) -> None:
    assert numbers.points(difference) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "unknown"),
        (0, "0 s"),
        (0.0002, "0.20 ms"),
        (0.24, "240 ms"),
        (0.99996, "1.00 s"),
        (1.239, "1.24 s"),
        (12.34, "12.3 s"),
        (61, "1 min 1 s"),
        (3720, "1 h 2 min"),
    ],
)
def test_seconds_come_in_the_unit_that_reads_best(value: float | None, shown: str) -> None:
    assert numbers.seconds(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "unknown"),
        (0, "$0"),
        (0.00042, "$0.00042"),
        (0.0123, "$0.012"),
        (0.5, "$0.50"),
        (1.239, "$1.24"),
        (1234.5, "$1,234.50"),
    ],
)
def test_dollars_show_small_amounts_and_an_unknown_price(value: float | None, shown: str) -> None:
    assert numbers.dollars(value) == shown


def test_tokens_are_grouped_and_unknown_ones_are_not_zero() -> None:
    assert (numbers.tokens(1234), numbers.tokens(None)) == ("1,234", "unknown")


@pytest.mark.parametrize(
    ("amount", "shown"), [(1, "1 case"), (0, "0 cases"), (1200, "1,200 cases")]
)
def test_a_count_has_its_noun(amount: int, shown: str) -> None:
    assert numbers.count(amount, "case") == shown


def test_signed_numbers_carry_their_unit() -> None:
    assert numbers.signed(-0.12, "s") == "−0.120 s"


@pytest.mark.parametrize(
    ("value", "first", "text"),
    [
        (1.5, 1.0, "+50 %"),
        (0.875, 1.0, "−12.5 %"),
        (2.0, 2.0, "no change"),
        (1e-6, 1.0, "−100.0 %"),
    ],
)
def test_a_relative_difference_is_in_percent(value: float, first: float, text: str) -> None:
    assert numbers.relative(value, first) == text
