"""What is said to the application: turns of a dialogue, or a fixed history."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from llmeval.records import Message
from llmeval.suite import words
from llmeval.suite.expect import Expect
from llmeval.suite.kinds import Kind, Record, Schema, Text, Word
from llmeval.suite.node import Items, Node, Scalar, Table
from llmeval.suite.reader import BAD, Reader
from llmeval.suite.template import Pattern

_ROLES = ("user", "assistant", "tool")
_EXTRAS: Mapping[str, Kind] = {"tool_call_id": Word(), "name": Word()}
_LONG: Mapping[str, Kind] = {"role": Word(), "content": Text(), **_EXTRAS}
_TURN: Mapping[str, Kind] = {"user": Text(), "expect": Expect()}


class TurnDraft:
    """A turn whose text may hold variables."""

    __slots__ = ("checks", "user")

    def __init__(self, user: str | Pattern, checks: tuple[Any, ...]) -> None:
        self.user = user
        self.checks = checks


class Turns(Struct, frozen=True):
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


class Messages(Struct, frozen=True):
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
