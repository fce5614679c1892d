"""A request's conversation in the form that chat services and callables take."""

import json
from typing import Any

from llmeval.records import Message, Request, ToolCall


def chat_messages(request: Request, *, system_role: str = "system") -> list[dict[str, Any]]:
    """Return the conversation as `{"role", "content"}` objects, the system prompt first."""
    begin = [{"role": system_role, "content": request.system}] if request.system else []
    return [*begin, *(_plain(message) for message in request.messages)]


def prompt_of(request: Request) -> str:
    """Return what the user said last; "" if nothing."""
    said = (message.content for message in reversed(request.messages) if message.role == "user")
    return next(said, "")


def _plain(message: Message) -> dict[str, Any]:
    plain: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        plain["tool_calls"] = [_call(call) for call in message.tool_calls]
    if message.tool_call_id is not None:
        plain["tool_call_id"] = message.tool_call_id
    if message.name is not None:
        plain["name"] = message.name
    return plain


def _call(call: ToolCall) -> dict[str, Any]:
    arguments = call.arguments
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, sort_keys=True)
    function = {"name": call.name, "arguments": text}
    return {"id": call.id or f"call_{call.name}", "type": "function", "function": function}
