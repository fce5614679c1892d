"""Data files -> rows. CSV, JSON Lines (streamed), JSON and YAML; a row is a mapping."""

import csv
import hashlib
import heapq
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from llmeval.codec import loads
from llmeval.errors import did_you_mean
from llmeval.suite.node import Items, Table, line_of, plain
from llmeval.suite.parse import parse
from llmeval.suite.problems import Problems, Stop
from llmeval.suite.read import not_utf8, read_text, unreadable
from llmeval.suite.structures import DatasetDraft

SETTING_KEYS = ("id", "tags", "severity")
"""Columns that set keys of the case."""

# A cell may hold a whole document; the csv module's own limit is 128 KiB.
_MAX_CELL = 1 << 30


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


class Row:
    """One row of a data file."""

    __slots__ = ("line", "text", "values")

    def __init__(self, line: int, text: str, values: dict[str, Any]) -> None:
        self.line = line
        """From 1; 0 when unknown."""
        self.text = text
        """JSON, as in the file."""
        self.values = values
        """Variables, under the names that the suite gives them."""

    def key(self) -> str:
        """Return the hash of the row's values; keys of the case are no part of it."""
        values = self.values
        if any(key in values for key in SETTING_KEYS):
            values = {name: item for name, item in values.items() if name not in SETTING_KEYS}
        return short_hash(values)


def short_hash(value: Any) -> str:
    """Return ten hexadecimal digits that depend on the value alone, not on the order of keys."""
    return hashlib.blake2b(_CANONICAL(value).encode(), digest_size=5).hexdigest()


def variables_of(text: str, dataset: DatasetDraft) -> dict[str, Any]:
    """Return the variables of a row from its JSON text."""
    return _renamed(loads(text), dataset.columns)


def rows(dataset: DatasetDraft, problems: Problems) -> Iterator[Row]:
    """Yield the rows that the suite wants, in file order.

    Raises:
        Stop: The file cannot be read any further; the problem is added.
    """
    wanted = _wanted(_read(dataset, problems), dataset, problems)
    return iter(_sample(wanted, dataset)) if dataset.sample else wanted


def _read(dataset: DatasetDraft, problems: Problems) -> Iterator[Row]:
    ending = dataset.path.suffix.lower()
    if ending in (".jsonl", ".ndjson"):
        return _json_lines(dataset.path, problems)
    text = read_text(dataset.path, problems)
    if ending in (".csv", ".tsv"):
        usual = "\t" if ending == ".tsv" else ","
        return _csv(text, dataset.delimiter or usual, problems)
    return _json(text, problems) if ending == ".json" else _yaml(text, problems)


def _wanted(found: Iterable[Row], dataset: DatasetDraft, problems: Problems) -> Iterator[Row]:
    columns, where = dataset.columns, dataset.where
    seen = 0
    for row in found:
        seen += 1
        if columns and not _rename(row, dataset, problems):
            continue
        if not where or _matches(row, where, problems):
            yield row
    if not seen and not len(problems):
        problems.add_line(0, 0, "the dataset has no rows")


def _rename(row: Row, dataset: DatasetDraft, problems: Problems) -> bool:
    missing = [pair for pair in dataset.columns.items() if pair[1] not in row.values]
    for name, column in missing:
        hint = did_you_mean(column, row.values)
        if name in row.values:
            hint = f"; write `variable: column`, {{{column}: {name}}}"
        problems.add_line(row.line, 0, f"columns: no column {column!r}{hint}")
    if missing and row.line <= 2:
        raise Stop
    row.values = _renamed(row.values, dataset.columns)
    return not missing


def _renamed(values: dict[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    if not columns:
        return values
    taken = frozenset(columns.values())
    kept = {name: item for name, item in values.items() if name not in taken}
    return kept | {name: values[column] for name, column in columns.items() if column in values}


def _matches(row: Row, where: Mapping[str, Any], problems: Problems) -> bool:
    for name, wanted in where.items():
        if name not in row.values:
            hint = did_you_mean(name, row.values)
            problems.add_line(row.line, 0, f"where: no column {name!r}{hint}")
            raise Stop
        options = wanted if isinstance(wanted, list) else [wanted]
        if not any(_same(row.values[name], option) for option in options):
            return False
    return True


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, bool) == isinstance(wanted, bool) and found == wanted:
        return True
    # Cells of a CSV file are text whatever the suite compares them with.
    return isinstance(found, str) and not isinstance(wanted, str) and found == json.dumps(wanted)


def _sample(found: Iterable[Row], dataset: DatasetDraft) -> list[Row]:
    """Return some rows, chosen by their content: a new row moves at most one other out."""
    assert dataset.sample is not None
    seed = str(dataset.seed)

    def rank(pair: tuple[int, Row]) -> tuple[bytes, int]:
        text = seed + str(pair[1].values.get("id") or pair[1].key())
        return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), pair[0]

    chosen = heapq.nsmallest(dataset.sample, enumerate(found), key=rank)
    return [row for _, row in sorted(chosen, key=lambda pair: pair[0])]


