"""Spans -> steps; OTLP/JSON from a response, or from the file that a collector writes."""

import asyncio
import json
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from llmeval.adapters.otlp import spans_of
from llmeval.adapters.spans import Span, told
from llmeval.errors import AdapterError
from llmeval.records import Passage, Reply, ToolCall, Usage
from llmeval.scorers.calls import calls_of

S = 10**9


def span(name: str = "x", at: float = 0.0, lasts: float = 1.0, **given: Any) -> Span:
    start = int((1000 + at) * S)
    parts: dict[str, Any] = {
        "name": name,
        "trace_id": "t",
        "span_id": given.pop("id", name),
        "parent_id": None,
        "start_ns": start,
        "end_ns": start + int(lasts * S),
        "attributes": given.pop("has", {}),
        **given,
    }
    return Span(**parts)


def steps(*spans: Span, **given: Any) -> tuple[Mapping[str, Any], ...]:
    return told(Reply(text="x"), spans, **given).steps


# --- kinds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "kind"),
    [
        ({"gen_ai.operation.name": "chat"}, "llm"),
        ({"gen_ai.operation.name": "text_completion"}, "llm"),
        ({"gen_ai.operation.name": "generate_content"}, "llm"),
        ({"gen_ai.operation.name": "embeddings"}, "llm"),
        ({"gen_ai.operation.name": "execute_tool"}, "tool"),
        ({"gen_ai.operation.name": "retrieval"}, "retrieval"),
        ({"gen_ai.operation.name": "invoke_agent"}, "agent"),
        ({"gen_ai.operation.name": "create_agent"}, "agent"),
        ({"gen_ai.operation.name": "invoke_workflow"}, "workflow"),
        ({"gen_ai.operation.name": "search_memory"}, "search_memory"),
        ({"gen_ai.tool.name": "search"}, "tool"),
        ({"gen_ai.request.model": "m"}, "llm"),
        ({"openinference.span.kind": "LLM"}, "llm"),
        ({"openinference.span.kind": "RETRIEVER"}, "retrieval"),
        ({"openinference.span.kind": "CHAIN"}, "workflow"),
        ({"traceloop.span.kind": "tool"}, "tool"),
        ({"llm.request.type": "completion"}, "llm"),
        ({"llm.request.type": "rerank"}, "rerank"),
    ],
)
def test_what_a_span_is_for_is_its_kind(attributes: dict[str, Any], kind: str) -> None:
    assert [step["kind"] for step in steps(span(has=attributes))] == [kind]


def test_spans_of_other_things_are_no_steps() -> None:
    assert steps(span("GET /", has={"http.request.method": "GET"})) == ()


@pytest.mark.parametrize(
    ("name", "attributes", "step"),
    [
        ("chat m", {"gen_ai.request.model": "m", "gen_ai.response.model": "m-2026"}, "m-2026"),
        ("execute_tool search", {}, "search"),
        ("execute_tool x", {"gen_ai.tool.name": "search"}, "search"),
        ("retrieval x", {"gen_ai.data_source.id": "docs"}, "docs"),
        ("invoke_agent x", {"gen_ai.agent.name": "Kim"}, "Kim"),
        ("my own name", {}, "my own name"),
    ],
)
def test_a_step_is_called_by_what_it_used(name: str, attributes: Any, step: str) -> None:
    operation = name.partition(" ")[0]

    (found,) = steps(span(name, has={"gen_ai.operation.name": operation, **attributes}))

    assert found["name"] == step


def test_a_step_has_its_values_times_tokens_and_error() -> None:
    chat = {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "m",
        "gen_ai.input.messages": '[{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}]',
        "gen_ai.output.messages": [
            {"role": "assistant", "parts": [{"type": "text", "content": "Hello."}]}
        ],
        "gen_ai.usage.input_tokens": 7,
        "gen_ai.usage.output_tokens": 2,
    }

    (step,) = steps(span(at=0.5, lasts=0.25, has=chat, error="cut off"), asked=(1000 * S, 1002 * S))

    assert step == {
        "name": "m",
        "kind": "llm",
        "start_s": 0.5,
        "duration_s": 0.25,
        "input": [{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}],
        "output": "Hello.",
        "error": "cut off",
        "input_tokens": 7,
        "output_tokens": 2,
    }


