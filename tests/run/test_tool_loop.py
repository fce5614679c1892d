"""Tool calls that are answered with canned results, within one turn."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from llmeval.errors import AdapterError
from llmeval.records import Check, Message, Reply, Request, Timing, ToolCall, Turn, Usage
from llmeval.run.tool_loop import Rounds

RESULTS = {"search": "three mails", "send": {"status": "sent"}}
FIND = ToolCall(name="search", arguments={"q": "Kim"}, id="c1")
SEND = ToolCall(name="send", arguments={"to": "Kim"}, id="c2")


def _reply(text: str | None = None, *calls: ToolCall, seconds: float | None = 1.0) -> Reply:
    return Reply(
        text=text,
        tool_calls=calls,
        finish_reason="tool_calls" if calls else "stop",
        model="m",
        usage=Usage(input_tokens=10, output_tokens=2),
        cost_usd=0.5,
        timing=Timing(total_s=seconds, first_token_s=0.1, attempts=1),
    )


def _run(*replies: Reply) -> tuple[Reply, tuple[Message, ...], list[Request]]:
    asked: list[Request] = []

    async def ask(request: Request) -> Reply:
        asked.append(request)
        return replies[min(len(asked), len(replies)) - 1]

    first = Request(adapter="a", messages=(Message(role="user", content="Find it."),))
    rounds = Rounds(RESULTS)
    asyncio.run(rounds.go(first, ask))
    return rounds.reply(), rounds.messages, asked


def test_the_model_gets_the_results_and_is_asked_again() -> None:
    reply, messages, asked = _run(_reply("Let me look.", FIND), _reply("", SEND), _reply("Done."))

    assert reply.text == "Done."
    assert [call.name for call in reply.tool_calls] == ["search", "send"]
    assert len(asked) == 3
    roles = [message.role for message in messages]
    assert roles == ["user", "assistant", "tool", "assistant", "tool"]
    assert messages[2] == Message(
        role="tool", content="three mails", tool_call_id="c1", name="search"
    )
    assert messages[4].content == '{"status":"sent"}'


def test_what_the_requests_took_adds_up() -> None:
    reply, _, _ = _run(_reply("", FIND, seconds=1.0), _reply("Done.", seconds=0.5))

    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (20, 4)
    assert reply.cost_usd == 1.0
    assert (reply.timing.total_s, reply.timing.first_token_s) == (1.5, 0.1)
    assert reply.timing.attempts == 2


def test_what_one_request_did_not_say_the_whole_does_not_know() -> None:
    reply, _, _ = _run(_reply("", FIND), _reply("Done.", seconds=None))

    assert reply.timing.total_s is None


def test_the_steps_tell_what_happened() -> None:
    reply, _, _ = _run(_reply("", FIND), _reply("Done."))

    kinds = [(step["kind"], step["name"], step["start_s"]) for step in reply.steps]
    assert kinds == [("llm", "m", 0.0), ("tool", "search", 1.0), ("llm", "m", 1.0)]
    assert reply.steps[1]["input"] == {"q": "Kim"}
    assert reply.steps[1]["output"] == "three mails"


def test_a_call_without_a_result_ends_the_turn() -> None:
    unknown = ToolCall(name="delete", arguments={}, id="c9")

    reply, _, asked = _run(_reply("", FIND, unknown))

    assert len(asked) == 1
    assert [call.name for call in reply.tool_calls] == ["search", "delete"]


def test_a_model_that_comes_to_no_end_is_an_error() -> None:
    with pytest.raises(AdapterError, match="still calls tools after 8 rounds") as caught:
        _run(_reply("", FIND))

    assert caught.value.kind == "too_many_tool_calls"


def test_calls_at_the_same_time_without_ids_get_some_of_their_own() -> None:
    first, second = (ToolCall(name="search", arguments={"q": q}) for q in ("Kim", "Lee"))

    _, messages, _ = _run(_reply("", first, second), _reply("Done."))

    ids = [call.id for call in messages[1].tool_calls]
    assert len(set(ids)) == 2
    assert None not in ids
    assert [message.tool_call_id for message in messages[2:]] == ids


@pytest.mark.parametrize("arguments", ["{not json", [1], 7])
def test_a_call_that_nothing_can_be_made_of_is_told_so(arguments: Any) -> None:
    broken = ToolCall(name="search", arguments=arguments, id="c1")

    reply, messages, _ = _run(_reply("", broken), _reply("Sorry."))

    assert messages[2].content == "error: the arguments are not a JSON object"
    assert reply.steps[1]["error"] == "error: the arguments are not a JSON object"
    assert reply.tool_calls == (broken,)


def test_a_reply_that_was_cut_off_ends_the_turn() -> None:
    cut = Reply(tool_calls=(FIND,), finish_reason="length")

    reply, _, asked = _run(cut, _reply("Done."))

    assert len(asked) == 1
    assert reply.finish_reason == "length"


def test_without_a_call_there_is_one_step() -> None:
    reply, _, _ = _run(_reply("Done."))

    assert [step["kind"] for step in reply.steps] == ["llm"]


def test_steps_of_an_application_count_from_the_beginning_of_the_turn() -> None:
    own = ({"kind": "retrieval", "name": "docs", "start_s": 0.25}, {"kind": "llm", "name": "m"})
    first, last = _reply("", FIND), _reply("Done.")

    reply, _, _ = _run(replace(first, steps=own), replace(last, steps=own))

    assert [(step["name"], step.get("start_s")) for step in reply.steps] == [
        ("docs", 0.25),
        ("m", None),
        ("search", 1.0),
        ("docs", 1.25),
        ("m", None),
    ]


# --- in a case -------------------------------------------------------------------------------


def _says(*replies: Reply) -> Any:
    """Return an adapter's answers: the same ones, in order, in each conversation."""
    left: dict[str, list[Reply]] = {}

    def answer(request: Request) -> Reply:
        return left.setdefault(request.session, list(replies)).pop(0)

    return answer


