"""Placeholders in an adapter's configuration: `{{ prompt }}` and its kin.

As in suites: one pass, verbatim, no expressions, `{{{{` for a literal pair of braces.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from llmeval.adapters.messages import chat_messages, prompt_of
from llmeval.errors import did_you_mean
from llmeval.records import Request

VALUES: Mapping[str, Callable[[Request], Any]] = {
    "case": lambda request: request.case,
    "messages": chat_messages,
    "params": lambda request: dict(request.params),
    "prompt": prompt_of,
    "session": lambda request: request.session,
    "system": lambda request: request.system,
    "tools": lambda request: [dict(tool) for tool in request.tools],
    "trial": lambda request: request.trial,
}
"""What a placeholder can stand for."""

_PLACEHOLDER = re.compile(r"\{\{\{\{|\{\{\s*([^{}]*?)\s*\}\}")


def placeholders(value: Any) -> set[str]:
    """Return the names of all placeholders in a text or in the texts of a JSON value."""
    if isinstance(value, str):
        return {match[1] for match in _PLACEHOLDER.finditer(value) if match[1] is not None}
    if isinstance(value, Mapping):
        return placeholders([*value.keys(), *value.values()])
    if isinstance(value, list | tuple):
        return {name for item in value for name in placeholders(item)}
    return set()


def check(value: Any) -> None:
    """Make sure that every placeholder has a value.

    Raises:
        ValueError: Names the first one that has none.
    """
    for name in sorted(placeholders(value)):
        if name.partition(".")[0] not in VALUES:
            raise ValueError(f"unknown placeholder {name!r}{did_you_mean(name, VALUES)}")


def fill_text(
    template: str, request: Request, *, quote: Callable[[str], str] = lambda text: text
) -> str:
    """Return a text with its placeholders filled; what is no text is written as JSON.

    Args:
        template: The text.
        request: Where the values come from.
        quote: Makes a value safe for where the text is used.
    """

    def value(match: re.Match[str]) -> str:
        return "{{" if match[1] is None else quote(_as_text(_value(match[1], request)))

    return _PLACEHOLDER.sub(value, template) if "{{" in template else template


def fill(value: Any, request: Request) -> Any:
    """Return a JSON value with the placeholders of its texts and keys filled.

    A text that is nothing but one placeholder becomes that value, whatever its type.
    """
    if isinstance(value, str):
        whole = _PLACEHOLDER.fullmatch(value)
        if whole and whole[1] is not None:
            return _value(whole[1], request)
        return fill_text(value, request)
    if isinstance(value, Mapping):
        return {fill_text(key, request): fill(item, request) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [fill(item, request) for item in value]
    return value


def _value(name: str, request: Request) -> Any:
    head, *path = name.split(".")
    value = VALUES[head](request)
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
