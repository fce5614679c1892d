"""The `in` key: which part of a reply a check sees."""

from collections.abc import Callable

import pytest

from llmeval.errors import ParameterError
from llmeval.records import CheckResult, Reply, ToolCall
from llmeval.scorers.part import selector

Run = Callable[..., CheckResult]

REPLY = Reply(
    text='Here:\n```json\n{"answer": "yes", "n": [1, 2.5], "o": {"é": null}}\n```\n',
    reasoning="I think",
    files={"src/app.py": "print(1)"},
    tool_calls=(
        ToolCall(name="send", arguments={"to": "ann"}),
        ToolCall(name="send", arguments="not json"),
    ),
)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("$.answer", "yes"),
        ("$.n", "[1, 2.5]"),
        ("$.n[0]", "1"),
        ("$.n[*]", "[1, 2.5]"),
        ("$.o", '{"é": null}'),
        ('$.o["é"]', "null"),
        ("code", '{"answer": "yes", "n": [1, 2.5], "o": {"é": null}}'),
        ("file:src/app.py", "print(1)"),
        ("file:./src/app.py", "print(1)"),
        ("reasoning", "I think"),
        ("tool_arguments", '{"to": "ann"}'),
    ],
)
def test_a_part_is_seen_as_text(part: str, text: str) -> None:
    assert selector(part)(REPLY) == text


def test_json_may_be_bare_and_tool_arguments_plain() -> None:
    assert selector("$.a")(Reply(text='{"a": 1}')) == "1"
    assert selector("tool_arguments")(Reply(tool_calls=REPLY.tool_calls[1:])) == "not json"


@pytest.mark.parametrize(
    ("part", "reply", "reason"),
    [
        ("$.no", REPLY, "the reply's JSON has nothing at $.no"),
        (
            "$.a",
            Reply(text="Hello"),
            "the reply is not JSON: Expecting value at line 1 column 1, found 'Hello'",
        ),
        (
            "$.a",
            Reply(text=" " * 5_000_001),
            ("the reply is not JSON: 5,000,001 characters are more than the limit of 5,000,000"),
        ),
        (
            "$.a",
            Reply(),
            "the reply is not JSON: Expecting value at line 1 column 1, the text ends",
        ),
        ("code", Reply(text="Hello"), "the reply has no fenced code block"),
        ("file:x", REPLY, "no file 'x'; files of the reply: src/app.py"),
        ("file:x", Reply(files={}), "no file 'x'; files of the reply: none"),
        ("file:x", Reply(text="x"), "the application reported no files"),
        ("reasoning", Reply(text="x"), "the reply came without reasoning"),
        ("tool_arguments", Reply(text="x"), "the reply calls no tool"),
    ],
)
def test_neither_twin_passes_where_the_part_is_missing(
    run: Run, part: str, reply: Reply, reason: str
) -> None:
    plain = run("contains", reply, part=part, value="x")
    twin = run("not_contains", reply, part=part, value="x")

    assert (plain.passed, plain.score, plain.reason) == (False, 0.0, reason)
    assert (twin.passed, twin.score, twin.reason) == (False, 0.0, reason)


def test_an_empty_part_passes_no_twin(run: Run) -> None:
    reply = Reply(text="```\n\n```")

    assert run("not_contains", reply, part="code", value="x").passed is False


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (
            "cod",
            (
                "in: no part 'cod'; expected one of $.path, code, file:PATH, reasoning, "
                "tool_arguments; did you mean 'code'?"
            ),
        ),
        (
            "file:",
            (
                "in: no part 'file:'; expected one of $.path, code, file:PATH, reasoning, "
                "tool_arguments"
            ),
        ),
        (
            "$.a[",
            (
                "in: '$.a[' is not understood from character 4 on; "
                'known are .name, ["name"], [0], [-1] and [*]'
            ),
        ),
    ],
    ids=["typo", "no path", "syntax"],
)
def test_an_unknown_part_is_refused(part: str, message: str) -> None:
    with pytest.raises(ParameterError) as refused:
        selector(part)

    assert str(refused.value) == message
