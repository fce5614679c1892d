import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval import codec
from llmeval.compare.measured import SuiteTable
from llmeval.records import Reply, Timing
from llmeval.report import view
from llmeval.report.drawings import distributions
from llmeval.report.view import View


class Texts(HTMLParser):
    """All texts of a page, white space between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def text_of(shown: View) -> str:
    section = distributions.section(shown)
    assert section is not None
    return " ".join(Texts(section.body).found)


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


def test_percentiles_stand_beside_those_of_the_baseline(some: SimpleNamespace) -> None:
    shown = with_baseline(
        some, [took(some, n / 100, f"c{n}") for n in range(1, 101)], took(some, 2.0)
    )

    text = text_of(shown)

    assert re.search(r"p50\s+500 ms\s+400 … 610 ms\s+2.00 s\s+\? … \?", text)
    assert re.search(r"p95\s+950 ms\s+900 ms … 1.00 s\s+2.00 s", text)
    assert "measured on another machine" in text


def test_trials_that_are_not_live_are_left_out_and_counted(some: SimpleNamespace) -> None:
    cached = Reply(text="yes", cached=True, timing=Timing())
    trials = [took(some, 0.1), took(some, 0.2, "b"), took(some, 0.0, "c", reply=cached)]

    text = text_of(some.view(trials))

    assert "2 of 3 trials; left out: 1 answered from a cache or a recording." in text
    assert "Not measured: time to the first token (2 not streamed, 1 answered from a cache" in text


def test_nothing_live_makes_no_section(some: SimpleNamespace) -> None:
    cached = Reply(text="yes", cached=True, timing=Timing())

    assert distributions.section(some.view([took(some, 0.0, reply=cached)])) is None


def test_versions_asked_side_by_side_are_drawn_together(some: SimpleNamespace) -> None:
    trials = [
        took(some, seconds, f"a[{variant}]", variant=variant)
        for variant, seconds in (("now", 0.1), ("new", 0.4))
    ]

    section = distributions.section(some.view(trials))

    assert section is not None
    assert re.search(r"now\s+new", " ".join(Texts(section.body).found))
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


def test_of_many_suites_some_are_drawn_and_the_rest_counted(some: SimpleNamespace) -> None:
    names = [f"suite-{n}" for n in range(distributions.DRAWN_SUITES + 2)]
    trials = [took(some, 0.1, suite=name) for name in names]

    text = text_of(some.view(trials, some.verdict(*(some.suite(suite=name) for name in names))))

    assert "2 more suites not drawn here" in text


@pytest.mark.parametrize("seconds", [0.0, 0.5])
def test_constant_times_are_drawn(some: SimpleNamespace, seconds: float) -> None:
    trials = [took(some, seconds, f"c{n}") for n in range(20)]

    section = distributions.section(some.view(trials))

    assert section is not None
    assert "<svg" in section.body
