"""A JSON schema for the reply, in each vendor's words; the vendors' own clients say the same."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

SECRET = "key-of-the-vendor-1234567890"
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "verdict": {"type": "number"}},
    "required": ["reason", "verdict"],
    "additionalProperties": False,
}
SAID = '{"reason": "Kind.", "verdict": 1}'
Dialect = Any  # of conftest.py

# Dialect -> the part of the body that tells the schema.
TOLD: Mapping[str, Any] = {
    "anthropic": {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
    "gemini": {
        "generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA}
    },
    "ollama": {"format": SCHEMA},
    "openai": {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": SCHEMA},
        }
    },
    "openai-responses": {
        "text": {
            "format": {"type": "json_schema", "name": "reply", "strict": True, "schema": SCHEMA}
        }
    },
}


@pytest.fixture
def name(dialect: Dialect, dialects: Any) -> str:
    names: list[str] = [name for name, each in dialects.items() if each is dialect]
    return names[0]


def sent(server: Any, name: str) -> Any:
    """Return the part of the last request that tells a schema, with whatever else stands there."""
    (key,) = TOLD[name]
    return {key: server.seen[-1].json.get(key)}


def test_the_schema_is_told_in_the_vendors_words(
    say: Callable[..., None], reply_to: Any, server: Any, name: str
) -> None:
    say(SAID)

    reply = reply_to(schema=SCHEMA)

    assert reply.text == SAID
    assert sent(server, name) == TOLD[name]


def test_reasons_come_before_the_verdict_on_the_wire(
    say: Callable[..., None], reply_to: Any, server: Any, name: str
) -> None:
    say(SAID)

    reply_to(schema=SCHEMA)

    body = server.seen[-1].body.decode()
    assert body.index('"reason"') < body.index('"verdict"')


def test_without_a_schema_nothing_is_said_of_one(
    say: Callable[..., None], reply_to: Any, server: Any, name: str
) -> None:
    say()

    reply_to()

    assert set(TOLD[name]) & server.seen[-1].json.keys() == set()


OWN: Mapping[str, tuple[Mapping[str, Any], Any]] = {
    "anthropic": (
        {"output_config": {"effort": "low", "format": {"type": "own"}}},
        {"output_config": {"effort": "low", "format": {"type": "own"}}},
    ),
    "gemini": (
        {"generationConfig": {"responseSchema": {"type": "STRING"}}},
        {"generationConfig": {"responseSchema": {"type": "STRING"}}},
    ),
    "ollama": ({"format": "json"}, {"format": "json"}),
    "openai": (
        {"response_format": {"type": "json_object"}},
        {"response_format": {"type": "json_object"}},
    ),
    "openai-responses": (
        {"text": {"format": {"type": "own"}}},
        {"text": {"format": {"type": "own"}}},
    ),
}


def test_a_form_that_the_suite_asks_for_itself_wins(
    say: Callable[..., None], reply_to: Any, server: Any, name: str
) -> None:
    params, expected = OWN[name]
    say(SAID)

    reply_to(schema=SCHEMA, params=params)

    assert sent(server, name) == expected


BESIDE: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "anthropic": ({"output_config": {"effort": "low"}}, "output_config"),
    "gemini": ({"temperature": 0}, "generationConfig"),
    "openai-responses": ({"text": {"verbosity": "low"}}, "text"),
}


@pytest.mark.parametrize("dialect", sorted(BESIDE), indirect=True)
def test_what_else_stands_in_that_place_stays(
    say: Callable[..., None], reply_to: Any, server: Any, name: str
) -> None:
    params, key = BESIDE[name]
    say(SAID)

    reply_to(schema=SCHEMA, params=params)

    told = sent(server, name)[key]
    rest = {inner: value for inner, value in told.items() if inner not in TOLD[name][key]}
    assert rest in (params, params.get(key))
    assert {inner: told[inner] for inner in TOLD[name][key]} == TOLD[name][key]


def _openai(url: str) -> None:
    from openai import OpenAI

    form: Any = TOLD["openai"]["response_format"]
    with OpenAI(base_url=url, api_key=SECRET, max_retries=0) as client:
        client.chat.completions.create(
            model="m-1", messages=[{"role": "user", "content": "Hi"}], response_format=form
        )


def _responses(url: str) -> None:
    from openai import OpenAI

    text: Any = TOLD["openai-responses"]["text"]
    with OpenAI(base_url=url, api_key=SECRET, max_retries=0) as client:
        client.responses.create(model="m-1", input="Hi", text=text)


def _anthropic(url: str) -> None:
    from anthropic import Anthropic

    config: Any = TOLD["anthropic"]["output_config"]
    with Anthropic(base_url=url, api_key=SECRET, max_retries=0) as client:
        client.messages.create(
            model="m-1",
            max_tokens=9,
            messages=[{"role": "user", "content": "Hi"}],
            output_config=config,
        )


def _gemini(url: str) -> None:
    from google.genai import Client
    from google.genai.types import GenerateContentConfig, HttpOptions

    client = Client(api_key=SECRET, http_options=HttpOptions(base_url=url, api_version=""))
    config = GenerateContentConfig(
        response_mime_type="application/json", response_json_schema=SCHEMA
    )
    client.models.generate_content(model="m-1", contents="Hi", config=config)
    client.close()


CLIENTS: Mapping[str, Callable[[str], None]] = {
    "anthropic": _anthropic,
    "gemini": _gemini,
    "openai": _openai,
    "openai-responses": _responses,
}


@pytest.mark.filterwarnings("ignore")  # of clients that are not ours
@pytest.mark.parametrize("stream", [False], ids=["whole"], indirect=True)
@pytest.mark.parametrize("dialect", sorted(CLIENTS), indirect=True)
def test_the_vendors_own_client_tells_the_schema_likewise(
    dialect: Dialect, say: Callable[..., None], server: Any, name: str
) -> None:
    pytest.importorskip({"gemini": "google.genai"}.get(dialect.type, dialect.type))
    say(SAID)

    CLIENTS[name](server.url)

    assert sent(server, name) == TOLD[name]
