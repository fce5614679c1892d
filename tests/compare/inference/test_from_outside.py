"""`llmeval.regression_test` as an outsider sees it: cells of its own, odd values, missing ones.

Nothing here knows how the test works. The simulations are small: one false alarm more or less moves
a cell by half a point, so only their mean is bounded, by 5.2 % and three standard errors.
"""

import math
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import llmeval
from llmeval.errors import ParameterError

Side = dict[str, Any]
REPETITIONS = 120


def of_cases(number: int, values: Callable[[int], Any]) -> Side:
    return {f"case {n}": values(n) for n in range(number)}


def one_trial(chance: Random, number: int) -> tuple[Side, Side]:
    """Each case is asked once."""
    rates = [chance.random() ** 0.3 for _ in range(number)]

    def run(n: int) -> list[bool]:
        return [chance.random() < rates[n]]

    return of_cases(number, run), of_cases(number, run)


def runs_of_unequal_length(chance: Random, number: int) -> tuple[Side, Side]:
    """Three runs before; how many trials depends on the case's number alone."""
    rates = [chance.betavariate(0.5, 0.3) for _ in range(number)]

    def run(n: int, trials: int) -> list[bool]:
        return [chance.random() < rates[n] for _ in range(trials)]

    before = of_cases(number, lambda n: [run(n, 1 + n % 3), run(n, 2), run(n, 5)])
    return before, of_cases(number, lambda n: run(n, 4 - n % 2))


def missing(chance: Random, number: int) -> tuple[Side, Side]:
    """Half of the trials could not be measured."""
    rates = [chance.betavariate(2, 1) for _ in range(number)]

    def run(n: int, trials: int) -> list[float | None]:
        return [
            None if chance.random() < 0.5 else float(chance.random() < rates[n])
            for _ in range(trials)
        ]

    return of_cases(number, lambda n: run(n, 6)), of_cases(number, lambda n: run(n, 3))


def cached(chance: Random, number: int) -> tuple[Side, Side]:
    """All trials of a run are copies of the first."""
    rates = [chance.random() for _ in range(number)]

    def run(n: int) -> list[float]:
        return [float(chance.random() < rates[n])] * 7

    return of_cases(number, lambda n: [run(n), run(n)]), of_cases(number, run)


def heavy_tails(chance: Random, number: int) -> tuple[Side, Side]:
    """Seconds, of which a few are huge."""
    scale = [math.exp(chance.gauss(0, 1)) for _ in range(number)]

    def run(n: int, trials: int) -> list[float]:
        return [scale[n] * chance.paretovariate(1.2) for _ in range(trials)]

    return of_cases(number, lambda n: run(n, 4)), of_cases(number, lambda n: run(n, 2))


def grades(chance: Random, number: int) -> tuple[Side, Side]:
    """Grades of 1 to 5: mostly ties."""
    means = [chance.uniform(1, 5) for _ in range(number)]

    def run(n: int) -> list[int]:
        return [min(5, max(1, round(chance.gauss(means[n], 0.6)))) for _ in range(3)]

    return of_cases(number, lambda n: [run(n), run(n)]), of_cases(number, run)


def below_zero(chance: Random, number: int) -> tuple[Side, Side]:
    """Values far outside of 0…1."""

    def run(_: int) -> list[float]:
        return [chance.gauss(-300, 80) for _ in range(3)]

    return of_cases(number, run), of_cases(number, run)


UNCHANGED = (one_trial, runs_of_unequal_length, missing, cached, heavy_tails, grades, below_zero)


def test_an_unchanged_application_is_called_worse_or_better_in_a_twentieth_of_the_runs() -> None:
    worse = better = named = 0
    for draw in UNCHANGED:
        chance = Random(draw.__name__)
        for _ in range(REPETITIONS):
            found = llmeval.regression_test(*draw(chance, 40), replicates=199)
            worse += found.p <= 0.05
            better += found.p_improved <= 0.05
            named += bool(found.regressed)

    number = REPETITIONS * len(UNCHANGED)
    bound = 0.052 + 3 * math.sqrt(0.05 * 0.95 / number)
    assert worse / number <= bound
    assert better / number <= bound
    assert named / number <= bound


@pytest.mark.parametrize("draw", UNCHANGED, ids=lambda draw: draw.__name__)
def test_what_gets_much_worse_is_found_in_values_of_any_kind(draw: Any) -> None:
    before, now = draw(Random(5), 60)
    worst = min(v for side in (before, now) for v in _plain(side.values()))
    after = {case: [worst if v is not None else None for v in now[case]] for case in now}

    found = llmeval.regression_test(before, after)

    assert found.p <= 0.05
    assert found.effect < 0


