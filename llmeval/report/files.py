"""Files that are there whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a text file; as `write_parts`."""
    write_parts(path, (text,))


def write_parts(path: Path, parts: Iterable[str]) -> None:
    """Write a text file through a temporary neighbour, so that nobody reads half of it.

    Lone surrogates, which no file can hold, become U+FFFD.

    Raises:
        OSError: The file cannot be written; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.writelines(map(encoded, parts))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def encoded(text: str) -> bytes:
    """Return the text in UTF-8, lone surrogates as U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
