"""Reads the rows of a case's dataset and checks each against what the case needs."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from llmeval.errors import did_you_mean
from llmeval.records import Severity
from llmeval.suite import recipe as recipes
from llmeval.suite.check_pattern import CheckPattern
from llmeval.suite.dataset import Row, rows
from llmeval.suite.ids import Ids, is_id
from llmeval.suite.keys import ID_WORDS, PYTEST_MARKS, TAG
from llmeval.suite.problems import Problems, Stop
from llmeval.suite.read import missing
from llmeval.suite.reader import Reader
from llmeval.suite.recipe import Recipe

_TAG = re.compile(TAG)
_BETWEEN_TAGS = re.compile(r"[\s,;]+")
_SEVERITIES = ("critical", "normal", "warn")
_SHOWN = 20
"""Faults shown of one data file; the rest is counted."""
_REMEMBERED = 10_000


class Unit(NamedTuple):
    """One case before it is given to its adapters: a case of the file, or one row of it."""

    key: str | None
    """What stands for the row in ids."""
    row: str | None
    """JSON text."""
    tags: tuple[str, ...]
    severity: Severity
    attack: Any = None
    """Which attack it is."""


class RowReader:
    """Reads the datasets of a suite.

    Args:
        root: The project: paths of data files are shown relative to it.
    """

    def __init__(self, root: Path) -> None:
        self.files: list[Problems] = []
        """The faults of each data file read."""
        self.columns: set[str] = set()
        """Variables that rows have."""
        self._root = root.resolve()

    def read(self, recipe: Recipe, reader: Reader) -> Iterator[Unit]:
        """Yield the rows of a case's dataset as units, in file order."""
        dataset = recipe.dataset
        assert dataset is not None
        fault = missing(dataset.path)
        if fault:
            reader.wrong(dataset.at, f"dataset: {dataset.shown!r}: {fault}")
            return
        problems = Problems(dataset.path.relative_to(self._root).as_posix())
        self.files.append(problems)
        check = _RowCheck(recipe, problems)
        count = 0
        try:
            for row in rows(dataset, problems):
                count += 1
                unit = check.unit(row)
                if unit is not None:
                    yield unit
        except Stop:
            return
        finally:
            self.columns.update(check.columns)
        check.finish(count, reader)
        if not count and not len(problems):
            reader.wrong(dataset.at, f"dataset: no row of {dataset.shown!r} is selected by `where`")


