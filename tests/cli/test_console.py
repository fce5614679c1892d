"""Writing, whatever the streams are connected to."""

import io
import os
from pathlib import Path

import pytest

from llmeval.cli.console import Console


class Gone(io.StringIO):
    """A stream whose reader went away."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(32, f"Broken pipe before {text!r}")

    def flush(self) -> None:
        raise BrokenPipeError(32, "Broken pipe")


class GonePipe(Gone):
    """The same with a file descriptor of its own."""

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd = fd

    def fileno(self) -> int:
        return self._fd


def test_data_and_notes_go_to_their_streams() -> None:
    out, err = io.StringIO(), io.StringIO()
    console = Console(out, err)

    console.data("a")
    console.note("b")
    console.json({"é": 1})
    console.close()

    assert out.getvalue() == 'a\n{\n  "\\u00e9": 1\n}\n'
    assert err.getvalue() == "b\n"


def test_json_refuses_what_json_does_not_know() -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        Console(io.StringIO(), io.StringIO()).json(float("nan"))


def test_characters_a_stream_cannot_show_are_escaped() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="cp1252")

    Console(out, io.StringIO()).data("✓ ü \udc80")
    out.flush()

    assert raw.getvalue().strip() == b"\\u2713 \xfc \\udc80"


def test_a_reader_that_went_away_does_not_end_the_command() -> None:
    console = Console(Gone(), Gone())

    console.data("a")
    console.note("b")
    console.close()


def test_what_is_written_later_goes_nowhere(tmp_path: Path) -> None:
    target = tmp_path / "out"
    fd = os.open(target, os.O_WRONLY | os.O_CREAT)
    console = Console(GonePipe(fd), io.StringIO())

    console.data("a")
    os.write(fd, b"flushed at exit")
    os.close(fd)

    assert target.read_bytes() == b""


def test_streams_closed_before_the_start_are_written_to_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    console = Console()

    console.data("a")
    console.note("b")
    console.close()

    assert console.encoding == "utf-8"
