"""Every wire format keeps one contract, against a server that speaks it as its vendor documents.

A dialect says what its server answers, plain and streamed, and refuses requests that the vendor's
own would refuse. A further format is one more dialect.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from llmeval.errors import AdapterError
from llmeval.records import Message, Reply, ToolCall
from llmeval.registry import Registry

SECRET = "key-of-the-vendor-1234567890"
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Tells the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}
ANSWER = "Grüße, 世界 🙂"


def sse(*events: Any, named: bool = False) -> list[bytes]:
    """Return server-sent events, one each."""
    lines = []
    for event in events:
        name = f"event: {event['type']}\n" if named else ""
        data = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
        lines.append(f"{name}data: {data}\n\n".encode())
    return lines


class Dialect(ABC):
    """One wire format."""

    type: str
    parameters: ClassVar[Mapping[str, Any]] = {"model": "m-1", "api_key_env": "VENDOR_KEY"}
    key_header: str | None
    reasons: ClassVar[Mapping[str, Any]]
    """Our word for how a reply ended -> the service's."""
    content_type = "text/event-stream"

    @abstractmethod
    def whole(self, text: str | None, end: str, calls: list[ToolCall], thought: str = "") -> Any:
        """Return the body of a whole reply."""

    @abstractmethod
    def streamed(self, text: str, end: str, calls: list[ToolCall], thought: str) -> list[bytes]:
        """Return the events of a streamed reply."""

    @abstractmethod
    def fault(self, status: int, said: str) -> Any:
        """Return the body of a refusal."""

    @abstractmethod
    def check(self, seen: Any) -> None:
        """Refuse what the vendor's server would refuse."""


class Chat(Dialect):
    """OpenAI's chat completions."""

    type = "openai"
    key_header = "authorization"
    reasons: ClassVar[Mapping[str, Any]] = {
        "stop": "stop",
        "length": "length",
        "content_filter": "content_filter",
        "tool_calls": "tool_calls",
    }
    usage: ClassVar[Mapping[str, Any]] = {
        "prompt_tokens": 20,
        "completion_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 5},
        "completion_tokens_details": {"reasoning_tokens": 4},
    }

    def _calls(self, calls: list[ToolCall]) -> list[Any]:
        return [
            {
                "index": n,
                "id": c.id,
                "type": "function",
                "function": {"name": c.name, "arguments": json.dumps(c.arguments)},
            }
            for n, c in enumerate(calls)
        ]

    def whole(self, text: str | None, end: str, calls: list[ToolCall], thought: str = "") -> Any:
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
        if calls:
            message["tool_calls"] = self._calls(calls)
        if thought:
            message["reasoning_content"] = thought
        choice = {"index": 0, "message": message, "finish_reason": end}
        return {"id": "id-1", "model": "m-1-x", "choices": [choice], "usage": self.usage}

    def streamed(self, text: str, end: str, calls: list[ToolCall], thought: str) -> list[bytes]:
        def chunk(delta: Any, finish: str | None = None) -> Any:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return {"id": "id-1", "model": "m-1-x", "choices": [choice], "usage": None}

        said = [chunk({"role": "assistant", "content": ""})]
        said += [chunk({"reasoning_content": thought})] if thought else []
        said += [chunk({"content": letter}) for letter in text]
        said += [chunk({"tool_calls": [call]}) for call in self._calls(calls)]
        last = {"id": "id-1", "model": "m-1-x", "choices": [], "usage": self.usage}
        return sse(*said, chunk({}, end), last, "[DONE]")

    def fault(self, status: int, said: str) -> Any:
        return {"error": {"message": said, "type": f"t{status}", "code": None}}

    def check(self, seen: Any) -> None:
        assert seen.path.endswith("/chat/completions")
        body = seen.json
        assert body["model"] == "m-1"
        for message in body["messages"]:
            assert message["role"] in ("system", "user", "assistant", "tool")
            assert isinstance(message["content"], str)
            assert (message["role"] == "tool") == ("tool_call_id" in message)
        for tool in body.get("tools", ()):
            assert tool["type"] == "function"
            assert tool["function"]["name"]