# --- JSON ------------------------------------------------------------------------------------


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands twice")
    return table


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _decoded(text: str) -> Any:
    """Return the value of a text without outer blanks."""
    value, end = _DECODER.raw_decode(text)
    # `decode` skips blanks with two regular expressions, a fifth of reading a short row.
    return value if end == len(text) else _DECODER.decode(text)


def _json_lines(path: Path, problems: Problems) -> Iterator[Row]:
    try:
        with path.open("rb") as file:
            yield from _lines(file, problems)
    except OSError as error:
        problems.add_line(0, 0, unreadable(error))
        raise Stop from error


def _lines(file: Iterable[bytes], problems: Problems) -> Iterator[Row]:
    for number, raw in enumerate(file, 1):
        if number == 1:
            if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                problems.add_line(0, 0, "the file is UTF-16; save it as UTF-8")
                raise Stop
            raw = raw.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901  the same line without mark
        try:
            text = raw.decode().strip()
            if not text:
                continue
            values = _decoded(text)
        except UnicodeDecodeError as error:
            problems.add_line(number, 0, not_utf8(raw[error.start]))
            continue
        except (ValueError, RecursionError) as error:
            problems.add_line(number, 0, _bad_json(error, torn=not raw.endswith(b"\n")))
            continue
        if type(values) is dict:
            yield Row(number, text, values)
        else:
            problems.add_line(number, 0, 'expected an object such as {"question": "…"}')


def _bad_json(error: Exception, *, torn: bool) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    column = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    tail = "; the last line seems cut off" if torn else ""
    return f"not JSON: {reason}{column}{tail}"


def _json(text: str, problems: Problems) -> Iterator[Row]:
    at = _skip(text, 0)
    if text[at : at + 1] != "[":
        problems.add_line(0, 0, "expected a list of objects; one object a line is `.jsonl`")
        raise Stop
    at = _skip(text, at + 1)
    line, counted = 1, 0
    while text[at : at + 1] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            values, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            problems.add_line(line, 0, _bad_json(error, torn=False))
            raise Stop from error
        if not isinstance(values, dict):
            problems.add_line(line, 0, 'expected an object such as {"question": "…"}')
        else:
            yield Row(line, json.dumps(values), values)
        at = _skip(text, at)
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            problems.add_line(line, 0, "not JSON: expected ',' or ']' after this object")
            raise Stop


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\n", "\r") and at < len(text):
        at += 1
    return at


# --- CSV -------------------------------------------------------------------------------------


def _csv(text: str, delimiter: str, problems: Problems) -> Iterator[Row]:
    before = csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from _csv_rows(reader, delimiter, problems)
    except csv.Error as error:
        problems.add_line(reader.line_num, 0, f"not CSV: {_csv_words(error)}")
        raise Stop from error
    finally:
        csv.field_size_limit(before)


def _csv_words(error: csv.Error) -> str:
    said = str(error)
    if "expected after" in said:
        return 'text after a closing quote; write "" for a quote inside quotes'
    if "unexpected end" in said:
        return "a quote opened here or above is never closed"
    return said


def _csv_rows(reader: Any, delimiter: str, problems: Problems) -> Iterator[Row]:
    header = [name.strip() for name in next(reader, [])]
    _check_header(header, delimiter, problems)
    line = reader.line_num + 1
    for cells in reader:
        start, line = line, reader.line_num + 1
        if not any(cells):
            continue
        if len(cells) != len(header):
            problems.add_line(
                start, 0, f"expected {len(header)} cells as in the header, found {len(cells)}"
            )
            continue
        values = dict(zip(header, cells, strict=True))
        yield Row(start, json.dumps(values), values)


def _check_header(header: list[str], delimiter: str, problems: Problems) -> None:
    known = len(problems)
    if not any(header):
        problems.add_line(1, 0, "expected a header with the names of the columns")
    for number, name in enumerate(header, 1):
        if not name:
            problems.add_line(1, 0, f"column {number} has no name")
        elif name in header[: number - 1]:
            problems.add_line(1, 0, f"column {name!r} stands twice")
    if len(header) == 1:
        other = next((mark for mark in ";\t|," if mark != delimiter and mark in header[0]), None)
        if other:
            problems.add_line(
                1, 0, f"one column {header[0]!r}; write delimiter: {json.dumps(other)}"
            )
    if len(problems) > known:
        raise Stop


# --- YAML ------------------------------------------------------------------------------------


def _yaml(text: str, problems: Problems) -> Iterator[Row]:
    root = parse(text, problems).root
    if not isinstance(root, Items):
        problems.add_line(0, 0, "expected a list of mappings")
        raise Stop
    for item in root.items:
        if not isinstance(item, Table):
            problems.add(item.at, "expected a mapping such as `question: …`")
            continue
        values = plain(item)
        try:
            yield Row(line_of(item.at), json.dumps(values, allow_nan=False), values)
        except ValueError:
            problems.add(item.at, "expected finite numbers")
