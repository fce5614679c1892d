"""What only one of the vendors does."""

from collections.abc import Callable
from typing import Any

import pytest

from llmeval.errors import AdapterError
from llmeval.records import Message

SECRET = "key-of-the-vendor-1234567890"
ANSWER = "Grüße, 世界 🙂"
Say = Callable[..., None]
Dialect = Any  # of conftest.py


def test_gemini_says_in_the_body_when_to_come_back(
    says: Any, ask: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}
    says({"error": {"code": 429, "message": "slow down", "details": [info]}}, status=429)

    with pytest.raises(AdapterError) as caught:
        ask("gemini", {"model": "m", "base_url": server.url})

    assert caught.value.retry_after_s == 34.5


def test_a_prompt_that_gemini_blocks_is_a_refusal(
    says: Any, ask: Any, server: Any, dialects: Any
) -> None:
    says({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": {}})

    reply = ask("gemini", {"model": "m", "base_url": server.url})

    assert (reply.text, reply.finish_reason) == (None, "content_filter")


def test_gemini_parameters_go_where_they_belong(
    says: Any, ask: Any, server: Any, dialects: Any
) -> None:
    says(dialects["gemini"].whole("x", "STOP", []))
    params = {"max_tokens": 5, "stop": "END", "temperature": 0, "safetySettings": []}

    ask("gemini", {"model": "m", "base_url": server.url}, params=params)

    body = server.seen[-1].json
    assert body["generationConfig"] == {
        "maxOutputTokens": 5,
        "stopSequences": ["END"],
        "temperature": 0,
    }
    assert body["safetySettings"] == []


def test_ollama_options_go_where_they_belong(
    says: Any, ask: Any, server: Any, dialects: Any
) -> None:
    says(dialects["ollama"].whole("x", "stop", []))
    params = {"max_tokens": 5, "temperature": 0, "format": "json", "options": {"seed": 1}}

    ask("ollama", {"model": "m", "base_url": server.url}, params=params)

    body = server.seen[-1].json
    assert body["options"] == {"seed": 1, "num_predict": 5, "temperature": 0}
    assert body["format"] == "json"


def test_anthropic_asks_for_a_limit_and_takes_one(
    says: Any, ask: Any, server: Any, dialects: Any
) -> None:
    says(dialects["anthropic"].whole("x", "end_turn", []))

    ask("anthropic", {"model": "m", "base_url": server.url}, params={"stop": "END"})
    ask("anthropic", {"model": "m", "base_url": server.url}, params={"max_tokens": 7})

    first, second = (seen.json for seen in server.seen)
    assert (first["max_tokens"], first["stop_sequences"]) == (4096, ["END"])
    assert second["max_tokens"] == 7


def test_thoughts_that_only_the_service_can_read_go_back_too(
    ask: Any, says: Any, server: Any, request_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENDOR_KEY", "key-of-the-vendor-1234567890")
    given = {"model": "m-1", "api_key_env": "VENDOR_KEY", "base_url": server.url}
    sealed = {"type": "redacted_thinking", "data": "c2VhbGVk"}
    called = [
        {"type": "tool_use", "id": f"c{number}", "name": "find", "input": {}} for number in (1, 2)
    ]
    later = {"type": "thinking", "thinking": "And then?", "signature": "s"}
    content = [sealed, called[0], later, called[1]]
    says({"type": "message", "content": content, "stop_reason": "tool_use"})

    first = ask("anthropic", given, "Find it.")
    history = (
        Message(role="user", content="Find it."),
        Message(role="assistant", content="", tool_calls=first.tool_calls),
        *(Message(role="tool", content="x", tool_call_id=f"c{number}") for number in (1, 2)),
    )
    ask("anthropic", given, request_for(None, messages=history))

    assert server.seen[-1].json["messages"][1]["content"] == content
