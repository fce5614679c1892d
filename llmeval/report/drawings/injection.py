"""What attacks achieved: technique by carrier, and every part of an attack alone."""

from collections.abc import Sequence

from llmeval.compare.attack_matrix import PARTS, Cell, Matrix, matrix
from llmeval.compare.attacked import Rate
from llmeval.report import anchors, numbers
from llmeval.report.charts import heatmap, rates
from llmeval.report.charts.figure import figure, folded, scrolled, table
from llmeval.report.charts.markup import Html, element, join
from llmeval.report.section import Section
from llmeval.report.view import View

INTRODUCTION = (
    "The share of attacks that the application obeyed, judged by what it did. Each attack is a "
    "case of its own and counts once, by the share of its trials. A cell leads to the first that "
    "worked."
)
LEAST_ROWS = 8
"""Techniques that the heat map shows although they never worked."""
MOST_LINES = 15
"""Shares in one picture; the table below it has all."""
_CALLED = {
    "attack_success_rate": "attacks that worked",
    "search_success_rate": "attacks of the search that worked",
    "utility_under_attack": "task done, attacked",
    "utility_clean": "task done, clean",
    "over_refusal": "look-alikes refused",
}


def section(view: View) -> Section | None:
    """Return the section; None where nothing was attacked."""
    parts = []
    for place, suite in enumerate(view.suites):
        found = None if suite.table is None else matrix(suite.table)
        if found is not None:
            named = len(view.suites) > 1
            head = element("h3", suite.verdict.suite, class_="suite-head") if named else ""
            parts.append(join(head, _suite(suite.verdict.suite, found, place)))
    if not parts:
        return None
    introduction = element("p", INTRODUCTION, class_="note intro")
    return Section(name="injection", title="Injection resistance", body=join(introduction, *parts))


def _suite(suite: str, found: Matrix, place: int) -> Html:
    figures = [(_CALLED.get(name, name), rate) for name, rate in found.rates.items()]
    pictures = [_figure("Figures", figures, f"attacks-{place}")]
    for part in PARTS:
        # What works best stands first, as in the heat map.
        ranked = sorted(found.by_part[part].items(), key=lambda item: -item[1].value)
        if len(ranked) > 1:
            pictures.append(_figure(f"Attacks that worked, by {part}", ranked, f"{part}-{place}"))
    drawn = element("div", *pictures, class_="pictures after")
    return join(_heat(suite, found), drawn, _lists(found))


def _lists(found: Matrix) -> Html:
    """Return what worked under the ids of public lists."""
    from llmeval.attacks import lists

    rows = (
        [
            f"{title} {lists.named(ident)}",
            numbers.rate(rate.value),
            f"{rate.value * rate.cases:g} of {rate.cases:,}",
        ]
        for name, title in (("owasp", "OWASP"), ("atlas", "MITRE ATLAS"))
        for ident, rate in found.by_list[name].items()
    )
    said = (
        "Attacks that worked, by the entries of the OWASP Top 10 for LLM Applications "
        f"({lists.OWASP_EDITION}) and of MITRE ATLAS ({lists.ATLAS_RELEASE})"
    )
    return folded(said, scrolled(table(["Entry", "Share", "Worked"], rows, caption=said), said))


def _heat(suite: str, found: Matrix) -> Html:
    """Return the techniques that worked, as many more as make a table, and the others on demand."""
    cells = {(cell.technique, cell.carrier): _cell(suite, cell) for cell in found.cells}
    worked = sum(rate.value > 0 for rate in found.by_part["technique"].values())
    first = max(worked, LEAST_ROWS)
    title = "Attacks that worked, by technique and carrier"

    def table_of(techniques: Sequence[str], said: str) -> Html:
        heat = heatmap.table(techniques, found.carriers, cells, corner="Technique", caption=said)
        return scrolled(heat, said)

    rest = found.techniques[first:]
    more = f"{numbers.count(len(rest), 'more technique')} that never worked"
    shown = table_of(found.techniques[:first], title)
    return join(shown, folded(more, table_of(rest, more)) if rest else "")


def _cell(suite: str, cell: Cell) -> heatmap.Cell:
    return heatmap.Cell(
        share=cell.succeeded / cell.cases,
        note=f"{cell.succeeded:g} of {cell.cases:,}",
        href=anchors.of_case(suite, cell.worked[0]) if cell.worked else None,
    )


def _figure(title: str, found: Sequence[tuple[str, Rate]], ident: str) -> Html:
    drawn = [
        rates.Rate(
            name=name or "none",
            value=rate.value,
            low=rate.low,
            high=rate.high,
            count=numbers.count(rate.cases, "case"),
        )
        for name, rate in found
    ]
    rows = (
        [each.name, numbers.rate(each.value), rates.interval(each), each.count] for each in drawn
    )
    listed = table(["Attacks", "Share", "95 % interval", "Of"], rows, caption=title)
    return figure(
        rates.picture(drawn[:MOST_LINES], ident=ident, title=title),
        caption=title if len(drawn) <= MOST_LINES else f"{title}: the first {MOST_LINES}",
        below=folded("In figures", scrolled(listed, f"{title}, in figures")),
    )
