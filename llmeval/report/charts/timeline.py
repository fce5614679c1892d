"""A timeline: one line a step, from when it began to when it ended."""

from collections.abc import Iterator, Sequence

from llmeval.report.charts.figure import label, line, svg
from llmeval.report.charts.markup import Html, element, join
from llmeval.report.charts.scale import Scale
from llmeval.report.charts.units import SECONDS
from llmeval.report.steps import Line, Timeline

WIDTH = 720.0
_LEFT, _RIGHT, _ROW, _TOP = 190.0, 90.0, 20.0, 6.0
_NAME_CHARS = 26
KINDS = ("llm", "retrieval", "tool")
"""Kinds that have a colour and a pattern of their own; all others share one."""


def picture(found: Timeline, *, ident: str, title: str) -> Html:
    """Return the picture of the steps of one reply.

    Args:
        found: Its steps.
        ident: Unique on the page.
        title: What is shown.
    """
    foot = _TOP + _ROW * len(found.lines)
    across = Scale(low=0.0, high=found.whole_s or 1.0, begin=_LEFT, end=WIDTH - _RIGHT)
    return svg(
        join(*_grid(across, foot)),
        join(*(_row(each, place, across) for place, each in enumerate(found.lines))),
        ident=ident,
        title=title,
        description=_description(found.lines),
        width=WIDTH,
        height=foot + 20,
    )


def _grid(across: Scale, foot: float) -> Iterator[Html]:
    for value in across.ticks():
        x = across(value)
        yield line("grid", x, _TOP, x, foot)
        yield label(SECONDS.tick(value), x, foot + 14, anchor="middle")
    yield line("axis", across.begin, foot, across.end, foot)


def _row(step: Line, place: int, across: Scale) -> Html:
    top = _TOP + _ROW * place
    named = f"{step.kind} {step.name}".strip()
    name = named if len(named) <= _NAME_CHARS else f"{named[: _NAME_CHARS - 1]}…"
    parts = [label(name, _LEFT - 8, top + 14, anchor="end", class_="name")]
    room = across.end - across.begin
    begin = across.begin + (step.begin or 0.0) * room
    wide = max(step.width * room, 2.0)
    if step.begin is not None:
        parts.append(
            element(
                "rect",
                class_=f"step {style_of(step)}",
                x=min(begin, across.end - wide),
                y=top + 4.0,
                width=wide,
                height=_ROW - 8,
            )
        )
    parts.append(label(step.duration, across.end + 8, top + 14))
    return element("g", element("title", _said(step)), *parts)


def style_of(step: Line) -> str:
    """Return the class of a step's bar."""
    if step.error:
        return "broken-step"
    return step.kind if step.kind in KINDS else "other"


def _said(step: Line) -> str:
    parts = [f"{step.kind} {step.name}".strip(), f"starts {step.start}", f"lasts {step.duration}"]
    if step.tokens:
        parts.append(f"{step.tokens} tokens")
    if step.error:
        parts.append(f"error: {step.error}")
    return ", ".join(parts)


def _description(lines: Sequence[Line]) -> str:
    return "; ".join(_said(step) for step in lines)
