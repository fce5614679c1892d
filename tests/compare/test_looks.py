"""Looks at a suite whose number of rounds is left open: planned before, valid together."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from llmeval.compare import gate as gates
from llmeval.compare import looks, settling
from llmeval.compare.findings import Facts
from llmeval.compare.looks import ONLY, Rounds
from llmeval.compare.modes import Choice
from llmeval.compare.pairing import Selection
from llmeval.records import GateSpec, SuiteVerdict
from llmeval.report import words

BY_TRIAL = GateSpec(unit="trial")
STATISTICAL = Choice(mode="statistical", reason="")
Judge = Callable[..., SuiteVerdict]
Make = Callable[..., Any]


def rounds(least: int = 1, most: int = 10, **parts: Any) -> Rounds:
    return Rounds(min=least, max=most, looks=looks.planned(least, most), **parts)


def selection(**parts: Any) -> Selection:
    return Selection(rounds=rounds(calls=60, **parts))


def marks(passing: int, failing: int = 0, trials: int = 1) -> dict[str, str]:
    found = {f"c{number:03}": "p" * trials for number in range(passing)}
    return found | {f"d{number:03}": "f" * trials for number in range(failing)}


def broken(trials: int, cases: int = 60, of: int = 6) -> dict[str, str]:
    """Cases of which some fail in every trial, under the ids of `marks(cases)`."""
    ids = list(marks(cases))
    return {case: ("f" if n < of else "p") * trials for n, case in enumerate(ids)}


# --- the plan ------------------------------------------------------------------------------------

SPANS = st.tuples(st.integers(1, 40), st.integers(0, 60)).map(lambda s: (s[0], s[0] + s[1]))


@given(SPANS)
def test_looks_lie_within_the_rounds_and_the_last_one_ends_them(span: tuple[int, int]) -> None:
    least, most = span

    found = looks.planned(least, most)

    assert all(earlier < later for earlier, later in pairwise(found))
    assert found[-1] == most
    assert all(least <= look <= most for look in found)
    assert set(found[:-1]) <= set(looks.AFTER)


@given(SPANS)
def test_all_looks_together_may_be_wrong_as_often_as_one(span: tuple[int, int]) -> None:
    plan = rounds(*span)

    shares = [(1 - plan.look(place).level) / 2 for place in range(1, len(plan.looks) + 1)]

    assert sum(shares) == pytest.approx(looks.ONE_SIDED)
    assert shares == sorted(shares)


def test_the_usual_looks_have_the_levels_of_the_method() -> None:
    plan = rounds()

    shares = [round((1 - plan.look(place).level) / 2, 6) for place in range(1, 6)]

    assert plan.looks == (1, 2, 3, 5, 10)
    assert shares == [0.0025, 0.0025, 0.005, 0.005, 0.01]


def test_one_look_is_the_ordinary_gate() -> None:
    only = rounds(4, 4).look(1)

    assert only.of == ONLY.of
    assert only.level == pytest.approx(ONLY.level)


@pytest.mark.parametrize(
    ("made", "number"), [(1, 1), (2, 2), (4, 4), (5, 4), (6, 5), (10, 5), (12, 5)]
)
def test_rounds_that_were_cut_off_count_for_the_look_they_were_made_for(
    made: int, number: int
) -> None:
    assert rounds().at(made).number == number


def test_a_plan_is_read_from_the_log_as_it_was_written() -> None:
    plan = rounds(2, 7, calls=40, own=("a", "b"), why="no baseline is stored")

    assert looks.of_header({"rounds": plan.as_json()}) == plan
    assert looks.of_header({}) is None


# --- the verdict ---------------------------------------------------------------------------------


def test_p_values_hold_for_all_looks_together(judge: Judge) -> None:
    now, before = broken(2, of=4), marks(60, trials=10)

    once = judge(now, before, BY_TRIAL)
    looked = judge(now, before, BY_TRIAL, selection=selection())

    assert once.metrics[0].p is not None
    assert looked.metrics[0].p == pytest.approx(5 * once.metrics[0].p)
    assert looked.metrics[0].p_adjusted == pytest.approx(5 * (once.metrics[0].p_adjusted or 0))


def test_what_one_look_would_call_worse_chance_explains_among_five(judge: Judge) -> None:
    now, before = broken(1, of=3), marks(60, trials=2)

    once = judge(now, before, BY_TRIAL)
    looked = judge(now, before, BY_TRIAL, selection=selection())

    assert once.comparison == "regression"
    assert looked.comparison == "insufficient_data"
    assert looked.status == "passed"


def test_the_interval_of_an_early_look_is_wider(judge: Judge) -> None:
    now, before = marks(60), marks(60, trials=10)

    once = judge(now, before, replace(BY_TRIAL, mode="statistical")).metrics[0]
    looked = judge(now, before, BY_TRIAL, selection=selection()).metrics[0]

    assert (looked.low or 0) < (once.low or 0) < 0 < (once.high or 0) < (looked.high or 0)


def test_one_round_against_one_trial_is_still_judged_statistically(judge: Judge) -> None:
    assert judge(marks(20), marks(20), BY_TRIAL).mode == "ratchet"
    assert judge(marks(20), marks(20), BY_TRIAL, selection=selection()).mode == "statistical"


def test_the_verdict_tells_rounds_and_calls_saved(judge: Judge) -> None:
    found = judge(marks(60, trials=2), marks(60, trials=10), BY_TRIAL, selection=selection())

    assert found.rounds == {
        "min": 1,
        "max": 10,
        "made": 2,
        "looks": [1, 2, 3, 5, 10],
        "look": 2,
        "settled": True,
        "calls_saved": 480,
        "why": None,
    }
    assert words.rounds(found) == (
        "settled after 2 of at most 10 rounds (look 2 of 5): 480 calls saved"
    )


@pytest.mark.parametrize(
    ("now", "plan", "said"),
    [
        (marks(60, trials=4), {}, "cut off in round 4 of at most 10"),
        (marks(60), {}, "cut off in round 1 of at most 10"),
        (
            marks(60, trials=10),
            {},
            "all 10 rounds were made: none of 4 earlier looks settled it",
        ),
        (
            marks(60, trials=10),
            {"why": "no baseline is stored"},
            "all 10 rounds were made: no baseline is stored",
        ),
    ],
    ids=["between looks", "not told at the look", "to the end", "without looks"],
)
def test_what_was_not_settled_early_says_so(
    judge: Judge, now: dict[str, str], plan: dict[str, Any], said: str
) -> None:
    found = judge(now, marks(60, trials=10), BY_TRIAL, selection=selection(**plan))

    assert words.rounds(found) == said
    assert found.rounds is not None
    assert found.rounds["calls_saved"] == 0


def test_a_round_that_is_not_whole_has_settled_nothing(judge: Judge) -> None:
    now = marks(60, trials=2) | {"c059": "p"}

    found = judge(now, marks(60, trials=10), BY_TRIAL, selection=selection())

    assert words.rounds(found) == "cut off in round 2 of at most 10"


def test_cases_that_were_not_reached_have_settled_nothing(judge: Judge) -> None:
    now, reached = marks(60), [*marks(60), "later"]

    found = judge(
        dict.fromkeys(now, "pp"),
        marks(60, trials=10),
        BY_TRIAL,
        selection=replace(selection(), selected=frozenset(reached)),
    )

    assert words.rounds(found) == "cut off in round 2 of at most 10"


def test_a_case_that_cannot_be_built_holds_up_no_round(judge: Judge) -> None:
    now = marks(60, trials=2) | {"bad": "e"}

    found = judge(now, marks(60, trials=10), BY_TRIAL, selection=selection())

    assert found.rounds is not None
    assert found.rounds["settled"]


def test_cases_with_a_number_of_their_own_make_no_round(judge: Judge) -> None:
    now = marks(60, trials=2) | {"own": "p" * 7}
    before = marks(60, trials=10) | {"own": "p" * 7}

    found = judge(now, before, BY_TRIAL, selection=selection(own=("own",)))

    assert found.rounds is not None
    assert (found.rounds["made"], found.rounds["settled"]) == (2, True)


def test_a_fixed_number_of_trials_has_no_rounds_to_tell(judge: Judge) -> None:
    plain = judge(marks(20), marks(20))
    alike = judge(marks(20), marks(20), BY_TRIAL, selection=Selection(rounds=rounds(1, 1)))

    assert plain.rounds is alike.rounds is None
    assert words.rounds(plain) == ""


def test_trials_that_resemble_each_other_are_no_evidence_under_unit_trial(judge: Judge) -> None:
    steady = marks(40, trials=5)
    turned = {f"t{n}": "p" * 5 for n in range(10)} | {f"u{n}": "f" * 5 for n in range(6)}
    round_again = {case: row.translate({112: "f", 102: "p"}) for case, row in turned.items()}

    found = judge(steady | round_again, steady | turned, BY_TRIAL)
    plain = judge(broken(5), marks(60, trials=5), BY_TRIAL)

    (note,) = [note for note in found.notes if "resemble" in note]
    assert note.startswith("trials of a run may resemble each other (correlation 1.00 by estimate)")
    assert not any("resemble" in note for note in plain.notes)


# --- what settles --------------------------------------------------------------------------------


@pytest.fixture(name="facts", scope="session")
def _facts(table: Make, baseline: Make) -> Callable[..., Facts]:
    def build(now: Any, before: Any, gate: GateSpec = BY_TRIAL, **parts: Any) -> Facts:
        known = {"now": parts.pop("when", None), "selection": selection(), "choice": STATISTICAL}
        return gates.gather(gate, table(now), baseline(before), **(known | parts))

    return build


def test_what_is_worse_beyond_chance_settles(facts: Callable[..., Facts]) -> None:
    assert settling.is_settled(facts(broken(1), marks(60, trials=10)))


def test_a_drop_that_is_excluded_settles(facts: Callable[..., Facts]) -> None:
    before = marks(60, trials=10)

    assert not settling.is_settled(facts(marks(60), before))
    assert settling.is_settled(facts(marks(60, trials=2), before))
    assert settling.is_settled(facts(marks(60), before, replace(BY_TRIAL, max_undetected=0.1)))


def test_the_suites_of_a_run_share_its_false_alarms(facts: Callable[..., Facts]) -> None:
    found = facts(broken(1, of=2), marks(60, trials=10))

    assert settling.is_settled(found, families=1)
    assert not settling.is_settled(found, families=2)


def test_nothing_to_compare_settles_nothing(facts: Callable[..., Facts]) -> None:
    assert not settling.is_settled(facts({"x": "p"}, {"y": "p"}))


def test_errors_that_decide_keep_a_suite_open(facts: Callable[..., Facts]) -> None:
    lenient = replace(BY_TRIAL, max_error_rate=0.5)
    now = marks(120, trials=3)
    now |= dict.fromkeys(list(now)[:8], "pee")

    assert not settling.is_settled(facts(now, marks(120, trials=10), lenient))
    assert settling.is_settled(facts(marks(120, trials=3), marks(120, trials=10), lenient))


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"accepts": True}, "the run is to become the baseline"),
        ({"known": False}, "no baseline is stored"),
        ({"choice": Choice(mode="off", reason="")}, "mode `off` does not look"),
        ({}, None),
        ({"known": False, "gate": replace(BY_TRIAL, against="old")}, None),
    ],
    ids=["accepted", "no baseline", "mode", "none", "side by side"],
)
def test_without_something_to_compare_with_all_rounds_are_made(
    baseline: Make, parts: dict[str, Any], why: str | None
) -> None:
    known = baseline(marks(3)) if parts.get("known", True) else None

    found = settling.obstacle(
        parts.get("gate", BY_TRIAL),
        parts.get("choice", STATISTICAL),
        known,
        accepts=parts.get("accepts", False),
    )

    assert found == why


def test_families_are_the_figures_of_quality_and_of_run_time(baseline: Make) -> None:
    both = replace(BY_TRIAL, metrics=("pass_rate", "contains.pass_rate", "latency.mean"))
    off = Choice(mode="off", reason="")

    found = settling.families([(BY_TRIAL, STATISTICAL), (both, STATISTICAL), (both, off)])

    assert found == 3
