"""The parameters of adapters and scorers: which there are, what fits them, an object made of them.

The fields of a dataclass are its parameters: their annotations say which values a suite or a
configuration may give, `metadata={"ge": 0, "le": 1}` bounds a number.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, Union

from msgspec import Struct

from llmeval.errors import ParameterError, did_you_mean


class Parameter(Struct, frozen=True, kw_only=True):
    """One parameter of a check or an adapter."""

    name: str
    annotation: Any
    required: bool
    default: Any = None
    ge: float | None = None
    """Smallest number allowed."""
    le: float | None = None
    """Largest number allowed."""


@cache
def parameters_of(cls: type) -> Mapping[str, Parameter]:
    """Return the parameters of an adapter or scorer class, in field order."""
    hints = typing.get_type_hints(cls)
    return {
        spec.name: _parameter(spec, hints[spec.name])
        for spec in dataclasses.fields(cls)
        if spec.init
    }


def _parameter(spec: "dataclasses.Field[Any]", annotation: Any) -> Parameter:
    required = spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING
    default = None if required or spec.default is dataclasses.MISSING else spec.default
    return Parameter(
        name=spec.name,
        annotation=annotation,
        required=required,
        default=default,
        ge=spec.metadata.get("ge"),
        le=spec.metadata.get("le"),
    )


def build(cls: type, given: Mapping[str, Any]) -> Any:
    """Build an object from parameters as they stand in YAML or TOML.

    Raises:
        ParameterError: A parameter is unknown, missing, of the wrong type or out of range.
    """
    known = parameters_of(cls)
    fitted = {}
    for name, value in given.items():
        parameter = known.get(name)
        if parameter is None:
            raise ParameterError(name, f"unknown parameter{did_you_mean(name, known)}")
        # Text is nearly all that large suites give.
        plain = parameter.annotation is str and type(value) is str
        fitted[name] = value if plain else fit(value, parameter)
    for name in _required(cls):
        if name not in fitted:
            raise ParameterError(name, "is missing")
    return cls(**fitted)


@cache
def _required(cls: type) -> tuple[str, ...]:
    return tuple(name for name, parameter in parameters_of(cls).items() if parameter.required)


def fit(value: Any, parameter: Parameter) -> Any:
    """Return the value as the parameter's type: lists become tuples, whole numbers floats.

    Raises:
        ParameterError: Wrong type or out of range.
    """
    if type(value) is str and parameter.annotation is str:
        return value  # nearly all parameters of large suites
    fitted = _fit(value, parameter.annotation)
    if fitted is _NO_FIT:
        raise ParameterError(parameter.name, _misfit(value, parameter.annotation))
    if isinstance(fitted, int | float) and not isinstance(fitted, bool):
        _check_range(fitted, parameter)
    return fitted


def _misfit(value: Any, annotation: Any) -> str:
    at, of = wrong_item(value, annotation), ""
    if at is not None:
        value, annotation = value[at], item_annotation(annotation)
        of = f" for {at!r}" if isinstance(at, str) else ""
    elif isinstance(value, Mapping) and not all(isinstance(key, str) for key in value):
        wrong = next(key for key in value if not isinstance(key, str))
        return f"expected text as names, found {_found(wrong)}"
    return f"expected {describe(annotation)}{of}, found {_found(value)}{guess(value, annotation)}"


def wrong_item(value: Any, annotation: Any) -> int | str | None:
    """Return the place of the first item that does not fit, the name of the first such entry.

    None where all fit, and where it is no list and no mapping or none is expected.
    """
    origin = typing.get_origin(annotation)
    entries: Iterable[tuple[Any, Any]] = ()
    if origin is tuple and isinstance(value, list | tuple):
        entries = enumerate(value)
    elif isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(value, Mapping):
        entries = ((key, each) for key, each in value.items() if isinstance(key, str))
    item = item_annotation(annotation)
    return next((at for at, each in entries if _fit(each, item) is _NO_FIT), None)


def item_annotation(annotation: Any) -> Any:
    """Return what the items of a list, the values of a mapping are to be; None of other things."""
    args = typing.get_args(annotation)
    if typing.get_origin(annotation) is tuple:
        return args[0]
    return args[-1] if args else None


def guess(value: Any, annotation: Any) -> str:
    """Return "; did you mean …?" where one of a few words is expected and the value is like one."""
    if typing.get_origin(annotation) is not Literal or not isinstance(value, str):
        return ""
    hint = did_you_mean(value, map(str, typing.get_args(annotation)))
    return hint if "did you mean" in hint else ""


def _check_range(value: float, parameter: Parameter) -> None:
    low, high = parameter.ge, parameter.le
    if (low is None or value >= low) and (high is None or value <= high):
        return
    bounds = {
        (True, True): f"from {low:g} to {high:g}" if None not in (low, high) else "",
        (True, False): f"{low:g} or more" if low is not None else "",
        (False, True): f"{high:g} or less" if high is not None else "",
    }[(low is not None, high is not None)]
    raise ParameterError(parameter.name, f"expected a number {bounds}, found {_found(value)}")


_NO_FIT: Any = object()


def _fit(value: Any, annotation: Any) -> Any:
    origin = typing.get_origin(annotation)
    if annotation is Any:
        return value
    if origin in (Union, types.UnionType):
        fits = (_fit(value, option) for option in typing.get_args(annotation))
        return next((fitted for fitted in fits if fitted is not _NO_FIT), _NO_FIT)
    if origin is Literal:
        return _fit_literal(value, typing.get_args(annotation))
    if origin is tuple:
        return _fit_items(value, typing.get_args(annotation)[0])
    if origin is not None and issubclass(origin, Mapping):
        return _fit_mapping(value, typing.get_args(annotation)[1])
    return _fit_scalar(value, annotation)


def _fit_literal(value: Any, options: tuple[Any, ...]) -> Any:
    # `1 == True`: compare types as well.
    return value if any(type(value) is type(o) and value == o for o in options) else _NO_FIT


def _fit_items(value: Any, item_annotation: Any) -> Any:
    if not isinstance(value, list | tuple):
        return _NO_FIT
    items = tuple(_fit(item, item_annotation) for item in value)
    return _NO_FIT if any(item is _NO_FIT for item in items) else items


def _fit_mapping(value: Any, value_annotation: Any) -> Any:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        return _NO_FIT
    fitted = {key: _fit(item, value_annotation) for key, item in value.items()}
    return _NO_FIT if any(item is _NO_FIT for item in fitted.values()) else fitted


def _fit_scalar(value: Any, annotation: Any) -> Any:
    if annotation is type(None) or annotation is None:
        return None if value is None else _NO_FIT
    if annotation is float:
        return _fit_float(value)
    return value if type(value) is annotation else _NO_FIT


def _fit_float(value: Any) -> Any:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return _NO_FIT
    try:
        number = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return _NO_FIT
    return number if math.isfinite(number) else _NO_FIT


_WORDS: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    type(None): "nothing",
    Any: "any value",
}


def describe(annotation: Any) -> str:
    """Return an annotation in a user's words: "text or a list of text"."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (Union, types.UnionType):
        some = [option for option in args if option is not type(None)]
        if float in some:
            some = [option for option in some if option is not int]
        return " or ".join(describe(option) for option in some)
    if origin is Literal:
        return "one of " + ", ".join(str(option) for option in args)
    if origin is tuple:
        return f"a list of {describe(args[0])}"
    if origin is not None:
        return "a mapping"
    return _WORDS.get(annotation, str(annotation))


_LONGEST_SHOWN_BITS = 14_000
"""Python writes no number of more than 4,300 digits."""


def _found(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > _LONGEST_SHOWN_BITS:
        return "a number of thousands of digits"
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
