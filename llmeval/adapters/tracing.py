"""Collects the spans of an application in this process, those of each request apart.

OpenTelemetry is imported only where the application has done so already, or its adapter's table
asks for it.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import time_ns
from typing import TYPE_CHECKING, Any

from llmeval.adapters.spans import MOST_SPANS, Span, told
from llmeval.errors import AdapterError
from llmeval.records import Reply

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import ReadableSpan

_SDK = "opentelemetry.sdk.trace"
_MISSING = "`trace` needs OpenTelemetry: pip install llmeval-gate[otel]"


class Traced:
    """One call of the application; without a context its spans are not collected."""

    __slots__ = ("_begun_ns", "_context", "_spans")

    def __init__(self, context: "Context | None" = None, spans: "list[ReadableSpan] | None" = None):
        self._context = context
        self._spans = spans
        self._begun_ns = time_ns()

    def active(self) -> AbstractContextManager[None]:
        """Return the context in which the application is to be called, on the same thread."""
        return nullcontext() if self._context is None else _attached(self._context)

    def added(self, reply: Reply) -> Reply:
        """Return the reply with what the spans say that have ended so far."""
        if not self._spans:
            return reply
        return told(reply, map(_span, tuple(self._spans)), (self._begun_ns, time_ns()))


_UNTRACED = Traced()


class Tracing:
    """Collects the spans of one adapter's calls.

    Args:
        wanted: Whether to; None: where the application has set OpenTelemetry up.
    """

    def __init__(self, wanted: bool | None) -> None:  # noqa: FBT001  # three states, no switch
        self._wanted = wanted
        self._heard: list[Any] = []
        """Providers that report to us."""
        self._open: dict[int, list[ReadableSpan]] = {}

    @contextmanager
    def call(self) -> Iterator[Traced]:
        """Begin to collect for one call.

        Raises:
            AdapterError: OpenTelemetry is asked for and not installed.
        """
        if self._wanted is False or not self._is_heard():
            yield _UNTRACED
            return
        trace_id, context = _fresh()
        self._open[trace_id] = spans = list["ReadableSpan"]()
        try:
            yield Traced(context, spans)
        finally:
            del self._open[trace_id]

    def _is_heard(self) -> bool:
        """Make the application's provider report to us; return whether there is one."""
        if self._wanted is None and _SDK not in sys.modules:
            return False
        try:
            from opentelemetry import trace
        except ImportError as error:
            raise AdapterError(_MISSING, kind="traces", fatal=True) from error
        provider = trace.get_tracer_provider()
        if not hasattr(provider, "add_span_processor"):
            if not self._wanted:
                return False
            provider = _own_provider()
        if not any(provider is heard for heard in self._heard):
            self._heard.append(provider)
            provider.add_span_processor(_processor(self._open))
        return True


def _own_provider() -> Any:
    """Set a provider up for an application that has none."""
    try:
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
    except ImportError as error:
        raise AdapterError(_MISSING, kind="traces", fatal=True) from error
    trace.set_tracer_provider(TracerProvider())
    return trace.get_tracer_provider()


def _processor(calls: "dict[int, list[ReadableSpan]]") -> Any:
    from opentelemetry.sdk.trace import SpanProcessor

    class Collector(SpanProcessor):
        """Keeps the spans of the calls that are under way; runs where a span ends."""

        def on_end(self, span: "ReadableSpan") -> None:
            context = span.context
            spans = calls.get(context.trace_id) if context is not None else None
            if spans is not None and len(spans) < MOST_SPANS:
                spans.append(span)

    return Collector()


def _fresh() -> "tuple[int, Context]":
    """Return a new trace's id, and the context that makes spans part of it."""
    from secrets import randbits

    from opentelemetry.trace import (
        NonRecordingSpan,
        SpanContext,
        TraceFlags,
        set_span_in_context,
    )

    trace_id = randbits(128) | 1
    flags = TraceFlags(TraceFlags.SAMPLED)
    parent = SpanContext(trace_id, randbits(64) | 1, is_remote=True, trace_flags=flags)
    return trace_id, set_span_in_context(NonRecordingSpan(parent))


@contextmanager
def _attached(context: "Context") -> Iterator[None]:
    from opentelemetry.context import attach, detach

    token = attach(context)
    try:
        yield
    finally:
        detach(token)


def _span(span: "ReadableSpan") -> Span:
    context, parent = span.context, span.parent
    return Span(
        name=span.name,
        trace_id="" if context is None else f"{context.trace_id:032x}",
        span_id="" if context is None else f"{context.span_id:016x}",
        parent_id=None if parent is None else f"{parent.span_id:016x}",
        start_ns=span.start_time or 0,
        end_ns=span.end_time or span.start_time or 0,
        attributes=span.attributes or {},
        error=_error(span),
    )


def _error(span: "ReadableSpan") -> str | None:
    if span.status.is_ok:
        return None
    thrown = (dict(event.attributes or {}).get("exception.message") for event in span.events)
    said = span.status.description or next((text for text in thrown if text), None)
    return str(said or (span.attributes or {}).get("error.type") or "failed")
