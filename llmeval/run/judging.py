"""Asks and runs what scorers want asked or run, so that scorers themselves never do I/O."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from llmeval.errors import AdapterError
from llmeval.records import Case, Message, Program, Reply, Request, Score
from llmeval.run.scoring import Bounds, asks

if TYPE_CHECKING:
    from llmeval.scorers.binding import Bound

MOST_ROUNDS = 8
"""A scorer may ask again after an unreadable answer, but not for ever."""

STOPS = frozenset({"budget", "deadline", "cancelled"})
"""Kinds of errors after which nothing further is asked: they end the trial."""

Wish = Request | Program
Ask = Callable[[Wish], Awaitable[Reply]]


class _Sight(Struct, frozen=True):
    """One reply as a check sees it, with what its judge said of it."""

    case: Case
    """With the conversation up to this reply."""
    reply: Reply
    answers: tuple[Reply, ...] = ()
    failure: AdapterError | None = None
    """Why the judge could not be asked, or the program not be run."""


class _Answered:
    """A scorer together with what it was told of each reply, in the order it is called."""

    def __init__(self, scorer: Any, sights: Sequence[_Sight]) -> None:
        self._scorer = scorer
        self._sights = [*sights]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scorer, name)

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:  # noqa: ARG002
        """Return the score, with the answers that belong to this reply."""
        sight = self._sights.pop(0)
        if sight.failure is not None:
            return _unasked(sight.failure)
        score: Score = self._scorer.score(sight.case, reply, sight.answers)
        return score


def _unasked(failure: AdapterError) -> Score:
    who = "" if failure.kind == "not_run" else "judge: "
    reason = f"{who}{failure.kind}: {failure}"
    return Score(status="error", reason=reason, details={"kind": failure.kind})


async def judged(
    case: Case, bounds: Bounds, replies: list[Reply], ask: Ask, trial: int = 1
) -> Bounds:
    """Return the checks with the answers of the judges that they ask.

    Args:
        case: The case.
        bounds: Its checks.
        replies: One for each turn.
        ask: Gets one reply of the adapter that a request names, or the output of a program.
        trial: Number of the trial, from 1: repeated trials are judged anew.

    Raises:
        AdapterError: The run has stopped (budget, deadline). That a judge gave no reply is the
            error of its check alone.
    """
    sights = [*_sights(case, replies)]
    looking = [(bound, _seen(bound, sights, case)) for bound in bounds.checks]
    turns = [*zip(bounds.turn_checks, sights, strict=False)]
    looking += [(bound, [sight]) for checks, sight in turns for bound in checks]
    asking = {n: each for n, each in enumerate(looking) if asks(each[0])}
    told = await _together([_answered(*each, ask, trial) for each in asking.values()])
    known = dict(zip(asking, told, strict=True))
    rest = iter([known.get(n, bound) for n, (bound, _) in enumerate(looking)])
    return replace(
        bounds,
        checks=tuple([next(rest) for _ in bounds.checks]),
        turn_checks=tuple([tuple([next(rest) for _ in checks]) for checks, _ in turns]),
    )


async def _together(tasks: Sequence[Awaitable[Any]]) -> list[Any]:
    """Wait for all; one that raises cancels the others."""
    if len(tasks) == 1:
        return [await tasks[0]]
    try:
        async with asyncio.TaskGroup() as group:
            begun = [group.create_task(_wait(task)) for task in tasks]
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    return [task.result() for task in begun]


async def _wait(pending: Awaitable[Any]) -> Any:
    return await pending


# --- what a check sees -----------------------------------------------------------------------


def _sights(case: Case, replies: Sequence[Reply]) -> Iterator[_Sight]:
    """Yield each reply with the conversation that led to it.

    The baseline keeps the last reply alone: the others have nothing to be compared with.
    """
    if len(case.turns) == 1:
        yield from [_Sight(case, reply) for reply in replies]
        return
    history = [*case.messages]
    for turn, reply in zip(case.turns, replies, strict=False):
        last = turn is case.turns[-1]
        earlier = case.baseline_reply if last else None
        yield _Sight(
            replace(case, messages=tuple(history), turns=(turn,), baseline_reply=earlier), reply
        )
        if turn.user is not None:
            history.append(Message(role="user", content=turn.user))
        history.append(Message(role="assistant", content=reply.text or ""))


def _seen(bound: "Bound", sights: list[_Sight], case: Case) -> list[_Sight]:
    from llmeval.scorers.joining import joined

    if bound.on == "each":
        return sights
    if bound.on == "all" and len(sights) > 1:
        return [_Sight(replace(case, baseline_reply=None), joined([s.reply for s in sights]))]
    return sights[-1:]


# --- asking ----------------------------------------------------------------------------------


async def _answered(bound: "Bound", sights: list[_Sight], ask: Ask, trial: int) -> "Bound":
    if bound.children:
        parts = await _together([_answered(each, sights, ask, trial) for each in bound.children])
        return replace(bound, children=tuple(parts), plain_passes={})
    if not asks(bound):
        return bound
    asked = await _together([_ask_all(bound, sight, ask, trial) for sight in sights])
    scorer: Any = _Answered(bound.scorer, [sight for sight in asked if sight is not None])
    return replace(bound, scorer=scorer, plain_passes={})


async def _ask_all(bound: "Bound", sight: _Sight, ask: Ask, trial: int) -> _Sight | None:
    """Ask what the scorer wants to know until it wants nothing more.

    Returns:
        None where the reply has no such part: then the scorer is never called.
    """
    reply, answers, seats = sight.reply, sight.answers, 0
    if bound.select is not None:
        try:
            reply = replace(reply, text=bound.select(reply))
        except Exception:  # noqa: BLE001  # around a scorer: evaluating it says what is wrong
            return None
    for _ in range(MOST_ROUNDS):
        requests = _wanted(bound, sight.case, reply, answers)
        if not requests:
            break
        seats = seats or max(getattr(request, "trial", 1) for request in requests)
        placed = [_placed(each, sight.case, bound, trial, seats) for each in requests]
        try:
            answers += tuple(await _together([ask(request) for request in placed]))
        except AdapterError as error:
            if error.kind in STOPS:
                raise
            return replace(sight, failure=error)
    return replace(sight, answers=answers)


def _wanted(
    bound: "Bound", case: Case, reply: Reply, answers: tuple[Reply, ...]
) -> tuple[Wish, ...]:
    try:
        return bound.scorer.asks(case, reply, answers)
    except BaseException:  # noqa: BLE001  # around a scorer: evaluating it says what is wrong
        return ()


def _placed(request: Wish, case: Case, bound: "Bound", trial: int, seats: int) -> Wish:
    """Return the request as one of this trial: every vote of every trial has its own number.

    Caches and recordings keep equal requests apart by it.
    """
    if isinstance(request, Program):
        return request
    number = (trial - 1) * seats + request.trial
    session = request.session or f"judge-{case.id}-{bound.check.metric}-{number}"
    return replace(request, session=session, case=request.case or case.id, trial=number)
