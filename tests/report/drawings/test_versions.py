from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval import codec
from llmeval.compare import sides
from llmeval.compare.facts import CaseFacts
from llmeval.compare.measured import SuiteTable
from llmeval.records import Reply, Timing
from llmeval.report import view
from llmeval.report.drawings import versions
from llmeval.report.section import Section
from llmeval.report.view import View

Text = Callable[[Section | None], str]
TOOK = {"now": 0.2, "new": 0.1}


def asked(some: SimpleNamespace, outcomes: dict[str, str], **other: Any) -> View:
    """Return a run of two variants; outcomes by case, as letters of now and new."""
    trials = [
        some.trial(
            f"{case}[{variant}]",
            "passed" if letter == "p" else "failed",
            index=2 * index + place,
            variant=variant,
            reply=Reply(text="yes", timing=Timing(total_s=TOOK[variant])),
        )
        for index, (case, letters) in enumerate(outcomes.items())
        for place, (variant, letter) in enumerate(zip(TOOK, letters, strict=True))
    ]
    return of(some, trials)


def of(some: SimpleNamespace, trials: list[Any]) -> View:
    table = SuiteTable("support")
    for trial in trials:
        table.add(trial)
    lines = [codec.trial_json(trial) for trial in trials]
    return view.of(lines, some.verdict(some.suite()), {}, None, {"support": table})


def test_figures_stand_in_columns_with_the_distance_from_the_first(
    some: SimpleNamespace, text: Text
) -> None:
    shown = asked(some, {"a": "pp", "b": "pf", "c": "pf", "d": "fp"})

    said = text(versions.section(shown))

    assert "now new pass_rate 75.0 % 50.0 % −25 points" in said
    assert "contains.pass_rate 75.0 % 50.0 % −25 points" in said
    assert "latency.p50 200 ms 100 ms −50 %" in said
    assert "passes, now fails 1 fails, now passes 2" in said


def test_only_cases_in_which_versions_differ_are_listed(some: SimpleNamespace, text: Text) -> None:
    said = text(versions.section(asked(some, {"same": "pp", "broke": "pf"})))

    assert "Cases in which the versions differ: 1 of 2." in said
    assert said.endswith("Case now new broke passed failed")
    assert "same" not in said


def test_a_case_links_to_itself_in_each_version(some: SimpleNamespace) -> None:
    section = versions.section(asked(some, {"a": "pf"}))

    assert section is not None
    assert 'href="#support::a%5Bnow%5D"' in section.body
    assert 'href="#support::a%5Bnew%5D"' in section.body


def test_versions_that_agree_everywhere_are_said_to(some: SimpleNamespace, text: Text) -> None:
    said = text(versions.section(asked(some, {"a": "pp", "b": "ff"})))

    assert "All versions had the same outcome in 2 cases." in said


def test_several_trials_are_counted(some: SimpleNamespace, text: Text) -> None:
    trials = [
        some.trial(f"a[{name}]", outcome, trial=n, variant=name, index=index)
        for index, (name, outcomes) in enumerate(
            (("now", ["passed"] * 3), ("new", ["passed", "failed", "failed"]))
        )
        for n, outcome in enumerate(outcomes, start=1)
    ]

    assert "a passed 3 of 3 failed 1 of 3" in text(versions.section(of(some, trials)))


def test_a_version_that_was_not_asked_says_so(some: SimpleNamespace, text: Text) -> None:
    names = (("a", "now"), ("a", "new"), ("a", "old"), ("b", "now"), ("b", "new"))
    trials = [
        some.trial(
            f"{case}[{name}]", "failed" if name == "new" else "passed", index=n, variant=name
        )
        for n, (case, name) in enumerate(names)
    ]

    assert "b passed failed not asked" in text(versions.section(of(some, trials)))


def test_a_long_list_is_cut_and_says_so(some: SimpleNamespace, text: Text) -> None:
    said = text(versions.section(asked(some, {f"c{n}": "pf" for n in range(250)})))

    assert "250 of 250. The first 200 are listed" in said
    assert "c199 " in said
    assert "c200 " not in said


@pytest.mark.parametrize(
    "cases",
    [
        {"a": {"adapter": "bot"}, "b": {"adapter": "bot"}},
        {"a": {"adapter": "left"}, "b": {"adapter": "right"}},
    ],
    ids=["one adapter", "cases of their own adapters"],
)
def test_what_was_not_asked_side_by_side_makes_no_section(
    some: SimpleNamespace, cases: dict[str, dict[str, str]]
) -> None:
    trials = [some.trial(case, **given) for case, given in cases.items()]

    assert versions.section(of(some, trials)) is None


@pytest.mark.parametrize(
    ("case", "variant", "adapter", "unit"),
    [
        ("a", None, "bot", "a"),
        ("a[now]", "now", "bot", "a"),
        ("a[bot]", None, "bot", "a"),
        ("a[now-bot]", "now", "bot", "a"),
        ("a[row-now]", "now", "bot", "a[row]"),
        ("a[row-now-bot]", "now", "bot", "a[row]"),
        ("a[row]", None, "bot", "a[row]"),
        ("a[x-bot-now]", "now", "bot", "a[x-bot]"),
    ],
)
def test_versions_of_a_case_share_an_id(
    case: str, variant: str | None, adapter: str, unit: str
) -> None:
    assert sides.unit(case, CaseFacts(variant=variant, adapter=adapter)) == unit
