"""Ollama's own wire format: `/api/chat`, lines of JSON where it streams.

Read from https://github.com/ollama/ollama/blob/main/docs/api.md. Ollama also speaks the
chat-completions format (adapter `openai` with `base_url`); its own knows `options`, `keep_alive`
and thinking.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

from llmeval.adapters.faults import excerpt, from_status
from llmeval.adapters.messages import chat_messages
from llmeval.adapters.reply import (
    arguments_of,
    clean,
    cleaned_json,
    finish_reason,
    parse,
    text_of,
    tool_calls,
    usage,
)
from llmeval.adapters.sse import Lines
from llmeval.adapters.wire import Answer, Call, OverHttp, Wire, shown
from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Reply, Request, Timing, ToolCall

BASE_URL = "http://127.0.0.1:11434"
_encode = json.JSONEncoder(separators=(",", ":")).encode
# Beside `options`; every other parameter belongs into it.
_TOP = frozenset({"format", "keep_alive", "options", "think"})
_NAMES: Mapping[str, str] = {"max_tokens": "num_predict"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ollama(OverHttp):
    """Asks a model that Ollama runs."""

    model: str
    """Name of the model, as `ollama list` shows it."""
    base_url: str = BASE_URL
    """Where Ollama listens; `/api/chat` is added."""
    stream: bool = False
    """Ask for the reply piece by piece: gives the time to the first token."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further HTTP headers."""
    _wire: Wire = field(default_factory=Wire, init=False, repr=False, compare=False)

    takes_schema: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if urlsplit(self.base_url).scheme not in ("http", "https"):
            raise ParameterError("base_url", "expected an address that begins with http or https")
        if not self.model:
            raise ParameterError("model", "expected the name of a model, found an empty text")

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes replies comparable: no header values."""
        return {"type": "ollama", "model": self.model, "base_url": shown(self.base_url)}

    async def respond(self, request: Request) -> Reply:
        """Return the model's reply.

        Raises:
            AdapterError: No connection, refused, or not a reply.
        """
        call = Call(f"{self.base_url.rstrip('/')}/api/chat", self._body(request))
        headers = {"Content-Type": "application/json", "User-Agent": "llmeval"}
        chat = _Chat(shown(call.url))
        answer = await self._wire.stream(call, headers | dict(self.headers), chat.feed)
        return chat.reply(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    def _body(self, request: Request) -> bytes:
        params = {name: value for name, value in request.params.items() if value is not None}
        options = dict(params.get("options") or {})
        options.update({_NAMES.get(n, n): v for n, v in params.items() if n not in _TOP})
        body: dict[str, Any] = {"model": self.model}
        if request.schema is not None:
            body["format"] = request.schema
        body.update({name: value for name, value in params.items() if name in _TOP})
        if options:
            body["options"] = options
        if request.tools:
            body["tools"] = [dict(tool) for tool in request.tools]
        body["messages"] = [_message(message) for message in chat_messages(request)]
        body["stream"] = self.stream
        return _encode(body).encode()


def _message(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message of the chat form in Ollama's: arguments are objects, not text."""
    calls = message.get("tool_calls")
    if not calls:
        return message
    functions = [call["function"] for call in calls]
    return message | {
        "tool_calls": [
            {"function": {"name": f["name"], "arguments": _object(f["arguments"])}}
            for f in functions
        ]
    }


def _object(arguments: str) -> Any:
    """Return arguments as the object they must be; what a model wrote need not be one."""
    value = arguments_of(arguments)
    return value if isinstance(value, dict) else {}


class _Chat:
    """Puts a reply together: one object, or one object a line."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._lines = Lines()
        self._texts: list[str] = []
        self._thoughts: list[str] = []
        self._calls: list[ToolCall] = []
        self._last: Mapping[str, Any] = {}
        self._first_s: float | None = None

    def feed(self, piece: bytes, seconds: float) -> bool:
        """Take a piece; return whether it was the last.

        Raises:
            AdapterError: It is not JSON, or it carries an error.
        """
        for line in self._lines.feed(piece):
            self._take(line, seconds)
        return bool(self._last.get("done"))

    def reply(self, answer: Answer) -> Reply:
        """Return the whole reply.

        Raises:
            AdapterError: Not a reply, or it ended too early.
        """
        for line in [answer.body] if answer.body else self._lines.end():
            self._take(line, None if answer.body else answer.total_s)
        last = self._last
        if not last.get("done"):
            raise AdapterError(
                f"the reply of {self._where} broke off, or is none: {excerpt(cleaned_json(last))}",
                kind="bad_reply",
                transient=True,
            )
        word = finish_reason(last.get("done_reason")) or "stop"
        model = last.get("model")
        return Reply(
            text=clean("".join(self._texts)) if self._texts else None,
            finish_reason="tool_calls" if self._calls and word == "stop" else word,
            model=clean(model) if isinstance(model, str) else None,
            reasoning=clean("".join(self._thoughts)) if self._thoughts else None,
            tool_calls=tuple(self._calls),
            usage=usage(last),
            timing=Timing(first_token_s=self._first_s, total_s=answer.total_s),
        )

    def _take(self, line: bytes, seconds: float | None) -> None:
        found = parse(line, self._where)
        self._last = found if isinstance(found, Mapping) else {"": found}
        if self._last.get("error"):
            raise from_status(500, {}, cleaned_json(found), where=self._where)
        message = self._last.get("message")
        if not isinstance(message, Mapping):
            return
        text, thought = text_of(message.get("content")), text_of(message.get("thinking"))
        calls = tool_calls(message.get("tool_calls"))
        self._texts += [text] if text else []
        self._thoughts += [thought] if thought else []
        self._calls += calls
        if (text or calls) and self._first_s is None:
            self._first_s = seconds
