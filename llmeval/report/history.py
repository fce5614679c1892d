"""One line a run: the figures that stay when the reports are gone.

Lines are only ever appended, each by one write: two runs at once cannot mix theirs, and what a
killed run leaves of its line is skipped by every reader.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from llmeval.config import Settings
from llmeval.errors import StoredFileError
from llmeval.records import NOTHING
from llmeval.report.earlier import PastRun, PastSuite

FORMAT = "llmeval-history/1"
FILE = "llmeval-history.jsonl"
"""In the reports folder, unless the configuration names another file."""
OFF = "off"

FIGURES = ("pass_rate", "latency.p50", "tokens.total", "cost.total")

Line = Mapping[str, Any]


def file_of(settings: Settings) -> Path | None:
    """Return where the history of a project lies; None where it keeps none."""
    if settings.history is None:
        return settings.reports / FILE
    return None if settings.history == OFF else Path(settings.history)


# --- reading -------------------------------------------------------------------------------------


def read(file: Path) -> list[Line]:
    """Return the lines of a history, in file order; of a file that does not exist none.

    Raises:
        StoredFileError: It cannot be read, or a line is not of a history.
    """
    try:
        text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
    except OSError as error:
        raise StoredFileError(f"{file}: cannot be read: {error.strerror}") from error
    lines = (_checked(file, number, line) for number, line in enumerate(text.splitlines(), 1))
    return [line for line in lines if line is not None]


def _checked(file: Path, number: int, text: str) -> Line | None:
    """Return a line; None for one that was cut short."""
    try:
        line = json.loads(text)
    except ValueError:
        line = None
        if text.startswith('{"') or not text.strip():
            return None
    if not isinstance(line, dict) or line.get("format") != FORMAT or not _is_known(line):
        raise StoredFileError(
            f"{file}:{number}: is no line of a history; remove it, or the file, and run again"
        )
    return line


def _is_known(line: Line) -> bool:
    suites = line.get("suites")
    if isinstance(line.get("run"), str) and isinstance(suites, dict):
        return all(isinstance(suite, dict) for suite in suites.values())
    return isinstance(line.get("ids"), list) and "set" in line


def runs(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the runs of a history, oldest first; of a run that is there twice the later line."""
    found = {line["run"]: line for line in lines if "run" in line}
    return tuple(sorted(found.values(), key=lambda line: str(line.get("started"))))


def series(lines: Iterable[Line], suite: str, figure: str) -> list[tuple[str, float]]:
    """Return a figure of a suite with the run it is of, oldest first, where it was measured.

    Runs of a part of the suite are left out: theirs is another figure.
    """
    suites = ((line["run"], line["suites"].get(suite, {})) for line in lines)
    found = ((run, known.get(figure)) for run, known in suites if known.get("full", True))
    return [(run, float(value)) for run, value in found if value is not None]


# --- writing -------------------------------------------------------------------------------------


def update(file: Path, past: Iterable[PastRun]) -> tuple[Line, ...]:
    """Append the runs that a history does not hold yet and return all of it.

    Raises:
        StoredFileError: The file cannot be read or written, or is damaged.
    """
    known = read(file)
    names = {line.get("run") for line in known}
    fresh = [line_of(run) for run in past if run.name not in names]
    append(file, fresh)
    return (*known, *fresh)


def append(file: Path, lines: Iterable[Line]) -> None:
    """Append lines to a history.

    Raises:
        StoredFileError: They cannot be written.
    """
    text = "".join(json.dumps(line, sort_keys=True, allow_nan=False) + "\n" for line in lines)
    if not text:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a+b", buffering=0) as stream:
            stream.write(_after_a_cut(file) + text.encode("ascii"))
    except OSError as error:
        raise StoredFileError(f"{file}: cannot be written: {error.strerror}") from error


def _after_a_cut(file: Path) -> bytes:
    """Return what ends the line that a killed run may have left.

    Of a line that another run is writing just now too: the blank line is skipped as well.
    """
    with file.open("rb") as stream:
        if not stream.seek(0, os.SEEK_END):
            return b""
        stream.seek(-1, os.SEEK_END)
        return b"" if stream.read() == b"\n" else b"\n"


def line_of(run: PastRun, more: Mapping[str, Line] = NOTHING) -> Line:
    """Return a run's line: what its verdict says of each suite.

    Args:
        run: The run.
        more: What else is said of suites, by their name.
    """
    return {
        "format": FORMAT,
        "run": run.name,
        "started": run.started.isoformat(timespec="seconds"),
        "sha": run.verdict.git.get("sha"),
        "suites": {s.suite: {**_suite(s), **more.get(s.suite, {})} for s in run.verdict.suites},
    }


def _suite(suite: PastSuite) -> Line:
    return {
        "status": suite.status,
        "comparison": suite.comparison,
        "cases": suite.counts.get("cases"),
        "errors": suite.counts.get("error"),
        **{name: suite.figure(name) for name in FIGURES},
    }
