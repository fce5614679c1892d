"""The verdict on a run: suites put together, and the file that keeps it."""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from msgspec import ValidationError, convert

from llmeval.codec import loads
from llmeval.errors import StoredFileError
from llmeval.records import MetricVerdict, SuiteVerdict, Verdict

NAME, NUMBER = "llmeval-verdict", 1
FORMAT = f"{NAME}/{NUMBER}"

Status = Literal["passed", "failed", "inconclusive"]

EXIT_STATUS: Mapping[Status, int] = {"passed": 0, "failed": 1, "inconclusive": 2}
"""Of the command `llmeval gate`."""


def status(suites: Iterable[SuiteVerdict]) -> Status:
    """Return what the verdicts on suites come to; no suite at all is inconclusive."""
    found = {suite.status for suite in suites}
    if "failed" in found:
        return "failed"
    return "passed" if found == {"passed"} else "inconclusive"


def combine(
    suites: Iterable[SuiteVerdict],
    *,
    exit_status: int = 0,
    git: Mapping[str, Any] | None = None,
    run: str = "",
) -> Verdict:
    """Return the verdict on a run.

    Args:
        suites: One verdict each.
        exit_status: pytest's own; a gate that is not passed turns 0 into 1.
        git: `sha`, `branch`, `dirty`.
        run: The run's name.
    """
    judged = tuple(suites)
    found = status(judged)
    if exit_status == 0 and found != "passed":
        exit_status = 1
    return Verdict(status=found, exit_status=exit_status, suites=judged, git=git or {}, run=run)


def exit_status(verdict: Verdict) -> int:
    """Return the exit status of `llmeval gate`: 0 passed, 1 failed, 2 inconclusive."""
    return EXIT_STATUS[verdict.status]


# --- the file --------------------------------------------------------------------------------


def to_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as it stands in verdict.json; what is not known is null."""
    return {
        "format": FORMAT,
        "run": verdict.run,
        "status": verdict.status,
        "exit_status": verdict.exit_status,
        "suites": [_plain(suite) for suite in verdict.suites],
        "git": dict(verdict.git),
    }


def _plain(record: Any) -> Any:
    if isinstance(record, SuiteVerdict | MetricVerdict):
        return {name: _plain(getattr(record, name)) for name in record.__struct_fields__}
    if isinstance(record, Mapping):
        return {str(key): _plain(value) for key, value in record.items()}
    if isinstance(record, tuple | list):
        return [_plain(item) for item in record]
    return record


def write(path: Path, verdict: Verdict) -> None:
    """Write verdict.json; readers see the old one or the new one, never a part.

    Raises:
        StoredFileError: It cannot be written.
    """
    text = json.dumps(to_json(verdict), indent=1, allow_nan=False)
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        partial.write_text(f"{text}\n", encoding="ascii", newline="\n")
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise StoredFileError(f"{path}: cannot be written: {error.strerror}") from error


def read(path: Path) -> Verdict:
    """Read verdict.json, or the one in a run's folder.

    Raises:
        StoredFileError: There is none, or it is damaged or of another format.
    """
    file = path / "verdict.json" if path.is_dir() else path
    try:
        found = loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        hint = "; did the run end?" if isinstance(error, FileNotFoundError) else ""
        raise StoredFileError(f"{file}: cannot be read: {error.strerror}{hint}") from error
    except (ValueError, RecursionError) as error:
        raise StoredFileError(f"{file}: is not valid JSON; run again") from error
    return _verdict(found, file)


def _verdict(found: Any, file: Path) -> Verdict:
    known = found.get("format") if isinstance(found, dict) else None
    if known != FORMAT:
        raise StoredFileError(f"{file}: format is {known!r}, expected {FORMAT!r}; run again")
    try:
        return convert(found, Verdict)  # keys that a newer writer added are left out
    except (ValidationError, UnicodeError) as error:
        raise StoredFileError(
            f"{file}: was edited by hand or cut off: {error}; run again"
        ) from error
