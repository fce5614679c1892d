"""Checks that look at all trials of a case at once."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from llmeval.records import Case, CheckResult, Reply, Score
from llmeval.scorers.binding import Bound
from llmeval.scorers.evaluate import check_reply
from llmeval.scorers.part import NoPartError


def looks_at_all(bound: Bound) -> bool:
    """Return whether a check is one of those."""
    return hasattr(bound.scorer, "score_together")


def results(case: Case, bound: Bound, replies: Sequence[Reply]) -> list[CheckResult]:
    """Return the result of such a check for each trial.

    Args:
        case: The case.
        bound: The check; its scorer has `score_together(case, replies)`, which returns a score
            for each reply.
        replies: The last reply of each trial, in the order of the trials.
    """
    shared = _Shared(bound.scorer, case, [_part(bound, reply) for reply in replies])
    return [
        check_reply(case, replace(bound, scorer=_OfTrial(shared, at), plain_passes={}), reply)
        for at, reply in enumerate(replies)
    ]


def _part(bound: Bound, reply: Reply) -> Reply:
    if bound.select is None:
        return reply
    try:
        return replace(reply, text=bound.select(reply))
    except NoPartError:
        return replace(reply, text=None)


class _Shared:
    """Scores all trials when the first is asked for: what the scorer raises is then contained."""

    def __init__(self, scorer: Any, case: Case, replies: Sequence[Reply]) -> None:
        self.scorer = scorer
        self._case = case
        self._replies = replies
        self._scores: Sequence[Score] = ()

    def of(self, number: int) -> Score:
        """Return the score of one trial, from 0."""
        if not self._scores:
            self._scores = self.scorer.score_together(self._case, self._replies)
        return self._scores[number]


class _OfTrial:
    """The scorer as one trial meets it."""

    def __init__(self, shared: _Shared, number: int) -> None:
        self._shared = shared
        self._number = number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shared.scorer, name)

    def asks(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> tuple[()]:  # noqa: ARG002
        """Return nothing: no judge is needed."""
        return ()

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:  # noqa: ARG002
        """Return this trial's score."""
        return self._shared.of(self._number)
