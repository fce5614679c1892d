"""The keys of every check, beside its own parameters."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from llmeval import jsonpath
from llmeval.suite.kinds import Choice, Kind, Schema, Word
from llmeval.suite.node import Node
from llmeval.suite.reader import Reader

SEVERITY = Choice(("critical", "normal", "warn"))
METRIC = Word("a name of letters, digits, '_' and '-'", r"^[A-Za-z0-9_][A-Za-z0-9_-]*$")
PART = Word(
    "$.path, code, file:path, reasoning or tool_arguments",
    r"^(\$.*|code|file:.+|reasoning|tool_arguments)$",
)


class Part(Struct, frozen=True):
    """Which part of the reply a check sees."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the part as written."""
        part = PART.read(node, key, reader)
        if isinstance(part, str) and part.startswith("$"):
            try:
                jsonpath.compile(part)
            except ValueError as error:
                return reader.wrong(node.at, f"{key}: {error}")
        return part

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return PART.schema()


COMMON: Mapping[str, Kind] = {
    "severity": SEVERITY,
    "metric": METRIC,
    "on": Choice(("last", "each", "all")),
    "in": Part(),
}
"""Keys of every check."""

FIELDS = {"severity": "severity", "metric": "metric", "on": "on", "in": "part"}
"""Such a key -> field of Check."""
