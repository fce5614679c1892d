"""Patterns, and that none of them can stop the run."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.errors import ParameterError
from llmeval.records import Case, CheckResult, Turn
from llmeval.scorers import regex

Run = Callable[..., CheckResult]

CASE = Case(id="a", suite="s", index=0, line=1, adapter="x", turns=(Turn(user="?"),))


@pytest.mark.parametrize(
    ("text", "parameters", "passed"),
    [
        ("order A-17", {"value": r"A-\d+"}, True),
        ("order a-17", {"value": r"A-\d+"}, False),
        ("order a-17", {"value": r"A-\d+", "flags": "i"}, True),
        ("one\ntwo", {"value": "^two$"}, False),
        ("one\ntwo", {"value": "^two$", "flags": "m"}, True),
        ("one\ntwo", {"value": "one.two"}, False),
        ("one\ntwo", {"value": "one.two", "flags": "s"}, True),
        ("ab", {"value": "a b # spaces do not count", "flags": "x"}, True),
        ("é", {"value": r"\w"}, True),
        ("é", {"value": r"\w", "flags": "a"}, False),
        ("A-17", {"value": r"A-\d+", "full": True}, True),
        ("A-17.", {"value": r"A-\d+", "full": True}, False),
        ("\ud800", {"value": "\ud800"}, True),
        ("Straße", {"value": r"\p{Lu}\p{Ll}+"}, True),
    ],
)
def test_it_finds_the_pattern(
    run: Run, text: str, parameters: dict[str, Any], *, passed: bool
) -> None:
    assert run("regex", text, **parameters).passed is passed
    assert run("not_regex", text, **parameters).passed is not passed


@pytest.mark.parametrize(
    ("name", "parameters", "reason"),
    [
        ("regex", {"value": "x+"}, "has no match for 'x+'"),
        ("regex", {"value": "a", "full": True}, "is not matched in full by 'a'"),
        ("not_regex", {"value": "b."}, "matches 'b.': 'bc'"),
    ],
)
def test_it_says_what_it_found(
    run: Run, name: str, parameters: dict[str, Any], reason: str
) -> None:
    assert run(name, "abc", **parameters).reason == reason


@pytest.mark.parametrize("name", ["regex", "not_regex"])
def test_a_catastrophic_pattern_is_an_error_and_no_hang(
    run: Run, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regex, "TIMEOUT_S", 0.02)

    result = run(name, "x" * 5000, value="(x+x+)+y")

    assert (result.status, result.passed, result.score) == ("error", None, None)
    assert result.reason == (
        "pattern_too_slow: '(x+x+)+y' took more than 0.02 s on 5,000 characters; "
        "avoid a repeated group inside a repetition"
    )


@pytest.mark.parametrize(
    "pattern", ["(x+x+)+y", "(x|x)+y", "(x|xx)(x|xx)+y", r"(x+)(?:\1)*y", "(?:x*)*y"]
)
def test_a_catastrophic_pattern_is_limited_on_a_short_text_too(
    run: Run, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regex, "TIMEOUT_S", 0.02)

    result = run("regex", "x" * 900, value=pattern)

    assert result.status == "error" or result.passed is False  # some the engine sees through


@given(
    st.sampled_from(["x+y", "x*y", "x{3,}y", "x|y", "[xy]+z", "x+?y"]),
    st.text("xyz", max_size=regex.QUICK_CHARS),
)
def test_one_repetition_finds_the_same_with_and_without_the_time_limit(
    pattern: str, text: str
) -> None:
    check = regex.Regex(value=pattern)
    limited = regex.Regex(value=f"(?:{pattern})")

    assert check.judge(text, CASE).passed == limited.judge(text, CASE).passed


@pytest.mark.parametrize("name", ["regex", "not_regex"])
def test_a_text_beyond_the_limit_is_not_examined(run: Run, name: str) -> None:
    result = run(name, "x" * 1_000_001, value="y")

    assert (result.status, result.passed) == ("error", None)
    assert result.reason == (
        "text_too_long: 1,000,001 characters are more than the limit of 1,000,000"
    )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"value": "(b"}, "value: not a regular expression: missing ) at position 2"),
        ({"value": ""}, "value: the pattern is empty: every text has it"),
        (
            {"value": "b", "flags": "iq"},
            (
                "flags: found 'iq', expected letters of i (ignorecase), m (multiline), "
                "s (dotall), x (verbose), a (ascii)"
            ),
        ),
        (
            {"value": "((a{1000}){1000}){1000}"},
            "value: its counted repetitions multiply to more than 100,000",
        ),
    ],
    ids=["syntax", "empty", "flags", "memory bomb"],
)
def test_a_wrong_pattern_is_refused_when_the_suite_is_read(
    run: Run, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        run("regex", "abc", **parameters)

    assert str(refused.value) == message
