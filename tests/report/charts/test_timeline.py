import xml.etree.ElementTree as ET
from typing import Any

import pytest

from llmeval.report import steps
from llmeval.report.charts import timeline

ASKED = {"kind": "llm", "name": "small-1", "start_s": 0.0, "duration_s": 0.2}


def drawn(*found: dict[str, Any]) -> ET.Element:
    return ET.fromstring(timeline.picture(steps.timeline(found, 0.4), ident="t", title="Steps"))


def test_a_bar_covers_the_time_of_its_step() -> None:
    picture = drawn(ASKED, {"kind": "tool", "name": "order", "start_s": 0.2, "duration_s": 0.2})

    first, second = picture.iter("rect")
    assert float(first.attrib["width"]) == pytest.approx(float(second.attrib["width"]), abs=0.1)
    end = float(first.attrib["x"]) + float(first.attrib["width"])
    assert end == pytest.approx(float(second.attrib["x"]), abs=0.1)


@pytest.mark.parametrize(
    ("step", "style"),
    [
        ({"kind": "llm"}, "llm"),
        ({"kind": "retrieval"}, "retrieval"),
        ({"kind": "tool"}, "tool"),
        ({"kind": '" onload="x'}, "other"),
        ({"kind": "tool", "error": "gone"}, "broken-step"),
    ],
)
def test_a_bar_shows_its_kind_and_an_error(step: dict[str, Any], style: str) -> None:
    (bar,) = drawn({**ASKED, **step}).iter("rect")

    assert bar.attrib["class"] == f"step {style}"


def test_a_step_without_a_start_has_no_bar() -> None:
    picture = drawn({"kind": "tool", "name": "order", "duration_s": 0.1})

    assert not list(picture.iter("rect"))
    assert "tool order, starts unknown, lasts 100 ms" in str(picture.findtext("desc"))


def test_the_shortest_step_can_be_seen() -> None:
    (bar,) = drawn({**ASKED, "start_s": 0.4, "duration_s": 0.0}).iter("rect")

    assert float(bar.attrib["width"]) == 2
    assert float(bar.attrib["x"]) + 2 <= timeline.WIDTH


def test_long_names_are_cut_in_the_picture_and_whole_in_its_words() -> None:
    picture = drawn({**ASKED, "name": "n" * 80})

    names = [text.text for text in picture.iter("text") if text.get("class") == "name"]
    assert names == ["llm " + "n" * 21 + "…"]
    assert "n" * 80 in str(picture.findtext("desc"))
