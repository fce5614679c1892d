"""Secrets are taken out of everything that is stored or shown."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval import codec
from llmeval.records import (
    CheckResult,
    Exchange,
    Failure,
    Message,
    Passage,
    Reply,
    ToolCall,
    Trial,
)
from llmeval.redact import MARK, Redactor, secret_values

VALUE = "correct-horse-battery"
ENVIRON = {"SERVICE_TOKEN": VALUE, "HOME": "/home/someone", "SHORT_KEY": "abc"}

SECRETS = {
    "environment": (VALUE, VALUE),
    "base64": (f"x{base64.b64encode(f'id:{VALUE}'.encode()).decode()}", "aG9yc2UtYmF0dGVy"),
    "url encoded": ("k=" + quote("päss wörd&more"), "p%C3%A4ss"),
    "openai": ("sk-proj-Abc123Def456Ghi789", "Abc123Def456"),
    "github": ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "0123456789abcdefghij"),
    "aws": ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"),
    "google": ("AIzaSyA-1234567890abcdefghijklmnopqrstu", "SyA-12345"),
    "slack": ("xoxb-123456789012-abcdefghij", "123456789012"),
    "jwt": ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
    "bearer": ("Authorization: Bearer q1w2e3r4t5", "q1w2e3r4t5"),
    "userinfo": ("https://user:hunter2@example.org/x", "hunter2"),
    "query": ("https://example.org/x?api_key=zyxwvut987&v=1", "zyxwvut987"),
}


def redactor() -> Redactor:
    return Redactor({**ENVIRON, "DB_PASSWORD": "päss wörd&more"})


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS)
def test_a_secret_leaves_a_text(text: str, secret: str) -> None:
    found = redactor().text(f"failed: {text} (status 401)")

    assert secret not in found
    assert MARK in found
    assert found.startswith("failed: ")
    assert found.endswith("(status 401)")


@pytest.mark.parametrize(
    "text",
    [
        "status 401, request req_0123456789abcdef",
        "the task-oriented-dialogue-systems-are-fine",
        "a bearer instrument is a document",
        "Asia and the AKIA region",
        "first_token: 0.5 s, tokens: 12",
        "https://example.org/path?page=2&limit=100000",
        "mail someone@example.org",
        "the key: to be or not to be",
        "the secret of life is patience",
        "sha 0123456789abcdef0123456789abcdef01234567",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redactor().text(text) == text


def test_a_short_secret_does_not_blank_the_report() -> None:
    assert redactor().text("abc is the alphabet: abc") == "abc is the alphabet: abc"


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("OPENAI_API_KEY", "value-1234", True),
        ("openai_api_key", "value-1234", True),
        ("PGPASSWORD", "value-1234", True),
        ("GITHUB_TOKEN", "value-1234", True),
        ("TOKENIZERS_PARALLELISM", "disabled", False),
        ("PWD", "/home/someone", False),
        ("SSH_AUTH_SOCK", "/run/agent.sock", False),
        ("MAX_TOKENS", "100000", False),
        ("KEYBOARD", "german-layout", False),
        ("SECRET_FILE", "/etc/secrets", False),
        ("AUTH_TOKEN", "disabled", False),
    ],
)
def test_a_secret_variable_is_known_by_its_name(name: str, value: str, secret: bool) -> None:  # noqa: FBT001  # a table column
    assert (value in secret_values({name: value})) is secret


@pytest.mark.parametrize(
    "key",
    [
        "Authorization",
        "x-api-key",
        "api_key",
        "access_token",
        "Cookie",
        "password",
        "client_secret",
    ],
)
def test_a_value_under_a_secret_key_goes_whatever_it_looks_like(key: str) -> None:
    found = redactor().value({"headers": {key: "plain words", "accept": "text"}})

    assert found == {"headers": {key: MARK, "accept": "text"}}


def test_a_key_of_ones_own_is_secret_too() -> None:
    found = Redactor({}, keys=["Staff-Pass"]).value({"staff-pass": "plain", "b": "plain"})

    assert found == {"staff-pass": MARK, "b": "plain"}


def test_numbers_under_a_secret_key_stay() -> None:
    assert redactor().value({"token": 12}) == {"token": 12}


def test_what_holds_no_secret_is_the_same_object() -> None:
    value = {"a": ["b", {"c": 1}]}

    assert redactor().value(value) is value


def planted() -> Trial:
    """Return a trial with a secret in every text."""
    pile = iter([text for text, _ in SECRETS.values()] * 10)

    def reply() -> Reply:
        return Reply(
            text=next(pile),
            finish_reason=next(pile),
            model=next(pile),
            request_id=next(pile),
            reasoning=next(pile),
            tool_calls=(ToolCall(name=next(pile), arguments={"x": [next(pile)]}, id=next(pile)),),
            retrieved=(Passage(id=next(pile), text=next(pile)),),
            steps=({"name": next(pile), "deep": {"er": next(pile)}},),
            files={next(pile): next(pile)},
        )

    result = CheckResult(
        check="contains",
        metric="contains",
        severity="normal",
        status="scored",
        reason=next(pile),
        parameters={"value": next(pile)},
        details={next(pile): next(pile)},
    )
    return Trial(
        nodeid=next(pile),
        suite=next(pile),
        case=next(pile),
        index=0,
        adapter=next(pile),
        trial=1,
        outcome="failed",
        tags=(next(pile),),
        vars={"a": next(pile), "password": "plain words"},
        system=next(pile),
        messages=(Message(role="user", content=next(pile)),),
        context=next(pile),
        references=(next(pile),),
        wrong_references=(next(pile),),
        goal=next(pile),
        reply=reply(),
        turns=(Exchange(user=next(pile), reply=reply()),),
        checks=(result,),
        error=Failure(kind="raised", message=next(pile)),
    )


def test_no_field_of_a_trial_keeps_a_secret() -> None:
    found = codec.encode_trial(redactor().record(planted()))

    assert [name for name, (_, secret) in SECRETS.items() if secret in found] == []
    assert "plain words" not in found
    assert json.loads(found)["outcome"] == "failed"


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS)
def test_a_line_with_a_secret_is_suspected(text: str, secret: str) -> None:
    assert redactor().suspects(json.dumps({"text": f"before {text} after"}))


@pytest.mark.parametrize("key", ["api_key", "Authorization", "token", "PASSWORD", "apiKey"])
def test_a_line_with_a_secret_key_is_suspected(key: str) -> None:
    assert redactor().suspects(json.dumps({"vars": {key: "plain words"}}))


@given(st.text(max_size=60))
def test_nothing_that_would_change_goes_unsuspected(text: str) -> None:
    own = redactor()

    changed = own.text(text) != text

    assert not changed or own.suspects(json.dumps(text))


@given(st.text(max_size=40), st.sampled_from([text for text, _ in SECRETS.values()]))
def test_redacting_twice_is_redacting_once(around: str, secret: str) -> None:
    own = redactor()
    once = own.text(f"{around} {secret} {around}")

    assert own.text(once) == once
