import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval.compare import verdict
from llmeval.records import MetricVerdict
from llmeval.report import earlier

Make = Callable[..., Path]


@pytest.fixture
def run(some: SimpleNamespace, tmp_path: Path) -> Make:
    """Return a function that stores a run that came to a verdict."""

    def make(name: str, **suite: Any) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        verdict.write(folder / "verdict.json", some.verdict(some.suite(**suite)))
        return folder

    return make


def names(reports: Path, **options: Any) -> list[str]:
    return [found.name for found in earlier.runs(reports, **options)]


def test_runs_come_oldest_first(run: Make, tmp_path: Path) -> None:
    for name in ("20260103-000000-cccc", "20260101-000000-aaaa", "20260102-000000-bbbb"):
        run(name)

    assert names(tmp_path) == [
        "20260101-000000-aaaa",
        "20260102-000000-bbbb",
        "20260103-000000-cccc",
    ]
    assert names(tmp_path, most=2)[0] == "20260102-000000-bbbb"
    assert names(tmp_path, before="20260102-000000-bbbb") == ["20260101-000000-aaaa"]


def test_a_run_of_another_name_is_as_old_as_its_verdict(run: Make, tmp_path: Path) -> None:
    run("20260102-000000-bbbb")
    moment = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    os.utime(run("mine") / "verdict.json", (moment, moment))

    assert names(tmp_path) == ["mine", "20260102-000000-bbbb"]


def test_what_is_no_run_is_left_out(run: Make, tmp_path: Path) -> None:
    run("20260101-000000-aaaa")
    run("compare-one-two")
    (tmp_path / "latest").symlink_to("20260101-000000-aaaa", target_is_directory=True)
    (tmp_path / "20260102-000000-bbbb").mkdir()
    (tmp_path / "index.html").touch()

    assert names(tmp_path) == ["20260101-000000-aaaa"]
    assert earlier.amount(tmp_path) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        '{"format": "llmeval-verdict/9", "status": "passed", "suites": []}',
        '{"format": "llmeval-verdict/1", "status": 1, "suites": []}',
        "[" * 5_000,
    ],
)
def test_a_damaged_verdict_keeps_nobody_from_their_report(
    run: Make, tmp_path: Path, text: str
) -> None:
    (run("20260101-000000-aaaa") / "verdict.json").write_text(text, encoding="utf-8")
    run("20260102-000000-bbbb")

    assert names(tmp_path) == ["20260102-000000-bbbb"]


def test_a_missing_folder_has_no_runs(tmp_path: Path) -> None:
    assert earlier.runs(tmp_path / "none") == ()


def test_figures_are_read_without_those_of_parts(run: Make, tmp_path: Path) -> None:
    metrics = (
        MetricVerdict(metric="pass_rate", where={"tag": "returns"}, current=0.1),
        MetricVerdict(metric="pass_rate", current=0.9),
    )
    run("20260101-000000-aaaa", metrics=metrics, counts={"cases": 7}, regressed=("a",) * 9)

    (found,) = earlier.runs(tmp_path)

    suite = found.suite("support")
    assert suite is not None
    assert suite.figure("pass_rate") == 0.9
    assert suite.figure("latency.p95") is None
    assert suite.counts == {"cases": 7}
    assert found.suite("other") is None


def test_the_present_run_looks_like_an_earlier_one(
    some: SimpleNamespace, run: Make, tmp_path: Path
) -> None:
    folder = run("20260101-000000-aaaa")
    (folder / "report.html").touch()

    assert earlier.of(verdict.read(folder), folder) == earlier.runs(tmp_path)[0]


@pytest.mark.parametrize("name", ["mine", "20261301-000000-aaaa", "2026010-000000-a"])
def test_a_name_without_a_time_tells_none(name: str) -> None:
    assert earlier.started_of(name) is None
