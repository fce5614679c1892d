"""Writes what was asked and answered to a file, for replaying it without network and cost."""

import os
from pathlib import Path

from llmeval import codec
from llmeval.adapters.recordings import digest
from llmeval.adapters.replay import canonical
from llmeval.errors import StoredFileError
from llmeval.records import Reply, Request
from llmeval.redact import Redactor
from llmeval.run.cache import recorded_reply


class Recorder:
    """Appends one line for each reply, flushed as it happens.

    Args:
        path: JSON Lines; its folder is made.
        redactor: Takes secrets out before anything is written.
        append: Go on with what is there (a run is resumed) instead of starting anew.

    Raises:
        StoredFileError: It cannot be written, or holds something else.
    """

    def __init__(self, path: Path, redactor: Redactor, *, append: bool = False) -> None:
        self._path = path
        self._redactor = redactor
        self.problem: str | None = None
        """Why the recording is incomplete, one line."""
        mode = os.O_APPEND if append else os.O_TRUNC | os.O_APPEND
        flags = os.O_WRONLY | os.O_CREAT | mode | getattr(os, "O_BINARY", 0)
        try:
            _refuse_other_files(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(path, flags, 0o644)
        except OSError as error:
            raise StoredFileError(f"{path}: cannot be written: {error.strerror}") from error

    def add(self, request: Request, reply: Reply) -> None:
        """Write one exchange."""
        request_json = canonical(request)
        entry = {
            "request": request_json,
            "reply": recorded_reply(reply),
            "case": request.case,
            "trial": request.trial,
        }
        try:
            line = codec.dump(entry)
            if self._redactor.suspects(line):
                # The key tells the request as it was asked, which the text no longer does.
                entry = {**self._redactor.value(entry), "key": digest(request_json)}
                line = codec.dump(entry)
        except (ValueError, TypeError, RecursionError) as error:
            self.problem = f"{self._path}: a reply has no JSON form: {codec.describe(error)}"
            return
        self._write(line)

    def _write(self, line: str) -> None:
        if self._fd < 0:
            return
        try:
            os.write(self._fd, line.encode("ascii") + b"\n")
        except OSError as error:
            self.problem = f"{self._path}: cannot be written: {error.strerror}"
            self.close()

    def close(self) -> None:
        """Close the file."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _refuse_other_files(path: Path) -> None:
    """Keep a slip of the tab key from emptying a suite."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        first = file.readline()
    try:
        is_recording = not first or "reply" in codec.loads(first)
    except (ValueError, TypeError, RecursionError):
        is_recording = False
    if not is_recording:
        raise StoredFileError(f"{path}: is no recording; name another file for --llmeval-record")
