import re
from types import SimpleNamespace

import pytest

from llmeval.records import Verdict
from llmeval.report import terminal
from llmeval.report.view import View


def test_the_report_comes_last_and_the_verdict_first(regression: View) -> None:
    lines = terminal.lines(regression.verdict, report="reports/x/report.html")

    assert lines == [
        "Worse: 1 of 4 cases broke",
        "  support: failed, worse than the baseline (ratchet); 2 passed, 1 failed, 1 error",
        "    pass rate 100 % → 66.7 %: −33.3 points",
        "    1 case that passed before fails now: refund",
        "    gone: old-code",
        "next: Read the regressed cases: each shows the reply before and now side by side.",
        "report: reports/x/report.html",
    ]


def test_suspects_are_named(some: SimpleNamespace) -> None:
    suite = some.suite(status="failed", suspect=tuple(f"case-{n}" for n in range(7)))

    lines = terminal.lines(some.verdict(suite))

    assert "    suspect: case-0, case-1, case-2, case-3, case-4, … 2 more" in lines


def test_a_passed_run_takes_few_lines(some: SimpleNamespace) -> None:
    lines = terminal.lines(some.verdict(some.suite()))

    assert lines == [
        "Passed: 1 case, as expected",
        "  support: passed, no change against the baseline (ratchet); 1 passed",
        "    pass rate 100 % → 100 %: no change",
    ]


def test_a_green_run_in_which_cases_look_worse_says_what_to_do(some: SimpleNamespace) -> None:
    suite = some.suite(comparison="insufficient_data", suspect=("a",), counts={"cases": 2})

    lines = terminal.lines(some.verdict(suite))

    assert lines[0] == "Passed: 0 of 2 cases; 1 case looks worse, too little data to be sure: a"
    assert lines[-1].startswith("next: Read the suspect cases")


def test_four_notes_of_a_suite_are_shown(some: SimpleNamespace) -> None:
    lines = terminal.lines(some.verdict(some.suite(notes=tuple("abcde"))))

    assert [line for line in lines if "note" in line] == [f"    note: {note}" for note in "abcd"]


def test_many_suites_never_fill_the_screen(some: SimpleNamespace) -> None:
    suites = [some.suite(suite=f"s{n}", status="failed", reasons=("a", "b")) for n in range(99)]

    lines = terminal.lines(some.verdict(*suites), report="x")

    assert len(lines) <= terminal.MOST_LINES
    assert lines[-1] == "report: x"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii", "latin-1", None, "no-such-thing"])
def test_every_line_can_be_shown_whatever_the_stream(
    hostile_view: View, encoding: str | None
) -> None:
    lines = terminal.lines(hostile_view.verdict, report="x", encoding=encoding)

    for line in lines:
        line.encode(encoding if encoding not in (None, "no-such-thing") else "ascii")
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)


def test_arrows_and_minus_signs_have_plain_forms(regression: View) -> None:
    lines = terminal.lines(regression.verdict, encoding="ascii")

    assert "    pass rate 100 % -> 66.7 %: -33.3 points" in lines


def test_no_suite_is_said(some: SimpleNamespace) -> None:
    assert terminal.lines(Verdict(status="inconclusive", exit_status=1, suites=())) == [
        "Cannot tell: no suite was run"
    ]
