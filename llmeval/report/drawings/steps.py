"""Where the time of multi-step applications goes: every step over all trials, and the slowest."""

from collections.abc import Iterator

from llmeval.compare.metrics import percentile
from llmeval.report import anchors, numbers
from llmeval.report.charts import timeline as timelines
from llmeval.report.charts.figure import figure, folded, scrolled, table
from llmeval.report.charts.markup import Html, element, join
from llmeval.report.section import Section
from llmeval.report.steps import Example, StepFigures, Taken, Timeline, timeline
from llmeval.report.view import View

MOST_ROWS = 40
"""Steps that are listed, those that took most first."""


def section(view: View) -> Section | None:
    """Return the section; None where no reply carries steps."""
    stepped = [suite for suite in view.suites if suite.figures.steps.replies]
    if not stepped:
        return None
    named = len(view.suites) > 1
    parts = [
        _suite(suite.verdict.suite, suite.figures.steps, place, named=named)
        for place, suite in enumerate(stepped)
    ]
    return Section(name="steps", title="Steps of the application", body=join(*parts))


def _suite(name: str, figures: StepFigures, place: int, *, named: bool) -> Html:
    head = element("h3", name, class_="suite-head") if named else ""
    examples = _examples(name, figures, place)
    ranked = sorted(figures.by_name.items(), key=lambda item: -_sum(item[1]))
    rows = [_row(kind, step, taken, figures) for (kind, step), taken in ranked[:MOST_ROWS]]
    titles = [
        "Step",
        "Kind",
        "A reply",
        "p50",
        "p95",
        "Share of the time",
        "Tokens a call",
        "Failed",
    ]
    listed = table(titles, rows, caption="Steps", texts=2)
    said = element("p", _said(figures), class_="note intro")
    return join(head, said, scrolled(listed, "Steps"), examples)


def _examples(suite: str, figures: StepFigures, place: int) -> Html:
    """Return the timelines of the slowest and of some failed replies, each reply once."""
    slow = [example for example in figures.slowest if example.total_s]
    failed = [example for example in figures.failed if example not in slow]
    drawn = [
        _example(suite, example, f"steps-{place}-{number}")
        for number, example in enumerate([*slow, *failed])
    ]
    return element("div", *drawn, class_="timelines")


def _example(suite: str, example: Example, ident: str) -> Html:
    title = f"Steps of {example.case}, trial {example.trial}"
    found = timeline(example.steps, example.total_s)
    said = f"{example.outcome}, {numbers.seconds(example.total_s or None)}"
    link = element("a", example.case, href=anchors.of_case(suite, example.case))
    caption = join(link, f", trial {example.trial}: {said}")
    more = f"{numbers.count(found.more, 'more step')} in results.jsonl." if found.more else ""
    below = join(
        element("p", more, class_="note") if more else "",
        folded("Steps in figures", scrolled(_lines(found, title), f"{title}, in figures")),
    )
    drawn = scrolled(timelines.picture(found, ident=ident, title=title), title)
    return figure(drawn, caption=caption, below=below)


def _sum(taken: Taken) -> float:
    return sum(taken.durations_s)


def _row(kind: str, name: str, taken: Taken, figures: StepFigures) -> list[str]:
    lasted = tuple(taken.durations_s)
    share = _sum(taken) / figures.total_s if figures.total_s and lasted else None
    return [
        name,
        kind,
        numbers.number(taken.count / figures.replies),
        numbers.seconds(percentile(lasted, 0.5)),
        numbers.seconds(percentile(lasted, 0.95)),
        numbers.UNKNOWN if share is None else numbers.rate(share),
        numbers.UNKNOWN if taken.tokens is None else numbers.tokens(taken.tokens / taken.count),
        f"{taken.failed:,}",
    ]


def _said(figures: StepFigures) -> str:
    return " ".join(_sentences(figures))


def _sentences(figures: StepFigures) -> Iterator[str]:
    yield f"{numbers.count(figures.replies, 'reply', 'replies')} told their steps."
    usual = figures.paths.most_common(3)
    ways = "; ".join(f"{' → '.join(path)} ({amount:,})" for path, amount in usual)
    yield f"Most frequent ways: {ways}."
    yield "Steps that run side by side, or within another, add up to more than 100 % of the time."
    if len(figures.by_name) > MOST_ROWS:
        yield f"The {MOST_ROWS} of {len(figures.by_name):,} that took most are listed."


def _lines(found: Timeline, title: str) -> Html:
    head = ["Step", "Kind", "Error", "Starts", "Lasts", "Tokens in + out"]
    rows = (
        [each.name, each.kind, each.error, each.start, each.duration, each.tokens]
        for each in found.lines
    )
    return table(head, rows, caption=title, texts=3)
