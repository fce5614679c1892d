"""Spans of an instrumented application -> the steps of its reply.

Understands OpenTelemetry's semantic conventions for generative AI (`gen_ai.*`, as of 1.41 and the
names that those replaced), and what a span is for in the words of OpenInference and OpenLLMetry.
Spans that say nothing of the kind, those of a web framework for instance, are no steps.
https://opentelemetry.io/docs/specs/semconv/gen-ai/
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from llmeval.adapters.reply import arguments_of, clean, passages, tool_calls
from llmeval.records import Passage, Reply, ToolCall, Usage

MOST_SPANS = 10_000
"""Of one request; more are left out."""


class Span(Struct, frozen=True, kw_only=True):
    """One piece of work of an application, wherever it was reported."""

    name: str
    trace_id: str
    """32 hexadecimal digits, lower case; so is the span's, with 16."""
    span_id: str
    parent_id: str | None
    start_ns: int
    """Since 1970, by the clock of the application."""
    end_ns: int
    attributes: Mapping[str, Any]
    error: str | None = None
    """Why it failed; None where it did not."""


_KINDS: Mapping[str, Mapping[str, str]] = {
    "gen_ai.operation.name": {
        "chat": "llm",
        "create_agent": "agent",
        "embeddings": "llm",
        "execute_tool": "tool",
        "generate_content": "llm",
        "invoke_agent": "agent",
        "invoke_workflow": "workflow",
        "retrieval": "retrieval",
        "text_completion": "llm",
    },
    "openinference.span.kind": {
        "chain": "workflow",
        "embedding": "llm",
        "retriever": "retrieval",
    },
    "traceloop.span.kind": {},
    "llm.request.type": {"chat": "llm", "completion": "llm", "embedding": "llm"},
}
"""Attribute that says what a span is for -> its words -> ours; other words stay as they are."""
_NOT_COUNTED = ("embeddings", "embedding")
"""Operations whose tokens are not the model's that answers."""

