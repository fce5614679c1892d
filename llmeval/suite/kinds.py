"""Kinds of values: each reads a node and says the same thing as JSON Schema.

One object for both, so that the checker and the published schema cannot drift apart.
"""

import datetime
import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from msgspec import Struct

from llmeval.errors import did_you_mean
from llmeval.suite.node import Items, Node, Scalar, Table, plain
from llmeval.suite.reader import BAD, Bad, Reader

Schema = dict[str, Any]


class Kind(Protocol):
    """What may stand under a key."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the value, or BAD with the problem added."""
        ...

    def schema(self) -> Schema:
        """Return the same as JSON Schema."""
        ...


class Text(Struct, frozen=True):
    """Text; its file is read and its variables are found."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return text or a Pattern."""
        return reader.text(node, key)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "string"}


class Word(Struct, frozen=True):
    """Text as it stands, optionally of a certain form."""

    words: str = "text"
    pattern: str | None = None

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the text."""
        word = reader.word(node, key, self.words)
        if isinstance(word, str) and self.pattern and not _fullmatch(self.pattern)(word):
            return reader.expected(node, key, self.words)
        return word

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "string"} | ({"pattern": self.pattern} if self.pattern else {})


@cache
def _fullmatch(pattern: str) -> "Callable[[str], re.Match[str] | None]":
    return re.compile(pattern).fullmatch


class Number(Struct, frozen=True):
    """A number within bounds."""

    low: float | None = None
    high: float | None = None
    above: float | None = None
    """The number must be greater than this."""
    whole: bool = False

    @property
    def words(self) -> str:
        """What is expected, in a user's words."""
        name = "a whole number" if self.whole else "a number"
        if self.above is not None:
            most = "" if self.high is None else f", at most {self.high:g}"
            return f"{name} above {self.above:g}{most}"
        if self.low is not None and self.high is not None:
            return f"{name} from {self.low:g} to {self.high:g}"
        return f"{name}, {self.low:g} or more" if self.low is not None else name

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the int or float."""
        value = node.value if isinstance(node, Scalar) else None
        if self._fits(value):
            return value
        return reader.expected(node, key, self.words, self._hint(value))

    def _fits(self, value: Any) -> bool:
        if type(value) not in ((int,) if self.whole else (int, float)) or not math.isfinite(value):
            return False
        return not (
            (self.low is not None and value < self.low)
            or (self.high is not None and value > self.high)
            or (self.above is not None and value <= self.above)
        )

    def _hint(self, value: Any) -> str:
        if isinstance(value, str) and is_number(value):
            return "; remove the quotes"
        if self.high == 1 and type(value) in (int, float) and 1 < value <= 100:
            return f"; write {value / 100:g} for {value:g} %"
        return ""

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        bounds = {
            "minimum": self.low,
            "maximum": self.high,
            "exclusiveMinimum": self.above,
        }
        given = {name: bound for name, bound in bounds.items() if bound is not None}
        return {"type": "integer" if self.whole else "number", **given}


class Flag(Struct, frozen=True):
    """`true` or `false`."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the bool."""
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        return reader.expected(node, key, "true or false")

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "boolean"}


class Choice(Struct, frozen=True):
    """One of some words."""

    options: tuple[str, ...]

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the word."""
        value = node.value if isinstance(node, Scalar) else None
        if value in self.options:
            return value
        hint = did_you_mean(value, self.options) if isinstance(value, str) else ""
        hint = hint if "did you mean" in hint else ""
        return reader.expected(node, key, f"one of {', '.join(self.options)}", hint)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"enum": list(self.options)}


class Anything(Struct, frozen=True):
    """Any value, as it stands."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:  # noqa: ARG002  the shape of a Kind
        """Return the plain value."""
        return plain(node)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {}


class Value(Struct, frozen=True):
    """Any value; texts in it have their files read and their variables found."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the value."""
        return reader.value(node, key)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {}


