"""Writes data to stdout and progress to stderr, whatever they are connected to."""

import io
import json
import os
import sys
from typing import Any, TextIO


class Console:
    """Where a command writes.

    Characters that the terminal cannot show are written as escapes. A reader that went away
    (`llmeval schema | head -1`) ends the writing, not the command: its exit status stands.
    """

    def __init__(self, out: TextIO | None = None, err: TextIO | None = None) -> None:
        # Python sets a stream that was closed before the start (`>&-`) to None.
        self._out = _tolerant(out or sys.stdout or io.StringIO())
        self._err = _tolerant(err or sys.stderr or io.StringIO())

    @property
    def encoding(self) -> str:
        """Of the stream that data goes to."""
        return getattr(self._out, "encoding", None) or "utf-8"

    def data(self, text: str) -> None:
        """Write what was asked for, and a line end."""
        _write(self._out, text)

    def json(self, value: Any) -> None:
        """Write a JSON value, in ASCII, for a program to read."""
        self.data(json.dumps(value, indent=2, allow_nan=False))

    def note(self, text: str) -> None:
        """Write a line for the person that looks on."""
        _write(self._err, text)

    def close(self) -> None:
        """Write what is still buffered."""
        for stream in (self._out, self._err):
            try:
                stream.flush()
            except OSError:
                _silence(stream)


def _tolerant(stream: TextIO) -> TextIO:
    if reconfigure := getattr(stream, "reconfigure", None):
        reconfigure(errors="backslashreplace")
    return stream


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text + "\n")
    except BrokenPipeError:
        _silence(stream)


def _silence(stream: TextIO) -> None:
    # Python flushes once more at exit and would complain then: give it somewhere to write.
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return
