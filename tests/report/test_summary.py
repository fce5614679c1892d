import re
from pathlib import Path
from types import SimpleNamespace

from llmeval.records import MetricVerdict
from llmeval.report import summary
from llmeval.report.view import View


def test_the_verdict_comes_first_after_the_marker(regression: View) -> None:
    lines = summary.markdown(regression).splitlines()

    assert lines[:2] == [summary.MARKER, "## ❌ Worse: 1 of 4 cases broke"]


def test_what_broke_stands_in_a_table(regression: View) -> None:
    text = summary.markdown(regression)

    assert (
        "| regressed | <code>refund</code> | 100 % | 0 % | contains: '30 days' not found |" in text
    )
    assert "| gone | <code>old-code</code> |" in text
    assert "| <code>support</code> | latency.p95 | 500 ms | at most 400 ms | **broken** |" in text


def test_the_replies_of_what_broke_stand_below_with_their_changed_words(regression: View) -> None:
    text = summary.markdown(regression)

    assert "<details><summary><code>refund</code></summary>" in text
    assert "| prompt | How long may I return a lamp? |" in text
    assert "| baseline | Within <del>30</del> days. |" in text
    assert "| now | Within <ins>14</ins> days. |" in text


def test_long_replies_are_cut_in_the_summary(some: SimpleNamespace) -> None:
    long = "Within 14 days, as I said. " * 60
    suite = some.suite(status="failed", regressed=("a",))
    trial = some.trial("a", "failed", reply=some.reply(long))

    text = summary.markdown(
        some.view([trial], some.verdict(suite), {"a": (long.replace("14", "30"),)})
    )

    rows = [line for line in text.splitlines() if line.startswith(("| baseline", "| now"))]
    assert all(row.endswith(" … |") and len(row) < 2_000 for row in rows)
    assert len(rows) == 2


def test_the_pass_rate_of_a_single_suite_stands_on_top(some: SimpleNamespace) -> None:
    rate = MetricVerdict(
        metric="pass_rate", baseline=0.942, current=0.917, low=-0.044, high=-0.006, p=0.003
    )

    text = summary.markdown(some.view([], some.verdict(some.suite(metrics=(rate,)))))

    said = "Pass rate 94.2 % → 91.7 %: −2.5 points (95 % interval −4.4 … −0.6, p = 0.003)"
    assert text.splitlines()[3] == said


def test_a_bare_verdict_lists_its_regressed_cases(regression: View) -> None:
    assert "- <code>refund</code>" in summary.markdown(regression.verdict)


def test_a_passed_run_is_short(some: SimpleNamespace) -> None:
    text = summary.markdown(some.view([some.trial()]))

    assert "## ✅ Passed: 1 case, as expected" in text
    assert "What broke" not in text


def test_cases_that_fail_in_a_green_run_are_worth_a_look(some: SimpleNamespace) -> None:
    text = summary.markdown(some.view([some.trial("a", "failed")]))

    assert "### Worth a look\n" in text
    assert "What broke" not in text


def test_cases_that_cannot_be_compared_are_not_among_what_broke(some: SimpleNamespace) -> None:
    verdict = some.verdict(
        some.suite(status="failed", regressed=("a",), changed={"b": ("checks",)})
    )

    text = summary.markdown(some.view([some.trial("a", "failed"), some.trial("b")], verdict))

    assert "### What broke, and what else is worth a look\n" in text


def test_notes_on_the_run_and_on_its_suites_are_listed(some: SimpleNamespace) -> None:
    suite = some.suite(notes=("1 case with a warning: a (latency)",))

    text = summary.markdown(some.view([], some.verdict(suite)), notes=("resumed: run 1 `x`",))

    assert "### Notes\n\n- resumed: run 1 " in text
    assert "\n- 1 case with a warning: a (latency)\n" in text
    assert "### Notes" not in summary.markdown(some.view([some.trial()]))


def test_notes_of_several_suites_name_them(some: SimpleNamespace) -> None:
    suites = [some.suite(suite=name, notes=("old",)) for name in ("left", "right")]

    text = summary.markdown(some.view([], some.verdict(*suites)))

    assert "- <code>left</code>: old\n- <code>right</code>: old\n" in text


def test_the_limit_holds_in_bytes_and_the_cut_is_said(some: SimpleNamespace) -> None:
    cases = [f"{'語' * 150}-{number}" for number in range(5_000)]
    trials = [some.trial(case, "failed", index=i) for i, case in enumerate(cases)]
    suite = some.suite(
        status="failed", regressed=tuple(cases), reasons=("語" * 5_000,) * 9, new=tuple(cases)
    )

    text = summary.markdown(some.view(trials, some.verdict(*[suite] * 3)))

    assert len(text.encode()) <= summary.LIMIT_BYTES
    assert "Cut here:" in text
    assert text.startswith(summary.MARKER)


def test_hostile_texts_stay_text(hostile_view: View) -> None:
    text = summary.markdown(hostile_view)

    tags = set(re.findall(r"<[^>]*>?", text.replace(summary.MARKER, "")))
    ours = ("code", "details", "summary", "del", "ins")
    assert tags <= {f"<{end}{name}>" for name in ours for end in ("", "/")}
    assert not re.search(r"[@#]\w|://|GH-\d", re.sub(r"&#\d+;", "", text))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "](" not in text


def test_hostile_texts_break_no_table(hostile_view: View) -> None:
    rows = [
        line
        for line in summary.markdown(hostile_view).splitlines()
        if line.startswith(("| regressed", "| failed", "| error", "| gone", "| changed"))
    ]

    assert len(rows) > 40
    assert {row.count("|") for row in rows} == {6}


def test_the_summary_is_added_to_a_steps_file(tmp_path: Path) -> None:
    steps = tmp_path / "steps.md"
    steps.write_text("earlier\n", encoding="utf-8")

    summary.append(steps, "later \ud800\n")

    assert steps.read_text(encoding="utf-8") == "earlier\nlater \ufffd\n"
