"""Shares with their intervals, one line each, on one axis from 0 to 100 %."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from llmeval.report.charts.figure import label, line, svg
from llmeval.report.charts.markup import Html, element, join
from llmeval.report.charts.scale import Scale
from llmeval.report.charts.units import SHARE

WIDTH = 520.0
_LEFT, _RIGHT, _TOP, _ROW = 160.0, 126.0, 6.0, 18.0
_NAME_CHARS = 24


class Rate(Struct, frozen=True, kw_only=True):
    """One share."""

    name: str
    value: float
    """In 0…1, as `low` and `high`, the ends of its interval."""
    low: float
    high: float
    count: str
    """What it rests on: "40 cases"."""


def picture(rates: Sequence[Rate], *, ident: str, title: str) -> Html:
    """Return the picture.

    Args:
        rates: From above, at least one.
        ident: Unique on the page.
        title: What is shown.
    """
    foot = _TOP + _ROW * len(rates)
    across = Scale(low=0.0, high=1.0, begin=_LEFT, end=WIDTH - _RIGHT)
    return svg(
        join(*_grid(across, foot)),
        join(*(_row(rate, place, across) for place, rate in enumerate(rates))),
        ident=ident,
        title=title,
        description="; ".join(map(said, rates)),
        width=WIDTH,
        height=foot + 20,
    )


def said(rate: Rate) -> str:
    """Return a share in words: "email: 20.0 %, 95 % interval 5.7 % to 51.0 %, 10 cases"."""
    return f"{rate.name}: {SHARE.text(rate.value)}, 95 % interval {interval(rate)}, {rate.count}"


def interval(rate: Rate) -> str:
    """Return the interval of a share: "5.7 % to 51.0 %"."""
    return f"{SHARE.text(rate.low)} to {SHARE.text(rate.high)}"


def _grid(across: Scale, foot: float) -> Iterator[Html]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = across(share)
        yield line("axis" if share == 0 else "grid", x, _TOP, x, foot)
        yield label(SHARE.tick(share), x, foot + 14, anchor="middle")


def _row(rate: Rate, place: int, across: Scale) -> Html:
    y = _TOP + _ROW * place + _ROW / 2
    name = rate.name
    if len(name) > _NAME_CHARS:
        name = f"{name[: _NAME_CHARS - 1]}…"
    return element(
        "g",
        element("title", said(rate)),
        label(name, _LEFT - 8, y + 4, anchor="end", class_="name"),
        line("whisker s0", across(rate.low), y, across(rate.high), y),
        element("circle", class_="dot s0", cx=across(rate.value), cy=y, r=4),
        label(f"{SHARE.text(rate.value)} of {rate.count}", across.end + 8, y + 4),
    )
