import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval import codec
from llmeval.compare.measured import SuiteTable
from llmeval.records import Reply, Timing
from llmeval.report import view
from llmeval.report.drawings import distributions
from llmeval.report.section import Section
from llmeval.report.view import View

Text = Callable[[Section | None], str]


def took(some: SimpleNamespace, seconds: float, case: str = "a", **other: Any) -> Any:
    reply = Reply(text="yes", timing=Timing(total_s=seconds))
    return some.trial(case, **{"reply": reply, **other})


def with_baseline(some: SimpleNamespace, trials: list[Any], *before: Any) -> View:
    table = SuiteTable("support")
    for trial in before:
        table.add(trial)
    header, lines = some.header, [codec.trial_json(trial) for trial in trials]
    known = some.stored({}, table, {"platform": "elsewhere"})
    return view.of([header, *lines], some.verdict(some.suite()), {"support": known})


def test_percentiles_stand_beside_those_of_the_baseline(some: SimpleNamespace, text: Text) -> None:
    shown = with_baseline(
        some, [took(some, n / 100, f"c{n}") for n in range(1, 101)], took(some, 2.0)
    )

    said = text(distributions.section(shown))

    assert re.search(r"p50 500 ms 400 … 610 ms 2.00 s p95", said)
    assert re.search(r"p95 950 ms 900 ms … 1.00 s 2.00 s", said)
    assert "measured on another machine" in said


def test_trials_that_are_not_live_are_left_out_and_counted(
    some: SimpleNamespace, text: Text
) -> None:
    cached = Reply(text="yes", cached=True, timing=Timing())
    trials = [took(some, 0.1), took(some, 0.2, "b"), took(some, 0.0, "c", reply=cached)]

    said = text(distributions.section(some.view(trials)))

    assert "2 of 3 trials; left out: 1 answered from a cache or a recording." in said
    assert "Not measured: time to the first token (2 not streamed, 1 answered from a cache" in said


def test_nothing_live_makes_no_section(some: SimpleNamespace) -> None:
    cached = Reply(text="yes", cached=True, timing=Timing())

    assert distributions.section(some.view([took(some, 0.0, reply=cached)])) is None


def test_versions_asked_side_by_side_are_drawn_together(some: SimpleNamespace, text: Text) -> None:
    trials = [
        took(some, seconds, f"a[{variant}]", variant=variant)
        for variant, seconds in (("now", 0.1), ("new", 0.4))
    ]

    section = distributions.section(some.view(trials))

    assert section is not None
    assert "now new" in text(section)
    assert "baseline" not in section.body
    assert section.body.count('class="dot s1"') == 3


def test_each_suite_has_pictures_of_its_own(some: SimpleNamespace) -> None:
    suites = [some.suite(suite=name) for name in ("first", "second")]
    trials = [took(some, 0.1, suite="first"), took(some, 0.1, suite="second")]

    section = distributions.section(some.view(trials, some.verdict(*suites)))

    assert section is not None
    idents = re.findall(r' id="([^"]+)"', section.body)
    assert len(idents) == len(set(idents)) == 4
    assert ">second</h3>" in section.body


def test_of_many_suites_some_are_drawn_and_the_rest_counted(
    some: SimpleNamespace, text: Text
) -> None:
    names = [f"suite-{n}" for n in range(distributions.DRAWN_SUITES + 2)]
    trials = [took(some, 0.1, suite=name) for name in names]

    suites = (some.suite(suite=name) for name in names)
    said = text(distributions.section(some.view(trials, some.verdict(*suites))))

    assert "2 more suites not drawn here" in said


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_constant_times_are_drawn(some: SimpleNamespace, seconds: float) -> None:
    trials = [took(some, seconds, f"c{n}") for n in range(20)]

    section = distributions.section(some.view(trials))

    assert section is not None
    assert "<svg" in section.body
