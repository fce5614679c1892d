"""A part of the page under a heading of its own."""

from msgspec import Struct

from llmeval.report.charts.markup import Html


class Section(Struct, frozen=True, kw_only=True):
    """A part of the page with a heading of its own."""

    name: str
    """Its anchor: `#latency`."""
    title: str
    body: Html
    """Escaped text and elements of ours."""
