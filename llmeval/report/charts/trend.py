"""One figure over runs, oldest first: a line with a mark for each run's verdict."""

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from llmeval.report.charts import scale
from llmeval.report.charts.figure import label, line, svg
from llmeval.report.charts.markup import Html, element, join, px
from llmeval.report.charts.scale import Scale
from llmeval.report.charts.units import Unit

WIDTH, HEIGHT = 360.0, 140.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 14.0, 12.0, 24.0

Tone = Literal["good", "bad", "unsure"]


class Point(Struct, frozen=True, kw_only=True):
    """One run."""

    name: str
    """For its hint."""
    date: str
    value: float | None
    """None where it was not measured: the line has a gap there."""
    tone: Tone = "good"
    alike: bool = True
    """Whether it measured what the newest run did; others are drawn hollow."""


def picture(points: Sequence[Point], unit: Unit, *, ident: str, title: str) -> Html:
    """Return the picture of a figure over runs; at least one of them must have a value.

    Args:
        points: Oldest first.
        unit: Of the values.
        ident: Unique on the page.
        title: What is shown.
    """
    across = Scale(low=0.0, high=max(len(points) - 1.0, 1.0), begin=_LEFT + 8, end=WIDTH - _RIGHT)
    up = _upward(points, unit)
    return svg(
        join(*_grid(points, across, up, unit)),
        element("path", class_="line s0", d=_path(points, across, up)),
        join(*_marks(points, across, up, unit)),
        ident=ident,
        title=title,
        description=_description(points, unit),
        width=WIDTH,
        height=HEIGHT,
    )


def _upward(points: Sequence[Point], unit: Unit) -> Scale:
    known = sorted(point.value for point in points if point.value is not None)
    found = scale.of(known, HEIGHT - _BOTTOM, _TOP)
    if not unit.share:
        return found
    low = max(0.0, min(known[0] - 0.05, 0.9 * known[0]))
    return Scale(low=low, high=max(1.0, known[-1]), begin=found.begin, end=found.end)


def _grid(points: Sequence[Point], across: Scale, up: Scale, unit: Unit) -> Iterator[Html]:
    for value in up.ticks(4):
        yield line("grid", _LEFT, up(value), WIDTH - _RIGHT, up(value))
        yield label(unit.tick(value), _LEFT - 6, up(value) + 4, anchor="end")
    yield label(points[0].date, _LEFT, HEIGHT - 6)
    if len(points) > 1:
        yield label(points[-1].date, across.end, HEIGHT - 6, anchor="end")


def _path(points: Sequence[Point], across: Scale, up: Scale) -> str:
    parts, drawing = [], False
    for place, point in enumerate(points):
        if point.value is not None:
            parts.append(f"{'L' if drawing else 'M'}{px(across(place))} {px(up(point.value))}")
        drawing = point.value is not None
    return "".join(parts)


def _marks(points: Sequence[Point], across: Scale, up: Scale, unit: Unit) -> Iterator[Html]:
    for place, point in enumerate(points):
        if point.value is None:
            continue
        x, y = across(place), up(point.value)
        size = 5.0 if place == len(points) - 1 else 3.5
        hollow = "" if point.alike else " hollow"
        hint = element("title", f"{point.name}: {unit.text(point.value)}")
        yield element(
            "path", hint, class_=f"mark {point.tone}{hollow}", d=_shape(point, x, y, size)
        )


def _shape(point: Point, x: float, y: float, r: float) -> str:
    """Return a dot for a passed run, a square for a failed one, a diamond for one in doubt."""
    if point.tone == "good":
        arc = f"a{px(r)} {px(r)} 0 1 0 "
        return f"M{px(x - r)} {px(y)}{arc}{px(2 * r)} 0{arc}{px(-2 * r)} 0z"
    if point.tone == "bad":
        corners = ((-r, -r), (r, -r), (r, r), (-r, r))
    else:
        wide = 1.3 * r
        corners = ((0, -wide), (wide, 0), (0, wide), (-wide, 0))
    return f"M{'L'.join(f'{px(x + dx)} {px(y + dy)}' for dx, dy in corners)}z"


def _description(points: Sequence[Point], unit: Unit) -> str:
    known = [point for point in points if point.value is not None]
    values = [point.value for point in known if point.value is not None]
    return (
        f"{len(known)} runs from {known[0].date} to {known[-1].date}: first "
        f"{unit.text(values[0])}, last {unit.text(values[-1])}, lowest {unit.text(min(values))}, "
        f"highest {unit.text(max(values))}."
    )
