"""The wire formats of vendors, as their servers speak them.

A dialect says what its server answers, plain and streamed, and refuses requests that the vendor's
own would refuse. A further format is one more dialect.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, ClassVar

import pytest

from llmeval.records import Reply, ToolCall

SECRET = "key-of-the-vendor-1234567890"
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
        "total_tokens": 29,
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
        return self._named("chat.completion") | {"choices": [choice], "usage": self.usage}

    def _named(self, kind: str) -> dict[str, Any]:
        return {"id": "id-1", "object": kind, "created": 1_700_000_000, "model": "m-1-x"}

    def streamed(self, text: str, end: str, calls: list[ToolCall], thought: str) -> list[bytes]:
        def chunk(delta: Any, finish: str | None = None) -> Any:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            return self._named("chat.completion.chunk") | {"choices": [choice], "usage": None}

        said = [chunk({"role": "assistant", "content": ""})]
        said += [chunk({"reasoning_content": thought})] if thought else []
        said += [chunk({"content": letter}) for letter in text]
        said += [chunk({"tool_calls": [call]}) for call in self._calls(calls)]
        last = self._named("chat.completion.chunk") | {"choices": [], "usage": self.usage}
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


class Responses(Dialect):
    """OpenAI's responses."""

    type = "openai"
    parameters: ClassVar[Mapping[str, Any]] = {
        "model": "m-1",
        "api_key_env": "VENDOR_KEY",
        "api": "responses",
    }
    key_header = "authorization"
    reasons: ClassVar[Mapping[str, Any]] = {
        "stop": "completed",
        "length": "max_output_tokens",
        "content_filter": "content_filter",
        "tool_calls": "completed",
    }

    def _output(self, text: str | None, calls: list[ToolCall], thought: str) -> list[Any]:
        output: list[Any] = []
        if thought:
            summary = [{"type": "summary_text", "text": thought}]
            output.append({"type": "reasoning", "id": "rs_1", "summary": summary})
        if text:
            part = {"type": "output_text", "text": text, "annotations": []}
            message = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
            output.append(message | {"status": "completed"})
        return output + [
            {
                "type": "function_call",
                "id": "fc_1",
                "call_id": c.id,
                "name": c.name,
                "arguments": json.dumps(c.arguments),
                "status": "completed",
            }
            for c in calls
        ]

    def whole(self, text: str | None, end: str, calls: list[ToolCall], thought: str = "") -> Any:
        is_whole = end == "completed"
        return {
            "id": "id-1",
            "object": "response",
            "created_at": 1,
            "status": "completed" if is_whole else "incomplete",
            "incomplete_details": None if is_whole else {"reason": end},
            "error": None,
            "model": "m-1-x",
            "output": self._output(text, calls, thought),
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "usage": {
                "input_tokens": 20,
                "input_tokens_details": {"cached_tokens": 5},
                "output_tokens": 9,
                "output_tokens_details": {"reasoning_tokens": 4},
                "total_tokens": 29,
            },
        }

    def streamed(self, text: str, end: str, calls: list[ToolCall], thought: str) -> list[bytes]:
        whole = self.whole(text, end, calls, thought)
        begun = whole | {"status": "in_progress", "output": [], "usage": None}
        events: list[Any] = [{"type": "response.created", "response": begun}]
        place = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "logprobs": []}
        events += [
            {"type": "response.output_text.delta", "delta": letter, **place} for letter in text
        ]
        events += [
            {"type": "response.output_item.added", "output_index": 1, "item": item}
            for item in whole["output"]
            if item["type"] == "function_call"
        ]
        events.append({"type": f"response.{whole['status']}", "response": whole})
        for number, event in enumerate(events):
            event["sequence_number"] = number
        return sse(*events, named=True)

    def fault(self, status: int, said: str) -> Any:
        return {"error": {"message": said, "type": f"t{status}", "code": None}}

    def check(self, seen: Any) -> None:
        assert seen.path.endswith("/responses")
        body = seen.json
        assert body["store"] is False
        assert "messages" not in body
        for item in body["input"]:
            kind = item.get("type", "message")
            assert kind in ("message", "function_call", "function_call_output")
            assert kind == "message" or item["call_id"]
        for tool in body.get("tools", ()):
            assert (tool["type"], tool["name"]) == ("function", "weather")


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
                assert block["type"] in ("thinking", "text", "tool_use", "tool_result")
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
        return parts + self._calls(calls, thought)

    def _calls(self, calls: list[ToolCall], thought: str) -> list[Any]:
        signed = {"thoughtSignature": "cw=="} if thought else {}
        return [
            {"functionCall": {"name": c.name, "args": c.arguments, "id": c.id}, **signed}
            for c in calls
        ]

    def whole(self, text: str | None, end: str, calls: list[ToolCall], thought: str = "") -> Any:
        return self._chunk(self._parts(text, calls, thought), end)

    def streamed(self, text: str, end: str, calls: list[ToolCall], thought: str) -> list[bytes]:
        chunks = [self._chunk([{"text": thought, "thought": True}], None)] if thought else []
        chunks += [self._chunk([{"text": letter}], None) for letter in text]
        return sse(*chunks, self._chunk(self._calls(calls, thought), end))

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


DIALECTS: Mapping[str, Dialect] = {
    "anthropic": Messages(),
    "gemini": Contents(),
    "ollama": Lines(),
    "openai": Chat(),
    "openai-responses": Responses(),
}


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


@pytest.fixture
def dialects() -> Mapping[str, Dialect]:
    """Return all wire formats by name: test modules cannot import them."""
    return DIALECTS
