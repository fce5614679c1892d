"""A heat map: a table whose cells are the redder the larger their share.

A table and not a drawing: every cell is a figure that can be read aloud, selected and followed.
"""

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

from llmeval.report import numbers
from llmeval.report.charts.markup import Html, element, join

STEPS = 6
"""Colours; the first is for exactly none, the last for more than four fifths."""


class Cell(Struct, frozen=True):
    """One combination that was tried."""

    share: float
    """In 0…1."""
    note: str = ""
    """In small print below the share: "2 of 8"."""
    href: str | None = None
    """Where the cell leads."""


def table(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Mapping[tuple[str, str], Cell],
    *,
    corner: str,
    caption: str,
) -> Html:
    """Return the heat map.

    Args:
        rows: Names, from above.
        columns: Names, from the left.
        cells: By (row, column); combinations that were not tried are missing.
        corner: What the rows are.
        caption: What the cells tell; read aloud, not shown.
    """
    heads = (element("th", name, scope="col") for name in (corner, *columns))
    body = (
        element(
            "tr",
            element("th", row, scope="row"),
            *(_cell(cells.get((row, column))) for column in columns),
        )
        for row in rows
    )
    return element(
        "table",
        element("caption", caption, class_="hidden"),
        element("thead", element("tr", *heads)),
        element("tbody", *body),
        class_="plain small heat",
    )


def _cell(cell: Cell | None) -> Html:
    if cell is None:
        return element("td", element("span", "not tried", class_="hidden"), class_="untried")
    text = numbers.rate(cell.share)
    told = join(text) if cell.href is None else element("a", text, href=cell.href)
    note = element("small", cell.note) if cell.note else ""
    return element("td", told, note, class_=f"h{step(cell.share)}")


def step(share: float) -> int:
    """Return which of STEPS colours a share has: 0 only for none."""
    return min(max(math.ceil(share * (STEPS - 1) - 1e-9), 0), STEPS - 1)
