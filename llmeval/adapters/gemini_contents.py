"""A request's conversation and tools in Gemini's form: contents of parts, two roles."""

from collections.abc import Mapping, Sequence
from typing import Any

from llmeval.records import Message, Request

Part = dict[str, Any]

# Newer models want each of their calls back with its signature; of a call that another model or a
# suite made there is none, and this word says so (docs/thought-signatures, "FAQs").
_NO_SIGNATURE = "skip_thought_signature_validator"


def contents(request: Request) -> tuple[str, list[Part]]:
    """Return the system prompt ("" for none) and the contents."""
    system = [request.system] if request.system else []
    found: list[Part] = []
    names: dict[str, str] = {}
    """Of the tools, by the id of the call: results are told apart by name."""
    for message in request.messages:
        names.update({call.id: call.name for call in message.tool_calls if call.id})
        if message.role == "system":
            system.append(message.content)
            continue
        role = "model" if message.role == "assistant" else "user"
        parts = _parts(message, names)
        if found and found[-1]["role"] == role:
            found[-1]["parts"] += parts
        elif parts:
            found.append({"role": role, "parts": parts})
    return "\n\n".join(system), found


def _parts(message: Message, names: Mapping[str, str]) -> list[Part]:
    if message.role == "tool":
        name = message.name or names.get(message.tool_call_id or "", message.tool_call_id or "")
        return [{"functionResponse": {"name": name, "response": {"result": message.content}}}]
    said: list[Part] = [{"text": message.content}] if message.content else []
    return said + [
        {
            "functionCall": {
                "name": call.name,
                "args": call.arguments if isinstance(call.arguments, Mapping) else {},
            },
            "thoughtSignature": call.opaque if isinstance(call.opaque, str) else _NO_SIGNATURE,
        }
        for call in message.tool_calls
    ]


def tools(given: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return tools in this form; those that are none of functions stay as they are."""
    functions = [_function(tool) for tool in given if _is_function(tool)]
    others = [tool for tool in given if not _is_function(tool)]
    return [*([{"functionDeclarations": functions}] if functions else []), *others]


def _is_function(tool: Mapping[str, Any]) -> bool:
    return "name" in tool.get("function", tool)


def _function(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    function = tool.get("function", tool)
    found = {"name": function["name"]}
    if function.get("description"):
        found["description"] = function["description"]
    if function.get("parameters"):
        found["parametersJsonSchema"] = function["parameters"]
    return found
