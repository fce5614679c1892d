"""Which recorded request comes nearest to one that was not recorded, and where they differ."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

_COMPARED_CHARS = 400
"""How much of a prompt is compared; what makes prompts differ mostly stands in it."""


class Found(NamedTuple):
    """The nearest recording."""

    line: int
    difference: str
    """Field and both values, in words."""


class Nearest:
    """Finds the recording that is most like a request."""

    def __init__(self) -> None:
        self._lines: list[int] = []
        self._prompts: list[str] = []
        self._requests: dict[str, list[int]] = {}
        self._parts: list[Mapping[str, Any] | None] = []

    def add(self, line: int, prompt: str, request: Mapping[str, Any] | None) -> None:
        """Add a recording; `request` is None for the simple form, which has only a prompt."""
        short = prompt[:_COMPARED_CHARS]
        self._requests.setdefault(short, []).append(len(self._lines))
        self._lines.append(line)
        self._prompts.append(short)
        self._parts.append(request)

    def find(self, prompt: str, request: Mapping[str, Any]) -> Found | None:
        """Return the nearest recording; None if there are none."""
        if not self._lines:
            return None
        short = prompt[:_COMPARED_CHARS]
        # Same prompt: the difference must be elsewhere, and the fewer differences the nearer.
        same = self._requests.get(short)
        if same is None:
            return self._found(self._closest(short), request)
        return self._found(min(same, key=lambda index: self._distance(index, request)), request)

    def _closest(self, short: str) -> int:
        from rapidfuzz import process
        from rapidfuzz.distance import Indel

        best = process.extractOne(short, self._prompts, scorer=Indel.normalized_similarity)
        return int(best[2])

    def _distance(self, index: int, request: Mapping[str, Any]) -> int:
        return len(self._differing(index, request))

    def _differing(self, index: int, request: Mapping[str, Any]) -> list[str]:
        recorded = self._parts[index]
        if recorded is None:
            return []
        parts = {**recorded, **request}
        return [part for part in parts if recorded.get(part) != request.get(part)]

    def _found(self, index: int, request: Mapping[str, Any]) -> Found:
        recorded = self._parts[index]
        if recorded is None:
            return Found(self._lines[index], f"prompt: recorded {shorten(self._prompts[index])}")
        words = [
            difference(part, recorded.get(part), request.get(part))
            for part in self._differing(index, request)
        ]
        return Found(self._lines[index], "; ".join(words) or "nothing (its digest is out of date)")


def difference(path: str, recorded: Any, asked: Any) -> str:
    """Return the first place where two JSON values differ, with both values."""
    if isinstance(recorded, Mapping) and isinstance(asked, Mapping):
        for key in sorted({*recorded, *asked}):
            if recorded.get(key) != asked.get(key):
                return difference(f"{path}.{key}", recorded.get(key), asked.get(key))
    if isinstance(recorded, list) and isinstance(asked, list):
        for index, (one, other) in enumerate(zip(recorded, asked, strict=False)):
            if one != other:
                return difference(f"{path}[{index}]", one, other)
        return f"{path}: recorded {len(recorded)} of them, asked {len(asked)}"
    return f"{path}: recorded {shorten(recorded, asked)}, asked {shorten(asked, recorded)}"


def shorten(value: Any, other: Any = None) -> str:
    """Return a value on one short line, from shortly before where two texts part."""
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    start = 0
    if isinstance(value, str) and isinstance(other, str):
        start = max(0, _common(value, other) - 30)
    shown = " ".join(text[start : start + 80].split())
    return f"{'…' if start else ''}{shown!r}{'…' if len(text) > start + 80 else ''}"


def _common(one: str, other: str) -> int:
    length = min(len(one), len(other))
    return next((index for index in range(length) if one[index] != other[index]), length)
