"""Replies that are ready at the same time are scored together; none waits for another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from llmeval.records import Case, Check, Reply, Request, Score, Turn
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