def test_names_of_before_are_understood() -> None:
    old = {
        "gen_ai.operation.name": "chat",
        "gen_ai.prompt": "Hi",
        "gen_ai.completion": "Hello.",
        "gen_ai.usage.prompt_tokens": 7,
        "gen_ai.usage.completion_tokens": 2,
    }

    (step,) = steps(span(has=old))

    assert (step["input"], step["output"]) == ("Hi", "Hello.")
    assert (step["input_tokens"], step["output_tokens"]) == (7, 2)


def test_messages_that_are_more_than_text_stay_whole() -> None:
    messages = [{"role": "assistant", "parts": [{"type": "tool_call", "name": "search"}]}]

    (step,) = steps(span(has={"gen_ai.operation.name": "chat", "gen_ai.output.messages": messages}))

    assert step["output"] == messages


def test_values_that_are_no_json_become_such() -> None:
    odd = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.call.arguments": {"nan": float("nan"), "bytes": b"x", "half": "\ud800"},
        "gen_ai.tool.call.result": '{"cut": ',
    }

    (step,) = steps(span(has=odd))

    assert step["input"] == {"nan": None, "bytes": "b'x'", "half": "\ufffd"}
    assert step["output"] == '{"cut": '


# --- order and times -------------------------------------------------------------------------


def test_steps_stand_in_the_order_they_began_parents_first() -> None:
    tool = {"gen_ai.operation.name": "execute_tool"}
    agent = {"gen_ai.operation.name": "invoke_agent"}

    found = steps(
        span("b", at=2, has=tool), span("a", at=1, has=tool), span("all", at=1, lasts=9, has=agent)
    )

    assert [step["name"] for step in found] == ["all", "a", "b"]


@pytest.mark.parametrize("asked", [None, (2000 * S, 2010 * S), (10 * S, 20 * S)])
def test_another_clock_begins_with_its_first_span(asked: Any) -> None:
    tool = {"gen_ai.operation.name": "execute_tool"}

    found = steps(span("a", at=1, has=tool), span("b", at=3, has=tool), asked=asked)

    assert [step["start_s"] for step in found] == [0, 2]


# --- what else they tell ---------------------------------------------------------------------


def test_tokens_are_those_of_all_models_each_counted_once() -> None:
    def chat(**more: Any) -> dict[str, Any]:
        tokens = {"gen_ai.usage.input_tokens": 5, "gen_ai.usage.output_tokens": 1}
        return {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m", **tokens, **more}

    spans = [
        span("agent", has={**chat(), "gen_ai.operation.name": "invoke_agent"}),
        span("framework", has=chat(**{"gen_ai.usage.cache_read.input_tokens": 3})),
        span("client", has=chat(), parent_id="framework"),
        span("embed", has=chat(**{"gen_ai.operation.name": "embeddings"})),
        span("second", at=5, has=chat(**{"gen_ai.response.model": "m-2"})),
    ]

    reply = told(Reply(text="x"), spans)

    assert reply.usage == Usage(input_tokens=10, output_tokens=2, cached_tokens=3)
    assert reply.model == "m-2"


def test_what_one_model_did_not_say_is_not_known_of_all() -> None:
    said = {"gen_ai.operation.name": "chat", "gen_ai.usage.input_tokens": 5}
    silent = {"gen_ai.operation.name": "chat"}

    reply = told(Reply(text="x"), [span("a", has=said), span("b", has=silent)])

    assert reply.usage == Usage()


def test_what_the_reply_says_itself_stays() -> None:
    own = Reply(text="x", model="own", usage=Usage(input_tokens=1), retrieved=())
    found = {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.retrieval.documents": '[{"id": "a"}]',
        "gen_ai.usage.input_tokens": 9,
    }

    reply = told(own, [span(has=found)])

    assert (reply.model, reply.usage, reply.retrieved) == ("own", Usage(input_tokens=1), ())
    assert len(reply.steps) == 1


def test_calls_that_no_span_carries_out_are_known_from_the_models_answer() -> None:
    call = {"type": "tool_call", "id": "c1", "name": "find", "arguments": {"q": "lamp"}}
    messages = [{"role": "assistant", "parts": [{"type": "text", "content": "Hm."}, call]}]
    chat = {"gen_ai.operation.name": "chat", "gen_ai.output.messages": messages}
    tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "find"}

    alone = told(Reply(text="x"), [span("m", has=chat)])
    both = told(Reply(text="x"), [span("m", has=chat), span("t", at=1, has=tool)])
    own = told(Reply(text="x", tool_calls=(ToolCall(name="own", arguments={}),)), [span(has=chat)])

    assert alone.tool_calls == (ToolCall(name="find", arguments={"q": "lamp"}, id="c1"),)
    assert [call.name for call in calls_of(alone)] == ["find"]
    assert [(call.name, call.arguments) for call in calls_of(both)] == [("find", {"q": "lamp"})]
    assert [call.name for call in own.tool_calls] == ["own"]


