"""Versions that were asked side by side, in columns: their figures, and each case's outcomes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from llmeval.compare import metrics, sides
from llmeval.compare.chosen import Chosen
from llmeval.compare.measured import SuiteTable
from llmeval.compare.readings import FIGURES
from llmeval.records import Outcome
from llmeval.report import anchors, numbers, taken, words
from llmeval.report.charts import units
from llmeval.report.charts.figure import scrolled, table
from llmeval.report.charts.markup import NOTHING, Html, element, join
from llmeval.report.section import Section
from llmeval.report.taken import Version
from llmeval.report.view import View

MOST_ROWS = 200
"""Cases that are listed; of more the page has only the number."""

_RUN_TIME = ("latency.p50", "latency.p95", "first_token.p50", "tokens.mean", "cost.mean")


class Unit(Struct, frozen=True):
    """One case as all versions were asked it."""

    name: str
    cases: Mapping[Version, str]
    """Each version's own case; a version that was not asked is missing."""


def section(view: View) -> Section | None:
    """Return the section; None where no versions were asked side by side."""
    parts = [
        join(element("h3", suite.verdict.suite, class_="suite-head") if named else "", found)
        for named in (len(view.suites) > 1,)
        for suite in view.suites
        if suite.table is not None and (found := _suite(suite.table))
    ]
    if not parts:
        return None
    return Section(name="versions", title="Versions side by side", body=join(*parts))


def _suite(values: SuiteTable) -> Html:
    facts = {(each.variant, each.adapter) for each in values.all_facts()}
    if len(facts) < 2:
        return NOTHING  # nearly always so: not worth a look at every case
    several = asked_together(values)
    if not several:
        return NOTHING
    versions = tuple(dict.fromkeys(version for unit in several for version in unit.cases))
    return join(_figures(values, versions, several), _cases(values, versions, several))


def asked_together(values: SuiteTable) -> list[Unit]:
    """Return the cases that more than one version was asked, in file order."""
    found: dict[str, dict[Version, str]] = {}
    for case in values.cases:
        facts = values.facts(case)
        version = Version(facts.variant, facts.adapter)
        found.setdefault(sides.unit(case, facts), {})[version] = case
    return [Unit(name, cases) for name, cases in found.items() if len(cases) > 1]


# --- figures ---------------------------------------------------------------------------------


def _figures(values: SuiteTable, versions: Sequence[Version], several: Sequence[Unit]) -> Html:
    names = taken.names(versions)
    chosen = [Chosen(values, {}, _cases_of(version, several)) for version in versions]
    found = (
        (name, [metrics.figure(each, name).value for each in chosen])
        for name in ("pass_rate", *_checks(values), *_RUN_TIME)
    )
    rows = [
        [name, *_row(name, of_each)]
        for name, of_each in found
        if any(v is not None for v in of_each)
    ]
    rows += _turned(values, versions, several)
    head = ["Figure", *(names[version] for version in versions)]
    return scrolled(table(head, rows, caption="Figures of each version"), "Figures of each version")


def _cases_of(version: Version, several: Sequence[Unit]) -> list[str]:
    return [unit.cases[version] for unit in several if version in unit.cases]


def _checks(values: SuiteTable) -> Iterator[str]:
    for metric, column in sorted(values.columns.items()):
        yield f"{metric}.mean" if column.is_graded else f"{metric}.pass_rate"


def _row(name: str, of_each: Sequence[float | None]) -> Iterator[Html]:
    """Yield a figure of each version, the others' with their distance from the first one's."""
    first = of_each[0]
    for place, value in enumerate(of_each):
        text = "not measured" if value is None else words.figure(name, value)
        known = place > 0 and value is not None and first is not None
        apart = _apart(name, value or 0.0, first or 0.0) if known else ""
        yield join(text, element("small", apart) if apart else "")


def _apart(name: str, value: float, first: float) -> str:
    if name.partition(".")[0] in FIGURES:
        return numbers.relative(value, first) if first else ""
    unit = units.of_metric(name)
    return numbers.points(value - first) if unit.share else numbers.signed(value - first)


def _turned(
    values: SuiteTable, versions: Sequence[Version], several: Sequence[Unit]
) -> Iterator[list[str]]:
    """Yield how many cases each version alone passed or failed, against the first."""
    first, *others = versions
    name = taken.names(versions)[first]
    counted = [_against(values, first, other, several) for other in others]
    yield [f"passes, {name} fails", "", *(f"{count['gained']:,}" for count in counted)]
    yield [f"fails, {name} passes", "", *(f"{count['lost']:,}" for count in counted)]


def _against(
    values: SuiteTable, first: Version, other: Version, several: Sequence[Unit]
) -> Counter[str]:
    found: Counter[str] = Counter()
    for unit in several:
        if first in unit.cases and other in unit.cases:
            pair = (values.outcome(unit.cases[first]), values.outcome(unit.cases[other]))
            if pair == ("failed", "passed"):
                found["gained"] += 1
            elif pair == ("passed", "failed"):
                found["lost"] += 1
    return found


# --- cases -----------------------------------------------------------------------------------


def _cases(values: SuiteTable, versions: Sequence[Version], several: Sequence[Unit]) -> Html:
    names = taken.names(versions)
    apart = [unit for unit in several if len(_outcomes(values, unit)) > 1]
    alike = len(several) - len(apart)
    if not apart:
        text = f"All versions had the same outcome in {numbers.count(alike, 'case')}."
        return element("p", text, class_="note")
    head = ["Case", *(names[version] for version in versions)]
    rows = ([unit.name, *_outcome_cells(values, unit, versions)] for unit in apart[:MOST_ROWS])
    said = f"Cases in which the versions differ: {len(apart):,} of {len(several):,}."
    if len(apart) > MOST_ROWS:
        said += f" The first {MOST_ROWS:,} are listed; results.jsonl has all."
    listed = table(head, rows, caption="Outcome of each version", texts=len(head))
    return join(element("p", said, class_="note"), scrolled(listed, "Outcome of each version"))


def _outcomes(values: SuiteTable, unit: Unit) -> set[Outcome]:
    return {values.outcome(case) for case in unit.cases.values()}


def _outcome_cells(values: SuiteTable, unit: Unit, versions: Sequence[Version]) -> Iterator[Html]:
    for version in versions:
        case = unit.cases.get(version)
        yield element("span", "not asked", class_="note") if case is None else _cell(values, case)


def _cell(values: SuiteTable, case: str) -> Html:
    counts, outcome = values.counts(case), values.outcome(case)
    pill = element("span", outcome, class_=f"status {outcome}")
    address = anchors.of_case(values.name, case)
    trials = f"{counts.passed} of {counts.asked}" if counts.asked > 1 else ""
    return join(element("a", pill, href=address, class_="to-case"), f" {trials}" if trials else "")
