import json
from collections.abc import Callable
from typing import Any

import pytest

from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Message, Passage, Reply, ToolCall, Usage
from llmeval.registry import Registry

Ask = Callable[..., Reply]


def test_the_body_is_filled_with_json_values(server: Any, says: Any, ask: Ask) -> None:
    says({"answer": "ok"})
    body = {
        "session": "{{ session }}",
        "question": "{{prompt}}",
        "history": "{{ messages }}",
        "told": 'They said "{{ prompt }}" and {{ params }}',
        "{{ case }}": ["{{ trial }}", "{{ params.seed }}", "{{ params.none }}", True, 1.5],
        "braces": "{{{{ prompt }}",
        "single": "{prompt}",
    }

    ask(
        "http",
        {"url": server.url, "body": body, "reply": "$.answer"},
        'Is "5" < {{ system }}\n?',
        system="Be kind.",
        params={"seed": 4},
    )

    prompt = 'Is "5" < {{ system }}\n?'
    assert server.seen[0].json == {
        "session": "s-1",
        "question": prompt,
        "history": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": prompt},
        ],
        "told": f'They said "{prompt}" and {{"seed": 4}}',
        "c": [1, 4, None, True, 1.5],
        "braces": "{{ prompt }}",
        "single": "{prompt}",  # noqa: RUF027 - single braces stay
    }
    assert server.seen[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "sent", "content_type"),
    [
        pytest.param(None, b'{"prompt":"Hi"}', "application/json", id="default"),
        pytest.param("Q: {{ prompt }}", b"Q: Hi", "text/plain; charset=utf-8", id="text"),
        pytest.param("{{ prompt }}", b"Hi", "text/plain; charset=utf-8", id="whole-text"),
        pytest.param("{{ params }}", b"{}", "application/json", id="whole-value"),
        pytest.param('{"q": "{{ prompt }}"}', b'{"q":"Hi"}', "application/json", id="json-text"),
        pytest.param(["{{ prompt }}"], b'["Hi"]', "application/json", id="list"),
    ],
)
def test_a_body_may_be_any_json_or_a_text(
    server: Any, says: Any, ask: Ask, body: Any, sent: bytes, content_type: str
) -> None:
    says({"answer": "ok"})
    given = {"url": server.url, "reply": "$.answer"} | ({} if body is None else {"body": body})

    ask("http", given)

    assert server.seen[0].body == sent
    assert server.seen[0].headers["content-type"] == content_type


def test_url_and_headers_are_filled_safely(server: Any, says: Any, ask: Ask) -> None:
    says({"answer": "ok"})
    url = f"{server.url}/ask/{{{{ session }}}}?q={{{{ prompt }}}}"
    headers = {"X-Session": "{{ session }}", "X-Prompt": "{{ prompt }}"}

    ask(
        "http", {"url": url, "method": "GET", "headers": headers, "reply": "$.answer"}, "a&b=ü\r\n/"
    )

    seen = server.seen[0]
    assert (seen.method, seen.body) == ("GET", b"")
    assert seen.path == "/ask/s-1?q=a%26b%3D%C3%BC%0D%0A/"
    assert seen.headers["x-prompt"].startswith("a&b=")
    assert "content-type" not in seen.headers


def test_a_content_type_of_ones_own_stays(server: Any, says: Any, ask: Ask) -> None:
    says({"answer": "ok"})
    headers = {"Content-Type": "application/vnd.shop+json"}

    ask("http", {"url": server.url, "headers": headers, "reply": "$.answer"})

    assert server.seen[0].headers["content-type"] == "application/vnd.shop+json"


def test_a_missing_address_of_one_request_is_not_the_end(server: Any, says: Any, ask: Ask) -> None:
    says({"error": "no such item"}, status=404)

    with pytest.raises(AdapterError) as caught:
        ask("http", {"url": server.url + "/{{ prompt }}", "method": "GET"})

    assert not caught.value.fatal


def test_every_part_of_the_reply_is_read_by_its_path(server: Any, says: Any, ask: Ask) -> None:
    says(
        {
            "answer": "Yes.",
            "why": "Because.",
            "end": "max_tokens",
            "by": "bot-3",
            "ref": 77,
            "calls": [{"name": "look", "arguments": {"q": 1}}],
            "passages": [{"id": "d1", "text": "One."}, {"id": 2, "text": "Two."}],
            "meta": {"in": 5, "usage": {"completion_tokens": 3}},
        }
    )
    paths = {
        "text": "$.answer",
        "reasoning": "$.why",
        "finish_reason": "$.end",
        "model": "$.by",
        "request_id": "$.ref",
        "tool_calls": "$.calls",
        "retrieved": "$.passages[*].text",
        "retrieved_ids": "$.passages[*].id",
        "usage": "$.meta.usage",
        "input_tokens": "$.meta.in",
        "error": "$.error",
    }

    reply = ask("http", {"url": server.url, "reply": paths})

    assert reply.text == "Yes."
    assert reply.reasoning == "Because."
    assert reply.finish_reason == "length"
    assert (reply.model, reply.request_id) == ("bot-3", "77")
    assert reply.tool_calls == (ToolCall(name="look", arguments={"q": 1}),)
    assert reply.retrieved == (Passage(id="d1", text="One."), Passage(id="2", text="Two."))
    assert reply.usage == Usage(input_tokens=5, output_tokens=3)
    assert reply.timing.total_s is not None


