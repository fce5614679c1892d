import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmeval.adapters.replay import Recordings, canonical
from llmeval.errors import AdapterError, StoredFileError
from llmeval.records import Message, Passage, Reply, Request, ToolCall, Usage

Ask = Callable[..., Reply]
Write = Callable[..., str]


@pytest.fixture
def recorded(tmp_path: Path) -> Write:
    def write(*lines: Any, end: str = "\n") -> str:
        path = tmp_path / "recorded.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("\n".join(texts) + end, encoding="utf-8")
        return str(path)

    return write


def _full(prompt: str, reply: Any = "ok", **request: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": prompt}]
    return {"request": {"messages": messages} | request, "reply": {"text": reply}}


def test_the_simple_form_answers_by_the_prompt_alone(recorded: Write, ask: Ask) -> None:
    path = recorded({"prompt": "Hi", "reply": "Hello."}, {"prompt": "Bye", "reply": "So long."})

    reply = ask("replay", {"path": path}, "Bye", system="Anything", params={"seed": 1})

    assert reply == Reply(text="So long.", cached=True)


def test_the_full_form_answers_the_same_request(recorded: Write, ask: Ask) -> None:
    line = _full("Hi", system="Be kind.", params={"seed": 1}, tools=[{"name": "t"}])
    path = recorded(line)

    reply = ask(
        "replay",
        {"path": path},
        "Hi",
        system="Be kind.",
        params={"seed": 1},
        tools=({"name": "t"},),
        session="another",
        timeout_s=3,
    )

    assert reply.text == "ok"


def test_what_is_recorded_is_found_again(
    recorded: Write, ask: Ask, request_for: Callable[..., Request]
) -> None:
    call = ToolCall(name="look", arguments={"q": [1, "ü"]}, id="c1")
    messages = (
        Message(role="user", content="Find it"),
        Message(role="assistant", content="", tool_calls=(call,)),
        Message(role="tool", content="found \ud800", tool_call_id="c1"),
    )
    request = request_for(None, messages=messages, system="S", params={"temperature": 0.5})
    path = recorded({"request": canonical(request), "reply": "There."})

    assert ask("replay", {"path": path}, request).text == "There."


SCHEMA = {"type": "object", "properties": {"verdict": {"type": "number"}}}


def test_recordings_with_a_schema_and_without_are_told_apart(
    recorded: Write, ask: Ask, request_for: Callable[..., Request]
) -> None:
    plain, by_schema = request_for("Hi"), request_for("Hi", schema=SCHEMA)
    path = recorded(
        {"request": canonical(plain), "reply": "plain"},
        {"request": canonical(by_schema), "reply": "by schema"},
    )

    assert ask("replay", {"path": path}, plain).text == "plain"
    assert ask("replay", {"path": path}, by_schema).text == "by schema"


def test_what_was_recorded_without_a_schema_answers_with_one_too(
    recorded: Write, ask: Ask, request_for: Callable[..., Request]
) -> None:
    path = recorded(_full("Hi"))

    assert ask("replay", {"path": path}, request_for("Hi", schema=SCHEMA)).text == "ok"


def test_a_miss_for_want_of_a_schema_says_so(
    recorded: Write, ask: Ask, request_for: Callable[..., Request]
) -> None:
    path = recorded({"request": canonical(request_for("Hi", schema=SCHEMA)), "reply": "x"})

    with pytest.raises(AdapterError, match=r"differs in schema: recorded '\{.*, asked nothing"):
        ask("replay", {"path": path}, "Hi")


def test_a_recorded_reply_has_no_latency_and_no_cost(recorded: Write, ask: Ask) -> None:
    reply = {
        "text": "Yes \ud800.",
        "finish_reason": "stop",
        "model": "m",
        "request_id": "r",
        "reasoning": "Hm.",
        "tool_calls": [{"name": "t", "arguments": {"a": 1}, "id": "c"}],
        "retrieved": [{"id": "d", "text": "One."}],
        "steps": [{"kind": "llm"}],
        "files": {"a.py": "x"},
        "usage": {"input_tokens": 3, "output_tokens": 2},
        "cost_usd": 0.5,
        "cached": False,
        "timing": {"total_s": 2.0, "attempts": 2},
        "from a later version": 1,
    }
    path = recorded({"prompt": "Hi", "reply": reply})

    assert ask("replay", {"path": path}) == Reply(
        text="Yes �.",
        finish_reason="stop",
        model="m",
        request_id="r",
        reasoning="Hm.",
        tool_calls=(ToolCall(name="t", arguments={"a": 1}, id="c"),),
        retrieved=(Passage(id="d", text="One."),),
        steps=({"kind": "llm"},),
        files={"a.py": "x"},
        usage=Usage(input_tokens=3, output_tokens=2),
        cached=True,
    )


def test_lines_of_one_request_are_its_trials(recorded: Write, ask: Ask) -> None:
    path = recorded({"prompt": "Hi", "reply": "1"}, _full("x"), {"prompt": "Hi", "reply": "2"})

    replies = [ask("replay", {"path": path}, trial=trial).text for trial in (1, 2)]

    assert replies == ["1", "2"]


def test_a_trial_that_was_not_recorded_is_a_miss(recorded: Write, ask: Ask) -> None:
    path = recorded({"prompt": "Hi", "reply": "1"})

    with pytest.raises(AdapterError, match=r"1 trials recorded .* this is trial 2") as caught:
        ask("replay", {"path": path}, trial=2)

    assert (caught.value.kind, caught.value.transient) == ("no_recording", False)


def test_named_trials_win_over_the_order(recorded: Write, ask: Ask) -> None:
    path = recorded(
        _full("Hi", "second") | {"case": "c", "trial": 2},
        _full("Hi", "other case") | {"case": "d", "trial": 1},
        _full("Hi", "first") | {"case": "c", "trial": 1},
    )

    replies = [
        ask("replay", {"path": path}, case=case, trial=trial).text
        for case, trial in (("c", 1), ("c", 2), ("d", 1), ("renamed", 2))
    ]

    assert replies == ["first", "second", "other case", "second"]


def test_a_named_trial_is_not_answered_by_another(recorded: Write, ask: Ask) -> None:
    path = recorded(_full("Hi", "second") | {"case": "c", "trial": 2})

    with pytest.raises(AdapterError, match="this is trial 1"):
        ask("replay", {"path": path}, trial=1)


@pytest.mark.parametrize(
    ("fields", "difference"),
    [
        pytest.param(
            {"prompt": "How are we?"},
            r"line 1, which differs in messages\[0\].content: recorded 'How are you\?', asked",
            id="prompt",
        ),
        pytest.param({"system": "New."}, "in system: recorded 'Old.', asked 'New.'", id="system"),
        pytest.param({"system": None}, "in system: recorded 'Old.', asked nothing", id="gone"),
        pytest.param(
            {"params": {"seed": 2}}, "in params.seed: recorded '1', asked '2'", id="params"
        ),
        pytest.param(
            {"tools": ({"name": "t"},)}, "in tools: recorded 0 of them, asked 1", id="tools"
        ),
    ],
)
def test_a_miss_names_the_nearest_recording_and_the_difference(
    recorded: Write, ask: Ask, fields: dict[str, Any], difference: str
) -> None:
    path = recorded(
        _full("How are you?", system="Old.", params={"seed": 1}),
        _full("Something else altogether", system="Old.", params={"seed": 1}),
    )
    asked: dict[str, Any] = {
        "prompt": "How are you?",
        "system": "Old.",
        "params": {"seed": 1},
    } | fields

    with pytest.raises(AdapterError, match=difference) as caught:
        ask("replay", {"path": path}, **asked)

    assert caught.value.kind == "no_recording"


def test_a_miss_among_simple_recordings_shows_the_prompt(recorded: Write, ask: Ask) -> None:
    path = recorded({"prompt": "How are you?", "reply": "x"})

    with pytest.raises(AdapterError, match=r"nearest is line 1, .* prompt: recorded 'How are you"):
        ask("replay", {"path": path}, "How are we?")


def test_texts_that_differ_late_are_shown_from_there(recorded: Write, ask: Ask) -> None:
    path = recorded(_full("word " * 200 + "apples"))

    with pytest.raises(AdapterError, match=r"word apples', asked …'.*word pears'"):
        ask("replay", {"path": path}, "word " * 200 + "pears")


def test_an_empty_recording_says_so(recorded: Write, ask: Ask) -> None:
    with pytest.raises(AdapterError, match="holds no recordings"):
        ask("replay", {"path": recorded(end="")})


def test_many_misses_stay_cheap(recorded: Write, request_for: Callable[..., Request]) -> None:
    recordings = Recordings.read(recorded(_full("Hello")))
    messages = []

    for number in range(60):
        with pytest.raises(AdapterError) as caught:
            recordings.reply(request_for(f"Hello {number}"))
        messages.append(str(caught.value))
    recordings.close()

    assert sum("nearest" in message for message in messages) == 50


def test_the_digest_before_redaction_is_used(
    recorded: Write, ask: Ask, request_for: Callable[..., Request]
) -> None:
    from llmeval.adapters.recordings import digest

    request = request_for("My key is sk-12345678")
    path = recorded(_full("My key is ***") | {"key": digest(canonical(request))})

    assert ask("replay", {"path": path}, request).text == "ok"


def test_recordings_that_were_not_asked_for_are_counted(
    recorded: Write, request_for: Callable[..., Request]
) -> None:
    recordings = Recordings.read(recorded(_full("a"), _full("b"), _full("b"), _full("c")))

    recordings.reply(request_for("b"))
    recordings.close()

    assert (len(recordings), recordings.unused) == (4, 2)


def test_tens_of_thousands_of_recordings_are_found(
    recorded: Write, request_for: Callable[..., Request]
) -> None:
    recordings = Recordings.read(recorded(*(_full(f"Question {n}", str(n)) for n in range(20_000))))

    replies = [recordings.reply(request_for(f"Question {n}")).text for n in (0, 9_999, 19_999)]
    recordings.close()

    assert replies == ["0", "9999", "19999"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{broken", ":2: not JSON", id="json"),
        pytest.param("[1]", ":2: expected an object with 'prompt' or 'request'", id="list"),
        pytest.param({"reply": "x"}, ":2: expected 'request', an object, or", id="no-request"),
        pytest.param({"prompt": "x"}, ":2: expected 'reply', a text or an object", id="no-reply"),
        pytest.param({"prompt": 5, "reply": "x"}, ":2: expected 'request'", id="types"),
    ],
)
def test_a_bad_line_is_named(recorded: Write, line: Any, message: str) -> None:
    path = recorded(_full("Hi"), line, _full("Hi"))

    with pytest.raises(StoredFileError, match=message):
        Recordings.read(path)


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'{"prompt": "\xff", "reply": "x"}\n')

    with pytest.raises(StoredFileError, match=":1: not UTF-8"):
        Recordings.read(path)


