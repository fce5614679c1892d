"""YAML text -> nodes, straight from the parser's events.

PyYAML's own tree takes five times the time, keeps no places, lets the last of two equal keys win
and expands aliases without limit. What this builder refuses: tags, several documents, equal keys,
keys that are no text, depth beyond MAX_DEPTH, aliases that stand for more than MAX_ALIASED nodes.
"""

from collections.abc import Callable
from sys import intern
from typing import Any, NoReturn

import yaml

from llmeval.suite import syntax
from llmeval.suite.node import Items, Node, Scalar, Table, place
from llmeval.suite.problems import Problems, Stop
from llmeval.suite.scalars import resolve

MAX_DEPTH = 64
MAX_ALIASED = 1_000_000

_CORE = "tag:yaml.org,2002:"
_CORE_TAGS = frozenset(_CORE + name for name in ("str", "int", "float", "bool", "null"))
_SHAPE_TAGS = frozenset((_CORE + "map", _CORE + "seq"))

# Looked up once: a suite of 10,000 cases has 250,000 events.
_SCALAR = yaml.ScalarEvent
_END_OF_ITEMS = yaml.SequenceEndEvent
_END_OF_TABLE = yaml.MappingEndEvent


class Document:
    """A parsed file."""

    __slots__ = ("cuts", "root")

    def __init__(self, root: Node | None, cuts: frozenset[int]) -> None:
        self.root = root
        """None when nothing but comments stands there."""
        self.cuts = cuts
        """Places of plain scalars that end at a single blank and `#`."""


def parser(text: str) -> Any:
    """Return the fastest YAML parser there is."""
    if yaml.__with_libyaml__:
        return yaml.CSafeLoader(text)
    return yaml.SafeLoader(text)


def parse(text: str, problems: Problems, parser: Callable[[str], Any] = parser) -> Document:
    """Return the nodes of a YAML text.

    Raises:
        Stop: Not readable as YAML; the problem is added.
    """
    builder = _Builder(text, problems)
    try:
        root = builder.root(parser(text))
    except yaml.YAMLError as error:
        syntax.report(error, text, problems)
        raise Stop from error
    return Document(root, frozenset(builder.cuts))


