"""Every wire format keeps one contract, against a server that speaks it as documented."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from llmeval.errors import AdapterError
from llmeval.records import Message, ToolCall
from llmeval.registry import Registry

SECRET = "key-of-the-vendor-1234567890"
ANSWER = "Grüße, 世界 🙂"
Say = Callable[..., None]
Dialect = Any  # of conftest.py
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}
CALL = ToolCall(name="weather", arguments={"city": "Zürich"}, id="call_1")


def test_a_reply_comes_back_with_all_that_belongs_to_it(
    say: Say, reply_to: Any, dialect: Dialect, server: Any, *, stream: bool
) -> None:
    say(thought="Hm.")

    reply = reply_to(system="Be brief.", params={"temperature": 0})

    assert (reply.text, reply.finish_reason, reply.model) == (ANSWER, "stop", "m-1-x")
    assert reply.reasoning == "Hm."
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (20, 9)
    if dialect.type != "ollama":
        assert reply.usage.cached_tokens == 5
        assert reply.request_id == "id-1"
    assert reply.timing.total_s is not None
    assert (reply.timing.first_token_s is not None) == stream
    assert "Be brief." in server.seen[-1].body.decode()
    assert b'"temperature":0' in server.seen[-1].body


def test_letters_that_are_cut_in_two_by_the_transport_are_whole_again(
    say: Say, reply_to: Any
) -> None:
    say(bite=3)

    assert reply_to().text == ANSWER


def test_the_model_may_call_tools(say: Say, reply_to: Any, server: Any) -> None:
    say(text="", end="tool_calls", calls=(CALL,))

    reply = reply_to(tools=(TOOL,))

    (call,) = reply.tool_calls
    assert (call.name, call.arguments) == ("weather", {"city": "Zürich"})
    assert reply.finish_reason == "tool_calls"
    assert b"Tells the weather." in server.seen[-1].body


def test_what_a_tool_returned_goes_back_to_the_model(
    say: Say, reply_to: Any, request_for: Any, server: Any
) -> None:
    say()
    history = (
        Message(role="user", content="What is the weather?"),
        Message(role="assistant", content="", tool_calls=(CALL,)),
        Message(role="tool", content="sunny", tool_call_id="call_1"),
        Message(role="user", content="And tomorrow?"),
    )

    reply = reply_to(request_for(None, messages=history, tools=(TOOL,)))

    assert reply.text == ANSWER
    sent = server.seen[-1].body.decode()
    assert sent.index("What is the weather?") < sent.index("rich") < sent.index("sunny")
    assert sent.index("sunny") < sent.index("And tomorrow?")


def test_what_the_model_thought_before_a_call_goes_back_with_it(
    say: Say, reply_to: Any, request_for: Any, server: Any, dialect: Dialect
) -> None:
    say(text="Let me see.", end="tool_calls", calls=(CALL,), thought="Hm.")
    first = reply_to(tools=(TOOL,))
    say()
    history = (
        Message(role="user", content="What is the weather?"),
        Message(role="assistant", content=first.text, tool_calls=first.tool_calls),
        Message(role="tool", content="sunny", tool_call_id="call_1", name="weather"),
    )

    reply_to(request_for(None, messages=history, tools=(TOOL,)))

    sent = server.seen[-1].json
    if dialect.type == "anthropic":
        blocks = sent["messages"][1]["content"]
        assert [block["type"] for block in blocks] == ["thinking", "text", "tool_use"]
        assert blocks[0] == {"type": "thinking", "thinking": "Hm.", "signature": "s"}
    elif dialect.type == "gemini":
        assert sent["contents"][1]["parts"][-1]["thoughtSignature"] == "cw=="
    else:
        assert first.tool_calls[0].opaque is None


@pytest.mark.parametrize("arguments", ["{not json", "", [1], None])
def test_a_call_whose_arguments_are_no_object_can_be_told_of(
    say: Say, reply_to: Any, request_for: Any, arguments: Any
) -> None:
    say()
    broken = ToolCall(name="weather", arguments=arguments, id="call_1")
    history = (
        Message(role="user", content="What is the weather?"),
        Message(role="assistant", content="", tool_calls=(broken,)),
        Message(role="tool", content="error", tool_call_id="call_1", name="weather"),
    )

    assert reply_to(request_for(None, messages=history, tools=(TOOL,))).text == ANSWER


@pytest.mark.parametrize("end", ["length", "content_filter", "refusal"])
def test_how_a_reply_ended_is_said_in_one_vocabulary(
    say: Say, reply_to: Any, dialect: Dialect, end: str
) -> None:
    if end not in dialect.reasons:
        pytest.skip(f"{dialect.type} has no word for it")
    say(end=end)

    assert reply_to().finish_reason == end


@pytest.mark.parametrize(
    ("status", "kind", "transient"),
    [
        (400, "bad_request", False),
        (401, "auth", False),
        (404, "not_found", False),
        (429, "rate_limited", True),
        (500, "server_error", True),
        (529, "server_error", True),
    ],
)
def test_a_refused_request_becomes_one_error(
    dialect: Dialect, says: Any, reply_to: Any, *, status: int, kind: str, transient: bool
) -> None:
    body = dialect.fault(status, f"no, says {SECRET}")
    says(body, status=status, headers={"Retry-After": "7"})

    with pytest.raises(AdapterError, match="no, says") as caught:
        reply_to()

    assert (caught.value.kind, caught.value.transient) == (kind, transient)
    assert caught.value.retry_after_s == (7 if transient else None)
    if dialect.key_header:
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("garbage", [b"<html>no</html>", b"{", b"[]", b'{"a": 1}', b""])
def test_garbage_is_a_transient_error(says: Any, reply_to: Any, garbage: bytes) -> None:
    says(garbage)

    with pytest.raises(AdapterError) as caught:
        reply_to()

    assert (caught.value.kind, caught.value.transient) == ("bad_reply", True)


def test_an_error_in_the_middle_of_a_stream_ends_it(
    dialect: Dialect, says: Any, reply_to: Any, *, stream: bool
) -> None:
    if not stream:
        pytest.skip("a whole reply has no middle")
    begun = dialect.streamed(ANSWER, "stop", [], "")[:3]
    fault = dialect.fault(529, "overloaded just now")
    last = json.dumps(fault).encode() + b"\n"
    last = last if dialect.type == "ollama" else b"data: " + last + b"\n"
    says(pieces=(*begun, last), headers={"Content-Type": dialect.content_type})

    with pytest.raises(AdapterError, match="overloaded just now") as caught:
        reply_to()

    assert (caught.value.kind, caught.value.transient) == ("server_error", True)


def test_a_stream_that_breaks_off_is_a_transient_error(
    dialect: Dialect, says: Any, reply_to: Any, *, stream: bool
) -> None:
    if not stream:
        pytest.skip("a whole reply cannot break off between events")
    begun = tuple(dialect.streamed(ANSWER, "stop", [], "")[:3])
    says(pieces=begun, headers={"Content-Type": dialect.content_type})

    with pytest.raises(AdapterError, match="broke off") as caught:
        reply_to()

    assert (caught.value.kind, caught.value.transient) == ("bad_reply", True)


@pytest.mark.parametrize("end", ["close", "reset"])
def test_a_connection_that_breaks_is_a_transient_error(
    dialect: Dialect, says: Any, reply_to: Any, end: str
) -> None:
    says(dialect.whole(ANSWER, dialect.reasons["stop"], []), end=end)

    with pytest.raises(AdapterError) as caught:
        reply_to()

    assert caught.value.transient


def test_a_cancelled_request_closes_its_connection(
    dialect: Dialect, says: Any, server: Any, request_for: Any, *, stream: bool
) -> None:
    says(dialect.whole(ANSWER, dialect.reasons["stop"], []), end="hang")
    given = dict(dialect.parameters) | {"base_url": server.url, "stream": stream}
    adapter: Any = Registry().adapter(dialect.type, given)

    async def ask_and_cancel() -> None:
        task = asyncio.create_task(adapter.respond(request_for("Hi")))
        await asyncio.get_running_loop().run_in_executor(None, server.asked.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.get_running_loop().run_in_executor(None, server.gone.wait, 10)
        await adapter.close()

    asyncio.run(ask_and_cancel())

    assert server.gone.is_set()


def test_the_key_travels_in_its_header_alone(
    say: Say, reply_to: Any, dialect: Dialect, server: Any
) -> None:
    say()
    reply_to()
    seen = server.seen[-1]

    assert SECRET not in seen.path
    assert SECRET.encode() not in seen.body
    holders = [name for name, value in seen.headers.items() if SECRET in value]
    assert holders == ([dialect.key_header] if dialect.key_header else [])


def test_a_missing_key_is_said_before_anything_is_sent(
    dialect: Dialect, reply_to: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dialect.key_header is None:
        pytest.skip("no key")
    monkeypatch.delenv("VENDOR_KEY")

    with pytest.raises(AdapterError, match="VENDOR_KEY is not set") as caught:
        reply_to()

    assert caught.value.fatal
    assert server.seen == []
