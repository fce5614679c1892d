"""Tool calls that are answered with canned results, within one turn."""

import asyncio
from typing import Any

import pytest

from llmeval.errors import AdapterError
from llmeval.records import Message, Reply, Request, Timing, ToolCall, Usage
from llmeval.run.tool_loop import answered

RESULTS = {"search": "three mails", "send": {"status": "sent"}}
FIND = ToolCall(name="search", arguments={"q": "Kim"}, id="c1")
SEND = ToolCall(name="send", arguments={"to": "Kim"}, id="c2")


def _reply(text: str | None = None, *calls: ToolCall, seconds: float | None = 1.0) -> Reply:
    return Reply(
        text=text,
        tool_calls=calls,
        finish_reason="tool_calls" if calls else "stop",
        model="m",
        usage=Usage(input_tokens=10, output_tokens=2),
        cost_usd=0.5,
        timing=Timing(total_s=seconds, first_token_s=0.1, attempts=1),
    )


def _run(*replies: Reply) -> tuple[Reply, tuple[Message, ...], list[Request]]:
    asked: list[Request] = []

    async def ask(request: Request) -> Reply:
        asked.append(request)
        return replies[min(len(asked), len(replies)) - 1]

    first = Request(adapter="a", messages=(Message(role="user", content="Find it."),))
    reply, messages = asyncio.run(answered(first, RESULTS, ask))
    return reply, messages, asked


def test_the_model_gets_the_results_and_is_asked_again() -> None:
    reply, messages, asked = _run(_reply("Let me look.", FIND), _reply("", SEND), _reply("Done."))

    assert reply.text == "Done."
    assert [call.name for call in reply.tool_calls] == ["search", "send"]
    assert len(asked) == 3
    roles = [message.role for message in messages]
    assert roles == ["user", "assistant", "tool", "assistant", "tool"]
    assert messages[2] == Message(
        role="tool", content="three mails", tool_call_id="c1", name="search"
    )
    assert messages[4].content == '{"status":"sent"}'


def test_what_the_requests_took_adds_up() -> None:
    reply, _, _ = _run(_reply("", FIND, seconds=1.0), _reply("Done.", seconds=0.5))

    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (20, 4)
    assert reply.cost_usd == 1.0
    assert (reply.timing.total_s, reply.timing.first_token_s) == (1.5, 0.1)
    assert reply.timing.attempts == 2


def test_what_one_request_did_not_say_the_whole_does_not_know() -> None:
    reply, _, _ = _run(_reply("", FIND), _reply("Done.", seconds=None))

    assert reply.timing.total_s is None


def test_the_steps_tell_what_happened() -> None:
    reply, _, _ = _run(_reply("", FIND), _reply("Done."))

    kinds = [(step["kind"], step["name"], step["start_s"]) for step in reply.steps]
    assert kinds == [("llm", "m", 0.0), ("tool", "search", 1.0), ("llm", "m", 1.0)]
    assert reply.steps[1]["input"] == {"q": "Kim"}
    assert reply.steps[1]["output"] == "three mails"


def test_a_call_without_a_result_ends_the_turn() -> None:
    unknown = ToolCall(name="delete", arguments={}, id="c9")

    reply, _, asked = _run(_reply("", FIND, unknown))

    assert len(asked) == 1
    assert [call.name for call in reply.tool_calls] == ["search", "delete"]


def test_a_model_that_comes_to_no_end_is_an_error() -> None:
    with pytest.raises(AdapterError, match="still calls tools after 8 rounds") as caught:
        _run(_reply("", FIND))

    assert caught.value.kind == "too_many_tool_calls"


def test_a_case_says_what_tools_return(bench: Any) -> None:
    def answer(request: Request) -> Reply:
        return _reply("Done.") if request.messages[-1].role == "tool" else _reply("", FIND)

    bench.adapter(answer)
    bench.case("a", tool_results=RESULTS)

    (result,) = bench.run()

    (trial,) = bench.seen
    assert result.outcome == "passed"
    assert trial.reply.text == "Done."
    assert [message.role for message in trial.messages] == ["user", "assistant", "tool"]
