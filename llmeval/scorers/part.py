"""Parts of a reply that a check can look at instead of its text: the `in` key.

`$.path` a value of the reply's JSON (in a fence or bare), `code` the first fenced block,
`file:PATH` a file the application wrote, `reasoning`, `tool_arguments` those of the first call.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from llmeval import jsonpath
from llmeval.errors import ParameterError, did_you_mean
from llmeval.records import Reply
from llmeval.scorers.reading import read_json
from llmeval.text import first_code_block

NAMES = ("$.path", "code", "file:PATH", "reasoning", "tool_arguments")


class NoPartError(Exception):
    """The reply has no such part; the message says what it has instead."""


Selector = Callable[[Reply], str]


@lru_cache(maxsize=256)
def selector(part: str) -> Selector:
    """Return what takes that part out of a reply, as text; it raises NoPartError.

    Raises:
        ParameterError: There is no such part.
    """
    if part.startswith("$"):
        return _json_selector(part)
    if part.startswith("file:") and part != "file:":
        path = part.removeprefix("file:").strip().removeprefix("./")
        return lambda reply: _file(reply, path)
    if part in _PLAIN:
        return _PLAIN[part]
    known = ", ".join(NAMES)
    guess = did_you_mean(part, _PLAIN) if part.isidentifier() else ""
    raise ParameterError("in", f"no part {part!r}; expected one of {known}{_only_guess(guess)}")


def _only_guess(tail: str) -> str:
    return tail if "did you mean" in tail else ""


def _json_selector(part: str) -> Selector:
    try:
        path = jsonpath.compile(part)
    except ValueError as error:
        raise ParameterError("in", str(error)) from error
    return lambda reply: _json_part(reply, path)


def _json_part(reply: Reply, path: jsonpath.Path) -> str:
    try:
        document = read_json(reply.text or "", fenced=True)
    except ValueError as error:
        raise NoPartError(f"the reply is not JSON: {error}") from error
    found = path.find(document)
    if not found:
        raise NoPartError(f"the reply's JSON has nothing at {path}")
    # One value stands for itself; a path with [*] that found several gives them all, as a list.
    return as_text(found[0] if len(found) == 1 else found)


def as_text(value: Any) -> str:
    """Return a JSON value as a check sees it: a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _file(reply: Reply, path: str) -> str:
    if reply.files is None:
        raise NoPartError("the application reported no files")
    if path not in reply.files:
        names = ", ".join(sorted(reply.files)[:5]) or "none"
        raise NoPartError(f"no file {path!r}; files of the reply: {names}")
    text = reply.files[path]
    if text is None:
        raise NoPartError(f"the file {path!r} was deleted")
    return text


def _code(reply: Reply) -> str:
    block = first_code_block(reply.text or "")
    if block is None:
        raise NoPartError("the reply has no fenced code block")
    return block


def _reasoning(reply: Reply) -> str:
    if not reply.reasoning:
        raise NoPartError("the reply came without reasoning")
    return reply.reasoning


def _tool_arguments(reply: Reply) -> str:
    if not reply.tool_calls:
        raise NoPartError("the reply calls no tool")
    return as_text(reply.tool_calls[0].arguments)


_PLAIN: dict[str, Selector] = {
    "code": _code,
    "reasoning": _reasoning,
    "tool_arguments": _tool_arguments,
}
