from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from msgspec.structs import replace

from llmeval import codec
from llmeval.compare.measured import SuiteTable
from llmeval.report import view
from llmeval.report.drawings import conditions
from llmeval.report.section import Section
from llmeval.report.view import View

Text = Callable[[Section | None], str]
HERE = {"python": "3.11.4", "packages": {"aiohttp": "3.14.5"}}


def measured(
    some: SimpleNamespace,
    before: Mapping[str, Any],
    adapter_before: Mapping[str, Any],
    **suite: Any,
) -> View:
    now, old = SuiteTable("support"), SuiteTable("support")
    now.adapters["bot"] = {"type": "http", "model": "small"}
    old.adapters["bot"] = adapter_before
    header = replace(some.header, environment=HERE)
    stored = some.stored({}, old, before)
    lines = [header, codec.trial_json(some.trial())]
    verdict = some.verdict(some.suite(**suite))
    return view.of(lines, verdict, {"support": stored}, None, {"support": now})


def test_only_what_differs_is_listed(some: SimpleNamespace, text: Text) -> None:
    before = {"python": "3.11.4", "packages": {"aiohttp": "3.9.0"}, "machine": "arm64"}

    said = text(conditions.section(measured(some, before, {"type": "http", "model": "large"})))

    assert said.endswith(
        "What differs Baseline Now "
        "packages aiohttp 3.9.0 3.14.5 machine arm64 none adapter bot: model large small"
    )
    assert "python" not in said


def test_the_same_conditions_are_said(some: SimpleNamespace, text: Text) -> None:
    said = text(conditions.section(measured(some, HERE, {"type": "http", "model": "small"})))

    assert said == (
        "Environment and adapters are those of the baseline. "
        "What is asked and how it is checked is the same in all compared cases."
    )


def test_what_forbids_a_comparison_is_counted(some: SimpleNamespace, text: Text) -> None:
    changed = {"a": ("checks",), "b": ("checks", "input")}
    same = {"type": "http", "model": "small"}

    said = text(conditions.section(measured(some, HERE, same, changed=changed, under_test=("x",))))

    assert "differ in 2 cases: checks in 2, input in 1. Under test: x." in said


def test_suites_with_the_same_conditions_stand_together(some: SimpleNamespace, text: Text) -> None:
    names = ("a", "b")
    stored = {name: some.stored({}, None, some.header.environment) for name in names}
    verdict = some.verdict(*(some.suite(suite=name) for name in names))

    shown = view.of([some.header], verdict, stored)

    assert text(conditions.section(shown)).startswith("a, b Environment and adapters are those")


def test_a_run_without_a_baseline_has_no_such_section(some: SimpleNamespace) -> None:
    assert conditions.section(some.view([some.trial()])) is None


def test_a_version_of_the_same_run_has_no_conditions_of_its_own(some: SimpleNamespace) -> None:
    table = SuiteTable("support")
    table.adapters["bot"] = {"type": "http"}
    yardstick = some.stored({}, table)

    shown = view.of(
        [], some.verdict(some.suite()), {"support": yardstick}, None, {"support": table}
    )

    assert conditions.section(shown) is None
    assert shown.suites[0].before == {}


def test_adapters_that_are_not_at_hand_are_no_difference(some: SimpleNamespace, text: Text) -> None:
    old = SuiteTable("support")
    old.adapters["bot"] = {"type": "http"}
    stored = some.stored({}, old, some.header.environment)
    lines = [some.header, codec.trial_json(some.trial())]

    shown = view.of(lines, some.verdict(some.suite()), {"support": stored})

    assert text(conditions.section(shown)).startswith("Environment and adapters are those")
