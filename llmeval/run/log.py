"""The run's log on disk: the truth about a run, one line a trial, written as it happens."""

import json
import os
import secrets
from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from msgspec.structs import replace

from llmeval import codec
from llmeval.errors import StoredFileError
from llmeval.records import Failure, RunEnd, RunHeader, Trial
from llmeval.redact import Redactor
from llmeval.run.folder import RESULTS

_COPIED_AT_ONCE = 1 << 20


class RunLog:
    """Appends trials to the log of a run; one operating-system write a line, no fsync.

    A killed process loses nothing that was appended. When the disk is full (or the file cannot
    be written for another reason) `problem` says so and nothing further is written.

    Args:
        folder: The run's folder; exists.
        header: First line of the file.
        part: Name of this process where several measure: the file is `results-<part>.jsonl`.
        redactor: Takes secrets out of every line.
    """

    def __init__(
        self, folder: Path, header: RunHeader, part: str | None = None, *, redactor: Redactor
    ) -> None:
        self.folder = folder
        self.path = folder / (RESULTS if part is None else f"results-{part}.jsonl")
        self.problem: str | None = None
        """Why the log is incomplete, one line; None when it is whole."""
        self._redactor = redactor
        self._encoder = codec.TrialEncoder(redactor.suspects)
        self._lock = Lock()
        self._places = _Places()
        self._held: set[tuple[str, int]] = set()
        self._size = 0
        self._fd = self._open()
        self._write(_clean_line(codec.encode_header(header), header, redactor))

    def _open(self) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            return os.open(self.path, flags, 0o644)
        except OSError as error:
            raise StoredFileError(f"{self.path}: cannot be written: {error.strerror}") from error

    def append(self, trial: Trial) -> Trial:
        """Write one trial and return it as written: without secrets.

        A trial that has no JSON form (NaN from an application, a cycle) is written without its
        reply, as an error.
        """
        line, trial = self._line(trial)
        with self._lock:
            start = self._size
            if self._write(line):
                self._places.add(trial, start, self._size - start)
                self._held.discard((trial.nodeid, trial.trial))
        return trial

    def hold(self, trial: Trial) -> None:
        """Keep a trial that waits for others of its case in a file beside the log.

        Its own line follows with `append`; a killed run still has what it paid for. A disk that
        is full is told by `append`.
        """
        line, trial = self._line(trial)
        with self._lock, suppress(OSError), self._held_path.open("ab") as file:
            file.write(line.encode("ascii") + b"\n")
            self._held.add((trial.nodeid, trial.trial))

    @property
    def _held_path(self) -> Path:
        return self.path.with_name(self.path.name.replace("results", "held", 1))

    def _line(self, trial: Trial) -> tuple[str, Trial]:
        try:
            line, suspect = self._encoder.line(trial)
        except (ValueError, TypeError, RecursionError) as error:
            trial = _without_reply(trial, error)
            line, suspect = codec.encode_trial(trial), True
        if suspect:
            trial = self._redactor.record(trial)
            line = codec.encode_trial(trial)
        return line, trial

    def _write(self, line: str) -> bool:
        if self.problem is not None or self._fd < 0:
            return False
        data = line.encode("ascii") + b"\n"
        try:
            written = os.write(self._fd, data)
            while written < len(data):
                written += os.write(self._fd, data[written:])
        except OSError as error:
            self.problem = (
                f"{self.path}: cannot be written: {error.strerror}; later results are lost"
            )
            return False
        self._size += len(data)
        return True

    def finish(self, end: RunEnd) -> None:
        """Write the last line, close the file and put its trials in canonical order."""
        with self._lock:
            self._write(codec.encode_end(end))
            self.close()
        if self.problem is None and not self._places.in_order:
            self._sort()
        self._places = _Places()

    def close(self) -> None:
        """Close the file as it is."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
            if not self._held:
                self._held_path.unlink(missing_ok=True)

    def _sort(self) -> None:
        try:
            with self.path.open("rb") as source:
                spans = self._places.sorted_spans()
                _rewrite(self.path, _head_rest(source, self._places, self._size, spans))
        except OSError:
            # Not enough room for a second copy: the order is a comfort, the lines are whole.
            return


def _clean_line(line: str, record: RunHeader, redactor: Redactor) -> str:
    return codec.encode_header(redactor.record(record)) if redactor.suspects(line) else line


def _without_reply(trial: Trial, error: Exception) -> Trial:
    message = f"the trial cannot be stored as JSON: {codec.describe(error)}"
    return replace(
        trial,
        outcome="error",
        error=Failure(kind="bad_reply", message=message),
        reply=None,
        turns=(),
        checks=(),
        vars={},
        messages=(),
    )


class _Places:
    """Where each trial stands in the file: numbers only, 32 bytes a trial."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._paths: dict[str, int] = {}
        self._last: tuple[str, int, int] = ("", -1, 0)
        self.in_order = True

    def add(self, trial: Trial, start: int, length: int) -> None:
        path = trial.nodeid.partition("::")[0]
        key = (path, trial.index, trial.trial)
        if key < self._last:
            self.in_order = False
        self._last = key
        number = self._paths.setdefault(path, len(self._paths))
        self._numbers.extend((number, trial.index, trial.trial, start, length))

    def sorted_spans(self) -> list[tuple[int, int]]:
        """Return start and length of each line, in the order of suite path, index and trial."""
        rank = {number: place for place, (_, number) in enumerate(sorted(self._paths.items()))}
        numbers = self._numbers
        rows = sorted(
            (rank[numbers[i]], numbers[i + 1], numbers[i + 2], numbers[i + 3], numbers[i + 4])
            for i in range(0, len(numbers), 5)
        )
        return [(start, length) for _, _, _, start, length in rows]

    def bounds(self) -> tuple[int, int]:
        """Return where the first trial's line starts and where the last one ends."""
        starts = self._numbers[3::5]
        return starts[0], starts[-1] + self._numbers[-1]


