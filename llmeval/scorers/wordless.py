"""Replies of a judge that hold no text: a call of a tool, a refusal, thoughts alone."""

from collections.abc import Mapping
from typing import Any

from llmeval.records import Reply
from llmeval.text import cut

_KEPT_CHARS = 4_000
_REFUSING = ("refusal", "content_filter")


def instead_of_text(reply: Reply) -> str:
    """Return what a judge did instead of saying something; "" where it said something."""
    if (reply.text or "").strip():
        return ""
    if reply.tool_calls:
        return f"called the tool {cut(reply.tool_calls[0].name, 60)!r}"
    if reply.finish_reason in _REFUSING:
        return f"refused ({reply.finish_reason})"
    ended = f", ended by {cut(reply.finish_reason, 40)!r}" if reply.finish_reason else ""
    if reply.reasoning:
        return f"only thought, {len(reply.reasoning):,} characters{ended}"
    return f"sent an empty text{ended}"


def kept(reply: Reply) -> Mapping[str, Any]:
    """Return what there is of a reply without text, for the record of the vote."""
    if not instead_of_text(reply):
        return {}
    calls = [{"name": call.name, "arguments": call.arguments} for call in reply.tool_calls[:5]]
    found = {
        "finish_reason": reply.finish_reason,
        "tool_calls": calls or None,
        "reasoning": cut(reply.reasoning, _KEPT_CHARS) if reply.reasoning else None,
    }
    return {name: value for name, value in found.items() if value is not None}
