"""The pictures and the steps of a case as a reader meets them."""

from typing import Any

import pytest

HOSTILE = "<img src=x onerror=window.pwned=1>"


def test_every_drawing_is_there_without_a_complaint_or_a_request(reader: Any, drawn: str) -> None:
    page = reader.open(drawn)

    heads = reader.run("[...document.querySelectorAll('h2[id]')].map(e => e.id)")
    wanted = ["versions", "injection", "distributions", "steps", "trend"]
    assert [name for name in heads if name in wanted] == wanted
    # Attacks 2; of each of two suites: distributions 4, timelines 2, trends 2.
    assert page.locator("svg.chart").count() == 18
    assert reader.messages == []
    assert reader.schemes() <= {"file", "data"}
    assert reader.run("window.pwned === undefined && !document.querySelector('img')")


def test_a_version_leads_to_its_case_and_that_shows_its_steps(reader: Any, drawn: str) -> None:
    page = reader.open(drawn)

    page.locator(".to-case").nth(1).click()

    steps = page.locator("#case .steps")
    assert f"{HOSTILE}\nerror: {HOSTILE}" in steps.inner_text()
    widths = steps.locator("rect").evaluate_all("all => all.map(e => e.width.baseVal.value)")
    assert widths == [80, 80]
    assert reader.run("window.pwned === undefined")


STANDING_OUT = """
    () => {
        const light = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
                .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        const card = light(getComputedStyle(document.querySelector('.figure')).backgroundColor);
        const of = (query, property) => Math.min(...[...document.querySelectorAll(query)]
            .map(e => ratio(light(getComputedStyle(e)[property]), card)));
        return [of('.chart text', 'fill'), of('.chart .line, .chart .whisker', 'stroke'),
            of('.chart .step', 'fill')];
    }
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_and_texts_stand_out_from_their_ground(reader: Any, drawn: str, scheme: str) -> None:
    reader.page.emulate_media(color_scheme=scheme)
    reader.open(drawn)

    text, line, bar = reader.run(STANDING_OUT)

    # WCAG 2.2, 1.4.3 and 1.4.11.
    assert text >= 4.5
    assert line >= 3
    assert bar >= 3


@pytest.mark.parametrize("width", [390, 1280])
def test_no_picture_is_wider_than_the_window(reader: Any, drawn: str, width: int) -> None:
    reader.page.set_viewport_size({"width": width, "height": 900})

    reader.open(drawn)

    assert reader.run("document.documentElement.scrollWidth") <= width


def test_drawings_need_no_scripts(bare_reader: Any, drawn: str) -> None:
    page = bare_reader.page
    page.goto(drawn)

    assert page.locator("svg.chart").first.bounding_box()["height"] > 50
    assert "Most frequent ways" in page.locator("section[aria-labelledby=steps]").inner_text()
