"""Adapter tables -> adapters, at the moment they are needed."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from llmeval.config.settings import AdapterConfig, Settings
from llmeval.errors import ConfigError, ParameterError, UnknownNameError, did_you_mean
from llmeval.parameters import fit, parameters_of
from llmeval.protocols import Adapter
from llmeval.registry import Registry

_ENV = re.compile(r"\{\{\s*env\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


def resolved(config: AdapterConfig, environ: Mapping[str, str]) -> AdapterConfig:
    """Return the adapter's table with every `{{ env.NAME }}` filled in.

    Done when the adapter is used, so that a variable of one adapter is not missed by runs of
    another.

    Raises:
        ConfigError: A variable is not set, or is empty.
    """
    open_ended = _with_places(config)
    filled = {key: substitute(value, environ, place) for key, place, value in open_ended}
    return replace(config, **filled | {"start": tuple(filled["start"])})


def _with_places(config: AdapterConfig) -> Iterator[tuple[str, str, Any]]:
    """Yield the fields that may hold variables, with the place that messages name."""
    place = _place(config)
    yield "parameters", place, config.parameters
    for key in ("params", "start", "ready"):
        yield key, f"{place}.{key}", getattr(config, key)


def _place(config: AdapterConfig) -> str:
    return config.where or f"adapter {config.name!r}"


def unset_variables(config: AdapterConfig, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield, for each `{{ env.NAME }}` that cannot be filled in, where it stands and why not."""
    for _, place, value in _with_places(config):
        for where, text in _texts(value, place):
            for name in _ENV.findall(text):
                if not environ.get(name):
                    yield f"{where}: {_unset(name, environ)}"


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Yield the texts in a configuration value, at any depth, with their places."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _texts(item, f"{where}[{at}]")


def substitute(value: Any, environ: Mapping[str, str], where: str) -> Any:
    """Return a configuration value with `{{ env.NAME }}` filled in at any depth.

    Raises:
        ConfigError: A variable is not set, or is empty.
    """
    if isinstance(value, str):
        return _ENV.sub(lambda match: _variable(match[1], environ, where), value)
    if isinstance(value, Mapping):
        return {key: substitute(item, environ, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [substitute(item, environ, f"{where}[{i}]") for i, item in enumerate(value)]
    return value


def _variable(name: str, environ: Mapping[str, str], where: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise ConfigError(f"{where}: {_unset(name, environ)}")
    return value


def _unset(name: str, environ: Mapping[str, str]) -> str:
    return f"environment variable {name} {'is empty' if name in environ else 'is not set'}"


def build_adapter(config: AdapterConfig, registry: Registry, environ: Mapping[str, str]) -> Adapter:
    """Return the adapter that a table describes: variables filled in, paths made absolute.

    An adapter class names its parameters that are paths in `paths`.

    Raises:
        ConfigError: Unknown type, a parameter is unknown, missing or wrong, a variable is not set.
    """
    filled = resolved(config, environ)
    try:
        paths = getattr(registry.adapter_type(filled.type), "paths", ())
        return registry.adapter(filled.type, _absolute(filled, paths))
    except (ParameterError, UnknownNameError) as error:
        raise _placed(config, error) from error


def _absolute(config: AdapterConfig, paths: Iterable[str]) -> Mapping[str, Any]:
    given = dict(config.parameters)
    for name in paths:
        if config.folder is not None and isinstance(given.get(name), str):
            given[name] = str(config.folder / given[name])
    return given


def check_adapter(
    config: AdapterConfig, registry: Registry, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """Check an adapter's table; no variable needs to be set, nothing is opened or asked.

    Returns:
        The variables that a run will miss, a line each: where it is needed, and its name.

    Raises:
        ConfigError: Unknown type, or a parameter is unknown, missing or wrong.
    """
    try:
        _check_parameters(config, registry)
    except (ParameterError, UnknownNameError) as error:
        raise _placed(config, error) from error
    missed = tuple(unset_variables(config, environ))
    if missed:
        return missed  # what depends on their values is not known
    key = getattr(build_adapter(config, registry, environ), "key_variable", None)
    return () if not key or environ.get(key) else (f"{_place(config)}: {_unset(key, environ)}",)


def _check_parameters(config: AdapterConfig, registry: Registry) -> None:
    known = parameters_of(registry.adapter_type(config.type))
    for name, value in config.parameters.items():
        if name not in known:
            raise ParameterError(name, f"unknown parameter{did_you_mean(name, known)}")
        if not _ENV.search(str(value)):
            fit(value, known[name])
    for name, parameter in known.items():
        if parameter.required and name not in config.parameters:
            raise ParameterError(name, "is missing")


def _placed(config: AdapterConfig, error: ParameterError | UnknownNameError) -> ConfigError:
    place = _place(config)
    if isinstance(error, ParameterError):
        key = f".{error.parameter}" if error.parameter else ""
        return ConfigError(f"{place}{key}: {error.message}")
    return ConfigError(f"{place}.type: {error}")


def register_checks(settings: Settings, registry: Registry) -> None:
    """Make the configuration's checks and judges known, and the project's modules importable.

    Puts the project's root on `sys.path`: `module:name` in a configuration means a module there,
    whatever folder the command was started in and however pytest imports tests.

    Raises:
        ConfigError: A name is taken.
    """
    if str(settings.root) not in sys.path:
        sys.path.insert(0, str(settings.root))
    name = settings.file.name if settings.file else "configuration"
    prefix = "tool.llmeval." if name == "pyproject.toml" else ""
    registry.judges.update(settings.judges)
    for check, where in settings.checks.items():
        try:
            registry.add_scorer(check, where)
        except ParameterError as error:
            raise ConfigError(f"{name}: {prefix}checks.{check}: {error.message}") from error
