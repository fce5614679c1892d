"""Answers a model's tool calls with canned results and asks again, until it is done.

The whole exchange is one turn, and its replies become one reply: the text is the last one's, all
calls are kept, tokens and cost add up, and so do the times of the requests.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from llmeval import codec
from llmeval.errors import AdapterError
from llmeval.records import Message, Reply, Request, Timing, ToolCall, Usage

MOST_ROUNDS = 8
"""So often a model is given results and asked again within one turn."""

Ask = Callable[[Request], Awaitable[Reply]]


async def answered(
    request: Request, results: Mapping[str, Any], ask: Ask
) -> tuple[Reply, tuple[Message, ...]]:
    """Return the reply to a turn and what was sent last.

    A call of a tool without a result ends the turn: the call is the reply.

    Args:
        request: The turn's first request.
        results: What each tool returns, by its name; texts as they are, other values as JSON.
        ask: Gets one reply.

    Raises:
        AdapterError: No reply; `too_many_tool_calls` when the model does not come to an end.
    """
    reply = await ask(request)
    replies = [reply]
    while reply.tool_calls and all(call.name in results for call in reply.tool_calls):
        if len(replies) > MOST_ROUNDS:
            raise AdapterError(
                f"the model still calls tools after {MOST_ROUNDS} rounds of results",
                kind="too_many_tool_calls",
            )
        said = Message(role="assistant", content=reply.text or "", tool_calls=reply.tool_calls)
        returned = [_result(call, results[call.name]) for call in reply.tool_calls]
        request = replace(request, messages=(*request.messages, said, *returned))
        reply = await ask(request)
        replies.append(reply)
    whole = reply if len(replies) == 1 else _whole(replies, results)
    return whole, request.messages


def _result(call: ToolCall, value: Any) -> Message:
    return Message(role="tool", content=_text(value), tool_call_id=call.id, name=call.name)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else codec.dump(value)


def _whole(replies: Sequence[Reply], results: Mapping[str, Any]) -> Reply:
    last = replies[-1]
    timings = [reply.timing for reply in replies]
    return replace(
        last,
        tool_calls=tuple([call for reply in replies for call in reply.tool_calls]),
        steps=tuple(_steps(replies, results)),
        usage=Usage(
            **{
                name: _sum([getattr(reply.usage, name) for reply in replies])
                for name in Usage.__struct_fields__
            }
        ),
        cost_usd=_sum([reply.cost_usd for reply in replies]),
        cached=any(reply.cached for reply in replies),
        timing=Timing(
            queued_s=_sum([timing.queued_s for timing in timings]),
            waited_s=_sum([timing.waited_s for timing in timings]),
            first_token_s=timings[0].first_token_s,
            total_s=_sum([timing.total_s for timing in timings]),
            attempts=sum(timing.attempts for timing in timings),
        ),
    )


def _steps(replies: Sequence[Reply], results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what happened: a question to the model, the tools it called, and so on."""
    steps: list[dict[str, Any]] = []
    start_s: float | None = 0.0
    for number, reply in enumerate(replies):
        lasted = reply.timing.total_s
        steps += [*map(dict, reply.steps), _asked(reply, start_s)]
        start_s = None if start_s is None or lasted is None else start_s + lasted
        if number < len(replies) - 1:
            steps += [
                _lean(
                    kind="tool",
                    name=call.name,
                    start_s=start_s,
                    duration_s=0.0,
                    input=call.arguments,
                    output=results[call.name],
                )
                for call in reply.tool_calls
            ]
    return steps


def _asked(reply: Reply, start_s: float | None) -> dict[str, Any]:
    return _lean(
        kind="llm",
        name=reply.model or "model",
        start_s=start_s,
        duration_s=reply.timing.total_s,
        output=reply.text,
        input_tokens=reply.usage.input_tokens,
        output_tokens=reply.usage.output_tokens,
    )


def _lean(**parts: Any) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value is not None}


def _sum(values: Sequence[Any]) -> Any:
    """Return the sum, None where one part is not known."""
    return None if None in values else sum(values)
