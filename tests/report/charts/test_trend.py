import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.report.charts import trend, units
from llmeval.report.charts.trend import Point


def point(value: float | None, **other: Any) -> Point:
    return Point(**{"name": "run", "date": "2026-01-02 03:04", "value": value, **other})


def drawn(*points: Point, unit: units.Unit = units.SHARE) -> ET.Element:
    return ET.fromstring(trend.picture(points, unit, ident="t", title="Pass rate"))


def marks(picture: ET.Element) -> list[str]:
    found = [path.attrib["class"] for path in picture.iter("path")]
    return [name for name in found if name.startswith("mark")]


@given(
    st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=80).filter(
        lambda v: any(value is not None for value in v)
    )
)
def test_any_runs_make_a_picture_inside_its_frame(values: list[float | None]) -> None:
    picture = drawn(*map(point, values))

    (line,) = (p for p in picture.iter("path") if p.attrib["class"].startswith("line"))
    for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", line.attrib["d"]):
        assert 0 <= float(x) <= trend.WIDTH
        assert 0 <= float(y) <= trend.HEIGHT
    assert len(marks(picture)) == sum(value is not None for value in values)


def test_a_run_without_the_figure_leaves_a_gap() -> None:
    picture = drawn(point(0.9), point(None), point(0.8), point(0.7))

    (line,) = (p for p in picture.iter("path") if p.attrib["class"].startswith("line"))
    assert re.sub(r"[^ML]", "", line.attrib["d"]) == "MML"


@pytest.mark.parametrize("tone", ["good", "bad", "unsure"])
def test_each_verdict_has_a_shape_of_its_own(tone: trend.Tone) -> None:
    shapes = {
        each: next(
            path.attrib["d"]
            for path in drawn(point(0.5, tone=each)).iter("path")
            if path.attrib["class"].startswith("mark")
        )
        for each in ("good", "bad", "unsure")
    }

    assert len({re.sub(r"[\d.-]", "", shape) for shape in shapes.values()} | set(shapes)) >= 5
    assert marks(drawn(point(0.5, tone=tone))) == [f"mark {tone}"]


def test_runs_of_other_cases_are_hollow() -> None:
    assert marks(drawn(point(0.9, alike=False), point(0.9)))[0].endswith("hollow")


def test_the_picture_says_how_the_figure_went() -> None:
    said = drawn(point(1.0), point(0.5), point(0.75)).findtext("desc")

    assert said == (
        "3 runs from 2026-01-02 03:04 to 2026-01-02 03:04: first 100 %, last 75.0 %, "
        "lowest 50.0 %, highest 100 %."
    )


def test_a_small_drop_of_a_high_rate_can_be_seen() -> None:
    picture = drawn(point(1.0), point(0.98))

    (line,) = (p for p in picture.iter("path") if p.attrib["class"].startswith("line"))
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", line.attrib["d"])]
    assert heights[1] - heights[0] > 10


def test_seconds_get_an_axis_of_seconds() -> None:
    texts = [text.text for text in drawn(point(0.2), point(0.4), unit=units.SECONDS).iter("text")]

    assert "200 ms" in texts
