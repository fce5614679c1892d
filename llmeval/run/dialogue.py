"""Holds the conversation of one trial: turns in order, the history grows with the replies."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct, field

from llmeval.errors import AdapterError
from llmeval.records import Case, Exchange, Failure, Message, Reply, Request
from llmeval.run.tool_loop import Rounds
from llmeval.scorers.calls import unanswered

Ask = Callable[[Request], Awaitable[Reply]]

OWN_FAILURES = frozenset({"empty_output", "timeout", "server_error"})
"""What `on_error: fail` counts as the application's own failing."""

_REFUSALS = ("content_filter", "refusal")


class Talk(Struct):
    """How far a conversation came."""

    messages: tuple[Message, ...] = ()
    """What was sent last."""
    replies: list[Reply] = field(default_factory=list)
    """One for each turn that was answered."""
    failure: Failure | None = None
    """Why it ended early."""


async def hold(
    case: Case, trial: int, session: str, params: Mapping[str, Any], ask: Ask, talk: Talk
) -> None:
    """Ask every turn of a case and put down in `talk` what came back.

    Args:
        case: What is asked.
        trial: Counts from 1.
        session: Name of this conversation, fresh for each trial.
        params: Sampling parameters, the adapter's and the case's merged.
        ask: Gets one reply; raises AdapterError.
        talk: Filled while it goes on, so that a conversation that is cut off keeps its beginning.
    """
    history = list(case.messages)
    for number, turn in enumerate(case.turns, 1):
        if turn.user is not None:
            history.append(Message(role="user", content=turn.user))
        talk.messages = tuple(history)
        request = Request(
            adapter=case.adapter,
            messages=talk.messages,
            system=case.system,
            params=params,
            tools=case.tools,
            workspace=case.workspace,
            session=session,
            case=case.id,
            trial=trial,
            timeout_s=case.timeout_s,
        )
        try:
            if case.tool_results:
                await _with_results(request, case.tool_results, ask, talk)
            else:
                talk.replies.append(await ask(request))
        except AdapterError as error:
            talk.failure = Failure(kind=error.kind, message=str(error))
            return
        reply = talk.replies[-1]
        talk.failure = unusable(reply, case)
        if talk.failure is not None or number == len(case.turns):
            return
        if _waits(reply):
            talk.failure = _not_reached(case, number, reply)
            return
        # Without the calls: those that were answered stand there already, and a service refuses
        # a history in which one has no answer.
        history = [*talk.messages, Message(role="assistant", content=reply.text or "")]


async def _with_results(request: Request, results: Mapping[str, Any], ask: Ask, talk: Talk) -> None:
    """Ask one turn, tools answered; what came of it is kept when it ends in an error too."""
    rounds = Rounds(results)
    try:
        await rounds.go(request, ask)
    finally:
        talk.messages = rounds.messages
        if rounds.replies:
            talk.replies.append(rounds.reply())


def _waits(reply: Reply) -> bool:
    """Tell whether the model waits for what a tool returns, so that the user cannot go on."""
    is_silent = not reply.text or reply.text.isspace()
    return (is_silent or reply.finish_reason == "tool_calls") and bool(unanswered(reply))


def _not_reached(case: Case, number: int, reply: Reply) -> Failure | None:
    """Return why a dialogue that ends at a call is not measured; None where it is.

    Checks on turns that did not come about would be lost without a sign of it.
    """
    later = [place for place, turn in enumerate(case.turns, 1) if place > number and turn.checks]
    if not later:
        return None
    return Failure(
        kind="unanswered_tool_call",
        message=f"turn {number} ends with a call of {unanswered(reply)[0].name!r}, so turn "
        f"{later[0]} and its checks are not reached; say what the tool returns in tool_results",
    )


def unusable(reply: Reply, case: Case) -> Failure | None:
    """Return why a reply is no answer to be measured, None when it is one.

    A refusal by the service's filter is one, even without a text.
    """
    if reply.finish_reason in _REFUSALS:
        return None
    if reply.finish_reason == "length" and not case.allow_truncated:
        return Failure(
            kind="truncated",
            message="the reply was cut off at its length limit; raise the limit (max_tokens), or "
            "set allow_truncated: true",
        )
    if case.allow_empty or (reply.text and not reply.text.isspace()):
        return None
    if not (reply.files or unanswered(reply)):
        return Failure(
            kind="empty_output",
            message=f"the reply has neither text nor tool call (finish_reason: "
            f"{reply.finish_reason or 'not said'}); set allow_empty: true if that is right",
        )
    return None


def unusable_alone(reply: Reply) -> Failure | None:
    """Return why a reply is not worth keeping, whatever a case allows."""
    return unusable(reply, _STRICT)


_STRICT = Case(id="", suite="", index=0, line=0, adapter="", turns=())


def exchanges(case: Case, replies: list[Reply]) -> tuple[Exchange, ...]:
    """Return the turns as they went, those not reached without reply; () for a single turn."""
    if len(case.turns) == 1:
        return ()
    told = [*replies, *[None] * (len(case.turns) - len(replies))]
    return tuple(
        Exchange(user=turn.user, reply=reply) for turn, reply in zip(case.turns, told, strict=True)
    )