class Messages(Dialect):
    """Anthropic's messages."""

    type = "anthropic"
    key_header = "x-api-key"
    reasons: ClassVar[Mapping[str, Any]] = {
        "stop": "end_turn",
        "length": "max_tokens",
        "refusal": "refusal",
        "tool_calls": "tool_use",
    }
    usage: ClassVar[Mapping[str, Any]] = {
        "input_tokens": 10,
        "cache_creation_input_tokens": 5,
        "cache_read_input_tokens": 5,
    }

    def whole(self, text: str | None, end: str, calls: list[ToolCall], thought: str = "") -> Any:
        blocks: list[Any] = []
        if thought:
            blocks.append({"type": "thinking", "thinking": thought, "signature": "s"})
        blocks += [{"type": "text", "text": text}] if text else []
        blocks += [
            {"type": "tool_use", "id": c.id, "name": c.name, "input": c.arguments} for c in calls
        ]
        return {
            "id": "id-1",
            "type": "message",
            "role": "assistant",
            "model": "m-1-x",
            "content": blocks,
            "stop_reason": end,
            "stop_sequence": None,
            "usage": dict(self.usage) | {"output_tokens": 9},
        }

    def streamed(self, text: str, end: str, calls: list[ToolCall], thought: str) -> list[bytes]:
        start = self.whole(None, "", [])
        start |= {
            "content": [],
            "stop_reason": None,
            "usage": dict(self.usage) | {"output_tokens": 1},
        }
        events: list[Any] = [{"type": "message_start", "message": start}, {"type": "ping"}]

        def block(opened: Any, *deltas: Any) -> None:
            index = sum(event["type"] == "content_block_start" for event in events)
            events.append({"type": "content_block_start", "index": index, "content_block": opened})
            for delta in deltas:
                events.append({"type": "content_block_delta", "index": index, "delta": delta})
            events.append({"type": "content_block_stop", "index": index})

        if thought:
            block(
                {"type": "thinking", "thinking": "", "signature": ""},
                {"type": "thinking_delta", "thinking": thought},
                {"type": "signature_delta", "signature": "s"},
            )
        if text:
            deltas = [{"type": "text_delta", "text": letter} for letter in text]
            block({"type": "text", "text": ""}, *deltas)
        for call in calls:
            half = json.dumps(call.arguments)
            block(
                {"type": "tool_use", "id": call.id, "name": call.name, "input": {}},
                {"type": "input_json_delta", "partial_json": half[:5]},
                {"type": "input_json_delta", "partial_json": half[5:]},
            )
        ended = {"stop_reason": end, "stop_sequence": None}
        events.append({"type": "message_delta", "delta": ended, "usage": {"output_tokens": 9}})
        return sse(*events, {"type": "message_stop"}, named=True)

    def fault(self, status: int, said: str) -> Any:
        kinds = {429: "rate_limit_error", 500: "api_error", 529: "overloaded_error"}
        kinds |= {401: "authentication_error", 404: "not_found_error"}
        error = {"type": kinds.get(status, "invalid_request_error"), "message": said}
        return {"type": "error", "error": error, "request_id": "req-1"}

    def check(self, seen: Any) -> None:
        assert seen.path == "/v1/messages"
        assert seen.headers["anthropic-version"] == "2023-06-01"
        body = seen.json
        assert body["max_tokens"] > 0
        roles = [message["role"] for message in body["messages"]]
        assert set(roles) <= {"user", "assistant"}
        assert roles[0] == "user"
        assert all(first != then for first, then in pairwise(roles))
        for message in body["messages"]:
            blocks = message["content"]
            for block in blocks if isinstance(blocks, list) else ():
                assert block["type"] in ("text", "tool_use", "tool_result")
                assert block["type"] != "text" or block["text"]
        for tool in body.get("tools", ()):
            assert set(tool) == {"name", "description", "input_schema"}
        assert isinstance(body.get("system", "x"), str)


class Contents(Dialect):
    """Google's generateContent."""

    type = "gemini"
    key_header = "x-goog-api-key"
    reasons: ClassVar[Mapping[str, Any]] = {
        "stop": "STOP",
        "length": "MAX_TOKENS",
        "content_filter": "SAFETY",
        "tool_calls": "STOP",
    }
    usage: ClassVar[Mapping[str, Any]] = {
        "promptTokenCount": 20,
        "candidatesTokenCount": 5,
        "thoughtsTokenCount": 4,
        "cachedContentTokenCount": 5,
        "totalTokenCount": 29,
    }

    def _chunk(self, parts: list[Any], end: str | None) -> Any:
        candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
        if end:
            candidate["finishReason"] = end
        found = {"candidates": [candidate], "usageMetadata": self.usage}
        return found | {"modelVersion": "m-1-x", "responseId": "id-1"}

    def _parts(self, text: str | None, calls: list[ToolCall], thought: str) -> list[Any]:
        parts: list[Any] = [{"text": thought, "thought": True}] if thought else []
        parts += [{"text": text}] if text else []
        return parts + [
            {"functionCall": {"name": c.name, "args": c.arguments, "id": c.id}} for c in calls
        ]

    def whole(self, text: str | None, end: str, calls: list[ToolCall], thought: str = "") -> Any:
        return self._chunk(self._parts(text, calls, thought), end)

    def streamed(self, text: str, end: str, calls: list[ToolCall], thought: str) -> list[bytes]:
        chunks = [self._chunk([{"text": thought, "thought": True}], None)] if thought else []
        chunks += [self._chunk([{"text": letter}], None) for letter in text]
        return sse(*chunks, self._chunk(self._parts(None, calls, ""), end))

    def fault(self, status: int, said: str) -> Any:
        return {"error": {"code": status, "message": said, "status": "S"}}

    def check(self, seen: Any) -> None:
        assert "key=" not in seen.path
        assert seen.path.startswith("/models/m-1:")
        body = seen.json
        assert set(body) <= {"contents", "systemInstruction", "tools", "generationConfig"}
        for content in body["contents"]:
            assert content["role"] in ("user", "model")
            for part in content["parts"]:
                assert set(part) <= {"text", "functionCall", "functionResponse", "thoughtSignature"}
                assert part.get("functionResponse", {"name": "x"})["name"]
        for tool in body.get("tools", ()):
            for function in tool["functionDeclarations"]:
                assert set(function) <= {"name", "description", "parametersJsonSchema"}


