"""JSON -> record, and the records of a run's log on disk."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from msgspec import ValidationError, convert

from llmeval.codec.plain import FORMAT, Json, describe, loads
from llmeval.errors import StoredFileError
from llmeval.records import (
    CheckResult,
    Exchange,
    Failure,
    Message,
    Passage,
    Reply,
    RunEnd,
    RunHeader,
    Timing,
    ToolCall,
    Trial,
    Usage,
)

R = TypeVar("R")


def _maker(cls: type[R]) -> Callable[[Json], R]:
    """Return what builds records of a class from JSON whose parts are built already.

    Unknown keys (a newer writer's) are ignored, null means absent; values of another type than
    the record's raise ValidationError.
    """

    def make(found: Json) -> R:
        return convert({k: v for k, v in found.items() if v is not None}, cls)

    return make


Makers = tuple[tuple[str, Callable[[Any], Any]], ...]


def _make(parts: dict[str, Any], makers: Makers) -> None:
    """Replace JSON parts by records, where they are there."""
    for name, make in makers:
        value = parts.get(name)
        if value is not None:
            parts[name] = make(value)


def _many(make: Callable[[Any], R]) -> Callable[[Any], tuple[R, ...]]:
    return lambda items: tuple([make(item) for item in items])


def tool_call(found: Json) -> ToolCall:
    """Return a tool call from JSON."""
    return ToolCall(
        name=found["name"],
        arguments=found.get("arguments"),
        id=found.get("id"),
        opaque=found.get("opaque"),
    )


def message(found: Json) -> Message:
    """Return a message from JSON."""
    return Message(
        role=found["role"],
        content=found.get("content") or "",
        tool_calls=tuple([tool_call(call) for call in found.get("tool_calls") or ()]),
        tool_call_id=found.get("tool_call_id"),
        name=found.get("name"),
    )


def _passage(found: Json) -> Passage:
    return Passage(id=found.get("id"), text=found.get("text"))


def _usage(found: Json) -> Usage:
    return _USAGE(found)


def _timing(found: Json) -> Timing:
    return _TIMING(found)


def reply(found: Json) -> Reply:
    """Return a reply from JSON.

    Raises:
        TypeError, KeyError, AttributeError: It is not of that form.
    """
    parts = dict(found)
    _make(parts, _REPLY_PARTS)
    return _REPLY(parts)


_REPLY_PARTS: Makers = (
    ("usage", _usage),
    ("timing", _timing),
    ("tool_calls", _many(tool_call)),
    ("retrieved", _many(_passage)),
)


def _check(found: dict[str, Any]) -> CheckResult:
    if "judge" in found:
        found["details"] = {**(found.get("details") or {}), "judge": found.pop("judge")}
    return _CHECK(found)


def _turn(found: Json) -> Exchange:
    answer = found.get("reply")
    return Exchange(user=found.get("user"), reply=None if answer is None else reply(answer))


def _failure(found: Json) -> Failure:
    return Failure(kind=found["kind"], message=found.get("message") or "")


_TRIAL_PARTS: Makers = (
    ("messages", _many(message)),
    ("reply", reply),
    ("turns", _many(_turn)),
    ("checks", _many(_check)),
    ("error", _failure),
)


def _trial(found: dict[str, Any]) -> Trial:
    _make(found, _TRIAL_PARTS)
    return _TRIAL(found)


def _header(found: Json) -> RunHeader:
    if found.get("format") != FORMAT:
        raise StoredFileError(
            f"format {found.get('format')!r} is not known, expected {FORMAT!r}: "
            "written by another version of llmeval"
        )
    return _HEADER(found)


def _end(found: Json) -> RunEnd:
    own = ("kind", "finished", "seconds")
    totals = {name: value for name, value in found.items() if name not in own}
    return RunEnd(finished=found["finished"], seconds=found["seconds"], totals=totals)


_USAGE = _maker(Usage)
_TIMING = _maker(Timing)
_REPLY = _maker(Reply)
_CHECK = _maker(CheckResult)
_TRIAL = _maker(Trial)
_HEADER = _maker(RunHeader)
_KINDS: Mapping[str, Callable[[Any], RunHeader | Trial | RunEnd]] = {
    "trial": _trial,
    "run": _header,
    "end": _end,
}


def decode(line: str) -> RunHeader | Trial | RunEnd:
    """Return the record of one line.

    Raises:
        StoredFileError: Not JSON, not a record, or of another format.
    """
    try:
        found = convert(loads(line), dict[str, Any])
        return _maker_of(found.get("kind"))(found)
    except ValidationError as error:
        raise StoredFileError(f"not a line of a run's log: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoredFileError(f"not a line of a run's log: {describe(error)}") from error


def _maker_of(kind: Any) -> Callable[[Any], RunHeader | Trial | RunEnd]:
    make = _KINDS.get(str(kind))
    if make is None:
        raise ValidationError(f"kind is {kind!r}, expected one of {', '.join(_KINDS)}")
    return make


def read(path: Path) -> Iterator[RunHeader | Trial | RunEnd]:
    """Yield the records of a run's log, reading as it goes.

    A last line that was cut off (the run was killed) is left out.

    Raises:
        StoredFileError: The file cannot be read, or another line is bad; names file and line.
    """
    for number, line, torn in _lines(path):
        try:
            yield decode(line)
        except StoredFileError as error:
            if torn:
                return
            raise StoredFileError(f"{path}:{number}: {error}") from error


def _lines(path: Path) -> Iterator[tuple[int, str, bool]]:
    """Yield number, text and whether the line lacks its end."""
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line, not line.endswith("\n")
    except OSError as error:
        raise StoredFileError(f"{path}: cannot be read: {error.strerror}") from error
