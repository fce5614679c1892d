import json
from collections.abc import Callable
from typing import Any

import pytest

from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Message, Reply, ToolCall, Usage
from llmeval.registry import Registry

Ask = Callable[..., Reply]
KEY = "sk-test-very-secret-key"


@pytest.fixture
def configured(server: Any) -> dict[str, Any]:
    return {"model": "model-2026", "base_url": f"{server.url}/v1"}


def test_the_reply_carries_everything_the_service_said(
    server: Any, says: Any, configured: Any, completion: Any, ask: Ask
) -> None:
    says(completion("Fine, thanks."), headers={"x-request-id": "req-9"})

    reply = ask("openai", configured)

    assert reply.text == "Fine, thanks."
    assert reply.finish_reason == "stop"
    assert reply.model == "model-2026"
    assert reply.request_id == "req-9"
    assert reply.usage == Usage(
        input_tokens=11, output_tokens=7, cached_tokens=4, reasoning_tokens=3
    )
    assert reply.timing.total_s is not None
    assert reply.timing.total_s > 0
    assert reply.timing.first_token_s is None


def test_the_request_has_the_chat_completions_form(
    server: Any, says: Any, configured: Any, completion: Any, ask: Ask
) -> None:
    says(completion())
    tool = {"name": "search", "parameters": {"type": "object"}}

    ask("openai", configured, "Grüß Gott", system="Be kind.", params={"seed": 3}, tools=(tool,))

    seen = server.seen[0]
    assert (seen.method, seen.path) == ("POST", "/v1/chat/completions")
    assert seen.headers["content-type"] == "application/json"
    assert seen.json == {
        "model": "model-2026",
        "seed": 3,
        "stream": False,
        "tools": [{"type": "function", "function": tool}],
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Grüß Gott"},
        ],
    }


def test_tool_messages_go_out_as_they_came_in(
    server: Any, says: Any, configured: Any, completion: Any, ask: Ask
) -> None:
    says(completion())
    call = ToolCall(name="search", arguments={"q": "lamp"}, id="call-1")
    messages = (
        Message(role="user", content="Find it"),
        Message(role="assistant", content="", tool_calls=(call,)),
        Message(role="tool", content="found", tool_call_id="call-1"),
    )

    ask("openai", configured, None, messages=messages)

    sent = server.seen[0].json["messages"]
    assert sent[1]["tool_calls"] == [
        {
            "id": "call-1",
            "type": "function",
            "function": {"name": "search", "arguments": '{"q": "lamp"}'},
        }
    ]
    assert sent[2] == {"role": "tool", "content": "found", "tool_call_id": "call-1"}


def test_parameters_set_to_nothing_are_left_out(
    server: Any, says: Any, configured: Any, completion: Any, ask: Ask
) -> None:
    says(completion(), headers={"Content-Type": "application/json"})

    ask("openai", configured | {"stream": True}, params={"stream_options": None, "top_p": 1})

    assert "stream_options" not in server.seen[0].json
    assert server.seen[0].json["top_p"] == 1


