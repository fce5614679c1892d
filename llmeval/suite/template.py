"""`{{ name }}`: plain substitution, one pass, nothing else.

A value goes in as it is and is not looked at again, so text from a dataset can hold anything.
`{{{{` stands for a literal `{{`; single braces mean nothing.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_TOKEN = re.compile(r"\{\{\{\{|\{\{[ \t]*([^\s{}](?:[^{}\n]*[^\s{}])?)[ \t]*\}\}")
_JSON = json.JSONEncoder(ensure_ascii=False).encode
_NAME = re.compile(r"[^\W\d][\w-]*(?: [\w-]+)*\Z")


class TemplateError(ValueError):
    """Something between braces is no placeholder; the message says what to do."""


class Pattern:
    """A text with placeholders.

    Args:
        parts: Literal text at even places, names of variables at odd ones.
        at: Where the text stands in the suite.
    """

    __slots__ = ("at", "parts", "whole")

    def __init__(self, parts: tuple[str, ...], at: int) -> None:
        self.parts = parts
        self.at = at
        self.whole = parts[1] if len(parts) == 3 and not parts[0] and not parts[2] else None
        """The variable's name when the text is nothing but one placeholder."""

    @property
    def names(self) -> tuple[str, ...]:
        """The variables it needs, in the order of their first use."""
        return tuple(dict.fromkeys(self.parts[1::2]))

    def text(self, variables: Mapping[str, Any]) -> str:
        """Return the text with every variable filled in."""
        parts = self.parts
        if len(parts) == 3:
            return parts[0] + as_text(variables[parts[1]]) + parts[2]
        filled = list(parts)
        filled[1::2] = [as_text(variables[name]) for name in parts[1::2]]
        return "".join(filled)

    def value(self, variables: Mapping[str, Any]) -> Any:
        """Return the variable's own value for one whole placeholder, else the text."""
        name = self.whole
        return self.text(variables) if name is None else variables[name]


def compile_text(text: str, at: int) -> str | Pattern:
    """Return the text itself when it has no placeholder, else its pattern.

    Raises:
        TemplateError: `{{` that opens no placeholder.
    """
    if "{{" not in text:
        return text
    parts, literal, end = [], "", 0
    for token in _TOKEN.finditer(text):
        literal += _literal(text[end : token.start()])
        end = token.end()
        if token[1] is None:
            literal += "{{"
        else:
            parts += [literal, _name(token[1])]
            literal = ""
    literal += _literal(text[end:])
    return Pattern((*parts, literal), at) if parts else literal


def _literal(text: str) -> str:
    at = text.find("{{")
    if at < 0:
        return text
    raise TemplateError(
        f"{text[at : at + 20]!r} is no placeholder; "
        "write {{{{ for a literal {{, or template: false"
    )


def _name(name: str) -> str:
    if _NAME.match(name):
        return name
    if name.startswith("env."):
        raise TemplateError(f"{{{{ {name} }}}}: environment variables stand in the configuration")
    raise TemplateError(
        f"{{{{ {name} }}}} is no name of a variable; there are no expressions "
        "(write {{{{ for a literal {{, or template: false)"
    )


def as_text(value: Any) -> str:
    """Return a variable's value as it stands in a text: JSON for all but text."""
    if type(value) is str:
        return value
    return str(value) if type(value) is int else _JSON(value)


def fill(value: Any, variables: Mapping[str, Any]) -> Any:
    """Return a value with the patterns in it, at any depth, replaced by values."""
    kind = type(value)
    if kind is Pattern:
        return value.value(variables)
    if kind is list:
        return [fill(item, variables) for item in value]
    if kind is dict:
        return {key: fill(item, variables) for key, item in value.items()}
    return value


def patterns(value: Any) -> list[Pattern]:
    """Return the patterns in a value, at any depth."""
    if type(value) is Pattern:
        return [value]
    if isinstance(value, dict):
        return [found for item in value.values() for found in patterns(item)]
    if isinstance(value, list | tuple):
        return [found for item in value for found in patterns(item)]
    return []


def is_name(name: str) -> bool:
    """Tell whether `{{ name }}` can mean a variable of this name."""
    return _NAME.match(name) is not None
