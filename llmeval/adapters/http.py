"""Asks any service that speaks HTTP: whole replies, server-sent events, lines of JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from urllib.parse import quote, urlsplit

from llmeval.adapters.http_reply import Paths, Pieces, whole_reply
from llmeval.adapters.template import check, fill, fill_text, placeholders
from llmeval.adapters.trace_file import Link, TraceFile
from llmeval.adapters.wire import Call, OverHttp, Wire, header, shown
from llmeval.errors import ParameterError
from llmeval.records import Reply, Request

_DEFAULT_BODY: Mapping[str, Any] = {"prompt": "{{ prompt }}"}
_encode = json.JSONEncoder(separators=(",", ":")).encode


class _Compiled:
    """What is made of the parameters once."""

    __slots__ = ("body", "paths", "traces")

    def __init__(self) -> None:
        self.paths = Paths({})
        self.body: Any = None
        self.traces = TraceFile(None, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Http(OverHttp):
    """Sends each request to a URL and reads the reply by paths."""

    url: str
    """Address; placeholders in it are percent-encoded."""
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """JSON value, or a text sent as it is. Default: `{prompt: "{{ prompt }}"}`, none for GET."""
    stream: bool | Literal["sse", "ndjson"] = False
    """Read the reply piece by piece; true: as its content type says."""
    reply: str | Mapping[str, str] = field(default_factory=dict)
    """Paths to the parts of the reply; a text alone is the path of the text."""
    traces: str | None = None
    """File to which OpenTelemetry's collector writes the service's spans."""
    traces_wait: float = field(default=6.0, metadata={"ge": 0.0})
    """Seconds after a reply in which its spans are waited for."""
    _wire: Wire = field(default_factory=Wire, init=False, repr=False, compare=False)
    _compiled: _Compiled = field(default_factory=_Compiled, init=False, repr=False, compare=False)

    paths: ClassVar[tuple[str, ...]] = ("traces",)
    """Parameters that are paths, relative to whatever file they stand in."""

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise ParameterError("url", "expected an address that begins with http or https")
        for name in ("url", "headers", "body"):
            try:
                check(getattr(self, name))
            except ValueError as error:
                raise ParameterError(name, str(error)) from error
        paths = {"text": self.reply} if isinstance(self.reply, str) else self.reply
        self._compiled.paths = Paths(paths)
        self._compiled.body = _parsed(self.body)
        self._compiled.traces = TraceFile(self.traces, self.traces_wait)
        if self.body is None and self.method != "GET":
            self._compiled.body = _DEFAULT_BODY

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes replies comparable: headers by name only."""
        return {
            "type": "http",
            "url": shown(self.url),
            "method": self.method,
            "headers": sorted(self.headers),
            "body": self._compiled.body,
            "reply": self.reply,
        }

    async def respond(self, request: Request) -> Reply:
        """Return what the service answers.

        Raises:
            AdapterError: No connection, refused, or not a reply.
        """
        traces = self._compiled.traces
        link = traces.begin()
        try:
            return await traces.added(await self._asked(self._call(request, link)), link, request)
        finally:
            traces.forget(link)

    async def _asked(self, call: Call) -> Reply:
        where = shown(call.url)
        if not self.stream:
            return whole_reply(self._compiled.paths, await self._wire.ask(call, {}), where)
        pieces = Pieces(self._compiled.paths, where, self.stream)
        answer = await self._wire.stream(call, {}, pieces.feed, whole=())
        return pieces.reply(answer)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    def _call(self, request: Request, link: Link) -> Call:
        headers = {name: _line(fill_text(value, request)) for name, value in self.headers.items()}
        if "traceparent" not in map(str.lower, headers):
            headers["traceparent"] = link.traceparent
        body, content_type = _body(self._compiled.body, request)
        if body is not None and header(headers, "Content-Type", "content-type") is None:
            headers["Content-Type"] = content_type
        return Call(
            url=fill_text(self.url, request, quote=lambda text: quote(text, safe="")),
            body=body,
            method=self.method,
            headers=headers,
            # An address made for this very request may be unknown, and the next one known.
            fatal_404=not placeholders(self.url),
        )


def _line(text: str) -> str:
    # A line break in a value would begin a header of the prompt's own.
    return "".join(character if character.isprintable() else " " for character in text)


def _parsed(body: Any) -> Any:
    """Return a text that is JSON as its value: what is filled in gets escaped that way.

    Raises:
        ParameterError: It looks like JSON and is not.
    """
    if not isinstance(body, str) or body.lstrip()[:1] not in ("{", "[") or body.startswith("{{"):
        return body
    try:
        return json.loads(body)
    except ValueError as error:
        raise ParameterError(
            "body", f"looks like JSON but is not: {error}; put placeholders in quotes"
        ) from error


def _body(template: Any, request: Request) -> tuple[bytes | None, str]:
    if template is None:
        return None, ""
    filled = fill(template, request)
    if isinstance(template, str) and isinstance(filled, str):
        return filled.encode("utf-8", "replace"), "text/plain; charset=utf-8"
    return _encode(filled).encode(), "application/json"
