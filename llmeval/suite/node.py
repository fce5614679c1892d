"""The parsed YAML: nodes that know where they stand.

A place is one int, `line << 20 | column`, both from 0: 10,000 cases have 350,000 of them, and one
int takes a third of the memory of a pair. Values that come from elsewhere have the place NOWHERE.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

NOWHERE = -1
_COLUMN_BITS = 20
_COLUMN_MASK = (1 << _COLUMN_BITS) - 1


class Scalar(Struct, eq=False, gc=False):
    """One value: text, a number, true, false or nothing."""

    value: Any
    at: int
    raw: str | None
    """As written; None where it stands in quotes or in a block."""


class Items(Struct, eq=False):
    """A list."""

    at: int
    items: "list[Node]" = []


class Table(Struct, eq=False):
    """A mapping; its keys are texts, in file order."""

    at: int
    entries: "dict[str, Node]" = {}
    places: list[int] = []
    """Where each key stands."""

    def place(self, key: str) -> int:
        """Return where a key stands."""
        return self.places[list(self.entries).index(key)]

    def rows(self) -> "Iterator[tuple[str, Node, int]]":
        """Yield key, value and the key's place."""
        for (key, value), at in zip(self.entries.items(), self.places, strict=True):
            yield key, value, at


Node = Scalar | Items | Table


def place(line: int, column: int) -> int:
    """Return the place of a line and a column that count from 0."""
    return line << _COLUMN_BITS | min(column, _COLUMN_MASK)


def line_of(at: int) -> int:
    """Return the line, from 1; 0 for NOWHERE."""
    return 0 if at < 0 else (at >> _COLUMN_BITS) + 1


def column_of(at: int) -> int:
    """Return the column, from 1; 0 for NOWHERE."""
    return 0 if at < 0 else (at & _COLUMN_MASK) + 1


def plain(node: Node) -> Any:
    """Return the node as lists, dicts and scalars."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


def from_value(value: Any) -> Node:
    """Return a plain value as a node that stands nowhere."""
    if isinstance(value, Mapping):
        table = Table(NOWHERE)
        table.entries = {str(key): from_value(item) for key, item in value.items()}
        table.places = [NOWHERE] * len(table.entries)
        return table
    if isinstance(value, list | tuple):
        items = Items(NOWHERE)
        items.items = [from_value(item) for item in value]
        return items
    return Scalar(value, NOWHERE, None)


def found(node: Node) -> str:
    """Return what stands there in a user's words."""
    if isinstance(node, Table):
        return "a mapping"
    if isinstance(node, Items):
        return "a list" if node.items else "an empty list"
    if node.value is None:
        return "nothing"
    if isinstance(node.value, str):
        return f"text {shorten(node.value)!r}" if node.value else "an empty text"
    return node.raw or str(node.value)


def shorten(text: str, limit: int = 40) -> str:
    """Return the text cut to so many characters, with a mark."""
    return text if len(text) <= limit else text[: limit - 3] + "..."
