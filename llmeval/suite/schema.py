"""The JSON Schema of suite files, for editors; made from the same tables as the checker.

What it cannot say, the checker alone says: texts that YAML would read otherwise, variables, files,
unique ids, names of adapters and metrics.
"""

import json
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Union

from llmeval.parameters import Parameter, parameters_of
from llmeval.protocols import Scorer
from llmeval.records import NOTHING, Check
from llmeval.registry import Registry
from llmeval.suite.check_form import accepts_text
from llmeval.suite.check_keys import COMMON
from llmeval.suite.keys import CASE, SUITE
from llmeval.suite.kinds import Kind, Schema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PUBLISHED = Path(__file__).with_name("suite.schema.json")

_PLACEHOLDER: Schema = {"type": "string", "pattern": r"^\{\{[^{}]+\}\}$"}
_FILE: Schema = {"type": "string", "pattern": r"^file:.+\.(json|ya?ml)$"}
_ASKED = ("prompt", "turns", "messages")


def schema(registry: Registry) -> Schema:
    """Return the JSON Schema of a suite with the checks of this registry."""
    return {
        "$schema": DRAFT,
        "title": "llmeval suite",
        **_object(SUITE),
        "required": ["cases"],
        **_asks(),
        "$defs": {"case": _case(), "check": _check(registry), **_parameters(registry)},
    }


def text(registry: Registry) -> str:
    """Return the schema as it is published."""
    return json.dumps(schema(registry), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _object(keys: Mapping[str, Kind]) -> Schema:
    return {
        "type": "object",
        "properties": {name: kind.schema() for name, kind in keys.items()},
        "additionalProperties": False,
    }


def _case() -> Schema:
    one = [
        {"required": [key], "not": {"anyOf": [{"required": [o]} for o in _ASKED if o != key]}}
        for key in _ASKED
    ]
    return {**_object(CASE), "oneOf": [*one, {"not": _any_asked()}]}


def _any_asked() -> Schema:
    return {"anyOf": [{"required": [key]} for key in _ASKED]}


def _asks() -> Schema:
    # Without variants, whose prompt may be the only one, each case says what is asked.
    each = {"properties": {"cases": {"items": _any_asked()}}}
    return {"if": {"not": {"required": ["variants"]}}, "then": each}


def _check(registry: Registry) -> Schema:
    words: list[str] = []
    keys: dict[str, Schema] = {}
    for name in registry.checks:
        cls = registry.scorer_type(name)
        names = (name, f"not_{name}") if cls.negatable else (name,)
        for twin in names:
            keys[twin] = {"$ref": f"#/$defs/check-{name}"}
        if not any(parameter.required for parameter in parameters_of(cls).values()):
            words += names
    one = {
        "type": "object",
        "properties": keys,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
    return {"anyOf": [{"enum": words}, one]}


def _parameters(registry: Registry) -> dict[str, Schema]:
    return {f"check-{name}": _check_value(registry, name) for name in registry.checks}


def _check_value(registry: Registry, name: str) -> Schema:
    """Return what a check may be given: each of its methods has parameters of its own."""
    cls = registry.scorer_type(name)
    methods = getattr(cls, "methods", {})
    if not methods:
        return _value(cls)
    plain = _value(cls, {"method": {"enum": ["builtin"]}})
    others = [_value(registry.scorer_type(name, method)) for method in methods]
    return {"anyOf": [*plain["anyOf"], *(other["anyOf"][0] for other in others)]}


def _value(cls: type[Scorer], instead: Mapping[str, Schema] = NOTHING) -> Schema:
    parameters = parameters_of(cls)
    properties = {name: parameter_schema(known) for name, known in parameters.items()}
    properties.update(instead)
    common = {key: kind.schema() for key, kind in COMMON.items() if key not in parameters}
    required = [name for name, known in parameters.items() if known.required]
    table: Schema = {
        "type": "object",
        "properties": properties | common,
        "additionalProperties": False,
    }
    if required:
        table["required"] = required
    short: list[Schema] = []
    if set(required) <= {cls.main} and cls.main in parameters:
        short = [{"not": {"type": ["object", "null"]}, **_all(properties[cls.main])}]
    if not required:
        short.append({"type": "null"})
    return {"anyOf": [table, *short]}


def _all(inner: Schema) -> Schema:
    return {"allOf": [inner]} if inner else {}


def parameter_schema(parameter: Parameter) -> Schema:
    """Return the JSON Schema of one parameter of a check."""
    annotation = parameter.annotation
    if annotation is Any:
        return {}
    fitting = _of(annotation, parameter)
    if _is_checks(annotation):
        return fitting
    further = [] if _plain_text(annotation) else [_PLACEHOLDER]
    if not accepts_text(annotation):
        further.append(_FILE)
    return {"anyOf": [fitting, *further]} if further else fitting


def _plain_text(annotation: Any) -> bool:
    return bool(_of(annotation, None) == {"type": "string"})


def _is_checks(annotation: Any) -> bool:
    return typing.get_origin(annotation) is tuple and typing.get_args(annotation)[0] is Check


def _of(annotation: Any, parameter: Parameter | None) -> Schema:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is Any:
        return {}
    if annotation is Check:
        return {"$ref": "#/$defs/check"}
    if origin in (Union, types.UnionType):
        # For an editor, a whole number is a number.
        options = [option for option in args if option is not int or float not in args]
        found = [_of(option, parameter) for option in options]
        return found[0] if len(found) == 1 else {"anyOf": found}
    if origin is Literal:
        return {"enum": list(args)}
    if origin is tuple:
        item = _of(args[0], parameter)
        placeholder = {} if not item or args[0] in (str, Check) else _PLACEHOLDER
        return {"type": "array", "items": {"anyOf": [item, placeholder]} if placeholder else item}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(args[1], parameter)}
    return _scalar(annotation, parameter)


def _scalar(annotation: Any, parameter: Parameter | None) -> Schema:
    name = {str: "string", int: "integer", float: "number", bool: "boolean"}.get(annotation)
    if name is None:
        return {"type": "null"}
    found: Schema = {"type": name}
    if parameter is not None and name in ("integer", "number"):
        bounds = {"minimum": parameter.ge, "maximum": parameter.le}
        found |= {key: bound for key, bound in bounds.items() if bound is not None}
    return found