def test_documents_are_what_was_retrieved() -> None:
    listed = '[{"id": "a", "content": "A."}, {"document_id": "b", "score": 0.5}, "C."]'
    spans = [
        span("1", has={"gen_ai.operation.name": "retrieval", "gen_ai.retrieval.documents": listed}),
        span("2", has={"gen_ai.operation.name": "retrieval", "gen_ai.retrieval.documents": listed}),
        span(
            "3",
            at=1,
            has={
                "openinference.span.kind": "RETRIEVER",
                "retrieval.documents.0.document.id": "d",
                "retrieval.documents.0.document.content": "D.",
                "retrieval.documents.1.document.content": "E.",
            },
        ),
    ]

    assert told(Reply(text="x"), spans).retrieved == (
        Passage(id="a", text="A."),
        Passage(id="b"),
        Passage(text="C."),
        Passage(id="d", text="D."),
        Passage(text="E."),
    )


def test_a_search_without_documents_does_not_say_what_it_found() -> None:
    assert (
        told(Reply(text="x"), [span(has={"gen_ai.operation.name": "retrieval"})]).retrieved is None
    )


# --- OTLP/JSON -------------------------------------------------------------------------------


def exported(
    trace_id: str = "a" * 32, parent_id: str = "b" * 16, name: str = "search", **more: Any
) -> dict[str, Any]:
    """Return an ExportTraceServiceRequest as the collector writes it."""
    attributes = [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "execute_tool"}},
        {"key": "gen_ai.tool.name", "value": {"stringValue": name}},
        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "7"}},
    ]
    made = {
        "traceId": trace_id,
        "spanId": "c" * 16,
        "parentSpanId": parent_id,
        "name": f"execute_tool {name}",
        "kind": 1,
        "startTimeUnixNano": "1544712660000000000",
        "endTimeUnixNano": "1544712661000000000",
        "attributes": attributes,
        "status": {},
        **more,
    }
    scope = {"scope": {"name": "x"}, "spans": [made]}
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [scope]}]}


def test_a_span_is_read_as_it_is_exported() -> None:
    structured = {
        "arrayValue": {
            "values": [
                {"kvlistValue": {"values": [{"key": "n", "value": {"intValue": 1}}]}},
                {"doubleValue": 0.5},
                {"boolValue": True},
                {},
            ]
        }
    }

    (found,) = spans_of(
        exported(
            attributes=[{"key": "a", "value": structured}],
            status={"code": 2, "message": "gone"},
            traceId="AB" * 16,
        )
    )

    assert found == Span(
        name="execute_tool search",
        trace_id="ab" * 16,
        span_id="c" * 16,
        parent_id="b" * 16,
        start_ns=1544712660 * S,
        end_ns=1544712661 * S,
        attributes={"a": [{"n": 1}, 0.5, True, None]},
        error="gone",
    )


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"status": {"code": 1}}, None),
        ({"status": {"code": "STATUS_CODE_ERROR"}}, "failed"),
        (
            {
                "status": {"code": 2},
                "events": [
                    {
                        "attributes": [
                            {"key": "exception.message", "value": {"stringValue": "no credit"}}
                        ]
                    }
                ],
            },
            "no credit",
        ),
        (
            {
                "status": {"code": 2},
                "attributes": [{"key": "error.type", "value": {"stringValue": "timeout"}}],
            },
            "timeout",
        ),
    ],
)
def test_a_status_of_error_says_why(more: Any, error: str | None) -> None:
    (found,) = spans_of(exported(**more))

    assert found.error == error


