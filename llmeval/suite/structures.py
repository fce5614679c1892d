"""The composed values of a case: turns, messages, expected failures, shares, datasets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llmeval.records import Message, Xfail
from llmeval.suite import words
from llmeval.suite.expect import Expect
from llmeval.suite.kinds import (
    Anything,
    Date,
    Flag,
    Kind,
    MappingOf,
    Number,
    Record,
    Schema,
    Text,
    Word,
)
from llmeval.suite.node import Items, Node, Scalar, Table
from llmeval.suite.reader import BAD, Bad, Reader
from llmeval.suite.template import Pattern, fill

_ROLES = ("user", "assistant", "tool")
_SHARE = re.compile(r"([0-9]{1,6})/([0-9]{1,6})\Z")


@dataclass(frozen=True, slots=True)
class Repeat:
    """How many trials a case gets."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the number."""
        if isinstance(node, Table) and {"min", "max"} >= set(node.entries):
            return reader.wrong(node.at, f"{key}: {{min, max}} comes with a later version")
        return Number(low=1, whole=True).read(node, key, reader)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return Number(low=1, whole=True).schema()


@dataclass(frozen=True, slots=True)
class Share:
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


class TurnDraft:
    """A turn whose text may hold variables."""

    __slots__ = ("checks", "user")

    def __init__(self, user: str | Pattern, checks: tuple[Any, ...]) -> None:
        self.user = user
        self.checks = checks


_TURN: Mapping[str, Kind] = {"user": Text(), "expect": Expect()}


@dataclass(frozen=True, slots=True)
class Turns:
    """What the user says, one after the other."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple of TurnDraft."""
        if not isinstance(node, Items) or not node.items:
            return reader.expected(node, key, "a list of turns such as `- user: …`")
        turns = tuple(self._turn(item, reader) for item in node.items)
        return BAD if BAD in turns else turns

    def _turn(self, node: Node, reader: Reader) -> Any:
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return reader.expected(node, "turns", "a turn", "; write `- user: …`")
        record = Record(_TURN, "a turn", ("user",), words.TURN)
        values = record.read(node, "turns", reader)
        return BAD if values is BAD else TurnDraft(values["user"], values.get("expect", ()))

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        turn = Record(_TURN, "a turn", ("user",)).schema()
        return {"type": "array", "minItems": 1, "items": turn}


class MessageDraft:
    """A message whose text may hold variables."""

    __slots__ = ("content", "name", "role", "tool_call_id")

    def __init__(
        self, role: str, content: str | Pattern, tool_call_id: str | None, name: str | None
    ) -> None:
        self.role = role
        self.content = content
        self.tool_call_id = tool_call_id
        self.name = name

    def fill(self, variables: Mapping[str, Any]) -> Message:
        """Return the message with its variables filled in."""
        content = self.content
        return Message(
            role=self.role,  # type: ignore[arg-type]  # one of _ROLES
            content=content if isinstance(content, str) else content.text(variables),
            tool_call_id=self.tool_call_id,
            name=self.name,
        )


_EXTRAS: Mapping[str, Kind] = {"tool_call_id": Word(), "name": Word()}
_LONG: Mapping[str, Kind] = {"role": Word(), "content": Text(), **_EXTRAS}


@dataclass(frozen=True, slots=True)
class Messages:
    """A fixed history; its last message is to be answered."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple of MessageDraft, or a Pattern for all of them."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            whole = reader.text(node, key)
            if isinstance(whole, Pattern) and whole.whole:
                return whole
        if not isinstance(node, Items) or not node.items:
            return reader.expected(node, key, "a list of messages such as `- user: …`")
        messages = tuple(self._message(item, key, reader) for item in node.items)
        if BAD in messages:
            return BAD
        if messages[-1].role == "assistant":
            return reader.wrong(
                node.items[-1].at,
                f"{key}: the last message is what is answered; end with `- user: …`",
            )
        return messages

    def _message(self, node: Node, key: str, reader: Reader) -> Any:
        if not isinstance(node, Table):
            return reader.expected(node, key, "a message such as `- user: …`")
        if "role" in node.entries or "content" in node.entries:
            return self._long(node, key, reader)
        first = next(iter(node.entries), "")
        if first == "system":
            return reader.wrong(node.at, f"{key}: the system prompt stands in `system`")
        keys = {first if first in _ROLES else "user": Text(), **_EXTRAS}
        if first not in _ROLES:
            return reader.wrong(
                node.at, f"{key}: expected user, assistant or tool, found {first!r}"
            )
        values = Record(keys, "a message").read(node, key, reader)
        return BAD if values is BAD else _message(first, values[first], values)

    def _long(self, node: Table, key: str, reader: Reader) -> Any:
        values = Record(_LONG, "a message", ("role", "content")).read(node, key, reader)
        if values is BAD:
            return BAD
        role = values["role"]
        if role == "system":
            return reader.wrong(node.at, f"{key}: the system prompt stands in `system`")
        if role not in _ROLES:
            found = node.entries["role"]
            return reader.expected(found, "role", "one of user, assistant, tool")
        return _message(role, values["content"], values)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        text = {"type": "string"}
        extras = dict.fromkeys(_EXTRAS, text)
        short = [
            {
                "type": "object",
                "properties": {role: text, **extras},
                "required": [role],
                "additionalProperties": False,
            }
            for role in _ROLES
        ]
        long = {
            "type": "object",
            "properties": {"role": {"enum": list(_ROLES)}, "content": text, **extras},
            "required": ["role", "content"],
            "additionalProperties": False,
        }
        return {
            "anyOf": [
                {"type": "string", "pattern": r"\{\{"},
                {"type": "array", "minItems": 1, "items": {"anyOf": [*short, long]}},
            ]
        }


def _message(role: str, content: str | Pattern, values: Mapping[str, Any]) -> MessageDraft:
    return MessageDraft(role, content, values.get("tool_call_id"), values.get("name"))


def messages_of(value: Any) -> tuple[Message, ...] | str:
    """Return the messages that a variable holds, or what is wrong with them."""
    if not isinstance(value, list | tuple) or not value:
        return "expected a list of messages"
    return next(
        (f"wrong message {item!r:.60}" for item in value if _message_of(item) is None),
        tuple(message for item in value if (message := _message_of(item)) is not None),
    )


def _message_of(item: Any) -> Message | None:
    if not isinstance(item, Mapping) or not item:
        return None
    role, content = item.get("role"), item.get("content")
    if role is None and len(item) == 1:
        role, content = next(iter(item.items()))
    if role not in _ROLES or not isinstance(content, str):
        return None
    return Message(
        role=role,
        content=content,
        tool_call_id=item.get("tool_call_id"),
        name=item.get("name"),
    )


_XFAIL: Mapping[str, Kind] = {"reason": Word(), "until": Date(), "strict": Flag()}


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
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


@dataclass(frozen=True, slots=True)
class Tools:
    """Tools a model may call, in OpenAI function form: a list, or `file:` with one."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple of mappings."""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            if not node.value.startswith("file:"):
                return reader.expected(node, key, "a list of tools, or file:path")
            value = reader.structure(node.value, node.at, key)
        else:
            value = reader.value(node, key)
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


@dataclass(frozen=True, slots=True)
class Dataset:
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


def fill_params(params: Mapping[str, Any], variables: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return sampling parameters with their variables filled in."""
    return {name: fill(value, variables) for name, value in params.items()}
