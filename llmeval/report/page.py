"""What stands on the page without scripts: verdict, suites, failures, figures, environment.

Everything here is text and numbers for the frame `assets/page.html.j2`, which escapes it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from llmeval.compare.metrics import percentile
from llmeval.records import RunHeader
from llmeval.report import numbers, words
from llmeval.report.body import cut
from llmeval.report.broken import Broken, broken
from llmeval.report.section import Section
from llmeval.report.sections import sections
from llmeval.report.strip import MetricRow, SuiteRow, metric_rows, suite_row
from llmeval.report.view import View

Pairs = tuple[tuple[str, str], ...]


class Figure(Struct, frozen=True, kw_only=True):
    """One of the large numbers at the top."""

    label: str
    value: str
    note: str = ""


class Page(Struct, frozen=True, kw_only=True):
    """The page's frame."""

    title: str
    headline: words.Headline
    rate: str
    """How the pass rate changed; "" where several suites have one each."""
    steps: tuple[tuple[str, ...], ...]
    """Each split at its backticks: text, code, text, code, …"""
    run: Pairs
    figures: tuple[Figure, ...]
    changed: Pairs
    """(suite, or "" where it holds for all, what differs and is under test)."""
    suites: tuple[SuiteRow, ...]
    metrics: tuple[MetricRow, ...]
    sections: tuple[Section, ...]
    broken: Broken
    not_measured: tuple[tuple[str, str, str, str], ...]
    environment: Pairs
    cases: int
    cut_note: str


def page(view: View) -> Page:
    """Return the frame of a view."""
    return Page(
        title=f"{view.headline} · {view.verdict.run or 'llmeval'}",
        headline=view.headline,
        rate=words.rate_change(suites[0]) if len(suites := view.verdict.suites) == 1 else "",
        steps=tuple(tuple(step.split("`")) for step in view.steps),
        run=tuple(_run(view)),
        figures=tuple(_figures(view)),
        changed=_changed(view),
        suites=tuple(suite_row(suite) for suite in view.suites),
        metrics=tuple(metric_rows(view)),
        sections=sections(view),
        broken=broken(view),
        not_measured=tuple(_not_measured(view)),
        environment=tuple(_environment(view)),
        cases=len(view.cases),
        cut_note=_cut_note(view),
    )


# --- top -------------------------------------------------------------------------------------


def _run(view: View) -> Iterator[tuple[str, str]]:
    header = view.header
    if view.verdict.run or header:
        yield "run", view.verdict.run or (header.run if header else "")
    if header is not None:
        yield "started", f"{header.started.replace('T', ' ')[:19]} UTC"
        if header.git.get("sha"):
            branch = header.git.get("branch")
            sha = str(header.git["sha"])[:10] + (" + changes" if header.git.get("dirty") else "")
            yield "version", f"{branch} {sha}" if branch else sha
        if header.ci_url:
            yield "pipeline", header.ci_url
    if view.end is not None:
        yield "took", numbers.seconds(view.end.seconds)
    elif header is not None:
        yield "took", "cut off before its end"


def _figures(view: View) -> Iterator[Figure]:
    suites = view.verdict.suites
    if not suites:
        return
    yield _passed(view)
    counted = dict.fromkeys(("regressed", "improved", "error"), 0)
    for case in view.cases:
        for flag in counted.keys() & set(case.flags):
            counted[flag] += 1
    yield Figure(label="Regressed", value=f"{counted['regressed']:,}")
    yield Figure(label="Improved", value=f"{counted['improved']:,}")
    missed = sum(case.marks.count("e") for case in view.cases)
    trials = sum(len(case.marks) for case in view.cases)
    yield Figure(
        label="Not measured",
        value=f"{counted['error']:,}",
        note=f"{missed:,} of {trials:,} trials" if missed else "errors",
    )
    live = [value for suite in view.suites for value in suite.figures.values("latency")]
    if live:
        yield Figure(
            label="Latency p50",
            value=numbers.seconds(percentile(live, 0.5)),
            note=f"p95 {numbers.seconds(percentile(live, 0.95))}",
        )
    yield _cost(view)


def _changed(view: View) -> Pairs:
    found = tuple(
        (suite.suite, "; ".join(suite.under_test))
        for suite in view.verdict.suites
        if suite.under_test
    )
    alike = len({text for _, text in found}) == 1 and len(found) == len(view.suites)
    return (("", found[0][1]),) if alike else found


def _passed(view: View) -> Figure:
    suites = view.verdict.suites
    if len(suites) == 1:
        rate = words.pass_rate(suites[0])
        if rate is not None and rate.current is not None:
            note = "" if rate.baseline is None else f"baseline {numbers.rate(rate.baseline)}"
            return Figure(label="Pass rate", value=numbers.rate(rate.current), note=note)
    passed, cases = words.total(suites, "passed"), words.asked(suites)
    return Figure(label="Passed", value=f"{passed:,}", note=f"of {numbers.count(cases, 'case')}")


def _cost(view: View) -> Figure:
    spent = [s.figures.cost_usd for s in view.suites if s.figures.cost_usd is not None]
    used = [s.figures.tokens for s in view.suites if s.figures.tokens is not None]
    judged = [value for s in view.suites if (value := s.verdict.cost_usd.get("judge"))]
    unpriced = any(suite.figures.unpriced for suite in view.suites)
    text = numbers.dollars(sum(spent)) if spent else numbers.UNKNOWN
    if spent and unpriced:
        text = f"≥ {text}"
    notes = [f"{numbers.tokens(sum(used))} tokens"] if used else []
    notes += [f"judges {numbers.dollars(sum(judged))}"] if judged else []
    attacked = [value for s in view.suites if (value := s.verdict.cost_usd.get("attacker"))]
    notes += [f"attackers {numbers.dollars(sum(attacked))}"] if attacked else []
    return Figure(label="Cost", value=text, note=", ".join(notes))


# --- gaps, environment -----------------------------------------------------------------------


def _not_measured(view: View) -> Iterator[tuple[str, str, str, str]]:
    for suite, why, amount, examples in view.not_measured[:200]:
        more = ", …" if amount > len(examples) else ""
        yield suite, why, f"{amount:,}", ", ".join(examples) + more


def _environment(view: View) -> Iterator[tuple[str, str]]:
    header = view.header
    if header is None:
        return
    yield from _flat("", header.environment)
    for name, value in _parts(header):
        if isinstance(value, Mapping):
            yield from _flat(name, value)
        elif value not in (None, "", {}):
            yield name, str(value)


def _parts(header: RunHeader) -> Iterator[tuple[str, Any]]:
    yield "git", header.git
    yield "option", header.options
    yield "adapter", header.adapters
    yield "judge", header.judges
    yield "seed", header.seed


def _flat(name: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield f"{name} {key}".strip(), cut(str(text), 2_000)


def _cut_note(view: View) -> str:
    if view.short_chars == 0:
        return "Texts of passed cases are left out of this page: all texts stand in results.jsonl."
    return (
        f"Texts of passed cases are cut after {view.short_chars:,} characters where they are "
        "longer: all texts stand in results.jsonl."
    )
