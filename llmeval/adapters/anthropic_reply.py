"""What Anthropic's messages interface answered -> Reply: whole, or event by event."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from llmeval.adapters.faults import excerpt, from_status
from llmeval.adapters.reply import (
    arguments_of,
    clean,
    cleaned,
    cleaned_json,
    finish_reason,
    parse,
)
from llmeval.adapters.sse import Events
from llmeval.adapters.wire import Answer, header
from llmeval.errors import AdapterError
from llmeval.records import Reply, Timing, ToolCall, Usage

# The status that an error has where it does not come inside a stream.
_STATUS: Mapping[str, int] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}


def whole_reply(answer: Answer, where: str) -> Reply:
    """Return the Reply of a body that came as a whole.

    Raises:
        AdapterError: Not a message, or an error.
    """
    document = parse(answer.body, where)
    if isinstance(document, Mapping) and document.get("type") == "error":
        raise error_in(document, where)
    content = document.get("content") if isinstance(document, Mapping) else None
    if not isinstance(content, list):
        raise AdapterError(
            f"the reply of {where} is no message: {excerpt(cleaned_json(document))}",
            kind="bad_reply",
            transient=True,
        )
    blocks = [_Block.of(block) for block in content if isinstance(block, Mapping)]
    return _reply(document, blocks, usage_of(document.get("usage")), answer, None)


def error_in(document: Mapping[str, Any], where: str) -> AdapterError:
    """Return the error that an error object stands for."""
    error = document.get("error")
    kind = error.get("type") if isinstance(error, Mapping) else None
    return from_status(_STATUS.get(str(kind), 500), {}, cleaned_json(document), where=where)


def usage_of(value: Any) -> Usage:
    """Return token counts; what was read from or written to the prompt cache is input too."""
    if not isinstance(value, Mapping):
        return Usage()
    parts = [_count(value, name) for name in _INPUT]
    known = [part for part in parts if part is not None]
    return Usage(
        input_tokens=sum(known) if known else None,
        output_tokens=_count(value, "output_tokens"),
        cached_tokens=_count(value, "cache_read_input_tokens"),
    )


_INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


def _count(value: Mapping[str, Any], name: str) -> int | None:
    count = value.get(name)
    return count if type(count) is int and count >= 0 else None


class _Block(Struct):
    """One block of the reply's content."""

    type: str
    id: str | None = None
    name: str = ""
    input: Any = None
    sealed: dict[str, str] = field(default_factory=dict)
    """Signature of its reasoning, or reasoning that only the service can read."""
    pieces: list[str] = field(default_factory=list)
    """Of its text, its reasoning, or its input as JSON text."""

    @classmethod
    def of(cls, block: Mapping[str, Any]) -> "_Block":
        kind = str(block.get("type"))
        text = block.get("thinking" if kind == "thinking" else "text")
        identity, name = block.get("id"), block.get("name")
        return cls(
            type=kind,
            id=clean(identity) if isinstance(identity, str) else None,
            name=clean(name) if isinstance(name, str) else "",
            input=block.get("input"),
            sealed={key: block[key] for key in _SEALED if isinstance(block.get(key), str)},
            pieces=[text] if isinstance(text, str) and text else [],
        )

    @property
    def text(self) -> str:
        return clean("".join(self.pieces))

    def call(self, thought: list[dict[str, str]]) -> ToolCall:
        given = arguments_of("".join(self.pieces)) if self.pieces else cleaned(self.input)
        arguments = {} if given is None else given
        return ToolCall(name=self.name, arguments=arguments, id=self.id, opaque=thought or None)

    def thought(self) -> dict[str, str]:
        """Return a block of reasoning as it goes back to the service."""
        text = {"thinking": self.text} if self.type == "thinking" else {}
        return {"type": self.type, **text, **self.sealed}


_SEALED = ("signature", "data")


def _calls(blocks: list[_Block]) -> tuple[ToolCall, ...]:
    """Return the calls, each with the reasoning before it.

    The service refuses calls of a model that thinks when its thoughts are missing
    (docs.claude.com, "Extended thinking with tool use").
    """
    calls: list[ToolCall] = []
    thoughts: list[dict[str, str]] = []
    for block in blocks:
        if block.type in ("thinking", "redacted_thinking"):
            thoughts.append(block.thought())
        elif block.type == "tool_use":
            calls.append(block.call(thoughts))
            thoughts = []
    return tuple(calls)


