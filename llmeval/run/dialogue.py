"""Holds the conversation of one trial: turns in order, the history grows with the replies."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct, field

from llmeval.errors import AdapterError
from llmeval.records import Case, Exchange, Failure, Message, Reply, Request
from llmeval.run.tool_loop import answered

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
    for turn in case.turns:
        if turn.user is not None:
            history.append(Message(role="user", content=turn.user))
        talk.messages = tuple(history)
        request = Request(
            adapter=case.adapter,
            messages=talk.messages,
            system=case.system,
            params=params,
            tools=case.tools,
            session=session,
            case=case.id,
            trial=trial,
            timeout_s=case.timeout_s,
        )
        try:
            if case.tool_results:
                reply, talk.messages = await answered(request, case.tool_results, ask)
                history = list(talk.messages)
            else:
                reply = await ask(request)
        except AdapterError as error:
            talk.failure = Failure(kind=error.kind, message=str(error))
            return
        talk.replies.append(reply)
        talk.failure = unusable(reply, case)
        if talk.failure is not None:
            return
        if len(case.turns) > 1:
            # Calls that were answered stand in the history already.
            calls = () if case.tool_results else reply.tool_calls
            history.append(Message(role="assistant", content=reply.text or "", tool_calls=calls))


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
    if case.allow_empty or reply.tool_calls or reply.files:
        return None
    if reply.text is None or not reply.text.strip():
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
