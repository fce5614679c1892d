"""How long replies took and what they used: the distributions of live trials."""

from collections import Counter
from collections.abc import Sequence

from llmeval.compare import percentiles
from llmeval.compare.metrics import mean
from llmeval.compare.readings import FIGURES
from llmeval.report import numbers
from llmeval.report.charts import distribution, units
from llmeval.report.charts.distribution import Series, name_of
from llmeval.report.charts.figure import SERIES, figure, folded, scrolled, table
from llmeval.report.charts.markup import Html, element, join
from llmeval.report.charts.units import Unit
from llmeval.report.section import Section
from llmeval.report.view import SuiteView, View

DRAWN_SUITES = 12
"""Of more suites the figures stand in the verdict's table alone: a page must stay small."""

TITLES = {
    "latency": "Latency of a reply",
    "first_token": "Time to the first token",
    "tokens": "Tokens of a trial",
    "cost": "Cost of a trial",
}
NOW, BEFORE = "now", "baseline"
UNBOUNDED = "?"
INTRODUCTION = (
    "Bars: the share of trials. Line: the share of trials at or below each value. Dots and small "
    f"print: percentiles with the interval that holds the true one in 95 % of runs; {UNBOUNDED}: "
    "too few trials for a bound. Only live trials count."
)
_MACHINE = ("platform", "machine", "cpu_count")


def section(view: View) -> Section | None:
    """Return the section; None where no trial was measured live."""
    if not any(suite.figures.has_values for suite in view.suites):
        return None
    drawn, named = view.suites[:DRAWN_SUITES], len(view.suites) > 1
    parts = [
        _suite(suite, place, elsewhere=_elsewhere(suite, view), named=named)
        for place, suite in enumerate(drawn)
    ]
    more = len(view.suites) - len(drawn)
    if more:
        text = f"{numbers.count(more, 'more suite')} not drawn here: see the figures below."
        parts.append(element("p", text, class_="note"))
    introduction = element("p", INTRODUCTION, class_="note intro")
    return Section(
        name="distributions", title="Latency, tokens and cost", body=join(introduction, *parts)
    )


def _elsewhere(suite: SuiteView, view: View) -> bool:
    """Tell whether the baseline's times were measured on another machine."""
    now = view.header.environment if view.header else {}
    return any(
        now.get(key) != value for key, value in suite.environment_before.items() if key in _MACHINE
    )


def _suite(suite: SuiteView, place: int, *, elsewhere: bool, named: bool) -> Html:
    drawn, silent = [], []
    for name in FIGURES:
        series = _series(suite, name)
        if series:
            note = _note(suite, name, several=len(series) > 1, elsewhere=elsewhere)
            drawn.append(_figure(name, series, note, f"{name}-{place}"))
        else:
            silent.append(f"{TITLES[name].lower()} ({_reasons(_left_out(suite, name))})")
    head = element("h3", suite.verdict.suite, class_="suite-head") if named else ""
    rest = f"Not measured: {'; '.join(silent)}." if silent else ""
    return join(
        head,
        element("div", *drawn, class_="pictures") if drawn else "",
        element("p", rest, class_="note") if rest else "",
    )


def _series(suite: SuiteView, name: str) -> list[Series]:
    """Return what is drawn: each version, or now and before where there is one version."""
    versions = [
        Series(named, sorted(sample.values[name]))
        for named, sample in suite.figures.named().items()
        if sample.values[name]
    ]
    if len(suite.figures.versions) > 1:
        return versions[:SERIES]
    before = suite.before.get(name)
    now = [Series(NOW, each.values) for each in versions]
    return [*now, Series(BEFORE, before)] if now and before else now


def _figure(name: str, series: Sequence[Series], note: Html, ident: str) -> Html:
    unit, title = units.OF_FIGURES[name], TITLES[name]
    picture = distribution.picture(series, unit, ident=ident, title=title)
    below = join(
        scrolled(_percentiles(series, unit, title), title),
        note,
        folded("Bars in figures", scrolled(_bars(series, unit, title), f"{title}: bars")),
    )
    return figure(picture, caption=title, legend=[each.name for each in series], below=below)


def _percentiles(series: Sequence[Series], unit: Unit, title: str) -> Html:
    rows = [
        ["trials", *(f"{len(each.values):,}" for each in series)],
        ["mean", *(unit.text(mean(each.values)) for each in series)],
        *(
            [name_of(share), *(_percentile(each.values, share, unit) for each in series)]
            for share in distribution.SHARES
        ),
        ["largest", *(unit.text(each.values[-1]) for each in series)],
    ]
    return table(["Figure", *(each.name for each in series)], rows, caption=title)


def _percentile(values: Sequence[float], share: float, unit: Unit) -> Html:
    """Return a percentile with its 95 % interval."""
    found = percentiles.of(values, share)
    assert found is not None  # a series has values
    low = UNBOUNDED if found.low is None else unit.text(found.low)
    high = UNBOUNDED if found.high is None else unit.text(found.high)
    if low == high:
        return join(unit.text(found.value))  # known exactly, or not at all
    (number, _, name), (_, _, same) = low.partition(" "), high.partition(" ")
    interval = f"{number if name == same else low} … {high}"
    return join(unit.text(found.value), element("small", interval))


def _bars(series: Sequence[Series], unit: Unit, title: str) -> Html:
    across = distribution.axis(series, unit)
    edges, shares = distribution.bins(series, across, unit)
    head = ["From", "to", *(each.name for each in series)]
    rows = (
        [unit.text(max(edges[n], 0.0)), unit.text(edges[n + 1]), *map(numbers.rate, of_bin)]
        for n, of_bin in enumerate(zip(*shares, strict=True))
        if any(of_bin)
    )
    return table(head, rows, caption=f"{title}: share of trials in each bar", texts=2)


def _note(suite: SuiteView, name: str, *, several: bool, elsewhere: bool) -> Html:
    left_out = _left_out(suite, name)
    trials = sum(sample.trials for sample in suite.figures.versions.values())
    measured = trials - left_out.total()
    said = f"{measured:,} of {numbers.count(trials, 'trial')}"
    if left_out:
        said += f"; left out: {_reasons(left_out)}"
    if several and elsewhere and name in ("latency", "first_token"):
        said += ". The baseline was measured on another machine: times may differ for that alone"
    return element("p", f"{said}.", class_="note")


def _left_out(suite: SuiteView, name: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for sample in suite.figures.versions.values():
        found.update(sample.left_out(name))
    return found


def _reasons(left_out: Counter[str]) -> str:
    return ", ".join(f"{amount:,} {why}" for why, amount in left_out.most_common()) or "no trial"
