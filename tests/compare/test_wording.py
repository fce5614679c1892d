"""Numbers and lists in the sentences of a verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.compare import wording
from llmeval.compare.counts import TOLERANCE


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.05, "5.0 %"),
        (0.9996, "99.96 %"),
        (0.0001, "0.01 %"),
        (1e-9, "under 0.001 %"),
        (1 - 1e-9, "over 99.999 %"),
    ],
)
def test_only_all_is_a_hundred_percent_and_only_nothing_is_none(share: float, text: str) -> None:
    assert wording.percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.25, "0.25"), (2 / 3, "0.6667"), (4.0, "4"), (1234567.0, "1234567")]
)
def test_numbers_are_short_and_large_ones_whole(value: float, text: str) -> None:
    assert wording.number(value) == text


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_value_and_its_bound_print_alike_only_when_the_bound_is_met(
    value: float, bound: float
) -> None:
    left, right = wording.apart(value, bound)

    assert (left == right) == (abs(value - bound) <= TOLERANCE)


def test_a_number_takes_the_form_of_its_noun() -> None:
    assert (wording.count(1, "case"), wording.count(2, "case")) == ("1 case", "2 cases")
    assert (wording.verb(1, "is", "are"), wording.verb(0, "is", "are")) == ("is", "are")
