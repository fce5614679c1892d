from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from msgspec.structs import replace

from llmeval.report.drawings import trend
from llmeval.report.earlier import PastMetric, PastRun, PastSuite, PastVerdict
from llmeval.report.section import Section
from llmeval.report.view import View

Text = Callable[[Section | None], str]


def past(day: int, *suites: PastSuite, status: str = "passed") -> PastRun:
    started = datetime(2026, 1, day, 12, tzinfo=UTC)
    return PastRun(f"run-{day}", started, PastVerdict("", status, suites))


def suite(name: str = "support", cases: int = 1, **figures: float) -> PastSuite:
    metrics = tuple(PastMetric(n.replace("_of_", "."), {}, value) for n, value in figures.items())
    return PastSuite(name, "passed", "no_change", {"cases": cases}, metrics)


def shown(some: SimpleNamespace, *runs: PastRun, **other: Any) -> View:
    view: View = some.view([some.trial()], **other)
    return replace(view, runs=runs)


def test_each_figure_of_two_runs_is_drawn(some: SimpleNamespace, text: Text) -> None:
    runs = [past(n, suite(pass_rate=n / 10, latency_of_p95=0.1 * n)) for n in (1, 2)]

    section = trend.section(shown(some, *runs))

    assert section is not None
    assert section.body.count("<svg") == 2
    assert "Pass rate run-2 passed 20.0 % run-1 passed 10.0 %" in text(section)
    assert 'href="../index.html"' in section.body


def test_a_single_run_has_no_trend(some: SimpleNamespace) -> None:
    assert trend.section(shown(some, past(1, suite(pass_rate=1.0)))) is None


def test_runs_without_the_suite_do_not_count(some: SimpleNamespace) -> None:
    runs = [past(1, suite(pass_rate=1.0)), past(2, suite("other", pass_rate=1.0))]

    assert trend.section(shown(some, *runs)) is None


def test_runs_of_other_cases_are_marked(some: SimpleNamespace) -> None:
    runs = [past(1, suite(cases=9, pass_rate=1.0)), past(2, suite(pass_rate=1.0))]

    section = trend.section(shown(some, *runs))

    assert section is not None
    assert section.body.count("hollow") == 2  # the mark, and the word of the introduction


def test_each_suite_has_its_own_trend(some: SimpleNamespace, text: Text) -> None:
    runs = [past(n, suite("a", pass_rate=1.0), suite("b", pass_rate=0.5)) for n in (1, 2)]
    verdict = some.verdict(some.suite(suite="a"), some.suite(suite="b"))

    said = text(trend.section(shown(some, *runs, verdict=verdict)))

    assert " a Pass rate" in said
    assert " b Pass rate" in said


def test_old_runs_fall_off_the_picture() -> None:
    runs = [past(1, suite(pass_rate=1.0))] * 100

    assert len(trend.of_suite(runs, "support")) == trend.MOST_POINTS
