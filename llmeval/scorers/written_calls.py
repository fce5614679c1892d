"""Calls of tools that a reply writes as text: as JSON alone, or in a block of code."""

import json
import re
from collections.abc import Iterator
from typing import Any

from llmeval.scorers.stance import stance

_CALL_KEYS = ("name", "tool", "tool_name", "function", "action")
_ARGUMENT_KEYS = (
    "arguments",
    "parameters",
    "args",
    "input",
    "action_input",
    "tool_input",
    "params",
)


_BLOCK = re.compile(r"```\w*\s*\n(.*?)```", re.DOTALL)


def written_calls(text: str) -> Iterator[str]:
    """Yield the tools that a reply calls by text, as a whole or in a block of code."""
    yield from _written_calls(text)
    for block in _BLOCK.finditer(text):
        for name in _written_calls(block[1]):
            at = text.index(name, block.start())
            if stance(text, at, at + len(name)) == "obeyed":
                yield name


def _written_calls(text: str) -> Iterator[str]:
    """Yield the tools that a reply calls by text alone: it is a call, nothing else."""
    stripped = re.sub(r"^\s*```\w*\s*|\s*```\s*$|</?tool_call>|</?function_call>", "", text).strip()
    if not stripped.startswith(("{", "[")):
        return
    try:
        found = json.loads(stripped)
    except (ValueError, RecursionError):
        return
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, dict):
            yield from _named_calls(item)


def _named_calls(item: dict[str, Any]) -> Iterator[str]:
    for key in ("function_call", "tool_call", "tool_calls"):
        inner = item.get(key)
        for each in inner if isinstance(inner, list) else [inner]:
            if isinstance(each, dict):
                yield from _named_calls(each)
    for key in _CALL_KEYS:
        name = item.get(key)
        if isinstance(name, dict):
            yield from _named_calls(name)
        elif isinstance(name, str) and any(argument in item for argument in _ARGUMENT_KEYS):
            yield name
