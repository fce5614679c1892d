"""How a suite's figures went over the runs of the reports folder."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from llmeval.report import words
from llmeval.report.charts import trend, units
from llmeval.report.charts.figure import figure, folded, scrolled, table
from llmeval.report.charts.markup import NOTHING, Html, element, join
from llmeval.report.charts.trend import Point
from llmeval.report.earlier import PastRun, PastSuite
from llmeval.report.section import Section
from llmeval.report.view import View

MOST_POINTS = 60
"""Runs in one picture."""
MOST_SUITES = 12
FIGURES = {
    "pass_rate": "Pass rate",
    "latency.p95": "Latency, p95",
    "tokens.total": "Tokens",
    "cost.total": "Cost",
}

Pair = tuple[PastRun, PastSuite]
"""A run and what it says of one suite."""


def section(view: View) -> Section | None:
    """Return the section; None where there are no earlier runs of these suites."""
    parts = []
    for place, suite in enumerate(view.suites[:MOST_SUITES]):
        drawn = pictures(of_suite(view.runs, suite.verdict.suite), f"trend-{place}")
        if drawn and len(view.suites) > 1:
            parts.append(element("h3", suite.verdict.suite, class_="suite-head"))
        parts.append(drawn)
    if not any(parts):
        return None
    link = element("a", "All runs", href="../index.html")
    note = element("p", INTRODUCTION, " ", link, ".", class_="note intro")
    return Section(name="trend", title="Trend over runs", body=join(note, *parts))


INTRODUCTION = (
    "Runs of this reports folder, oldest first. Dot: passed; square: failed; diamond: cannot tell; "
    "hollow: another number of cases than in the newest run."
)


def of_suite(runs: Sequence[PastRun], name: str) -> list[Pair]:
    """Return the newest runs that measured a suite, oldest first."""
    found = ((run, run.suite(name)) for run in runs)
    return [(run, suite) for run, suite in found if suite is not None][-MOST_POINTS:]


def pictures(pairs: Sequence[Pair], ident: str) -> Html:
    """Return a picture of each of FIGURES that at least two runs measured; "" where there is none.

    Args:
        pairs: The runs of one suite, oldest first.
        ident: Unique on the page.
    """
    drawn = [
        _figure(metric, title, pairs, f"{ident}-{place}")
        for place, (metric, title) in enumerate(FIGURES.items())
        if sum(suite.figure(metric) is not None for _, suite in pairs) > 1
    ]
    return element("div", *drawn, class_="pictures trends") if drawn else NOTHING


def _figure(metric: str, title: str, pairs: Sequence[Pair], ident: str) -> Html:
    cases = pairs[-1][1].counts.get("cases")
    points = [
        Point(
            name=run.name,
            date=date(run.started),
            value=suite.figure(metric),
            tone=words.TONES.get(suite.status, "unsure"),
            alike=suite.counts.get("cases") == cases,
        )
        for run, suite in pairs
    ]
    unit = units.of_metric(metric)
    listed = table(["Run", "Status", title], _rows(metric, pairs), caption=title, texts=2)
    return figure(
        trend.picture(points, unit, ident=ident, title=f"{title} over runs"),
        caption=title,
        below=folded("Runs in figures", scrolled(listed, f"{title}: runs")),
    )


def _rows(metric: str, pairs: Sequence[Pair]) -> Iterator[list[str]]:
    for run, suite in reversed(pairs):
        value = suite.figure(metric)
        yield [run.name, suite.status, "" if value is None else words.figure(metric, value)]


def date(started: datetime) -> str:
    """Return a day and time as people read it, UTC."""
    return f"{started:%Y-%m-%d %H:%M}"