class Lines(Dialect):
    """Ollama's chat."""

    type = "ollama"
    parameters: ClassVar[Mapping[str, Any]] = {"model": "m-1"}
    key_header = None
    content_type = "application/x-ndjson"
    reasons: ClassVar[Mapping[str, Any]] = {
        "stop": "stop",
        "length": "length",
        "tool_calls": "stop",
    }

    def _message(self, text: str, calls: list[ToolCall], thought: str) -> Any:
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if thought:
            message["thinking"] = thought
        if calls:
            functions = [{"name": c.name, "arguments": c.arguments} for c in calls]
            message["tool_calls"] = [{"function": function} for function in functions]
        return {"model": "m-1-x", "created_at": "2026-11-27T00:00:00Z", "message": message}

    def _end(self, end: str) -> Any:
        return {"done": True, "done_reason": end, "prompt_eval_count": 20, "eval_count": 9}

    def whole(self, text: str | None, end: str, calls: list[ToolCall], thought: str = "") -> Any:
        return self._message(text or "", calls, thought) | self._end(end)

    def streamed(self, text: str, end: str, calls: list[ToolCall], thought: str) -> list[bytes]:
        said = [self._message("", [], thought)] if thought else []
        said += [self._message(letter, [], "") for letter in text]
        said += [self._message("", calls, "")] if calls else []
        lines = [*(line | {"done": False} for line in said)]
        lines.append(self._message("", [], "") | self._end(end))
        return [json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines]

    def fault(self, status: int, said: str) -> Any:  # noqa: ARG002  the shape of a dialect
        return {"error": said}

    def check(self, seen: Any) -> None:
        assert seen.path == "/api/chat"
        body = seen.json
        assert set(body) <= {"model", "messages", "tools", "stream", "options", "format", "think"}
        for message in body["messages"]:
            for call in message.get("tool_calls", ()):
                assert isinstance(call["function"]["arguments"], dict)


DIALECTS = {dialect.type: dialect for dialect in (Chat(), Messages(), Contents(), Lines())}


