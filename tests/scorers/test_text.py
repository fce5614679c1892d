"""Checks on the words of a reply."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.errors import ParameterError
from llmeval.records import Case, CheckResult, Reply
from llmeval.scorers.text import Contains, Equals, OneOf

Run = Callable[..., CheckResult]

HOLDS: list[tuple[str, str, dict[str, Any]]] = [
    ("equals", "yes", {"value": "yes"}),
    ("equals", "Yes", {"value": "yes", "ignore_case": True}),
    ("equals", " Yés!\n", {"value": "yes", "normalize": True}),
    ("equals", " ! ", {"value": "!", "normalize": True}),
    ("one_of", "?", {"value": ["!", "?"], "normalize": True}),
    ("equals", "caf\u00e9", {"value": "cafe\u0301"}),
    ("equals", "STRASSE", {"value": "straße", "ignore_case": True}),
    ("equals", "\ud800", {"value": "\ud800"}),
    ("contains", "Within 30 days.", {"value": "30 days"}),
    ("contains", "Within 30 DAYS.", {"value": "30 days", "ignore_case": True}),
    ("contains", "within thirty-five days", {"value": "Thirty five", "normalize": True}),
    ("contains", "Ｆｕｌｌ　ｗｉｄｔｈ", {"value": "full width", "normalize": True}),
    ("contains", "zero\u200bwidth", {"value": "zerowidth", "normalize": True}),
    ("icontains", "WITHIN", {"value": "within"}),
    ("contains_all", "a b c", {"value": ["c", "a"]}),
    ("contains_any", "a b c", {"value": ["x", "c"]}),
    ("starts_with", "Dear customer", {"value": "Dear"}),
    ("starts_with", "dear customer", {"value": "DEAR", "ignore_case": True}),
    ("ends_with", "Best regards", {"value": "regards"}),
    ("one_of", "yes", {"value": ["no", "yes"]}),
    ("one_of", "Yes.", {"value": ["no", "yes"], "normalize": True}),
    ("length", "abc", {"max": 3}),
    ("length", "abc", {"min": 3}),
    ("length", "e\u0301", {"max": 1}),
    ("length", "one two\nthree", {"min": 3, "max": 3, "unit": "words"}),
    ("length", "a\nb\n", {"min": 2, "max": 2, "unit": "lines"}),
    ("length", "a\u2028b\fc", {"max": 1, "unit": "lines"}),
]

FAILS: list[tuple[str, str, dict[str, Any], str]] = [
    ("equals", "?", {"value": "!", "normalize": True}, "expected '!', found '?'"),
    ("equals", "...", {"value": "", "normalize": True}, "expected '', found '...'"),
    ("one_of", "...", {"value": ["-"], "normalize": True}, "expected one of '-', found '...'"),
    ("equals", "no", {"value": "yes"}, "expected 'yes', found 'no'"),
    ("equals", "yes\n", {"value": "yes"}, r"expected 'yes', found 'yes\n'"),
    (
        "equals",
        "a" * 70 + "b",
        {"value": "a" * 70},
        f"expected {'a' * 59 + '…'!r}, found '…{'a' * 10}b' (differs from character 71 on)",
    ),
    ("contains", "Within", {"value": "within"}, "does not contain 'within'"),
    ("contains", "x", {"value": "a\x1b[31m"}, r"does not contain 'a\x1b[31m'"),
    ("icontains", "abc", {"value": "D"}, "does not contain 'D'"),
    ("contains_all", "a", {"value": ["a", "b", "c"]}, "does not contain 'b', 'c'"),
    ("contains_any", "a", {"value": ["x", "y"]}, "contains none of 'x', 'y'"),
    (
        "contains_any",
        "-",
        {"value": list("abcdefg")},
        "contains none of 'a', 'b', 'c', 'd', 'e' and 2 more",
    ),
    (
        "starts_with",
        "Hello world and all the others",
        {"value": "Dear"},
        "starts with 'Hello world and all the…', not with 'Dear'",
    ),
    ("ends_with", "Hello", {"value": "bye"}, "ends with 'Hello', not with 'bye'"),
    ("one_of", "maybe", {"value": ["no", "yes"]}, "expected one of 'no', 'yes', found 'maybe'"),
    ("length", "abcd", {"max": 3}, "4 chars are above the maximum of 3"),
    ("length", "a b", {"min": 3, "unit": "words"}, "2 words are below the minimum of 3"),
    ("length", "a\nb", {"max": 1, "unit": "lines"}, "2 lines are above the maximum of 1"),
]

CLAIMS: list[tuple[str, str, dict[str, Any], str]] = [
    ("not_equals", "yes", {"value": "yes"}, "the reply is 'yes'"),
    ("not_contains", "yes", {"value": "es"}, "contains 'es'"),
    ("not_icontains", "YES", {"value": "es"}, "contains 'es'"),
    ("not_contains_all", "yes", {"value": ["y", "es"]}, "contains 'y', 'es'"),
    ("not_contains_any", "yes", {"value": ["x", "es"]}, "contains 'es'"),
    ("not_starts_with", "yes", {"value": "y"}, "starts with 'y'"),
    ("not_ends_with", "yes", {"value": "s"}, "ends with 's'"),
    ("not_one_of", "yes", {"value": ["yes"]}, "the reply is 'yes'"),
    ("not_length", "yes", {"max": 3}, "the reply is 3 chars long"),
]

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("contains", {"value": ""}, "value: '' leaves nothing to look for: every text has it"),
    (
        "contains",
        {"value": "!?", "normalize": True},
        "value: '!?' leaves nothing to look for: every text has it",
    ),
    ("contains_any", {"value": []}, "value: expected at least one text, found an empty list"),
    (
        "contains_all",
        {"value": ["a", ""]},
        "value: '' leaves nothing to look for: every text has it",
    ),
    ("one_of", {"value": []}, "value: expected at least one text, found an empty list"),
    ("length", {}, "needs min, max or both"),
    ("length", {"min": 3, "max": 2}, "min: 3 is more than max 2"),
    ("length", {"max": -1}, "max: expected a number 0 or more, found -1"),
    ("contains", {"value": 30}, "value: expected text, found 30"),
]


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and value.isidentifier() else None


@pytest.mark.parametrize(("name", "text", "parameters"), HOLDS, ids=_id)
def test_it_passes_with_score_1_where_it_holds(
    run: Run, name: str, text: str, parameters: dict[str, Any]
) -> None:
    result = run(name, text, **parameters)

    assert (result.status, result.score, result.passed) == ("scored", 1.0, True)
    assert result.reason == ""


@pytest.mark.parametrize(("name", "text", "parameters", "reason"), FAILS, ids=_id)
def test_it_fails_with_score_0_and_says_why(
    run: Run, name: str, text: str, parameters: dict[str, Any], reason: str
) -> None:
    result = run(name, text, **parameters)

    assert (result.status, result.score, result.passed) == ("scored", 0.0, False)
    assert result.reason == reason


@pytest.mark.parametrize(("name", "text", "parameters", "reason"), CLAIMS, ids=_id)
def test_the_twin_says_what_it_found(
    run: Run, name: str, text: str, parameters: dict[str, Any], reason: str
) -> None:
    result = run(name, text, **parameters)

    assert (result.check, result.score, result.passed) == (name, 0.0, False)
    assert result.reason == reason


@pytest.mark.parametrize(("name", "parameters", "message"), REFUSED, ids=_id)
def test_a_useless_parameter_is_refused(
    run: Run, name: str, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        run(name, "text", **parameters)

    assert str(refused.value) == message


@pytest.mark.parametrize("reply", [None, ""], ids=["none", "empty"])
@pytest.mark.parametrize(("name", "text", "parameters"), HOLDS, ids=_id)
def test_neither_twin_passes_on_a_reply_without_text(
    run: Run, name: str, text: str, parameters: dict[str, Any], reply: str | None
) -> None:
    plain = run(name, reply, **parameters)
    twin = run(f"not_{name}", reply, **parameters)

    assert (plain.passed, plain.reason) == (False, "the reply has no text")
    assert (twin.passed, twin.reason) == (False, "there is no reply that could be without it")


@pytest.mark.parametrize("text", [" \n", "\u00a0"], ids=["spaces", "no-break"])
def test_no_twin_passes_on_white_space(run: Run, text: str) -> None:
    result = run("not_contains", text, value="x")

    assert result.passed is False


@pytest.mark.parametrize(("name", "text", "parameters"), HOLDS, ids=_id)
def test_the_twin_is_the_negation(
    run: Run, name: str, text: str, parameters: dict[str, Any]
) -> None:
    for reply in (text, text + "?", "something else"):
        plain, twin = run(name, reply, **parameters), run(f"not_{name}", reply, **parameters)

        assert twin.passed is not plain.passed
        assert twin.score == 1 - (plain.score or 0.0)


def test_with_allow_empty_the_empty_text_can_be_what_is_expected(case: Case) -> None:
    silent = Case(id="a", suite="s", index=0, line=1, adapter="e", turns=(), allow_empty=True)

    assert Equals(value="").score(silent, Reply(text=""), ()).passed is True
    assert OneOf(value=("", "x")).score(silent, Reply(text=""), ()).passed is True
    assert Equals(value="").score(silent, Reply(text=None), ()).passed is False
    assert Equals(value="").score(case, Reply(text=""), ()).passed is False


@given(st.text(min_size=1), st.text(min_size=1))
def test_contains_is_what_in_says_of_canonical_text(text: str, value: str) -> None:
    import unicodedata

    case = Case(id="a", suite="s", index=0, line=1, adapter="e", turns=())

    found = Contains(value=value).score(case, Reply(text=text), ()).passed

    inside = unicodedata.normalize("NFC", value) in unicodedata.normalize("NFC", text)
    assert found is inside
