"""One line a run: the figures that stay when the reports are gone."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from llmeval.errors import StoredFileError
from llmeval.report.earlier import PastRun, PastSuite

FORMAT = "llmeval-history/1"
FILE = "llmeval-history.jsonl"
"""In the folder of the baselines, to be committed with them."""

FIGURES = ("pass_rate", "latency.p50", "tokens.total", "cost.total")

Line = Mapping[str, Any]


def update(file: Path, runs: Iterable[PastRun]) -> tuple[Line, ...]:
    """Append the runs that a history does not hold yet and return all of it, oldest first.

    Raises:
        StoredFileError: The file cannot be read or written, or is damaged.
    """
    known = read(file)
    names = {line["run"] for line in known}
    fresh = [_line(run) for run in runs if run.name not in names]
    if fresh:
        text = "".join(json.dumps(line, sort_keys=True, allow_nan=False) + "\n" for line in fresh)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        except OSError as error:
            raise StoredFileError(f"{file}: cannot be written: {error.strerror}") from error
    return tuple(sorted((*known, *fresh), key=lambda line: str(line["started"])))


def read(file: Path) -> list[Line]:
    """Return the lines of a history; of a file that does not exist none.

    Raises:
        StoredFileError: It cannot be read, or a line is not of a history.
    """
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
    except OSError as error:
        raise StoredFileError(f"{file}: cannot be read: {error.strerror}") from error
    return [_checked(file, number, line) for number, line in enumerate(text.splitlines(), 1)]


def _checked(file: Path, number: int, text: str) -> Line:
    try:
        line = json.loads(text)
    except ValueError:
        line = None
    if not isinstance(line, dict) or line.get("format") != FORMAT or "suites" not in line:
        raise StoredFileError(
            f"{file}:{number}: is no line of a history; remove it, or the file, and run again"
        )
    return line


def _line(run: PastRun) -> Line:
    return {
        "format": FORMAT,
        "run": run.name,
        "started": run.started.isoformat(timespec="seconds"),
        "sha": run.verdict.git.get("sha"),
        "suites": {suite.suite: _suite(suite) for suite in run.verdict.suites},
    }


def _suite(suite: PastSuite) -> Line:
    return {
        "status": suite.status,
        "comparison": suite.comparison,
        "cases": suite.counts.get("cases"),
        "errors": suite.counts.get("errors"),
        **{name: suite.figure(name) for name in FIGURES},
    }


def series(lines: Iterable[Line], suite: str, figure: str) -> list[tuple[str, float]]:
    """Return a figure of a suite with the run it is of, oldest first, where it was measured."""
    found = ((line["run"], line["suites"].get(suite, {}).get(figure)) for line in lines)
    return [(run, float(value)) for run, value in found if value is not None]
