"""The vendors' own clients read the same from the servers of these tests."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from llmeval.records import ToolCall

SECRET = "key-of-the-vendor-1234567890"
ANSWER = "Grüße, 世界 🙂"
Say = Callable[..., None]
Dialect = Any  # of conftest.py
CALL = ToolCall(name="weather", arguments={"city": "Zürich"}, id="call_1")


def _openai(url: str, *, stream: bool) -> tuple[str, list[str]]:
    from openai import OpenAI

    with OpenAI(base_url=url, api_key=SECRET, max_retries=0) as client:
        ask = client.chat.completions.create
        if stream:
            texts, names = [], []
            for chunk in ask(
                model="m-1", messages=[{"role": "user", "content": "Hi"}], stream=True
            ):
                for choice in chunk.choices:
                    texts.append(choice.delta.content or "")
                    calls = choice.delta.tool_calls or []
                    names += [c.function.name for c in calls if c.function and c.function.name]
            return "".join(texts), names
        message = ask(model="m-1", messages=[{"role": "user", "content": "Hi"}]).choices[0].message
        calls_made: list[Any] = list(message.tool_calls or [])
        return message.content or "", [call.function.name for call in calls_made]


def _anthropic(url: str, *, stream: bool) -> tuple[str, list[str]]:
    from anthropic import Anthropic

    with Anthropic(base_url=url, api_key=SECRET, max_retries=0) as client:
        given: Any = {
            "model": "m-1",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": "Hi"}],
        }
        if stream:
            with client.messages.stream(**given) as events:
                message: Any = events.get_final_message()
        else:
            message = client.messages.create(**given)
    texts = [block.text for block in message.content if block.type == "text"]
    return "".join(texts), [block.name for block in message.content if block.type == "tool_use"]


def _gemini(url: str, *, stream: bool) -> tuple[str, list[str]]:
    from google.genai import Client
    from google.genai.types import HttpOptions

    client = Client(api_key=SECRET, http_options=HttpOptions(base_url=url, api_version=""))
    ask = client.models
    chunks: list[Any] = (
        list(ask.generate_content_stream(model="m-1", contents="Hi"))
        if stream
        else [ask.generate_content(model="m-1", contents="Hi")]
    )
    client.close()
    parts = [part for chunk in chunks for part in chunk.candidates[0].content.parts or ()]
    calls = [part.function_call.name for part in parts if part.function_call]
    return "".join(part.text or "" for part in parts if not part.thought), calls


def _responses(url: str, *, stream: bool) -> tuple[str, list[str]]:
    from openai import OpenAI

    with OpenAI(base_url=url, api_key=SECRET, max_retries=0) as client:
        made: Any = client.responses.create(model="m-1", input="Hi", stream=stream)
        if stream:
            made = next(event for event in made if event.type == "response.completed").response
        return made.output_text, [item.name for item in made.output if item.type == "function_call"]


CLIENTS: Mapping[str, Callable[..., tuple[str, list[str]]]] = {
    "openai": _openai,
    "openai-responses": _responses,
    "anthropic": _anthropic,
    "gemini": _gemini,
}


@pytest.mark.filterwarnings("ignore")  # of clients that are not ours
def test_the_vendors_own_client_reads_the_same_from_the_server(
    dialect: Dialect, dialects: Any, say: Say, server: Any, *, stream: bool
) -> None:
    name = next(name for name, each in dialects.items() if each is dialect)
    if name not in CLIENTS:
        pytest.skip("this vendor's client is no part of the tests")
    pytest.importorskip({"gemini": "google.genai"}.get(dialect.type, dialect.type))
    say(end="tool_calls", calls=(CALL,), thought="Hm.")

    text, calls = CLIENTS[name](server.url, stream=stream)

    assert (text, calls) == (ANSWER, ["weather"])
    assert len(server.seen) == 1
