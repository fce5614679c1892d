"""What child processes and native libraries of an application write, past `sys.stdout`.

They write to the file descriptors 1 and 2, which pytest captures while a Python test runs. Between
Python tests, while cases are asked, they lead into a file. Which case wrote it cannot be told.
"""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from tempfile import TemporaryFile
from typing import Any

MOST_BYTES = 1_000_000
"""Of what was written; the newest are kept."""


class Descriptors:
    """Leads 1 and 2 into a file, from `take` to `give_back`.

    Python's own streams, which pytest's terminal and other plugins have at hand, go on writing to
    where the two led before, and know its width: they are set to a duplicate.
    """

    def __init__(self) -> None:
        self._file: Any = None
        self._streams: list[tuple[int, int, Any]] = []
        """Descriptor, duplicate of what it was, stream."""

    def take(self) -> None:
        """Lead them into the file; again, after pytest has set them to what they were."""
        if self._file is None:
            self._open()
        for descriptor, _, _ in self._streams:
            os.dup2(self._file.fileno(), descriptor)

    def _open(self) -> None:
        found = list(_own_streams())
        self._file = TemporaryFile(mode="ab+", buffering=0)  # noqa: SIM115  # closed by `text`
        for descriptor, stream in found:
            stream.flush()
            duplicate = os.dup(descriptor)
            _lead(stream, duplicate)
            self._streams.append((descriptor, duplicate, stream))

    def give_back(self) -> None:
        """Let them, and the streams, lead to where they did before."""
        for descriptor, duplicate, stream in self._streams:
            with suppress(OSError, ValueError):  # whoever reads it has gone
                stream.flush()
            os.dup2(duplicate, descriptor)
            _lead(stream, descriptor)
            os.close(duplicate)
        self._streams.clear()

    def text(self) -> str:
        """Return what was written, the newest of it, and forget it."""
        if self._file is None:
            return ""
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(max(0, size - MOST_BYTES))
        found: bytes = self._file.read()
        self._file.close()
        self._file = None
        return found.decode("utf-8", "replace")


def _own_streams() -> Iterator[tuple[int, Any]]:
    """Yield the descriptors whose streams can be set to another one, with these."""
    # In a worker of xdist `sys.stdout` is another one than at Python's start.
    known = (sys.__stdout__, sys.stdout, sys.__stderr__, sys.stderr)
    for stream in {id(stream): stream for stream in known}.values():
        if type(_raw(stream)) is io.FileIO and _raw(stream).fileno() in (1, 2):
            yield _raw(stream).fileno(), stream


def _raw(stream: Any) -> Any:
    buffer = getattr(stream, "buffer", None)
    return getattr(buffer, "raw", buffer)


def _lead(stream: Any, descriptor: int) -> None:
    """Set a stream to another descriptor: everybody who holds the stream writes there."""
    _raw(stream).__init__(descriptor, "wb", closefd=False)
