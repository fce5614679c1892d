"""Which cases are listed: chips, the query, its address."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

ALL = ["refund", "warranty", "old-code", "voucher", "shipping"]


@pytest.mark.parametrize(
    ("status", "cases"),
    [
        ("regressed", 1),
        ("new", 1),
        ("gone", 1),
        ("error", 1),
        ("failed", 1),
        ("passed", 2),
    ],
)
def test_each_chip_lists_as_many_cases_as_it_says(
    lasting_reader: Any, status: str, cases: int
) -> None:
    page = lasting_reader.page
    lasting_reader.search("")
    chip = page.locator(f".chips [data-status={status}]")

    chip.click()

    assert chip.locator("b").inner_text() == str(cases)
    assert len(lasting_reader.rows()) == cases
    assert page.locator("input[type=search]").input_value() == f"status:{status}"
    assert chip.get_attribute("aria-pressed") == "true"
    chip.click()
    assert lasting_reader.rows() == ALL


def test_a_chip_without_cases_cannot_be_pressed(lasting_reader: Any) -> None:
    page = lasting_reader.page
    lasting_reader.search("")

    assert page.locator(".chips [data-status=improved]").is_disabled()


def test_a_chip_keeps_the_rest_of_the_query(lasting_reader: Any) -> None:
    page = lasting_reader.page
    lasting_reader.search('"return a lamp" status:gone')

    page.locator(".chips [data-status=regressed]").click()

    assert page.locator("input[type=search]").input_value() == 'status:regressed "return a lamp"'
    assert lasting_reader.rows() == ["refund"]


@pytest.mark.parametrize(
    ("query", "cases"),
    [
        ("refund", ["refund"]),
        ("14 DAYS", ["refund"]),
        ('"14 days"', ["refund"]),
        ('"days 14"', []),
        ("-14", ["warranty", "old-code", "voucher", "shipping"]),
        ('-"within 14" within status:failed', []),
        ("tag:orders", ["voucher"]),
        ("-tag:orders", ["refund", "warranty", "old-code", "shipping"]),
        ("TAG:Orders", ["voucher"]),
        ("status:gone", ["old-code"]),
        ("status:gone,new", ["old-code", "voucher"]),
        ("status:regr", ["refund"]),
        ("-status:passed", ["refund", "warranty", "old-code"]),
        ("suite:support returns", ["refund", "warranty", "shipping"]),
        ("suite:other", []),
        ("severity:normal case:ship", ["shipping"]),
        ("adapter:bot", ["refund", "warranty", "voucher", "shipping"]),
        ("check:contains", ["refund"]),
        ('check:"contains" -status:passed', ["refund"]),
        ("-check:contains", ["warranty", "old-code", "voucher", "shipping"]),
        ("latency:>0.4", ["refund", "voucher", "shipping"]),
        ("latency:<0.4", []),
        ("latency:>=0.5", ["refund", "voucher", "shipping"]),
        ("latency:<=0.5", ["refund", "voucher", "shipping"]),
        ("latency:0.5", ["refund", "voucher", "shipping"]),
        ("latency:fast", []),
        ("cost:<0.01", ["refund", "voucher", "shipping"]),
        ("label:any", []),
        ("label:none", ALL),
        ('"no reply within"', ["warranty"]),
        ("status:regressed suite:support tag:returns latency:<2 check:contains days", ["refund"]),
        ("nothing like that", []),
        ("(.*", []),
        ("", ALL),
        ("-", ["old-code"]),
        ('"', ALL),
    ],
)
def test_the_query_finds_words_and_fields(
    lasting_reader: Any, query: str, cases: list[str]
) -> None:
    assert lasting_reader.search(query) == cases


def test_a_field_that_is_none_is_searched_as_a_word_and_said(lasting_reader: Any) -> None:
    page = lasting_reader.page
    lasting_reader.search("")

    lasting_reader.search("stauts:failed")

    assert "“stauts:” is no field, searched as a word." in page.locator(".tally").inner_text()


def test_nothing_found_says_what_to_do(lasting_reader: Any) -> None:
    page = lasting_reader.page
    lasting_reader.search("")

    lasting_reader.search("nothing like that")

    assert "Clear the search" in page.locator(".empty").inner_text()
    assert page.locator(".tally").inner_text() == "0 of 5 cases"


def test_the_address_keeps_the_query_and_the_open_case(
    reader: Any, address: str, context: Any
) -> None:
    page = reader.open(address)
    reader.search("tag:returns -status:error")
    page.locator(".case-name").last.click()
    page.wait_for_selector("#case[open]")
    link = page.url

    again = context.new_page()
    again.goto(link)

    assert link.endswith("#support::shipping&q=tag%3Areturns%20-status%3Aerror")
    assert again.locator("#case-title").inner_text() == "shipping"
    assert again.locator(".case-name").all_inner_texts() == ["refund", "shipping"]
    again.keyboard.press("Escape")
    expect(again).to_have_url(re.compile("html#q=tag%3Areturns%20-status%3Aerror$"))


def test_a_link_on_the_open_page_is_followed(reader: Any, address: str) -> None:
    page = reader.open(address)

    page.evaluate("location.hash = '#q=status%3Agone'")

    page.wait_for_selector("#cases[data-query='status:gone']")
    assert reader.rows() == ["old-code"]


def test_examples_of_the_help_can_be_tried(lasting_reader: Any) -> None:
    page = lasting_reader.page
    lasting_reader.search("")
    page.locator(".help summary").click()

    page.locator(".help [data-ask='status:regressed']").click()

    assert lasting_reader.rows() == ["refund"]


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [("what", "old-code", "warranty"), ("delta", "refund", "shipping")],
)
def test_a_heading_sorts_and_turns(
    lasting_reader: Any, column: str, first: str, second: str
) -> None:
    page = lasting_reader.page
    lasting_reader.search("")
    heading = page.locator(f".grid th.{column} button")

    heading.click()
    up = lasting_reader.rows()
    heading.click()
    down = lasting_reader.rows()
    heading.click()

    assert up[0] == first
    assert down[0] == second
    assert lasting_reader.rows() == ALL
