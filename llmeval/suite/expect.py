"""The items below `expect`: names and parameters of checks, as the registry knows them."""

import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from llmeval import jsonpath
from llmeval.errors import ParameterError, UnknownNameError, did_you_mean
from llmeval.protocols import Scorer
from llmeval.records import Check
from llmeval.registry import Parameter, fit, parameters_of
from llmeval.suite import words
from llmeval.suite.kinds import Choice, Kind, Schema, Word, is_number
from llmeval.suite.node import Items, Node, Scalar, Table, found, line_of, shorten
from llmeval.suite.reader import BAD, FILE, Bad, Reader
from llmeval.suite.scalars import is_ambiguous
from llmeval.suite.template import Pattern, fill, patterns

SEVERITY = Choice(("critical", "normal", "warn"))
METRIC = Word("a name of letters, digits, '_' and '-'", r"^[A-Za-z0-9_][A-Za-z0-9_-]*$")
PART = Word(
    "$.path, code, file:path, reasoning or tool_arguments",
    r"^(\$.*|code|file:.+|reasoning|tool_arguments)$",
)


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of the reply a check sees."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return the part as written."""
        part = PART.read(node, key, reader)
        if isinstance(part, str) and part.startswith("$"):
            try:
                jsonpath.compile(part)
            except ValueError as error:
                return reader.wrong(node.at, f"{key}: {error}")
        return part

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return PART.schema()


COMMON: Mapping[str, Kind] = {
    "severity": SEVERITY,
    "metric": METRIC,
    "on": Choice(("last", "each", "all")),
    "in": Part(),
}
"""Keys of every check."""

_REMEMBERED = 1_000

_FIELDS = {"severity": "severity", "metric": "metric", "on": "on", "in": "part"}


class Form:
    """What is known of one check name, `not_` included."""

    __slots__ = (
        "base",
        "cls",
        "main",
        "name",
        "negated",
        "parameters",
        "required",
        "shown",
        "thinks",
    )

    def __init__(self, name: str, base: str, cls: type[Scorer]) -> None:
        self.name = name
        self.base = base
        self.negated = name != base
        self.cls = cls
        self.main = cls.main
        self.parameters: Mapping[str, Parameter] = parameters_of(cls)
        self.thinks = hasattr(cls, "__post_init__")
        """Whether it checks more than the types of its parameters."""
        self.required = tuple(key for key, known in self.parameters.items() if known.required)
        self.shown = {key: f"{name}: {key}" for key in self.parameters}


