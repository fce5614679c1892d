import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.report.charts import heatmap
from llmeval.report.charts.heatmap import Cell


def drawn(*, rows: tuple[str, ...] = ("ignore",), columns: tuple[str, ...] = ("email", "web"),
          cells: dict[tuple[str, str], Cell]) -> ET.Element:  # fmt: skip
    return ET.fromstring(heatmap.table(rows, columns, cells, corner="Technique", caption="Success"))


def texts(row: ET.Element) -> list[str]:
    return ["".join(cell.itertext()) for cell in row]


def test_cells_stand_under_their_column_and_beside_their_row() -> None:
    found = drawn(
        rows=("ignore", "encoded"),
        cells={("ignore", "email"): Cell(0.25, "2 of 8"), ("encoded", "web"): Cell(0.0)},
    )

    assert [texts(row) for row in found.iter("tr")] == [
        ["Technique", "email", "web"],
        ["ignore", "25.0 %2 of 8", "not tried"],
        ["encoded", "not tried", "0 %"],
    ]


def test_a_cell_leads_to_where_it_says() -> None:
    found = drawn(cells={("ignore", "web"): Cell(1.0, href="#support::a")})

    (link,) = found.iter("a")
    assert (link.get("href"), link.text) == ("#support::a", "100 %")


@pytest.mark.parametrize(
    ("share", "step"), [(0.0, 0), (0.001, 1), (0.2, 1), (0.21, 2), (0.5, 3), (0.81, 5), (1.0, 5)]
)
def test_only_none_at_all_has_no_colour(share: float, step: int) -> None:
    assert heatmap.step(share) == step


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_paler(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert 0 <= heatmap.step(low) <= heatmap.step(high) < heatmap.STEPS


def test_hostile_names_stay_texts(hostile: tuple[str, ...]) -> None:
    found = heatmap.table(
        hostile, hostile, {(hostile[0], hostile[1]): Cell(0.5)}, corner="Technique", caption="S"
    )

    assert "<script" not in found
    assert "<img" not in found