class ListOf(Struct, frozen=True):
    """A list of one kind."""

    item: Kind
    words: str
    non_empty: bool = False

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple."""
        if not isinstance(node, Items) or (self.non_empty and not node.items):
            return reader.expected(node, key, self.words)
        items = tuple(self.item.read(item, key, reader) for item in node.items)
        return BAD if any(item is BAD for item in items) else items

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        smallest = {"minItems": 1} if self.non_empty else {}
        return {"type": "array", "items": self.item.schema(), **smallest}


class ListOrText(Struct, frozen=True):
    """A list of texts, or one text: a placeholder for a list, or a single text."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple of texts and patterns, or one pattern for the whole list."""
        if isinstance(node, Scalar):
            text = reader.text(node, key, "a list of texts")
            return (text,) if isinstance(text, str) else text
        if not isinstance(node, Items):
            return reader.expected(node, key, "a list of texts")
        items = tuple(reader.text(item, key) for item in node.items)
        return BAD if any(item is BAD for item in items) else items

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        text = {"type": "string"}
        return {"anyOf": [text, {"type": "array", "items": text}]}


class MappingOf(Struct, frozen=True):
    """A mapping of any keys to one kind."""

    item: Kind

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a dict."""
        if not isinstance(node, Table):
            return reader.expected(node, key, "a mapping")
        read = {
            name: self.item.read(item, f"{key}.{name}", reader)
            for name, item in node.entries.items()
        }
        return BAD if any(item is BAD for item in read.values()) else read

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "object", "additionalProperties": self.item.schema()}


class Date(Struct, frozen=True):
    """A day, ISO 8601; it needs no quotes."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the text of the date."""
        value = node.value if isinstance(node, Scalar) else None
        try:
            return datetime.date.fromisoformat(value or "").isoformat()
        except (TypeError, ValueError):
            return reader.expected(node, key, "a date such as 2027-03-01")

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


class Later(Struct, frozen=True):
    """A key that a later version will know."""

    what: str

    def read(self, node: Node, key: str, reader: Reader) -> Bad:
        """Add the problem."""
        return reader.wrong(node.at, f"{key}: {self.what} comes with a later version")

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"not": {}}


class Record(Struct, frozen=True):
    """A mapping of known keys."""

    keys: Mapping[str, Kind]
    where: str
    """What has these keys, "a limit" say."""
    required: tuple[str, ...] = ()
    words: Mapping[str, str] | None = None
    """Words of other tools and what to write instead."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a dict of what was given; BAD when anything is wrong."""
        if not isinstance(node, Table):
            return reader.expected(node, key, "a mapping")
        known = len(reader.problems)
        values = read_keys(node, self.keys, self.where, self.words or {}, reader)
        for name in self.required:
            if name not in node.entries and len(reader.problems) == known:
                reader.wrong(node.at, f"{self.where}: {name} is missing")
        return BAD if len(reader.problems) > known else values

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {
            "type": "object",
            "properties": {name: kind.schema() for name, kind in self.keys.items()},
            "additionalProperties": False,
            **({"required": list(self.required)} if self.required else {}),
        }


def read_keys(
    node: Table, keys: Mapping[str, Kind], where: str, words: Mapping[str, str], reader: Reader
) -> dict[str, Any]:
    """Return what was given and is right; the rest is added to the problems."""
    values = {}
    for name, child in node.entries.items():
        kind = keys.get(name)
        if kind is None:
            reader.wrong(node.place(name), unknown_key(name, keys, where, words))
            continue
        value = kind.read(child, name, reader)
        if value is not BAD:
            values[name] = value
    return values


def unknown_key(name: str, keys: Mapping[str, Kind], where: str, words: Mapping[str, str]) -> str:
    """Return the message about a key that is not known there."""
    exact = words.get(name) or words.get(name.replace("-", "_"))
    if exact:
        return f"unknown key {name!r} in {where}; {exact}"
    return f"unknown key {name!r} in {where}{did_you_mean(name, keys)}"


def is_number(text: str) -> bool:
    """Tell whether a text reads as a number."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
