"""Moderation services: what they are sent and how their numbers are read."""

from typing import Any

import pytest

from llmeval.errors import AdapterError, ParameterError
from llmeval.registry import Registry

KEY = "key-of-the-vendor-1234567890"


def test_openai_is_sent_the_text_and_its_categories_come_back(
    says: Any, ask: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    scores = {"hate": 0.01, "harassment/threatening": 0.9}
    flags = {name: value > 0.5 for name, value in scores.items()}
    result = {"flagged": True, "categories": flags, "category_scores": scores}
    says({"id": "modr-1", "model": "omni-moderation-2024-09-26", "results": [result]})

    reply = ask("openai_moderation", {"base_url": f"{server.url}/v1", "api_key_env": "MY_KEY"})

    seen = server.seen[-1]
    assert seen.path == "/v1/moderations"
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.json["model"] == "omni-moderation-latest"
    assert isinstance(seen.json["input"], str)
    assert reply.text == '{"hate": 0.01, "harassment/threatening": 0.9}'
    assert reply.model == "omni-moderation-2024-09-26"


def test_perspective_is_asked_for_attributes_and_not_to_store(
    says: Any, ask: Any, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    summary = {"value": 0.25, "type": "PROBABILITY"}
    says(
        {
            "attributeScores": {"TOXICITY": {"spanScores": [], "summaryScore": summary}},
            "languages": ["en"],
        }
    )

    reply = ask(
        "perspective",
        {
            "base_url": f"{server.url}/v1alpha1",
            "api_key_env": "MY_KEY",
            "attributes": ["TOXICITY"],
            "languages": ["en"],
        },
    )

    seen = server.seen[-1]
    assert seen.path == "/v1alpha1/comments:analyze"
    assert seen.headers["x-goog-api-key"] == KEY
    assert seen.json["requestedAttributes"] == {"TOXICITY": {}}
    assert seen.json["languages"] == ["en"]
    assert seen.json["doNotStore"] is True
    assert reply.text == '{"TOXICITY": 0.25}'


@pytest.mark.parametrize("kind", ["openai_moderation", "perspective"])
@pytest.mark.parametrize("answer", [{}, [], {"results": [3]}, {"attributeScores": None}])
def test_an_answer_without_categories_is_no_reply(
    says: Any, ask: Any, server: Any, kind: str, answer: Any
) -> None:
    says(answer)

    with pytest.raises(AdapterError, match="answered with nothing at") as caught:
        ask(kind, {"base_url": server.url})

    assert caught.value.kind == "bad_reply"


@pytest.mark.parametrize(
    ("kind", "variable"),
    [("openai_moderation", "OPENAI_API_KEY"), ("perspective", "PERSPECTIVE_API_KEY")],
)
def test_a_missing_key_is_named(
    ask: Any, kind: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)

    with pytest.raises(AdapterError, match=f"{variable} is not set; it must hold the API key"):
        ask(kind, {})


@pytest.mark.parametrize(
    ("kind", "parameters", "message"),
    [
        ("perspective", {"attributes": []}, "expected at least one attribute"),
        ("perspective", {"base_url": "x"}, "expected an address that begins with http"),
        ("openai_moderation", {"base_url": "x"}, "expected an address that begins with http"),
    ],
)
def test_wrong_keys_are_refused(kind: str, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Registry().adapter(kind, parameters)
