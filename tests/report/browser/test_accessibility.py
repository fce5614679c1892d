"""What axe-core (WCAG 2.2 A and AA, best practices) finds: nothing."""

from importlib.resources import files
from typing import Any

import pytest

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(reader: Any) -> list[str]:
    """Return what axe-core complains of; it comes in through the developer tools."""
    reader.run(AXE)
    found = reader.run("tags => axe.run(document, { runOnly: tags })", RULES)
    assert len(found["passes"]) > 20
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_violation(reader: Any, address: str, scheme: str) -> None:
    page = reader.page
    page.emulate_media(color_scheme=scheme)
    reader.open(address)
    page.locator(".help summary").click()
    reader.run("for (const fold of document.querySelectorAll('details')) fold.open = true")

    assert violations(reader) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_case_has_no_violation(reader: Any, address: str, scheme: str) -> None:
    page = reader.page
    page.emulate_media(color_scheme=scheme)
    reader.open(f"{address}#support::refund")
    page.locator("#case .label-form .thumb.failed").press("Enter")
    reader.run("for (const fold of document.querySelectorAll('details')) fold.open = true")

    assert violations(reader) == []


def test_a_narrow_page_and_one_where_nothing_is_found_have_no_violation(
    reader: Any, address: str
) -> None:
    reader.page.set_viewport_size({"width": 360, "height": 800})
    reader.open(f"{address}#q=nothing%20like%20that")

    assert violations(reader) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_drawings_have_no_violation(reader: Any, drawn: str, scheme: str) -> None:
    reader.page.emulate_media(color_scheme=scheme)
    reader.open(drawn)
    reader.run("for (const fold of document.querySelectorAll('details')) fold.open = true")

    assert violations(reader) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_of_runs_has_no_violation(reader: Any, index_address: str, scheme: str) -> None:
    reader.page.emulate_media(color_scheme=scheme)
    reader.page.goto(index_address)
    reader.run("for (const fold of document.querySelectorAll('details')) fold.open = true")

    assert violations(reader) == []
    assert reader.messages == []
    assert reader.schemes() <= {"file", "data"}
