"""Adapter tables -> adapters, at the moment they are needed."""

import re
import sys
from collections.abc import Iterable, Mapping
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
    place = config.where or f"adapter {config.name!r}"
    return replace(
        config,
        parameters=substitute(config.parameters, environ, place),
        params=substitute(config.params, environ, f"{place}.params"),
        start=tuple(substitute(config.start, environ, f"{place}.start")),
        ready=substitute(config.ready, environ, f"{place}.ready"),
    )


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
        state = "is empty" if name in environ else "is not set"
        raise ConfigError(f"{where}: environment variable {name} {state}")
    return value


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


def check_adapter(config: AdapterConfig, registry: Registry) -> None:
    """Check an adapter's table without building it: no variable needs to be set.

    Raises:
        ConfigError: Unknown type, or a parameter is unknown, missing or of the wrong type.
    """
    try:
        _check_parameters(config, registry)
    except (ParameterError, UnknownNameError) as error:
        raise _placed(config, error) from error


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
    place = config.where or f"adapter {config.name!r}"
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
