"""Reading a baseline's file: every way in which it can be wrong is said in one line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from msgspec import ValidationError, convert

from llmeval.codec import loads
from llmeval.compare.stored import (
    FIGURE_KEYS,
    FORMAT,
    NAME,
    NUMBER,
    TIME_KEYS,
    StoredCase,
    StoredHeader,
    StoredRun,
    StoredTrial,
)
from llmeval.errors import StoredFileError
from llmeval.records import Outcome, Severity

Json = Mapping[str, Any]
S = TypeVar("S")

_MEASURED: tuple[Outcome, ...] = ("passed", "failed")
_CONFLICT = re.compile(r"<{7}(\s|$)|={7}\s*$|>{7}(\s|$)|\|{7}(\s|$)")
_RESTORE = "restore the file from version control, or delete it and accept a run again"


class _WrongError(Exception):
    """What is wrong with a line, without its place."""


def read(path: Path, suite: str | None = None) -> Iterator[StoredHeader | StoredCase]:
    """Yield the first line, then each case.

    Args:
        path: Of the baseline.
        suite: The suite that it must belong to; None is any.

    Raises:
        StoredFileError: It cannot be read or must not be used; one line that says where and why.
    """
    lines = _lines(path)
    first = next(lines, None)
    if first is None:
        raise StoredFileError(f"{path}: is empty; {_RESTORE}")
    header: StoredHeader | None = None
    seen: dict[str, int] = {}
    runs: set[int] = set()
    for number, line in _chain(first, lines):
        try:
            if header is None:
                header = _header(_parse(line), suite)
                runs = {run.number for run in header.runs}
                yield header
                continue
            case = _case(_parse(line), runs)
            _check_new(case, seen)
        except _WrongError as error:
            raise StoredFileError(f"{path}:{number}: {error}") from None
        seen[case.case] = number
        yield case
    _check_count(path, header, len(seen))


def _chain(first: tuple[int, str], rest: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield first
    yield from rest


def _check_new(case: StoredCase, seen: Mapping[str, int]) -> None:
    if case.case in seen:
        line = seen[case.case]
        raise _WrongError(f"case {case.case!r} stands in line {line} already; {_RESTORE}")


def _check_count(path: Path, header: StoredHeader | None, found: int) -> None:
    if header is not None and header.cases != found:
        raise StoredFileError(
            f"{path}: the first line says cases: {header.cases}, found {found}: cut off or "
            f"edited by hand; {_RESTORE}"
        )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        # utf-8-sig: some editors put a mark at the start.
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except OSError as error:
        raise StoredFileError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StoredFileError(f"{path}: is not UTF-8 text; {_RESTORE}") from error


def _parse(line: str) -> dict[str, Any]:
    if _CONFLICT.match(line):
        raise _WrongError(
            "merge-conflict marker; take one side (`git checkout --ours` or `--theirs`), or "
            "delete the file and accept a run again"
        )
    try:
        found = loads(line)
    except (ValueError, RecursionError):
        raise _WrongError(f"is not valid JSON; {_RESTORE}") from None
    if not isinstance(found, dict):
        raise _WrongError(f"expected an object, found {type(found).__name__}; {_RESTORE}")
    return found


def _header(found: Json, suite: str | None) -> StoredHeader:
    _check_format(found.get("format"))
    name = _take(found, "suite", str)
    if suite is not None and name != suite:
        raise _WrongError(f"is the baseline of suite {name!r}, expected {suite!r}")
    return _built(
        StoredHeader,
        suite=name,
        path=_take(found, "path", str, ""),
        cases=_take(found, "cases", int),
        runs=tuple(_run(run) for run in _take(found, "runs", list)),
        adapters=_take(found, "adapters", dict, {}),
        judges=_take(found, "judges", dict, {}),
        models=tuple(_take(found, "models", list, [])),
        scorers=_take(found, "scorers", dict, {}),
        environment=_take(found, "environment", dict, {}),
    )


def _check_format(found: Any) -> None:
    if found == FORMAT:
        return
    name, _, number = str(found).partition("/")
    if name != NAME or not number.isdecimal():
        raise _WrongError(f"is not a baseline: format is {found!r}, expected {FORMAT!r}")
    if int(number) > NUMBER:
        raise _WrongError(
            f"format {found!r} is newer than {FORMAT!r}, the newest known here: upgrade llmeval"
        )
    raise _WrongError(
        f"format {found!r} is older than {FORMAT!r}: delete the file and accept a run again"
    )


def _run(found: Any) -> StoredRun:
    if not isinstance(found, dict):
        raise _WrongError(f"runs: expected objects, found {found!r}; {_RESTORE}")
    return _built(
        StoredRun,
        number=_take(found, "number", int),
        run=_take(found, "run", str),
        started=found.get("started"),
        accepted=found.get("accepted"),
        git=_take(found, "git", dict, {}),
        environment=found.get("environment"),
        trials=_take(found, "trials", int, 0),
        errors=_take(found, "errors", int, 0),
        times={
            name: _times(_take(found, key, dict)) for name, key in TIME_KEYS.items() if key in found
        },
    )


def _times(found: dict[str, Any]) -> dict[str, tuple[float | None, ...]]:
    for case, seconds in found.items():
        known = isinstance(seconds, list) and all(
            type(s) in (int, float, _Nothing) for s in seconds
        )
        if not known:
            raise _WrongError(f"times of {case!r}: expected numbers, found {seconds!r}; {_RESTORE}")
    return {case: tuple(seconds) for case, seconds in found.items()}


_Nothing = type(None)


def _case(found: Json, runs: set[int]) -> StoredCase:
    name = _take(found, "case", str)
    try:
        return _built(
            StoredCase,
            case=name,
            adapter=_take(found, "adapter", str, ""),
            variant=found.get("variant"),
            fingerprint=_take(found, "fingerprint", dict, {}),
            severity=_one_of(found, "severity", get_args(Severity), "normal"),
            tags=tuple(_take(found, "tags", list, [])),
            xfail=_take(found, "xfail", bool, default=False),
            need=_need(found.get("min_trial_pass_rate", 1)),
            weight=_weight(found.get("weight", 1)),
            attack=_take(found, "attack", dict, {}),
            trials=tuple(_trial(trial, runs) for trial in _take(found, "trials", list)),
        )
    except _WrongError as error:
        raise _WrongError(f"case {name!r}: {error}") from None


def _need(found: Any) -> tuple[int, int] | float:
    match found:
        case [int(passing), int(measured)]:
            return (passing, measured)
        case int(share) | float(share):
            return float(share)
    raise _WrongError(f"min_trial_pass_rate: expected a share, found {found!r}; {_RESTORE}")


def _weight(found: Any) -> float:
    if type(found) in (int, float) and found > 0:
        return float(found)
    raise _WrongError(f"weight: expected a number above 0, found {found!r}; {_RESTORE}")


def _trial(found: Any, runs: set[int]) -> StoredTrial:
    if not isinstance(found, dict):
        raise _WrongError(f"trials: expected objects, found {found!r}; {_RESTORE}")
    run = _take(found, "run", int)
    if run not in runs:
        raise _WrongError(f"run {run} is not among the runs of the first line; {_RESTORE}")
    return _built(
        StoredTrial,
        run=run,
        trial=_take(found, "trial", int),
        outcome=_one_of(found, "outcome", _MEASURED),
        scores=_numbers(_take(found, "scores", dict, {})),
        failed=tuple(_take(found, "failed", list, [])),
        warned=tuple(_take(found, "warned", list, [])),
        labels={name: _label(pair) for name, pair in _take(found, "labels", dict, {}).items()},
        figures=_numbers(
            {figure: found[key] for figure, key in FIGURE_KEYS.items() if key in found}
        ),
        attacked=_numbers(_take(found, "attacked", dict, {})),
        reply=found.get("reply"),
    )


def _numbers(found: dict[str, Any]) -> dict[str, float]:
    for name, value in found.items():
        if type(value) not in (int, float):
            raise _WrongError(f"{name}: expected a number, found {value!r}; {_RESTORE}")
    return found


def _label(found: Any) -> tuple[str | None, str | None]:
    if not isinstance(found, list) or len(found) != 2:
        raise _WrongError(f"labels: expected two texts, found {found!r}; {_RESTORE}")
    return found[0], found[1]


def _built(record: type[S], **parts: Any) -> S:
    """Return a record; parts of another type than the record's are wrong."""
    try:
        return convert(parts, record)
    except ValidationError as error:
        raise _WrongError(f"{error}; {_RESTORE}") from None


def _one_of(found: Json, key: str, options: Sequence[Any], default: Any = None) -> Any:
    value = found.get(key, default)
    if value not in options:
        expected = ", ".join(options)
        raise _WrongError(f"{key}: expected one of {expected}, found {value!r}; {_RESTORE}")
    return value


_REQUIRED: Any = object()


def _take(found: Json, key: str, kind: type, default: Any = _REQUIRED) -> Any:
    value = found.get(key, default)
    if value is _REQUIRED:
        raise _WrongError(f"{key} is missing; {_RESTORE}")
    if type(value) is not kind:
        raise _WrongError(f"{key}: expected {_WORDS[kind]}, found {value!r}; {_RESTORE}")
    return value


_WORDS = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}