@pytest.fixture(params=sorted(DIALECTS))
def dialect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Dialect:
    monkeypatch.setenv("VENDOR_KEY", SECRET)
    return DIALECTS[request.param]


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def stream(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


Say = Callable[..., None]


@pytest.fixture
def say(dialect: Dialect, says: Any, *, stream: bool) -> Say:
    """Let the server give one reply in the dialect, whole or in pieces."""

    def set_answer(
        text: str = ANSWER,
        end: str = "stop",
        calls: tuple[ToolCall, ...] = (),
        thought: str = "",
        **answer: Any,
    ) -> None:
        word = dialect.reasons[end]
        if stream:
            pieces = tuple(dialect.streamed(text, word, list(calls), thought))
            headers = {"Content-Type": dialect.content_type}
            says(pieces=pieces, headers=headers | answer.pop("headers", {}), **answer)
        else:
            says(dialect.whole(text, word, list(calls), thought), **answer)

    return set_answer


@pytest.fixture
def reply_to(dialect: Dialect, ask: Any, server: Any, *, stream: bool) -> Callable[..., Reply]:
    """Ask the dialect's adapter; the request is held against what the vendor allows."""

    def run(prompt: Any = "Hi", **fields: Any) -> Reply:
        given = dict(dialect.parameters) | {"base_url": server.url, "stream": stream}
        reply: Reply = ask(dialect.type, given, prompt, **fields)
        dialect.check(server.seen[-1])
        return reply

    return run


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


def test_gemini_says_in_the_body_when_to_come_back(
    says: Any, ask: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}
    says({"error": {"code": 429, "message": "slow down", "details": [info]}}, status=429)

    with pytest.raises(AdapterError) as caught:
        ask("gemini", {"model": "m", "base_url": server.url})

    assert caught.value.retry_after_s == 34.5


def test_a_prompt_that_gemini_blocks_is_a_refusal(says: Any, ask: Any, server: Any) -> None:
    says({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {}})

    reply = ask("gemini", {"model": "m", "base_url": server.url})

    assert (reply.text, reply.finish_reason) == (None, "content_filter")


def test_gemini_parameters_go_where_they_belong(says: Any, ask: Any, server: Any) -> None:
    says(DIALECTS["gemini"].whole("x", "STOP", []))
    params = {"max_tokens": 5, "stop": "END", "temperature": 0, "safetySettings": []}

    ask("gemini", {"model": "m", "base_url": server.url}, params=params)

    body = server.seen[-1].json
    assert body["generationConfig"] == {
        "maxOutputTokens": 5,
        "stopSequences": ["END"],
        "temperature": 0,
    }
    assert body["safetySettings"] == []


def test_ollama_options_go_where_they_belong(says: Any, ask: Any, server: Any) -> None:
    says(DIALECTS["ollama"].whole("x", "stop", []))
    params = {"max_tokens": 5, "temperature": 0, "format": "json", "options": {"seed": 1}}

    ask("ollama", {"model": "m", "base_url": server.url}, params=params)

    body = server.seen[-1].json
    assert body["options"] == {"seed": 1, "num_predict": 5, "temperature": 0}
    assert body["format"] == "json"


def test_anthropic_asks_for_a_limit_and_takes_one(says: Any, ask: Any, server: Any) -> None:
    says(DIALECTS["anthropic"].whole("x", "end_turn", []))

    ask("anthropic", {"model": "m", "base_url": server.url}, params={"stop": "END"})
    ask("anthropic", {"model": "m", "base_url": server.url}, params={"max_tokens": 7})

    first, second = (seen.json for seen in server.seen)
    assert (first["max_tokens"], first["stop_sequences"]) == (4096, ["END"])
    assert second["max_tokens"] == 7


# --- the vendors' own clients understand the same servers ------------------------------------


def _openai(url: str, *, stream: bool) -> tuple[str, list[str]]:
    from openai import OpenAI

    with OpenAI(base_url=url, api_key=SECRET, max_retries=0) as client:
        ask = client.chat.completions.create
        if stream:
            texts, names = [], []
            for chunk in ask(
                model="m-1", messages=[{"role": "user", "content": "Hi"}], stream=True
            ):
                for choice in chunk.choices:
                    texts.append(choice.delta.content or "")
                    calls = choice.delta.tool_calls or []
                    names += [c.function.name for c in calls if c.function and c.function.name]
            return "".join(texts), names
        message = ask(model="m-1", messages=[{"role": "user", "content": "Hi"}]).choices[0].message
        calls_made: list[Any] = list(message.tool_calls or [])
        return message.content or "", [call.function.name for call in calls_made]


def _anthropic(url: str, *, stream: bool) -> tuple[str, list[str]]:
    from anthropic import Anthropic

    with Anthropic(base_url=url, api_key=SECRET, max_retries=0) as client:
        given: Any = {
            "model": "m-1",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": "Hi"}],
        }
        if stream:
            with client.messages.stream(**given) as events:
                message: Any = events.get_final_message()
        else:
            message = client.messages.create(**given)
    texts = [block.text for block in message.content if block.type == "text"]
    return "".join(texts), [block.name for block in message.content if block.type == "tool_use"]


def _gemini(url: str, *, stream: bool) -> tuple[str, list[str]]:
    from google.genai import Client
    from google.genai.types import HttpOptions

    client = Client(api_key=SECRET, http_options=HttpOptions(base_url=url, api_version=""))
    ask = client.models
    chunks: list[Any] = (
        list(ask.generate_content_stream(model="m-1", contents="Hi"))
        if stream
        else [ask.generate_content(model="m-1", contents="Hi")]
    )
    client.close()
    parts = [part for chunk in chunks for part in chunk.candidates[0].content.parts or ()]
    calls = [part.function_call.name for part in parts if part.function_call]
    return "".join(part.text or "" for part in parts if not part.thought), calls


CLIENTS: Mapping[str, Callable[..., tuple[str, list[str]]]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "gemini": _gemini,
}


@pytest.mark.filterwarnings("ignore")  # of clients that are not ours
def test_the_vendors_own_client_reads_the_same_from_the_server(
    dialect: Dialect, say: Say, server: Any, *, stream: bool
) -> None:
    if dialect.type not in CLIENTS:
        pytest.skip("this vendor's client is no part of the tests")
    pytest.importorskip({"gemini": "google.genai"}.get(dialect.type, dialect.type))
    say(end="tool_calls", calls=(CALL,), thought="Hm.")

    text, calls = CLIENTS[dialect.type](server.url, stream=stream)

    assert (text, calls) == (ANSWER, ["weather"])
    assert len(server.seen) == 1
