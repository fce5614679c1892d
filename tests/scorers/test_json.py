"""JSON: its form, its schema, its values."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.errors import ParameterError
from llmeval.records import CheckResult
from llmeval.scorers import schema
from llmeval.scorers.reading import MAX_CHARS, read_json

Run = Callable[..., CheckResult]

NO_NAME = "Expecting property name enclosed in double quotes"
FENCED = 'Sure, here it is:\n\n```json\n{"a": 1}\n```\nAnything else?'
ORDER = {
    "type": "object",
    "required": ["no", "day"],
    "properties": {"no": {"type": "string", "pattern": "^A-"}, "day": {"format": "date"}},
}


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        " [1, 2]\n",
        '"text"',
        "0",
        "null",
        '\ufeff{"a": 1}',
        '{"a": 1, "a": 2}',
        '"\\ud800"',
    ],
)
def test_json_is_json(run: Run, text: str) -> None:
    assert run("json", text).passed is True


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{a: 1}", f"{NO_NAME} at line 1 column 2, found 'a: 1}}'"),
        ("{'a': 1}", f"{NO_NAME} at line 1 column 2, found \"'a': 1}}\""),
        ('{"a": 1', "Expecting ',' delimiter at line 1 column 8, the text ends"),
        ('{"a": 1} {"b": 2}', "Extra data at line 1 column 10, found '{\"b\": 2}'"),
        ("Hello", "Expecting value at line 1 column 1, found 'Hello'"),
        ("[NaN]", "NaN is not a JSON number"),
        ("[-Infinity]", "-Infinity is not a JSON number"),
        ("1e999", "the number '1e999' is too large"),
        ("[" * 201 + "]" * 201, "nested deeper than 200"),
        ("[" * 100_000, "nested deeper than 200"),
        (FENCED, "Expecting value at line 1 column 1, found 'Sure, here it is:\\n\\n`'"),
    ],
    ids=range(11),
)
def test_what_is_not_json_fails_with_the_place(run: Run, text: str, reason: str) -> None:
    result = run("json", text)

    assert (result.passed, result.reason) == (False, f"not JSON: {reason}")


def test_brackets_in_texts_are_not_depth() -> None:
    document = '["' + '[{\\"' * 300 + '"]'

    assert read_json(document, fenced=False) == ['[{"' * 300]


def test_a_number_of_thousands_of_digits_is_refused(run: Run) -> None:
    result = run("json", "1" * 5000)

    assert result.passed is False
    assert result.reason == "not JSON: a number of more than 4300 digits"


@pytest.mark.parametrize("name", ["json", "not_json", "json_equals"])
def test_too_much_text_is_an_error(run: Run, name: str) -> None:
    parameters = {"value": 1} if name == "json_equals" else {}

    result = run(name, " " * MAX_CHARS + "1", **parameters)

    assert (result.status, result.passed) == ("error", None)
    assert result.reason == (
        "text_too_long: 5,000,001 characters are more than the limit of 5,000,000"
    )


def test_fenced_json_is_found_when_allowed(run: Run) -> None:
    assert run("json", FENCED, fenced=True).passed is True
    assert run("json", '{"a": 1}', fenced=True).passed is True
    assert run("json", "```\nnot json\n```", fenced=True).passed is False


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"no": "A-1", "day": "2026-11-23"}', ""),
        ('{"no": "A-1"}', "$: 'day' is a required property"),
        ('{"no": 1, "day": "2026-11-23"}', "$.no: 1 is not of type 'string'"),
        ('{"no": "B", "day": "2026-11-23"}', "$.no: 'B' does not match '^A-'"),
        ('{"no": "A-1", "day": "soon"}', "$.day: 'soon' is not a 'date'"),
        ("[]", "$: [] is not of type 'object'"),
    ],
)
def test_a_schema_says_what_does_not_fit(run: Run, text: str, reason: str) -> None:
    result = run("json", text, schema=ORDER)

    assert (result.passed, result.reason) == (not reason, reason)


def test_only_the_first_faults_are_listed(run: Run) -> None:
    result = run("json", "[1, 2, 3, 4, 5]", schema={"items": {"type": "string"}})

    assert result.reason.endswith("; 2 more")


def test_a_schema_may_be_json_text_and_hold_tuples(run: Run) -> None:
    as_text = run("json", "{}", schema='{"required": ["a"]}')
    as_tuples = run("json", "{}", schema={"required": ("a",), "enum": ({"a": (1,)},)})

    assert (as_text.passed, as_tuples.passed) == (False, False)


@pytest.mark.parametrize("name", ["json", "not_json"])
def test_a_reference_out_of_the_schema_is_an_error_and_no_request(run: Run, name: str) -> None:
    result = run(name, "{}", schema={"$ref": "http://localhost:1/order.json"})

    assert result.status == "error"
    assert result.reason == (
        "unresolved_reference: the schema refers to 'http://localhost:1/order.json', "
        "which it does not hold"
    )


def test_a_slow_pattern_of_a_schema_is_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "TIMEOUT_S", 0.02)

    result = run("json", '"' + "x" * 5000 + '"', schema={"pattern": "(x+x+)+y"})

    assert result.status == "error"
    assert result.reason == "pattern_too_slow: '(x+x+)+y' took more than 0.02 s"


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        (
            "json",
            {"schema": {"type": "objekt"}},
            (
                "schema: not a JSON Schema: schema.type: 'objekt' is not valid under any of the "
                "given schemas"
            ),
        ),
        (
            "json",
            {"schema": "file.json"},
            (
                "schema: expected a JSON Schema, found no JSON: "
                "Expecting value at line 1 column 1, found 'file.json'"
            ),
        ),
        ("json", {"schema": "[]"}, "schema: expected a JSON Schema, that is, an object"),
        (
            "json_equals",
            {"value": 1, "ignore": ["note"]},
            "ignore: 'note' must start with '$', like '$.answer' or '$.items[0].text'",
        ),
        (
            "json_equals",
            {"value": {"note": 2}, "ignore": ["$.note"]},
            "ignore: leaves nothing of the value that could be compared",
        ),
        (
            "json_equals",
            {"value": '{"a": }'},
            ("value: looks like JSON and is not: Expecting value at line 1 column 7, found '}'"),
        ),
    ],
    ids=["type", "text", "list", "path", "all", "value"],
)
def test_wrong_parameters_are_refused(
    run: Run, name: str, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        run(name, "{}", **parameters)

    assert str(refused.value) == message


def test_the_twin_says_that_it_is_json(run: Run) -> None:
    assert run("not_json", "{}").reason == "the reply is JSON"
    assert run("not_json", "{}", schema={}).reason == "the reply is JSON that fits the schema"


@pytest.mark.parametrize(
    ("text", "parameters", "score"),
    [
        ('{"b": 2, "a": 1.0}', {"value": {"a": 1, "b": 2}}, 1.0),
        (FENCED, {"value": {"a": 1}}, 1.0),
        ('{"a": 1}', {"value": '{"a": 1}'}, 1.0),
        ('"a"', {"value": "a"}, 1.0),
        ("[1, 2]", {"value": (1, 2)}, 1.0),
        ("[2, 1]", {"value": [1, 2]}, 0.0),
        ("[]", {"value": ()}, 1.0),
        ('{"a": true}', {"value": {"a": 1}}, 0.0),
        ('{"a": "1"}', {"value": {"a": 1}}, 0.0),
        ('{"a": null}', {"value": {"a": None}}, 1.0),
        ('{"a": 1, "b": 2}', {"value": {"a": 1}}, 0.5),
        ('{"a": 1}', {"value": {"a": 1, "b": 2, "c": 3, "d": 4}}, 0.25),
        ('{"a": {"x": 1}}', {"value": {"a": 1}}, 0.0),
        ('{"a": 1.1}', {"value": {"a": 1}, "tolerance": 0.1}, 1.0),
        ('{"a": 1.11}', {"value": {"a": 1}, "tolerance": 0.1}, 0.0),
        ('{"a": 1, "note": "x"}', {"value": {"a": 1}, "ignore": ["$.note"]}, 1.0),
        ('[{"id": 1, "v": 2}]', {"value": [{"id": 9, "v": 2}], "ignore": ["$[*].id"]}, 1.0),
        ("{}", {"value": {}}, 1.0),
        ("not json", {"value": {}}, 0.0),
    ],
)
def test_the_score_is_the_share_of_right_fields(
    run: Run, text: str, parameters: dict[str, Any], score: float
) -> None:
    result = run("json_equals", text, **parameters)

    assert result.score == pytest.approx(score)
    assert result.passed is (score == 1.0)


def test_a_share_may_be_enough(run: Run) -> None:
    value = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}

    result = run("json_equals", '{"a":1,"b":2,"c":3,"d":4}', value=value, min=0.8)

    assert (result.score, result.min, result.passed) == (0.8, 0.8, True)


def test_it_names_the_wrong_fields(run: Run) -> None:
    result = run(
        "json_equals",
        '{"a": 9, "b": [1], "x": 0}',
        value={"a": 1, "b": [1, 2], "c": "text"},
    )

    assert result.reason == (
        "0.2 is below the minimum of 1: $.a is 9, expected 1; $.b[1] is nothing, expected 2; "
        "$.c is nothing, expected 'text' and 1 more"
    )


@pytest.mark.parametrize(
    ("items", "passed"),
    [
        ('[1, true, "1", [1], [true], {"a": 1}, {"a": true}, null, 0, false]', True),
        ("[1, 1.0]", False),
        ('[{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}]', False),
        ('"aa"', True),
    ],
)
def test_unique_items_are_those_that_no_other_one_equals(
    run: Run, items: str, *, passed: bool
) -> None:
    result = run("json", items, schema={"uniqueItems": True})

    assert result.passed is passed
    assert passed or result.reason.endswith("has non-unique elements")
    assert run("json", "[1, 1]", schema={"uniqueItems": False}).passed


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a", 1.0]),
            lambda some: st.lists(some, max_size=2) | st.dictionaries(st.sampled_from("ab"), some),
        )
    )
)
def test_unique_items_are_what_jsonschema_finds_unique(items: list[Any]) -> None:
    known = jsonschema.Draft202012Validator({"uniqueItems": True})

    assert (schema.validator_of({"uniqueItems": True})(items) == "") is known.is_valid(items)


def test_unique_objects_take_linear_time(run: Run) -> None:
    items = json.dumps([{"a": number} for number in range(30_000)])

    assert run("json", items, schema={"uniqueItems": True}).passed


def test_after_a_hundred_errors_the_rest_of_a_value_is_not_looked_at(run: Run) -> None:
    wanted = {"items": {"type": "number"}}

    few = run("json", json.dumps(["x"] * 100), schema=wanted).reason
    many = run("json", json.dumps(["x"] * 100_000), schema=wanted).reason

    assert few.endswith("; 97 more")
    assert many.endswith("; at least 98 more")


@pytest.mark.parametrize(
    "endless",
    [{"$ref": "#"}, {"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"}],
    ids=["itself", "by another"],
)
def test_a_reference_that_leads_back_to_itself_is_one_line(
    run: Run, endless: dict[str, Any]
) -> None:
    result = run("json", "{}", schema=endless)

    assert result.status == "error"
    assert result.reason == (
        "endless_reference: a $ref of the schema leads back to itself, "
        "or the JSON is nested too deeply for it"
    )


def test_a_schema_of_endless_work_is_an_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MOST_STEPS", 1_000)
    twice = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(20)}
    wanted = {"$defs": {**twice, "a20": {}}, "$ref": "#/$defs/a0"}

    result = run("json", "1", schema=wanted)

    assert (result.status, result.reason) == (
        "error",
        "schema_too_slow: more than 1,000 steps for one reply",
    )


def test_a_schema_that_is_nested_too_deeply_is_refused(run: Run) -> None:
    deep: dict[str, Any] = {}
    for _ in range(190):
        deep = {"items": deep}

    with pytest.raises(ParameterError, match=r"^schema: nested too deeply$"):
        run("json", "[]", schema=deep)
