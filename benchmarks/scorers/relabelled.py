"""Labels for comments of data sets, given anew: `comment_labels/README.md` says how."""

import csv
from pathlib import Path
from typing import NamedTuple

from rows import Row

FOLDER = Path(__file__).parent / "comment_labels"


class Label(NamedTuple):
    """What a comment was labelled."""

    level: int
    """0: not hostile, 1: mildly, or in doubt, 2: clearly."""
    kinds: str
    """Letters of LETTERS, those of the kinds that it is."""


HARMLESS = Label(0, "")
"""That of a comment which was read and is not listed."""
LETTERS = {"insult": "I", "threat": "T", "identity_attack": "D", "sexual": "S", "profanity": "P"}
"""Category -> its letter in a label."""
LABELLED = ("edos", "davidson", "toxic_spans", "wiki_context")
"""The data sets whose comments were read: all of them, of wiki_context the suspicious ones."""
SUSPICIOUS = 0.2
"""Perspective gives more to them."""


class Labels:
    """The labels of one data set; none where it was not read."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._found = _stored(name) if name in LABELLED else {}

    def of(self, row: Row) -> Label | None:
        """Return the label of a row; None where nobody read it anew."""
        if self._name not in LABELLED or row["meta"].get("perspective", 1) <= SUSPICIOUS:
            return None
        return self._found.get(row["id"], HARMLESS)


def _stored(name: str) -> dict[str, Label]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return {row["id"]: Label(int(row["toxic"]), row["kinds"]) for row in csv.DictReader(file)}
