"""Spans of an application in this process become the steps of its replies."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from llmeval.errors import AdapterError
from llmeval.protocols import Closing
from llmeval.records import Reply
from llmeval.registry import Registry

pytestmark = pytest.mark.usefixtures("no_provider")

SET_UP = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer("app")


def called(name, tool, argument=None):
    with tracer.start_as_current_span(name) as span:
        span.set_attribute("gen_ai.operation.name", "execute_tool")
        span.set_attribute("gen_ai.tool.name", tool)
        if argument is not None:
            span.set_attribute("gen_ai.tool.call.arguments", argument)
"""

SYNC = f"""{SET_UP}
def answer(prompt: str):
    called("execute_tool search", "search", '{{"q": "' + prompt + '"}}')
    return prompt
"""
ASYNC = f"""{SET_UP}
import asyncio


async def answer(prompt: str):
    for number in range(3):
        called("execute_tool search", "search", '{{"q": "' + prompt + '"}}')
        await asyncio.sleep(0)
    return prompt
"""
STREAMED = f"""{SET_UP}
async def answer(prompt: str):
    yield "a"
    called("execute_tool search", "search", '{{"q": "' + prompt + '"}}')
    yield "b"
"""
DECORATED = f"""{SET_UP}
def answer(prompt: str):
    async def later():
        called("execute_tool search", "search", '{{"q": "' + prompt + '"}}')
        return prompt

    return later()
"""


@pytest.mark.parametrize(
    "source", [SYNC, ASYNC, STREAMED, DECORATED], ids=["sync", "async", "streamed", "decorated"]
)
def test_the_spans_of_a_call_are_its_steps(source: str, module: Any, ask: Any) -> None:
    reply = ask("python", {"call": f"{module(source)}:answer"}, "lamp")

    first = reply.steps[0]
    assert (first["kind"], first["name"], first["input"]) == ("tool", "search", {"q": "lamp"})
    assert 0 <= first["start_s"] <= reply.timing.total_s
    assert 0 <= first["duration_s"] <= reply.timing.total_s


async def _together(call: str, requests: list[Any]) -> list[Reply]:
    adapter: Any = Registry().adapter("python", {"call": call})
    try:
        replies: list[Reply] = await asyncio.gather(*map(adapter.respond, requests))
        return replies
    finally:
        if isinstance(adapter, Closing):
            await adapter.close()


@pytest.mark.parametrize("source", [SYNC, ASYNC], ids=["threads", "one loop"])
def test_calls_at_the_same_time_do_not_mix(
    source: str, module: Any, request_for: Callable[..., Any]
) -> None:
    call = f"{module(source)}:answer"

    replies = asyncio.run(_together(call, [request_for(f"p{n}") for n in range(20)]))

    for number, reply in enumerate(replies):
        assert {step["input"]["q"] for step in reply.steps} == {f"p{number}"}


def test_an_application_without_a_provider_is_left_alone(module: Any, ask: Any) -> None:
    source = "from opentelemetry import trace\n\n\ndef answer(prompt: str):\n    return prompt\n"

    reply = ask("python", {"call": f"{module(source)}:answer"}, "lamp")

    from opentelemetry import trace

    assert reply.steps == ()
    assert not hasattr(trace.get_tracer_provider(), "add_span_processor")


def test_tracing_can_be_switched_off(module: Any, ask: Any) -> None:
    reply = ask("python", {"call": f"{module(SYNC)}:answer", "trace": False}, "lamp")

    assert reply.steps == ()


def test_asked_for_it_sets_a_provider_up(module: Any, ask: Any) -> None:
    source = SYNC.replace("trace.set_tracer_provider(TracerProvider())", "")

    reply = ask("python", {"call": f"{module(source)}:answer", "trace": True}, "lamp")

    assert len(reply.steps) == 1


def test_asked_for_and_not_installed_it_says_what_to_install(
    module: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    name = module("def answer(prompt: str):\n    return prompt\n")

    with pytest.raises(AdapterError, match=r"pip install llmeval-gate\[otel\]") as caught:
        ask("python", {"call": f"{name}:answer", "trace": True})

    assert caught.value.fatal


def test_what_raises_in_a_span_is_a_failed_step(module: Any, ask: Any) -> None:
    source = f"""{SET_UP}
def answer(prompt: str):
    try:
        with tracer.start_as_current_span("execute_tool pay") as span:
            span.set_attribute("gen_ai.operation.name", "execute_tool")
            raise ValueError("no credit")
    except ValueError:
        return "Sorry."
"""
    reply = ask("python", {"call": f"{module(source)}:answer"})

    assert [(step["name"], step["error"]) for step in reply.steps] == [
        ("pay", "ValueError: no credit")
    ]


def test_what_the_application_says_itself_wins(module: Any, ask: Any) -> None:
    source = f"""{SET_UP}
def answer(prompt: str):
    called("execute_tool search", "search")
    return {{"text": "x", "steps": [{{"name": "own", "kind": "tool"}}]}}
"""
    reply = ask("python", {"call": f"{module(source)}:answer"})

    assert [step["name"] for step in reply.steps] == ["own"]


def test_opentelemetry_is_not_imported_for_others(module: Any, tmp_path: Any) -> None:
    name = module("def answer(prompt: str):\n    return prompt\n")
    code = f"""
import asyncio, sys
from llmeval.records import Message, Request
from llmeval.registry import Registry

adapter = Registry().adapter("python", {{"call": "{name}:answer"}})
asked = Request(adapter="a", messages=(Message(role="user", content="Hi"),))
assert asyncio.run(adapter.respond(asked)).text == "Hi"
assert not any(name.startswith("opentelemetry") for name in sys.modules)
"""

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
