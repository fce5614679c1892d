"""Answers a model's tool calls with canned results and asks again, until it is done.

The whole exchange is one turn, and its replies become one reply: the text is the last one's, all
calls are kept, tokens and cost add up, and so do the times of the requests.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from llmeval import codec
from llmeval.errors import AdapterError
from llmeval.records import Message, Reply, Request, Timing, ToolCall, Usage

MOST_ROUNDS = 8
"""So often a model is given results and asked again within one turn."""
NOT_AN_OBJECT = "error: the arguments are not a JSON object"
"""What a tool says to a call that no program could carry out."""

Ask = Callable[[Request], Awaitable[Reply]]


class Rounds(Struct):
    """How far one turn came."""

    results: Mapping[str, Any]
    """What each tool returns, by its name; texts as they are, other values as JSON."""
    messages: tuple[Message, ...] = ()
    """What was sent last."""
    replies: list[Reply] = field(default_factory=list)

    async def go(self, request: Request, ask: Ask) -> None:
        """Ask until the model calls no tool, or one without a result, or was cut off.

        Raises:
            AdapterError: No reply; `too_many_tool_calls` when the model does not come to an end.
                What came before is kept.
        """
        self.messages = request.messages
        self.replies.append(await ask(request))
        while self._has_results(self.replies[-1]):
            if len(self.replies) > MOST_ROUNDS:
                raise AdapterError(
                    f"the model still calls tools after {MOST_ROUNDS} rounds of results",
                    kind="too_many_tool_calls",
                )
            self.messages += self._exchanged(self.replies[-1])
            self.replies.append(await ask(replace(request, messages=self.messages)))

    def _has_results(self, reply: Reply) -> bool:
        # A reply that was cut off may have lost calls, or parts of their arguments.
        called = bool(reply.tool_calls) and reply.finish_reason != "length"
        return called and all(call.name in self.results for call in reply.tool_calls)

    def _exchanged(self, reply: Reply) -> tuple[Message, ...]:
        """Return the calls, each with an id, and their results."""
        place = len(self.messages)
        calls = tuple(
            call if call.id else replace(call, id=f"call_{place}_{number}")
            for number, call in enumerate(reply.tool_calls, 1)
        )
        said = Message(role="assistant", content=reply.text or "", tool_calls=calls)
        return (said, *map(self._result, calls))

    def _result(self, call: ToolCall) -> Message:
        content = _text(_output(call, self.results))
        return Message(role="tool", content=content, tool_call_id=call.id, name=call.name)

    def reply(self) -> Reply:
        """Return the replies so far as one; there is at least one."""
        replies = self.replies
        timings = [reply.timing for reply in replies]
        return replace(
            replies[-1],
            tool_calls=tuple([call for reply in replies for call in reply.tool_calls]),
            steps=tuple(_steps(replies, self.results)),
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


def _is_possible(call: ToolCall) -> bool:
    return call.arguments is None or isinstance(call.arguments, Mapping)


def _output(call: ToolCall, results: Mapping[str, Any]) -> Any:
    return results[call.name] if _is_possible(call) else NOT_AN_OBJECT


def _text(value: Any) -> str:
    return value if isinstance(value, str) else codec.dump(value)


def _steps(replies: Sequence[Reply], results: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what happened: a question to the model, the tools it called, and so on."""
    steps: list[Mapping[str, Any]] = []
    start_s: float | None = 0.0
    for number, reply in enumerate(replies):
        lasted = reply.timing.total_s
        # An application that tells its steps has told of its models itself.
        steps += [_moved(step, start_s) for step in reply.steps] or [_asked(reply, start_s)]
        start_s = None if start_s is None or lasted is None else start_s + lasted
        if number < len(replies) - 1:
            steps += [_done(call, start_s, results) for call in reply.tool_calls]
    return steps


def _moved(step: Mapping[str, Any], by_s: float | None) -> Mapping[str, Any]:
    """Return a step whose start counts from the beginning of the turn."""
    start_s = step.get("start_s")
    if by_s == 0 or not isinstance(start_s, int | float):
        return step
    return _lean(**{**step, "start_s": None if by_s is None else round(start_s + by_s, 6)})


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


def _done(call: ToolCall, start_s: float | None, results: Mapping[str, Any]) -> dict[str, Any]:
    return _lean(
        kind="tool",
        name=call.name,
        start_s=start_s,
        duration_s=0.0,
        input=call.arguments,
        output=_output(call, results),
        error=None if _is_possible(call) else NOT_AN_OBJECT,
    )


def _lean(**parts: Any) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value is not None}


def _sum(values: Sequence[Any]) -> Any:
    """Return the sum, None where one part is not known."""
    return None if None in values else sum(values)
