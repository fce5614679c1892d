"""The page without a mouse."""

from typing import Any

from playwright.sync_api import expect

FOCUSED = "document.activeElement.textContent"


def test_everything_works_by_keyboard(reader: Any, address: str) -> None:
    page = reader.open(address)

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#case[open]")
    first = page.locator("#case-title").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#case-title")).to_have_text("warranty")
    page.keyboard.press("j")
    expect(page.locator("#case-title")).to_have_text("old-code")
    page.keyboard.press("k")
    expect(page.locator("#case-title")).to_have_text("warranty")
    page.keyboard.press("Escape")
    expect(page.locator(".case-name", has_text="warranty")).to_be_focused()

    assert first == "refund"
    assert not page.locator("#case").is_visible()


def test_the_slash_leads_to_the_search_and_back(reader: Any, address: str) -> None:
    page = reader.open(address)

    page.keyboard.press("/")
    page.keyboard.type("voucher j/k")
    typed = page.locator("input[type=search]").input_value()
    page.keyboard.press("Escape")
    page.keyboard.type("voucher")
    page.keyboard.press("Enter")

    assert typed == "voucher j/k"
    assert page.evaluate(FOCUSED) == "voucher"


def test_the_question_mark_opens_the_help(reader: Any, address: str) -> None:
    page = reader.open(address)

    page.keyboard.press("?")

    assert page.locator(".help-body").is_visible()


def test_single_keys_can_be_switched_off(reader: Any, address: str) -> None:
    page = reader.open(address)
    page.keyboard.press("?")

    page.locator(".keys-on").uncheck()
    page.keyboard.press("j")

    assert page.evaluate("document.activeElement.className") == "keys-on"
    page = reader.open(address)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.tagName") == "BODY"


def test_the_tab_key_reaches_every_part(reader: Any, address: str) -> None:
    page = reader.open(address)
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))

    told = "\n".join(seen)
    for part in (
        'class="skip"',
        "<summary",
        "data-status",
        'type="search"',
        "case-name",
        "labels-",
    ):
        assert part in told


def test_the_skip_link_comes_first(reader: Any, address: str) -> None:
    page = reader.open(address)

    page.keyboard.press("Tab")

    assert page.evaluate(FOCUSED) == "Skip to what needs a look"
    assert page.locator(".skip").bounding_box()["y"] >= 0
