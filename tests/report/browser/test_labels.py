"""People's verdicts: set, kept, saved, read back."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from llmeval.report import html, labels
from llmeval.report.labels import Label
from llmeval.report.view import View
from llmeval.text.digest import digest


def opened(page: Page, case: str) -> None:
    page.locator(".case-name", has_text=case).click()
    page.wait_for_selector("#case[open]")


def saved(page: Page, folder: Path) -> list[dict[str, Any]]:
    with page.expect_download() as download:
        page.locator(".labels-save").click()
    assert download.value.suggested_filename == "labels.jsonl"
    download.value.save_as(folder / "labels.jsonl")
    text = (folder / "labels.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def label_two(page: Page) -> None:
    opened(page, "refund")
    page.locator("#case .label-form .thumb.failed").click()
    page.locator("#case .note-field input").fill('wrong: "14" days; ä')
    page.locator("#case .label-form input").last.fill("ann")
    page.locator("#case .checks .thumb.passed").click()
    page.keyboard.press("Escape")
    # The address forgets the case a moment later: loaded again before, the page would open it.
    expect(page).not_to_have_url(re.compile("::"))


def test_labels_make_the_round_trip(reader: Any, address: str, tmp_path: Path) -> None:
    page = reader.open(address)
    label_two(page)

    lines = saved(page, tmp_path)
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector("html[data-ready=texts]", state="attached")
    before = page.locator(".labels-said").inner_text()
    page.set_input_files(".labels input[type=file]", tmp_path / "labels.jsonl")
    expect(page.locator(".labels-said")).to_have_text("2 labels read.")

    assert before == ""
    assert lines == [
        {
            "suite": "support",
            "case": "refund",
            "trial": 1,
            "metric": None,
            "verdict": "failed",
            "note": 'wrong: "14" days; ä',
            "by": "ann",
            "digest": digest("Within 14 days."),
        },
        {
            "suite": "support",
            "case": "refund",
            "trial": 1,
            "metric": "contains",
            "verdict": "passed",
            "note": "",
            "by": "ann",
            "digest": digest("Within 14 days."),
        },
    ]
    assert saved(page, tmp_path) == lines
    assert labels.read(tmp_path / "labels.jsonl")[1].metric == "contains"


def test_labels_outlive_the_page(reader: Any, address: str) -> None:
    page = reader.open(address)
    label_two(page)

    page.reload()
    page.wait_for_selector("html[data-ready=texts]", state="attached")

    row = page.locator("tr", has=page.locator(".case-name", has_text="refund"))
    assert row.locator(".mark").inner_text() == "labelled failed, 1 check label, note"
    assert page.locator(".labels-said").inner_text() == "2 labels."
    opened(page, "refund")
    assert page.locator(".label-form .thumb.failed").get_attribute("aria-pressed") == "true"
    assert page.locator("#case .note-field input").input_value() == 'wrong: "14" days; ä'


def test_labelled_cases_can_be_searched(reader: Any, address: str) -> None:
    label_two(reader.open(address))

    found = {query: reader.search(f"label:{query}") for query in ("any", "failed", "note", "none")}

    assert found["any"] == found["failed"] == found["note"] == ["refund"]
    assert found["none"] == ["warranty", "old-code", "voucher", "shipping"]


def test_a_label_is_taken_back_by_the_same_button(reader: Any, address: str) -> None:
    page = reader.open(address)
    opened(page, "refund")

    page.keyboard.press("y")
    first = page.locator(".labels-said").inner_text()
    page.keyboard.press("y")

    assert first == "1 label."
    assert page.locator(".labels-said").inner_text() == ""
    assert page.locator(".labels-save").is_disabled()


def test_the_pressed_button_keeps_the_focus(reader: Any, address: str) -> None:
    page = reader.open(address)
    opened(page, "refund")

    page.locator("#case .checks .thumb.failed").click()

    button = page.locator("#case .checks .thumb.failed")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#case .checks .thumb.passed")).to_have_attribute("aria-pressed", "false")


def test_labels_of_another_run_are_left_out_and_said(
    reader: Any, address: str, tmp_path: Path, hostile: tuple[str, ...]
) -> None:
    page = reader.open(address)
    good = {"case": "refund", "trial": 1, "metric": None, "verdict": "passed"}
    wrong = ({"case": "x"}, {"trial": "1"}, {"verdict": "good"}, {"metric": 7}, {"suite": "other"})
    lines: list[Any] = [good, *({**good, **change} for change in wrong), None, 7, [], *hostile]
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines) + "{torn", encoding="utf-8")

    page.set_input_files(".labels input[type=file]", path)

    said = f"1 label read, {len(lines)} lines left out: no labels of this run."
    expect(page.locator(".labels-said")).to_have_text(said)
    assert reader.run("window.pwned === undefined")


def test_labels_beside_the_run_stand_on_its_page(
    reader: Any, regression: View, tmp_path: Path
) -> None:
    from msgspec.structs import replace

    label = Label(suite="support", case="voucher", trial=1, verdict="failed", note="<b>no</b>")
    html.write(tmp_path / "report.html", replace(regression, labels=(label,)))
    page = reader.open((tmp_path / "report.html").as_uri())

    assert reader.search("label:failed") == ["voucher"]
    opened(page, "voucher")
    assert page.locator("#case .note-field input").input_value() == "<b>no</b>"


def test_a_browser_that_keeps_nothing_says_so(reader: Any, address: str) -> None:
    reader.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    )
    page = reader.open(address)

    label_two(page)

    assert "save before you close the page" in page.locator(".labels-said").inner_text()


def test_a_label_of_another_reply_is_left_out(reader: Any, address: str, tmp_path: Path) -> None:
    page = reader.open(address)
    label_two(page)
    saved(page, tmp_path)
    file = tmp_path / "labels.jsonl"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(digest("Within 14 days."), digest("An earlier reply.")))
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector("html[data-ready=texts]", state="attached")
    page.set_input_files(".labels input[type=file]", file)

    opened(page, "refund")

    expect(page.locator(".labels-said")).to_have_text("2 labels left out: of another reply.")
    assert page.locator(".label-form .thumb.failed").get_attribute("aria-pressed") == "false"
