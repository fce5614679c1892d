"""OpenAI's responses wire format: the `openai` adapter with `api = "responses"`.

Read from https://platform.openai.com/docs/api-reference/responses/create and
.../responses-streaming. A stream ends with the whole response, so its pieces only tell the time.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llmeval.adapters.faults import excerpt, from_status
from llmeval.adapters.reply import arguments_of, clean, cleaned_json, parse, usage
from llmeval.adapters.sse import Events
from llmeval.adapters.wire import Answer, header
from llmeval.errors import AdapterError
from llmeval.records import Message, Reply, Request, Timing, ToolCall

Json = Mapping[str, Any]
SCHEMA_NAME = "reply"
"""The service wants a schema to have a name."""
_NAMES = {"max_tokens": "max_output_tokens", "max_completion_tokens": "max_output_tokens"}
_ENDS = frozenset({"response.completed", "response.incomplete", "response.failed"})
_SAID = frozenset({"response.output_text.delta", "response.refusal.delta"})
_INCOMPLETE = {"max_output_tokens": "length", "content_filter": "content_filter"}


def body(request: Request, model: str) -> dict[str, Any]:
    """Return the body of a request."""
    found: dict[str, Any] = {"model": model, "store": False}  # nothing is kept at the service
    if request.system:
        found["instructions"] = request.system
    if request.tools:
        found["tools"] = [_tool(tool) for tool in request.tools]
    if request.schema is not None:
        form = {"type": "json_schema", "name": SCHEMA_NAME, "strict": True}
        found["text"] = {"format": form | {"schema": request.schema}}
    given = {_NAMES.get(name, name): value for name, value in request.params.items()}
    if isinstance(given.get("text"), Mapping):
        # How many words a model makes stands there as well.
        given["text"] = found.get("text", {}) | given["text"]
    found.update(given)
    found["input"] = [item for message in request.messages for item in _items(message)]
    return found


def _tool(tool: Json) -> Json:
    function = tool.get("function")
    return {"type": "function", **function} if isinstance(function, Mapping) else tool


def _items(message: Message) -> Iterator[Json]:
    if message.role == "tool":
        called = message.tool_call_id or message.name or ""
        yield {"type": "function_call_output", "call_id": called, "output": message.content}
        return
    if message.content or not message.tool_calls:
        yield {"role": message.role, "content": message.content}
    for call in message.tool_calls:
        given = call.arguments
        yield {
            "type": "function_call",
            "call_id": call.id or f"call_{call.name}",
            "name": call.name,
            "arguments": given if isinstance(given, str) else json.dumps(given, sort_keys=True),
        }


def whole_reply(answer: Answer, where: str) -> Reply:
    """Return the Reply of a body that came as a whole.

    Raises:
        AdapterError: Not a response, or an error.
    """
    return _reply(parse(answer.body, where), answer, where, None)


def _reply(document: Any, answer: Answer, where: str, first_token_s: float | None) -> Reply:
    if isinstance(document, Mapping) and document.get("error"):
        raise error_in(document, where)
    output = document.get("output") if isinstance(document, Mapping) else None
    if not isinstance(output, list):
        raise AdapterError(
            f"the reply of {where} is no response: {excerpt(cleaned_json(document))}",
            kind="bad_reply",
            transient=True,
        )
    items = [item for item in output if isinstance(item, Mapping)]
    parts = [part for item in items for part in _parts(item, "message", "content")]
    refusal = _joined(parts, "refusal")
    calls = tuple(_call(item) for item in items if item.get("type") == "function_call")
    thoughts = [part for item in items for part in _parts(item, "reasoning", "summary")]
    model, identity = document.get("model"), document.get("id")
    return Reply(
        text=_joined(parts, "text") or refusal,
        finish_reason="refusal" if refusal else _ended(document, called=bool(calls)),
        model=clean(model) if isinstance(model, str) else None,
        request_id=header(answer.headers, "x-request-id")
        or (clean(identity) if isinstance(identity, str) else None),
        reasoning=_joined(thoughts, "text"),
        tool_calls=calls,
        usage=usage(document.get("usage")),
        timing=Timing(first_token_s=first_token_s, total_s=answer.total_s),
    )


def _parts(item: Json, kind: str, key: str) -> list[Json]:
    parts = item.get(key) if item.get("type") == kind else None
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


def _joined(parts: Sequence[Json], key: str) -> str | None:
    texts = [part[key] for part in parts if isinstance(part.get(key), str)]
    return clean("".join(texts)) if texts else None


def _call(item: Json) -> ToolCall:
    identity = item.get("call_id") or item.get("id")
    return ToolCall(
        name=clean(str(item.get("name") or "")),
        arguments=arguments_of(item.get("arguments")),
        id=clean(identity) if isinstance(identity, str) else None,
    )


def _ended(document: Json, *, called: bool) -> str | None:
    status, details = document.get("status"), document.get("incomplete_details")
    if status == "incomplete":
        reason = str(details.get("reason")) if isinstance(details, Mapping) else "incomplete"
        return _INCOMPLETE.get(reason, clean(reason))
    return "tool_calls" if called else "stop"


def error_in(document: Json, where: str) -> AdapterError:
    """Return the error that a failed response, or an event of a stream, carries."""
    error = document.get("error")
    code = error.get("code") if isinstance(error, Mapping) else document.get("code")
    status = {"rate_limit_exceeded": 429, "invalid_prompt": 400}.get(str(code), 500)
    if isinstance(code, int) and 400 <= code < 600:
        status = code
    return from_status(status, {}, cleaned_json(document), where=where)


class Stream:
    """Waits for the response at the end of a stream, and notes when its first piece came.

    Args:
        where: The address, for messages.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._events = Events()
        self._first_s: float | None = None
        self._response: Any = None

    def feed(self, piece: bytes, seconds: float) -> bool:
        """Take a piece of the reply; return whether it was the last.

        Raises:
            AdapterError: It is not JSON, or it carries an error.
        """
        for event in self._events.feed(piece):
            self._take(event, seconds)
        return self._response is not None

    def reply(self, answer: Answer) -> Reply:
        """Return the whole reply.

        Raises:
            AdapterError: The stream ended before the reply did.
        """
        for event in self._events.end():
            self._take(event, answer.total_s)
        if self._response is None:
            raise AdapterError(
                f"the stream of {self._where} broke off before the reply was finished",
                kind="bad_reply",
                transient=True,
            )
        return _reply(self._response, answer, self._where, self._first_s)

    def _take(self, event: bytes, seconds: float) -> None:
        if event.strip() == b"[DONE]":  # of servers that speak both formats
            return
        found = parse(event, self._where)
        kind = found.get("type") if isinstance(found, Mapping) else None
        if kind == "error" or (kind is None and isinstance(found, Mapping) and found.get("error")):
            raise error_in(found, self._where)
        if kind in _ENDS:
            self._response = found.get("response")
        elif self._first_s is None and _is_said(found):
            self._first_s = seconds


def _is_said(event: Any) -> bool:
    """Tell whether an event brings text, or begins a call of a tool."""
    if not isinstance(event, Mapping):
        return False
    item = event.get("item")
    is_call = isinstance(item, Mapping) and item.get("type") == "function_call"
    return (event.get("type") in _SAID and bool(event.get("delta"))) or is_call
