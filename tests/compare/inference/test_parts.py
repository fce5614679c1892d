"""Parts of the gate's statistics, each held against another program or enumeration."""

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import DescrStatsW

from llmeval.compare.inference import (
    broken,
    correlation,
    interval,
    permutation,
    ranking,
    special,
    surprise,
)
from llmeval.compare.inference.draws import Draws
from llmeval.compare.inference.sample import NOT_MEASURED, CaseTrials


def case(name: str, *blocks: tuple[float, ...]) -> CaseTrials:
    return CaseTrials(name, (blocks,))


# --- distributions -------------------------------------------------------------------------------


@pytest.mark.parametrize("freedom", [1, 2, 5, 31, 302, 20_001])
@pytest.mark.parametrize("p", [0.5, 0.9, 0.975, 0.9975])
def test_quantiles_of_students_t_are_those_of_scipy(freedom: int, p: float) -> None:
    expected = stats.t.ppf(p, freedom)

    assert special.t_quantile(p, freedom) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (0.5, 3), (50, 2), (3, 20_000), (400, 600)])
@pytest.mark.parametrize("p", [0.001, 0.05, 0.5, 0.99])
def test_quantiles_of_the_beta_distribution_are_those_of_scipy(
    a: float, b: float, p: float
) -> None:
    assert special.beta_quantile(p, a, b) == pytest.approx(stats.beta.ppf(p, a, b), rel=1e-9)


@pytest.mark.parametrize(("pooled", "passed", "size"), [(10, 5, 5), (7, 1, 3), (40, 39, 20)])
def test_chances_of_a_side_are_the_hypergeometric_ones(pooled: int, passed: int, size: int) -> None:
    numbers, chances = surprise.hypergeometric(pooled, passed, size)

    assert chances == pytest.approx(stats.hypergeom.pmf(numbers, pooled, passed, size))
    assert chances.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("count", "chances"),
    [(5, [0.2, 0.3, 0.5]), (3000, [0.01, 0.64, 0.35]), (1, [0.5, 0.5])],
    ids=["few", "many", "one"],
)
def test_draws_of_outcomes_have_the_moments_of_the_multinomial(
    count: int, chances: list[float]
) -> None:
    shares = np.array(chances)

    found = Draws(4).multinomial(count, shares, 20_000)

    errors = np.sqrt(count * shares * (1 - shares) / 20_000)
    assert (found.sum(axis=1) == count).all()
    assert (np.abs(found.mean(axis=0) - count * shares) < 5 * errors).all()
    assert found.var(axis=0) == pytest.approx(count * shares * (1 - shares), rel=0.06)


def test_draws_are_the_same_wherever_they_are_made() -> None:
    drawn = Draws(7)

    assert drawn.indices(5, (1, 8)).tolist() == [[4, 3, 3, 4, 2, 3, 4, 1]]
    assert drawn.multinomial(20, np.array([0.1, 0.4, 0.5]), 2).tolist() == [[1, 3, 16], [4, 9, 7]]


def test_tails_of_rank_sums_are_those_of_all_labellings() -> None:
    values = np.array([[0.1, 0.1, 0.5, 0.7, 0.7, 0.9]])
    ranks = surprise.doubled_midranks(values)

    low, high = surprise.tails(ranks, ranks[:, [0, 2, 5]].sum(axis=1, keepdims=True), 3)

    expected = stats.rankdata(values[0])
    assert ranks[0].tolist() == (2 * expected).tolist()
    sums = [expected[list(chosen)].sum() for chosen in combinations(range(6), 3)]
    observed = expected[[0, 2, 5]].sum()
    assert low[0, 0] == pytest.approx(np.mean([s <= observed for s in sums]))
    assert high[0, 0] == pytest.approx(np.mean([s >= observed for s in sums]))


def test_tails_of_many_trials_are_those_of_the_normal_rank_sum() -> None:
    random = np.random.default_rng(2)
    before, now = random.normal(0, 1, 15), random.normal(-0.5, 1, 15)
    ranks = surprise.doubled_midranks(np.concatenate((before, now))[None, :])

    low, _ = surprise.tails(ranks, ranks[:, 15:].sum(axis=1, keepdims=True), 15)

    options: Any = {"method": "asymptotic", "use_continuity": False}
    expected = stats.mannwhitneyu(now, before, alternative="less", **options).pvalue
    assert low[0, 0] == pytest.approx(expected, rel=1e-6)


def test_many_equal_trials_surprise_nobody() -> None:
    ranks = surprise.doubled_midranks(np.ones((1, 30)))

    low, high = surprise.tails(ranks, ranks[:, 15:].sum(axis=1, keepdims=True), 15)

    assert (low[0, 0], high[0, 0]) == (1.0, 1.0)


@pytest.mark.parametrize("size", [6, 12], ids=["listed", "sampled"])
def test_real_values_and_pass_fail_ones_are_drawn_alike(size: int) -> None:
    blocks = (1.0,) * size, (1.0,) * (size - 3) + (0.0,) * 3
    twice = CaseTrials("a", (blocks, blocks))

    counted = permutation.replicates([case("a", *blocks)], 19_999, by_run=False)
    listed = permutation.replicates([twice], 19_999, by_run=False)

    first, second = ranking.lower(counted), ranking.lower(listed)
    assert second.shift[0] == pytest.approx(first.shift[0], abs=0.015)
    assert second.p[0] == pytest.approx(first.p[0], abs=0.015)


