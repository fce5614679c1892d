"""Suites asked round by round: what is asked before a look, and what a look settles."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from llmeval.config import Price
from llmeval.records import Reply, Request, Usage
from llmeval.run.rounds import Looks

if TYPE_CHECKING:
    from tests.run.conftest import Bench

AFTER = (1, 2, 3, 5)


class Asked:
    """Settles a suite at the first look at which it has so many rounds."""

    def __init__(self, bench: "Bench", **enough: int) -> None:
        self._bench = bench
        self._enough = enough
        self.at: list[tuple[str, int]] = []
        """Suite and rounds of each look."""

    def __call__(self, suite: str) -> bool:
        made = max(trial.trial for trial in self._bench.seen if trial.suite == suite)
        self.at.append((suite, made))
        return made >= self._enough[suite]


def looking(bench: "Bench", after: Sequence[int] = AFTER, **enough: int) -> Asked:
    asked = Asked(bench, **enough)
    bench.options["looks"] = Looks(dict.fromkeys(enough, after), asked)
    return asked


def cases(bench: "Bench", *names: str, suite: str = "s", most: int = 5) -> None:
    for name in names:
        bench.case(name, prompt=name, suite=suite, repeat=most, min_repeat=1)


def numbers(bench: "Bench") -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for trial in bench.trials():
        found.setdefault(trial.case, []).append(trial.trial)
    return found


def test_a_settled_suite_is_not_asked_further(bench: "Bench") -> None:
    bench.adapter(lambda _: "yes")
    cases(bench, "a", "b")
    asked = looking(bench, s=2)

    results = bench.run()

    assert asked.at == [("s", 1), ("s", 2)]
    assert numbers(bench) == {"a": [1, 2], "b": [1, 2]}
    assert [len(result.trials) for result in results] == [2, 2]


def test_the_last_round_ends_a_suite_without_a_look(bench: "Bench") -> None:
    bench.adapter(lambda _: "yes")
    cases(bench, "a")
    asked = looking(bench, s=99)

    bench.run()

    assert [made for _, made in asked.at] == [1, 2, 3]
    assert numbers(bench) == {"a": [1, 2, 3, 4, 5]}


def test_rounds_are_whole_before_a_look_and_asked_one_after_the_other(bench: "Bench") -> None:
    order: list[tuple[str, int]] = []

    def answer(request: Request) -> str:
        order.append((request.messages[-1].content, request.trial))
        return "yes"

    bench.adapter(answer)
    cases(bench, "a", "b", "c")
    looking(bench, s=99)

    bench.run(concurrency=1)

    assert order == [(name, number) for number in range(1, 6) for name in "abc"]


def test_nothing_of_a_suite_is_in_flight_during_its_look(bench: "Bench") -> None:
    flying, during = [0], []

    async def answer(request: Request) -> str:
        import asyncio

        flying[0] += 1
        await asyncio.sleep(0.001 * request.trial)
        flying[0] -= 1
        return "yes"

    def settle(suite: str) -> bool:
        del suite
        during.append(flying[0])
        return False

    bench.adapter(answer)
    cases(bench, *"abcdefgh")
    bench.options["looks"] = Looks({"s": AFTER}, settle)

    bench.run(concurrency=3)

    assert during == [0, 0, 0]


def test_another_suite_goes_on_during_a_look(bench: "Bench") -> None:
    """With room for one request only: the look takes no place."""
    other = threading.Event()
    bench.adapter(lambda request: other.set() if request.messages[-1].content == "z" else "yes")
    cases(bench, "a")
    bench.case("z", prompt="z", suite="t", allow_empty=True)
    waited: list[bool] = []

    def settle(suite: str) -> bool:
        assert suite == "s"
        waited.append(other.wait(10))
        return True

    bench.options["looks"] = Looks({"s": AFTER}, settle)

    bench.run(concurrency=1)

    assert waited == [True]


def test_suites_are_settled_each_on_its_own(bench: "Bench") -> None:
    bench.adapter(lambda _: "yes")
    cases(bench, "a", "b", suite="s")
    cases(bench, "c", "d", suite="t")
    bench.case("e", suite="u", repeat=2)
    looking(bench, s=1, t=3)

    bench.run()

    assert numbers(bench) == {"a": [1], "b": [1], "c": [1, 2, 3], "d": [1, 2, 3], "e": [1, 2]}


def test_a_case_with_a_number_of_its_own_keeps_it(bench: "Bench") -> None:
    bench.adapter(lambda _: "yes")
    cases(bench, "a")
    bench.case("own", repeat=4)
    asked = looking(bench, s=1)

    bench.run()

    assert numbers(bench) == {"a": [1], "own": [1, 2, 3, 4]}
    assert asked.at == [("s", 4)]  # the look waits for it


def test_a_suite_without_a_look_makes_all_rounds(bench: "Bench") -> None:
    bench.adapter(lambda _: "yes")
    cases(bench, "a", most=3)

    bench.run()

    assert numbers(bench) == {"a": [1, 2, 3]}


def test_skipped_cases_and_such_that_cannot_be_built_hold_up_no_look(bench: "Bench") -> None:
    bench.adapter(lambda _: "yes")
    bench.case("first", skip="not now", min_repeat=1, repeat=5)
    cases(bench, "a")
    bench.case("bad", adapter="nobody", min_repeat=1, repeat=5)
    bench.case("last", skip="not now", min_repeat=1, repeat=5)
    asked = looking(bench, s=2)

    results = bench.run()

    assert [result.outcome for result in results] == ["skipped", "passed", "error", "skipped"]
    assert asked.at == [("s", 1), ("s", 2)]


def test_a_suite_of_skipped_cases_alone_ends(bench: "Bench") -> None:
    bench.adapter(lambda _: "yes")
    bench.case("only", skip="not now", min_repeat=1, repeat=5)
    looking(bench, s=2)

    assert [result.outcome for result in bench.run()] == ["skipped"]


def test_errors_count_as_trials_of_their_round(bench: "Bench") -> None:
    def answer(request: Request) -> str:
        if request.messages[-1].content == "b":
            raise ValueError("no")
        return "yes"

    bench.adapter(answer)
    cases(bench, "a", "b")
    looking(bench, s=2)

    results = bench.run()

    assert [result.outcome for result in results] == ["passed", "error"]
    assert numbers(bench) == {"a": [1, 2], "b": [1, 2]}


def test_at_the_deadline_the_begun_rounds_end_and_no_further_look_is_made(
    bench: "Bench",
) -> None:
    async def answer(request: Request) -> str:
        import asyncio

        await asyncio.sleep(0 if request.trial == 1 else 30)
        return "yes"

    bench.adapter(answer)
    cases(bench, "a", "b")
    asked = looking(bench, (1, 3, 5), s=99)

    results = bench.run(deadline_s=0.4)

    assert asked.at == [("s", 1)]
    assert [[t.outcome for t in result.trials] for result in results] == [
        ["passed", "error", "error"]
    ] * 2
    assert {t.error for result in results for t in result.trials[1:]} == {"deadline"}


def test_a_deadline_during_a_look_leaves_the_next_rounds_unmeasured(bench: "Bench") -> None:
    """Without an error among its trials the run would look as if it had ended by itself."""
    release = threading.Event()

    def settle(suite: str) -> bool:
        del suite
        return release.wait(10)

    bench.adapter(lambda _: "yes")
    cases(bench, "a")
    bench.options["looks"] = Looks({"s": (1, 3, 5)}, settle)

    (result,) = bench.run(deadline_s=0.3)
    release.set()

    assert [(t.outcome, t.error) for t in result.trials] == [
        ("passed", None),
        ("error", "deadline"),
        ("error", "deadline"),
    ]


def test_a_run_that_is_cancelled_during_a_look_ends(bench: "Bench") -> None:
    begun, release = threading.Event(), threading.Event()

    def settle(suite: str) -> bool:
        del suite
        begun.set()
        release.wait(10)
        return False

    bench.adapter(lambda _: "yes")
    cases(bench, "a")
    bench.options["looks"] = Looks({"s": AFTER}, settle)
    engine = bench.prepare()
    engine.start(bench.jobs)
    assert begun.wait(10)

    engine.cancel("enough")
    result = engine.result(bench.jobs[0].nodeid, timeout=10)
    engine.close()
    release.set()

    assert (result.outcome, result.trials[0].error) == ("error", "cancelled")
    assert numbers(bench) == {"a": [1]}


def test_a_look_that_fails_is_told_to_everyone_who_waits(bench: "Bench") -> None:
    from llmeval.run.engine import EngineDied

    def settle(suite: str) -> bool:
        raise RuntimeError(f"cannot look at {suite}")

    bench.adapter(lambda _: "yes")
    cases(bench, "a")
    bench.options["looks"] = Looks({"s": AFTER}, settle)

    with pytest.raises(EngineDied, match="cannot look at s"):
        bench.run()


def test_trials_of_an_interrupted_run_are_taken_and_looked_at_again(bench: "Bench") -> None:
    bench.adapter(lambda _: "yes")
    cases(bench, "a", "b")
    looking(bench, s=2)
    bench.run()
    finished = {(trial.nodeid, trial.trial): trial for trial in bench.trials()}
    own = bench.adapter(lambda _: "yes")
    asked = looking(bench, s=3)
    bench.options["finished"] = finished

    bench.run()

    assert asked.at == [("s", 1), ("s", 2), ("s", 3)]
    assert [request.trial for request in own.asked] == [3, 3]


def test_versions_side_by_side_are_asked_in_turns_in_every_round(bench: "Bench") -> None:
    from msgspec.structs import replace

    order: list[tuple[str, int]] = []

    def answer(request: Request) -> str:
        order.append((request.messages[-1].content, request.trial))
        return "yes"

    bench.adapter(answer)
    cases(bench, "old", "new")
    suite = bench.jobs[0].suite
    bench.jobs[:] = [
        replace(job, suite=suite, spec=replace(job.spec, unit=1)) for job in bench.jobs
    ]
    looking(bench, s=3)

    bench.run(concurrency=1)

    assert order == [("old", 1), ("new", 1), ("new", 2), ("old", 2), ("old", 3), ("new", 3)]


def test_a_budget_that_is_spent_leaves_no_look_waiting(bench: "Bench") -> None:
    bench.adapter(
        lambda _: Reply(text="yes", usage=Usage(input_tokens=1000, output_tokens=1000)),
        price=Price(input_per_mtok=10.0, output_per_mtok=10.0),
    )
    cases(bench, "a", "b")
    asked = looking(bench, s=99)

    results = bench.run(max_cost_usd=0.05, concurrency=1)

    assert asked.at == [("s", 1)]
    assert {t.error for result in results for t in result.trials} == {None, "budget"}
    assert [len(result.trials) for result in results] == [2, 2]
