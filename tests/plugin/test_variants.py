"""Versions of an application side by side, through plain pytest."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

SUITE = """
suite: bot
adapter: app
repeat: 3
variants:
  now: {prompt: one?}
  new: {prompt: two?}
cases:
  - id: a
    expect: [{contains: "1"}]
  - id: b
    expect: [{contains: answer}]
"""
NOW, NEW = "one?", "two?"


@pytest.fixture
def variants(project: "Project") -> "Project":
    """Return a project whose new variant is wrong about the first case."""
    project.suite(SUITE)
    return project


def test_variants_are_asked_trial_by_trial_in_turns(variants: "Project") -> None:
    variants.pytest("suites", "--llmeval-concurrency", "1")

    # Every second round goes backwards.
    assert variants.asked() == [NOW, NEW, NEW, NOW, NOW, NEW] * 2


def test_several_adapters_are_asked_in_turns_just_so(project: "Project") -> None:
    called = (
        "def {0}(messages):\n    open('asked.log', 'a').write('\"{0}\"\\n')\n    return 'yes'\n"
    )
    project.write("app.py", called.format("left") + called.format("right"))
    tables = '[adapters.{0}]\ntype = "python"\ncall = "app:{0}"\n'
    project.write("llmeval.toml", tables.format("left") + tables.format("right"))
    project.suite("suite: x\nadapter: left\nrepeat: 2\ncases:\n  - {id: a, prompt: hi, expect: []}")

    result = project.pytest(
        *("suites", "--llmeval-concurrency", "1"),
        *("--llmeval-adapter", "left", "--llmeval-adapter", "right"),
    )

    assert result.status == 0, result.out
    assert project.asked() == ["left", "right", "right", "left"]


def test_each_variant_is_a_case_of_its_own(variants: "Project") -> None:
    result = variants.pytest("suites", "-v")

    assert result.status == 1
    assert "bot.eval.yaml::a[now] PASSED" in result.out
    assert "bot.eval.yaml::a[new] FAILED" in result.out
    assert {trial["variant"] for trial in variants.trials()} == {"now", "new"}


def test_the_figures_of_each_variant_stand_in_terminal_and_verdict(variants: "Project") -> None:
    result = variants.pytest("suites", "--junitxml", "junit.xml")

    assert "      now 100 %\n      new 50.0 %\n" in result.out
    (suite,) = variants.verdict()["suites"]
    rates = {
        m["where"].get("variant", "all"): m["current"]
        for m in suite["metrics"]
        if m["metric"] == "pass_rate"
    }
    assert rates == {"all": 0.75, "now": 1.0, "new": 0.5}
    assert 'name="pass_rate (variant: new)"' in (variants.path / "junit.xml").read_text("utf-8")


def test_the_figures_of_each_adapter_stand_there_too(project: "Project") -> None:
    project.suite(
        "suite: x\nadapter: app\ncases:\n  - {id: a, prompt: hi, expect: [{contains: hi}]}"
    )

    result = project.pytest("suites", "--llmeval-adapter", "echo", "--llmeval-adapter", "demo")

    assert "      echo 100 %\n      demo 0 %\n" in result.out


def test_one_variant_alone_is_asked_by_its_name(variants: "Project") -> None:
    result = variants.pytest("suites", "-k", "now")

    assert result.status == 0, result.out
    assert set(variants.asked()) == {NOW}


def test_each_variant_has_its_own_place_in_the_baseline(variants: "Project") -> None:
    variants.pytest("suites", "--llmeval-update-baseline", "--llmeval-accept-failures")
    variants.answers({NOW: "No idea.", NEW: "The answer is 1."})

    result = variants.pytest("suites", "--llmeval-gate", "ratchet")

    assert result.status == 1, result.out
    (suite,) = variants.verdict()["suites"]
    assert suite["regressed"] == ["a[now]", "b[now]"]
    assert suite["improved"] == ["a[new]"]


def test_workers_ask_every_trial_of_every_variant_once(variants: "Project") -> None:
    variants.pytest("suites", "-n", "2")

    assert sorted(variants.asked()) == [NOW] * 6 + [NEW] * 6


def test_a_resumed_run_asks_for_the_rest_of_each_variant(variants: "Project") -> None:
    variants.pytest("suites", "--llmeval-concurrency", "1")
    (log,) = variants.path.glob("reports/2*/results.jsonl")
    lines = log.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if '"trial":3' not in line and '"kind":"end"' not in line]
    assert len(kept) < len(lines)
    log.write_text("".join(kept), "utf-8")
    (variants.path / "asked.log").unlink()

    result = variants.pytest("suites", "--llmeval-concurrency", "1", "--llmeval-resume")

    assert variants.asked() == [NOW, NEW] * 2, result.out


# --- one version as the yardstick of the others ---------------------------------------------------

BESIDE = """
suite: bot
adapter: app
variants:
  new: {prompt: two?}
  now: {prompt: one?}
gate: {against: now}
cases:
  - id: a
    expect: [{contains: "1"}]
  - id: b
    expect: [{contains: answer}]
  - id: c
    expect: [{contains: missing}]
