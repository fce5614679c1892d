import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from llmeval.config import AdapterConfig, Price
from llmeval.config.adapters import build_adapter
from llmeval.registry import ADAPTERS, Registry

PAGE = Path(__file__).parents[2] / "docs" / "adapters.md"
ENVIRON = {"SUPPORT_URL": "https://support.example", "SUPPORT_TOKEN": "secret-token"}
COMMON = ("params", "price", "concurrency", "requests_per_minute", "tokens_per_minute", "warm_up")


def _examples() -> list[Any]:
    text = PAGE.read_text(encoding="utf-8")
    tables = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]
    return [
        pytest.param(name, dict(table), id=name)
        for each in tables
        for name, table in each["adapters"].items()
    ]


@pytest.mark.parametrize(("name", "table"), _examples())
def test_every_example_can_be_built(name: str, table: dict[str, Any]) -> None:
    type_name = table.pop("type")
    common = {key: table.pop(key) for key in COMMON if key in table}
    price = Price(**common.pop("price")) if "price" in common else None
    config = AdapterConfig(name=name, type=type_name, parameters=table, price=price, **common)

    adapter = build_adapter(config, Registry(), ENVIRON)

    assert isinstance(adapter, Registry().adapter_type(type_name))


def test_every_adapter_type_has_a_section_with_an_example() -> None:
    text = PAGE.read_text(encoding="utf-8")

    for type_name in ADAPTERS:
        section = text.partition(f"\n## {type_name}\n")[2].partition("\n## ")[0]
        assert f'type = "{type_name}"' in section


def test_the_functions_on_the_page_work(module: Any, ask: Any) -> None:
    text = PAGE.read_text(encoding="utf-8")
    source, _ = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    name = module(source)

    replies = [
        ask("python", {"call": f"{name}:{function}"}).text
        for function in ("answer", "answer_with_details", "answer_streaming")
    ]

    assert replies == [
        "The text of the reply.",
        "Within 30 days.",
        "The first piece and the rest.",
    ]


def test_the_instrumented_function_on_the_page_has_steps(
    module: Any, ask: Any, no_provider: None
) -> None:
    text = PAGE.read_text(encoding="utf-8")
    _, source = re.findall(r"```python\n(.*?)```", text, re.DOTALL)

    reply = ask("python", {"call": f"{module(source)}:answer", "trace": True}, "How long?")

    assert [(step["kind"], step["name"]) for step in reply.steps] == [
        ("retrieval", "docs"),
        ("tool", "find_order"),
    ]
    assert reply.steps[1]["input"] == {"order": 7}
    assert [passage.id for passage in reply.retrieved] == ["returns"]


def test_the_recordings_on_the_page_are_recordings(tmp_path: Path, ask: Any) -> None:
    text = PAGE.read_text(encoding="utf-8")
    path = tmp_path / "recorded.jsonl"
    (lines,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    path.write_text(lines, encoding="utf-8")

    full = ask("replay", {"path": str(path)}, "Hi", system="Be kind.")
    simple = ask("replay", {"path": str(path)}, "How long may I return a lamp?")

    assert (full.text, simple.text) == ("Hello.", "30 days.")


def test_every_kind_of_failure_is_on_the_page() -> None:
    from llmeval.adapters import (
        callables,
        command,
        connection,
        faults,
        recordings,
        trace_file,
        tracing,
    )

    text = PAGE.read_text(encoding="utf-8")
    sources = "".join(
        Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (*(callables, command, connection, faults, recordings, trace_file, tracing),)
    )

    for kind in set(re.findall(r'kind="(\w+)"', sources)):
        assert f"| `{kind}` |" in text
