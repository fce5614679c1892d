"""Filling variables in and building adapters, at the moment they are needed."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest
from msgspec.structs import replace

from llmeval.config import AdapterConfig, Settings, build_adapter, register_checks, resolved
from llmeval.config.adapters import check_adapter
from llmeval.errors import ConfigError
from llmeval.records import Reply, Request
from llmeval.registry import Registry

Load = Callable[..., Settings]


@dataclass(frozen=True)
class Canned:
    """An adapter of a project's own."""

    text: str
    times: int = 1
    file: str | None = None

    paths: ClassVar[tuple[str, ...]] = ("file",)

    async def respond(self, request: Request) -> Reply:
        return Reply(text=self.text * self.times if request.messages else None)


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.add_adapter("canned", Canned)
    return registry


def canned(**parameters: object) -> AdapterConfig:
    return AdapterConfig(
        name="mine", type="canned", parameters=parameters, where="llmeval.toml: adapters.mine"
    )


def test_variables_are_filled_in_at_any_depth() -> None:
    config = AdapterConfig(
        name="bot",
        type="http",
        parameters={"url": "{{ env.HOST }}/v1", "headers": {"X": ["a {{env.KEY}}", 3]}},
        params={"user": "{{ env.KEY }}"},
        start=("serve", "{{ env.HOST }}"),
        ready="{{ env.HOST }}/ready",
    )

    filled = resolved(config, {"HOST": "http://h", "KEY": "k"})

    assert filled.parameters == {"url": "http://h/v1", "headers": {"X": ["a k", 3]}}
    assert filled.params == {"user": "k"}
    assert filled.start == ("serve", "http://h")
    assert filled.ready == "http://h/ready"


def test_other_placeholders_are_left_for_the_adapter() -> None:
    config = AdapterConfig(name="bot", type="http", parameters={"body": "{{ prompt }} {{ env }}"})

    assert resolved(config, {}).parameters == {"body": "{{ prompt }} {{ env }}"}


def test_a_missing_variable_does_not_hinder_runs_that_do_not_use_the_adapter(
    load_toml: Load,
) -> None:
    settings = load_toml('[adapters.a]\ntype = "http"\nurl = "{{ env.NO_SUCH }}"')

    assert settings.adapters["a"].parameters == {"url": "{{ env.NO_SUCH }}"}


@pytest.mark.parametrize(
    ("environ", "state"),
    [
        pytest.param({}, "is not set", id="missing"),
        pytest.param({"TEXT": ""}, "is empty", id="empty"),
    ],
)
def test_a_missing_variable_names_the_key(
    registry: Registry, environ: dict[str, str], state: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        build_adapter(canned(text="{{ env.TEXT }}"), registry, environ)

    assert str(caught.value) == (
        f"llmeval.toml: adapters.mine.text: environment variable TEXT {state}"
    )


def test_an_adapter_is_built_from_its_table(registry: Registry) -> None:
    built = build_adapter(canned(text="{{ env.TEXT }}", times=2), registry, {"TEXT": "hi"})

    assert built == Canned("hi", 2)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("data/a.txt", "data/a.txt", id="relative"),
        pytest.param("{{ env.DATA }}/a.txt", "d/a.txt", id="variable"),
    ],
)
def test_paths_are_relative_to_the_project(
    registry: Registry, tmp_path: Path, given: str, expected: str
) -> None:
    config = replace(canned(text="a", file=given), folder=tmp_path)

    built = build_adapter(config, registry, {"DATA": "d"})

    assert built == Canned("a", file=str(tmp_path / expected))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param(
            {"text": "a", "time": 2},
            ".time: unknown parameter; did you mean 'times'?",
            id="unknown",
        ),
        pytest.param({}, ".text: is missing", id="missing"),
        pytest.param(
            {"text": "a", "times": "2"}, ".times: expected a whole number, found '2'", id="type"
        ),
    ],
)
def test_a_wrong_parameter_names_file_and_key(
    registry: Registry, parameters: dict[str, object], message: str
) -> None:
    for act in (check_adapter, build_adapter):
        with pytest.raises(ConfigError) as caught:
            act(canned(**parameters), registry, {})

        assert str(caught.value) == f"llmeval.toml: adapters.mine{message}"


def test_checking_needs_no_variables(registry: Registry) -> None:
    missed = check_adapter(canned(text="{{ env.TEXT }}", times=2), registry, {})

    assert missed == ("llmeval.toml: adapters.mine.text: environment variable TEXT is not set",)


def test_an_unknown_type_is_named(registry: Registry) -> None:
    config = AdapterConfig(name="x", type="caned")

    with pytest.raises(ConfigError) as caught:
        check_adapter(config, registry, {})

    assert str(caught.value) == (
        "adapter 'x'.type: unknown adapter type 'caned'; did you mean 'canned'?"
    )


@pytest.fixture(autouse=True)
def _restored_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))


def test_checks_of_the_configuration_become_known(load_toml: Load, registry: Registry) -> None:
    settings = load_toml('[checks]\nmine = "myapp.checks:mine"')

    register_checks(settings, registry)

    assert "mine" in registry.checks


def test_modules_of_the_project_become_importable_once(load_toml: Load, registry: Registry) -> None:
    settings = load_toml("")

    register_checks(settings, registry)
    register_checks(settings, registry)

    assert sys.path.count(str(settings.root)) == 1


def test_a_check_whose_name_is_taken_is_refused(load_toml: Load, registry: Registry) -> None:
    settings = load_toml('[checks]\ncontains = "myapp.checks:mine"')

    with pytest.raises(ConfigError) as caught:
        register_checks(settings, registry)

    assert str(caught.value) == (
        "llmeval.toml: checks.contains: check 'contains' exists already; choose another name"
    )