_MODEL = ("gen_ai.response.model", "gen_ai.request.model", "llm.model_name")
_TOOL = ("gen_ai.tool.name", "tool.name", "traceloop.entity.name")
_OWN_NAMES: Mapping[str, Sequence[str]] = {
    "agent": ("gen_ai.agent.name", "traceloop.entity.name"),
    "llm": _MODEL,
    "retrieval": ("gen_ai.data_source.id",),
    "tool": _TOOL,
    "workflow": ("gen_ai.workflow.name", "gen_ai.agent.name", "traceloop.entity.name"),
}
_INPUT = (
    *("gen_ai.tool.call.arguments", "gen_ai.retrieval.query.text", "gen_ai.input.messages"),
    *("gen_ai.prompt", "tool_arguments", "tool.parameters", "input.value"),
    "traceloop.entity.input",
)
_OUTPUT = (
    *("gen_ai.tool.call.result", "gen_ai.retrieval.documents", "gen_ai.output.messages"),
    *("gen_ai.completion", "tool_response", "output.value", "traceloop.entity.output"),
)
_TOKENS: Mapping[str, Sequence[str]] = {
    "input_tokens": (
        *("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
        "llm.token_count.prompt",
    ),
    "output_tokens": (
        *("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
        "llm.token_count.completion",
    ),
    "cached_tokens": ("gen_ai.usage.cache_read.input_tokens",),
    "reasoning_tokens": ("gen_ai.usage.reasoning.output_tokens",),
}


def told(reply: Reply, spans: Iterable[Span], asked: tuple[int, int] | None = None) -> Reply:
    """Return a reply with what its spans say and it does not say itself.

    That is its steps, the calls of tools that models asked for, what was retrieved, the tokens of
    all models together, and the model.

    Args:
        reply: The reply.
        spans: Of this request alone, in any order.
        asked: When the request began and ended by our clock, nanoseconds since 1970. Where the
            spans' clock is another one, and when it is None, the first span begins at 0.
    """
    ordered = sorted(spans, key=lambda span: (span.start_ns, -span.end_ns))[:MOST_SPANS]
    if not ordered:
        return reply
    first = ordered[0].start_ns
    origin = asked[0] if asked is not None and asked[0] <= first <= asked[1] else first
    kinds = {span.span_id: kind for span in ordered if (kind := _kind(span)) is not None}
    known = [span for span in ordered if span.span_id in kinds]
    models = [span for span in known if kinds[span.span_id] == "llm" and not _is_inner(span, kinds)]
    models = [span for span in models if _said_to_be(span)[0] not in _NOT_COUNTED]
    return replace(
        reply,
        steps=reply.steps or tuple(_step(span, kinds[span.span_id], origin) for span in known),
        tool_calls=reply.tool_calls or tuple(call for span in models for call in _calls(span)),
        retrieved=_retrieved(known) if reply.retrieved is None else reply.retrieved,
        usage=_usage(models) if reply.usage == Usage() and models else reply.usage,
        model=reply.model or (_text(models[-1], _MODEL) if models else None),
    )


def _said_to_be(span: Span) -> tuple[str, str]:
    """Return what a span says it is for, and the attribute that does; ("", "") for nothing."""
    key = next((key for key in _KINDS if key in span.attributes), "")
    return (clean(str(span.attributes[key])).lower(), key) if key else ("", "")


def _kind(span: Span) -> str | None:
    word, key = _said_to_be(span)
    if word:
        return _KINDS[key].get(word, word)
    if "gen_ai.tool.name" in span.attributes:
        return "tool"
    return "llm" if "gen_ai.request.model" in span.attributes else None


def _is_inner(span: Span, kinds: Mapping[str, str]) -> bool:
    """Tell whether it is one call of a model seen twice: by a framework, and by the client."""
    return kinds.get(span.parent_id or "") == "llm"


def _step(span: Span, kind: str, origin: int) -> dict[str, Any]:
    given = span.attributes
    step: dict[str, Any] = {
        "name": _text(span, _OWN_NAMES.get(kind, ())) or _bare(span.name),
        "kind": kind,
        "start_s": round(max(0, span.start_ns - origin) / 1e9, 6),
        "duration_s": round(max(0, span.end_ns - span.start_ns) / 1e9, 6),
        "input": _value(given, _INPUT),
        "output": _said(_value(given, _OUTPUT), kind),
        "error": span.error,
        "input_tokens": _count(given, "input_tokens"),
        "output_tokens": _count(given, "output_tokens"),
    }
    return {name: value for name, value in step.items() if value is not None}


def _bare(name: str) -> str:
    """Return a span's name without the operation: "execute_tool search" -> "search"."""
    word, _, rest = clean(name).partition(" ")
    return rest if rest and word in _KINDS["gen_ai.operation.name"] else clean(name)


def _text(span: Span, names: Iterable[str]) -> str | None:
    found = (span.attributes.get(name) for name in names)
    return next((clean(text) for text in found if isinstance(text, str) and text), None)


def _value(given: Mapping[str, Any], names: Iterable[str]) -> Any:
    """Return the first that is given, as a JSON value; structured ones come as JSON text."""
    value = next((given[name] for name in names if given.get(name) is not None), None)
    if isinstance(value, str):
        return arguments_of(value) if value.lstrip()[:1] in ("{", "[", '"') else clean(value)
    return _plain(value)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return clean(str(value))


def _said(value: Any, kind: str) -> Any:
    """Return the text of messages that hold nothing but text, other values as they are."""
    if kind not in ("llm", "agent") or not isinstance(value, list) or not value:
        return value
    parts = [part for message in value for part in _parts(message)]
    texts = [part.get("content", part.get("text")) for part in parts]
    return "".join(texts) if parts and all(isinstance(text, str) for text in texts) else value


def _parts(message: Any) -> list[Any]:
    parts = message.get("parts", message.get("content")) if isinstance(message, Mapping) else None
    if isinstance(parts, str):
        return [{"content": parts}]
    well_formed = isinstance(parts, list) and all(isinstance(part, Mapping) for part in parts)
    return list(parts) if well_formed and parts else [{}]


def _calls(span: Span) -> Iterator[ToolCall]:
    """Yield the calls in a model's answer: whoever carries them out need not report a span."""
    messages = _value(span.attributes, ("gen_ai.output.messages",))
    for message in messages if isinstance(messages, list) else ():
        for part in _parts(message):
            if part.get("type") == "tool_call":
                yield from tool_calls(part)


def _count(given: Mapping[str, Any], name: str) -> int | None:
    counts = (given.get(key) for key in _TOKENS[name])
    return next((count for count in counts if type(count) is int and count >= 0), None)


def _usage(models: Sequence[Span]) -> Usage:
    totals = {}
    for name in _TOKENS:
        counts = [_count(span.attributes, name) for span in models]
        known = [count for count in counts if count is not None]
        # What one model did not say is not known of all. Nobody says that nothing was cached.
        complete = len(known) == len(counts) or name in ("cached_tokens", "reasoning_tokens")
        totals[name] = sum(known) if known and complete else None
    return Usage(**totals)


def _retrieved(known: Iterable[Span]) -> tuple[Passage, ...] | None:
    found = [documents for span in known if (documents := _documents(span)) is not None]
    if not found:
        return None
    return tuple(dict.fromkeys(passage for documents in found for passage in documents))


def _documents(span: Span) -> tuple[Passage, ...] | None:
    given = span.attributes
    listed = _value(given, ("gen_ai.retrieval.documents",))
    if isinstance(listed, list):
        return passages([_document(item) for item in listed])
    # OpenInference has an attribute for each part of each document.
    prefix, numbered = "retrieval.documents.", list[Any]()
    while any(f"{prefix}{len(numbered)}.document.{part}" in given for part in ("id", "content")):
        place = f"{prefix}{len(numbered)}.document."
        numbered.append({"id": given.get(f"{place}id"), "text": given.get(f"{place}content")})
    return passages(numbered) if numbered else None


def _document(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    identity = item.get("id", item.get("document_id", item.get("source_id")))
    return {"id": identity, "text": item.get("content", item.get("text"))}
