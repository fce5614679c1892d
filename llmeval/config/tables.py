"""The tables of a configuration file: adapters, judges, own checks, defaults of suites."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from msgspec.structs import replace

from llmeval.config import values
from llmeval.config.settings import AdapterConfig, Price
from llmeval.errors import ConfigError, did_you_mean
from llmeval.records import Judge

ADAPTER_KEYS = (
    "concurrency",
    "params",
    "price",
    "ready",
    "requests_per_minute",
    "start",
    "tokens_per_minute",
    "type",
    "warm_up",
)
"""Keys of every adapter; the others belong to its type."""

SUITE_KEYS = (
    "adapter",
    "allow_empty",
    "allow_truncated",
    "expect",
    "gate",
    "min_trial_pass_rate",
    "on_error",
    "params",
    "repeat",
    "severity",
    "system",
    "tags",
    "template",
    "timeout",
    "tool_results",
    "tools",
    "vars",
    "weight",
)
"""What may stand in `defaults`."""

# Names end up in case ids and on the command line, where `=`, brackets and spaces have a meaning.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_IMPORT = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_SHARE = re.compile(r"[1-9]\d*/[1-9]\d*|0/[1-9]\d*")


class Where(Protocol):
    """Names a key in messages."""

    def __call__(self, *keys: str) -> str:
        """Return "llmeval.toml: adapters.gpt.price"."""
        ...


def check_keys(given: Mapping[str, Any], known: Iterable[str], where: Where, *path: str) -> None:
    """Refuse unknown keys.

    Raises:
        ConfigError: Names the first one, and the key that was probably meant.
    """
    names = tuple(known)
    for key in given:
        if key not in names:
            tail = did_you_mean(key, names)
            if not path and key in SUITE_KEYS:
                tail = "; keys of suites stand under defaults"
            raise ConfigError(f"{where(*path, key)}: unknown key{tail}")


def _items(content: Mapping[str, Any], name: str, where: Where) -> Iterable[tuple[str, Any]]:
    for key, value in values.table(content.get(name, {}), where(name)).items():
        if not _NAME.fullmatch(key):
            raise ConfigError(
                f"{where(name)}: name {key!r}: only letters, digits, '.', '_' and '-' are allowed"
            )
        yield key, value


def adapters(content: Mapping[str, Any], where: Where, root: Path) -> dict[str, AdapterConfig]:
    """Return the configured adapters, `demo` and `echo` added.

    Args:
        content: Of the configuration file.
        where: Names keys in messages.
        root: What paths are relative to.

    Raises:
        ConfigError: A key of every adapter is unknown or wrong; those of its type wait for use.
    """
    found = {name: AdapterConfig(name=name, type=name) for name in ("demo", "echo")}
    for name, given in _items(content, "adapters", where):
        config = _adapter(name, values.table(given, where("adapters", name)), where)
        found[name] = replace(config, folder=root)
    return found


def _adapter(name: str, given: Mapping[str, Any], where: Where) -> AdapterConfig:
    def at(key: str) -> str:
        return where("adapters", name, key)

    def positive(key: str) -> float | None:
        return values.number(given[key], at(key), above=0) if key in given else None

    if "type" not in given:
        raise ConfigError(f'{where("adapters", name)}: type is missing; write type = "…"')
    return AdapterConfig(
        name=name,
        type=values.text(given["type"], at("type")),
        parameters={key: value for key, value in given.items() if key not in ADAPTER_KEYS},
        params=values.table(given.get("params", {}), at("params")),
        price=_price(given["price"], name, where) if "price" in given else None,
        concurrency=_least_one(given, "concurrency", at("concurrency")),
        requests_per_minute=positive("requests_per_minute"),
        tokens_per_minute=positive("tokens_per_minute"),
        start=values.texts(given.get("start", ()), at("start")),
        ready=values.text(given["ready"], at("ready")) if "ready" in given else None,
        warm_up=values.number(given.get("warm_up", 0), at("warm_up"), whole=True, least=0),
        where=where("adapters", name),
    )


def _least_one(given: Mapping[str, Any], key: str, place: str) -> int | None:
    return values.number(given[key], place, whole=True, least=1) if key in given else None


def _price(given: Any, name: str, where: Where) -> Price:
    keys = ("input_per_mtok", "output_per_mtok", "cached_input_per_mtok")
    place = ("adapters", name, "price")
    prices = values.table(given, where(*place))
    check_keys(prices, keys, where, *place)
    for key in keys[:2]:
        if key not in prices:
            raise ConfigError(f"{where(*place)}: {key} is missing (USD per million tokens)")
    return Price(**{key: values.number(prices[key], where(*place, key), least=0) for key in prices})


def judges(content: Mapping[str, Any], where: Where, known: Iterable[str]) -> dict[str, Judge]:
    """Return the configured judges.

    Raises:
        ConfigError: A key is unknown or wrong, or an adapter is not among the `known` ones.
    """
    names = tuple(known)
    return {
        name: _judge(name, given, where, names) for name, given in _items(content, "judges", where)
    }


def _judge(name: str, value: Any, where: Where, known: tuple[str, ...]) -> Judge:
    def at(key: str) -> str:
        return where("judges", name, key)

    given = values.table(value, where("judges", name))
    keys = ("adapters", "samples", "combine", "uncertain_band", "timeout", "structured")
    check_keys(given, keys, where, "judges", name)
    asked = values.texts(given.get("adapters", ()), at("adapters"))
    if not asked:
        raise ConfigError(f"{at('adapters')}: expected at least one adapter's name")
    for adapter in asked:
        if adapter not in known:
            raise ConfigError(
                f"{at('adapters')}: unknown adapter {adapter!r}{did_you_mean(adapter, known)}"
            )
    combine = values.choice(
        given.get("combine", "majority"), at("combine"), ("majority", "median", "mean")
    )
    return Judge(
        name=name,
        adapters=asked,
        samples=values.number(given.get("samples", 1), at("samples"), whole=True, least=1),
        combine=cast(Any, combine),
        uncertain_band=_band(given.get("uncertain_band"), at("uncertain_band")),
        timeout_s=values.number(given.get("timeout", 120), at("timeout"), above=0),
        structured=_structured(given.get("structured", "auto"), at("structured")),
    )


def _structured(given: Any, place: str) -> Literal["auto"] | bool:
    if given == "auto" or isinstance(given, bool):
        return cast(Literal["auto"] | bool, given)
    raise ConfigError(f'{place}: expected true, false or "auto", found {given!r}')


def _band(given: Any, place: str) -> tuple[float, ...] | float | None:
    """Return what decides nothing: a distance from `min`, or the two ends of an interval."""
    if given is None:
        return None
    if not isinstance(given, list):
        return cast(float, values.number(given, place, least=0, most=1))
    ends = tuple(values.number(end, place, least=0, most=1) for end in given)
    if len(ends) != 2 or ends[0] > ends[1]:
        raise ConfigError(f"{place}: expected a number or [low, high], found {given!r}")
    return ends


def checks(content: Mapping[str, Any], where: Where) -> dict[str, str]:
    """Return the project's own checks: name to `module:name`.

    Raises:
        ConfigError: Not of that form.
    """
    found = {}
    for name, given in _items(content, "checks", where):
        place = where("checks", name)
        if not _IMPORT.fullmatch(values.text(given, place)):
            raise ConfigError(f"{place}: expected 'module:name', found {given!r}")
        found[name] = given
    return found


def defaults(content: Mapping[str, Any], where: Where) -> dict[str, Any]:
    """Return the suite keys for every suite; what they hold is checked where a suite uses it.

    Raises:
        ConfigError: A key that no suite knows, or a figure that no suite could have.
    """
    given = dict(values.table(content.get("defaults", {}), where("defaults")))
    check_keys(given, SUITE_KEYS, where, "defaults")
    if "repeat" in given and not isinstance(given["repeat"], Mapping):
        values.number(given["repeat"], where("defaults", "repeat"), whole=True, least=1)
    for key, most in (("timeout", None), ("weight", 1000)):
        if key in given:
            values.number(given[key], where("defaults", key), above=0, most=most)
    _check_share(given.get("min_trial_pass_rate", 1), where("defaults", "min_trial_pass_rate"))
    if "gate" in given:
        _check_gate(values.table(given["gate"], where("defaults", "gate")), where)
    return given


def _check_share(value: Any, place: str) -> None:
    if not isinstance(value, str):
        values.number(value, place, least=0, most=1)
        return
    if not _SHARE.fullmatch(value) or int(value.split("/")[0]) > int(value.split("/")[1]):
        raise ConfigError(f"{place}: expected a number from 0 to 1 or k/n, found {value!r}")


# Gate figures and their largest values; the smallest is 0.
_GATE_FIGURES: Mapping[str, float | None] = {
    "alpha": 1,
    "min_effect": None,
    "max_undetected": None,
    "max_error_rate": 1,
    "max_baseline_age_days": None,
}
_GATE_CHOICES: Mapping[str, tuple[str, ...]] = {
    "mode": ("strict", "ratchet", "statistical", "off"),
    "unit": ("auto", "trial", "run"),
    "on_mixed": ("fail", "warn"),
}
_GATE_KEYS = (
    *_GATE_FIGURES,
    *_GATE_CHOICES,
    "against",
    "limits",
    "metrics",
    "require",
    "under_test",
)


def _check_gate(gate: Mapping[str, Any], where: Where) -> None:
    check_keys(gate, _GATE_KEYS, where, "defaults", "gate")
    for key, value in gate.items():
        place = where("defaults", "gate", key)
        if key in _GATE_FIGURES:
            values.number(value, place, least=0, most=_GATE_FIGURES[key])
        elif key in _GATE_CHOICES:
            values.choice(value, place, _GATE_CHOICES[key])
