"""Verdicts are asked for by JSON schema where a judge's service can keep to one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmeval.config import AdapterConfig
from llmeval.records import Check
from llmeval.run import fingerprint

Bench = Any
REFUSES: tuple[int, dict[str, str], Any] = (
    400,
    {},
    {"error": {"message": "response_format json_schema is not supported"}},
)
POLITE = Check(check="rubric", metric="rubric", parameters={"criteria": "Is polite."})
CHOICE = Check(
    check="choose",
    metric="choose",
    parameters={"prompt": "Polite?", "choices": {"yes": 1.0, "no": 0.0}},
)
BETTER = Check(check="compare_to", metric="compare_to", parameters={"value": "Perhaps."})


def verdict(value: Any) -> str:
    return json.dumps({"reason": "Score: 0, it says. VERDICT: 0", "verdict": value})


@pytest.fixture
def service(bench: Bench, panel: Any, serve: Any) -> Callable[..., Any]:
    """Start a judge that speaks the chat-completions format; return its server."""

    def start(answer: Any, **judge: Any) -> Any:
        server = serve(answer)
        panel("judge", **judge)
        parameters = {"base_url": server.url, "model": "m"}
        bench.configs["judge"] = AdapterConfig(name="judge", type="openai", parameters=parameters)
        bench.adapter(lambda _: "Gladly.")
        return server

    return start


def score(bench: Bench, place: int = 0) -> Any:
    return bench.trials()[0].checks[place].score


def asked_form(body: Any) -> Any:
    return body["response_format"]["json_schema"]["schema"]["properties"]["verdict"]


@pytest.mark.parametrize(
    ("check", "said", "form", "expected"),
    [
        (POLITE, 0.75, {"type": "number"}, 0.75),
        (CHOICE, "yes", {"type": "string", "enum": ["yes", "no"]}, 1.0),
        (BETTER, "A", {"type": "string", "enum": ["A", "B", "tie"]}, 0.5),
    ],
    ids=["rubric", "choose", "compare_to"],
)
def test_a_verdict_is_asked_for_by_schema_and_its_reasons_are_none(
    bench: Bench,
    service: Any,
    chat_reply: Any,
    *,
    check: Check,
    said: Any,
    form: Any,
    expected: float,
) -> None:
    server = service(lambda _: chat_reply(verdict(said)))
    bench.case("a", checks=(check,))

    bench.run()

    assert score(bench) == expected
    assert [asked_form(body) for body in server.requests] == [form] * len(server.requests)
    assert bench.engine.notes() == ()


def test_the_reason_of_a_failure_is_the_judges_and_not_its_json(
    bench: Bench, service: Any, chat_reply: Any
) -> None:
    service(lambda _: chat_reply('{"reason": "It is \\n rude.", "verdict": 0.25}'))
    bench.case("a", checks=(POLITE,))

    bench.run()

    assert bench.trials()[0].checks[0].reason == "0.25 is below the minimum of 0.7: It is rude."


@pytest.mark.parametrize("status", [400, 422])
def test_a_service_that_refuses_schemas_is_asked_without_from_then_on(
    bench: Bench, service: Any, chat_reply: Any, status: int
) -> None:
    def answer(body: Any) -> Any:
        refused = (status, *REFUSES[1:])
        return refused if "response_format" in body else chat_reply("Kind.\nVERDICT: 1")

    server = service(answer)
    for name in "abc":
        bench.case(name, checks=(POLITE,))

    results = bench.run(concurrency=1)

    assert [result.outcome for result in results] == ["passed"] * 3
    assert ["response_format" in body for body in server.requests] == [True, False, False, False]
    (note,) = bench.engine.notes()
    assert note.startswith(
        "adapter judge: asked without a JSON schema, which its service refuses "
        f"(HTTP {status} from http://127.0.0.1:"
    )
    assert "json_schema is not supported); structured = false" in note


def test_what_is_refused_in_plain_words_too_is_no_word_against_schemas(
    bench: Bench, service: Any, chat_reply: Any
) -> None:
    def answer(body: Any) -> Any:
        is_long = "long" in body["messages"][-1]["content"]
        return (400, {}, {"error": "too long"}) if is_long else chat_reply(verdict(1))

    server = service(answer)
    bench.case("a", "long", checks=(POLITE,))
    bench.case("b", checks=(POLITE,))

    results = bench.run(concurrency=1)

    assert [result.outcome for result in results] == ["error", "passed"]
    assert ["response_format" in body for body in server.requests] == [True, False, True]
    assert bench.engine.notes() == ()


@pytest.mark.parametrize("status", [401, 500])
def test_other_faults_are_not_blamed_on_the_schema(bench: Bench, service: Any, status: int) -> None:
    server = service(lambda _: (status, {}, {"error": "no"}))
    bench.case("a", checks=(POLITE,))

    bench.run(max_retries=0)

    assert ["response_format" in body for body in server.requests] == [True]


def test_a_schema_that_is_required_is_never_left_out(bench: Bench, service: Any) -> None:
    server = service(lambda _: REFUSES, structured=True)
    bench.case("a", checks=(POLITE,))

    (result,) = bench.run()

    (trial,) = bench.trials()
    assert result.outcome == "error"
    assert trial.error.kind == "bad_request"
    assert trial.error.message.endswith("(not asked without a JSON schema: structured = true)")
    assert len(server.requests) == 1


def test_an_adapter_without_a_word_for_schemas_never_sees_one(bench: Bench, panel: Any) -> None:
    judge = bench.adapter(lambda _: "Kind.\nVERDICT: 1", "judge")
    bench.adapter(lambda _: "Gladly.")
    bench.case("a", checks=(POLITE,))

    (result,) = bench.run()

    assert result.outcome == "passed"
    assert [request.schema for request in judge.asked] == [None]
    assert bench.engine.notes() == ()


def test_a_schema_that_is_required_of_such_an_adapter_is_an_error(bench: Bench, panel: Any) -> None:
    panel("judge", structured=True)
    judge = bench.adapter(lambda _: "VERDICT: 1", "judge")
    bench.adapter(lambda _: "Gladly.")
    bench.case("a", checks=(POLITE,))

    (result,) = bench.run()

    (trial,) = bench.trials()
    assert result.outcome == "error"
    assert trial.error.kind == "no_schema"
    assert "adapter 'judge' cannot ask by a JSON schema" in trial.error.message
    assert judge.asked == []


def test_a_judge_may_be_asked_in_plain_words_alone(
    bench: Bench, service: Any, chat_reply: Any
) -> None:
    server = service(lambda _: chat_reply("VERDICT: 1"), structured=False)
    bench.case("a", checks=(POLITE,))

    bench.run()

    assert ["response_format" in body for body in server.requests] == [False]


def test_the_words_are_the_same_with_a_schema_and_without(
    bench: Bench, service: Any, chat_reply: Any
) -> None:
    server = service(lambda _: chat_reply(verdict(1)))
    bench.case("a", checks=(POLITE,))
    bench.run()
    plain = service(lambda _: chat_reply("VERDICT: 1"), structured=False)
    bench.run()

    assert server.requests[0]["messages"] == plain.requests[0]["messages"]


def test_a_verdict_out_of_range_is_asked_for_again_by_the_same_schema(
    bench: Bench, service: Any, chat_reply: Any
) -> None:
    said = [verdict(7), verdict(0.75)]
    server = service(lambda _: chat_reply(said.pop(0)))
    bench.case("a", checks=(POLITE,))

    bench.run()

    assert score(bench) == 0.75
    assert [asked_form(body) for body in server.requests] == [{"type": "number"}] * 2


def test_a_cached_answer_belongs_to_its_schema(bench: Bench, service: Any, chat_reply: Any) -> None:
    server = service(lambda _: chat_reply(verdict(1)))
    bench.case("a", checks=(POLITE,))
    bench.run(cache="use")
    bench.run(cache="use")
    asked = len(server.requests)
    plain = service(lambda _: chat_reply("VERDICT: 1"), structured=False)

    bench.run(cache="use")

    assert (asked, len(plain.requests)) == (1, 1)


@pytest.mark.parametrize("takes", [True, False])
def test_a_recorded_judge_is_replayed_with_its_schema_and_where_it_was_refused(
    bench: Bench, service: Any, chat_reply: Any, tmp_path: Path, *, takes: bool
) -> None:
    def answer(body: Any) -> Any:
        return REFUSES if "response_format" in body and not takes else chat_reply(verdict(0.75))

    server = service(answer)
    bench.case("a", checks=(POLITE,))
    bench.run(record=tmp_path / "tape.jsonl")
    asked = len(server.requests)

    bench.run(replay=tmp_path / "tape.jsonl")

    assert score(bench) == 0.75
    assert len(server.requests) == asked
    assert bench.engine.notes() == ()


def test_a_judge_in_plain_words_alone_is_another_instrument(panel: Any) -> None:
    from llmeval.records import Judge

    def found(**changes: Any) -> Any:
        return fingerprint.of_judge(Judge(name="j", adapters=("a",), **changes), [{"type": "x"}])

    assert found(structured=True) == found()
    assert found(structured=False) != found()


def test_the_schema_is_alike_for_all_cases(bench: Bench, service: Any, chat_reply: Any) -> None:
    server = service(lambda _: chat_reply(verdict(1)))
    bench.case("a", "one?", checks=(POLITE,))
    bench.case("b", "two?", checks=(POLITE,))

    bench.run()

    first, second = server.requests
    assert first["messages"][0] == second["messages"][0]
    assert first["response_format"] == second["response_format"]


def test_requests_of_the_application_carry_no_schema(bench: Bench, panel: Any) -> None:
    application = bench.adapter(lambda _: "Gladly.")
    bench.adapter(lambda _: "VERDICT: 1", "judge")
    bench.case("a", checks=(POLITE,))

    bench.run()

    assert [request.schema for request in application.asked] == [None]
