"""Checks on JSON: json (form), json_equals (values)."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, cast

from llmeval import jsonpath
from llmeval.errors import ParameterError
from llmeval.records import Case, Score
from llmeval.scorers.reading import MAX_CHARS, parse, read_json
from llmeval.scorers.scorer import PASSED, TextScorer, YesNo, require, threshold_score
from llmeval.text import cut


@dataclass(frozen=True, kw_only=True)
class Json(YesNo):
    """The reply is JSON, and as the schema wants it."""

    main: ClassVar[str] = "schema"
    max_chars: ClassVar[int] = MAX_CHARS

    schema: Mapping[str, Any] | str | None = None
    """A JSON Schema, also as JSON text, which a `file:` brings."""
    fenced: bool = False
    """The JSON may stand in a fenced block, with text around it."""
    _validator: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        validator = None
        if self.schema is not None:
            from llmeval.scorers.schema import validator_of

            validator = validator_of(_schema(self.schema))
        object.__setattr__(self, "_validator", validator)

    def judge(self, text: str, case: Case) -> Score:
        """Return 1 or 0; an error where the schema itself cannot be applied."""
        if self._validator is not None:
            from llmeval.scorers.schema import UnusableSchemaError

            try:
                return super().judge(text, case)
            except UnusableSchemaError as error:
                return Score(status="error", reason=str(error))
        return super().judge(text, case)

    def fault(self, text: str) -> str:
        """Return "" where it holds, else what is wrong and where."""
        try:
            value = read_json(text, fenced=self.fenced)
        except ValueError as error:
            return f"not JSON: {error}"
        return self._validator(value) if self._validator is not None else ""

    def claim(self, text: str) -> str:
        """Return what is true where it holds."""
        return "the reply is JSON" + (" that fits the schema" if self.schema is not None else "")


def _schema(given: Mapping[str, Any] | str) -> Mapping[str, Any]:
    if not isinstance(given, str):
        return given
    try:
        schema = parse(given)
    except ValueError as error:
        raise ParameterError("schema", f"expected a JSON Schema, found no JSON: {error}") from error
    require(isinstance(schema, Mapping), "schema", "expected a JSON Schema, that is, an object")
    return cast("Mapping[str, Any]", schema)


@dataclass(frozen=True, kw_only=True)
class JsonEquals(TextScorer):
    """The fields of the reply's JSON (bare or fenced) are these."""

    max_chars: ClassVar[int] = MAX_CHARS

    value: Any
    """The JSON value; also as JSON text of an object or list, as a CSV column or `file:` has it."""
    tolerance: float = field(default=0.0, metadata={"ge": 0})
    """How far numbers may be off."""
    ignore: tuple[str, ...] = ()
    """Paths that do not count, `$.note` or `$.items[*].id`."""
    min: float = field(default=1.0, metadata={"ge": 0.0, "le": 1.0})
    _expected: Mapping["Location", Any] = field(init=False, repr=False, compare=False)
    _ignored: tuple[jsonpath.Path, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            ignored = tuple(jsonpath.compile(path) for path in self.ignore)
        except ValueError as error:
            raise ParameterError("ignore", str(error)) from error
        object.__setattr__(self, "_ignored", ignored)
        expected = self._fields(_document(self.value))
        require(expected, "ignore", "leaves nothing of the value that could be compared")
        object.__setattr__(self, "_expected", expected)

    def judge(self, text: str, case: Case) -> Score:
        """Return the share of right fields among those expected and those too many."""
        try:
            got = self._fields(read_json(text, fenced=True))
        except ValueError as error:
            return Score(score=0.0, passed=False, reason=f"not JSON: {error}")
        places = [*self._expected, *(place for place in got if place not in self._expected)]
        wrong = [place for place in places if not self._right(place, got)]
        if not wrong:
            return PASSED
        score = 1 - len(wrong) / len(places)
        return threshold_score(score, self.min, self._complaint(wrong, got))

    def _fields(self, document: Any) -> Mapping["Location", Any]:
        return {
            place: value
            for place, value in _leaves(document)
            if not any(path.covers(place) for path in self._ignored)
        }

    def _right(self, place: "Location", got: Mapping["Location", Any]) -> bool:
        if place not in got or place not in self._expected:
            return False
        return equal(self._expected[place], got[place], self.tolerance)

    def _complaint(self, wrong: "list[Location]", got: Mapping["Location", Any]) -> str:
        shown = []
        for place in wrong[:3]:
            found = _show(got[place]) if place in got else "nothing"
            wanted = _show(self._expected[place]) if place in self._expected else "nothing"
            shown.append(f"{_path(place)} is {found}, expected {wanted}")
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return "; ".join(shown) + more


def _document(given: Any) -> Any:
    if not isinstance(given, str) or not given.lstrip().startswith(("{", "[")):
        return given
    try:
        return parse(given)
    except ValueError as error:
        raise ParameterError("value", f"looks like JSON and is not: {error}") from error


Location = tuple[str | int, ...]


def _leaves(value: Any, place: Location = ()) -> Iterator[tuple[Location, Any]]:
    """Yield every value that holds no others, with its place; an empty list or object is one."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, (*place, key))
    elif isinstance(value, list | tuple) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, (*place, index))
    else:
        yield place, [] if value == () else value


def equal(expected: Any, got: Any, tolerance: float) -> bool:
    """Return whether two JSON values without children are the same; 1 is 1.0 but not true."""
    if not _is_number(expected) or not _is_number(got):
        return type(expected) is type(got) and bool(expected == got)
    if expected == got or not tolerance:
        return bool(expected == got)
    # As written, not in binary: 1.1 is within 0.1 of 1.0.
    difference = Decimal(str(expected)) - Decimal(str(got))
    return abs(difference) <= Decimal(str(tolerance))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _show(value: Any) -> str:
    return cut(repr(value), 40)


def _path(place: Location) -> str:
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
