import re
from types import SimpleNamespace
from typing import Any

from llmeval.records import CaseSpec
from llmeval.report import annotations
from llmeval.report.view import View


def suite_at(**lines: int) -> Any:
    specs = [
        CaseSpec(id=case, index=index, line=line, template=index)
        for index, (case, line) in enumerate(lines.items())
    ]
    return {"support": SimpleNamespace(cases=tuple(specs))}


def test_failures_are_put_on_their_lines(regression: View) -> None:
    lines = annotations.lines(regression, suite_at(refund=12, warranty=30))

    start = "::error file=suites/support.eval.yaml,line="
    assert lines == [
        f"{start}12,title=regressed%3A support%3A%3Arefund::contains: '30 days' not found",
        f"{start}30,title=error%3A support%3A%3Awarranty::timeout: no reply within 30 s",
        f"{start}1,title=gone%3A support%3A%3Aold-code::this case of the baseline did not run",
    ]


def test_a_project_below_the_repository_is_found(regression: View) -> None:
    lines = annotations.lines(regression, {}, folder="app/")

    assert "file=app/suites/support.eval.yaml" in lines[0]


def test_no_more_are_printed_than_are_shown(some: SimpleNamespace) -> None:
    trials = [some.trial(f"case-{n}", "failed", index=n) for n in range(50)]

    lines = annotations.lines(some.view(trials), {})

    assert len(lines) == annotations.MOST
    assert lines[-1].endswith("::41 more cases failed, see the report")


def test_hostile_texts_are_one_command_each(hostile_view: View) -> None:
    lines = annotations.lines(hostile_view, {}, most=1_000)

    assert len(lines) > 60
    for line in lines:
        assert re.fullmatch(r"::error file=[^\r\n,:]*,line=1,title=[^\r\n,:]*::[^\r\n]*", line)
        assert not re.search(r"%(?!25|0A|0D|3A|2C)", line)
        assert "\x1b" not in line
