"""Paths into JSON documents."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmeval import jsonpath

NO_CLOCK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A law holds or not, however long an example takes on a busy machine."""

DOCUMENT: dict[str, Any] = {
    "answer": "yes",
    "a b": 1,
    "passages": [{"text": "x", "id": 1}, {"text": "y"}, "z"],
    "deep": {"er": {"est": [[1, 2], [3]]}},
    "": 0,
    'quo"te': 5,
    "it's": 6,
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$", [DOCUMENT]),
        ("$.answer", ["yes"]),
        ("$['answer']", ["yes"]),
        ('$["a b"]', [1]),
        ("$[ 'a b' ]", [1]),
        ('$[""]', [0]),
        (r'$["quo\"te"]', [5]),
        ("$['quo\"te']", [5]),
        (r"$['it\'s']", [6]),
        ('$["\\u0061nswer"]', ["yes"]),
        ("$.passages[0].text", ["x"]),
        ("$.passages[-1]", ["z"]),
        ("$.passages[*].text", ["x", "y"]),
        ("$.passages.*.id", [1]),
        ("$.deep.er.est[*][*]", [1, 2, 3]),
        ("$.passages[9]", []),
        ("$.passages[-4]", []),
        ("$.passages.text", []),
        ("$.answer[0]", []),
        ("$.answer.x", []),
        ("$.none", []),
    ],
)
def test_a_path_finds_values_in_document_order(path: str, found: list[Any]) -> None:
    assert jsonpath.compile(path).find(DOCUMENT) == found


def test_all_of_an_object_are_its_values() -> None:
    assert jsonpath.compile("$[*]").find({"a": 1, "b": 2}) == [1, 2]
    assert jsonpath.compile("$[*][*]").find({"a": (1, 2), "b": 3}) == [1, 2]


@NO_CLOCK
@given(st.dictionaries(st.text(), st.integers()))
def test_every_name_can_be_quoted(document: dict[str, int]) -> None:
    import json

    for name, value in document.items():
        assert jsonpath.compile(f"$[{json.dumps(name)}]").find(document) == [value]


KNOWN = 'known are .name, ["name"], [0], [-1] and [*]'


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("answer", "'answer' must start with '$', like '$.answer' or '$.items[0].text'"),
        ("", "'' must start with '$', like '$.answer' or '$.items[0].text'"),
        (
            "$.a[",
            f"'$.a[' is not understood from character 4 on; {KNOWN}",
        ),
        (
            "$..a",
            f"'$..a' is not understood from character 2 on; {KNOWN}",
        ),
        (
            "$.a[1:2]",
            f"'$.a[1:2]' is not understood from character 4 on; {KNOWN}",
        ),
    ],
    ids=["no root", "empty", "open", "descendants", "slice"],
)
def test_what_is_no_path_says_where(path: str, message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the text is compared below
        jsonpath.compile(path)

    assert str(refused.value) == message


def test_a_bad_escape_in_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a quoted name"):
        jsonpath.compile(r'$["\q"]')


@pytest.mark.parametrize(
    ("path", "place", "covered"),
    [
        ("$.a", ("a",), True),
        ("$.a", ("a", 0, "b"), True),
        ("$.a", ("b",), False),
        ("$.a[*].id", ("a", 7, "id"), True),
        ("$.a[*].id", ("a", 7, "no"), False),
        ("$.a[1]", ("a", 1), True),
        ("$.a[1]", ("a",), False),
        ("$.a[-1]", ("a", 1), False),
        ("$", (), True),
    ],
)
def test_a_path_covers_what_is_at_or_below_it(
    path: str, place: tuple[str | int, ...], *, covered: bool
) -> None:
    assert jsonpath.compile(path).covers(place) is covered


def test_a_path_shows_as_it_was_written() -> None:
    assert str(jsonpath.compile("$.a[0]")) == "$.a[0]"
