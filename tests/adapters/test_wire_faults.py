"""What a server can do wrong, seen through the http and the openai adapter."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from llmeval.errors import AdapterError
from llmeval.records import Reply
from llmeval.registry import Registry

Ask = Callable[..., Reply]


@pytest.fixture(params=["http", "openai", "openai-stream"])
def adapter(request: pytest.FixtureRequest, server: Any) -> tuple[str, Mapping[str, Any]]:
    if request.param == "http":
        return "http", {"url": f"{server.url}/answer", "reply": "$.answer"}
    stream = request.param == "openai-stream"
    return "openai", {"model": "m", "base_url": f"{server.url}/v1", "stream": stream}


@pytest.mark.parametrize(
    ("status", "headers", "kind", "transient", "fatal", "retry_after_s"),
    [
        pytest.param(429, {}, "rate_limited", True, False, None, id="429"),
        pytest.param(429, {"Retry-After": "2"}, "rate_limited", True, False, 2.0, id="429-wait"),
        pytest.param(500, {}, "server_error", True, False, None, id="500"),
        pytest.param(503, {"Retry-After": "1"}, "server_error", True, False, 1.0, id="503-wait"),
        pytest.param(529, {}, "server_error", True, False, None, id="529"),
        pytest.param(408, {}, "server_error", True, False, None, id="408"),
        pytest.param(400, {"Retry-After": "1"}, "bad_request", False, False, None, id="400"),
        pytest.param(401, {}, "auth", False, True, None, id="401"),
        pytest.param(403, {}, "auth", False, True, None, id="403"),
        pytest.param(404, {}, "not_found", False, True, None, id="404"),
        pytest.param(402, {}, "quota", False, True, None, id="402"),
    ],
)
def test_a_status_becomes_an_error_of_its_kind(
    says: Any,
    ask: Ask,
    adapter: Any,
    *,
    status: int,
    headers: dict[str, str],
    kind: str,
    transient: bool,
    fatal: bool,
    retry_after_s: float | None,
) -> None:
    says({"error": {"message": "No luck."}}, status=status, headers=headers)

    with pytest.raises(AdapterError, match=f"HTTP {status} from http.*No luck") as caught:
        ask(*adapter)

    error = caught.value
    assert (error.kind, error.transient, error.fatal) == (kind, transient, fatal)
    assert error.retry_after_s == retry_after_s


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        pytest.param({"raw": b"", "end": "close"}, {"connection"}, id="closed"),
        pytest.param({"raw": b"", "end": "reset"}, {"connection"}, id="reset"),
        pytest.param({"raw": b"garbage\r\n\r\n"}, {"bad_reply"}, id="garbage"),
        pytest.param({"raw": b"\x16\x03\x01\x00"}, {"bad_reply", "connection"}, id="tls"),
        pytest.param({"body": b'{"a', "end": "close"}, {"bad_reply"}, id="half"),
        pytest.param({"body": b'{"a', "end": "reset"}, {"bad_reply", "connection"}, id="half-rst"),
        pytest.param(
            {"body": b"no gzip", "headers": {"Content-Encoding": "gzip"}}, {"bad_reply"}, id="gzip"
        ),
    ],
)
def test_a_broken_connection_may_be_tried_again(
    says: Any, ask: Ask, adapter: Any, answer: dict[str, Any], kinds: set[str]
) -> None:
    says(**answer)

    with pytest.raises(AdapterError) as caught:
        ask(*adapter)

    assert caught.value.kind in kinds
    assert caught.value.transient
    assert "\n" not in str(caught.value)


def test_a_server_that_is_not_there_may_be_tried_again(ask: Ask) -> None:
    with pytest.raises(AdapterError, match=r"no connection to http://127.0.0.1:1") as caught:
        ask("http", {"url": "http://127.0.0.1:1/x"})

    assert (caught.value.kind, caught.value.transient) == ("connection", True)


def test_a_slow_drip_is_a_reply_like_any_other(
    says: Any, ask: Ask, server: Any, completion: Any
) -> None:
    says(completion("Drop by drop."), bite=1)

    reply = ask("openai", {"model": "m", "base_url": server.url})

    assert reply.text == "Drop by drop."


def test_a_redirect_is_not_followed(says: Any, ask: Ask, adapter: Any) -> None:
    says(status=301, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(AdapterError, match=r"redirects to https://elsewhere.example/") as caught:
        ask(*adapter)

    assert not caught.value.transient


def test_a_cancelled_request_closes_its_connection(
    server: Any, answer_type: Any, adapter: Any, request_for: Any
) -> None:
    server.says(answer_type(pieces=(b"{",), end="hang"))
    built: Any = Registry().adapter(*adapter)

    async def cancel() -> None:
        task = asyncio.create_task(built.respond(request_for()))
        await asyncio.to_thread(server.asked.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.gone.wait, 10)
        await built.close()

    asyncio.run(cancel())


def test_a_reply_that_is_too_large_is_refused(
    says: Any, ask: Ask, adapter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmeval.adapters.wire.LIMIT_BYTES", 2**20)
    says(b" " * (3 * 2**20), headers={"Content-Type": "text/event-stream"})

    with pytest.raises(AdapterError, match="larger than 1 MiB") as caught:
        ask(*adapter)

    assert (caught.value.kind, caught.value.transient) == ("bad_reply", False)


def test_a_key_that_cannot_be_a_header_is_not_shown(
    server: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAD_KEY", "sk-first\nsecond-line")

    with pytest.raises(AdapterError, match="BAD_KEY holds characters that no key has") as caught:
        ask("openai", {"model": "m", "base_url": server.url, "api_key_env": "BAD_KEY"})

    assert "second-line" not in str(caught.value)
    assert caught.value.fatal


def test_a_password_in_the_address_is_not_shown(ask: Ask) -> None:
    with pytest.raises(AdapterError) as caught:
        ask("http", {"url": "http://user:password123@127.0.0.1:1/x?key=abcdef"})

    assert "password123" not in str(caught.value)
    assert "abcdef" not in str(caught.value)


def test_an_echoed_header_is_not_shown(server: Any, says: Any, ask: Ask) -> None:
    says({"error": "bad header Basic c2VjcmV0"}, status=400)
    headers = {"Authorization": "Basic c2VjcmV0"}

    with pytest.raises(AdapterError, match=r"bad header \*\*\*"):
        ask("http", {"url": server.url, "headers": headers, "body": {"a": 1}})


def test_the_proxy_of_the_environment_is_used(
    server: Any, says: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmeval.adapters import connection

    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "")
    connection.proxy_for.cache_clear()
    says({"answer": "through the proxy"})

    reply = ask("http", {"url": "http://service.example/x", "reply": "$.answer"})

    connection.proxy_for.cache_clear()
    assert reply.text == "through the proxy"
    assert server.seen[0].path == "http://service.example/x"


def test_a_host_without_proxy_is_asked_directly(
    server: Any, says: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmeval.adapters import connection

    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    connection.proxy_for.cache_clear()
    says({"answer": "directly"})

    reply = ask("http", {"url": f"{server.url}/x", "reply": "$.answer"})

    connection.proxy_for.cache_clear()
    assert reply.text == "directly"


def test_an_address_without_a_host_is_refused(ask: Ask) -> None:
    with pytest.raises(AdapterError, match="not of the form http://host") as caught:
        ask("http", {"url": "http:///x"})

    assert caught.value.fatal
