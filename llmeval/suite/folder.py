"""The folder a case works on: `workspace`."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from llmeval.suite.kinds import Schema
from llmeval.suite.node import Node
from llmeval.suite.reader import BAD, Bad, Files, Reader
from llmeval.suite.template import Pattern


class FolderDraft:
    """A folder whose path holds variables."""

    __slots__ = ("_files", "pattern")

    def __init__(self, pattern: Pattern, files: Files) -> None:
        self.pattern = pattern
        self._files = files

    def fill(self, variables: Mapping[str, Any]) -> str:
        """Return the absolute path."""
        return self._files.folder(self.pattern.text(variables))

    def fault(self, variables: Mapping[str, Any]) -> str:
        """Return why there is no such folder; "" when there is one."""
        try:
            self.fill(variables)
        except ValueError as error:
            return str(error)
        return ""


class Folder(Struct, frozen=True):
    """A folder inside the project, relative to the suite."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return its absolute path, or a FolderDraft."""
        text = reader.text(node, key, "the path of a folder")
        if isinstance(text, Bad):
            return BAD
        if isinstance(text, Pattern):
            return FolderDraft(text, reader.files)
        try:
            return reader.files.folder(text)
        except ValueError as error:
            return reader.wrong(node.at, f"{key}: {error}")

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "string"}
