from pathlib import Path
from types import SimpleNamespace

from llmeval.compare.conclusion import Conclusion
from llmeval.records import SuiteVerdict
from llmeval.report.publish import publish


def concluded(some: SimpleNamespace, suite: SuiteVerdict) -> Conclusion:
    return Conclusion(verdict=some.verdict(suite), baselines={})


def test_page_and_summary_are_written_beside_the_log(some: SimpleNamespace, tmp_path: Path) -> None:
    some.log(tmp_path / "results.jsonl", [some.trial("a", "failed")])

    published = publish(tmp_path, concluded(some, some.suite(status="failed")))

    assert published.page is not None
    assert published.page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "summary.md").exists()
    assert (len(published.annotations), published.problems) == (1, ())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "report.html",
        "results.jsonl",
        "summary.md",
        "verdict.json",
    ]


def test_a_file_that_cannot_be_written_is_one_line_and_the_rest_is_written(
    some: SimpleNamespace, tmp_path: Path
) -> None:
    some.log(tmp_path / "results.jsonl", [some.trial()])
    (tmp_path / "report.html").mkdir()

    published = publish(tmp_path, concluded(some, some.suite()))

    assert published.page is None
    assert published.summary == tmp_path / "summary.md"
    assert len(published.problems) == 1
    assert "report.html: cannot be written: " in published.problems[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "report.html",
        "results.jsonl",
        "summary.md",
        "verdict.json",
    ]


def test_a_step_summary_that_cannot_be_written_is_one_line(
    some: SimpleNamespace, tmp_path: Path
) -> None:
    some.log(tmp_path / "results.jsonl", [some.trial()])

    published = publish(
        tmp_path, concluded(some, some.suite()), step_summary=tmp_path / "none" / "steps.md"
    )

    assert len(published.problems) == 1
    assert published.page is not None


def test_a_damaged_log_still_gives_the_verdicts_page(some: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "results.jsonl").write_text("damaged\n", encoding="utf-8")

    published = publish(tmp_path, concluded(some, some.suite(status="failed")))

    assert published.problems[0].startswith("no cases in the report: ")
    assert published.page is not None
