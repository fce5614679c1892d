"""`reports/index.html`: every run of the folder with its verdict, newest first, and the trend.

Needs no scripts and no network. Written anew at the end of each run from the verdicts alone.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from llmeval.report import earlier, numbers, words
from llmeval.report.charts.figure import scrolled, table
from llmeval.report.charts.markup import Html, element, join
from llmeval.report.drawings import trend
from llmeval.report.earlier import PastRun
from llmeval.report.files import encoded, write_text
from llmeval.report.html import looks, policy

NAME = "index.html"
MARK = "<!-- llmeval index -->"
"""In the file's first line: another file of that name is somebody's own and left alone."""

MOST_SUITES = 6
"""Suites whose trend is drawn."""
_SUITES_IN_ROW = 4


def write(reports: Path) -> Path | None:
    """Write the index of a reports folder.

    Returns:
        Its path; None when a file of somebody else's stands there.

    Raises:
        OSError: It cannot be written.
    """
    path = reports / NAME
    if not _is_ours(path):
        return None
    write_text(path, render(earlier.runs(reports), earlier.amount(reports)))
    return path


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return MARK in file.readline()
    except FileNotFoundError:
        return True


def render(runs: Sequence[PastRun], amount: int) -> str:
    """Return the page.

    Args:
        runs: Oldest first.
        amount: How many there are in all.
    """
    style = looks()
    head = join(
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy("", style)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", "llmeval: runs"),
        element("style", Html(style)),
    )
    body = join(
        element("header", element("p", "llmeval", class_="brand"), class_="top"),
        element("main", element("h1", "Runs"), *_content(runs, amount)),
    )
    page = element("html", element("head", head), element("body", body), lang="en")
    return f"<!doctype html>{MARK}\n{page}\n"


def _content(runs: Sequence[PastRun], amount: int) -> Iterator[Html]:
    if not runs:
        yield element("p", "No run has come to a verdict yet.")
        return
    names = dict.fromkeys(suite.suite for run in reversed(runs) for suite in run.verdict.suites)
    for place, name in enumerate(list(names)[:MOST_SUITES]):
        drawn = trend.pictures(trend.of_suite(runs, name), f"trend-{place}")
        if drawn:
            yield element("h2", f"{name}: trend")
            yield drawn
    yield element("h2", "All runs", id="runs")
    yield _table(runs)
    if amount > len(runs):
        yield element("p", f"The newest {len(runs):,} of {amount:,} runs.", class_="note")


def _table(runs: Sequence[PastRun]) -> Html:
    head = [
        "Run",
        "Started (UTC)",
        "Verdict",
        "Version",
        "Pass rate",
        "Passed",
        "Regressed",
        "Errors",
        "Cost",
    ]
    listed = table(head, map(_row, reversed(runs)), caption="All runs", texts=5)
    return scrolled(listed, "All runs")


def _row(run: PastRun) -> list[str]:
    suites = run.verdict.suites
    cases, passed = _total(run, "cases"), _total(run, "passed")
    regressed, errors = _total(run, "regressed"), _total(run, "error")
    tone = words.TONES.get(run.verdict.status, "unsure")
    costs = [cost for suite in suites if (cost := suite.figure("cost.total")) is not None]
    return [
        _link(run),
        trend.date(run.started),
        element("span", run.verdict.status, class_=f"pill {tone}"),
        _version(run),
        _rates(run),
        f"{passed:,} of {cases:,}",
        f"{regressed:,}" if regressed else "",
        f"{errors:,}" if errors else "",
        numbers.dollars(sum(costs)) if costs else "",
    ]


def _total(run: PastRun, count: str) -> int:
    return sum(suite.counts.get(count, 0) for suite in run.verdict.suites)


def _link(run: PastRun) -> Html:
    if not run.has_page:
        return join(run.name)
    return element("a", run.name, href=f"./{quote(encoded(run.name), safe='')}/report.html")


def _version(run: PastRun) -> str:
    git = run.verdict.git
    sha = str(git.get("sha") or "")[:10] + ("+" if git.get("dirty") else "")
    return " ".join(part for part in (str(git.get("branch") or ""), sha) if part)


def _rates(run: PastRun) -> str:
    suites = run.verdict.suites
    rates = [(suite.suite, suite.figure("pass_rate")) for suite in suites]
    if len(rates) == 1:
        return f"{rates[0][0]} {_rate(rates[0][1])}"
    told = ", ".join(f"{name} {_rate(rate)}" for name, rate in rates[:_SUITES_IN_ROW])
    more = f" and {len(rates) - _SUITES_IN_ROW} more" if len(rates) > _SUITES_IN_ROW else ""
    return told + more


def _rate(rate: float | None) -> str:
    return "not measured" if rate is None else numbers.rate(rate)
