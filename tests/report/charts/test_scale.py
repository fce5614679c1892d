import math
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from llmeval.report.charts import scale
from llmeval.report.charts.scale import Scale

VALUES = st.floats(1e-6, 1e6)


@given(st.lists(VALUES, min_size=1).map(sorted))
def test_every_value_lies_on_the_axis_in_its_order(values: list[float]) -> None:
    across = scale.of(values, 50, 500)

    places = [across(value) for value in values]

    assert places == sorted(places)
    assert all(50 <= place <= 500 for place in places)


@pytest.mark.parametrize("whole", [False, True])
@given(values=st.lists(VALUES, min_size=1).map(sorted))
def test_ticks_are_few_ascending_and_on_the_axis(*, values: list[float], whole: bool) -> None:
    across = scale.of(values, 50, 500, whole=whole)

    ticks = across.ticks()

    assert 1 <= len(ticks) <= 6
    assert ticks == sorted(ticks)
    room = 1e-6 * (across.high - across.low)
    assert all(across.low - room <= tick <= across.high + room for tick in ticks)


@given(VALUES, VALUES)
def test_ticks_are_round(low: float, high: float) -> None:
    assume(high > low * 1.01)
    ticks = Scale(low=low, high=high, begin=0, end=1).ticks()

    steps = {
        round((b - a) / 10 ** math.floor(math.log10(b - a) + 1e-9), 6) for a, b in pairwise(ticks)
    }

    assert steps <= {1.0, 2.0, 5.0, 10.0}


def test_one_value_a_hundred_times_the_others_makes_the_axis_logarithmic() -> None:
    usual = [0.4, 0.5, 0.5, 0.6]

    assert not scale.of(usual, 0, 100).log
    outlier = scale.of([*usual, 50.0], 0, 100)
    assert outlier.log
    assert outlier(0.6) - outlier(0.4) > 5


@pytest.mark.parametrize("value", [0.0, 0.5, 120.0])
def test_equal_values_stand_in_the_middle(value: float) -> None:
    across = scale.of([value] * 5, 0, 100)

    assert across(value) == pytest.approx(50)


def test_zeros_keep_the_axis_linear() -> None:
    assert not scale.of([0.0, 0.1, 50.0], 0, 100).log


def test_an_axis_of_whole_numbers_begins_between_two() -> None:
    across = scale.of([3.0, 9.0], 0, 100, whole=True)

    assert (across.low, across.high) == (2.5, 9.5)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("bins", [1, 2, 36])
def test_edges_cut_the_axis_into_equal_pieces(bins: int, *, log: bool) -> None:
    across = Scale(low=1.0, high=900.0, begin=0, end=90, log=log)

    edges = across.edges(bins)

    places = [across(edge) for edge in edges]
    widths = [right - left for left, right in pairwise(places)]
    assert len(widths) == bins
    assert widths == pytest.approx([90 / bins] * bins)
