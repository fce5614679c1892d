"""What an HTTP service answered -> Reply, by the configured paths."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from llmeval import jsonpath
from llmeval.adapters.faults import excerpt
from llmeval.adapters.otlp import spans_of
from llmeval.adapters.reply import (
    clean,
    cleaned_json,
    finish_reason,
    parse,
    passages,
    steps_of,
    text_of,
    tool_calls,
    usage,
)
from llmeval.adapters.spans import told
from llmeval.adapters.sse import Events, Lines
from llmeval.adapters.wire import Answer, header
from llmeval.errors import AdapterError, ParameterError, did_you_mean
from llmeval.records import Reply, Timing

if TYPE_CHECKING:
    from llmeval.jsonpath import Path

TOKENS = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")
PARTS = (
    *("text", "tool_calls", "usage", *TOKENS, "retrieved", "retrieved_ids", "finish_reason"),
    *("reasoning", "model", "request_id", "steps", "error"),
)
"""What can be read from a reply."""


Form = bool | Literal["sse", "ndjson"]
"""How the events of a stream are told apart; true: as its first bytes look."""


class Paths:
    """Where the parts of a reply stand.

    Args:
        paths: Part to path.

    Raises:
        ParameterError: An unknown part, or a path that is none.
    """

    def __init__(self, paths: Mapping[str, str]) -> None:
        self._paths: dict[str, Path] = {}
        self._shown = paths
        for part, path in paths.items():
            if part not in PARTS:
                raise ParameterError("reply", f"unknown part {part!r}{did_you_mean(part, PARTS)}")
            try:
                self._paths[part] = jsonpath.compile(path)
            except ValueError as error:
                raise ParameterError("reply", f"{part}: {error}") from error

    def __contains__(self, part: str) -> bool:
        return part in self._paths

    def path(self, part: str) -> str:
        """Return the path of a part as it was written."""
        return self._shown[part]

    def all(self, part: str, document: Any) -> list[Any]:
        """Return everything found for a part; [] also when it has no path."""
        path = self._paths.get(part)
        return path.find(document) if path else []

    def one(self, part: str, document: Any) -> Any:
        """Return what was found for a part: the one value, a list of several, None for none."""
        found = [value for value in self.all(part, document) if value is not None]
        return found[0] if len(found) == 1 else (found or None)


class _Gathered:
    """The parts found so far; of a stream's events the latest that has a part counts.

    Steps that come one by one add up.
    """

    def __init__(self, paths: Paths, where: str) -> None:
        self._paths = paths
        self._where = where
        self._parts: dict[str, Any] = {}
        self._texts: list[str] = []

    def add(self, document: Any) -> bool:
        """Take a JSON value; return whether there was text in it.

        Raises:
            AdapterError: It holds an error.
        """
        paths = self._paths
        error = paths.one("error", document)
        if error:
            said = excerpt(error if isinstance(error, str) else cleaned_json(error))
            raise AdapterError(f"{self._where} reports an error: {said}", kind="server_error")
        for part in PARTS[1:]:
            value = self._value(part, document)
            if isinstance(value, Mapping) and part == "steps":
                self._parts[part] = [*self._parts.get(part, ()), value]
            elif value is not None:
                self._parts[part] = value
        return self.add_text(text_of(paths.one("text", document)))

    def add_text(self, text: str | None) -> bool:
        """Take a piece of text; return whether it was one."""
        if text is not None:
            self._texts.append(text)
        return bool(text)

    def _value(self, part: str, document: Any) -> Any:
        if part not in ("retrieved", "retrieved_ids", "tool_calls"):
            return self._paths.one(part, document)
        found = self._paths.all(part, document)
        # `$.passages` finds one list, `$.passages[*]` its items: both mean the same.
        if len(found) == 1 and (found[0] is None or isinstance(found[0], list)):
            return found[0]
        starred = part in self._paths and "*" in self._paths.path(part)
        return found if found or starred else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing that could be a reply was found."""
        return not self._texts and not self._parts.get("tool_calls")

    def reply(self, answer: Answer, first_token_s: float | None = None) -> Reply:
        """Return the Reply made of all parts."""
        parts = self._parts
        counts = parts.get("usage")
        tokens = dict(counts) if isinstance(counts, Mapping) else {}
        tokens |= {name: parts[name] for name in TOKENS if name in parts}
        reply = Reply(
            text=clean("".join(self._texts)) if self._texts else None,
            finish_reason=finish_reason(parts.get("finish_reason")),
            model=text_of(parts.get("model")),
            request_id=text_of(parts.get("request_id"))
            or header(answer.headers, "x-request-id", "request-id"),
            reasoning=text_of(parts.get("reasoning")),
            tool_calls=tool_calls(parts.get("tool_calls")),
            retrieved=passages(parts.get("retrieved"), parts.get("retrieved_ids")),
            steps=steps_of(parts.get("steps")),
            usage=usage(tokens),
            timing=Timing(first_token_s=first_token_s, total_s=answer.total_s),
        )
        return told(reply, spans_of(parts.get("steps"))) if "steps" in parts else reply


