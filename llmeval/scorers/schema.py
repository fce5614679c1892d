"""JSON Schema for the json check; alone imports jsonschema (0.08 s)."""

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from itertools import islice
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
"""That are shown."""
MOST_FOUND: Final = 100
"""Errors after which the rest of a value is not looked at."""
MOST_STEPS: Final = 1_000_000
"""Keywords applied to values of one reply, about ten seconds: schemas can ask for endless work."""
_SHOWN_CHARS: Final = 150


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
    except RecursionError as error:
        raise ParameterError("schema", "nested too deeply") from error
    steps = _Steps()
    own = {**draft.VALIDATORS, "pattern": _pattern, "uniqueItems": _unique_items}
    extend: Any = jsonschema.validators.extend  # not typed
    timed = extend(draft, {name: steps.counted(keyword) for name, keyword in own.items()})
    # A registry of its own: the default one fetches remote references.
    validator: Validator = timed(
        plain, registry=referencing.Registry(), format_checker=draft.FORMAT_CHECKER
    )
    return lambda value: _complaint(validator, value, steps)


Keyword = Callable[[Any, Any, Any, Any], Any]


class _Steps(threading.local):
    """Counts what is done for one reply; each thread checks one at a time."""

    done = 0

    def counted(self, keyword: Keyword) -> Keyword:
        def apply(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
            self.done += 1
            if self.done > MOST_STEPS:
                message = f"schema_too_slow: more than {MOST_STEPS:,} steps for one reply"
                raise UnusableSchemaError(message)
            return keyword(validator, value, instance, schema)

        return apply


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


def _unique_items(
    validator: Validator, wanted: Any, instance: Any, _schema: Mapping[str, Any]
) -> Iterator[jsonschema.ValidationError]:
    """Yield an error for items that are the same; jsonschema compares each with each."""
    if not wanted or not validator.is_type(instance, "array"):
        return
    if len(set(map(_identity, instance))) < len(instance):
        yield jsonschema.ValidationError(f"{_start(instance)} has non-unique elements")


def _identity(value: Any) -> Hashable:
    """Return what equal JSON values have in common: 1 is 1.0, but not true."""
    if isinstance(value, dict):
        return "{}", frozenset((key, _identity(item)) for key, item in value.items())
    if isinstance(value, list):
        return "[]", tuple(map(_identity, value))
    return isinstance(value, bool), value


def _start(instance: list[Any]) -> str:
    """Return what is shown of a list; the rest would be cut off."""
    return cut(repr(instance[:_SHOWN_CHARS]), _SHOWN_CHARS)


def _complaint(validator: Validator, value: Any, steps: _Steps) -> str:
    steps.done = 0
    try:
        found = list(islice(validator.iter_errors(value), MOST_FOUND + 1))
    except referencing.exceptions.Unresolvable as error:
        message = (
            f"unresolved_reference: the schema refers to {error.ref!r}, which it does not hold"
        )
        raise UnusableSchemaError(message) from error
    except RecursionError as error:
        message = (
            "endless_reference: a $ref of the schema leads back to itself, "
            "or the JSON is nested too deeply for it"
        )
        raise UnusableSchemaError(message) from error
    errors = sorted(found[:MOST_FOUND], key=lambda error: list(map(str, error.path)))
    shown = [
        f"{error.json_path}: {cut(error.message, _SHOWN_CHARS)}" for error in errors[:MAX_ERRORS]
    ]
    more = len(found) - MAX_ERRORS
    if more > 0:
        shown.append(f"{'at least ' if len(found) > MOST_FOUND else ''}{more} more")
    return "; ".join(shown)