@pytest.mark.parametrize(
    "document",
    [
        None,
        7,
        {"resourceSpans": "x"},
        {"resourceSpans": [{"scopeSpans": [7, {"spans": [{"name": "x"}]}]}]},
        exported(startTimeUnixNano="soon"),
    ],
)
def test_what_is_no_span_is_left_out(document: Any) -> None:
    assert list(spans_of(document)) == []


# --- http ------------------------------------------------------------------------------------


def test_a_service_says_its_steps(says: Any, server: Any, ask: Any) -> None:
    says({"answer": "x", "trace": [{"name": "search", "kind": "tool", "duration_s": 0.5}, 7]})

    reply = ask("http", {"url": server.url, "reply": {"text": "$.answer", "steps": "$.trace[*]"}})

    assert reply.steps == ({"name": "search", "kind": "tool", "duration_s": 0.5},)


def test_a_service_sends_its_spans_with_its_answer(says: Any, server: Any, ask: Any) -> None:
    says({"answer": "x", "trace": exported()})

    reply = ask("http", {"url": server.url, "reply": {"text": "$.answer", "steps": "$.trace"}})

    (step,) = reply.steps
    assert (step["kind"], step["name"], step["start_s"]) == ("tool", "search", 0)


def test_steps_that_are_streamed_one_by_one_add_up(says: Any, server: Any, ask: Any) -> None:
    events = [{"step": {"name": "a"}}, {"text": "x"}, {"step": {"name": "b"}}, {"text": "y"}]
    lines = tuple(json.dumps(event).encode() + b"\n" for event in events)
    says(pieces=lines, headers={"Content-Type": "application/x-ndjson"})

    reply = ask(
        "http",
        {
            "url": server.url,
            "stream": "ndjson",
            "reply": {"text": "$.text", "steps": "$.step"},
        },
    )

    assert reply.text == "xy"
    assert [step["name"] for step in reply.steps] == ["a", "b"]


def test_every_request_carries_a_trace_of_its_own(says: Any, server: Any, ask: Any) -> None:
    says("x")

    for _ in range(2):
        ask("http", {"url": server.url})

    first, second = (seen.headers["traceparent"].split("-") for seen in server.seen)
    assert [(len(part)) for part in first] == [2, 32, 16, 2]
    assert (first[0], first[3]) == ("00", "01")
    assert first[1] != second[1]


def test_a_traceparent_of_the_users_own_is_sent(says: Any, server: Any, ask: Any) -> None:
    says("x")

    ask("http", {"url": server.url, "headers": {"Traceparent": "mine"}})

    assert server.seen[0].headers["traceparent"] == "mine"


# --- the collector's file --------------------------------------------------------------------


class Collector:
    """Writes spans of the requests that a server saw to a file, a while later."""

    def __init__(self, path: Path, server: Any) -> None:
        self.path = path
        self._server = server

    def write(self, text: str) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text)

    def follow(self, *batches: Callable[[str, str], str]) -> threading.Thread:
        """Write the batches once a request came: from its trace's id and the caller's span."""

        def run() -> None:
            self._server.asked.wait(10)
            _, trace_id, parent_id, _ = self._server.seen[0].headers["traceparent"].split("-")
            for batch in batches:
                self.write(batch(trace_id, parent_id))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread


@pytest.fixture
def collector(tmp_path: Path, server: Any, says: Any) -> Collector:
    says("x")
    made = Collector(tmp_path / "traces.jsonl", server)
    made.write(json.dumps(exported()) + "\n")
    return made


def line(**given: Any) -> str:
    return json.dumps(exported(**given)) + "\n"


