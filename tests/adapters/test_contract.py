"""What every adapter must do, whatever it is."""

import asyncio
import dataclasses
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from llmeval.errors import AdapterError
from llmeval.parameters import parameters_of
from llmeval.protocols import Adapter, Closing
from llmeval.records import Message, Reply, Request
from llmeval.registry import ADAPTERS, Registry

TEXT = "Grüße, 世界 🙂 <b>\"'\\n {{ x }}\u202e"
SECRET = "sk-contract-secret-1234"
Build = Callable[[], Adapter]


@pytest.fixture(params=sorted(ADAPTERS))
def type_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def build(
    type_name: str,
    server: Any,
    says: Any,
    completion: Any,
    module: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Build:
    """Build a working adapter of the type that answers TEXT to TEXT; demo answers what it likes."""
    monkeypatch.setenv("CONTRACT_KEY", SECRET)
    blocks = [{"type": "text", "text": TEXT}]
    candidate = {"content": {"parts": [{"text": TEXT}]}, "finishReason": "STOP"}
    said = {
        "results": [{"category_scores": {TEXT: 0.5}}],
        "attributeScores": {TEXT: {"summaryScore": {"value": 0.5}}},
    }
    said |= {"answer": TEXT, "content": blocks, "candidates": [candidate]}
    says(completion(TEXT) | said | {"message": {"content": TEXT}, "done": True})
    recording = tmp_path / "recorded.jsonl"
    recording.write_text(json.dumps({"prompt": TEXT, "reply": TEXT}) + "\n", encoding="utf-8")
    echo = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    vendor = {"model": "m", "base_url": server.url, "api_key_env": "CONTRACT_KEY"}
    parameters: dict[str, dict[str, Any]] = {
        "anthropic": vendor,
        "command": {"argv": [sys.executable, "-c", echo], "env": ["CONTRACT_KEY"]},
        "demo": {},
        "echo": {},
        "http": {
            "url": server.url,
            "headers": {"Authorization": f"Bearer {SECRET}"},
            "reply": "$.answer",
        },
        "gemini": vendor,
        "openai_moderation": {"base_url": server.url, "api_key_env": "CONTRACT_KEY"},
        "perspective": {"base_url": server.url, "api_key_env": "CONTRACT_KEY"},
        "ollama": {"model": "m", "base_url": server.url},
        "openai": vendor,
        "python": {"call": module("def answer(prompt): return prompt") + ":answer"},
        "replay": {"path": str(recording)},
    }
    return lambda: Registry().adapter(type_name, parameters[type_name])


def _request(prompt: str = TEXT, **fields: Any) -> Request:
    messages = (Message(role="user", content=prompt),)
    return Request(adapter="it", messages=messages, **fields)


async def _with(adapter: Adapter, *requests: Request) -> list[Reply]:
    try:
        return list(await asyncio.gather(*map(adapter.respond, requests)))
    finally:
        if isinstance(adapter, Closing):
            await adapter.close()


def test_text_of_any_kind_comes_back_unharmed(build: Build, type_name: str) -> None:
    (reply,) = asyncio.run(_with(build(), _request()))

    assert isinstance(reply, Reply)
    categories = json.dumps({TEXT: 0.5}, ensure_ascii=False)
    assert reply.text in (TEXT, categories) or type_name == "demo"


def test_many_requests_at_once_are_answered(build: Build) -> None:
    replies = asyncio.run(_with(build(), *(_request(session=f"s{n}") for n in range(8))))

    assert len({reply.text for reply in replies}) == 1


def test_a_prompt_with_lone_surrogates_harms_nobody(build: Build, type_name: str) -> None:
    if type_name == "replay":
        with pytest.raises(AdapterError) as caught:
            asyncio.run(_with(build(), _request("a\ud800")))
        assert caught.value.kind == "no_recording"
        return

    (reply,) = asyncio.run(_with(build(), _request("a\ud800")))

    assert "\ud800" not in (reply.text or "")


def test_an_adapter_is_frozen_and_its_fields_are_its_parameters(build: Build) -> None:
    adapter: Any = build()
    kind: Any = type(adapter)

    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(adapter, dataclasses.fields(adapter)[0].name, "other")
    public = {field.name for field in dataclasses.fields(adapter) if field.init}
    assert public == set(parameters_of(kind))
    assert all(not name.startswith("_") for name in public)


def test_two_adapters_share_nothing(build: Build) -> None:
    first: Any = build()
    second: Any = build()

    assert first is not second
    for field in dataclasses.fields(first):
        if not field.init:
            assert getattr(first, field.name) is not getattr(second, field.name)


def test_an_adapter_may_be_closed_without_having_been_asked(build: Build) -> None:
    assert asyncio.run(_with(build())) == []


def test_what_identifies_an_adapter_holds_no_secret(build: Build, type_name: str) -> None:
    adapter: Any = build()
    identity: Mapping[str, Any] = (
        adapter.fingerprint() if hasattr(adapter, "fingerprint") else dataclasses.asdict(adapter)
    )

    written = json.dumps(identity, allow_nan=False)

    assert SECRET not in written
    assert SECRET not in repr(dataclasses.replace(adapter)) or type_name == "http"


def test_every_parameter_has_a_place_in_the_documentation(type_name: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "adapters.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {type_name}\n")[2].partition("\n## ")[0]

    for name in parameters_of(Registry().adapter_type(type_name)):
        assert f"`{name}`" in section


@pytest.fixture
def modules_imported() -> Callable[[str], set[str]]:
    """Return which modules a fresh interpreter has after running some code."""
    import subprocess

    def run(code: str) -> set[str]:
        printed = f"{code}\nimport sys\nprint(' '.join(sys.modules))"
        done = subprocess.run([sys.executable, "-c", printed], capture_output=True, check=True)
        return set(done.stdout.decode().split())

    return run


HEAVY = {"aiohttp", "rapidfuzz", "asyncio.subprocess", "jinja2", "jsonschema", "sklearn", "pytest"}


def test_importing_an_adapter_imports_nothing_heavy(
    modules_imported: Callable[[str], set[str]], type_name: str
) -> None:
    module = ADAPTERS[type_name].partition(":")[0]

    imported = modules_imported(f"import {module}")

    # `asyncio` brings its subprocess module along where an adapter needs asyncio at all.
    assert not imported & (HEAVY - {"asyncio.subprocess"})
