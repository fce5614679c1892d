import xml.etree.ElementTree as ET

from llmeval.report.charts import rates
from llmeval.report.charts.rates import Rate

EMAIL = Rate(name="email", value=0.2, low=0.1, high=0.5, count="10 cases")


def test_a_line_goes_from_end_to_end_of_the_interval() -> None:
    picture = ET.fromstring(rates.picture([EMAIL], ident="r", title="Success"))

    (whisker,) = (e for e in picture.iter("line") if e.attrib["class"].startswith("whisker"))
    (dot,) = picture.iter("circle")
    left, right = float(whisker.attrib["x1"]), float(whisker.attrib["x2"])
    room = rates.WIDTH - 160 - 126
    assert abs(left - (160 + 0.1 * room)) < 0.1
    assert abs(right - (160 + 0.5 * room)) < 0.1
    assert left < float(dot.attrib["cx"]) < right


def test_the_picture_is_said_in_words() -> None:
    picture = ET.fromstring(rates.picture([EMAIL], ident="r", title="Success"))

    words = "email: 20.0 %, 95 % interval 10.0 % to 50.0 %, 10 cases"
    assert picture.findtext("desc") == words


def test_long_names_are_cut_in_the_picture_alone() -> None:
    long = Rate(name="n" * 60, value=0.0, low=0.0, high=1.0, count="1 case")

    picture = ET.fromstring(rates.picture([long], ident="r", title="Success"))

    names = [text.text for text in picture.iter("text") if text.get("class") == "name"]
    assert names == ["n" * 23 + "…"]
    assert "n" * 60 in str(picture.findtext("desc"))
