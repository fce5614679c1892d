"""The gate's test on plain values, held against other programs, enumeration and its own laws."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import llmeval
from llmeval.errors import ParameterError

Values = Mapping[str, Sequence[float]]

COUNTS = st.integers(min_value=1, max_value=4)


def trials(size: int) -> st.SearchStrategy[list[float]]:
    return st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=size, max_size=size)


@st.composite
def suites(draw: Any, *, equal: bool = False) -> tuple[Values, Values]:
    before, now = {}, {}
    for number in range(draw(st.integers(min_value=1, max_value=6))):
        size = draw(COUNTS)
        before[f"c{number}"] = draw(trials(size))
        now[f"c{number}"] = draw(trials(size if equal else draw(COUNTS)))
    return before, now


def enumerated(before: Values, now: Values) -> float:
    """Return the exact p of the shift over every labelling of every case."""
    cases = []
    for case in before:
        pooled = [*before[case], *now[case]]
        size = len(now[case])
        cases.append(
            [_shift(pooled, chosen, size) for chosen in combinations(range(len(pooled)), size)]
        )
    observed = sum(_mean(now[case]) - _mean(before[case]) for case in before)
    sums = [sum(parts) for parts in product(*cases)]
    return sum(value <= observed + 1e-9 for value in sums) / len(sums)


def _shift(pooled: Sequence[float], chosen: Sequence[int], size: int) -> float:
    now = sum(pooled[place] for place in chosen)
    return now / size - (sum(pooled) - now) / (len(pooled) - size)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"a": [1, 1], "b": [1, 0]}, {"a": [0, 1], "b": [0, 0]}),
        ({"a": [1, 1, 1], "b": [1, 0]}, {"a": [0, 1], "b": [0, 0, 1]}),
        ({"a": [0.5, 0.7], "b": [0.9, 0.1]}, {"a": [0.4, 0.6], "b": [0.2, 0.15]}),
        ({"a": [1], "b": [1], "c": [1], "d": [0]}, {"a": [0], "b": [0], "c": [0], "d": [1]}),
    ],
    ids=["pass-fail", "unequal-numbers", "real-values", "one-trial"],
)
def test_p_of_the_shift_is_that_of_all_labellings(before: Values, now: Values) -> None:
    found = llmeval.regression_test(before, now, unit="trial", replicates=99_999)

    exact = enumerated(before, now)
    assert found.p_shift == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 1e5))


def test_p_of_one_pass_fail_case_is_that_of_fishers_exact_test() -> None:
    before, now = [1] * 9 + [0], [1] * 5 + [0] * 5

    found = llmeval.regression_test({"a": before}, {"a": now}, unit="trial", replicates=99_999)

    exact = stats.fisher_exact([[5, 5], [9, 1]], alternative="less").pvalue
    assert found.p == pytest.approx(exact, abs=0.002)
    assert found.p_shift == pytest.approx(exact, abs=0.002)


def test_p_of_real_values_is_that_of_scipys_permutation_test() -> None:
    random = np.random.default_rng(5)
    before, now = random.normal(0, 1, 8).tolist(), random.normal(-0.7, 1, 8).tolist()

    found = llmeval.regression_test({"a": before}, {"a": now}, unit="trial", replicates=99_999)

    exact = stats.permutation_test(
        (now, before), lambda x, y: np.mean(x) - np.mean(y), alternative="less", n_resamples=20_000
    ).pvalue
    assert found.p_shift == pytest.approx(exact, abs=0.003)


def test_p_over_many_cases_is_that_of_scipys_test_of_pairs() -> None:
    random = np.random.default_rng(6)
    before = {f"c{n}": [value] for n, value in enumerate(random.normal(0, 1, 40))}
    now = {f"c{n}": [value] for n, value in enumerate(random.normal(-0.3, 1, 40))}

    found = llmeval.regression_test(before, now)

    pairs = [now[case][0] for case in before], [before[case][0] for case in before]
    expected = stats.permutation_test(
        pairs,
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        alternative="less",
        n_resamples=50_000,
        vectorized=True,
        rng=np.random.default_rng(1),
    ).pvalue
    assert found.p_shift == pytest.approx(expected, abs=0.012)


def test_five_cases_that_broke_are_the_fewest_that_one_baseline_run_can_prove() -> None:
    before = {f"c{n}": [1.0] * 5 for n in range(5)}
    now = {f"c{n}": [0.0] * 5 for n in range(5)}

    found = llmeval.regression_test(before, now)
    trusting = llmeval.regression_test(before, now, unit="trial")

    assert found.p == pytest.approx(2**-5, abs=0.002)
    assert trusting.p < 0.001
    assert (found.unit, trusting.unit) == ("run", "trial")


def test_three_baseline_runs_prove_more_than_one() -> None:
    runs = {f"c{n}": [[1.0] * 5] * 3 for n in range(4)}
    now = {f"c{n}": [0.0] * 5 for n in range(4)}

    found = llmeval.regression_test(runs, now)

    assert found.p == pytest.approx(4**-4, abs=0.002)


def test_a_single_trial_on_each_side_makes_both_units_the_same() -> None:
    before = {f"c{n}": [1.0] for n in range(9)}
    now = {f"c{n}": [float(n > 5)] for n in range(9)}

    by_run = llmeval.regression_test(before, now, unit="run")
    by_trial = llmeval.regression_test(before, now, unit="trial")

    assert by_run.p == by_trial.p
    assert llmeval.regression_test(before, now).unit == "trial"


def test_the_cases_that_broke_are_named() -> None:
    flaky = {f"f{n:02}": [1.0, 0.0, 1.0, 1.0, 0.0] for n in range(20)}
    sure = {f"s{n:02}": [1.0] * 5 for n in range(80)}
    broken = {"s03": [0.0] * 5, "s41": [0.0] * 5, "s70": [0.0] * 5}

    found = llmeval.regression_test({**flaky, **sure}, {**flaky, **sure, **broken})

    assert found.regressed == ("s03", "s41", "s70")
    assert found.correlation == 0.0


def test_where_trials_of_a_run_are_copies_no_case_is_named_on_their_account() -> None:
    before = {f"c{n:02}": [float(n % 2)] * 5 for n in range(40)}
    now = {f"c{n:02}": [float(n % 3 == 0)] * 5 for n in range(40)}

    found = llmeval.regression_test(before, now)

    assert found.correlation == 1.0
    assert found.regressed == ()


def test_what_falls_by_chance_is_no_regression() -> None:
    before = {f"c{n}": [1, 1, 1, 0, 1] for n in range(30)}
    now = {f"c{n}": [1, 1, 1, 0, 1] if n > 1 else [1, 1, 0, 1, 0] for n in range(30)}

    found = llmeval.regression_test(before, now)

    assert found.p > 0.05
    assert found.low < found.effect < found.high
    assert found.regressed == ()


def test_lower_values_can_be_the_better_ones() -> None:
    before = {f"c{n}": [0.1, 0.2, 0.15] for n in range(20)}
    now = {f"c{n}": [0.4, 0.3, 0.35] for n in range(20)}

    found = llmeval.regression_test(before, now, better="lower")

    assert found.p < 0.001
    assert found.p_improved > 0.9
    assert found.effect == pytest.approx(0.2)
    assert found.low < 0.2 < found.high


def test_more_drawings_are_made_where_p_is_close_to_alpha(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from llmeval.compare.inference import permutation

    made: list[int] = []
    real = permutation.replicates

    def counting(cases: Any, count: int, **parts: Any) -> Any:
        made.append(count)
        return real(cases, count, **parts)

    monkeypatch.setattr(permutation, "replicates", counting)
    before = {f"c{n}": [1.0] for n in range(4)}
    now = {f"c{n}": [0.0] for n in range(4)}
    llmeval.regression_test(before, now, alpha=0.0625)
    llmeval.regression_test(before, now, alpha=0.01)

    assert made == [9_999, 99_999, 9_999]


# --- laws ----------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(suites(), st.sampled_from(["run", "trial"]))
def test_swapping_the_sides_mirrors_the_result(sides: tuple[Values, Values], unit: Any) -> None:
    before, now = sides
    found = llmeval.regression_test(before, now, unit=unit, replicates=199)

    swapped = llmeval.regression_test(now, before, unit=unit, replicates=199)

    if {case: sorted(v) for case, v in before.items()} != {c: sorted(v) for c, v in now.items()}:
        assert (swapped.p, swapped.p_improved) == (found.p_improved, found.p)
    assert swapped.effect == pytest.approx(-found.effect)
    assert swapped.low == pytest.approx(-found.high)


@settings(max_examples=25, deadline=None)
@given(suites(), st.randoms(use_true_random=False))
def test_the_order_of_the_cases_is_irrelevant(sides: tuple[Values, Values], random: Any) -> None:
    before, now = sides
    order = random.sample(sorted(before), len(before))

    found = llmeval.regression_test(before, now, replicates=199)
    again = llmeval.regression_test({c: before[c] for c in order}, now, replicates=199)

    assert again == found


@settings(max_examples=25, deadline=None)
@given(suites(), st.sampled_from([0.5, -3.0, 1000.0]), st.sampled_from(["run", "trial"]))
def test_adding_a_constant_changes_no_p(
    sides: tuple[Values, Values], constant: float, unit: Any
) -> None:
    # Other than 0 and 1 from the start: those are drawn by their counts.
    lifted, risen = (_plus(side, 2.0) for side in sides)
    found = llmeval.regression_test(lifted, risen, unit=unit, replicates=199)

    moved = llmeval.regression_test(
        _plus(lifted, constant), _plus(risen, constant), unit=unit, replicates=199
    )

    assert (moved.p, moved.p_improved) == (found.p, found.p_improved)
    assert moved.regressed == found.regressed


def _plus(side: Values, constant: float) -> Values:
    return {case: [value + constant for value in values] for case, values in side.items()}


@settings(max_examples=25, deadline=None)
@given(suites())
def test_values_that_never_differ_are_no_evidence(sides: tuple[Values, Values]) -> None:
    before, now = ({case: [1.0] * len(v) for case, v in side.items()} for side in sides)

    found = llmeval.regression_test(before, now, replicates=199)

    assert (found.p, found.p_improved, found.effect) == (1.0, 1.0, 0.0)
    assert found.low < 0 < found.high


@pytest.mark.parametrize("unit", ["run", "trial"])
@pytest.mark.parametrize(
    "draw",
    [
        lambda random, rates, size: (random.random((len(rates), size)) < rates[:, None]) * 1.0,
        lambda random, rates, size: np.round(
            rates[:, None] + random.normal(0, 1, (len(rates), size)), 1
        ),
    ],
    ids=["pass-fail", "real-values"],
)
def test_an_unchanged_application_raises_few_false_alarms(
    unit: Any, draw: Callable[..., Any]
) -> None:
    random, alarms = np.random.default_rng(3), 0
    for _ in range(200):
        rates = random.random(12)
        before, now = (
            {f"c{n}": row for n, row in enumerate(draw(random, rates, size).tolist())}
            for size in (4, 3)
        )
        alarms += llmeval.regression_test(before, now, unit=unit, replicates=199).p <= 0.05

    # 5 % of 200 are 10; more than 20 come up in one of a thousand such tests.
    assert alarms <= 20


# --- wrong input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "message"),
    [
        ({}, {}, "baseline has no case"),
        ({"a": [1]}, {}, "current has no case"),
        (
            {"a": [1]},
            {"b": [1]},
            "no case stands on both sides: baseline has 'a', current 'b'",
        ),
        ({"a": [1]}, {"a": []}, "no case has values on both sides: 'a' has none in current"),
        ({"a": [[], []]}, {"a": [1]}, "no case has values on both sides: 'a' has none in baseline"),
        ({"a": [1]}, {"a": [math.nan]}, "case 'a': nan is not a finite number"),
        (
            {"a": ["x"]},
            {"a": [1]},
            "case 'a': could not convert string to float: 'x'; expected a list of numbers",
        ),
        (
            {"a": [[1], 2]},
            {"a": [1]},
            "case 'a': 'int' object is not iterable; expected a list of numbers",
        ),
    ],
    ids=["nothing", "no-current", "other-cases", "no-trials", "empty-runs", "nan", "text", "mixed"],
)
def test_values_that_cannot_be_tested_are_refused(before: Any, now: Any, message: str) -> None:
    with pytest.raises(ParameterError) as raised:
        llmeval.regression_test(before, now)

    assert str(raised.value) == message


def test_cases_that_one_side_lacks_are_left_out() -> None:
    found = llmeval.regression_test({"a": [1, 1], "b": [1]}, {"a": [1, 0], "c": [0]})

    assert found.cases == 1
    assert found.effect == -0.5


def test_a_run_without_values_of_a_case_is_left_out() -> None:
    found = llmeval.regression_test({"a": [[1, 1], [], [0, 1]]}, {"a": [1, 1]})

    assert found.effect == 0.25
