"""The key `attack` of a case: what it says."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from msgspec import Struct

from llmeval.errors import ParameterError, did_you_mean
from llmeval.protocols import Attacker
from llmeval.registry import attacker
from llmeval.suite.dataset import rows
from llmeval.suite.kinds import Choice, Kind, ListOrText, Number, Record, Schema, Text
from llmeval.suite.node import Items, Node, Scalar, Table
from llmeval.suite.problems import Problems, Stop
from llmeval.suite.read import missing
from llmeval.suite.reader import BAD, FILE, Bad, Reader
from llmeval.suite.structures import Dataset
from llmeval.suite.template import Pattern


class Words(Struct, frozen=True):
    """A name, or a list of names."""

    what: str

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple."""
        items = node.items if isinstance(node, Items) else [node]
        if not items:
            return reader.expected(node, key, self.what)
        words = tuple(reader.word(item, key, self.what) for item in items)
        return words if all(isinstance(word, str) for word in words) else BAD

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        text = {"type": "string"}
        return {"anyOf": [text, {"type": "array", "items": text, "minItems": 1}]}


class Sample(Struct, frozen=True):
    """How many attacks: a number, or `all`."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the number, or the word."""
        if isinstance(node, Scalar) and node.value == "all":
            return "all"
        return Number(low=1, whole=True).read(node, key, reader)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"anyOf": [Number(low=1, whole=True).schema(), {"const": "all"}]}


class Writer(Struct, frozen=True):
    """The adapter of the model that writes attacks."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return its name."""
        name = reader.word(node, key, "the name of an adapter")
        return name if isinstance(name, Bad) else _known(name, node.at, key, reader)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "string"}


def _known(name: str, at: int, key: str, reader: Reader) -> Any:
    if reader.adapters.use(name):
        return name
    hint = did_you_mean(name, reader.adapters.known)
    said = f"attack: {key}: the adapter {name!r} is to write the attacks, and there is none"
    return reader.wrong(at, said + hint)


_KEYS: Mapping[str, Kind] = {
    "document": Text(),
    "carrier": Words("a carrier such as email, a list of them, or all"),
    "position": Words("start, middle, end, a list of them, or all"),
    "goals": Words("a list of goals such as [say_marker, leak_secret], or all"),
    "secrets": ListOrText(),
    "plant": Choice(("auto", "system", "context", "none")),
    "forbidden_tools": Words("a list of tools"),
    "techniques": Words("a list of techniques or groups, or all"),
    "encodings": Words("a list of encodings such as [plain, base64], or all"),
    "sample": Sample(),
    "benign": Number(low=0, whole=True),
    "seed": Number(whole=True),
    "mode": Choice(("spread", "adaptive", "model")),
    "attacker": Writer(),
    "turns": Number(low=1, whole=True),
    "task": Choice(("measure", "require")),
}
_WORDS = {
    "goal": "write `goals`",
    "technique": "write `techniques`",
    "strategies": "write `techniques`",
    "plugins": "write `goals`",
    "encoding": "write `encodings`",
    "carriers": "write `carrier`; it may be a list",
    "num_tests": "write `sample`",
    "canary": "codes are made afresh for each trial; write `plant` for where they go",
}
_RECORD = Record(_KEYS, "attack", (), _WORDS)


class AttackDraft:
    """What is written under `attack`; the document may hold variables of the case."""

    __slots__ = ("at", "attacker", "document", "places")

    def __init__(
        self, attacker: Attacker, document: str | Pattern | None, at: int, places: Mapping[str, int]
    ) -> None:
        self.attacker = attacker
        self.document = document
        self.at = at
        self.places = places
        """Where each key stands."""


class AttackKey(Struct, frozen=True):
    """The key itself."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return an AttackDraft."""
        values = _RECORD.read(node, key, reader)
        if values is BAD:
            return BAD
        assert isinstance(node, Table)
        places = {name: at for name, _, at in node.rows()}
        document = values.pop("document", None)
        if isinstance(values.get("secrets"), Pattern):
            return reader.wrong(places["secrets"], "secrets: a variable has no place here")
        if _lacks_writer(values, node, places, reader):
            return BAD
        given = values if document is None else {**values, "document": _fixed(document)}
        named = given.get("techniques", ())
        if len(named) == 1 and named[0].startswith(FILE):
            rows = _rows(named[0], places["techniques"], reader)
            if rows is BAD:
                return BAD
            given = {**given, "techniques": "all", "corpus": rows}
        try:
            return AttackDraft(attacker(given), document, node.at, places)
        except ParameterError as error:
            return reader.wrong(places.get(error.parameter, node.at), f"attack: {error}")

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return _RECORD.schema()


def _lacks_writer(
    values: Mapping[str, Any], node: Table, places: Mapping[str, int], reader: Reader
) -> bool:
    """Tell whether a key is written that only a model needs, or no model is there to write."""
    if values.get("mode") == "model":
        default = "attacker" not in values
        return default and _known("attacker", node.at, "attacker", reader) is BAD
    for key in ("attacker", "turns"):
        if key in values:
            reader.wrong(places[key], f"{key}: only `mode: model` has a model write the attacks")
            return True
    return False


def _rows(named: str, at: int, reader: Reader) -> Any:
    """Return the rows of a file of attack texts."""
    values = Dataset().read(Scalar(named, at, None), "techniques", reader)
    if values is BAD:
        return BAD
    fault = missing(values.path)
    if fault:
        return reader.wrong(at, f"techniques: {values.shown!r}: {fault}")
    problems = Problems(values.shown)
    found: tuple[Mapping[str, Any], ...] = ()
    with suppress(Stop):
        found = tuple(dict(row.values) for row in rows(values, problems))
    for problem in problems.found[:1]:
        return reader.wrong(at, f"techniques: {problem}")
    if not found:
        return reader.wrong(at, f"techniques: {values.shown!r} holds no row")
    return found


def _fixed(document: str | Pattern) -> str:
    return document if isinstance(document, str) else ""
