"""Every recipe of the page runs: the clients talk to the servers of these tests.

Frameworks that are no part of the development environment are run where they are installed.
"""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from llmeval.registry import Registry

PAGE = Path(__file__).parents[3] / "docs" / "recipes.md"
RECIPES = dict(re.findall(r"^## ([^\n]+)\n.*?```python\n(.*?)```", PAGE.read_text(), re.S | re.M))
SECRET = "key-of-the-vendor-1234567890"
ANSWER = "Grüße, 世界 🙂"
# Heading -> what must be installed, whose wire format it speaks, whether it tells of tokens.
CLIENTS: Mapping[str, tuple[str, str, bool]] = {
    "OpenAI client": ("openai", "openai", True),
    "Anthropic client": ("anthropic", "anthropic", True),
    "Google Gen AI client": ("google.genai", "gemini", True),
    "LiteLLM": ("litellm", "openai", True),
    "LangChain": ("langchain_openai", "openai", True),
    "Pydantic AI": ("pydantic_ai", "openai", False),
    "An instrumented application": ("opentelemetry.sdk", "openai", True),
}
OURS = "An application with a memory"


def test_every_recipe_is_run() -> None:
    assert set(RECIPES) == {*CLIENTS, OURS}


@pytest.mark.filterwarnings("ignore")  # of clients that are not ours
@pytest.mark.parametrize("heading", CLIENTS)
def test_the_recipe_of(
    heading: str,
    module: Any,
    ask: Any,
    says: Any,
    server: Any,
    dialects: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    package, wire, tells_tokens = CLIENTS[heading]
    pytest.importorskip(package)
    for name in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "GOOGLE_GEMINI_BASE_URL"):
        monkeypatch.setenv(name, server.url)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.setenv(name, SECRET)
    dialect = dialects[wire]
    says(dialect.whole(ANSWER, dialect.reasons["stop"], []))

    reply = ask(
        "python", {"call": f"{module(RECIPES[heading])}:answer"}, "How long?", system="Be kind."
    )

    assert reply.text == ANSWER
    assert len(server.seen) == 1
    assert b"How long?" in server.seen[0].body
    assert bool(reply.usage and reply.usage.input_tokens) is tells_tokens


def test_a_memory_is_that_of_one_session(module: Any, request_for: Any) -> None:
    adapter: Any = Registry().adapter("python", {"call": f"{module(RECIPES[OURS])}:Bot"})
    turns = (("a", "one"), ("b", "x"), ("a", "two"))

    async def talk() -> list[str]:
        return [(await adapter.respond(request_for(p, session=s))).text for s, p in turns]

    assert asyncio.run(talk()) == [
        "You have said 1: one",
        "You have said 1: x",
        "You have said 2: one, two",
    ]