def test_a_case_says_what_tools_return(bench: Any) -> None:
    bench.adapter(_says(_reply("", FIND), _reply("Done.")))
    bench.case("a", tool_results=RESULTS)

    (result,) = bench.run()

    (trial,) = bench.seen
    assert result.outcome == "passed"
    assert trial.reply.text == "Done."
    assert [message.role for message in trial.messages] == ["user", "assistant", "tool"]


def test_a_model_that_says_nothing_after_its_calls_gave_no_answer(bench: Any) -> None:
    bench.adapter(_says(_reply("", FIND), _reply("")))
    bench.case("a", tool_results=RESULTS)

    bench.run()

    assert bench.seen[0].error.kind == "empty_output"


def test_a_model_that_is_cut_off_before_its_call_is_no_measurement(bench: Any) -> None:
    bench.adapter(_says(Reply(tool_calls=(FIND,), finish_reason="length")))
    bench.case("a", tool_results=RESULTS)

    bench.run()

    assert bench.seen[0].error.kind == "truncated"


def test_what_came_before_an_error_is_kept(bench: Any) -> None:
    def answer(request: Request) -> Reply:
        if request.messages[-1].role == "tool":
            raise AdapterError("gone", kind="bad_request")
        return _reply("", FIND)

    bench.adapter(answer)
    bench.case("a", tool_results=RESULTS)

    bench.run()

    (trial,) = bench.seen
    assert trial.error.kind == "bad_request"
    assert trial.reply.cost_usd == 0.5
    assert [message.role for message in trial.messages] == ["user", "assistant", "tool"]


# --- in a dialogue ---------------------------------------------------------------------------


def _calls(tool: str, **more: Any) -> Check:
    parameters = {"tool": tool, **more}
    return Check(check="calls_tool", metric="calls_tool", parameters=parameters)


TURNS = (
    Turn(user="Find it.", checks=(_calls("search"), _calls("send", times=0))),
    Turn(user="Send it.", checks=(_calls("send"), _calls("search", times=0))),
)
DIALOGUE = (_reply("", FIND), _reply("Found."), _reply("", SEND), _reply("Sent."))


def test_the_next_turn_sees_calls_and_results_of_those_before(bench: Any) -> None:
    own = bench.adapter(_says(*DIALOGUE))
    bench.case("a", turns=TURNS, tool_results=RESULTS)

    bench.run()

    roles = [[message.role for message in request.messages] for request in own.asked]
    first = ["user", "assistant", "tool"]
    assert roles == [["user"], first, [*first, "assistant", "user"], [*first, "assistant", *first]]
    last = own.asked[-1].messages
    assert [(message.content, len(message.tool_calls)) for message in last] == [
        ("Find it.", 0),
        ("", 1),
        ("three mails", 0),
        ("Found.", 0),
        ("Send it.", 0),
        ("", 1),
        ('{"status":"sent"}', 0),
    ]