"""


def test_a_case_that_breaks_beside_its_counterpart_turns_the_run_red(project: "Project") -> None:
    project.suite(BESIDE)
    result = project.pytest("suites", "-v")

    assert result.status == 1
    assert "bot.eval.yaml::a[new] FAILED" in result.out
    assert "bot.eval.yaml::b[new] PASSED" in result.out
    # Fails with both versions: neither the yardstick nor the new one is blamed for it.
    assert "bot.eval.yaml::c[new] XFAIL" in result.out
    assert "bot.eval.yaml::c[now] XFAIL" in result.out
    (suite,) = project.verdict()["suites"]
    assert suite["comparison"] == "regression"
    assert suite["regressed"] == ["a[new]"]
    assert suite["reasons"] == ["worse: 1 of 3 cases broke that passed with `now`: a[new]"]
    assert suite["against"] == "now"
    assert "Worse: 1 of 3 cases broke" in result.out
    (rate,) = [m for m in suite["metrics"] if m["metric"] == "pass_rate" and not m["where"]]
    assert (rate["baseline"], rate["current"]) == (pytest.approx(2 / 3), pytest.approx(1 / 3))


def test_a_case_that_fails_more_checks_than_its_counterpart_turns_the_run_red(
    project: "Project",
) -> None:
    project.suite(BESIDE.replace("contains: missing", "contains: missing}, {contains: '1'"))

    result = project.pytest("suites", "-v")

    assert result.status == 1
    assert "bot.eval.yaml::c[new] FAILED" in result.out
    (suite,) = project.verdict()["suites"]
    assert suite["reasons"][1] == (
        "worse: 1 of 3 cases failed with `now` and newly fails further checks: c[new] (contains)"
    )


def test_the_reply_of_the_counterpart_stands_beside_that_of_the_regressed_case(
    project: "Project",
) -> None:
    project.suite(BESIDE)
    project.pytest("suites")

    (summary,) = (project.path / "reports/latest").glob("summary.md")
    assert "worse than `now`" in summary.read_text("utf-8")
    from llmeval.compare import beside
    from llmeval.compare.table import Table

    folder = project.path / "reports/latest"
    table = Table.read(folder).suites["bot"]
    found = beside.baseline(table, beside.cases_of(table, "now"), folder)
    assert found.replies({"a[now]"})["a[now]"] != (None,)


def test_without_a_break_a_version_is_green_beside_the_other(project: "Project") -> None:
    project.suite(BESIDE.replace('contains: "1"', "contains: answer"))
    result = project.pytest("suites")

    assert result.status == 0, result.out
    assert "no change against `now`" in result.out


@pytest.mark.parametrize("order", ["reversed", "sorted"])
def test_the_order_of_items_does_not_matter(project: "Project", order: str) -> None:
    project.suite(BESIDE)
    project.write(
        "conftest.py",
        "def pytest_collection_modifyitems(items):\n"
        f"    items[:] = list({order}(items{'' if order == 'reversed' else ', key=str'}))\n",
    )
    result = project.pytest("suites", "-v")

    assert "bot.eval.yaml::c[new] XFAIL" in result.out
    assert "bot.eval.yaml::a[new] FAILED" in result.out


def test_the_yardstick_may_be_an_adapter_named_on_the_command_line(project: "Project") -> None:
    called = "def {0}(messages):\n    return '{1}'\n"
    project.write("app.py", called.format("left", "ja") + called.format("right", "no"))
    tables = '[adapters.{0}]\ntype = "python"\ncall = "app:{0}"\n'
    project.write("llmeval.toml", tables.format("left") + tables.format("right"))
    check = "expect: [{equals: ja}]"
    project.suite(f"suite: x\nadapter: left\ncases:\n  - {{id: a, prompt: hi, {check}}}")
    beside = ("--llmeval-adapter", "left", "--llmeval-adapter", "right", "--llmeval-against")

    worse = project.pytest("suites", *beside, "left")
    better = project.pytest("suites", *beside, "right")

    assert worse.status == 1
    assert "worse: 1 of 1 case broke that passed with `left`: a[right]" in worse.out
    assert better.status == 0
    assert "better: 1 case passes that failed with `right`: a[left]" in better.out


def test_a_limit_is_about_the_versions_that_are_judged(project: "Project") -> None:
    limits = "gate: {against: now, limits: [{metric: pass_rate, min: 0.5}]}"
    project.suite(BESIDE.replace("gate: {against: now}", limits))
    result = project.pytest("suites")

    assert result.status == 1
    told = project.verdict()["suites"][0]["reasons"][-1]
    assert told.startswith("limit not kept: pass_rate is 0.333")
    assert told.endswith("(measured 3 of 3)")


def test_an_unknown_yardstick_is_refused_before_anything_is_asked(variants: "Project") -> None:
    result = variants.pytest("suites", "--llmeval-against", "zz")

    assert result.status == 4
    said = "has no variant or adapter 'zz' to be held against; known: "
    assert said in result.err
    assert not (variants.path / "reports").exists()
