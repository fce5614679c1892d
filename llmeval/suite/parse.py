"""YAML text -> nodes, straight from the parser's events.

PyYAML's own tree takes five times the time, keeps no places, lets the last of two equal keys win
and expands aliases without limit. What this builder refuses: tags, several documents, equal keys,
keys that are no text, depth beyond MAX_DEPTH, aliases that stand for more than MAX_ALIASED nodes.
"""

from collections.abc import Callable
from sys import intern
from typing import Any

import yaml
from msgspec import Struct

from llmeval.suite import syntax
from llmeval.suite.node import Items, Node, Scalar, Table, place
from llmeval.suite.problems import Problems, Stop
from llmeval.suite.scalars import resolve

MAX_DEPTH = 64
MAX_ALIASED = 1_000_000

_CORE = "tag:yaml.org,2002:"
_CORE_TAGS = frozenset(_CORE + name for name in ("str", "int", "float", "bool", "null"))
_SHAPE_TAGS = frozenset((_CORE + "map", _CORE + "seq"))


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
        builder.run(parser(text))
    except yaml.YAMLError as error:
        syntax.report(error, text, problems)
        raise Stop from error
    return Document(builder.root, frozenset(builder.cuts))


class _Frame(Struct, eq=False):
    """A list or mapping that is being filled."""

    node: Items | Table
    anchor: str | None
    counted: int
    is_table: bool
    key: str | None = None
    key_at: int = 0
    merges: list[Node] | None = None
    stands_for: str | None = None


class _Builder:
    def __init__(self, text: str, problems: Problems) -> None:
        self._problems = problems
        self._text = text
        # Without " #" in the file no text can be cut by a comment: the usual case costs nothing.
        self._lines = syntax.split_lines(text) if " #" in text else None
        self._all_lines: list[str] | None = self._lines
        self._stack: list[_Frame] = []
        self._frame: _Frame | None = None
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._nodes = 0
        self._aliased = 0
        self._documents = 0
        self.root: Node | None = None
        self.cuts: set[int] = set()

    def run(self, parser: Any) -> None:
        handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open_table,
            yaml.SequenceStartEvent: self._open_items,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        next_event = parser.get_event
        event = next_event()
        while type(event) is not yaml.StreamEndEvent:
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)
            event = next_event()

    # --- events --------------------------------------------------------------------------------

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop(_at(event), "a second document ('---'); expected one document a file")

    def _scalar(self, event: Any) -> None:
        mark = event.start_mark
        at = mark.line << 20 | mark.column
        text = event.value
        is_plain = event.implicit[0]
        self._nodes += 1
        frame = self._frame
        if frame is not None and frame.is_table and frame.key is None:
            frame.key = intern(text)
            frame.key_at = at
            if event.anchor:
                self._stop(at, "an anchor on a key is not supported")
            return
        if event.tag is not None:
            node = self._tagged(event, at)
        elif is_plain:
            node = Scalar(resolve(text), at, text)
            if self._lines is not None:
                self._note_cut(event.end_mark, at)
        else:
            node = Scalar(text, at, None)
        if event.anchor:
            self._anchors[event.anchor] = (node, 1)
        self._add(node)

    def _open_table(self, event: Any) -> None:
        mark = event.start_mark
        self._open(event, Table(mark.line << 20 | mark.column))

    def _open_items(self, event: Any) -> None:
        mark = event.start_mark
        self._open(event, Items(mark.line << 20 | mark.column))

    def _open(self, event: Any, node: Items | Table) -> None:
        if event.tag is not None and event.tag not in _SHAPE_TAGS:
            self._stop(node.at, _tag_message(event.tag))
        self._nodes += 1
        if self._frame is not None:
            self._stack.append(self._frame)
        if len(self._stack) >= MAX_DEPTH:
            self._stop(node.at, f"nested deeper than {MAX_DEPTH} levels")
        self._frame = _Frame(node, event.anchor, self._nodes, type(node) is Table)
        if event.anchor:
            # An alias inside its own anchor finds nothing: a node cannot hold itself.
            self._anchors.pop(event.anchor, None)

    def _close(self, event: Any) -> None:  # noqa: ARG002  the shape of a handler
        frame = self._frame
        assert frame is not None
        self._frame = self._stack.pop() if self._stack else None
        if frame.merges:
            _merge(frame)
        node: Node = frame.node
        if frame.stands_for is not None:
            node = Scalar(frame.stands_for, node.at, None)
        if frame.anchor:
            self._anchors[frame.anchor] = (node, self._nodes - frame.counted + 1)
        self._add(node)

    def _alias(self, event: Any) -> None:
        at = _at(event)
        known = self._anchors.get(event.anchor)
        if known is None:
            self._stop(
                at,
                f"alias *{event.anchor} has no anchor before it; "
                "put quotes around it if it is text",
            )
            return
        node, size = known
        self._nodes += size
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            self._stop(at, f"aliases stand for more than {MAX_ALIASED:,} nodes; write less of them")
        self._add(node)

    # --- parts ---------------------------------------------------------------------------------

    def _add(self, node: Node) -> None:
        frame = self._frame
        if frame is None:
            self.root = node
        elif not frame.is_table:
            frame.node.items.append(node)  # type: ignore[union-attr]  # is_table is False
        elif frame.key is None:
            self._add_wrong_key(frame, node)
        else:
            key, frame.key = frame.key, None
            table: Table = frame.node  # type: ignore[assignment]  # is_table is True
            if key in table.entries or key == "<<":
                self._add_special(frame, key, node)
            else:
                table.entries[key] = node
                table.places.append(frame.key_at)

    def _add_special(self, frame: _Frame, key: str, node: Node) -> None:
        if key == "<<":
            frame.merges = [*(frame.merges or ()), *_merged(node)]
            if all(isinstance(merged, Table) for merged in frame.merges):
                return
            self._stop(frame.key_at, "<<: expected an alias of a mapping, or a list of them")
        first = frame.node.place(key) >> 20  # type: ignore[union-attr]  # only tables have keys
        self._problems.add(frame.key_at, f"{key}: stands twice; the first is in line {first + 1}")

    def _add_wrong_key(self, frame: _Frame, node: Node) -> None:
        frame.key, frame.key_at = "", node.at
        placeholder = self._placeholder(frame.node.at)
        if placeholder is None:
            self._stop(node.at, "a key must be text, found a list or a mapping")
        else:
            self._problems.add(frame.node.at, syntax.unquoted(placeholder))
            frame.stands_for = ""

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

    def _stop(self, at: int, message: str) -> None:
        self._problems.add(at, message)
        raise Stop


def _at(event: Any) -> int:
    mark = event.start_mark
    return place(mark.line, mark.column)


def _tag_message(tag: str) -> str:
    shown = tag.replace(_CORE, "!!")
    return f"tag {shown!r}: tags are not allowed in a suite; put quotes around it if it is text"


def _merged(node: Node) -> list[Node]:
    return list(node.items) if isinstance(node, Items) else [node]


def _merge(frame: _Frame) -> None:
    table = frame.node
    assert isinstance(table, Table)
    for merged in frame.merges or ():
        assert isinstance(merged, Table)
        for key, value, at in merged.rows():
            if key not in table.entries:
                table.entries[key] = value
                table.places.append(at)
