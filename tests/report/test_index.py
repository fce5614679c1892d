from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from llmeval.compare import verdict
from llmeval.compare.conclusion import Conclusion
from llmeval.records import MetricVerdict
from llmeval.report import index
from llmeval.report.earlier import PastMetric, PastRun, PastSuite, PastVerdict
from llmeval.report.publish import publish


class Parsed(HTMLParser):
    """Texts and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def suite(name: str = "support", rate: float | None = 0.9, **counts: int) -> PastSuite:
    metrics = (PastMetric("pass_rate", {}, rate), PastMetric("cost.total", {}, 0.25))
    return PastSuite(name, "failed", "regression", {"cases": 10, "passed": 9, **counts}, metrics)


def past(*suites: PastSuite, name: str = "20260102-030405-abcd", has_page: bool = True) -> PastRun:
    known = PastVerdict("", "failed", suites, git={"branch": "main", "sha": "0123456789abc"})
    return PastRun(name, datetime(2026, 1, 2, 3, 4, tzinfo=UTC), known, has_page)


def test_a_run_stands_there_with_verdict_figures_and_link() -> None:
    page = Parsed(index.render([past(suite(regressed=1))], 1))

    text = " ".join(" ".join(page.texts).split())
    row = "2026-01-02 03:04 failed main 0123456789 support 90.0 % 9 of 10 1 $0.25"
    assert f"20260102-030405-abcd {row}" in text
    assert ("a", {"href": "./20260102-030405-abcd/report.html"}) in page.elements


def test_the_newest_run_comes_first_and_trends_are_drawn() -> None:
    runs = [past(suite(), name=f"run-{n}") for n in (1, 2)]

    page = index.render(runs, 2)

    table = page[page.index('id="runs"') :]
    assert table.index(">run-2<") < table.index(">run-1<")
    assert page.count("<svg") == 2


def test_several_suites_share_a_row() -> None:
    page = index.render([past(*(suite(f"s{n}", None if n else 0.5) for n in range(6)))], 1)

    assert "s0 50.0 %, s1 not measured, s2 not measured, s3 not measured and 2 more" in page


def test_runs_beyond_the_newest_are_counted() -> None:
    assert "The newest 1 of 1,200 runs." in index.render([past(suite())], 1_200)


def test_a_run_without_a_page_has_no_link() -> None:
    page = Parsed(index.render([past(suite(), has_page=False)], 1))

    assert "a" not in {tag for tag, _ in page.elements}


def test_no_runs_at_all_are_said() -> None:
    assert "No run has come to a verdict yet." in index.render([], 0)


def test_hostile_names_stay_texts(hostile: tuple[str, ...]) -> None:
    runs = [past(suite(text), name=text) for text in hostile]

    page = Parsed(index.render(runs, len(runs)))

    assert {tag for tag, _ in page.elements}.isdisjoint(("script", "img", "iframe", "base", "form"))
    links = {found["href"] for tag, found in page.elements if tag == "a"}
    assert all(str(link).startswith("./") and ":" not in str(link) for link in links)
    assert not any(name.startswith("on") for _, found in page.elements for name in found)


def test_the_page_asks_nothing_and_runs_nothing() -> None:
    page = index.render([past(suite())], 1)

    assert "<script" not in page
    assert "default-src &#x27;none&#x27;" in page
    assert "://" not in page


@pytest.mark.parametrize("given", ["same", "linked"])
def test_each_published_run_renews_the_index(
    some: SimpleNamespace, tmp_path: Path, given: str
) -> None:
    reports = tmp_path / "reports"
    linked = tmp_path / "linked"
    linked.symlink_to(reports, target_is_directory=True)
    for name in ("20260101-000000-aaaa", "20260102-000000-bbbb"):
        folder = reports / name
        folder.mkdir(parents=True)
        some.log(folder / "results.jsonl", [some.trial()])
        published = publish(folder, _passed(some), reports=reports if given == "same" else linked)
        assert published.problems == ()

    page = (reports / "index.html").read_text(encoding="utf-8")
    assert "./20260101-000000-aaaa/report.html" in page
    assert "./20260102-000000-bbbb/report.html" in page
    report = (reports / "20260102-000000-bbbb" / "report.html").read_text(encoding="utf-8")
    assert 'id="trend"' in report


def _passed(some: SimpleNamespace) -> Conclusion:
    metrics = (MetricVerdict(metric="pass_rate", current=1.0),)
    return Conclusion(verdict=some.verdict(some.suite(metrics=metrics)), baselines={})


def test_a_run_elsewhere_leaves_no_index(some: SimpleNamespace, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere" / "run"
    folder.mkdir(parents=True)
    some.log(folder / "results.jsonl", [some.trial()])

    publish(folder, _passed(some), reports=tmp_path / "reports")

    assert not list(tmp_path.rglob("index.html"))


def test_somebody_elses_index_is_left_alone(some: SimpleNamespace, tmp_path: Path) -> None:
    theirs = tmp_path / "index.html"
    theirs.write_text("<!doctype html>\nmine\n", encoding="utf-8")

    assert index.write(tmp_path) is None
    assert theirs.read_text(encoding="utf-8") == "<!doctype html>\nmine\n"


def test_our_own_index_is_written_anew(some: SimpleNamespace, tmp_path: Path) -> None:
    first = index.write(tmp_path)
    folder = tmp_path / "20260101-000000-aaaa"
    folder.mkdir()
    verdict.write(folder / "verdict.json", some.verdict(some.suite()))

    assert index.write(tmp_path) == first == tmp_path / "index.html"
    assert "20260101-000000-aaaa" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_an_index_that_cannot_be_written_is_one_line(some: SimpleNamespace, tmp_path: Path) -> None:
    folder = tmp_path / "20260101-000000-aaaa"
    folder.mkdir()
    some.log(folder / "results.jsonl", [some.trial()])
    (tmp_path / "index.html").mkdir()

    published = publish(folder, _passed(some), reports=tmp_path)

    assert published.page is not None
    assert len(published.problems) == 1
    assert "index.html: cannot be written: " in published.problems[0]