def _texts(blocks: list[_Block], kind: str) -> str | None:
    texts = [block.text for block in blocks if block.type == kind]
    return "".join(texts) if texts else None


def _reply(
    document: Mapping[str, Any],
    blocks: list[_Block],
    usage: Usage,
    answer: Answer,
    first_token_s: float | None,
) -> Reply:
    model, identity = document.get("model"), document.get("id")
    return Reply(
        text=_texts(blocks, "text"),
        finish_reason=finish_reason(document.get("stop_reason")),
        model=clean(model) if isinstance(model, str) else None,
        request_id=header(answer.headers, "request-id", "x-request-id")
        or (clean(identity) if isinstance(identity, str) else None),
        reasoning=_texts(blocks, "thinking"),
        tool_calls=_calls(blocks),
        usage=usage,
        timing=Timing(first_token_s=first_token_s, total_s=answer.total_s),
    )


class Stream:
    """Puts a streamed message together.

    Args:
        where: The address, for messages.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._events = Events()
        self._document: dict[str, Any] = {}
        self._usage: dict[str, Any] = {}
        self._blocks: dict[int, _Block] = {}
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
        if not self._done and self._document.get("stop_reason") is None:
            raise AdapterError(
                f"the stream of {self._where} broke off before the reply was finished",
                kind="bad_reply",
                transient=True,
            )
        blocks = [block for _, block in sorted(self._blocks.items())]
        return _reply(self._document, blocks, usage_of(self._usage), answer, self._first_s)

    def _take(self, event: bytes, seconds: float) -> None:
        found = parse(event, self._where)
        kind = found.get("type") if isinstance(found, Mapping) else None
        if kind == "error":
            raise error_in(found, self._where)
        if kind == "message_stop":
            self._done = True
        elif kind == "message_start":
            self._take_message(found.get("message"))
        elif kind == "message_delta":
            self._take_end(found)
        elif kind == "content_block_start":
            self._open(found, seconds)
        elif kind == "content_block_delta":
            self._add(found, seconds)

    def _take_message(self, message: Any) -> None:
        if isinstance(message, Mapping):
            self._document = dict(message)
            self._count(message.get("usage"))

    def _take_end(self, found: Mapping[str, Any]) -> None:
        delta = found.get("delta")
        if isinstance(delta, Mapping) and delta.get("stop_reason"):
            self._document["stop_reason"] = delta["stop_reason"]
        self._count(found.get("usage"))

    def _count(self, usage: Any) -> None:
        # Counts are cumulative: the last one that is said holds.
        if isinstance(usage, Mapping):
            self._usage.update({name: n for name, n in usage.items() if n is not None})

    def _open(self, found: Mapping[str, Any], seconds: float) -> None:
        block = found.get("content_block")
        if isinstance(block, Mapping):
            self._blocks[_index(found)] = opened = _Block.of(block)
            if opened.type == "tool_use" or (opened.type == "text" and opened.pieces):
                self._said(seconds)

    def _add(self, found: Mapping[str, Any], seconds: float) -> None:
        delta, block = found.get("delta"), self._blocks.get(_index(found))
        if not isinstance(delta, Mapping) or block is None:
            return
        if isinstance(delta.get("signature"), str):
            block.sealed["signature"] = block.sealed.get("signature", "") + delta["signature"]
        piece = delta.get(_PIECES.get(str(delta.get("type")), ""))
        if isinstance(piece, str) and piece:
            block.pieces.append(piece)
            if block.type == "text":
                self._said(seconds)

    def _said(self, seconds: float) -> None:
        if self._first_s is None:
            self._first_s = seconds


_PIECES: Mapping[str, str] = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "input_json_delta": "partial_json",
}
"""Kind of delta -> where its text stands."""


def _index(found: Mapping[str, Any]) -> int:
    index = found.get("index")
    return index if isinstance(index, int) else 0
