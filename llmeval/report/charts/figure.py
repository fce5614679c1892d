"""A picture with its title, its description and a table of the same figures."""

from collections.abc import Iterable, Sequence

from llmeval.report.charts.markup import NOTHING, Html, element, join

SERIES = 6
"""As many series have a colour and a dash of their own, see `assets/charts.css`."""


def svg(
    *shapes: str, ident: str, title: str, description: str, width: float, height: float
) -> Html:
    """Return a picture that scales with its column.

    Args:
        shapes: What is drawn.
        ident: Unique on the page, of our own making.
        title: What is shown, in a few words.
        description: What is to be seen, for those who do not see it.
        width: In pixels of the picture's own.
        height: The same.
    """
    return element(
        "svg",
        element("title", title, id=f"{ident}-title"),
        element("desc", description, id=f"{ident}-desc"),
        *shapes,
        class_="chart",
        role="img",
        aria_labelledby=f"{ident}-title {ident}-desc",
        viewBox=f"0 0 {width:g} {height:g}",
    )


def figure(picture: Html, *, caption: str, legend: Sequence[str] = (), below: str = "") -> Html:
    """Return a picture with its caption.

    Args:
        picture: See `svg`.
        caption: What it shows, as a heading.
        legend: Names of its series in order; left out for a single one.
        below: What stands under the picture: a table, a note.
    """
    named = [element("li", _sign(place), name) for place, name in enumerate(legend)]
    keys = element("ul", *named, class_="legend") if len(named) > 1 else NOTHING
    return element("figure", element("figcaption", caption), keys, picture, below, class_="figure")


def _sign(series: int) -> Html:
    line = element("line", class_=f"line s{series}", x1=0, y1=5, x2=22, y2=5)
    return element("svg", line, viewBox="0 0 22 10", class_="sign", aria_hidden="true")


def label(text: str, x: float, y: float, *, anchor: str = "start", class_: str = "tick") -> Html:
    """Return a short text in a picture.

    Args:
        text: Any text.
        x: Where it is anchored, pixels.
        y: Its base line.
        anchor: `start`, `middle` or `end`.
        class_: Of the style.
    """
    found = None if anchor == "start" else anchor
    return element("text", text, class_=class_, x=x, y=y, text_anchor=found)


def line(class_: str, x1: float, y1: float, x2: float, y2: float) -> Html:
    """Return a straight line."""
    return element("line", class_=class_, x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2))


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, texts: int = 1
) -> Html:
    """Return a table; the first column names its rows.

    Args:
        head: One text a column.
        rows: As long as the head.
        caption: What it holds; read aloud, not shown.
        texts: How many columns from the left are texts, not figures.
    """

    def kind(place: int) -> str | None:
        return None if place < texts else "number"

    def row(cells: Sequence[str]) -> Html:
        first = element("th", cells[0], scope="row")
        rest = (element("td", cell, class_=kind(n)) for n, cell in enumerate(cells[1:], start=1))
        return element("tr", first, *rest)

    heads = (element("th", text, scope="col", class_=kind(n)) for n, text in enumerate(head))
    return element(
        "table",
        element("caption", caption, class_="hidden"),
        element("thead", element("tr", *heads)),
        element("tbody", *map(row, rows)),
        class_="plain small",
    )


def scrolled(content: Html, name: str) -> Html:
    """Return content that scrolls sideways where the window is narrower than it."""
    return element("div", content, class_="scroll", tabindex=0, role="group", aria_label=name)


def folded(summary: str, *content: str) -> Html:
    """Return content that is shown on demand."""
    return element("details", element("summary", summary), join(*content))
