"""Under which conditions a run was measured, against its baseline: environment and adapters."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from llmeval.report import numbers
from llmeval.report.body import cut
from llmeval.report.charts.figure import scrolled, table
from llmeval.report.charts.markup import Html, element, join
from llmeval.report.section import Section
from llmeval.report.view import SuiteView, View

_VALUE_CHARS = 200
MISSING = "none"


def section(view: View) -> Section | None:
    """Return the section; None where no suite has a baseline."""
    alike: dict[Html, list[str]] = {}
    for suite in view.suites:
        if suite.environment_before or suite.adapters_before:
            alike.setdefault(_conditions(suite, view), []).append(suite.verdict.suite)
    if not alike:
        return None
    parts = [_headed(said, names, named=len(view.suites) > 1) for said, names in alike.items()]
    return Section(name="conditions", title="Conditions, against the baseline", body=join(*parts))


def _headed(said: Html, names: Sequence[str], *, named: bool) -> Html:
    head = element("h3", ", ".join(names), class_="suite-head") if named else ""
    return join(head, said)


def _conditions(suite: SuiteView, view: View) -> Html:
    rows = list(_rows(suite, view))
    notes = element("p", " ".join(_notes(suite, differ=bool(rows))), class_="note intro")
    if not rows:
        return notes
    listed = table(["What differs", "Baseline", "Now"], rows, caption="What differs", texts=3)
    return join(notes, scrolled(listed, f"What differs, {suite.verdict.suite}"))


def _rows(suite: SuiteView, view: View) -> Iterator[list[str]]:
    environment = view.header.environment if view.header else {}
    yield from _differences(suite.environment_before, environment)
    if suite.table is None:
        return  # which adapters were asked is not at hand
    now = suite.table.adapters
    for name in dict.fromkeys((*suite.adapters_before, *now)):
        before = suite.adapters_before.get(name) or {}
        yield from _differences(before, now.get(name) or {}, f"adapter {name}: ")


def _differences(
    before: Mapping[str, Any], now: Mapping[str, Any], prefix: str = ""
) -> Iterator[list[str]]:
    old, new = dict(_flat(before)), dict(_flat(now))
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            yield [f"{prefix}{key}", old.get(key, MISSING), new.get(key, MISSING)]


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key} ")
        else:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield f"{prefix}{key}", cut(text, _VALUE_CHARS)


def _notes(suite: SuiteView, *, differ: bool) -> Iterator[str]:
    if not differ:
        yield "Environment and adapters are those of the baseline."
    changed = Counter(field for fields in suite.verdict.changed.values() for field in fields)
    if changed:
        told = ", ".join(f"{field} in {amount:,}" for field, amount in changed.most_common())
        cases = numbers.count(len(suite.verdict.changed), "case")
        yield f"Fingerprints that forbid a comparison differ in {cases}: {told}."
    else:
        yield "What is asked and how it is checked is the same in all compared cases."
    if suite.verdict.under_test:
        yield f"Under test: {'; '.join(suite.verdict.under_test)}."