class _RowCheck:
    """Checks rows against one recipe and turns them into units."""

    def __init__(self, recipe: Recipe, problems: Problems) -> None:
        texts = list(recipes.text_patterns(recipe))
        values = list(recipes.value_patterns(recipe))
        checks = list(recipes.check_patterns(recipe))
        self._recipe = recipe
        self._problems = problems
        self._places = _places(texts, values, checks)
        fixed = recipe.vars
        self._needed = frozenset(self._places) - frozenset(fixed)
        self._texts = tuple({name for pattern in texts for name in pattern.names})
        self._takes_values = bool(values) or recipes.has_choosy_texts(recipe)
        self._strict = [check for check in checks if not check.takes_any_text]
        self._lax = [check for check in checks if check.takes_any_text]
        self._ids = Ids()
        self._missing: dict[str, list[int]] = {}
        self._right: set[tuple[Any, ...]] = set()
        self._faults = 0
        self._columns: dict[str, Any] = {}
        self._names: set[str] = set()

    @property
    def columns(self) -> set[str]:
        """The variables that rows have."""
        return self._names

    def unit(self, row: Row) -> Unit | None:
        """Return the row as a unit; None when something is wrong with it."""
        values = row.values
        if values.keys() != self._columns.keys():
            self._columns = dict.fromkeys(values)
            self._names.update(values)
        faults = self._faults
        if not values.keys() >= self._needed:
            self._note_missing(row)
        else:
            self._check_values(row)
        key = self._key(row)
        tags, severity = self._settings(row)
        if self._faults > faults or key is None:
            return None
        return Unit(key, row.text, tags, severity)

    def finish(self, count: int, reader: Reader) -> None:
        """Add what only all rows together tell."""
        for name, lines in self._missing.items():
            known = {*self._recipe.vars, *self._names}
            message = f"case {self._recipe.name!r}: no variable {name!r}{did_you_mean(name, known)}"
            if len(lines) == count:
                reader.wrong(self._places[name], message)
                continue
            for line in lines[:_SHOWN]:
                self._problems.add_line(line, 0, message)
            if len(lines) > _SHOWN:
                self._problems.add_line(
                    lines[_SHOWN], 0, f"{message}; and {len(lines) - _SHOWN - 1} more rows"
                )
        if self._faults > _SHOWN:
            self._problems.add_line(
                0, 0, f"and {self._faults - _SHOWN} further faults in this file"
            )

    def _fault(self, row: Row, message: str) -> None:
        self._faults += 1
        if self._faults <= _SHOWN:
            self._problems.add_line(row.line, 0, f"case {self._recipe.name!r}: {message}")

    def _note_missing(self, row: Row) -> None:
        for name in self._needed - row.values.keys():
            self._missing.setdefault(name, []).append(row.line)

    def _check_values(self, row: Row) -> None:
        fixed = self._recipe.vars
        variables = {**fixed, **row.values} if fixed else row.values
        for check in self._strict:
            self._check(check, variables, row)
        for name in self._texts:
            if variables[name] is None:
                self._fault(row, f"variable {name!r} is nothing (null), expected text")
                return
        if self._takes_values:
            for _, message in recipes.value_faults(self._recipe, variables):
                self._fault(row, message)
        if self._lax and not all(type(variables[name]) is str for name in self._places):
            for check in self._lax:
                self._check(check, variables, row)

    def _check(self, check: CheckPattern, variables: Mapping[str, Any], row: Row) -> None:
        if check.is_plainly_right(variables):
            return
        key = (check.at, *(variables[name] for name in check.names))
        # Rows often hold one of few labels; equal texts need no second look.
        known = all(type(part) in (str, int) for part in key)
        if known and key in self._right:
            return
        faults = self._faults
        for _, message in check.faults(variables):
            self._fault(row, message)
        if known and self._faults == faults and len(self._right) < _REMEMBERED:
            self._right.add(key)

    def _key(self, row: Row) -> str | None:
        given = row.values.get("id")
        if given is None or given == "":
            return self._ids.numbered(row.key())
        key = str(given)
        if type(given) not in (str, int) or not is_id(key):
            self._fault(row, f"id: expected {ID_WORDS}, found {given!r:.60}")
            return None
        first = self._ids.take(key, row.line)
        if first is not None:
            self._fault(row, f"id: {given!r} stands twice; the first is in line {first}")
            return None
        return key

    def _settings(self, row: Row) -> tuple[tuple[str, ...], Severity]:
        recipe = self._recipe
        tags, severity = recipe.tags, recipe.severity
        if row.values.get("tags"):
            tags = self._tags(row, row.values["tags"])
        given = row.values.get("severity")
        if given:
            if given in _SEVERITIES:
                severity = given
            else:
                self._fault(
                    row, f"severity: expected one of {', '.join(_SEVERITIES)}, found {given!r:.60}"
                )
        return tags, severity

    def _tags(self, row: Row, given: Any) -> tuple[str, ...]:
        listed = _BETWEEN_TAGS.split(given.strip()) if isinstance(given, str) else given
        if not isinstance(listed, list) or not all(isinstance(tag, str) for tag in listed):
            self._fault(row, f"tags: expected tags with blanks between them, found {given!r:.60}")
            return ()
        for tag in listed:
            if not _TAG.fullmatch(tag) or tag in PYTEST_MARKS:
                self._fault(row, f"tags: expected tags of a-z, 0-9, '_' and '-', found {tag!r:.60}")
        return tuple(dict.fromkeys((*self._recipe.tags, *listed)))


def _places(texts: Any, values: Any, checks: Any) -> dict[str, int]:
    places: dict[str, int] = {}
    for pattern in (*texts, *values, *checks):
        for name in pattern.names:
            places.setdefault(name, pattern.at)
    return places
