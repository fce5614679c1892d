"""Single values from the command line, the environment or a file -> checked Python values."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llmeval.errors import ConfigError, did_you_mean
from llmeval.options import Option

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


def option_value(
    option: Option, value: Any, where: str, folder: Path, *, from_text: bool = True
) -> Any:
    """Return the value of an option as Settings holds it.

    Args:
        option: Says type and range.
        value: Text from the command line or the environment, or a value from a file.
        where: How messages name it.
        folder: What a relative path is relative to.
        from_text: Numbers come as text, as they do in the environment.

    Raises:
        ConfigError: Wrong type or out of range.
    """
    match option.type:
        case "flag":
            return boolean(value, where)
        case "int" | "float":
            given = _unquoted(value) if from_text else value
            bounds = {"least": option.least, "above": option.above}
            return number(given, where, whole=option.type == "int", **bounds)
        case "path or off" if value == "off":
            return "off"
        case "path" | "path or off":
            return (folder / Path(text(value, where)).expanduser()).absolute()
        case "names":
            return renames(value, where)
        case "run":
            return run_name(value, where)
        case _:
            return choice(value, where, option.choices) if option.choices else text(value, where)


def found(value: Any) -> str:
    """Return a value as messages show it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def boolean(value: Any, where: str) -> bool:
    """Return a yes/no value; texts may be 1/true/yes/on and 0/false/no/off in any case.

    Raises:
        ConfigError: Neither.
    """
    word = str(value).strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ConfigError(f"{where}: expected true or false, found {found(value)}")


def number(
    value: Any,
    where: str,
    *,
    whole: bool = False,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
) -> Any:
    """Return a finite number within its bounds.

    Raises:
        ConfigError: No number, not whole, or out of bounds.
    """
    parsed = _finite(value, whole=whole)
    fits = parsed is not None and (
        (least is None or parsed >= least)
        and (most is None or parsed <= most)
        and (above is None or parsed > above)
    )
    if fits:
        return parsed
    expected = ("a whole number" if whole else "a number") + _bounds(least, most, above)
    hint = ""
    if isinstance(value, str) and _unquoted(value) is not value:
        hint = "; write it without quotes"
    elif parsed is not None and most == 1 and 1 < parsed <= 100:
        hint = f"; {parsed:g} % is written {parsed / 100:g}"
    raise ConfigError(f"{where}: expected {expected}, found {found(value)}{hint}")


def _unquoted(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def _finite(value: Any, *, whole: bool) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if whole:
        return value if isinstance(value, int) else None
    try:
        parsed = float(value)
    except OverflowError:
        return None
    return parsed if math.isfinite(parsed) else None


def _bounds(least: float | None, most: float | None, above: float | None) -> str:
    if above is not None:
        return f" above {above:g}" + (f" and at most {most:g}" if most is not None else "")
    if least is not None and most is not None:
        return f" from {least:g} to {most:g}"
    return f" of {least:g} or more" if least is not None else ""


def text(value: Any, where: str) -> str:
    """Return a text that is not empty.

    Raises:
        ConfigError: No text, or nothing but white space.
    """
    if isinstance(value, Path):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where}: expected text, found {found(value)}")
    return value


def texts(value: Any, where: str) -> tuple[str, ...]:
    """Return a list of texts.

    Raises:
        ConfigError: No list, or an item is no text.
    """
    if not isinstance(value, list | tuple):
        raise ConfigError(f"{where}: expected a list of text, found {found(value)}")
    return tuple(text(item, where) for item in value)


def choice(value: Any, where: str, choices: tuple[str, ...]) -> str:
    """Return one of a few words.

    Raises:
        ConfigError: Another one.
    """
    # TOML and shells both invite `off` as a boolean.
    word = "off" if value is False and "off" in choices else value
    if isinstance(word, str) and word in choices:
        return word
    expected = ", ".join(choices[:-1]) + f" or {choices[-1]}"
    tail = did_you_mean(word, choices) if isinstance(word, str) else ""
    hint = tail if "did you mean" in tail else ""
    raise ConfigError(f"{where}: expected {expected}, found {found(value)}{hint}")


def table(value: Any, where: str) -> Mapping[str, Any]:
    """Return a table.

    Raises:
        ConfigError: Something else.
    """
    if not isinstance(value, Mapping):
        raise ConfigError(f"{where}: expected a table, found {found(value)}")
    return value


def renames(value: Any, where: str) -> tuple[tuple[str | None, str], ...]:
    """Return pairs (old adapter or None for all, new adapter) from "NAME" and "OLD=NEW".

    Raises:
        ConfigError: A part is missing.
    """
    items = value.split(",") if isinstance(value, str) else texts(value, where)
    pairs = []
    for item in items:
        old, equals, new = item.partition("=")
        if not (new if equals else old).strip() or (equals and not old.strip()):
            raise ConfigError(f"{where}: expected NAME or OLD=NEW, found {item!r}")
        pairs.append((old.strip(), new.strip()) if equals else (None, old.strip()))
    return tuple(pairs)


def run_name(value: Any, where: str) -> str | None:
    """Return the name of a run; yes means the latest, no means none.

    Raises:
        ConfigError: No text.
    """
    word = str(value).strip().lower()
    if word in _TRUE:
        return "latest"
    return None if word in _FALSE else text(value, where)
