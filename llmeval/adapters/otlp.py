"""OTLP/JSON -> spans: what a service answers with, or OpenTelemetry's collector writes to a file.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
"""

from collections.abc import Iterator, Mapping
from typing import Any

from llmeval.adapters.spans import Span


def spans_of(document: Any) -> Iterator[Span]:
    """Yield the spans of an ExportTraceServiceRequest, of one span, or of a list of either.

    What has not that form is left out.
    """
    if isinstance(document, list | tuple):
        for item in document:
            yield from spans_of(item)
    elif isinstance(document, Mapping):
        if "startTimeUnixNano" in document:
            yield from _span(document)
        for resource in _items(document, "resourceSpans"):
            for scope in _items(resource, "scopeSpans"):
                yield from spans_of(_items(scope, "spans"))


def _items(value: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = value.get(key)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _span(found: Mapping[str, Any]) -> Iterator[Span]:
    try:
        start_ns = int(found["startTimeUnixNano"])
        end_ns = int(found.get("endTimeUnixNano") or start_ns)
    except (TypeError, ValueError):
        return
    attributes = _attributes(found)
    yield Span(
        name=str(found.get("name") or ""),
        trace_id=str(found.get("traceId") or "").lower(),
        span_id=str(found.get("spanId") or "").lower(),
        parent_id=str(found.get("parentSpanId") or "").lower() or None,
        start_ns=start_ns,
        end_ns=end_ns,
        attributes=attributes,
        error=_error(found, attributes),
    )


def _attributes(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        str(pair["key"]): _any(pair.get("value"))
        for pair in _items(found, "attributes")
        if "key" in pair
    }


def _any(value: Any) -> Any:
    """Return what an AnyValue holds; whole numbers come as text, because JSON's are doubles."""
    if not isinstance(value, Mapping):
        return None
    for kind, held in value.items():
        if kind == "intValue":
            return int(held) if str(held).lstrip("-").isdigit() else None
        if kind == "arrayValue" and isinstance(held, Mapping):
            return [_any(item) for item in held.get("values") or ()]
        if kind == "kvlistValue" and isinstance(held, Mapping):
            pairs = _items(held, "values")
            return {str(pair.get("key")): _any(pair.get("value")) for pair in pairs}
        if kind.endswith("Value"):
            return held
    return None


def _error(found: Mapping[str, Any], attributes: Mapping[str, Any]) -> str | None:
    status = found.get("status")
    status = status if isinstance(status, Mapping) else {}
    if status.get("code") not in (2, "2", "STATUS_CODE_ERROR"):
        return None
    said = (_attributes(event).get("exception.message") for event in _items(found, "events"))
    thrown = next((text for text in said if text), None)
    return str(status.get("message") or thrown or attributes.get("error.type") or "failed")