def test_checks_of_a_turn_see_its_calls_and_the_cases_see_all(bench: Any) -> None:
    sequence = Check(
        check="tool_sequence", metric="sequence", parameters={"value": ("search", "send")}
    )
    bench.adapter(_says(*DIALOGUE))
    bench.case("a", turns=TURNS, tool_results=RESULTS, checks=(sequence,))

    (result,) = bench.run()

    assert result.outcome == "passed"
    assert [check.turn for check in bench.seen[0].checks] == [1, 1, 2, 2, None]


def test_tokens_cost_and_latency_of_a_turn_are_those_of_its_rounds(bench: Any) -> None:
    bench.adapter(_says(*DIALOGUE))
    bench.case("a", turns=TURNS, tool_results=RESULTS)

    bench.run()

    replies = [turn.reply for turn in bench.seen[0].turns]
    assert [reply.usage.input_tokens for reply in replies] == [20, 20]
    assert [reply.cost_usd for reply in replies] == [1.0, 1.0]
    assert [reply.timing.total_s for reply in replies] == [2.0, 2.0]


def test_a_dialogue_ends_at_a_call_without_a_result(bench: Any) -> None:
    own = bench.adapter(_says(_reply("", FIND)))
    turns = (Turn(user="Find it."), Turn(user="Send it."))
    bench.case("a", turns=turns, checks=(_calls("search"),))

    (result,) = bench.run()

    assert result.outcome == "passed"
    assert len(own.asked) == 1
    assert [turn.reply is not None for turn in bench.seen[0].turns] == [True, False]


def test_checks_that_a_call_keeps_from_being_reached_are_no_pass(bench: Any) -> None:
    bench.adapter(_says(_reply("", FIND)))
    bench.case("a", turns=TURNS)

    (result,) = bench.run()

    assert result.outcome == "error"
    (problem,) = result.problems
    assert problem == (
        "unanswered_tool_call: turn 1 ends with a call of 'search', so turn 2 and its checks are "
        "not reached; say what the tool returns in tool_results"
    )


def test_an_application_that_answers_and_tells_its_calls_is_asked_on(bench: Any) -> None:
    told = Reply(text="Found it.", tool_calls=(FIND,), finish_reason="stop")
    own = bench.adapter(_says(told, Reply(text="Sent.")))
    bench.case("a", turns=(Turn(user="Find it."), Turn(user="Send it.")))

    bench.run()

    assert [message.tool_calls for message in own.asked[1].messages] == [(), (), ()]


def test_a_recording_answers_a_dialogue_with_tools(bench: Any, tmp_path: Any) -> None:
    own = bench.adapter(_says(*DIALOGUE))
    bench.case("a", turns=TURNS, tool_results=RESULTS, repeat=2)
    bench.run(record=tmp_path / "it.jsonl")
    first = bench.trials()

    bench.run(replay=tmp_path / "it.jsonl")

    assert len(own.asked) == 8
    for before, after in zip(first, bench.trials(), strict=True):
        assert after.outcome == before.outcome == "passed"
        assert after.messages == before.messages
        assert [turn.reply.text for turn in after.turns] == ["Found.", "Sent."]
        assert [turn.reply.tool_calls for turn in after.turns] == [(FIND,), (SEND,)]


def test_what_a_service_wants_back_with_a_call_is_cached_and_not_logged(bench: Any) -> None:
    signed = replace(FIND, opaque=[{"type": "thinking", "signature": "sealed"}])
    bench.adapter(_says(_reply("", signed), _reply("Done.")))
    bench.case("a", tool_results=RESULTS)
    bench.run(cache="use")
    calls: list[ToolCall] = []

    def answer(request: Request) -> Reply:
        calls.extend(request.messages[1].tool_calls)
        return _reply("Done.")

    bench.adapter(answer)
    for path in (bench.folder / "cache").rglob("*.json"):
        if '"role":"tool"' in path.read_text(encoding="ascii"):
            path.unlink()
    bench.run(cache="use")

    assert calls == [signed]
    assert "sealed" not in bench.text()
