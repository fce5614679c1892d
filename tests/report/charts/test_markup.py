import xml.etree.ElementTree as ET

import pytest

from llmeval.report.charts import units
from llmeval.report.charts.markup import Html, element, join


def test_texts_and_attributes_are_escaped(hostile: tuple[str, ...]) -> None:
    for text in hostile:
        made = element("text", text, aria_label=text, class_="x")

        assert "<" not in made.removeprefix("<text").removesuffix("</text>")
        assert made.count('"') == 4


def test_elements_nest_without_being_escaped_twice() -> None:
    made = element("g", element("text", "a & b"), join("<", Html("<br/>")))

    assert made == "<g><text>a &amp; b</text>&lt;<br/></g>"


def test_attributes_are_named_as_in_svg() -> None:
    made = element("line", class_="a", stroke_width=2, viewBox="0 0 1 1", x1=1.25, y1=3.0, id=None)

    assert made == '<line class="a" stroke-width="2" viewBox="0 0 1 1" x1="1.2" y1="3"/>'
    assert ET.fromstring(made).get("stroke-width") == "2"


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (units.SECONDS, 0.0, "0 s"),
        (units.SECONDS, 0.05, "50 ms"),
        (units.SECONDS, 2.0, "2 s"),
        (units.SECONDS, 2.5, "2.5 s"),
        (units.SECONDS, 600.0, "10 min"),
        (units.DOLLARS, 0.0005, "$0.0005"),
        (units.DOLLARS, 20.0, "$20"),
        (units.TOKENS, 12_000.0, "12,000"),
        (units.SHARE, 0.5, "50 %"),
        (units.SHARE, 0.925, "92.5 %"),
        (units.NUMBER, 0.30000000000000004, "0.3"),
        (units.NUMBER, -0.5, "-0.5"),
    ],
)
def test_ticks_are_short(unit: units.Unit, value: float, text: str) -> None:
    assert unit.tick(value) == text


@pytest.mark.parametrize(
    ("metric", "unit"),
    [
        ("latency.p95", units.SECONDS),
        ("first_token.p50", units.SECONDS),
        ("cost.total", units.DOLLARS),
        ("tokens.total", units.TOKENS),
        ("pass_rate", units.SHARE),
        ("grounded.pass_rate", units.SHARE),
        ("label.accuracy", units.SHARE),
        ("grounded.mean", units.NUMBER),
    ],
)
def test_a_metrics_name_tells_its_unit(metric: str, unit: units.Unit) -> None:
    assert units.of_metric(metric) is unit