def test_sampled_draws_are_mirrored_when_the_sides_are_swapped() -> None:
    random = np.random.default_rng(1)
    before, now = tuple(random.random(11).tolist()), tuple(random.random(13).tolist())

    found = permutation.replicates([case("a", before, now)], 199, by_run=False)
    swapped = permutation.replicates([case("a", now, before)], 199, by_run=False)

    assert ranking.lower(found).p == ranking.higher(swapped).p


# --- several metrics, several suites -------------------------------------------------------------


def test_one_metric_stepped_down_is_that_metric_alone() -> None:
    found = permutation.replicates([case("a", (1.0, 1.0), (0.0, 0.0))], 999, by_run=False)

    ranked = ranking.lower(found)

    assert ranked.adjusted == ranked.p


def test_metrics_that_move_together_cost_less_than_bonferroni() -> None:
    random = np.random.default_rng(8)
    cases = []
    for number in range(40):
        values = random.random(8) - np.repeat([0.0, 0.12], 4)
        copies = [values + 0.01 * random.random(8) for _ in range(5)]
        blocks = tuple((tuple(c[:4].tolist()), tuple(c[4:].tolist())) for c in copies)
        cases.append(CaseTrials(f"c{number:02}", blocks))

    ranked = ranking.lower(permutation.replicates(cases, 4_999, by_run=False))

    assert all(p <= a <= 1 for p, a in zip(ranked.p, ranked.adjusted, strict=True))
    assert max(ranked.adjusted) < 2.5 * max(ranked.p) < 5 * min(ranked.p) * 5


@pytest.mark.parametrize("by_run", [False, True])
@pytest.mark.parametrize("graded", [False, True])
def test_p_values_of_weighted_cases_are_those_of_all_labellings(
    *, by_run: bool, graded: bool
) -> None:
    weights, step = (1.0, 5.0, 2.0), 0.25 if graded else 0.0
    blocks = (((1.0, 1.0 - step), (0.0, 0.0)), ((1.0, 0.0), (1.0, 1.0)), ((1.0, 1.0), (0.0, 1.0)))
    cases = [
        CaseTrials(f"c{n}", (b,), w) for n, (b, w) in enumerate(zip(blocks, weights, strict=True))
    ]

    p = ranking.lower(permutation.replicates(cases, 40_000, by_run=by_run)).shift[0]

    ways = [(list(b[0] + b[1]), _labellings(by_run=by_run)) for b in blocks]
    shifts = [
        sum(
            weight * (sum(v[i] for i in now) - sum(v[i] for i in range(4) if i not in now)) / 2
            for weight, (v, _), now in zip(weights, ways, chosen, strict=True)
        )
        for chosen in product(*(labellings for _, labellings in ways))
    ]
    observed = sum(w * (sum(b[1]) - sum(b[0])) / 2 for w, b in zip(weights, blocks, strict=True))
    assert p == pytest.approx(np.mean([s <= observed + 1e-9 for s in shifts]), abs=0.01)


def _labellings(*, by_run: bool) -> list[tuple[int, ...]]:
    return [(0, 1), (2, 3)] if by_run else list(combinations(range(4), 2))


def test_a_metric_that_a_case_lacks_moves_nothing() -> None:
    both = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
    cases = [CaseTrials(f"c{n}", (both, NOT_MEASURED)) for n in range(3)]

    ranked = ranking.lower(permutation.replicates(cases, 999, by_run=True))

    assert ranked.p[1] == 1.0
    assert ranked.p[0] == pytest.approx(1 / 8, abs=0.04)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(min_value=0, max_value=1), min_size=1, max_size=8))
def test_p_values_of_suites_are_adjusted_as_statsmodels_does(p_values: list[float]) -> None:
    expected = multipletests(p_values, method="holm")[1]

    assert ranking.holm(p_values) == pytest.approx(list(expected))


# --- which cases ---------------------------------------------------------------------------------


def test_the_discrete_procedure_finds_what_the_plain_one_cannot() -> None:
    sure = [case(f"s{n:03}", (1.0,) * 5, (1.0,) * 5) for n in range(297)]
    broke = [case(f"b{n}", (1.0,) * 5, (0.0,) * 5) for n in range(3)]

    found = broken.names([*broke, *sure])

    p_values = [1 / 252] * 3 + [1.0] * 297
    assert found == ("b0", "b1", "b2")
    assert not multipletests(p_values, alpha=0.1, method="fdr_bh")[0].any()


def test_real_values_that_broke_are_named() -> None:
    random = np.random.default_rng(2)
    cases = [
        case(f"c{n:02}", tuple(v[:6].tolist()), tuple((v[6:] - 2.0 * (n < 3)).tolist()))
        for n, v in enumerate(random.random((60, 12)))
    ]

    assert broken.names(cases) == ("c00", "c01", "c02")


