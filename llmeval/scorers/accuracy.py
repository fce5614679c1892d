"""How often a scorer is wrong: one card per check and data set, measured and kept beside the code.

The figures are for data a scorer was not trained on. `benchmarks/scorers` measures and writes
them; `docs/accuracy.md` and the report show them.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

FOLDER: Final = Path(__file__).parent / "cards"


class Interval(Struct, frozen=True, array_like=True):
    """A 95 % interval."""

    low: float
    high: float


class Card(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was measured of one check on one data set. None: does not apply."""

    check: str
    """The check's name in a suite."""
    version: str
    """Of the scorer that was measured."""
    task: str
    """The question that people's labels answer, in a few words."""
    dataset: str
    rows: int
    positives: int
    """Rows with label 1."""
    auc: float | None = None
    """Area under the ROC curve: a row with label 1 scores above one with label 0 so often."""
    auc_interval: Interval | None = None
    accuracy: float | None = None
    """Share of rows on the right side of the threshold."""
    accuracy_interval: Interval | None = None
    f1: float | None = None
    """Macro-averaged over both labels."""
    threshold: float | None = None
    """The score from which on label 1 is said."""
    false_alarms: float | None = None
    """Share of rows with label 0 that are called 1."""
    false_alarms_interval: Interval | None = None
    trained_on: str
    """The data sets the scorer has learned from; "" for rules."""
    date: str
    """ISO 8601 day of the measurement."""
    note: str = ""
    category: str = ""
    """The kind of finding that is measured, where the check names kinds; "": its score."""


def cards(check: str) -> tuple[Card, ...]:
    """Return the cards of a check, the most telling first; none where nothing was measured."""
    path = FOLDER / f"{check}.json"
    return _read(path) if path.is_file() else ()


def all_cards() -> tuple[Card, ...]:
    """Return every card, by check."""
    return tuple(card for path in sorted(FOLDER.glob("*.json")) for card in _read(path))


@cache
def _read(path: Path) -> tuple[Card, ...]:
    return msgspec.json.decode(path.read_bytes(), type=tuple[Card, ...])


def encoded(found: Iterable[Card]) -> bytes:
    """Return cards as the text of a file: indented, a line feed at the end."""
    plain = msgspec.json.encode([msgspec.structs.asdict(card) for card in found])
    return msgspec.json.format(plain, indent=2) + b"\n"
