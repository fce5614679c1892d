"""One metric's values over a suite, numbers only: 5 bytes a yes/no result, 13 a graded one."""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from llmeval.records import Better, CheckResult

SKIPPED, ERROR, PASSED, WARNED, FAILED = range(5)
"""What a result is; WARNED failed too, but only warns."""

DECIMALS = 9
"""Scores are kept to 1e-9, the tolerance of every threshold, so that a value read back from a
baseline equals the same value measured again."""

NOT_MEASURED = math.nan
"""Inside columns only: it never leaves them."""


class Value(NamedTuple):
    """One check's result."""

    row: int
    """Which trial."""
    code: int
    score: float | None
    """None unless scored."""


class Column:
    """The results of all checks that share a metric, in the order in which they came."""

    __slots__ = ("_codes", "_labels", "_names", "_rows", "_scores", "better")

    def __init__(self, better: Better = "higher") -> None:
        self.better: Better = better
        self._rows = array("I")
        self._codes = bytearray()
        # Both only once needed: scores of yes/no checks follow from the codes.
        self._scores: array[float] | None = None
        self._labels: array[int] | None = None
        self._names: dict[str | None, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: int, result: CheckResult) -> None:
        """Take in one check's result of the trial `row`."""
        code = PASSED if result.passed else _code(result)
        score = result.score
        if score is not None:
            score = round(score, DECIMALS) if code >= PASSED else None
        self.put(row, code, score)
        if result.details and "got" in result.details and code >= PASSED:
            self.put_label(result.details.get("expected"), result.details["got"])

    def put(self, row: int, code: int, score: float | None) -> None:
        """Take in one result as numbers."""
        # Nearly all: a yes/no check that passed.
        plain = code == PASSED and score == 1.0
        if not plain and self._scores is None and score is not None and score != _plain(code):
            self._scores = array("d", [_plain(known) for known in self._codes])
        self._rows.append(row)
        self._codes.append(code)
        if self._scores is not None:
            self._scores.append(NOT_MEASURED if score is None else score)
        if self._labels is not None:
            self._labels.extend((-1, -1))

    def put_label(self, expected: object, got: object) -> None:
        """Say which label was expected and which one was given in the newest result."""
        if self._labels is None:
            self._labels = array("i", [-1, -1] * len(self._rows))
        self._labels[-2:] = array("i", (self._name(expected), self._name(got)))

    def _name(self, label: object) -> int:
        text = None if label is None else str(label)
        return self._names.setdefault(text, len(self._names))

    def values(self) -> Iterator[Value]:
        """Yield every result."""
        return self._at(range(len(self._rows)))

    def of(self, row: int) -> tuple[Value, ...]:
        """Return every result of one trial."""
        # Rows come in ascending order.
        return tuple(self._at(range(bisect_left(self._rows, row), bisect_right(self._rows, row))))

    def _at(self, places: range) -> Iterator[Value]:
        rows, codes, scores = self._rows, self._codes, self._scores
        for place in places:
            code = codes[place]
            score = None
            if code >= PASSED:
                score = _plain(code) if scores is None else scores[place]
            yield Value(rows[place], code, score)

    def codes(self) -> Iterator[tuple[int, int]]:
        """Yield trial and code of every result."""
        return zip(self._rows, self._codes, strict=True)

    @property
    def is_graded(self) -> bool:
        """Whether any score is something else than 1 for passed and 0 for failed."""
        return self._scores is not None

    def labels(self) -> Iterator[tuple[int, str | None, str | None]]:
        """Yield trial, expected and given label wherever labels were compared."""
        if self._labels is None:
            return
        names = list(self._names)
        for place, row in enumerate(self._rows):
            expected, got = self._labels[2 * place : 2 * place + 2]
            if expected >= 0:
                yield row, names[expected], names[got]


def _plain(code: int) -> float:
    """Return the score of a yes/no check."""
    if code < PASSED:
        return NOT_MEASURED
    return 1.0 if code == PASSED else 0.0


def _code(result: CheckResult) -> int:
    if result.status != "scored":
        return ERROR if result.status == "error" else SKIPPED
    if result.passed:
        return PASSED
    return WARNED if result.severity == "warn" else FAILED


class Figure:
    """One number a trial, of which many or all may be missing: nothing is kept until one is."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: array[float] | None = None

    def put(self, row: int, value: float | None) -> None:
        """Set the value of the trial `row`; rows come in ascending order."""
        if value is None:
            return
        if self._values is None:
            self._values = array("d")
        missing = row - len(self._values)
        if missing > 0:
            self._values.extend([NOT_MEASURED] * missing)
        self._values.append(value)

    def get(self, row: int) -> float | None:
        """Return the value of the trial `row`; None where it was not measured."""
        if self._values is None or row >= len(self._values):
            return None
        value = self._values[row]
        return None if math.isnan(value) else value

    @property
    def total(self) -> float:
        """The sum of what was measured."""
        values = self._values or ()
        return math.fsum(value for value in values if not math.isnan(value))
