"""Shares corrected by a few labels: by hand, by law and by simulation."""

import random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.compare.inference.prediction_powered import corrected

SHARES = st.sampled_from([0.0, 0.5, 1.0])
LABELLED = st.lists(st.tuples(SHARES, SHARES), min_size=2, max_size=30)
OTHERS = st.lists(SHARES, max_size=30)


def test_an_example_by_hand() -> None:
    # With half a case in each corner: size 6, means 1/2 and 2/3, variances 3/10 and 4/15,
    # covariance 1/10; so weight 1/10 / ((1 + 6/6) 4/15) = 3/16. The others: mean 3/4, smoothed
    # 2/3, its variance 2/45. Variance of all: (3/10 - 6/160 + 9/256 * 4/15) / 6 + 9/256 * 2/45
    # = 0.046875; t with 5 degrees of freedom at 0.9: 1.475884.
    found = corrected([(1, 1), (1, 1), (0, 1), (0, 0)], [1, 1, 1, 0], level=0.8)

    assert found.weight == pytest.approx(3 / 16)
    assert found.value == pytest.approx(0.5)
    half = 1.4758840 * 0.046875**0.5
    assert (found.low, found.high) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-6)


def test_where_the_scorer_lets_more_pass_than_people_the_share_falls() -> None:
    labelled = [(1.0, 1.0)] * 12 + [(0.0, 1.0)] * 4 + [(0.0, 0.0)] * 4

    found = corrected(labelled, [1.0] * 80 + [0.0] * 20)

    assert found.value < 0.7
    assert found.low < 0.6 < found.high


def test_with_labels_on_every_case_people_alone_decide() -> None:
    found = corrected([(1.0, 0.0)] * 9 + [(0.0, 1.0)], [])

    assert found.value == pytest.approx(0.9)
    assert found.weight == 0.0


def test_scores_that_say_nothing_are_given_little_weight() -> None:
    labelled = [(y, f) for y in (0.0, 1.0) for f in (0.0, 1.0)] * 10

    found = corrected(labelled, [1.0] * 500)

    assert found.weight == pytest.approx(0.0)
    assert found.value == pytest.approx(0.5)


def test_scores_that_are_right_narrow_the_interval() -> None:
    labelled = [(1.0, 1.0)] * 24 + [(0.0, 0.0)] * 6
    others = [1.0] * 240 + [0.0] * 60

    good, alone = corrected(labelled, others), corrected(labelled, [])

    assert good.high - good.low < 0.8 * (alone.high - alone.low)


@given(LABELLED, OTHERS)
def test_the_interval_holds_the_share_and_both_lie_in_0_to_1(
    labelled: list[tuple[float, float]], others: list[float]
) -> None:
    found = corrected(labelled, others)

    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high
    assert 0 <= found.weight <= 1


@given(LABELLED, OTHERS)
def test_passed_and_failed_mirror_each_other(
    labelled: list[tuple[float, float]], others: list[float]
) -> None:
    found = corrected(labelled, others)
    turned = corrected([(1 - y, 1 - f) for y, f in labelled], [1 - f for f in others])

    assert turned.value == pytest.approx(1 - found.value)
    assert (turned.low, turned.high) == pytest.approx((1 - found.high, 1 - found.low))


@given(LABELLED, OTHERS, st.randoms(use_true_random=False))
def test_the_order_of_cases_means_nothing(
    labelled: list[tuple[float, float]], others: list[float], chance: random.Random
) -> None:
    mixed, rest = labelled[:], others[:]
    chance.shuffle(mixed)
    chance.shuffle(rest)

    assert corrected(mixed, rest) == pytest.approx(corrected(labelled, others))


@pytest.mark.parametrize(
    ("labels", "rate", "right", "alarms"),
    [(10, 0.8, 0.8, 0.3), (20, 0.95, 1.0, 0.5), (40, 0.8, 0.95, 0.1), (40, 0.5, 0.6, 0.6)],
)
def test_the_interval_covers_what_people_would_count(
    labels: int, rate: float, right: float, alarms: float
) -> None:
    """`right` of the good cases and `alarms` of the bad ones pass by score."""
    chance = random.Random(f"{labels} {rate} {right}")

    def case() -> tuple[float, float]:
        good = chance.random() < rate
        return float(good), float(chance.random() < (right if good else alarms))

    covered, raw, values = 0, [], []
    for _ in range(300):
        others = [case()[1] for _ in range(100)]
        found = corrected([case() for _ in range(labels)], others)
        covered += found.low <= rate <= found.high
        raw.append(fmean(others))
        values.append(found.value)

    assert covered / 300 >= 0.93
    assert abs(fmean(values) - rate) < max(0.02, 0.6 * abs(fmean(raw) - rate))
