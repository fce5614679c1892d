"""Numbers in prose."""

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.errors import ParameterError
from llmeval.records import CheckResult
from llmeval.scorers.numerals import numerals

Run = Callable[..., CheckResult]

READINGS: list[tuple[str, list[float | int | str]]] = [
    ("42", [42]),
    ("The answer is 42.", [42]),
    ("3.14.", [3.14]),
    ("about .5", [0.5]),
    ("-5", [-5]),
    ("−5", [-5]),
    ("minus 5", [-5]),
    ("+5", [5]),
    ("x=-3", [-3]),
    ("-$5.00", [-5]),
    ("$1,234.50", ["1234.50"]),
    ("1.234,50 €", ["1234.50"]),
    ("1,234", [1.234, 1234]),
    ("0,123", [0.123]),
    ("1,234,567", [1234567]),
    ("1.234.567", [1234567]),
    ("12,34,567", [1234567]),
    ("1'234'567.5", [1234567.5]),
    ("1_000", [1000]),
    ("12\u202f345", [12345, 345]),
    ("12 345,5 kr", [12345.5, 345.5]),
    ("45 %", [45, 0.45]),
    ("45 percent", [45, 0.45]),
    ("1.5e-3", [0.0015]),
    ("6.02 × 10²³", [6.02e23]),
    ("3x10^{-2}", [0.03]),
    ("83 million people", [83, 83_000_000]),
    ("5km", [5]),
    ("the 21st", [21]),
    ("１２", [12]),
    ("١٢٫٥", [12.5]),
]

NONE = ["no number", "GPT4", "B12", "v1.2.3", "3.5.2024", "", "½", "1.2,3.4", "1" * 401, "."]

SEVERAL: list[tuple[str, list[int | float]]] = [
    ("10-5", [10, 5]),
    ("2024-05-03", [2024, 5, 3]),
    ("1,2,3", [1, 2, 3]),
    ("3 or 4", [3, 4]),
    ("(5) [6]", [5, 6]),
    ("in 2020 300 people", [2020, 300]),
]


@pytest.mark.parametrize(("text", "values"), READINGS)
def test_a_numeral_is_read_in_every_way_it_can_be_meant(
    text: str, values: list[float | int | str]
) -> None:
    found = list(numerals(text))

    assert [set(numeral.readings) for numeral in found] == [{Decimal(str(v)) for v in values}]


@pytest.mark.parametrize("text", NONE)
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert list(numerals(text)) == []


@pytest.mark.parametrize(("text", "values"), SEVERAL)
def test_numbers_come_in_their_order(text: str, values: list[int | float]) -> None:
    assert [numeral.readings[0] for numeral in numerals(text)] == [Decimal(str(v)) for v in values]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_found_as_python_writes_it(value: float) -> None:
    (numeral,) = numerals(f"It is {value!r}, I think")

    assert Decimal(repr(value)) in numeral.readings


@given(st.integers(-(10**12), 10**12))
def test_thousands_separators_change_nothing(value: int) -> None:
    (numeral,) = numerals(f"It is {value:,} here")

    assert value in numeral.readings


@pytest.mark.parametrize(
    ("text", "parameters", "passed"),
    [
        ("6 times 7 is 42", {"value": 42}, True),
        ("42 is 6 times 7", {"value": 42}, False),
        ("42 is 6 times 7", {"value": 42, "which": "first"}, True),
        ("42 is 6 times 7", {"value": 6, "which": "any"}, True),
        ("42 is 6 times 7", {"value": 7, "which": "only"}, False),
        ("about 42", {"value": 42, "which": "only"}, True),
        ("it is 1.1", {"value": 1, "tolerance": 0.1}, True),
        ("it is 1.11", {"value": 1, "tolerance": 0.1}, False),
        ("0.30000000000000004", {"value": 0.3}, False),
        ("0.80", {"value": 0.8}, True),
        ("it is 45 %", {"value": 0.45}, True),
        ("9007199254740993", {"value": 9007199254740993}, True),
        ("9007199254740992", {"value": 9007199254740993}, False),
        ("9007199254740992", {"value": 9007199254740993, "tolerance": 1}, True),
        ("-0.10000000000000000000000000000000001", {"value": -0.1}, False),
        ("1" * 40, {"value": int("1" * 40)}, True),
        ("1" * 39 + "2", {"value": int("1" * 40)}, False),
        ("1e300 is it", {"value": 1e300}, True),
        ("1e999999", {"value": 1}, False),
        ("42 or 1e999999", {"value": 42}, False),
        ("-1e-99999", {"value": 99999}, False),
        ("1 x 10^99999", {"value": 9}, False),
        ("1 x 10^99999", {"value": 1}, False),
        ("2×10⁹⁹⁹⁹⁹", {"value": 2}, False),
        ("1e9999", {"value": 1}, False),
        ("1e00002", {"value": 100}, True),
        ("1e" + "9" * 100_000, {"value": 1}, False),
    ],
)
def test_the_last_number_counts_unless_told_otherwise(
    run: Run, text: str, parameters: dict[str, Any], *, passed: bool
) -> None:
    assert run("number", text, **parameters).passed is passed
    assert run("not_number", text, **parameters).passed is not passed


@pytest.mark.parametrize(
    ("name", "text", "parameters", "reason"),
    [
        ("number", "I do not know", {"value": 3}, "there is no number in 'I do not know'"),
        ("number", "it is 4", {"value": 3}, "found '4', expected 3"),
        ("number", "it is 4", {"value": 3, "tolerance": 0.5}, "found '4', expected 3 ± 0.5"),
        ("number", "1 2", {"value": 3, "which": "any"}, "found '1', '2', expected 3"),
        ("number", "1 2", {"value": 1, "which": "only"}, "2 numbers in the reply, expected one"),
        ("not_number", "3", {"value": 3}, "the reply's number is 3"),
    ],
)
def test_it_says_which_number_it_found(
    run: Run, name: str, text: str, parameters: dict[str, Any], reason: str
) -> None:
    assert run(name, text, **parameters).reason == reason


@pytest.mark.parametrize("value", [10**400, -(10**5000)], ids=["400 zeros", "5,000 zeros"])
def test_a_number_of_endless_digits_is_refused(run: Run, value: int) -> None:
    with pytest.raises(ParameterError, match=r"^value: expected a number of at most 400 digits$"):
        run("number", "5", value=value)


@pytest.mark.parametrize(
    ("tolerance", "found"),
    [(10**400, "1000000"), (10**5000, "a number of thousands of digits"), (math.inf, "inf")],
    ids=["400 zeros", "5,000 zeros", "infinite"],
)
def test_a_bound_that_is_no_number_is_refused(run: Run, tolerance: float, found: str) -> None:
    with pytest.raises(ParameterError, match=f"^tolerance: expected a number, found {found}"):
        run("number", "5", value=5, tolerance=tolerance)


@pytest.mark.parametrize(
    "reply", ["1e" + "0" * 5000 + "1", "1 x 10^" + "0" * 5000, "1\u066b2\u066b3"]
)
def test_digits_that_lead_nowhere_raise_nothing(reply: str) -> None:
    assert not any(17 in one.readings for one in numerals(reply))