def test_a_last_line_that_was_cut_off_is_left_out(recorded: Write, ask: Ask) -> None:
    path = recorded(_full("Hi"), '{"request": {"mess', end="")

    assert ask("replay", {"path": path}).text == "ok"


def test_a_reply_that_is_none_is_named(recorded: Write, ask: Ask) -> None:
    path = recorded({"prompt": "Hi", "reply": {"txt": "x"}})

    with pytest.raises(AdapterError, match=":1: not a reply: no 'text' in it; found 'txt'"):
        ask("replay", {"path": path})


def test_a_missing_file_ends_the_adapter(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="cannot be read: No such file") as caught:
        ask("replay", {"path": str(tmp_path / "none.jsonl")})

    assert caught.value.fatal


def test_a_folder_is_no_recording(ask: Ask, tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="cannot be read: Is a directory"):
        ask("replay", {"path": str(tmp_path)})


def test_requests_in_flight_together_get_their_own_replies(
    recorded: Write, request_for: Callable[..., Request]
) -> None:
    from llmeval.registry import Registry

    path = recorded(*(_full(f"Q{n}", f"A{n}") for n in range(50)))
    adapter: Any = Registry().adapter("replay", {"path": path})

    async def all_at_once() -> list[Reply]:
        asked = [adapter.respond(request_for(f"Q{n}")) for n in range(50)]
        replies = await asyncio.gather(*asked)
        await adapter.close()
        return list(replies)

    assert [reply.text for reply in asyncio.run(all_at_once())] == [f"A{n}" for n in range(50)]
