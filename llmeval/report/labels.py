"""What people say of replies: `labels.jsonl` beside a run, written by its page.

One JSON object a line: `suite`, `case`, `trial` (from 1), `metric` (null: the reply as a whole),
`verdict` ("passed", "failed", or null where there is only a note), `note`, `by`, `digest` (of the
reply: the label holds for no other).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from llmeval.errors import StoredFileError

NAME = "labels.jsonl"


class Label(Struct, frozen=True, kw_only=True):
    """One person's verdict."""

    suite: str
    case: str
    trial: int
    metric: str | None = None
    verdict: Literal["passed", "failed"] | None = None
    note: str = ""
    by: str = ""
    digest: str | None = None
    """Of the reply that was seen, see `llmeval.text.digest`; None: older files."""


def read(path: Path) -> tuple[Label, ...]:
    """Return the labels of a file; none when there is no such file.

    Raises:
        StoredFileError: It cannot be read or a line is no label; names file and line.
    """
    return tuple(_labels(path)) if path.exists() else ()


def _labels(path: Path) -> Iterator[Label]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise StoredFileError(f"{path}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield msgspec.json.decode(line, type=Label)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            words = '; `verdict` is "passed", "failed" or null' if "$.verdict" in str(error) else ""
            raise StoredFileError(f"{path}:{number}: is no label: {error}{words}") from error
