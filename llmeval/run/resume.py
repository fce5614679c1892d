"""The finished trials of an interrupted run, so that nothing is paid for twice."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from llmeval import codec
from llmeval.errors import StoredFileError
from llmeval.records import Trial
from llmeval.run.log import parts

Key = tuple[str, int]
"""Node id and trial number."""


class _Place(NamedTuple):
    path: Path
    start: int
    length: int


class Finished(Mapping[Key, Trial]):
    """Trials that need not be asked again; read from disk when wanted, only places are kept."""

    def __init__(self, places: dict[Key, _Place]) -> None:
        self._places = places

    def __getitem__(self, key: Key) -> Trial:
        place = self._places[key]
        with place.path.open("rb") as file:
            file.seek(place.start)
            record = codec.decode(file.read(place.length).decode("utf-8", "surrogateescape"))
        assert isinstance(record, Trial)
        return record

    def __iter__(self) -> Iterator[Key]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: object) -> bool:
        return key in self._places


def finished(folder: Path) -> Finished:
    """Return the measured trials of an interrupted run; errors are asked again.

    Args:
        folder: The run's folder, with the log of one process or of several.

    Raises:
        StoredFileError: There is no log, or a line other than a torn last one cannot be read.
    """
    if not parts(folder):
        raise StoredFileError(f"{folder}: holds no results of a run to resume")
    return finished_in(folder)


def finished_in(folder: Path) -> Finished:
    """Return the measured trials of a run, none when nothing was logged yet.

    Raises:
        StoredFileError: A line other than a torn last one cannot be read.
    """
    places: dict[Key, _Place] = {}
    for path in parts(folder):
        _collect(path, places)
    return Finished(places)


def _collect(path: Path, places: dict[Key, _Place]) -> None:
    start = 0
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                key = _finished_key(raw, f"{path}:{number}")
                if key is not None:
                    places[key] = _Place(path, start, len(raw))
                start += len(raw)
    except OSError as error:
        raise StoredFileError(f"{path}: cannot be read: {error.strerror}") from error


def _finished_key(raw: bytes, where: str) -> Key | None:
    if not raw.strip():
        return None
    try:
        found = json.loads(raw)
        if found["kind"] != "trial" or found["outcome"] not in ("passed", "failed"):
            return None
        return str(found["nodeid"]), int(found["trial"])
    except (ValueError, KeyError, TypeError) as error:
        if not raw.endswith(b"\n"):
            return None  # cut off in the middle of writing
        raise StoredFileError(
            f"{where}: not a line of a run's log: {codec.describe(error)}"
        ) from error


def differences(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return the parts of two fingerprints that differ, sorted."""
    return tuple(sorted(k for k in {*then, *now} if then.get(k) != now.get(k)))