class _Builder:
    """Goes down into lists and mappings as it meets them; MAX_DEPTH bounds the recursion."""

    def __init__(self, text: str, problems: Problems) -> None:
        self._problems = problems
        self._text = text
        # Without " #" in the file no text can be cut by a comment: the usual case costs nothing.
        self._lines = syntax.split_lines(text) if " #" in text else None
        self._all_lines: list[str] | None = self._lines
        self._unquoted: set[int] = set()
        """Places of mappings that are placeholders without quotes: `{{ x }}`."""
        self._depth = 0
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0
        self._aliased = 0
        self._next: Callable[[], Any]
        self._readers: dict[type, Callable[[Any], Node]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._table,
            yaml.SequenceStartEvent: self._items,
            yaml.AliasEvent: self._alias,
        }
        self.cuts: set[int] = set()

    def root(self, parser: Any) -> Node | None:
        """Return the node of the one document, None where there is none."""
        root: Node | None = None
        documents = 0
        self._next = parser.get_event
        event = self._next()
        while type(event) is not yaml.StreamEndEvent:
            if type(event) is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    message = "a second document ('---'); expected one document a file"
                    self._stop(_at(event), message)
            elif type(event) in self._readers:
                root = self._readers[type(event)](event)
            event = self._next()
        return root

    # --- nodes ---------------------------------------------------------------------------------

    def _scalar(self, event: Any) -> Scalar:
        mark = event.start_mark
        at = mark.line << 20 | mark.column
        text = event.value
        self._nodes += 1
        if event.tag is not None:
            node = self._tagged(event, at)
        elif event.implicit[0]:
            node = Scalar(resolve(text), at, text)
            if self._lines is not None:
                self._note_cut(event.end_mark, at)
        else:
            node = Scalar(text, at, None)
        if event.anchor:
            self._anchors[event.anchor] = (node, 1)
        return node

    def _items(self, event: Any) -> Items:
        anchor, counted, mark = event.anchor, self._nodes, event.start_mark
        node = Items(mark.line << 20 | mark.column)
        self._enter(event, node.at)
        readers, next_event, items = self._readers, self._next, node.items
        event = next_event()
        while type(event) is not _END_OF_ITEMS:
            items.append(readers[type(event)](event))
            event = next_event()
        self._leave(anchor, node, counted)
        return node

    def _table(self, event: Any) -> Table | Scalar:
        anchor, counted, mark = event.anchor, self._nodes, event.start_mark
        node = Table(mark.line << 20 | mark.column)
        self._enter(event, node.at)
        merges = self._fill(node)
        if merges:
            _merge(node, merges)
        whole = Scalar("", node.at, None) if node.at in self._unquoted else node
        self._leave(anchor, whole, counted)
        return whole

    def _fill(self, node: Table) -> list[Table]:
        """Read keys and values up to the end; return the mappings to merge in."""
        merges: list[Table] = []
        readers, next_event = self._readers, self._next
        entries, places = node.entries, node.places
        event = next_event()
        while type(event) is not _END_OF_TABLE:
            key, at = self._key(event, node)
            event = next_event()
            value = readers[type(event)](event)
            if key == "<<":
                merges += self._merged(value, at)
            elif key in entries:
                self._add_twice(node, key, at)
            else:
                entries[key] = value
                places.append(at)
            event = next_event()
        return merges

    def _alias(self, event: Any) -> Node:
        at = _at(event)
        known = self._anchors.get(event.anchor)
        if known is None:
            self._stop(
                at,
                f"alias *{event.anchor} has no anchor before it; "
                "put quotes around it if it is text",
            )
        node, size = known
        self._nodes += size
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            self._stop(at, f"aliases stand for more than {MAX_ALIASED:,} nodes; write less of them")
        return node

    # --- parts ---------------------------------------------------------------------------------

    def _enter(self, event: Any, at: int) -> None:
        if event.tag is not None and event.tag not in _SHAPE_TAGS:
            self._stop(at, _tag_message(event.tag))
        if self._depth >= MAX_DEPTH:
            self._stop(at, f"nested deeper than {MAX_DEPTH} levels")
        self._depth += 1
        self._nodes += 1
        if event.anchor:
            # An alias inside its own anchor finds nothing: a node cannot hold itself.
            self._anchors.pop(event.anchor, None)

    def _leave(self, anchor: str | None, node: Node, counted: int) -> None:
        self._depth -= 1
        if anchor:
            self._anchors[anchor] = (node, self._nodes - counted)

    def _key(self, event: Any, table: Table) -> tuple[str, int]:
        if type(event) is not _SCALAR:
            return self._wrong_key(event, table)
        mark: Any = event.start_mark
        at = mark.line << 20 | mark.column
        self._nodes += 1
        if event.anchor:
            self._stop(at, "an anchor on a key is not supported")
        return intern(event.value), at

    def _wrong_key(self, event: Any, table: Table) -> tuple[str, int]:
        key = self._readers[type(event)](event)
        placeholder = self._placeholder(table.at)
        if placeholder is None:
            self._stop(key.at, "a key must be text, found a list or a mapping")
        self._problems.add(table.at, syntax.unquoted(placeholder))
        self._unquoted.add(table.at)
        return "", key.at

    def _merged(self, value: Node, at: int) -> list[Table]:
        merged = value.items if isinstance(value, Items) else [value]
        tables = [node for node in merged if isinstance(node, Table)]
        if len(tables) < len(merged):
            self._stop(at, "<<: expected an alias of a mapping, or a list of them")
        return tables

    def _add_twice(self, table: Table, key: str, at: int) -> None:
        first = table.place(key) >> 20
        self._problems.add(at, f"{key}: stands twice; the first is in line {first + 1}")

    def _placeholder(self, at: int) -> str | None:
        if self._all_lines is None:
            self._all_lines = syntax.split_lines(self._text)
        rest = self._all_lines[at >> 20][at & 0xFFFFF :]
        end = rest.find("}}")
        return rest[: end + 2] if rest.startswith("{{") and end > 0 else None

    def _tagged(self, event: Any, at: int) -> Scalar:
        tag, text = event.tag, event.value
        if tag in ("!", _CORE + "str"):
            return Scalar(text, at, None)
        if tag not in _CORE_TAGS:
            self._stop(at, _tag_message(tag))
        return Scalar(resolve(text), at, text)

    def _note_cut(self, end: Any, at: int) -> None:
        assert self._lines is not None
        # What is missing at the very end of a file "ends" in a line after the last.
        line = self._lines[end.line] if end.line < len(self._lines) else ""
        if line[end.column : end.column + 2] == " #":
            self.cuts.add(at)

    def _stop(self, at: int, message: str) -> NoReturn:
        self._problems.add(at, message)
        raise Stop


def _at(event: Any) -> int:
    mark = event.start_mark
    return place(mark.line, mark.column)


def _tag_message(tag: str) -> str:
    shown = tag.replace(_CORE, "!!")
    return f"tag {shown!r}: tags are not allowed in a suite; put quotes around it if it is text"


def _merge(table: Table, merges: list[Table]) -> None:
    for merged in merges:
        for key, value, at in merged.rows():
            if key not in table.entries:
                table.entries[key] = value
                table.places.append(at)
