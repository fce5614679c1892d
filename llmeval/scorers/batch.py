"""Checks whose scorer takes several replies at once, as models over arrays do faster."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any, Final

from llmeval.records import Case, CheckResult, Reply, Score
from llmeval.scorers.binding import Bound
from llmeval.scorers.contained import Known, is_interrupt
from llmeval.scorers.evaluate import check_reply

SIZE: Final = 8
"""Replies at a time: with 4 the shipped models gain all there is, and no socket waits for long."""

Pair = tuple[Case, Reply]


def takes_many(bound: Bound) -> bool:
    """Return whether a check can be scored so: its scorer has `score_many`, it sees whole texts."""
    return hasattr(bound.scorer, "score_many") and bound.select is None


def score_many(bound: Bound, pairs: Sequence[Pair]) -> list[Known]:
    """Return what the scorer says of each pair, in order.

    Returns:
        [] where it raised: one by one, only the pair that makes it raise gets an error.
    """
    scorer: Any = bound.scorer
    started = perf_counter()
    try:
        found = list(scorer.score_many(pairs))
    except BaseException as error:  # whatever a scorer raises is data
        if is_interrupt(error):
            raise
        return []
    seconds = (perf_counter() - started) / len(pairs)
    if len(found) != len(pairs):
        reason = f"ValueError: score_many returned {len(found)} scores for {len(pairs)} replies"
        found = [Score(status="error", reason=reason)] * len(pairs)
    return [Known(score, seconds) for score in found]


def score_one(bound: Bound, case: Case, reply: Reply) -> Known | None:
    """Return what the scorer says of a reply; None where it raised: asked again, it is an error."""
    started = perf_counter()
    try:
        score = bound.scorer.score(case, reply, ())
    except BaseException as error:  # whatever a scorer raises is data
        if is_interrupt(error):
            raise
        return None
    return Known(score, perf_counter() - started)


def check_all(bound: Bound, pairs: Sequence[Pair]) -> list[CheckResult]:
    """Return the result of one check on each pair, in order."""
    if not takes_many(bound):
        return [check_reply(case, bound, reply) for case, reply in pairs]
    results: list[CheckResult] = []
    for start in range(0, len(pairs), SIZE):
        some = pairs[start : start + SIZE]
        known: Sequence[Known | None] = score_many(bound, some) or [None] * len(some)
        results += [
            check_reply(case, bound, reply, known=one)
            for (case, reply), one in zip(some, known, strict=True)
        ]
    return results
