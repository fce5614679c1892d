"""One measured figure with what it must be, and the table of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from measure import table


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; smaller is better."""

    what: str
    found: float
    unit: str = ""
    must: float | None = None
    """Largest value allowed; None where nothing is promised."""
    goal: float | None = None
    note: str = ""

    @property
    def word(self) -> str:
        """What is to be said of it."""
        if self.goal is not None and self.found <= self.goal:
            return "goal"
        if self.must is None:
            return ""
        return "ok" if self.found <= self.must else "MISSED"

    def json(self) -> dict[str, Any]:
        """Return the figure as JSON values."""
        return asdict(self) | {"word": self.word}


def shown(rows: Sequence[Row]) -> str:
    """Return the figures as a table."""
    cells = [
        [row.what, _found(row), _bound(row.must), _bound(row.goal), row.word, row.note]
        for row in rows
    ]
    return table(["what", "found", "at most", "goal", "", "beside it"], cells)


def _found(row: Row) -> str:
    return f"{_number(row.found)} {row.unit}".strip()


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _number(value: float) -> str:
    if value == int(value):
        return str(int(value))
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
