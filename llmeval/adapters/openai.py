"""The chat-completions wire format: OpenAI, and every server that speaks it.

Read from https://platform.openai.com/docs/api-reference/chat and .../chat-streaming; the fields
`reasoning_content` and `reasoning` are those of DeepSeek, vLLM and OpenRouter.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from urllib.parse import quote, urlsplit

from llmeval.adapters import responses
from llmeval.adapters.faults import excerpt, from_status
from llmeval.adapters.keys import key_from
from llmeval.adapters.messages import chat_messages
from llmeval.adapters.reply import (
    arguments_of,
    clean,
    finish_reason,
    parse,
    text_of,
    tool_calls,
    usage,
)
from llmeval.adapters.sse import Events
from llmeval.adapters.wire import Answer, Call, Wire, header, shown
from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Reply, Request, Timing, ToolCall, Usage

BASE_URL = "https://api.openai.com/v1"
_encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAI:
    """Asks a model over the chat-completions interface."""

    model: str
    """Name of the model, as the service knows it."""
    base_url: str = BASE_URL
    """Where the interface begins; `/chat/completions` is added."""
    api_key_env: str | None = None
    """Environment variable that holds the key. Default: OPENAI_API_KEY for OpenAI's own address,
    no key for any other."""
    api: Literal["chat", "responses"] = "chat"
    """Which of OpenAI's interfaces: chat completions or responses."""
    api_key_header: str = "Authorization"
    """Header that carries the key; in `Authorization` it stands after the word Bearer."""
    api_version: str | None = None
    """Sent as `?api-version=`, as Azure's addresses of single deployments want it."""
    stream: bool = False
    """Ask for the reply piece by piece: gives the time to the first token."""
    organization: str | None = None
    project: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further HTTP headers."""
    system_role: Literal["system", "developer"] = "system"
    """Role that the system prompt is sent with."""
    _wire: Wire = field(default_factory=Wire, init=False, repr=False, compare=False)

    takes_schema: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if urlsplit(self.base_url).scheme not in ("http", "https"):
            raise ParameterError("base_url", "expected an address that begins with http or https")
        if not self.model:
            raise ParameterError("model", "expected the name of a model, found an empty text")

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes replies comparable: no key, no header values."""
        return {
            "type": "openai",
            "model": self.model,
            "base_url": shown(self.base_url),
            "system_role": self.system_role,
            **({"api": self.api} if self.api != "chat" else {}),
        }

    async def respond(self, request: Request) -> Reply:
        """Return the model's reply.

        Raises:
            AdapterError: No key, no connection, refused, or not a reply.
        """
        headers = self._headers()
        call = Call(self._url(), self._body(request))
        if self.api == "responses":
            return await self._response(call, headers)
        if not self.stream:
            return _reply(await self._wire.ask(call, headers), call.url)
        stream = Stream(shown(call.url))
        answer = await self._wire.stream(call, headers, stream.feed)
        # A server that does not stream answers with one JSON object instead.
        return _reply(answer, call.url) if answer.body else stream.reply(answer)

    async def _response(self, call: Call, headers: Mapping[str, str]) -> Reply:
        where = shown(call.url)
        if not self.stream:
            return responses.whole_reply(await self._wire.ask(call, headers), where)
        stream = responses.Stream(where)
        answer = await self._wire.stream(call, headers, stream.feed)
        return responses.whole_reply(answer, where) if answer.body else stream.reply(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    def _url(self) -> str:
        path = "responses" if self.api == "responses" else "chat/completions"
        url = f"{self.base_url.rstrip('/')}/{path}"
        return url if self.api_version is None else f"{url}?api-version={quote(self.api_version)}"

    def _headers(self) -> Mapping[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": "llmeval"}
        key = self._key()
        if key:
            is_usual = self.api_key_header.lower() == "authorization"
            headers[self.api_key_header] = f"Bearer {key}" if is_usual else key
        if self.organization:
            headers["OpenAI-Organization"] = self.organization
        if self.project:
            headers["OpenAI-Project"] = self.project
        return headers | dict(self.headers)

    @property
    def key_variable(self) -> str | None:
        """The environment variable that holds the key; None: no key is sent."""
        return self.api_key_env or ("OPENAI_API_KEY" if self.base_url == BASE_URL else None)

    def _key(self) -> str | None:
        name = self.key_variable
        return None if name is None else key_from(name)

    def _body(self, request: Request) -> bytes:
        body = (self._chat if self.api == "chat" else self._responses)(request)
        # `stream_options: null` is how a suite leaves out what a server does not know.
        return _encode({key: value for key, value in body.items() if value is not None}).encode()

    def _responses(self, request: Request) -> dict[str, Any]:
        return responses.body(request, self.model) | {"stream": self.stream}

    def _chat(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.model}
        if request.tools:
            body["tools"] = [_tool(tool) for tool in request.tools]
        if request.schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": _strict(request)}
        if self.stream:
            body["stream_options"] = {"include_usage": True}
        body.update(request.params)
        body["messages"] = chat_messages(request, system_role=self.system_role)
        body["stream"] = self.stream
        return body


def _strict(request: Request) -> Mapping[str, Any]:
    return {"name": responses.SCHEMA_NAME, "strict": True, "schema": request.schema}


def _tool(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    return tool if "type" in tool else {"type": "function", "function": tool}


def _reply(answer: Answer, url: str) -> Reply:
    where = shown(url)
    document = parse(answer.body, where)
    choice = _choice(document, where)
    message = choice.get("message")
    if not isinstance(message, Mapping):
        raise _no_choice(document, where)
    calls = tool_calls(message.get("tool_calls"))
    refusal = message.get("refusal")
    return Reply(
        text=text_of(message.get("content")) or text_of(refusal),
        finish_reason=ended(choice.get("finish_reason"), called=bool(calls), refused=bool(refusal)),
        model=_word(document.get("model")),
        request_id=header(answer.headers, "x-request-id", "request-id")
        or _word(document.get("id")),
        reasoning=text_of(message.get("reasoning_content") or message.get("reasoning")),
        tool_calls=calls,
        usage=usage(document.get("usage")),
        timing=Timing(total_s=answer.total_s),
    )


def _choice(document: Any, where: str) -> Mapping[str, Any]:
    choices = document.get("choices") if isinstance(document, Mapping) else None
    if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        return choices[0]
    raise _no_choice(document, where)


def _no_choice(document: Any, where: str) -> AdapterError:
    if isinstance(document, Mapping) and document.get("error"):
        return error_in(document, where)
    return AdapterError(
        f"the reply of {where} is no chat completion: {excerpt(_encode(document))}",
        kind="bad_reply",
        transient=True,
    )


def error_in(document: Mapping[str, Any], where: str) -> AdapterError:
    """Return the error that a reply with status 200 carries in its body."""
    error = document["error"]
    code = error.get("code", error.get("status")) if isinstance(error, Mapping) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    return from_status(status, {}, _encode(document), where=where)


def ended(word: Any, *, called: bool, refused: bool) -> str | None:
    """Return how a reply ended; some servers say `stop` of tool calls, all of refusals."""
    if refused:
        return "refusal"
    reason = finish_reason(word)
    return "tool_calls" if called and reason in (None, "stop") else reason


def _word(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) and value else None


class _Call:
    """A tool call under construction."""

    __slots__ = ("arguments", "id", "name")

    def __init__(self) -> None:
        self.id: str | None = None
        self.name = ""
        self.arguments = ""


class Stream:
    """Puts a streamed chat completion together.

    Args:
        where: The address, for messages.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._events = Events()
        self._texts: list[str] = []
        self._refusals: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[int, _Call] = {}
        self._finish: Any = None
        self._usage = Usage()
        self._model: str | None = None
        self._id: str | None = None
        self._first_s: float | None = None
        self._done = False

    def feed(self, piece: bytes, seconds: float) -> bool:
        """Take a piece of the reply; return whether it was the last.

        Raises:
            AdapterError: It is not JSON, or it carries an error.
        """
        for event in self._events.feed(piece):
            self._take(event, seconds)
        return self._done

    def reply(self, answer: Answer) -> Reply:
        """Return the whole reply.

        Raises:
            AdapterError: The stream ended before the reply did.
        """
        for event in self._events.end():
            self._take(event, answer.total_s)
        if not self._done and self._finish is None:
            raise AdapterError(
                f"the stream of {self._where} broke off before the reply was finished",
                kind="bad_reply",
                transient=True,
            )
        calls = tuple(_finished(call) for _, call in sorted(self._calls.items()) if call.name)
        text, refusal = _joined(self._texts), _joined(self._refusals)
        return Reply(
            text=text or refusal,
            finish_reason=ended(self._finish, called=bool(calls), refused=bool(refusal)),
            model=self._model,
            request_id=header(answer.headers, "x-request-id", "request-id") or self._id,
            reasoning=_joined(self._reasoning),
            tool_calls=calls,
            usage=self._usage,
            timing=Timing(first_token_s=self._first_s, total_s=answer.total_s),
        )

    def _take(self, event: bytes, seconds: float) -> None:
        if event.strip() == b"[DONE]":
            self._done = True
            return
        chunk = parse(event, self._where)
        if not isinstance(chunk, Mapping):
            raise _no_choice(chunk, self._where)
        if chunk.get("error"):
            raise error_in(chunk, self._where)
        if chunk.get("usage"):
            self._usage = usage(chunk["usage"])
        if self._model is None:
            self._model, self._id = _word(chunk.get("model")), _word(chunk.get("id"))
        choices = chunk.get("choices")
        # The last chunk carries the usage and no choice.
        if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
            self._finish = choices[0].get("finish_reason") or self._finish
            self._add(choices[0].get("delta"), seconds)

    def _add(self, delta: Any, seconds: float) -> None:
        if not isinstance(delta, Mapping):
            return
        said = _append(self._texts, delta.get("content"))
        said |= _append(self._refusals, delta.get("refusal"))
        calls = delta.get("tool_calls")
        if isinstance(calls, list):
            for call in calls:
                said |= self._add_call(call)
        if said and self._first_s is None:
            self._first_s = seconds
        _append(self._reasoning, delta.get("reasoning_content") or delta.get("reasoning"))

    def _add_call(self, delta: Any) -> bool:
        if not isinstance(delta, Mapping):
            return False
        index, function = delta.get("index"), delta.get("function")
        call = self._calls.setdefault(index if isinstance(index, int) else 0, _Call())
        if isinstance(delta.get("id"), str):
            call.id = delta["id"]
        if isinstance(function, Mapping):
            call.name += function.get("name") or ""
            call.arguments += function.get("arguments") or ""
        return True


def _append(pieces: list[str], value: Any) -> bool:
    # Not `text_of`: a pair of surrogates may be cut in two, it is joined first and cleaned then.
    text = value if isinstance(value, str) else text_of(value)
    if text:
        pieces.append(text)
    return bool(text)


def _joined(pieces: list[str]) -> str | None:
    return clean("".join(pieces)) if pieces else None


def _finished(call: _Call) -> ToolCall:
    return ToolCall(
        name=clean(call.name),
        arguments=arguments_of(call.arguments),
        id=None if call.id is None else clean(call.id),
    )
