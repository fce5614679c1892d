import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.report.charts import distribution, units
from llmeval.report.charts.distribution import Series

SAMPLES = st.lists(st.floats(0, 1e5), min_size=1, max_size=200).map(sorted)


def drawn(*series: Series, unit: units.Unit = units.SECONDS) -> ET.Element:
    return ET.fromstring(distribution.picture(series, unit, ident="p", title="Latency"))


@given(SAMPLES, SAMPLES)
def test_any_values_make_a_picture_inside_its_frame(now: list[float], before: list[float]) -> None:
    picture = drawn(Series("now", now), Series("baseline", before))

    _, _, width, height = map(float, picture.attrib["viewBox"].split())
    for path in picture.iter("path"):
        for command, numbers in re.findall(r"([MHV])([\d. -]+)", path.attrib["d"]):
            places = [float(number) for number in numbers.split()]
            most = height if command == "V" else width
            assert all(0 <= place <= most for place in places)
    for dot in picture.iter("circle"):
        assert 0 <= float(dot.attrib["cx"]) <= width


@given(SAMPLES, st.sampled_from([units.SECONDS, units.TOKENS]))
def test_every_value_is_in_a_bar(values: list[float], unit: units.Unit) -> None:
    values = [round(value) for value in values] if unit.whole else values
    series = [Series("now", values)]

    edges, (shares,) = distribution.bins(series, distribution.axis(series, unit), unit)

    assert len(edges) == len(shares) + 1
    assert edges == sorted(edges)
    assert sum(shares) == pytest.approx(1)


def test_bars_of_whole_numbers_hold_equally_many_of_them() -> None:
    series = [Series("now", [float(n) for n in range(100, 151)])]

    edges, _ = distribution.bins(series, distribution.axis(series, units.TOKENS), units.TOKENS)

    widths = {right - left for left, right in pairwise(edges[:-1])}
    assert len(widths) == 1
    assert all(width == int(width) for width in widths)


def test_equal_values_stand_in_the_middle_of_their_bar() -> None:
    series = [Series("now", [0.5] * 20)]

    edges, (shares,) = distribution.bins(
        series, distribution.axis(series, units.SECONDS), units.SECONDS
    )

    place = shares.index(1.0)
    assert (edges[place] + edges[place + 1]) / 2 == pytest.approx(0.5)


def test_the_picture_says_what_is_to_be_seen() -> None:
    picture = drawn(Series("now", [0.2, 0.4, 50.0]))

    assert picture.attrib["role"] == "img"
    named = {picture.find(name).attrib["id"] for name in ("title", "desc")}  # type: ignore[union-attr]
    assert named == set(picture.attrib["aria-labelledby"].split())
    assert picture.findtext("desc") == (
        "now: 3 values from 200 ms to 50.0 s, half of them at most 400 ms. The axis is logarithmic."
    )


def test_a_single_value_has_a_bar_a_line_and_its_dots() -> None:
    picture = drawn(Series("now", [0.5]))

    assert len(picture.findall("path")) == 2
    assert len({dot.attrib["cx"] for dot in picture.iter("circle")}) == 1


def test_a_hundred_thousand_values_make_a_small_picture() -> None:
    values = sorted((n * 7919 % 100_003) / 1000 for n in range(100_000))

    picture = distribution.picture([Series("now", values)], units.SECONDS, ident="p", title="L")

    assert len(picture) < 8_000
