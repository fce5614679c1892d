"""JSON values of services, programs and callables -> parts of a Reply.

Lenient in what words are used for a thing, strict in types: a token count that is no whole number
is "not said", never 0.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from llmeval.errors import AdapterError, did_you_mean
from llmeval.records import Passage, Reply, ToolCall, Usage
from llmeval.text import fold_surrogates

FINISH_REASONS: Mapping[str, str] = {
    "complete": "stop",
    "content_filter": "content_filter",
    "content_filtered": "content_filter",
    "end_turn": "stop",
    "eos": "stop",
    "function_call": "tool_calls",
    "length": "length",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "model_length": "length",
    "refusal": "refusal",
    "safety": "content_filter",
    "stop": "stop",
    "stop_sequence": "stop",
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
}
"""The services' words for how a reply ended -> ours."""

FIELDS = frozenset(Reply.__struct_fields__)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


# NaN and Infinity are refused here: stored files cannot hold them.
_decode = json.JSONDecoder(parse_constant=_refuse).decode


def parse(body: bytes | str, where: str) -> Any:
    """Return the JSON value of a body.

    Args:
        body: UTF-8 where it is bytes.
        where: Whose body it is, for the message.

    Raises:
        AdapterError: `bad_reply`, transient: it is cut short, or not JSON.
    """
    try:
        return _decode(body if isinstance(body, str) else body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise AdapterError(
            f"the reply of {where} is not JSON: {_problem(error)}",
            kind="bad_reply",
            transient=True,
        ) from error


def _problem(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def clean(text: str) -> str:
    """Return a text that every encoding can carry.

    Halves of a surrogate pair are joined; one alone becomes U+FFFD.
    """
    return text if text.isascii() else fold_surrogates(text)


def cleaned(value: Any) -> Any:
    """Return a JSON value whose texts and keys are all clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    return value


def text_of(value: Any) -> str | None:
    """Return a text: joined parts for a list of content parts, None for nothing."""
    if value is None or isinstance(value, str):
        return None if value is None else clean(value)
    if isinstance(value, list | tuple):
        texts = [text for text in map(_part, value) if text is not None]
        return "".join(texts) if texts else None
    if isinstance(value, Mapping) and isinstance(value.get("text"), str):
        return clean(value["text"])
    return cleaned_json(value)


def _part(part: Any) -> str | None:
    if isinstance(part, Mapping):
        text = part.get("text")
        return clean(text) if isinstance(text, str) else None
    return text_of(part)


def cleaned_json(value: Any) -> str:
    """Return a value as JSON text."""
    return json.dumps(cleaned(value), ensure_ascii=False)


def finish_reason(word: Any) -> str | None:
    """Return our word for a service's; its own where we have none."""
    if not isinstance(word, str) or not word:
        return None
    return FINISH_REASONS.get(word) or FINISH_REASONS.get(word.lower(), clean(word))


_NO_USAGE = Usage()
_INPUT = ("input_tokens", "prompt_tokens", "prompt_eval_count", "promptTokenCount")
_OUTPUT = ("output_tokens", "completion_tokens", "eval_count", "candidatesTokenCount")
_CACHED = ("cached_tokens", "prompt_cache_hit_tokens", "cache_read_input_tokens")


def usage(value: Any) -> Usage:
    """Return token counts from the usage object of OpenAI, Anthropic, Ollama or our own form."""
    if not isinstance(value, Mapping):
        return _NO_USAGE
    given = value.get("prompt_tokens_details") or value.get("input_tokens_details")
    made = value.get("completion_tokens_details") or value.get("output_tokens_details")
    cached = _count(value, _CACHED)
    reasoning = _count(value, ("reasoning_tokens",))
    return Usage(
        input_tokens=_count(value, _INPUT),
        output_tokens=_count(value, _OUTPUT),
        cached_tokens=_count(given, _CACHED) if cached is None else cached,
        reasoning_tokens=_count(made, ("reasoning_tokens",)) if reasoning is None else reasoning,
    )


def _count(value: Any, names: Iterable[str]) -> int | None:
    if not isinstance(value, Mapping):
        return None
    for name in names:
        count = value.get(name)
        if type(count) is int and count >= 0:
            return count
    return None


def tool_calls(value: Any) -> tuple[ToolCall, ...]:
    """Return tool calls from OpenAI's, Anthropic's or our own form, those that have a name."""
    if isinstance(value, Mapping):
        value = [value]
    if not isinstance(value, list | tuple):
        return ()
    calls = (_tool_call(item) for item in value)
    return tuple(call for call in calls if call is not None)


def _tool_call(value: Any) -> ToolCall | None:
    if isinstance(value, ToolCall):
        return value
    if not isinstance(value, Mapping):
        return None
    function = value.get("function")
    inner = function if isinstance(function, Mapping) else value
    name = inner.get("name")
    if not isinstance(name, str):
        return None
    arguments = inner.get("arguments", inner.get("input", inner.get("args")))
    identity = value.get("id")
    return ToolCall(
        name=clean(name),
        arguments=arguments_of(arguments),
        id=clean(identity) if isinstance(identity, str) else None,
    )


def arguments_of(arguments: Any) -> Any:
    """Return the arguments of a tool call as a JSON value; the text itself if it is not JSON."""
    if not isinstance(arguments, str):
        return cleaned(arguments)
    if not arguments.strip():
        return {}
    try:
        return cleaned(_decode(arguments))
    except (ValueError, RecursionError):
        return clean(arguments)


def passages(texts: Any, ids: Any = None) -> tuple[Passage, ...] | None:
    """Return what was retrieved; None when the application did not say.

    Args:
        texts: List of texts, or of objects with `id` and `text`.
        ids: List of ids in the same order; as long as the texts, or the only list given.
    """
    if not isinstance(texts, list | tuple):
        texts = None
    if not isinstance(ids, list | tuple):
        ids = None
    if texts is None and ids is None:
        return None
    found = [_passage(text) for text in texts or ()]
    names = [_name(item) for item in ids or ()]
    if not found:
        return tuple(Passage(id=name) for name in names)
    names += [None] * (len(found) - len(names))
    paired = zip(found, names, strict=False)
    return tuple(Passage(id=name or each.id, text=each.text) for each, name in paired)


def _passage(value: Any) -> Passage:
    if isinstance(value, Passage):
        return value
    if isinstance(value, Mapping):
        text = value.get("text", value.get("content"))
        return Passage(id=_name(value.get("id")), text=text_of(text))
    return Passage(text=text_of(value))


def _name(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else clean(value)
    return str(value) if isinstance(value, int) else None


def from_json(document: Mapping[str, Any], *, strict: bool) -> Reply:
    """Return the Reply that an object in the form of a stored reply describes.

    Args:
        document: `text`, `finish_reason`, `tool_calls`, `retrieved`, `usage`, …
        strict: Whether a key that means nothing here is an error.

    Raises:
        ValueError: A value has the wrong type, a key is unknown, or it holds no reply at all.
    """
    if strict:
        for key in document:
            if key not in FIELDS:
                raise ValueError(f"unknown key {key!r}{did_you_mean(str(key), FIELDS)}")
    if not any(key in document for key in ("text", "tool_calls", "finish_reason", "reasoning")):
        raise ValueError(f"no 'text' in it; found {', '.join(map(repr, document)) or 'nothing'}")
    return Reply(
        text=_text(document, "text"),
        finish_reason=finish_reason(document.get("finish_reason")),
        model=_text(document, "model"),
        request_id=_text(document, "request_id"),
        reasoning=_text(document, "reasoning"),
        tool_calls=tool_calls(document.get("tool_calls")),
        retrieved=passages(document.get("retrieved")),
        steps=steps_of(document.get("steps")),
        files=_files(document.get("files")),
        usage=_usage(document.get("usage")),
        cost_usd=_cost(document.get("cost_usd")),
    )


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key!r} is {type(value).__name__}, expected text")
    return None if value is None else clean(value)


def _usage(value: Any) -> Usage:
    return value if isinstance(value, Usage) else usage(value)


def steps_of(value: Any) -> tuple[Mapping[str, Any], ...]:
    """Return the steps of a list in our own form; spans in it are read by `otlp`."""
    if not isinstance(value, list | tuple):
        return ()
    steps = [step for step in value if isinstance(step, Mapping)]
    return tuple(cleaned(step) for step in steps if not _SPAN_KEYS & step.keys())


_SPAN_KEYS = {"resourceSpans", "startTimeUnixNano"}


def _files(value: Any) -> Mapping[str, str | None] | None:
    if not isinstance(value, Mapping):
        return None
    texts = {name: None if text is None else clean(str(text)) for name, text in value.items()}
    return {clean(str(name)): text for name, text in texts.items()}


def _cost(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 <= value < float("inf") else None
