"""The part of JSONPath (RFC 9535) that suites and configurations use.

`$` the document, `.name` or `["name"]` a member, `[2]` an element (`[-1]` the last),
`[*]` or `.*` all of them.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

_STEP = re.compile(
    r"""\.(?P<name>[^\s.\[\]*"'$]+)|(?P<all>\.\*|\[\s*\*\s*\])|\[\s*(?P<index>-?\d{1,9})\s*\]"""
    r"""|\[\s*(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\]"""
)


class _All:
    """Every element or member."""


ALL: Final = _All()

Step = str | int | _All


class Path(Struct, frozen=True):
    """A compiled path; `str()` gives it as it was written."""

    text: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        return self.text

    def find(self, document: Any) -> list[Any]:
        """Return every value the path leads to, document order; empty when there is none."""
        found = [document]
        for step in self.steps:
            found = [child for value in found for child in _children(value, step)]
        return found

    def covers(self, location: Iterable[str | int]) -> bool:
        """Return whether the place (keys and indexes from the root) is at or below this path.

        Indexes from the end (`[-1]`) cover no place: it does not say how long the list is.
        """
        keys = tuple(location)
        return len(keys) >= len(self.steps) and all(
            _fits(step, key) for step, key in zip(self.steps, keys, strict=False)
        )


def _children(value: Any, step: Step) -> Iterator[Any]:
    if isinstance(step, _All):
        if isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, list | tuple):
            yield from value
    elif isinstance(step, str):
        if isinstance(value, dict) and step in value:
            yield value[step]
    elif isinstance(value, list | tuple) and -len(value) <= step < len(value):
        yield value[step]


def _fits(step: Step, key: str | int) -> bool:
    return isinstance(step, _All) or step == key


def compile(path: str) -> Path:  # noqa: A001  # like re.compile, always used as jsonpath.compile
    """Return the path, ready to be used many times.

    Raises:
        ValueError: It is not of the supported form; the message says where it stops being so.
    """
    if not path.startswith("$"):
        raise ValueError(f"{path!r} must start with '$', like '$.answer' or '$.items[0].text'")
    steps: list[Step] = []
    position = 1
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise ValueError(
                f"{path!r} is not understood from character {position + 1} on; "
                'known are .name, ["name"], [0], [-1] and [*]'
            )
        steps.append(_step(match))
        position = match.end()
    return Path(path, tuple(steps))


def _step(match: re.Match[str]) -> Step:
    if match["all"]:
        return ALL
    if match["index"]:
        return int(match["index"])
    if match["quoted"]:
        return _unquote(match["quoted"])
    return match["name"]


def _unquote(quoted: str) -> str:
    inside = quoted[1:-1]
    if quoted[0] == "'":
        inside = inside.replace("\\'", "'").replace('"', '\\"')
    try:
        return str(json.loads(f'"{inside}"', strict=False))
    except ValueError as error:
        raise ValueError(f"{quoted} is not a quoted name: {error}") from error
