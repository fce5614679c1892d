"""The page as a reader meets it; skipped where there is no Chromium."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect

from llmeval import codec
from llmeval.compare.measured import SuiteTable
from llmeval.records import CheckResult
from llmeval.report import accuracy, frame, html, view

ALL = ["refund", "warranty", "old-code", "voucher", "shipping"]


def test_the_page_opens_without_a_complaint_or_a_request(reader: Any, address: str) -> None:
    reader.open(address)

    assert reader.rows() == ALL
    assert reader.messages == []
    assert reader.schemes() <= {"file", "data"}


def test_what_broke_stands_open_with_both_replies(reader: Any, address: str) -> None:
    card = reader.open(address).locator("#broke .card").first

    assert card.locator("del").all_inner_texts() == ["30"]
    assert card.locator("ins").all_inner_texts() == ["14"]
    text = card.inner_text()
    for part in ("refund", "100 % → 0 %", "How long may I return a lamp?", "'30 days' not found"):
        assert part in text


def test_a_card_leads_to_its_case(reader: Any, address: str) -> None:
    page = reader.open(address)

    page.locator("#broke .card a").first.click()

    assert page.locator("#case-title").inner_text() == "refund"
    assert page.url.endswith("#support::refund")


def test_a_case_opens_with_the_words_that_changed(reader: Any, address: str) -> None:
    page = reader.open(address)

    page.locator(".case-name").first.click()

    assert page.locator("#case del").all_inner_texts() == ["30"]
    assert page.locator("#case ins").all_inner_texts() == ["14"]
    text = page.locator("#case").inner_text()
    assert "'30 days' not found" in text
    assert "pytest suites/support.eval.yaml::refund" in text


def test_a_case_shows_its_weight_and_the_trials_before_beside_those_of_now(
    reader: Any, some: SimpleNamespace, tmp_path: Path
) -> None:
    now = [some.trial(outcome="failed", trial=n, weight=3.0) for n in (1, 2)]
    table = SuiteTable("support")
    for run, outcome in enumerate(("passed", "failed", "passed"), start=1):
        table.add(some.trial(outcome=outcome), run=run)
    lines = [some.header, *map(codec.trial_json, now)]
    before: Any = {"support": some.stored({}, table)}
    html.write(tmp_path / "report.html", view.of(lines, some.verdict(some.suite()), before))

    page = reader.open(f"{(tmp_path / 'report.html').as_uri()}#support::refund")

    runs = page.locator(".pickers .dots")
    assert [run.get_attribute("aria-label") for run in runs.all()] == ["passed", "failed", "passed"]
    assert page.locator(".pickers button .dot.f").count() == 2
    assert "weight 3" in page.locator(".case-top").inner_text()


def test_a_case_has_an_address(reader: Any, address: str) -> None:
    page = reader.open(f"{address}#support::warranty")

    assert "no reply within 30 s" in page.locator("#case").inner_text()


def test_an_address_that_leads_nowhere_opens_the_page_all_the_same(
    reader: Any, address: str
) -> None:
    page = reader.open(f"{address}#support::gone&%E0%A4%A::x&q=%E0%A4%A")

    assert reader.rows() == ALL
    assert not page.locator("#case").is_visible()
    assert reader.messages == []


def test_trials_are_turned_one_by_one(reader: Any, some: SimpleNamespace, tmp_path: Path) -> None:
    trials = [
        some.trial("refund", outcome, trial=n, reply=some.reply(f"reply {n}"))
        for n, outcome in enumerate(("passed", "failed", "passed"), start=1)
    ]
    html.write(tmp_path / "report.html", some.view(trials))
    page = reader.open((tmp_path / "report.html").as_uri())
    page.locator(".case-name").first.click()
    first = page.locator("#case").inner_text()

    page.get_by_role("button", name="Trial 3: passed").click()

    assert "reply 2" in first
    assert "reply 3" in page.locator("#case").inner_text()


def test_without_scripts_the_verdict_and_the_failures_are_there(
    bare_reader: Any, address: str
) -> None:
    bare_reader.page.goto(address)

    shown = bare_reader.page.locator("body").inner_text()
    for part in ("1 of 4 cases broke", "What broke", "timeout: no reply within 30 s"):
        assert part in shown
    assert bare_reader.page.locator("#broke del").all_inner_texts() == ["30"]
    assert "Search and keys" not in shown
    assert "All trials" not in shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_readers_colours(reader: Any, address: str, scheme: str) -> None:
    reader.page.emulate_media(color_scheme=scheme)

    reader.open(address)

    colour = reader.run("getComputedStyle(document.body).backgroundColor")
    bright = sum(int(part) for part in colour[4:-1].split(",")) > 384
    assert bright == (scheme == "light")


@pytest.mark.parametrize("width", [320, 800, 1400])
def test_nothing_is_wider_than_the_window(reader: Any, address: str, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})

    reader.open(f"{address}#support::refund")
    widths = reader.run(
        "[document.documentElement.scrollWidth, document.getElementById('case').scrollWidth]"
    )

    assert max(widths) <= width


def test_names_of_figures_are_not_broken_letter_by_letter_on_a_telephone(
    reader: Any, address: str
) -> None:
    reader.page.set_viewport_size({"width": 400, "height": 900})

    page = reader.open(address)

    cell = page.locator("td:text-is('pass_rate')").first
    assert cell.bounding_box()["height"] < 50


def test_paper_shows_the_failures_unfolded_and_no_list(reader: Any, address: str) -> None:
    page = reader.open(address)

    page.emulate_media(media="print")

    assert page.locator("#broke").is_visible()
    assert not page.locator("#cases").is_visible()
    page.evaluate("document.querySelectorAll('.card').forEach(card => { card.open = false; })")
    assert page.locator("#broke ins").first.bounding_box()["height"] > 0


def test_printing_unfolds_what_broke(reader: Any, address: str) -> None:
    page = reader.open(address)
    folds = page.locator("#broke details").count()

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert page.locator("#broke details[open]").count() == folds > 3


def test_a_case_says_how_often_a_measured_check_is_right(
    reader: Any, some: SimpleNamespace, tmp_path: Path
) -> None:
    check = CheckResult(
        check="toxicity", metric="rude", severity="normal", status="scored", score=0.1, passed=True
    )
    html.write(tmp_path / "report.html", some.view([some.trial("polite", checks=(check,))]))

    page = reader.open(f"{(tmp_path / 'report.html').as_uri()}#support::polite")

    assert page.locator("#case .accuracy").inner_text() == accuracy.sentence("toxicity") != ""


def test_ten_thousand_cases_stay_quick(reader: Any, some: SimpleNamespace, tmp_path: Path) -> None:
    trials = [some.trial(f"case-{n}", index=n) for n in range(10_000)]
    suite = some.suite(counts={"cases": 10_000, "passed": 10_000, "trials": 10_000})
    html.write(tmp_path / "report.html", some.view(trials, some.verdict(suite)))

    page = reader.open((tmp_path / "report.html").as_uri())

    assert len(reader.rows()) < 1_000
    assert reader.search("case-9999") == ["case-9999"]
    page.locator(".case-name").click()
    assert "Within 30 days." in page.locator("#case").inner_text()


def test_more_cases_are_listed_on_demand(
    reader: Any, some: SimpleNamespace, tmp_path: Path
) -> None:
    html.write(
        tmp_path / "report.html",
        some.view([some.trial(f"case-{n}", index=n) for n in range(700)]),
    )
    page = reader.open((tmp_path / "report.html").as_uri())
    rows = page.locator(".case-name")
    expect(rows).to_have_count(60)

    page.get_by_role("button", name="Show 500 more of 640").click()

    expect(rows).to_have_count(560)
    expect(rows.nth(60)).to_be_focused()
    rows.last.focus()
    page.keyboard.press("j")
    expect(rows).to_have_count(700)
    expect(rows.nth(560)).to_be_focused()
    expect(page.locator(".more")).to_have_count(0)


def test_columns_that_no_case_fills_are_left_out(
    reader: Any, some: SimpleNamespace, tmp_path: Path
) -> None:
    html.write(tmp_path / "report.html", some.view([some.trial(reply=some.reply("30 days"))]))

    page = reader.open((tmp_path / "report.html").as_uri())

    assert page.locator(".grid th:visible").all_inner_texts() == ["Status", "Case", "Now", "Trials"]


def test_a_page_without_cases_says_so(reader: Any, some: SimpleNamespace, tmp_path: Path) -> None:
    html.write(tmp_path / "report.html", some.view([], some.verdict(), header=None))

    page = reader.open((tmp_path / "report.html").as_uri())

    assert "No case was run." in page.locator("body").inner_text()
    assert reader.messages == []


def test_an_old_browser_is_told_what_it_lacks(reader: Any, address: str) -> None:
    reader.page.add_init_script("delete window.DecompressionStream")
    reader.page.goto(address)

    said = reader.page.locator(".tally", has_text="cannot be shown").inner_text()

    assert "results.jsonl has everything" in said
    assert "1 of 4 cases broke" in reader.page.locator("body").inner_text()


def test_the_differences_are_right_whatever_the_texts(reader: Any, address: str) -> None:
    reader.open(address)
    source = frame.asset("difference.js")
    texts = ["", "a b c", "a x c", "  a  b ", "über 30 Tage.", "x " * 3_000, "日本語 テスト"]

    found = reader.run(
        f"texts => {{ {source}; return texts.map(l => texts.map(r => difference(l, r))); }}", texts
    )

    for left, row in zip(texts, found, strict=True):
        for right, parts in zip(texts, row, strict=True):
            if parts is None:
                continue
            assert "".join(text for _, text in parts["left"]) == left
            assert "".join(text for _, text in parts["right"]) == right
            if left == right:
                assert all(kind == "same" for kind, _ in parts["left"])
