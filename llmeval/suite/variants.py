"""The key `variants`: versions of the application that are asked side by side."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from llmeval.suite.kinds import Kind, Record, Schema
from llmeval.suite.node import Node, Table
from llmeval.suite.reader import BAD, Reader

_NAME = r"^[A-Za-z0-9._-]+$"
_NAME_WORDS = "a name of A-Z, a-z, 0-9, '.', '_' and '-'"
_RESERVED = "baseline"
"""What `gate.against` calls the stored baseline."""
_WORDS = {
    **dict.fromkeys(("model", "provider", "target"), "write `adapter`"),
    "system_prompt": "write `system`",
    "variables": "write `vars`",
    "expect": "checks hold for all variants: write it in the suite or the case",
    "repeat": "all variants are asked equally often: write it in the suite or the case",
}


class Variants(Struct, frozen=True):
    """Name to what a version changes; the first one is asked first."""

    keys: Mapping[str, Kind]

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return name to the values given, in the order of the file."""
        if not isinstance(node, Table) or not node.entries:
            return reader.expected(node, key, "names, each with what is different")
        known = len(reader.problems)
        found = {name: self._one(node, name, key, reader) for name in node.entries}
        return BAD if len(reader.problems) > known else found

    def _one(self, node: Table, name: str, key: str, reader: Reader) -> Any:
        if not re.fullmatch(_NAME, name):
            return reader.wrong(
                node.place(name), f"{key}: {name!r} is no name of a variant; expected {_NAME_WORDS}"
            )
        if name == _RESERVED:
            return reader.wrong(
                node.place(name), f"{key}: {name!r} means the stored baseline; choose another name"
            )
        return self._record().read(node.entries[name], f"{key}.{name}", reader)

    def _record(self) -> Record:
        return Record(self.keys, "a variant", words=_WORDS)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": _NAME, "not": {"const": _RESERVED}},
            "additionalProperties": self._record().schema(),
        }
