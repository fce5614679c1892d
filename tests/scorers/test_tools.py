"""What is expected of tool calls: calls_tool, tool_sequence, valid_tool_calls."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from llmeval.records import Case, CheckResult, Reply, ToolCall
from llmeval.registry import Registry
from llmeval.scorers.binding import bind
from llmeval.scorers.calls import is_same, is_within
from llmeval.scorers.evaluate import check_reply

Run = Callable[..., CheckResult]


def reply(*calls: tuple[str, Any] | str, **fields: Any) -> Reply:
    pairs = [(call, {}) if isinstance(call, str) else call for call in calls]
    made = tuple(ToolCall(name=name, arguments=arguments) for name, arguments in pairs)
    return Reply(tool_calls=made, **fields)


@pytest.mark.parametrize(
    ("parameters", "calls", "reason"),
    [
        pytest.param({"tool": "send"}, ["send"], "", id="called"),
        pytest.param({"tool": "send"}, [], "'send' is not called; called: none", id="none"),
        pytest.param(
            {"tool": "send"},
            ["find", "find"],
            "'send' is not called; called: find (2 times)",
            id="another",
        ),
        pytest.param({"tool": "send", "times": 2}, ["send", "send"], "", id="twice"),
        pytest.param(
            {"tool": "send", "times": 1},
            ["send", "send"],
            "called 2 times send(), expected 1",
            id="too often",
        ),
        pytest.param({"tool": "send", "times": 0}, ["find"], "", id="never"),
        pytest.param(
            {"tool": "send", "arguments": {"to": "kim"}},
            [("send", {"to": "kim", "text": "Hi"})],
            "",
            id="subset",
        ),
        pytest.param(
            {"tool": "send", "arguments": {"to": "kim"}, "match": "exact"},
            [("send", {"to": "kim", "text": "Hi"})],
            "called as send(to='kim', text='Hi'), expected send(to='kim')",
            id="exact",
        ),
        pytest.param(
            {"tool": "send", "arguments": {"n": 1}},
            [("send", {"n": 1.0})],
            "",
            id="1 is 1.0",
        ),
        pytest.param(
            {"tool": "send", "arguments": {"n": 1}},
            [("send", {"n": True})],
            "called as send(n=True), expected send(n=1, …)",
            id="true is not 1",
        ),
        pytest.param(
            {"tool": "send", "arguments": {"a": {"b": [{"c": 1}]}}},
            [("send", {"a": {"b": [{"c": 1, "d": 2}], "e": 3}})],
            "",
            id="nested",
        ),
        pytest.param(
            {"tool": "send", "arguments": {"to": "kim"}},
            [("send", "no json")],
            "called as send('no json'), expected send(to='kim', …)",
            id="not json",
        ),
    ],
)
def test_a_tool_is_called_as_expected(
    run: Run, parameters: dict[str, Any], calls: list[Any], reason: str
) -> None:
    result = run("calls_tool", reply(*calls), **parameters)

    assert (result.passed, result.reason) == (not reason, reason)


def test_a_forbidden_tool_must_not_be_called(run: Run) -> None:
    assert run("not_calls_tool", reply("find", text="Done."), tool="delete").passed
    wrong = run("not_calls_tool", reply("delete"), tool="delete")
    assert (wrong.passed, wrong.reason) == (False, "calls delete()")
    assert run("not_calls_tool", Reply(), tool="delete").passed is False


def test_a_call_that_a_step_carried_out_is_one_call(run: Run) -> None:
    step = {"kind": "tool", "name": "send", "input": {"to": "kim"}}
    told = reply(("send", {"to": "kim"}), steps=(step, {"kind": "llm", "name": "m"}))

    assert run("calls_tool", told, tool="send", times=1).passed
    assert run("calls_tool", Reply(steps=(step, step)), tool="send", times=2).passed


@pytest.mark.parametrize(
    ("match", "calls", "passed", "score"),
    [
        ("exact", ["a", "b"], True, 1.0),
        ("exact", ["a", "b", "c"], False, 0.8),
        ("exact", ["b", "a"], False, 0.5),
        ("exact", [], False, 0.0),
        ("in_order", ["x", "a", "x", "b"], True, 2 / 3),
        ("in_order", ["b", "a"], False, 0.5),
        ("any_order", ["b", "x", "a"], True, 0.8),
        ("any_order", ["a", "a"], False, 0.5),
    ],
)
def test_a_sequence_is_scored_by_f1(
    run: Run, *, match: str, calls: list[str], passed: bool, score: float
) -> None:
    result = run("tool_sequence", reply(*calls), value=("a", "b"), match=match)

    assert result.passed is passed
    assert result.score == pytest.approx(score)


def test_a_sequence_says_what_was_called_and_what_was_expected(run: Run) -> None:
    result = run("tool_sequence", reply("b", "a"), value=("a", "b"), match="in_order")

    assert result.reason == "called b, a; expected in this order a, b"


def test_repeated_tools_are_matched_as_an_assignment_not_greedily(run: Run) -> None:
    anything, kim = "send", {"tool": "send", "arguments": {"to": "kim"}}
    made = reply(("send", {"to": "kim"}), ("send", {"to": "lee"}))

    assert run("tool_sequence", made, value=(anything, kim), match="any_order").passed


def test_no_call_at_all_can_be_expected(run: Run) -> None:
    assert run("tool_sequence", Reply(text="x"), value=()).passed
    assert not run("tool_sequence", reply("a"), value=()).passed


TOOLS = (
    {
        "type": "function",
        "function": {
            "name": "send",
            "parameters": {
                "type": "object",
                "properties": {"to": {"type": "string"}},
                "required": ["to"],
            },
        },
    },
)


@pytest.mark.parametrize(
    ("calls", "score", "reason"),
    [
        pytest.param([("send", {"to": "kim"})], 1.0, "", id="valid"),
        pytest.param(
            [("send", {"to": "kim"}), ("sent", {})],
            0.5,
            "'sent' is no declared tool; declared: send",
            id="unknown",
        ),
        pytest.param(
            [("send", {"to": 7})], 0.0, "send: $.to: 7 is not of type 'string'", id="wrong type"
        ),
        pytest.param(
            [("send", "{")], 0.0, "send('{'): the arguments are no JSON object", id="no object"
        ),
    ],
)
def test_calls_are_held_against_the_declared_schemas(
    case: Case, make: Any, calls: list[Any], score: float, reason: str
) -> None:
    (bound,) = bind([make("valid_tool_calls")], Registry())

    result = check_reply(replace(case, tools=TOOLS), bound, reply(*calls))

    assert (result.score, result.reason) == (score, reason)


def test_arguments_are_an_object_whatever_the_tool_declares(case: Case, make: Any) -> None:
    (bound,) = bind([make("valid_tool_calls")], Registry())
    tools = ({"type": "function", "function": {"name": "stop"}},)

    broken = check_reply(replace(case, tools=tools), bound, reply(("stop", "{")))
    none = check_reply(replace(case, tools=tools), bound, reply(("stop", None)))

    assert broken.reason == "stop('{'): the arguments are no JSON object"
    assert none.passed


def test_a_step_that_does_not_say_what_it_was_given_is_not_judged(case: Case, make: Any) -> None:
    (bound,) = bind([make("valid_tool_calls")], Registry())
    steps = ({"kind": "tool", "name": "send"},)

    result = check_reply(replace(case, tools=TOOLS), bound, Reply(text="x", steps=steps))

    assert result.passed


def test_a_schema_is_not_looked_up_over_the_network(case: Case, make: Any) -> None:
    (bound,) = bind([make("valid_tool_calls")], Registry())
    far = {"$ref": "http://127.0.0.1:9/schema.json"}
    tools = ({"type": "function", "function": {"name": "send", "parameters": far}},)

    result = check_reply(replace(case, tools=tools), bound, reply("send"))

    assert result.status == "error"
    assert "unresolved_reference" in result.reason


def test_a_call_and_the_step_that_did_it_are_one_even_if_the_step_is_silent(
    case: Case, make: Any
) -> None:
    (bound,) = bind([make("calls_tool", tool="send", arguments={"to": "kim"}, times=1)], Registry())
    steps = ({"kind": "tool", "name": "send"},)

    result = check_reply(case, bound, reply(("send", {"to": "kim"}), text="x", steps=steps))

    assert result.passed, result.reason


def test_without_calls_or_declared_tools_there_is_nothing_to_check(case: Case, make: Any) -> None:
    (bound,) = bind([make("valid_tool_calls")], Registry())

    silent = check_reply(replace(case, tools=TOOLS), bound, Reply(text="x"))
    undeclared = check_reply(case, bound, reply("send"))

    assert (silent.status, silent.reason) == (
        "skipped",
        "nothing_to_check: the reply calls no tool",
    )
    assert undeclared.reason == "nothing_to_check: the case declares no tools"


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xy"), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_every_value_is_the_same_as_itself_and_within_itself(value: Any) -> None:
    assert is_same(value, value)
    assert is_within(value, value)


@given(values, values)
def test_the_same_is_within(first: Any, second: Any) -> None:
    assert is_same(first, second) == is_same(second, first)
    assert not is_same(first, second) or is_within(first, second)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("calls_tool", {"tool": ""}, "expected the name of a tool"),
        ("tool_sequence", {"value": ({"name": "a"},)}, "expected names of tools"),
        ("step", {}, "expected the name or the kind of a step"),
        ("step_count", {}, "expected a max, a min or both"),
        ("retrieved", {"ids": ()}, "expected the id of at least one document"),
    ],
)
def test_a_check_that_says_nothing_is_refused(
    make: Any, name: str, parameters: dict[str, Any], message: str
) -> None:
    with pytest.raises(Exception, match=message):
        bind([make(name, **parameters)], Registry())
