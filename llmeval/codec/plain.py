"""Any JSON value <-> one ASCII line."""

import json
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from msgspec import DecodeError, Struct, structs
from msgspec import json as json_codec

FORMAT = "llmeval-run/1"
"""Number of the stored format, in the first line of every log."""

Json = Mapping[str, Any]


def lean(parts: dict[str, Any]) -> dict[str, Any]:
    """Leave out None and empty parts; 0 and false stay."""
    return {name: value for name, value in parts.items() if value or value == 0}


def plain(value: Any) -> Any:
    """Return what the encoder does not know in terms of what it knows."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    if isinstance(value, Struct):
        return lean(structs.asdict(value))
    raise TypeError(f"a value of type {type(value).__name__} cannot be stored as JSON")


# Cycles end as RecursionError; looking for them would cost each line a dictionary.
dump: Callable[[Any], str] = json.JSONEncoder(
    allow_nan=False, separators=(",", ":"), check_circular=False, default=plain
).encode
"""Any JSON value as one ASCII line; raises TypeError, ValueError (NaN), RecursionError (depth)."""

dump_sorted: Callable[[Any], str] = json.JSONEncoder(
    allow_nan=False, separators=(",", ":"), check_circular=False, default=plain, sort_keys=True
).encode
"""The same with sorted keys: equal values give equal text. For hashes and keys."""


_quick_encode = json_codec.Encoder().encode
_slow_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def compact(value: Any) -> str:
    """Return a JSON value as short a text as can be: what is not ASCII stays as it is.

    Raises:
        TypeError: JSON has no form for it.
    """
    try:
        return _quick_encode(value).decode()
    except UnicodeEncodeError:  # a lone surrogate
        return _slow_encode(value)


_quick_decode = json_codec.Decoder().decode


def loads(text: str) -> Any:
    """Return the value of a JSON text, lone surrogates and all.

    Raises:
        ValueError: It is not JSON; NaN, Infinity and 1e400 are not.
        RecursionError: It is nested too deeply.
    """
    try:
        return _quick_decode(text)
    except DecodeError:  # a lone surrogate, or really no JSON: the other one says where
        return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"a number was expected, found {text}")
    return number


def describe(error: BaseException) -> str:
    """Return an exception as one line: type and text."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
