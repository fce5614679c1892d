"""One check over stored replies."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def write(path: Path, *lines: object) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path.name


def read(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_comes_back_with_its_score_in_file_order(command: Run, project: Path) -> None:
    name = write(project / "r.jsonl", {"reply": "30 days", "id": 7}, {"reply": "no"})

    ended = command("score", "contains", name, "--set", "value=30 days")

    assert ended.status == 0
    first, second = read(ended.out)
    assert first == {
        "reply": "30 days",
        "id": 7,
        "score": 1.0,
        "passed": True,
        "status": "scored",
        "reason": "",
    }
    assert (second["score"], second["passed"]) == (0.0, False)
    assert second["reason"]
    assert ended.err == "contains: 1 passed, 1 failed\n"


def test_a_twin_is_a_check_too(command: Run, project: Path) -> None:
    name = write(project / "r.jsonl", {"reply": "30 days"}, {"reply": None})

    ended = command("score", "not_contains", name, "--set", "value=40")

    assert [line["passed"] for line in read(ended.out)] == [True, False]


def test_parameters_may_be_json(command: Run, project: Path) -> None:
    name = write(project / "r.jsonl", {"reply": "thirty days"})

    ended = command(
        "score",
        "contains_any",
        name,
        "--set",
        'value=["30 days", "THIRTY"]',
        "--set",
        "ignore_case=true",
    )

    assert read(ended.out)[0]["passed"]


def test_a_number_stays_text_where_text_is_wanted(command: Run, project: Path) -> None:
    name = write(project / "r.jsonl", {"reply": "room 12"})

    assert read(command("score", "contains", name, "--set", "value=12").out)[0]["passed"]


def test_a_part_of_the_reply_can_be_scored(command: Run, project: Path) -> None:
    name = write(project / "r.jsonl", {"reply": '{"a": "yes"}'})

    ended = command("score", "equals", name, "--set", "value=yes", "--set", "in=$.a")

    assert read(ended.out)[0]["passed"]


def test_replies_may_be_stored_ones(command: Run, project: Path) -> None:
    name = write(project / "r.jsonl", {"reply": {"text": "hi", "finish_reason": "stop"}})

    assert read(command("score", "finish_reason", name, "--set", "value=stop").out)[0]["passed"]


def test_blank_lines_are_passed_over(command: Run, project: Path) -> None:
    (project / "r.jsonl").write_text('\n{"reply": "a"}\n\n', encoding="utf-8")

    assert len(read(command("score", "contains", "r.jsonl", "--set", "value=a").out)) == 1


def test_a_file_of_which_nothing_is_scored_is_inconclusive(command: Run, project: Path) -> None:
    (project / "r.jsonl").write_text("\n", encoding="utf-8")
    skipped = write(project / "s.jsonl", {"reply": "a"})

    empty = command("score", "contains", "r.jsonl", "--set", "value=a")
    nothing = command("score", "relevance", skipped)

    assert (empty.status, empty.err) == (2, "contains: no lines\n")
    assert (nothing.status, nothing.err) == (2, "relevance: 1 skipped\n")


def test_standard_input_is_a_file_too(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, b'{"reply": "a"}\n')

    assert len(read(command("score", "contains", "-", "--set", "value=a").out)) == 1


def give(
    monkeypatch: pytest.MonkeyPatch, data: bytes, encoding: str = "utf-8", errors: str = "strict"
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors=errors)
    monkeypatch.setattr(sys, "stdin", stdin)


def test_standard_input_may_begin_with_a_byte_order_mark(
    command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, b'\xef\xbb\xbf{"reply": "a"}\n')

    assert command("score", "contains", "-", "--set", "value=a").status == 0


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_standard_input_is_utf8_whatever_the_locale_says(
    command: Run, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    give(monkeypatch, '{"reply": "café"}\n'.encode(), encoding, "surrogateescape")

    assert read(command("score", "equals", "-", "--set", "value=café").out)[0]["passed"]


def test_standard_input_that_is_not_utf8_is_refused_as_a_file_is(
    command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, b'{"reply": "caf\xe9"}\n', errors="surrogateescape")

    ended = command("score", "contains", "-", "--set", "value=a")

    assert (ended.status, ended.err) == (2, "llmeval: standard input: not UTF-8 text (byte 14)\n")


def test_standard_input_that_is_closed_has_no_lines(
    command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    assert command("score", "contains", "-", "--set", "value=a").err == "contains: no lines\n"


def test_standard_input_stays_open(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, b'{"reply": "a"}\n')

    command("score", "contains", "-", "--set", "value=a")

    assert not sys.stdin.closed


def test_a_key_that_is_nearly_one_that_is_read_is_told_once(command: Run, project: Path) -> None:
    lines = [{"reply": "a", "refrence": "a", "id": 1, "goals": "x", "goal": "y"}] * 2
    name = write(project / "r.jsonl", *lines)

    ended = command("score", "contains", name, "--set", "value=a")

    assert ended.err == (
        "r.jsonl:1: unknown key 'refrence'; did you mean 'reference'?\ncontains: 2 passed\n"
    )


def test_a_check_of_the_project_can_be_used(command: Run, project: Path) -> None:
    (project / "llmeval.toml").write_text(
        '[checks]\npolite = "score_checks:polite"', encoding="utf-8"
    )
    (project / "score_checks.py").write_text(
        "def polite(reply, case):\n    return 'please' in reply.text\n", encoding="utf-8"
    )
    name = write(project / "r.jsonl", {"reply": "please"}, {"reply": "now!"})

    ended = command("score", "polite", name)

    assert [line["passed"] for line in read(ended.out)] == [True, False]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{", "r.jsonl:1: not JSON (", id="json"),
        pytest.param(
            "a,b",
            (
                "r.jsonl:1: not JSON (Expecting value at line 1 column 1, found 'a,b\\n'); "
                "expected a JSON object a line, with `reply`"
            ),
            id="table",
        ),
        pytest.param(
            '{"reply": "hi", "x": NaN}',
            "r.jsonl:1: not JSON (NaN is not a JSON number); expected a JSON object a line",
            id="nan",
        ),
        pytest.param(
            '{"reply": "hi", "x": 1e999}',
            "r.jsonl:1: not JSON (the number '1e999' is too large); expected a JSON object",
            id="infinite",
        ),
        pytest.param(
            '{"reply": "hi", "x": ' + "[" * 100_000,
            "r.jsonl:1: not JSON (nested deeper than 200); expected a JSON object a line",
            id="deep",
        ),
        pytest.param(
            '{"reply": "hi", "x": ' + "9" * 5_000 + "}",
            "r.jsonl:1: not JSON (a number of more than 4300 digits); expected a JSON object a",
            id="digits",
        ),
        pytest.param("[1]", "r.jsonl:1: expected an object, found [1]", id="object"),
        pytest.param('{"text": "a"}', "r.jsonl:1: no key 'reply'; found text", id="reply_missing"),
        pytest.param(
            '{"reply": 3}', "r.jsonl:1: reply: expected text or a reply object, found 3", id="reply"
        ),
        pytest.param(
            '{"reply": "a", "context": 3}', "r.jsonl:1: context: expected text, found 3", id="text"
        ),
        pytest.param(
            '{"reply": "a", "references": [3]}',
            "r.jsonl:1: references: expected text or a list of text, found [3]",
            id="texts",
        ),
    ],
)
def test_a_wrong_line_is_named(command: Run, project: Path, line: str, message: str) -> None:
    (project / "r.jsonl").write_text(line + "\n", encoding="utf-8")

    ended = command("score", "contains", "r.jsonl", "--set", "value=a")

    assert ended.status == 2
    assert ended.err.startswith(f"llmeval: {message}")
    assert ended.err.count("\n") == 1


def test_a_file_that_is_not_utf8_is_named(command: Run, project: Path) -> None:
    (project / "r.jsonl").write_bytes(b'{"reply": "caf\xe9"}\n')

    ended = command("score", "contains", "r.jsonl", "--set", "value=a")

    assert (ended.status, ended.err) == (2, "llmeval: r.jsonl: not UTF-8 text (byte 14)\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(("contain",), "unknown check 'contain'; did you mean 'contains'?", id="check"),
        pytest.param(("not_latency",), "unknown check 'not_latency'", id="no_twin"),
        pytest.param(
            ("contains",), "contains: value: is missing; give it: --set value=…", id="missing"
        ),
        pytest.param(
            ("contains", "--set", "valeu=a"),
            "contains: valeu: unknown parameter; did you mean 'value'?",
            id="parameter",
        ),
        pytest.param(
            ("contains", "--set", "value"), "--set value: expected NAME=VALUE", id="no_value"
        ),
        pytest.param(
            ("similar", "--set", "to=a", "--set", "to=b"),
            "--set to: given twice, expected one value",
            id="twice",
        ),
        pytest.param(
            ("latency", "--set", "max=soon"),
            "latency: max: expected a number, found 'soon'",
            id="type",
        ),
    ],
)
def test_a_wrong_check_is_one_line(
    command: Run, project: Path, words: tuple[str, ...], message: str
) -> None:
    name = write(project / "r.jsonl", {"reply": "a"})
    check, *rest = words

    ended = command("score", check, name, *rest)

    assert ended.status == 4
    assert ended.err.startswith(f"llmeval: {message}")


def test_replies_to_the_same_prompt_are_compared(command: Run, project: Path) -> None:
    name = write(
        project / "r.jsonl",
        {"prompt": "a", "reply": "Paris"},
        {"prompt": "b", "reply": "Rome"},
        {"prompt": "a", "reply": "paris!"},
        {"prompt": "b", "reply": "Oslo"},
    )

    ended = command("score", "consistency", name)

    assert [line["score"] for line in read(ended.out)] == [1.0, 0.0, 1.0, 0.0]
    assert "2 passed, 2 failed" in ended.err


def test_a_line_gives_what_factuality_is_held_against(command: Run, project: Path) -> None:
    name = write(
        project / "r.jsonl",
        {"reply": "It opens at ten.", "context": "It opens at nine."},
        {"reply": "Rome", "prompt": "Capital of Italy?", "references": ["Rome"]},
        {"reply": "Milan", "references": ["Rome"], "wrong_references": ["Milan"]},
        {"reply": "Rome"},
    )

    ended = command("score", "factuality", name)

    lines = read(ended.out)
    assert [line["passed"] for line in lines] == [False, True, False, None]
    assert "ten against nine" in lines[0]["reason"]
    assert lines[3]["status"] == "error"
