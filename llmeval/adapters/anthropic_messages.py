"""A request's conversation and tools in the form of Anthropic's messages interface.

There are two roles only: what tools returned is said by the user, and turns of one role that
follow each other are one message.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from llmeval.records import Message, Request, ToolCall

Block = dict[str, Any]


def conversation(request: Request) -> tuple[str, list[Block]]:
    """Return the system prompt ("" for none) and the messages."""
    system = [request.system] if request.system else []
    messages: list[Block] = []
    for message in request.messages:
        if message.role == "system":
            system.append(message.content)
            continue
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message)
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += blocks
        elif blocks:
            messages.append({"role": role, "content": blocks})
    return "\n\n".join(system), [_plain(message) for message in messages]


def _blocks(message: Message) -> list[Block]:
    if message.role == "tool":
        result: Block = {"type": "tool_result", "tool_use_id": message.tool_call_id or ""}
        return [result | {"content": message.content}]
    # An empty text is refused by the service.
    said: list[Block] = [{"type": "text", "text": message.content}] if message.content else []
    called = [_called(call) for call in message.tool_calls]
    if called:
        # What the model thought comes first of all, before what it said.
        *thought, first = called[0]
        said, called[0] = [*thought, *said], [first]
    return said + [block for blocks in called for block in blocks]


def _called(call: ToolCall) -> list[Block]:
    """Return a call after what the model thought before it."""
    thought = call.opaque if isinstance(call.opaque, list) else []
    given = call.arguments if isinstance(call.arguments, Mapping) else {}
    identity = call.id or f"call_{call.name}"
    return [*thought, {"type": "tool_use", "id": identity, "name": call.name, "input": given}]


def _plain(message: Block) -> Block:
    """Return a message that is one text as that text: the usual case, easier to read in logs."""
    content = message["content"]
    if len(content) == 1 and content[0]["type"] == "text":
        return message | {"content": content[0]["text"]}
    return message


def tools(given: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return tools in this form; those that are in it already (they have no `function`) stay."""
    return [_tool(tool) for tool in given]


def _tool(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    function = tool.get("function", tool)
    if "input_schema" in tool or tool.get("type", "function") != "function":
        return tool
    found = {"name": function["name"], "input_schema": function.get("parameters") or _ANYTHING}
    description = function.get("description")
    return found | ({"description": description} if description else {})


_ANYTHING: Mapping[str, Any] = {"type": "object"}