def test_equal_real_values_are_named_by_nobody() -> None:
    cases = [case(f"c{n}", (0.5, 0.5), (0.5, 0.5)) for n in range(9)]

    assert broken.names(cases) == ()


PASSES, FAILS = (1.0,) * 5, (0.0,) * 5
SURE = [case(f"s{n:02}", PASSES, PASSES) for n in range(30)]


def broke(number: int, *, runs: int = 1) -> list[CaseTrials]:
    return [case(f"b{n}", *[PASSES] * runs, FAILS) for n in range(number)]


def test_with_correlated_trials_a_case_counts_for_less() -> None:
    flaky = [case(f"f{n}", (1.0, 0.0) * 2 + (1.0,), (0.0, 1.0) * 2 + (0.0,)) for n in range(20)]
    cases = [*broke(1), *flaky, *SURE]

    assert broken.names(cases, by_run=True, evident=True) == ("b0",)
    assert broken.names(cases, by_run=True, evident=True, correlation=0.5) == ()


@pytest.mark.parametrize(("runs", "needed"), [(1, 3), (2, 2), (3, 2), (7, 1)])
def test_of_whole_runs_several_cases_must_have_fallen(runs: int, needed: int) -> None:
    assert broken.names([*broke(needed - 1, runs=runs), *SURE], by_run=True) == ()
    assert len(broken.names([*broke(needed, runs=runs), *SURE], by_run=True)) == needed


def test_of_whole_runs_one_case_is_named_where_the_suite_is_worse() -> None:
    assert broken.names([*broke(1), *SURE], by_run=True, evident=True) == ("b0",)


def test_of_single_trials_one_case_is_enough() -> None:
    assert broken.names([*broke(1), *SURE]) == ("b0",)


def test_no_case_is_named_where_as_many_turned_the_other_way() -> None:
    rose = [case(f"r{n}", FAILS, PASSES) for n in range(2)]

    assert broken.names([*broke(9), *rose, *SURE], by_run=True, evident=True) == ()
    assert len(broken.names([*broke(12), *rose[1:], *SURE], by_run=True, evident=True)) == 12


# --- correlation and interval --------------------------------------------------------------------


@pytest.mark.parametrize("runs", [1, 3])
@pytest.mark.parametrize("true", [0.0, 0.3, 0.8])
def test_the_correlation_within_runs_is_found(runs: int, true: float) -> None:
    random = np.random.default_rng(11)
    rates = random.random(2_000)

    def block() -> Any:
        shared = random.random(2_000) < rates
        own = random.random((2_000, 5)) < rates[:, None]
        copied = random.random((2_000, 5)) < np.sqrt(true)
        return np.where(copied, shared[:, None], own).astype(float)

    blocks = [block() for _ in range(runs + 1)]
    cases = [tuple(tuple(b[n].tolist()) for b in blocks) for n in range(2_000)]

    assert correlation.within_runs(cases) == pytest.approx(true, abs=0.05)


def test_one_trial_a_run_says_nothing_of_correlation() -> None:
    assert correlation.within_runs([((1.0,), (0.0,))]) is None


def test_runs_that_never_disagree_inside_and_differ_are_all_correlation() -> None:
    assert correlation.within_runs([((0.0, 0.0), (1.0, 1.0))]) == 1.0
    assert correlation.within_runs([((1.0, 1.0), (1.0, 1.0))]) == 0.0


def test_the_interval_is_students_over_cases_and_two_pseudo_cases() -> None:
    random = np.random.default_rng(3)
    values = random.random((25, 8))
    cases = [(tuple(v[:4].tolist()), tuple(v[4:].tolist())) for v in values]

    found = interval.of(cases, by_run=False)

    moved = values[:, 4:].mean(axis=1) - values[:, :4].mean(axis=1)
    expected = DescrStatsW(np.append(moved, [0.5, -0.5])).tconfint_mean()
    assert found.effect == pytest.approx(moved.mean())
    assert (found.low, found.high) == pytest.approx(expected)


def test_the_interval_of_runs_is_wider_than_that_of_trials() -> None:
    cases = [((1.0,) * 4, (1.0,) * 4)] * 30

    by_run, by_trial = (interval.of(cases, by_run=flag) for flag in (True, False))

    assert by_run.low < by_trial.low < 0 < by_trial.high < by_run.high


def test_the_number_of_cases_that_would_do_is_the_smallest_that_does() -> None:
    found = interval.spread([((1.0,), (1.0,)), ((1.0,), (0.0,)), ((0.0,), (0.0,))], by_run=True)

    number = found.cases_for(0.05)

    assert number is not None
    assert found._replace(mean=0.0, cases=number).half_width() <= 0.05
    assert found._replace(mean=0.0, cases=number - 1).half_width() > 0.05
    assert found.cases_for(1e-6) is None


def test_values_outside_0_to_1_are_as_far_apart_as_they_are() -> None:
    found = interval.spread([((3.0, 5.0), (11.0, 4.0))], by_run=True)

    assert found.pseudo == 8.0