def _head_rest(
    source: BinaryIO, places: _Places, size: int, spans: list[tuple[int, int]]
) -> Iterator[bytes]:
    first, last = places.bounds()
    for start, length in [(0, first), *spans, (last, size - last)]:
        source.seek(start)
        yield source.read(length)


def _rewrite(path: Path, pieces: Iterable[bytes]) -> None:
    """Replace a file at once: who reads it sees the old one or the new one, whole."""
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with fresh.open("wb", buffering=_COPIED_AT_ONCE) as target:
            target.writelines(pieces)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


# --- several processes -----------------------------------------------------------------------


def parts(folder: Path) -> tuple[Path, ...]:
    """Return the log files of a run, sorted by name."""
    return tuple(sorted(folder.glob("results*.jsonl")))


def held_parts(folder: Path) -> tuple[Path, ...]:
    """Return the files of trials that waited for others of their case, sorted by name."""
    return tuple(sorted(folder.glob("held*.jsonl")))


def join(folder: Path, end: RunEnd | None = None) -> Path:
    """Join what several processes measured into `results.jsonl`, in canonical order.

    Of a trial that was logged twice (its worker crashed and it ran again) the measured result is
    kept before an error, the first before the second. The parts are removed.

    Args:
        folder: The run's folder.
        end: Last line of the joined file; None: without one, the run was cut off.

    Raises:
        StoredFileError: A part cannot be read, or there is none.
    """
    files = parts(folder)
    if not files:
        raise StoredFileError(f"{folder}: holds no results of a run")
    target = folder / RESULTS
    sources: list[BinaryIO] = [path.open("rb") for path in files]
    try:
        _rewrite(target, _joined(sources, files, end))
    except OSError as error:
        raise StoredFileError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        for source in sources:
            source.close()
    for path in files:
        if path != target:
            path.unlink(missing_ok=True)
    return target


def _joined(
    sources: list[BinaryIO], files: tuple[Path, ...], end: RunEnd | None
) -> Iterator[bytes]:
    headers: list[bytes] = []
    rows: dict[tuple[str, int, str, int], tuple[bool, int, int, int]] = {}
    for number, source in enumerate(sources):
        for start, raw, found in _raw_lines(source, files[number]):
            if found.get("kind") == "run":
                headers.append(raw)
            elif found.get("kind") == "trial":
                row = (found.get("outcome") == "error", number, start, len(raw))
                _keep_better(rows, _key(found), row)
    if headers:
        yield merged_header(headers)
    for _, (_, number, start, length) in sorted(rows.items()):
        sources[number].seek(start)
        yield sources[number].read(length).rstrip(b"\n") + b"\n"
    if end is not None:
        yield codec.encode_end(end).encode("ascii") + b"\n"


def _keep_better(rows: dict[Any, Any], key: Any, row: tuple[bool, int, int, int]) -> None:
    kept = rows.get(key)
    if kept is None or (kept[0] and not row[0]):
        rows[key] = row


def _key(found: dict[str, Any]) -> tuple[str, int, str, int]:
    nodeid = str(found["nodeid"])
    return nodeid.partition("::")[0], int(found["index"]), nodeid, int(found["trial"])


def merged_header(headers: list[bytes]) -> bytes:
    """Return one header of several: the first, with the suites of all."""
    first = json.loads(headers[0])
    suites: dict[str, Any] = {}
    for header in headers:
        for name, suite in json.loads(header).get("suites", {}).items():
            suites[name] = _merged_suite(suites.get(name), suite)
    if suites:
        first["suites"] = suites
    return codec.dump(first).encode("ascii") + b"\n"


def _merged_suite(known: dict[str, Any] | None, suite: dict[str, Any]) -> dict[str, Any]:
    if known is None or known == suite:
        return suite
    selected = dict.fromkeys([*known.get("selected", ()), *suite.get("selected", ())])
    full = bool(known.get("full")) or bool(suite.get("full"))
    return {**known, "selected": list(selected), "full": full}


def _raw_lines(source: BinaryIO, path: Path) -> Iterator[tuple[int, bytes, dict[str, Any]]]:
    start = 0
    for number, raw in enumerate(source, start=1):
        try:
            found = json.loads(raw)
            if found["kind"] == "trial":
                _key(found)
        except (ValueError, KeyError, TypeError) as error:
            if not raw.endswith(b"\n"):
                return  # cut off: the process was killed
            if raw.strip():
                raise StoredFileError(
                    f"{path}:{number}: not a line of a run's log: {codec.describe(error)}"
                ) from error
        else:
            yield start, raw if raw.endswith(b"\n") else raw + b"\n", found
        start += len(raw)
