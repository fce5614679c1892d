"""The composed values of a case: shares, expected failures, tools, datasets."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from llmeval.records import Xfail
from llmeval.suite import words
from llmeval.suite.kinds import Anything, Date, Flag, Kind, MappingOf, Number, Record, Schema, Word
from llmeval.suite.node import Node, Scalar, Table
from llmeval.suite.reader import BAD, Bad, Reader

_SHARE = re.compile(r"([0-9]{1,6})/([0-9]{1,6})\Z")


_TRIALS = Number(low=1, whole=True)
_ROUNDS = Record({"min": _TRIALS, "max": _TRIALS}, "repeat", ("max",))


class Repeat(Struct, frozen=True):
    """How many trials a case gets."""

    of_suite: bool = False
    """It may be left to looks at the results, which settle all cases of a suite together."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the number, or a pair: the fewest and the most rounds."""
        if not isinstance(node, Table):
            return _TRIALS.read(node, key, reader)
        if not self.of_suite:
            return reader.wrong(
                node.at,
                f"{key}: {{min, max}} belongs to the suite, whose cases are settled together; a "
                "case may have a number of its own",
            )
        values = _ROUNDS.read(node, key, reader)
        if values is BAD:
            return BAD
        least, most = values.get("min", 1), values["max"]
        if least > most:
            return reader.wrong(node.at, f"{key}: min {least} is above max {most}")
        return least, most

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        number = _TRIALS.schema()
        return {"anyOf": [number, _ROUNDS.schema()]} if self.of_suite else number


class Share(Struct, frozen=True):
    """A share of trials: 0…1, or k/n."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a number, or k and n."""
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, str):
            match = _SHARE.match(value)
            if match and 0 <= int(match[1]) <= int(match[2]) and int(match[2]) > 0:
                return int(match[1]), int(match[2])
            return reader.expected(node, key, "a number from 0 to 1, or k/n such as 2/3")
        return Number(low=0, high=1).read(node, key, reader)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {
            "anyOf": [
                Number(low=0, high=1).schema(),
                {"type": "string", "pattern": r"^[0-9]{1,6}/[0-9]{0,5}[1-9][0-9]{0,5}$"},
            ]
        }


_XFAIL: Mapping[str, Kind] = {"reason": Word(), "until": Date(), "strict": Flag()}


class ExpectedFailure(Struct, frozen=True):
    """Why a case is expected to fail."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the Xfail."""
        if isinstance(node, Table):
            values = Record(_XFAIL, "xfail", ("reason",)).read(node, key, reader)
            return BAD if values is BAD else Xfail(**values)
        reason = reader.word(node, key, "the reason, as text")
        if isinstance(reason, str) and not reason.strip():
            return reader.expected(node, key, "the reason, as text")
        return reason if isinstance(reason, Bad) else Xfail(reason=reason)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        text = {"type": "string", "pattern": r"\S"}
        return {"anyOf": [text, Record(_XFAIL, "xfail", ("reason",)).schema()]}


class Tools(Struct, frozen=True):
    """Tools a model may call, in OpenAI function form: a list, or `file:` with one."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple of mappings; variables have no place in them."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            if not node.value.startswith("file:"):
                return reader.expected(node, key, "a list of tools, or file:path")
            value = reader.structure(node.value, node.at, key)
        else:
            templating, reader.templating = reader.templating, False
            value = reader.value(node, key)
            reader.templating = templating
        if value is BAD:
            return BAD
        if not isinstance(value, list) or not all(_is_tool(tool) for tool in value):
            return reader.wrong(
                node.at,
                f"{key}: expected a list of tools in OpenAI function form, each "
                "{type: function, function: {name: …}}",
            )
        return tuple(value)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        tool = {
            "type": "object",
            "properties": {
                "function": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}},
                    "required": ["name"],
                }
            },
            "required": ["function"],
        }
        return {
            "anyOf": [
                {"type": "string", "pattern": "^file:"},
                {"type": "array", "items": tool},
            ]
        }


def _is_tool(tool: Any) -> bool:
    function = tool.get("function") if isinstance(tool, dict) else None
    return isinstance(function, dict) and isinstance(function.get("name"), str)


class DatasetDraft:
    """Where the rows of a case come from."""

    __slots__ = ("at", "columns", "delimiter", "path", "sample", "seed", "shown", "where")

    def __init__(self, at: int, path: Any, values: Mapping[str, Any]) -> None:
        self.at = at
        self.path = path
        """Absolute."""
        self.shown: str = values["path"]
        self.delimiter: str | None = values.get("delimiter")
        self.columns: Mapping[str, str] = values.get("columns", {})
        """Variable name to column."""
        self.where: Mapping[str, Any] = values.get("where", {})
        self.sample: int | None = values.get("sample")
        self.seed: int = values.get("seed", 0)


_DATASET: Mapping[str, Kind] = {
    "path": Word(),
    "delimiter": Word("one character", r"^[^\"\n\r]$"),
    "columns": MappingOf(Word()),
    "where": MappingOf(Anything()),
    "sample": Number(low=1, whole=True),
    "seed": Number(whole=True),
}


ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".yaml", ".yml")


class Dataset(Struct, frozen=True):
    """A file whose rows are cases."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a DatasetDraft."""
        if isinstance(node, Table):
            values = Record(_DATASET, "dataset", ("path",), words.DATASET).read(node, key, reader)
        else:
            word = reader.word(node, key, "the path of a csv, jsonl, json or yaml file")
            values = BAD if isinstance(word, Bad) else {"path": word}
        if values is BAD:
            return BAD
        shown = values["path"] = values["path"].removeprefix("file:").strip()
        if not shown.lower().endswith(ENDINGS):
            return reader.wrong(
                node.at, f"{key}: expected a csv, jsonl, json or yaml file, found {shown!r}"
            )
        path = reader.files.resolve(shown, node.at, key, reader.problems)
        return BAD if isinstance(path, Bad) else DatasetDraft(node.at, path, values)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"anyOf": [{"type": "string"}, Record(_DATASET, "dataset", ("path",)).schema()]}
