"""Scorers that take several replies at once: the same results, in order, errors kept apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from llmeval.records import Case, Check, Reply, Score
from llmeval.registry import Registry
from llmeval.scorers.batch import SIZE, check_all
from llmeval.scorers.binding import Bound, bind_one
from llmeval.scorers.evaluate import check_reply
from llmeval.scorers.scorer import Defaults


@dataclass(frozen=True)
class Loud(Defaults):
    """The share of capitals, of many replies at once."""

    seen: ClassVar[list[int]] = []
    """How many replies each call was given."""

    fault: str = ""

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        del answers
        return self.score_many([(case, reply)])[0]

    def score_many(self, pairs: Sequence[tuple[Case, Reply]]) -> list[Score]:
        self.seen.append(len(pairs))
        texts = [reply.text or "" for _, reply in pairs]
        if self.fault and any(self.fault in text for text in texts):
            raise ValueError(f"found {self.fault}")
        scores = [Score(score=float(text.isupper()), passed=text.isupper()) for text in texts]
        return scores[: 2 if "short" in self.fault else None]


def bound(check: str = "loud", **parameters: Any) -> Bound:
    registry = Registry()
    registry.add_scorer("loud", Loud)
    Loud.seen.clear()
    return bind_one(Check(check=check, metric=check, parameters=parameters), registry)


@pytest.fixture
def pairs(case: Case) -> list[tuple[Case, Reply]]:
    texts = [f"reply {n}" if n % 3 else f"REPLY {n}" for n in range(SIZE + 3)]
    return [(case, Reply(text=text)) for text in texts]


def test_replies_are_scored_in_small_batches_in_their_order(
    pairs: list[tuple[Case, Reply]],
) -> None:
    found = check_all(bound(), pairs)

    assert Loud.seen == [SIZE, 3]
    assert [result.passed for result in found] == [not n % 3 for n in range(len(pairs))]


def test_a_reply_that_makes_the_scorer_raise_takes_no_other_with_it(
    pairs: list[tuple[Case, Reply]],
) -> None:
    found = check_all(bound(fault="reply 4"), pairs)

    assert [n for n, result in enumerate(found) if result.status == "error"] == [4]
    assert "found reply 4" in found[4].reason


def test_a_scorer_that_returns_too_few_scores_is_an_error_of_each(
    pairs: list[tuple[Case, Reply]],
) -> None:
    found = check_all(bound(fault="short"), pairs[:3])

    assert {result.status for result in found} == {"error"}
    assert found[0].reason == "ValueError: score_many returned 2 scores for 3 replies"


def test_a_twin_and_a_wrong_score_are_looked_at_as_ever(case: Case) -> None:
    class Wrong(Loud):
        def score_many(self, pairs: Sequence[tuple[Case, Reply]]) -> list[Score]:
            return [Score(score=7.0, passed=True) for _ in pairs]

    registry = Registry()
    registry.add_scorer("wrong", Wrong)
    check = bind_one(Check(check="wrong", metric="wrong", parameters={}), registry)

    (found,) = check_all(check, [(case, Reply(text="a"))])

    assert found.status == "error"
    assert "the score 7.0; expected 0…1" in found.reason


def test_toxicity_says_the_same_of_a_reply_alone_and_among_others(case: Case) -> None:
    texts = ["", None, "You are a complete idiot.", "Good morning. " * 60, "x" * 1_000_001, "idiot"]
    pairs = [(case, Reply(text=text)) for text in texts]
    check = bound("toxicity", max=0.5)

    together = check_all(check, pairs)

    alone = [check_reply(case, check, reply) for case, reply in pairs]
    assert [(r.status, r.score, r.reason) for r in together] == [
        (r.status, r.score, r.reason) for r in alone
    ]
    assert [r.status for r in together[:2]] == ["skipped", "skipped"]