def test_the_spans_of_a_request_are_found_in_the_file(
    collector: Collector, server: Any, ask: Any
) -> None:
    thread = collector.follow(
        lambda trace_id, _: line(trace_id=trace_id, parent_id="d" * 16, name="inner"),
        lambda *_: line(name="of another request"),
        lambda trace_id, parent_id: line(trace_id=trace_id, parent_id=parent_id, name="outer")[:50],
        lambda trace_id, parent_id: line(trace_id=trace_id, parent_id=parent_id, name="outer")[50:],
    )

    reply = ask("http", {"url": server.url, "traces": str(collector.path), "traces_wait": 5})

    thread.join()
    assert sorted(step["name"] for step in reply.steps) == ["inner", "outer"]
    assert reply.timing.total_s < 1


def test_spans_that_do_not_come_are_not_waited_for_long(
    collector: Collector, server: Any, ask: Any
) -> None:
    reply = ask("http", {"url": server.url, "traces": str(collector.path), "traces_wait": 0.1})

    assert (reply.text, reply.steps) == ("x", ())


def test_a_reply_is_not_lost_to_its_time_limit_while_spans_are_waited_for(
    collector: Collector, server: Any, ask: Any
) -> None:
    given = {"url": server.url, "traces": str(collector.path), "traces_wait": 60}

    reply = ask("http", given, timeout_s=0.5)

    assert reply.text == "x"


def test_a_file_that_was_begun_anew_is_read_from_its_start(
    collector: Collector, server: Any, ask: Any
) -> None:
    def anew(trace_id: str, parent_id: str) -> str:
        collector.path.write_text("", encoding="utf-8")
        return line(trace_id=trace_id, parent_id=parent_id)

    collector.write(line() * 3)
    collector.follow(anew)

    reply = ask("http", {"url": server.url, "traces": str(collector.path), "traces_wait": 5})

    assert len(reply.steps) == 1


def test_a_file_that_is_not_there_is_an_error(
    tmp_path: Path, server: Any, says: Any, ask: Any
) -> None:
    says("x")

    with pytest.raises(AdapterError, match="is not there; does the collector") as caught:
        ask("http", {"url": server.url, "traces": str(tmp_path / "no.jsonl"), "traces_wait": 0})

    assert caught.value.fatal


def test_a_file_that_is_no_otlp_json_is_an_error(
    collector: Collector, server: Any, ask: Any
) -> None:
    collector.follow(lambda *_: "\x00\x01binary\n")

    with pytest.raises(AdapterError, match="holds no OTLP/JSON; set format: json"):
        ask("http", {"url": server.url, "traces": str(collector.path), "traces_wait": 5})


def test_a_program_goes_on_with_the_trace(tmp_path: Path, ask: Any) -> None:
    path = tmp_path / "traces.jsonl"
    path.touch()
    template = json.dumps(exported(trace_id="TRACE", parent_id="PARENT"))
    code = (
        "import os\n_, trace, parent, _ = os.environ['TRACEPARENT'].split('-')\n"
        f"line = {template!r}.replace('TRACE', trace).replace('PARENT', parent)\n"
        f"open({str(path)!r}, 'a').write(line + '\\n')\nprint('done')"
    )

    reply = ask(
        "command", {"argv": [sys.executable, "-c", code], "traces": str(path), "traces_wait": 5}
    )

    assert reply.text == "done"
    assert [step["name"] for step in reply.steps] == ["search"]


def test_requests_at_the_same_time_find_their_own_spans(
    tmp_path: Path, request_for: Callable[..., Any]
) -> None:
    from llmeval.adapters.trace_file import TraceFile

    path = tmp_path / "traces.jsonl"
    path.touch()

    async def all_of_them() -> list[Reply]:
        traces = TraceFile(str(path), 5)
        links = [traces.begin() for _ in range(20)]
        lines = [
            line(trace_id=link.trace_id, parent_id=link.parent_id, name=f"n{number}")
            for number, link in enumerate(links)
        ]
        path.write_text("".join(reversed(lines)), encoding="utf-8")
        return await asyncio.gather(
            *(traces.added(Reply(text="x"), link, request_for("x")) for link in links)
        )

    replies = asyncio.run(all_of_them())

    assert [reply.steps[0]["name"] for reply in replies] == [f"n{number}" for number in range(20)]