@pytest.mark.parametrize(
    ("passages", "paths", "retrieved"),
    [
        pytest.param([], {"retrieved": "$.p[*].text"}, (), id="nothing-found"),
        pytest.param(["a"], {"retrieved": "$.p"}, (Passage(text="a"),), id="list-of-texts"),
        pytest.param([{"id": "x"}], {"retrieved_ids": "$.p[*].id"}, (Passage(id="x"),), id="ids"),
        pytest.param(
            [{"id": "x", "text": "a"}],
            {"retrieved": "$.p"},
            (Passage(id="x", text="a"),),
            id="objects",
        ),
        pytest.param([], {"retrieved": "$.none"}, None, id="not-said"),
        pytest.param([], {}, None, id="no-path"),
    ],
)
def test_what_was_retrieved_may_have_several_forms(
    server: Any, says: Any, ask: Ask, passages: Any, paths: dict[str, str], retrieved: Any
) -> None:
    says({"answer": "ok", "p": passages})

    reply = ask("http", {"url": server.url, "reply": {"text": "$.answer"} | paths})

    assert reply.retrieved == retrieved


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        pytest.param(b"Plain.", "text/plain", "Plain.", id="plain"),
        pytest.param(b'"A text."', "application/json", "A text.", id="json-text"),
        pytest.param("Grüße".encode(), "text/html; charset=utf-8", "Grüße", id="html"),
        pytest.param(b"a\xffb", "text/plain", "a�b", id="not-utf-8"),
    ],
)
def test_without_a_path_the_body_is_the_text(
    server: Any, says: Any, ask: Ask, body: bytes, content_type: str, text: str
) -> None:
    says(body, headers={"Content-Type": content_type})

    assert ask("http", {"url": server.url}).text == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("a\ud800", "a�", id="surrogate"),
        pytest.param(12, "12", id="number"),
        pytest.param({"a": 1}, '{"a": 1}', id="object"),
        pytest.param(["a", {"text": "b"}], "ab", id="parts"),
        pytest.param("", "", id="empty"),
    ],
)
def test_text_of_any_type_is_made_a_text(
    server: Any, says: Any, ask: Ask, value: Any, text: str
) -> None:
    says({"answer": value})

    assert ask("http", {"url": server.url, "reply": "$.answer"}).text == text


@pytest.mark.parametrize(
    ("body", "reply", "message"),
    [
        pytest.param(
            {"anser": "x"},
            "$.answer",
            r"nothing at \$.answer; found the keys 'anser'",
            id="missing",
        ),
        pytest.param({"answer": None}, "$.answer", r"nothing at \$.answer", id="null"),
        pytest.param(
            {"answer": "x"}, {}, "JSON, but no `reply` path; found the keys 'answer'", id="no-path"
        ),
        pytest.param([], "$.answer", r"found \[\]", id="list"),
        pytest.param(b"{", "$.answer", "not JSON", id="cut"),
    ],
)
def test_a_reply_without_text_says_what_was_found(
    server: Any, says: Any, ask: Ask, body: Any, reply: Any, message: str
) -> None:
    says(body)

    with pytest.raises(AdapterError, match=message) as caught:
        ask("http", {"url": server.url, "reply": reply})

    assert caught.value.kind == "bad_reply"


