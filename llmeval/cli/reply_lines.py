"""JSON lines with replies, from a file or from standard input: both are read alike."""

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TextIO

from llmeval.errors import StoredFileError
from llmeval.scorers.reading import parse

KEYS: Final = (
    *("reply", "prompt", "context", "reference", "references", "wrong_references", "goal"),
)
_LIKE: Final = 0.85
"""Files have keys of their own: only near misses are told."""

Line = tuple[str, dict[str, Any]]
"""Where it stands, and what it holds."""


@contextmanager
def opened(name: str) -> Iterator[tuple[TextIO, str]]:
    """Open a file, or standard input for `-`, with the name that messages give it.

    Standard input is read as bytes: its own encoding is that of the terminal, not of a file.
    """
    if name != "-":
        with Path(name).open(encoding="utf-8-sig") as file:
            yield file, name
        return
    # Python sets a stream that was closed before the start (`<&-`) to None.
    raw = sys.stdin.buffer if sys.stdin is not None else io.BytesIO()
    text = io.TextIOWrapper(raw, encoding="utf-8-sig")
    try:
        yield text, "standard input"
    finally:
        text.detach()  # else it would close standard input


def lines(file: TextIO, name: str, warn: Callable[[str], None]) -> Iterator[Line]:
    """Yield the objects of a file, but for its blank lines.

    Args:
        file: What is read.
        name: What messages call it.
        warn: Is told of each key that is like one that checks know.

    Raises:
        StoredFileError: A line is not UTF-8 text, no JSON object, or has no `reply`.
    """
    told: set[str] = set()
    try:
        for number, text in enumerate(file, start=1):
            if text.strip():
                place = f"{name}:{number}"
                line = _object(text, place)
                for key, meant in _misspelled(line):
                    if key not in told:
                        warn(f"{place}: unknown key {key!r}; did you mean {meant!r}?")
                    told.add(key)
                yield place, line
    except UnicodeDecodeError as error:
        raise StoredFileError(f"{name}: not UTF-8 text (byte {error.start})") from None


def _object(text: str, place: str) -> dict[str, Any]:
    try:
        value = parse(text)
    except ValueError as error:
        expected = "expected a JSON object a line, with `reply`"
        raise StoredFileError(f"{place}: not JSON ({error}); {expected}") from None
    if not isinstance(value, dict):
        raise StoredFileError(f"{place}: expected an object, found {text.strip()[:40]}")
    if "reply" not in value:
        raise StoredFileError(f"{place}: no key 'reply'; found {', '.join(value) or 'nothing'}")
    return value


def _misspelled(line: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys that are nearly one that is read, where that one is not there."""
    if line.keys() <= set(KEYS):
        return
    missing = [key for key in KEYS if key not in line]
    for key in line:
        if key not in KEYS and (close := get_close_matches(key, missing, n=1, cutoff=_LIKE)):
            yield key, close[0]