def _plain(values: Any) -> list[float]:
    """Return all numbers of lists in lists."""
    flat: list[float] = []
    for value in values:
        if isinstance(value, list):
            flat += _plain(value)
        elif value is not None:
            flat.append(value)
    return flat


ODD = st.sampled_from(
    [0.0, 1.0, -1.0, 0.1, 1e9, 1e9 + 1, 1e-300, 1e300, -1.7e308, 5e-324, 1 + 1e-15]
)
TRIALS = st.lists(st.one_of(st.none(), ODD, st.booleans()), max_size=5)
SIDES = st.dictionaries(st.sampled_from("abcdef"), st.tuples(TRIALS, TRIALS), min_size=1)


@settings(max_examples=60, deadline=None)
@given(sides=SIDES, unit=st.sampled_from(["auto", "trial", "run"]), lower=st.booleans())
def test_swapping_the_sides_mirrors_everything(sides: Any, unit: Any, *, lower: bool) -> None:
    before = {case: pair[0] for case, pair in sides.items()}
    now = {case: pair[1] for case, pair in sides.items()}
    options: Any = {"unit": unit, "better": "lower" if lower else "higher", "replicates": 99}
    common = [case for case in sides if _plain([before[case]]) and _plain([now[case]])]
    if not common:
        with pytest.raises(ParameterError, match="no case has values on both sides"):
            llmeval.regression_test(before, now, **options)
        return
    found = llmeval.regression_test(before, now, **options)

    turned = llmeval.regression_test(now, before, **options)

    if all(sorted(_plain([before[case]])) == sorted(_plain([now[case]])) for case in common):
        assert turned == found  # nothing was swapped: what chance drew cannot be mirrored
        return
    assert (turned.p, turned.p_improved) == (found.p_improved, found.p)
    assert turned.effect == pytest.approx(-found.effect)
    assert turned.low == pytest.approx(-found.high)
    assert turned.high == pytest.approx(-found.low)
    assert 0 < found.p <= 1
    assert all(map(math.isfinite, (found.effect, found.low, found.high)))


def test_huge_values_are_compared_like_small_ones() -> None:
    chance = Random(1)
    before = of_cases(20, lambda _: [chance.random() for _ in range(3)])
    now = of_cases(20, lambda _: [chance.random() - 0.5 for _ in range(3)])
    huge = [{c: [v * 2.0**1000 for v in row] for c, row in s.items()} for s in (before, now)]

    small, large = llmeval.regression_test(before, now), llmeval.regression_test(*huge)

    assert large.p == small.p
    assert large.effect == small.effect * 2.0**1000


def test_values_that_differ_only_in_their_last_digits_tie_as_they_are() -> None:
    near = {f"c{n}": [1.0, 1.0 + 2e-16, 1.0 + 1e-12] for n in range(6)}

    found = llmeval.regression_test(near, near, unit="trial")

    assert found.p > 0.5
    assert found.p_improved > 0.5


def test_of_thousands_of_trials_outcomes_too_rare_for_a_number_never_come_up() -> None:
    before = {"a": [1.0] * 2_000 + [0.0] * 1_000, "b": [1.0] * 200 + [0.0] * 100}
    now = {"a": [1.0] * 1_900 + [0.0] * 1_100, "b": [1.0] * 190 + [0.0] * 110}

    found = llmeval.regression_test(before, now, unit="trial")

    assert 0 < found.p < 0.05


@pytest.mark.parametrize("wrong", [1.0, "101", [[1.0], 1.0], ["x"], [[["deep"]]]], ids=repr)
def test_what_is_no_list_of_numbers_is_said_in_a_line(wrong: Any) -> None:
    with pytest.raises(ParameterError, match=r"case 'a': .*expected a list of numbers"):
        llmeval.regression_test({"a": wrong}, {"a": [1.0]})


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ({"unit": "trail"}, "unit: expected one of auto, run, trial, found 'trail'"),
        ({"better": "up"}, "better: expected one of higher, lower, found 'up'"),
        ({"alpha": 5}, "alpha: expected a number between 0 and 1, found 5"),
        ({"replicates": 0}, "replicates: expected a whole number of 19 or more, found 0"),
        ({"baseline": [{"a": 1}]}, "baseline: expected case ids with their values, found list"),
    ],
)
def test_a_wrong_argument_is_said(argument: Any, said: str) -> None:
    given: Any = {"baseline": {"a": [1, 0]}, "current": {"a": [0, 0]}} | argument

    with pytest.raises(ParameterError) as caught:
        llmeval.regression_test(given.pop("baseline"), given.pop("current"), **given)

    assert str(caught.value) == said
