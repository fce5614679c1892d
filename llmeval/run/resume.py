"""The finished trials of an interrupted run, so that nothing is paid for twice."""

import json
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any, NamedTuple

from llmeval import codec
from llmeval.errors import StoredFileError
from llmeval.records import Trial
from llmeval.run.log import held_parts, parts

Key = tuple[str, int]
"""Node id and trial number."""
RESUMED = "resumed"
"""Option of a run that names the run it goes on with."""


class _Place(NamedTuple):
    path: Path
    start: int
    length: int


class Finished(Mapping[Key, Trial]):
    """Trials that need not be asked again; read from disk when wanted, only places are kept."""

    def __init__(self, places: dict[Key, _Place]) -> None:
        self.places = places

    def __getitem__(self, key: Key) -> Trial:
        place = self.places[key]
        with place.path.open("rb") as file:
            file.seek(place.start)
            record = codec.decode(file.read(place.length).decode("utf-8", "surrogateescape"))
        assert isinstance(record, Trial)
        return record

    def __iter__(self) -> Iterator[Key]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, key: object) -> bool:
        return key in self.places


def finished(folder: Path) -> Finished:
    """Return the measured trials of an interrupted run; errors are asked again.

    A run that was itself resumed, and cut off before it had taken everything over, has the trials
    of the run it went on with too.

    Args:
        folder: The run's folder, with the log of one process or of several.

    Raises:
        StoredFileError: There is no log, or a line other than a torn last one cannot be read.
    """
    if not parts(folder):
        raise StoredFileError(f"{folder}: holds no results of a run to resume")
    places: dict[Key, _Place] = {}
    for each in reversed(_line_of_descent(folder)):
        places |= finished_in(each).places
    return Finished(places)


def _line_of_descent(folder: Path) -> list[Path]:
    """Return a run, the run it went on with, and so on, as far as they are there."""
    found: list[Path] = []
    while parts(folder) and folder not in found:
        found.append(folder)
        folder = folder.parent / (_resumed(parts(folder)[0]) or folder.name)
    return found


def _resumed(path: Path) -> str:
    """Return the name of the run that a log says it goes on with; "" for none."""
    with path.open("rb") as file:
        try:
            options = json.loads(file.readline())["options"]
            return Path(str(options.get(RESUMED) or "")).name
        except (ValueError, KeyError, TypeError, AttributeError):
            return ""


def suites(folder: Path) -> Mapping[str, Any]:
    """Return what the first line of a run's log says of each suite; {} where it was cut off."""
    for path in parts(folder):
        with path.open("rb") as file:
            try:
                found = json.loads(file.readline())["suites"]
            except (ValueError, KeyError, TypeError):
                continue
        if isinstance(found, dict):
            return found
    return {}


def finished_in(folder: Path) -> Finished:
    """Return the measured trials of a run, none when nothing was logged yet.

    Raises:
        StoredFileError: A line other than a torn last one cannot be read.
    """
    places: dict[Key, _Place] = {}
    for path in held_parts(folder):
        _collect(path, places, held=True)
    for path in parts(folder):
        _collect(path, places)
    return Finished(places)


def _collect(path: Path, places: dict[Key, _Place], *, held: bool = False) -> None:
    start = 0
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                key = _finished_key(raw, f"{path}:{number}", MEASURED | HELD if held else MEASURED)
                if key is not None:
                    places[key] = _Place(path, start, len(raw))
                start += len(raw)
    except OSError as error:
        raise StoredFileError(f"{path}: cannot be read: {error.strerror}") from error


MEASURED = frozenset({"passed", "failed"})
HELD = frozenset({"skipped"})
"""A trial whose only checks compare it with others has no outcome before."""


def _finished_key(raw: bytes, where: str, outcomes: Set[str]) -> Key | None:
    if not raw.strip():
        return None
    try:
        found = json.loads(raw)
        if found["kind"] != "trial" or found["outcome"] not in outcomes:
            return None
        return str(found["nodeid"]), int(found["trial"])
    except (ValueError, KeyError, TypeError) as error:
        if not raw.endswith(b"\n"):
            return None  # cut off in the middle of writing
        raise StoredFileError(
            f"{where}: not a line of a run's log: {codec.describe(error)}"
        ) from error


def left_by_others(run: Path) -> Mapping[Key, Trial]:
    """Return what crashed workers of the same run have finished."""
    return finished(run) if parts(run) else {}


class Joined(Mapping[Key, Trial]):
    """Finished trials of two sources; the first wins. Neither is read before it is asked for."""

    def __init__(self, first: Mapping[Key, Trial], second: Mapping[Key, Trial]):
        self._first, self._second = first, second

    def __getitem__(self, key: Key) -> Trial:
        return self._first[key] if key in self._first else self._second[key]

    def __contains__(self, key: object) -> bool:
        return key in self._first or key in self._second

    def __iter__(self) -> Iterator[Key]:
        return iter(dict.fromkeys([*self._first, *self._second]))

    def __len__(self) -> int:
        return len(set(self._first) | set(self._second))


def differences(then: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Return the parts of two fingerprints that differ, sorted."""
    return tuple(sorted(k for k in {*then, *now} if then.get(k) != now.get(k)))