def test_an_error_in_the_body_is_one(server: Any, says: Any, ask: Ask) -> None:
    says({"answer": "", "fault": {"why": "index offline"}})

    with pytest.raises(AdapterError, match=r"reports an error.*index offline") as caught:
        ask("http", {"url": server.url, "reply": {"text": "$.answer", "error": "$.fault"}})

    assert caught.value.kind == "server_error"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"url": "service"}, "url: expected an address", id="url"),
        pytest.param({"url": "http://a", "method": "SEND"}, "method: expected one of", id="method"),
        pytest.param(
            {"url": "http://a", "body": {"a": "{{ promt }}"}},
            "body: unknown placeholder 'promt'; did you mean 'prompt'",
            id="placeholder",
        ),
        pytest.param({"url": "http://a/{{ x }}"}, "url: unknown placeholder", id="url-placeholder"),
        pytest.param(
            {"url": "http://a", "reply": {"txt": "$.a"}},
            "reply: unknown part 'txt'; did you mean 'text'",
            id="part",
        ),
        pytest.param({"url": "http://a", "reply": "answer["}, "reply: text: ", id="path"),
        pytest.param(
            {"url": "http://a", "body": '{"q": {{ prompt }}}'},
            "body: looks like JSON but is not.*put placeholders in quotes",
            id="json-text",
        ),
        pytest.param({"url": "http://a", "stream": "xml"}, "stream: expected", id="stream"),
    ],
)
def test_the_configuration_is_checked(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Registry().adapter("http", parameters)


# --- streamed --------------------------------------------------------------------------------


def _sse(*events: Any) -> tuple[bytes, ...]:
    return tuple(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)


@pytest.mark.parametrize("stream", [True, "sse"])
def test_server_sent_events_are_put_together(
    server: Any, answer_type: Any, ask: Ask, stream: Any
) -> None:
    pieces = (b": hello\n\n", *_sse({"t": ""}, {"t": "One "}, {"t": "two", "end": "stop"}))
    headers = {"Content-Type": "text/event-stream"}
    server.says(answer_type(pieces=(*pieces, b"data: [DONE]\n\n"), headers=headers))
    paths = {"text": "$.t", "finish_reason": "$.end"}

    reply = ask("http", {"url": server.url, "stream": stream, "reply": paths})

    assert (reply.text, reply.finish_reason) == ("One two", "stop")
    assert reply.timing.first_token_s is not None
    assert reply.timing.total_s is not None
    assert reply.timing.first_token_s <= reply.timing.total_s


@pytest.mark.parametrize("stream", [True, "ndjson"])
def test_lines_of_json_are_put_together(
    server: Any, answer_type: Any, ask: Ask, stream: Any
) -> None:
    lines = (b'{"r": "One"}\n{"r"', b': " two"}\n', b'{"r": "", "eval_count": 9, "done": true}')
    server.says(answer_type(pieces=lines, headers={"Content-Type": "application/x-ndjson"}))
    paths = {"text": "$.r", "output_tokens": "$.eval_count"}

    reply = ask("http", {"url": server.url, "stream": stream, "reply": paths})

    assert (reply.text, reply.usage.output_tokens) == ("One two", 9)


def test_events_without_a_path_are_text(server: Any, answer_type: Any, ask: Ask) -> None:
    pieces = (b"data: One\n\n", b"data:  two\n\n")
    server.says(answer_type(pieces=pieces, headers={"Content-Type": "text/event-stream"}))

    assert ask("http", {"url": server.url, "stream": "sse"}).text == "One two"


def test_lines_that_are_texts_need_no_path(server: Any, answer_type: Any, ask: Ask) -> None:
    server.says(answer_type(pieces=(b'"One"\n"two"\n',)))

    assert ask("http", {"url": server.url, "stream": "ndjson"}).text == "Onetwo"


@pytest.mark.parametrize(
    "pieces", [pytest.param((), id="nothing"), pytest.param(_sse({"x": 1}), id="no-text")]
)
def test_a_stream_without_text_is_no_reply(
    server: Any, answer_type: Any, ask: Ask, pieces: tuple[bytes, ...]
) -> None:
    server.says(answer_type(pieces=pieces, headers={"Content-Type": "text/event-stream"}))

    with pytest.raises(AdapterError, match=r"nothing at \$.t"):
        ask("http", {"url": server.url, "stream": True, "reply": "$.t"})


def test_a_dialogue_is_one_session(server: Any, says: Any, ask: Ask) -> None:
    says({"answer": "ok"})
    messages = (
        Message(role="user", content="One."),
        Message(role="assistant", content="Yes?"),
        Message(role="user", content="Two."),
    )
    body = {"s": "{{ session }}", "p": "{{ prompt }}", "h": "{{ messages }}"}

    ask("http", {"url": server.url, "body": body, "reply": "$.answer"}, None, messages=messages)

    sent = server.seen[0].json
    assert sent["p"] == "Two."
    assert [each["content"] for each in sent["h"]] == ["One.", "Yes?", "Two."]


def test_headers_are_in_the_fingerprint_by_name_only() -> None:
    adapter: Any = Registry().adapter(
        "http", {"url": "http://u:p@h/x?key=1", "headers": {"Authorization": "Bearer secret"}}
    )

    fingerprint = json.dumps(adapter.fingerprint())

    assert "secret" not in fingerprint
    assert '"http://h/x"' in fingerprint
    assert "Authorization" in fingerprint