def whole_reply(paths: Paths, answer: Answer, where: str) -> Reply:
    """Return the Reply of a body that came as a whole.

    Without a path for the text the body must be plain text, or JSON that is one text.

    Raises:
        AdapterError: Not JSON, no text where it should be, or an error in it.
    """
    gathered = _Gathered(paths, where)
    content_type = (header(answer.headers, "Content-Type") or "").partition(";")[0].strip()
    if "text" not in paths and "json" not in content_type:
        gathered.add_text(clean(answer.body.decode("utf-8", "replace")))
        return gathered.reply(answer)
    document = parse(answer.body, where)
    gathered.add(document)
    if "text" not in paths and isinstance(document, str):
        gathered.add_text(clean(document))
    if gathered.is_empty:
        raise _no_text(paths, document, where)
    return gathered.reply(answer)


def _no_text(paths: Paths, document: Any, where: str) -> AdapterError:
    keys = ", ".join(map(repr, document)) if isinstance(document, Mapping) else ""
    found = f"the keys {keys}" if keys else excerpt(cleaned_json(document))
    wanted = f"nothing at {paths.path('text')}" if "text" in paths else "JSON, but no `reply` path"
    return AdapterError(f"{where} answered with {wanted}; found {found}", kind="bad_reply")


class Pieces:
    """Puts a streamed reply together.

    Args:
        paths: Where the parts stand in each event.
        where: The address, for messages.
        form: How events are told apart.
    """

    def __init__(self, paths: Paths, where: str, form: Form) -> None:
        self._paths = paths
        self._where = where
        self._form = form
        self._cutter: Events | Lines | None = None
        self._gathered = _Gathered(paths, where)
        self._first_s: float | None = None
        self._last: Any = None
        self._done = False

    def feed(self, piece: bytes, seconds: float) -> bool:
        """Take a piece; return whether it was the last.

        Raises:
            AdapterError: It is not JSON, or holds an error.
        """
        if self._cutter is None:
            self._cutter = self._choose(piece)
        for event in self._cutter.feed(piece):
            self._take(event, seconds)
        return self._done

    def reply(self, answer: Answer) -> Reply:
        """Return the whole reply.

        Raises:
            AdapterError: There was no text in any event.
        """
        for event in self._cutter.end() if self._cutter else []:
            self._take(event, answer.total_s)
        if self._gathered.is_empty:
            raise _no_text(self._paths, self._last, self._where)
        return self._gathered.reply(answer, self._first_s)

    def _choose(self, piece: bytes) -> Events | Lines:
        if self._form is True:
            begin = piece.lstrip(b"\xef\xbb\xbf\r\n ")
            is_events = begin.startswith((b"data:", b"event:", b"id:", b"retry:", b":"))
            return Events() if is_events else Lines()
        return Events() if self._form == "sse" else Lines()

    def _take(self, event: bytes, seconds: float) -> None:
        if event.strip() == b"[DONE]":
            self._done = True
            return
        if "text" in self._paths or isinstance(self._cutter, Lines):
            self._last = parse(event, self._where)
            said = self._gathered.add(self._last)
            if "text" not in self._paths and isinstance(self._last, str):
                said = self._gathered.add_text(self._last)
        else:
            said = self._gathered.add_text(event.decode("utf-8", "replace"))
        if said and self._first_s is None:
            self._first_s = seconds