class CheckPattern:
    """A check with variables in its parameters."""

    __slots__ = ("_fixed", "_open", "at", "check", "form", "names", "takes_any_text")

    def __init__(self, check: Check, form: Form, at: int) -> None:
        self.check = check
        self.form = form
        self.at = at
        self.names = tuple(
            dict.fromkeys(name for found in _patterns(check) for name in found.names)
        )
        dummies = dict.fromkeys(self.names, "x")
        self.takes_any_text = not form.thinks and not any(True for _ in self.faults(dummies))
        """Whether rows of texts alone cannot make it wrong: they need not be looked at."""
        self._open = {
            name: value for name, value in check.parameters.items() if type(value) is Pattern
        }
        self._fixed = self._fit_fixed()

    def _fit_fixed(self) -> dict[str, Any] | None:
        """Return the parameters without variables, ready to use; None unless that is quick."""
        known, given = self.form.parameters, self.check.parameters
        if not all(accepts_text(known[name].annotation) for name in self._open):
            return None
        fixed = {name: value for name, value in given.items() if name not in self._open}
        if any(_is_dynamic(value) for value in fixed.values()):
            return None
        return {name: fit(value, known[name]) for name, value in fixed.items()}

    def is_plainly_right(self, variables: Mapping[str, Any]) -> bool:
        """Tell, quickly, that texts make it a right check; when not, `faults` looks closer."""
        if self._fixed is None:
            return False
        given = dict(self._fixed)
        for name, pattern in self._open.items():
            value = given[name] = pattern.value(variables)
            if type(value) is not str:
                return False
        try:
            self.form.cls(**given)
        except (ParameterError, ValueError, TypeError):
            return False
        return True

    def fill(self, variables: Mapping[str, Any]) -> Check:
        """Return the check with its variables filled in."""
        known = self.form.parameters
        parameters = {
            name: _filled(value, variables, known.get(name))
            for name, value in self.check.parameters.items()
        }
        return _with_parameters(self.check, parameters)

    def faults(self, variables: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
        """Yield place and message of what is wrong with it under these variables."""
        check = self.fill(variables)
        raw = self.check.parameters
        wrong = False
        for name, value in check.parameters.items():
            if _is_checks(value):
                for child in raw[name]:
                    if isinstance(child, CheckPattern):
                        yield from child.faults(variables)
                continue
            try:
                fit(value, self.form.parameters[name])
            except ParameterError as error:
                wrong = True
                held = patterns(raw[name])
                yield (held[0].at if held else self.at), f"{self.form.name}: {error}"
        if not wrong and self.form.thinks:
            message = _construction_fault(self.form, check.parameters)
            if message:
                yield self.at, f"{self.form.name}: {message}"


class Expect:
    """A list of checks."""

    def read(self, node: Node, key: str, reader: Reader) -> Any:
        """Return a tuple of checks."""
        if not isinstance(node, Items):
            hint = "; start each check with '-'" if isinstance(node, Table) else ""
            return reader.expected(node, key, "a list of checks", hint)
        checks = tuple(read_check(item, reader) for item in node.items)
        return BAD if BAD in checks else checks

    def schema(self) -> Schema:
        """Return the JSON Schema; what a check looks like stands in its definitions."""
        return {"type": "array", "items": {"$ref": "#/$defs/check"}}


def read_check(node: Node, reader: Reader) -> Check | CheckPattern | Bad:
    """Return one check of a list."""
    if isinstance(node, Scalar):
        word = reader.word(node, "expect", "a check")
        return word if isinstance(word, Bad) else _read(word, node.at, None, node, reader)
    if isinstance(node, Items) or not node.entries:
        return reader.expected(node, "expect", "a check such as `contains: text`")
    if len(node.entries) > 1:
        return reader.wrong(node.places[1], _several_keys(node, reader))
    name, child = next(iter(node.entries.items()))
    if name == "type" and isinstance(child, Scalar) and isinstance(child.value, str):
        return reader.wrong(node.places[0], _type_message(child.value, reader))
    return _read(name, node.places[0], child, node, reader)


def form_of(name: str, reader: Reader) -> Form | str:
    """Return what is known of a check name; a message when it is unknown."""
    known = reader.forms.get(name)
    if known is None:
        known = reader.forms[name] = _find_form(name, reader)
    return typing.cast("Form | str", known)


def _find_form(name: str, reader: Reader) -> Form | str:
    checks = reader.registry.checks
    base = name.removeprefix("not_") if name not in checks else name
    try:
        cls = reader.registry.scorer_type(base)
    except UnknownNameError:
        return _unknown(name, checks)
    except ParameterError as error:
        return f"check {name!r}: {error}"
    if base != name and not cls.negatable:
        return f"check {base!r} has no 'not_' twin; turn its min or max round instead"
    return Form(name, base, cls)


def _unknown(name: str, checks: tuple[str, ...]) -> str:
    spelled = name.strip().replace("-", "_")
    prefix = "not_" if spelled.startswith("not_") else ""
    base = spelled.removeprefix("not_")
    if base in checks:
        return f"unknown check {name!r}; write `{prefix}{base}`"
    if base in words.LATER_CHECKS:
        return f"check {name!r} comes with a later version"
    if base in words.CHECKS:
        instead = words.CHECKS[base]
        if not instead:
            return f"unknown check {name!r}; register your own in [tool.llmeval.checks]"
        later = instead.split(":")[0] in words.LATER_CHECKS - set(checks)
        tail = ", which comes with a later version" if later else ""
        return f"unknown check {name!r}; write `{prefix}{instead}`{tail}"
    twins = [*checks, *(f"not_{check}" for check in checks)] if prefix else checks
    hint = did_you_mean(name, twins)
    if "did you mean" not in hint:
        hint = f"; known: {', '.join(checks)}"
    return f"unknown check {name!r}{hint}"


def _type_message(name: str, reader: Reader) -> str:
    form = form_of(name, reader)
    if isinstance(form, str):
        return f"a check is written by its name, not by `type`: `- {shorten(name)}: …`; {form}"
    return f"a check is written by its name: write `- {name}: …` for `- type: {name}`"


def _several_keys(node: Table, reader: Reader) -> str:
    names = list(node.entries)
    if "type" in names:
        kind = node.entries["type"]
        if isinstance(kind, Scalar) and isinstance(kind.value, str):
            return _type_message(kind.value, reader)
    first, second = names[:2]
    form = form_of(first, reader)
    if not isinstance(form, str) and (second in COMMON or second in form.parameters):
        return (
            f"{second!r} stands beside the check; write "
            f"`- {first}: {{{form.main}: …, {second}: …}}`, or indent it further"
        )
    return f"two keys in one list item ({first}, {second}); start each check with '-'"


# --- one check -------------------------------------------------------------------------------


def _read(
    name: str, at: int, child: Node | None, node: Node, reader: Reader
) -> Check | CheckPattern | Bad:
    written = (name, reader.templating, reader.identity(child)) if node.at >= 0 else None
    if written in reader.right:
        return _with_line(reader.right[written], line_of(node.at))
    check = _read_anew(name, at, child, node, reader)
    if written and len(reader.right) < _REMEMBERED and _is_simple(check):
        reader.right[written] = check
    return check


def _read_anew(
    name: str, at: int, child: Node | None, node: Node, reader: Reader
) -> Check | CheckPattern | Bad:
    form = form_of(name, reader)
    if isinstance(form, str):
        return reader.wrong(at, form)
    known, patterns_before = len(reader.problems), reader.patterns
    given = _given(form, child)
    common: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    for key, value_node, key_at in given:
        if key in COMMON and key not in form.parameters:
            common[_FIELDS[key]] = COMMON[key].read(value_node, key, reader)
        elif key not in form.parameters:
            reader.wrong(key_at, f"{name}: {_unknown_parameter(key, form)}")
        else:
            parameters[key] = _parameter(value_node, form, key, reader)
    if len(reader.problems) > known:
        return BAD
    for key in form.required:
        if key not in parameters:
            return reader.wrong(at, _missing(key, form))
    check = Check(
        check=form.base,
        metric=common.pop("metric", form.name),
        parameters=parameters,
        negated=form.negated,
        line=line_of(node.at),
        **common,
    )
    if reader.patterns > patterns_before:
        return CheckPattern(check, form, at)
    return _constructed(check, form, at, reader)


def _given(form: Form, child: Node | None) -> "list[tuple[str, Node, int]]":
    if child is None or (isinstance(child, Scalar) and child.value is None and not child.raw):
        return []
    if isinstance(child, Table):
        return list(child.rows())
    return [(form.main, child, child.at)]


def _missing(key: str, form: Form) -> str:
    written = f"; write `- {form.name}: …`" if key == form.main else ""
    return f"{form.name}: {key} is missing{written}"


def _constructed(check: Check, form: Form, at: int, reader: Reader) -> Check | Bad:
    if form.thinks:
        message = _construction_fault(form, check.parameters)
        if message:
            return reader.wrong(at, f"{form.name}: {message}")
    return check


def _construction_fault(form: Form, parameters: Mapping[str, Any]) -> str:
    known = form.parameters
    try:
        form.cls(
            **{
                # A text has been found fitting already; most parameters are texts.
                name: value if type(value) is str else fit(value, known[name])
                for name, value in parameters.items()
            }
        )
    except (ParameterError, ValueError, TypeError) as error:
        return str(error)
    return ""


def _unknown_parameter(key: str, form: Form) -> str:
    if key in ("threshold", "score", "min_score"):
        bound = next((name for name in ("min", "max") if name in form.parameters), None)
        if bound:
            return f"unknown parameter {key!r}; write `{bound}`"
    if key == "type":
        return "unknown parameter 'type'; a check is named by its key alone"
    return f"unknown parameter {key!r}{did_you_mean(key, [*form.parameters, *COMMON])}"


def _parameter(node: Node, form: Form, key: str, reader: Reader) -> Any:
    parameter = form.parameters[key]
    shown = form.shown[key]
    if wants_checks(parameter.annotation):
        return Expect().read(node, shown, reader)
    if type(node) is Items and accepts_text_items(parameter.annotation):
        texts = reader.plain_texts(node)
        if texts:
            return texts
    if isinstance(node, Scalar) and isinstance(node.value, str):
        value = _text_parameter(node, node.value, parameter, shown, reader)
    elif not _texts_survive(node, parameter, shown, reader):
        return BAD
    else:
        value = reader.value(node, shown)
    if type(value) is str and accepts_text(parameter.annotation):
        return value
    if value is BAD or _is_dynamic(value):
        return value
    try:
        fit(value, parameter)
    except ParameterError as error:
        expected = str(error).rpartition(", found ")[0] or str(error)
        return reader.wrong(
            node.at, f"{form.name}: {expected}, found {found(node)}{_hint(node, parameter)}"
        )
    return value


def _text_parameter(
    node: Scalar, text: str, parameter: Parameter, shown: str, reader: Reader
) -> Any:
    wants_text = accepts_text(parameter.annotation)
    structured = text.endswith((".json", ".yaml", ".yml"))
    if text.startswith(FILE) and structured and (not wants_text or parameter.annotation is Any):
        return reader.structure(text, node.at, shown)
    if wants_text and parameter.annotation is not Any:
        return reader.text(node, shown)
    return reader.value(node, shown)


def _texts_survive(node: Node, parameter: Parameter, shown: str, reader: Reader) -> bool:
    """Check each text of a list for what YAML may have done to it."""
    if not isinstance(node, Items) or not accepts_text_items(parameter.annotation):
        return True
    known = len(reader.problems)
    for item in node.items:
        if (
            not isinstance(item, Scalar)
            or not isinstance(item.value, str)
            or (item.raw and is_ambiguous(item.raw))
        ):
            reader.word(item, shown)
    return len(reader.problems) == known


def _hint(node: Node, parameter: Parameter) -> str:
    if not isinstance(node, Scalar):
        return ""
    value = node.value
    if isinstance(value, str):
        return "; remove the quotes" if is_number(value) else ""
    if accepts_text(parameter.annotation) and node.raw:
        return f'; put quotes around it: "{node.raw}"'
    if parameter.le == 1 and type(value) in (int, float) and 1 < value <= 100:
        return f"; write {value / 100:g} for {value:g} %"
    return ""


# --- annotations -----------------------------------------------------------------------------


@cache
def wants_checks(annotation: Any) -> bool:
    """Tell whether a parameter holds further checks (groups)."""
    return typing.get_origin(annotation) is tuple and typing.get_args(annotation)[0] is Check


@cache
def accepts_text(annotation: Any) -> bool:
    """Tell whether a plain text fits."""
    return _accepts(annotation, "x")


@cache
def accepts_text_items(annotation: Any) -> bool:
    """Tell whether a list of texts fits, and one of numbers does not."""
    return _accepts(annotation, ("x",)) and not _accepts(annotation, (1,))


def _accepts(annotation: Any, value: Any) -> bool:
    try:
        fit(value, Parameter(name="", annotation=annotation, required=False))
    except ParameterError:
        return False
    return True


# --- variables -------------------------------------------------------------------------------


def _is_checks(value: Any) -> bool:
    return isinstance(value, tuple) and any(isinstance(item, Check) for item in value)


def _is_dynamic(value: Any) -> bool:
    if type(value) is str:
        return False
    if isinstance(value, tuple):
        return any(isinstance(item, CheckPattern) for item in value)
    return bool(patterns(value))


def _patterns(check: Check) -> Iterator[Pattern]:
    for value in check.parameters.values():
        if isinstance(value, tuple):
            for child in value:
                yield from _patterns(child.check if isinstance(child, CheckPattern) else child)
        else:
            yield from patterns(value)


def _filled(value: Any, variables: Mapping[str, Any], parameter: Parameter | None) -> Any:
    if isinstance(value, tuple):
        return tuple(
            item.fill(variables) if isinstance(item, CheckPattern) else item for item in value
        )
    filled = fill(value, variables)
    if type(value) is Pattern and value.whole and parameter is not None:
        return _adapted(filled, parameter)
    return filled


def _adapted(value: Any, parameter: Parameter) -> Any:
    """Return a row's value as the parameter's type: cells of a CSV file are always text."""
    if _accepts(parameter.annotation, value):
        return value
    if isinstance(value, str) and is_number(value):
        return float(value) if "." in value or "e" in value.lower() else int(value)
    if type(value) in (int, float) and accepts_text(parameter.annotation):
        return str(value)
    return value


def _is_simple(check: Any) -> bool:
    """Tell whether nothing but its line depends on where a check stands; children know theirs."""
    return type(check) is Check and not any(map(_is_checks, check.parameters.values()))


def _with_line(check: Check, line: int) -> Check:
    return Check(
        check=check.check,
        metric=check.metric,
        parameters=check.parameters,
        negated=check.negated,
        severity=check.severity,
        on=check.on,
        part=check.part,
        line=line,
    )


def _with_parameters(check: Check, parameters: Mapping[str, Any]) -> Check:
    return Check(
        check=check.check,
        metric=check.metric,
        parameters=parameters,
        negated=check.negated,
        severity=check.severity,
        on=check.on,
        part=check.part,
        line=check.line,
    )
