"""Asks judges what scorers want to know, so that scorers themselves never do I/O."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from llmeval.records import Case, Reply, Request, Score
from llmeval.run.scoring import Bounds

if TYPE_CHECKING:
    from llmeval.scorers.evaluate import Bound

MOST_ROUNDS = 8
"""A scorer may ask again after an unreadable answer, but not for ever."""

Ask = Callable[[Request], Awaitable[Reply]]


class _Answered:
    """A scorer together with what its judge said of each reply, in the order it is called."""

    def __init__(self, scorer: Any, answers: list[tuple[Reply, ...]]) -> None:
        self._scorer = scorer
        self._answers = answers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scorer, name)

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:  # noqa: ARG002
        """Return the score, with the answers that belong to this reply."""
        score: Score = self._scorer.score(case, reply, self._answers.pop(0))
        return score


async def judged(
    case: Case, bounds: Bounds, replies: list[Reply], ask: Ask, trial: int = 1
) -> Bounds:
    """Return the checks with the answers of the judges that they ask.

    Args:
        case: The case.
        bounds: Its checks.
        replies: One for each turn.
        ask: Gets one reply of the adapter that a request names.
        trial: Number of the trial, from 1: repeated trials are judged anew.

    Raises:
        AdapterError: A judge gave no usable reply.
    """

    async def ask_for_trial(request: Request) -> Reply:
        return await ask(replace(request, trial=trial))

    own = [
        await _answered(case, bound, _seen(bound, replies), ask_for_trial)
        for bound in bounds.checks
    ]
    each = [
        tuple([await _answered(case, bound, [reply], ask_for_trial) for bound in checks])
        for checks, reply in zip(bounds.turn_checks, replies, strict=False)
    ]
    return replace(bounds, checks=tuple(own), turn_checks=tuple(each))


def _seen(bound: "Bound", replies: list[Reply]) -> list[Reply]:
    from llmeval.scorers.joining import joined

    if bound.on == "each":
        return replies
    return [joined(replies)] if bound.on == "all" and len(replies) > 1 else replies[-1:]


async def _answered(case: Case, bound: "Bound", replies: list[Reply], ask: Ask) -> "Bound":
    if not hasattr(bound.scorer, "asks") or bound.children:
        return bound
    answers = [await _ask_all(case, bound, reply, ask) for reply in replies]
    if not any(answers):
        return bound
    scorer: Any = _Answered(bound.scorer, answers)
    return replace(bound, scorer=scorer, plain_passes={})


async def _ask_all(case: Case, bound: "Bound", reply: Reply, ask: Ask) -> tuple[Reply, ...]:
    """Ask what the scorer wants to know until it wants nothing more."""
    answers: tuple[Reply, ...] = ()
    if bound.select is not None:
        try:
            reply = replace(reply, text=bound.select(reply))
        except Exception:  # noqa: BLE001  # around a scorer: evaluating it says what is wrong
            return ()
    for _ in range(MOST_ROUNDS):
        try:
            requests = bound.scorer.asks(case, reply, answers)
        except BaseException:  # noqa: BLE001  # around a scorer: evaluating it says what is wrong
            return answers
        if not requests:
            break
        for request in requests:
            answers += (await ask(_placed(request, case, bound, len(answers))),)
    return answers


def _placed(request: Request, case: Case, bound: "Bound", number: int) -> Request:
    session = request.session or f"judge-{case.id}-{bound.check.metric}-{number}"
    return replace(request, session=session, case=request.case or case.id)
