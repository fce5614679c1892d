"""JSON Schema for the json check; alone imports jsonschema (0.08 s)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import jsonschema
import referencing
import referencing.exceptions
import regex
from jsonschema.protocols import Validator

from llmeval.errors import ParameterError
from llmeval.text import cut

TIMEOUT_S: Final = 1.0
"""Seconds for one `pattern`: the text it looks at comes from a model."""

MAX_ERRORS: Final = 3


class UnusableSchemaError(Exception):
    """The schema cannot be applied; says nothing about the reply."""


def validator_of(schema: Mapping[str, Any]) -> Callable[[Any], str]:
    """Return what tells why a JSON value does not fit the schema, "" if it does.

    The draft is the one `$schema` names, else 2020-12; `format` is checked; references are
    followed inside the schema and to the published drafts, never over the network.

    Raises:
        ParameterError: Not a JSON Schema.
    """
    plain = _as_json(schema)
    draft = jsonschema.validators.validator_for(plain, default=jsonschema.Draft202012Validator)
    try:
        draft.check_schema(plain)
    except jsonschema.SchemaError as error:
        where = error.json_path.replace("$", "schema", 1)
        raise ParameterError("schema", f"not a JSON Schema: {where}: {error.message}") from error
    extend: Any = jsonschema.validators.extend  # not typed
    timed = extend(draft, {"pattern": _pattern})
    # A registry of its own: the default one fetches remote references.
    validator: Validator = timed(
        plain, registry=referencing.Registry(), format_checker=draft.FORMAT_CHECKER
    )
    return lambda value: _complaint(validator, value)


def _as_json(value: Any) -> Any:
    """Return the value with lists and dicts where a suite holds tuples and mappings."""
    if isinstance(value, Mapping):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    return value


def _pattern(
    _validator: Validator, pattern: str, instance: Any, _schema: Mapping[str, Any]
) -> Iterator[jsonschema.ValidationError]:
    if not isinstance(instance, str):
        return
    try:
        found = regex.search(pattern, instance, timeout=TIMEOUT_S)
    except TimeoutError as error:
        message = f"pattern_too_slow: {pattern!r} took more than {TIMEOUT_S:g} s"
        raise UnusableSchemaError(message) from error
    if not found:
        yield jsonschema.ValidationError(f"{cut(instance, 60)!r} does not match {pattern!r}")


def _complaint(validator: Validator, value: Any) -> str:
    try:
        errors = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.path)))
    except referencing.exceptions.Unresolvable as error:
        message = (
            f"unresolved_reference: the schema refers to {error.ref!r}, which it does not hold"
        )
        raise UnusableSchemaError(message) from error
    shown = [f"{error.json_path}: {cut(error.message, 150)}" for error in errors[:MAX_ERRORS]]
    more = [f"{len(errors) - MAX_ERRORS} more"] if len(errors) > MAX_ERRORS else []
    return "; ".join(shown + more)
