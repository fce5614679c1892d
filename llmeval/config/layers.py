"""Command line over environment over profile over suite over defaults -> Settings.

What the file says at its top level is weaker than a suite where a suite has the same key
(`repeat`, `timeout`, `gate`, `adapter`): it goes into the defaults of suites.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from llmeval.config import tables, values
from llmeval.config.adapters import substitute
from llmeval.config.files import ConfigFile, find
from llmeval.config.settings import AdapterConfig, Settings
from llmeval.errors import ConfigError, did_you_mean
from llmeval.options import OPTIONS
from llmeval.registry import Registry

_BY_NAME = {option.name: option for option in OPTIONS}
_BY_KEY = {option.key: option for option in OPTIONS}
_BY_VARIABLE = {option.variable: option for option in OPTIONS}
_OTHER_KEYS = (
    "adapters",
    "allow_run",
    "baseline_replies",
    "cache_dir",
    "checks",
    "defaults",
    "judges",
    "profiles",
    "suites",
)


def load(
    start: Path,
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    registry: Registry | None = None,
    *,
    cwd: Path | None = None,
) -> Settings:
    """Return the settings of a run.

    Args:
        start: A folder or file of the project: its configuration is looked for upward from there.
        given: Options of the command line by name without `--llmeval-`; None is not given, texts
            are read as the option's type.
        environ: Environment variables.
        registry: Knows the adapter types; without it any type is accepted.
        cwd: What paths on the command line are relative to; None is `start`.

    Raises:
        ConfigError: Anything is wrong: one line naming file, variable or option, and the key.
    """
    file = find(start)
    tables.check_keys(file.content, (*_BY_KEY, *_OTHER_KEYS), file.where)
    stated = _options(file.content, file, environ)
    said = _from_environment(environ, file.root) | _from_command_line(given, cwd or start)
    profile = said.get("profile", stated.get("profile"))
    options = _from_profile(profile, file, environ) | said
    settings = _settings(file, _weaker(stated) | options, environ, _as_defaults(stated))
    _check_names(settings, registry)
    return settings


def _options(
    content: Mapping[str, Any], file: ConfigFile, environ: Mapping[str, str], *path: str
) -> dict[str, Any]:
    """The options among the keys of a table, by field of Settings."""
    found = {}
    for key, value in content.items():
        if option := _BY_KEY.get(key):
            place = file.where(*path, key)
            filled = substitute(value, environ, place)
            found[option.field] = values.option_value(
                option, filled, place, file.root, from_text=False
            )
    return found


def _from_profile(name: str | None, file: ConfigFile, environ: Mapping[str, str]) -> dict[str, Any]:
    if name is None:
        return {}
    profiles = values.table(file.content.get("profiles", {}), file.where("profiles"))
    if name not in profiles:
        hint = did_you_mean(name, profiles) or "; none is defined"
        raise ConfigError(f"{file.where('profiles')}: unknown profile {name!r}{hint}")
    content = values.table(profiles[name], file.where("profiles", name))
    allowed = [key for key in _BY_KEY if key != "profile"]
    tables.check_keys(content, allowed, file.where, "profiles", name)
    return _options(content, file, environ, "profiles", name) | {"profile": name}


def _from_environment(environ: Mapping[str, str], root: Path) -> dict[str, Any]:
    found = {}
    for variable, value in environ.items():
        if not variable.startswith("LLMEVAL_"):
            continue
        option = _BY_VARIABLE.get(variable)
        if option is None:
            _refuse_misspelt(variable)
        elif value.strip():  # CI systems set variables to nothing for "not given"
            found[option.field] = values.option_value(option, value, variable, root)
    return found


def _refuse_misspelt(variable: str) -> None:
    # Projects may have variables of their own that begin like ours: only near misses are refused.
    names = {option.variable.removeprefix("LLMEVAL_"): option.variable for option in OPTIONS}
    if close := get_close_matches(variable.removeprefix("LLMEVAL_"), names, n=1, cutoff=0.8):
        raise ConfigError(
            f"{variable}: unknown environment variable; did you mean {names[close[0]]!r}?"
        )


def _from_command_line(given: Mapping[str, Any], start: Path) -> dict[str, Any]:
    folder = start if start.is_dir() else start.parent
    found = {}
    for name, value in given.items():
        option = _BY_NAME.get(name)
        if option is None:
            raise ConfigError(f"--llmeval-{name}: unknown option{did_you_mean(name, _BY_NAME)}")
        if value is not None and not (option.type == "flag" and value is False):
            found[option.field] = values.option_value(option, value, option.flag, folder)
    return found


def _as_defaults(stated: Mapping[str, Any]) -> dict[str, Any]:
    """What the top level of the file says and a suite may say better itself."""
    defaults: dict[str, Any] = {}
    if "repeat" in stated:
        defaults["repeat"] = stated["repeat"]
    if "timeout_s" in stated:
        defaults["timeout"] = stated["timeout_s"]
    if "gate" in stated:
        defaults["gate"] = {"mode": stated["gate"]}
    if name := _single_adapter(stated):
        defaults["adapter"] = name
    return defaults


def _single_adapter(stated: Mapping[str, Any]) -> str | None:
    match stated.get("adapter"):
        case ((None, str(name)),):
            return name
        case _:
            return None


def _weaker(stated: Mapping[str, Any]) -> dict[str, Any]:
    """What the top level of the file says and no suite can."""
    moved = {"repeat", "timeout_s", "gate"} | ({"adapter"} if _single_adapter(stated) else set())
    return {field: value for field, value in stated.items() if field not in moved}


def _settings(
    file: ConfigFile,
    options: Mapping[str, Any],
    environ: Mapping[str, str],
    defaults: Mapping[str, Any],
) -> Settings:
    content, root, where = file.content, file.root, file.where
    own = substitute(tables.defaults(content, where), environ, where("defaults"))
    gate = {**defaults.get("gate", {}), **own.get("gate", {})}
    merged = {**defaults, **own, **({"gate": gate} if gate else {})}
    adapters = tables.adapters(content, where, root)
    folders = {"baselines": root / "baselines", "reports": root / "reports"}
    return Settings(
        root=root,
        file=file.path,
        suites=values.texts(content.get("suites", ("suites",)), where("suites")),
        cache_dir=root
        / values.text(content.get("cache_dir", ".llmeval-cache"), where("cache_dir")),
        baseline_replies=values.choice(  # type: ignore[arg-type]  # checked by `choice`
            content.get("baseline_replies", "all"),
            where("baseline_replies"),
            ("all", "first", "none"),
        ),
        defaults=merged,
        adapters=adapters,
        judges=tables.judges(content, where, adapters),
        checks=tables.checks(content, where),
        allow_run=values.boolean(content.get("allow_run", False), where("allow_run")),
        **(folders | dict(options)),
    )


def _check_names(settings: Settings, registry: Registry | None) -> None:
    for names in settings.adapter:
        for name in filter(None, names):
            if name not in settings.adapters:
                tail = did_you_mean(name, settings.adapters)
                raise ConfigError(f"--llmeval-adapter: unknown adapter {name!r}{tail}")
    if settings.record and settings.replay:
        raise ConfigError("--llmeval-record, --llmeval-replay: use one of the two")
    if registry is not None:
        for config in settings.adapters.values():
            _check_type(config, registry)


def _check_type(config: AdapterConfig, registry: Registry) -> None:
    if config.type not in registry.adapter_types:
        tail = did_you_mean(config.type, registry.adapter_types)
        raise ConfigError(f"{config.where}.type: unknown adapter type {config.type!r}{tail}")