@pytest.mark.parametrize(
    ("message", "text", "finish_reason"),
    [
        pytest.param({"text": None, "refusal": "I won't."}, "I won't.", "refusal", id="refusal"),
        pytest.param({"text": "Half", "finish_reason": "length"}, "Half", "length", id="cut"),
        pytest.param({"text": "", "finish_reason": "length"}, None, "length", id="cut-empty"),
        pytest.param(
            {"text": "", "finish_reason": "content_filter"}, None, "content_filter", id="filtered"
        ),
        pytest.param({"text": "x", "finish_reason": None}, "x", None, id="not-said"),
        pytest.param({"text": "x", "finish_reason": "odd"}, "x", "odd", id="own-word"),
        pytest.param(
            {"text": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            "ab",
            "stop",
            id="parts",
        ),
    ],
)
def test_how_a_reply_ended_is_told_in_our_words(
    says: Any,
    configured: Any,
    completion: Any,
    ask: Ask,
    message: dict[str, Any],
    text: str | None,
    finish_reason: str | None,
) -> None:
    says(completion(**message))

    reply = ask("openai", configured)

    assert (reply.text, reply.finish_reason) == (text, finish_reason)


@pytest.mark.parametrize("finish_reason", ["tool_calls", "function_call", "stop"])
def test_tool_calls_are_parsed(
    says: Any, configured: Any, completion: Any, ask: Ask, finish_reason: str
) -> None:
    calls = [
        {"id": "c1", "type": "function", "function": {"name": "a", "arguments": '{"x": 1}'}},
        {"id": "c2", "type": "function", "function": {"name": "b", "arguments": "no JSON"}},
        {"id": "c3", "type": "function", "function": {"name": "c", "arguments": ""}},
    ]
    says(completion(None, tool_calls=calls, finish_reason=finish_reason))

    reply = ask("openai", configured)

    assert reply.finish_reason == "tool_calls"
    assert reply.tool_calls == (
        ToolCall(name="a", arguments={"x": 1}, id="c1"),
        ToolCall(name="b", arguments="no JSON", id="c2"),
        ToolCall(name="c", arguments={}, id="c3"),
    )


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_stays_apart(
    says: Any, configured: Any, completion: Any, ask: Ask, field: str
) -> None:
    says(completion("Four.", **{field: "Two and two."}))

    reply = ask("openai", configured)

    assert (reply.text, reply.reasoning) == ("Four.", "Two and two.")


@pytest.mark.parametrize(
    "usage",
    [
        pytest.param(None, id="missing"),
        pytest.param({}, id="empty"),
        pytest.param({"prompt_tokens": -1, "completion_tokens": 1.5}, id="nonsense"),
        pytest.param({"prompt_tokens": True, "completion_tokens": "7"}, id="types"),
    ],
)
def test_token_counts_that_are_none_are_not_said(
    says: Any, configured: Any, completion: Any, ask: Ask, usage: Any
) -> None:
    says(completion() | {"usage": usage})

    assert ask("openai", configured).usage == Usage()


def test_lone_surrogates_do_not_get_through(says: Any, configured: Any, ask: Ask) -> None:
    says(
        rb'{"choices": [{"message": {"content": "a\ud800b \ud83d\ude00", "tool_calls": '
        rb'[{"function": {"name": "f", "arguments": "{\"x\": \"\\udc00\"}"}}]}}]}'
    )

    reply = ask("openai", configured)

    assert reply.text == "a�b 😀"
    assert reply.tool_calls[0].arguments == {"x": "�"}


def test_ten_megabytes_are_a_reply(says: Any, configured: Any, completion: Any, ask: Ask) -> None:
    says(completion("ä" * 10_000_000))

    assert len(ask("openai", configured).text or "") == 10_000_000


def test_the_key_comes_from_the_environment(
    server: Any,
    says: Any,
    configured: Any,
    completion: Any,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MY_KEY", f"{KEY}\n")
    says(completion())
    more = {"api_key_env": "MY_KEY", "organization": "org", "project": "p", "headers": {"X-A": "b"}}

    ask("openai", configured | more)

    sent = server.seen[0].headers
    assert sent["authorization"] == f"Bearer {KEY}"
    assert sent["openai-organization"] == "org"
    assert sent["openai-project"] == "p"
    assert sent["x-a"] == "b"


def test_the_key_of_openai_goes_to_no_other_server(
    server: Any,
    says: Any,
    configured: Any,
    completion: Any,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    says(completion())

    ask("openai", configured)

    assert "authorization" not in server.seen[0].headers


def test_a_missing_key_is_said_once_for_all(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with pytest.raises(AdapterError, match="OPENAI_API_KEY is not set") as caught:
        ask("openai", {"model": "gpt-4o"})

    assert (caught.value.kind, caught.value.fatal) == ("auth", True)


@pytest.mark.parametrize("stream", [False, True])
def test_secrets_never_stand_in_messages(
    says: Any, configured: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch, *, stream: bool
) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    says({"error": {"message": f"Incorrect API key provided: {KEY}."}}, status=401)
    more = {"api_key_env": "MY_KEY", "stream": stream}

    with pytest.raises(AdapterError) as caught:
        ask("openai", configured | more)

    assert "Incorrect API key provided: ***." in str(caught.value)
    assert KEY not in str(caught.value)
    assert (caught.value.kind, caught.value.fatal) == ("auth", True)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(b'{"choices": [{"mess', "not JSON", id="truncated"),
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(b"<html>Busy</html>", "not JSON", id="html"),
        pytest.param(b"\xff\xfe\xfa", "not UTF-8", id="bytes"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep"),
        pytest.param(b'{"choices": NaN}', "NaN is not JSON", id="nan"),
        pytest.param({"choices": []}, "no chat completion", id="no-choice"),
        pytest.param({"choices": [{"message": None}]}, "no chat completion", id="no-message"),
        pytest.param([1], "no chat completion", id="list"),
    ],
)
def test_a_reply_that_is_none_may_be_asked_for_again(
    says: Any, configured: Any, ask: Ask, body: Any, message: str
) -> None:
    says(body)

    with pytest.raises(AdapterError, match=message) as caught:
        ask("openai", configured)

    assert (caught.value.kind, caught.value.transient) == ("bad_reply", True)


def test_an_error_inside_a_200_counts_like_its_status(says: Any, configured: Any, ask: Ask) -> None:
    says({"error": {"code": 429, "message": "slow down"}})

    with pytest.raises(AdapterError, match="slow down") as caught:
        ask("openai", configured)

    assert (caught.value.kind, caught.value.transient) == ("rate_limited", True)


def test_the_configuration_is_checked() -> None:
    with pytest.raises(ParameterError, match="base_url: expected an address"):
        Registry().adapter("openai", {"model": "m", "base_url": "localhost:8000"})
    with pytest.raises(ParameterError, match="model: expected the name"):
        Registry().adapter("openai", {"model": ""})


# --- streamed --------------------------------------------------------------------------------


def _event(**delta: Any) -> bytes:
    finish = delta.pop("finish_reason", None)
    chunk = {
        "id": "chatcmpl-2",
        "model": "model-2026",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


USAGE = b'data: {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}\n\n'
DONE = b"data: [DONE]\n\n"
SSE = {"Content-Type": "text/event-stream; charset=utf-8"}


@pytest.fixture
def streamed(server: Any, answer_type: Any, configured: Any, ask: Ask) -> Callable[..., Reply]:
    def run(*pieces: bytes, **fields: Any) -> Reply:
        server.says(answer_type(pieces=pieces, headers=SSE, **fields))
        return ask("openai", configured | {"stream": True})

    return run


def test_a_streamed_reply_is_put_together(server: Any, streamed: Any) -> None:
    reply = streamed(
        _event(role="assistant", content=""),
        _event(reasoning_content="Hm."),
        _event(content="Good "),
        _event(content="morning", finish_reason=None),
        _event(finish_reason="stop"),
        USAGE,
        DONE,
    )

    assert reply.text == "Good morning"
    assert reply.reasoning == "Hm."
    assert reply.finish_reason == "stop"
    assert reply.usage == Usage(input_tokens=5, output_tokens=2)
    assert (reply.model, reply.request_id) == ("model-2026", "chatcmpl-2")
    assert 0 < reply.timing.first_token_s <= reply.timing.total_s
    assert server.seen[0].json["stream"] is True
    assert server.seen[0].json["stream_options"] == {"include_usage": True}


def test_streamed_tool_calls_are_put_together(streamed: Any) -> None:
    reply = streamed(
        _event(tool_calls=[{"index": 0, "id": "c1", "function": {"name": "a", "arguments": ""}}]),
        _event(tool_calls=[{"index": 0, "function": {"arguments": '{"x"'}}]),
        _event(tool_calls=[{"index": 1, "id": "c2", "function": {"name": "b"}}]),
        _event(tool_calls=[{"index": 0, "function": {"arguments": ": 1}"}}]),
        _event(finish_reason="tool_calls"),
        DONE,
    )

    assert reply.text is None
    assert reply.tool_calls == (
        ToolCall(name="a", arguments={"x": 1}, id="c1"),
        ToolCall(name="b", arguments={}, id="c2"),
    )
    assert reply.timing.first_token_s is not None


def test_a_streamed_refusal_is_one(streamed: Any) -> None:
    reply = streamed(_event(refusal="No, "), _event(refusal="never."), _event(finish_reason="stop"))

    assert (reply.text, reply.finish_reason) == ("No, never.", "refusal")


def test_a_character_cut_in_two_arrives_whole(streamed: Any) -> None:
    first = b'data: {"choices": [{"delta": {"content": "\\ud83d"}}]}\n\n'
    second = b'data: {"choices": [{"delta": {"content": "\\ude00"}}]}\n\n'

    assert streamed(first, second, DONE).text == "😀"


def test_a_stream_in_single_bytes_is_the_same(streamed: Any) -> None:
    assert streamed(_event(content="Grüße"), DONE, bite=1).text == "Grüße"


def test_a_server_that_does_not_stream_is_understood(
    says: Any, configured: Any, completion: Any, ask: Ask
) -> None:
    says(completion("Whole."))

    reply = ask("openai", configured | {"stream": True})

    assert reply.text == "Whole."


@pytest.mark.parametrize("end", ["keep", "close", "reset"])
def test_half_a_stream_is_no_reply(streamed: Any, end: str) -> None:
    with pytest.raises(AdapterError) as caught:
        streamed(_event(content="Half a"), end=end)

    assert caught.value.transient
    assert caught.value.kind in ("bad_reply", "connection")


def test_garbage_in_a_stream_is_no_reply(streamed: Any) -> None:
    with pytest.raises(AdapterError, match="not JSON") as caught:
        streamed(_event(content="a"), b"data: {broken\n\n", DONE)

    assert (caught.value.kind, caught.value.transient) == ("bad_reply", True)


@pytest.mark.parametrize("event", [b"data: 5\n\n", b'data: "text"\n\n'])
def test_an_event_of_another_kind_is_no_reply(streamed: Any, event: bytes) -> None:
    with pytest.raises(AdapterError, match="no chat completion"):
        streamed(event, DONE)


def test_an_error_in_the_middle_of_a_stream_is_one(streamed: Any) -> None:
    event = b'data: {"error": {"message": "overloaded", "code": 529}}\n\n'

    with pytest.raises(AdapterError, match="overloaded") as caught:
        streamed(_event(content="a"), event)

    assert (caught.value.kind, caught.value.transient) == ("server_error", True)


def test_a_connection_is_used_again_after_a_stream(
    server: Any, answer_type: Any, configured: Any, request_for: Any
) -> None:
    import asyncio

    server.says(answer_type(pieces=(_event(content="a"), DONE), headers=SSE))
    adapter: Any = Registry().adapter("openai", configured | {"stream": True})

    async def twice() -> None:
        await adapter.respond(request_for())
        await adapter.respond(request_for())
        await adapter.close()

    asyncio.run(twice())

    assert (len(server.seen), server.connections) == (2, 1)


def test_azure_is_asked_in_its_own_form(
    says: Any, ask: Any, server: Any, completion: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_KEY", "azure-secret-1")
    says(completion("Fine."))
    given = {
        "model": "gpt",
        "base_url": f"{server.url}/openai/deployments/d",
        "api_version": "2024-10-21",
        "api_key_env": "AZURE_KEY",
        "api_key_header": "api-key",
    }

    reply = ask("openai", given)

    seen = server.seen[-1]
    assert reply.text == "Fine."
    assert seen.path == "/openai/deployments/d/chat/completions?api-version=2024-10-21"
    assert seen.headers["api-key"] == "azure-secret-1"
    assert "authorization" not in seen.headers
