"""Replies that are ready at the same time are scored together; none waits for another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import pytest

from llmeval import registry
from llmeval.records import Case, Check, Reply, Request, Score, Timing, Turn
from llmeval.registry import Registry
from llmeval.scorers.batch import SIZE
from llmeval.scorers.scorer import Defaults

Bench = Any


@dataclass(frozen=True)
class Even(Defaults):
    """Passes on replies that are even numbers; looks at many at once."""

    seen: ClassVar[list[int]] = []
    """How many replies each call was given."""

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        del answers
        return self.score_many([(case, reply)])[0]

    def score_many(self, pairs: Sequence[tuple[Case, Reply]]) -> list[Score]:
        self.seen.append(len(pairs))
        numbers = [int(reply.text or "") for _, reply in pairs]
        return [Score(score=1.0 - n % 2, passed=n % 2 == 0, details={"n": n}) for n in numbers]


@pytest.fixture
def even(monkeypatch: pytest.MonkeyPatch) -> Check:
    plain = Registry.scorer_type
    monkeypatch.setattr(
        Registry,
        "scorer_type",
        lambda self, name, *more: Even if name == "even" else plain(self, name, *more),
    )
    Even.seen.clear()
    return Check(check="even", metric="even", parameters={})


def own_prompt(request: Request) -> str:
    return request.messages[-1].content


def test_replies_that_are_there_at_once_are_scored_together(bench: Bench, even: Check) -> None:
    bench.adapter(own_prompt)
    checks = (even,)
    for number in range(24):
        bench.case(f"case-{number}", prompt=str(number), checks=checks)

    results = bench.run(concurrency=2 * SIZE)

    assert [r.outcome for r in results] == ["passed", "failed"] * 12
    assert [t.checks[0].details for t in bench.trials()] == [{"n": n} for n in range(24)]
    assert max(Even.seen) == SIZE
    assert sum(Even.seen) == 24


def test_a_reply_that_cannot_be_scored_leaves_the_others_of_its_batch_alone(
    bench: Bench, even: Check
) -> None:
    bench.adapter(own_prompt)
    checks = (even,)
    for number in range(4):
        bench.case(f"case-{number}", prompt="no number" if number == 2 else "4", checks=checks)

    results = bench.run(concurrency=4)

    assert [r.outcome for r in results] == ["passed", "passed", "error", "passed"]
    assert "no number" in bench.trials()[2].error.message


def test_a_reply_that_comes_alone_is_scored_at_once(bench: Bench, even: Check) -> None:
    bench.adapter(own_prompt)
    for number in (2, 3):
        bench.case(f"case-{number}", prompt=str(number), checks=(even,))

    results = bench.run(concurrency=1)

    assert [r.outcome for r in results] == ["passed", "failed"]
    assert Even.seen == [1, 1]


def test_every_reply_of_a_conversation_is_scored_where_the_check_says_each(
    bench: Bench, even: Check
) -> None:
    bench.adapter(own_prompt)
    checks = (even, Check(check="even", metric="every", parameters={}, on="each"))
    for number in range(2):
        turns = (Turn(user=str(number)), Turn(user="4"))
        bench.case(f"case-{number}", turns=turns, checks=checks)

    bench.run(concurrency=2)

    found = [[(r.metric, r.details["n"]) for r in t.checks] for t in bench.trials()]
    assert found == [[("even", 4), ("every", n), ("every", 4)] for n in range(2)]


# --- checks that take a while --------------------------------------------------------------------

SEEN: list[str] = []


@dataclass(frozen=True, kw_only=True)
class Long(Defaults):
    """A scorer with something to load: scoring with it takes a while."""

    value: str = ""

    def prepare(self) -> None:
        """Load nothing."""

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        del case, reply, answers
        SEEN.append(self.value)
        asyncio.get_running_loop().call_soon(SEEN.append, "look")
        if self.value == "raises":
            raise RuntimeError("no model")
        return Score(score=0.5, passed=True)


def long_checks(bench: Bench, monkeypatch: pytest.MonkeyPatch, total_s: float | None) -> list[str]:
    """Score one reply with three long checks; return what happened, in order."""
    monkeypatch.setitem(cast("dict[str, Any]", registry.SCORERS), "long", Long)
    bench.adapter(lambda _: Reply(text="fine", timing=Timing(total_s=total_s)))
    checks = [
        Check(check="long", metric=f"m-{value}", parameters={"value": value})
        for value in ("one", "raises", "two")
    ]
    bench.case("a", checks=tuple(checks))
    SEEN.clear()
    bench.run()
    return list(SEEN)


def test_between_two_checks_that_take_a_while_the_sockets_are_looked_at(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = long_checks(bench, monkeypatch, total_s=0.05)

    # What raised is asked once more, among the rest, and is an error.
    assert [name for name in seen if name != "look"] == ["one", "raises", "two", "raises"]
    assert seen[:4] == ["one", "look", "raises", "look"]
    statuses = [check.status for check in bench.trials()[0].checks]
    assert statuses == ["scored", "error", "scored"]


def test_no_look_where_the_reply_did_not_come_over_a_wire(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert long_checks(bench, monkeypatch, total_s=None)[:3] == ["one", "raises", "two"]
