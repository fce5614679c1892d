"""The items below `expect`, one check each."""

from collections.abc import Mapping
from typing import Any

from llmeval.errors import ParameterError
from llmeval.parameters import Parameter, fit, guess, item_annotation, wrong_item
from llmeval.records import Check
from llmeval.suite.check_form import (
    Form,
    accepts,
    accepts_text,
    accepts_text_items,
    construction_fault,
    wants_checks,
)
from llmeval.suite.check_keys import COMMON, FIELDS
from llmeval.suite.check_names import (
    form_of,
    missing,
    several_keys,
    type_message,
    unknown_parameter,
)
from llmeval.suite.check_pattern import CheckPattern, is_dynamic, is_simple, with_line
from llmeval.suite.kinds import Schema, is_number
from llmeval.suite.node import Items, Node, Scalar, Table, found, line_of
from llmeval.suite.reader import BAD, FILE, Bad, Reader
from llmeval.suite.scalars import is_ambiguous

_REMEMBERED = 1_000


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
        return reader.wrong(node.places[1], several_keys(node, reader))
    name, child = next(iter(node.entries.items()))
    if name == "type" and isinstance(child, Scalar) and isinstance(child.value, str):
        return reader.wrong(node.places[0], type_message(child.value, reader))
    return _read(name, node.places[0], child, node, reader)


def _read(
    name: str, at: int, child: Node | None, node: Node, reader: Reader
) -> Check | CheckPattern | Bad:
    written = (name, reader.templating, reader.identity(child)) if node.at >= 0 else None
    if written in reader.right:
        return with_line(reader.right[written], line_of(node.at))
    check = _read_anew(name, at, child, node, reader)
    if written and len(reader.right) < _REMEMBERED and is_simple(check):
        reader.right[written] = check
    return check


def _read_anew(
    name: str, at: int, child: Node | None, node: Node, reader: Reader
) -> Check | CheckPattern | Bad:
    form = form_of(name, reader, _method(child))
    if isinstance(form, str):
        return reader.wrong(at, form)
    if type(child) is Scalar and type(child.value) is str and form.one_text:
        return _of_one_text(form, at, child, node, reader)
    return _of_keys(form, at, child, node, reader)


def _of_keys(
    form: Form, at: int, child: Node | None, node: Node, reader: Reader
) -> Check | CheckPattern | Bad:
    name, known, patterns_before = form.name, len(reader.problems), reader.patterns
    given = _given(form, child)
    common: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    for key, value_node, key_at in given:
        if key in COMMON and key not in form.parameters:
            common[FIELDS[key]] = COMMON[key].read(value_node, key, reader)
        elif key not in form.parameters:
            reader.wrong(key_at, f"{name}: {unknown_parameter(key, form)}")
        else:
            parameters[key] = _parameter(value_node, form, key, reader)
    if len(reader.problems) > known:
        return BAD
    for key in form.required:
        if key not in parameters:
            return reader.wrong(at, missing(key, form))
    check = Check(
        check=form.base,
        metric=common.pop("metric", form.name),
        parameters=parameters,
        negated=form.negated,
        line=line_of(node.at),
        **common,
    )
    unknown = _judge_fault(form, parameters, reader)
    if unknown:
        return reader.wrong(at, f"{name}: {unknown}")
    if reader.patterns > patterns_before:
        return CheckPattern(check, form, at)
    return _constructed(check, form, at, reader)


def _of_one_text(
    form: Form, at: int, child: Scalar, node: Node, reader: Reader
) -> Check | CheckPattern | Bad:
    """Return a check that is `name: text`, as nearly all of large suites are."""
    text = reader.text(child, form.shown[form.main])
    if isinstance(text, Bad):
        return text
    check = Check(
        check=form.base,
        metric=form.name,
        parameters={form.main: text},
        negated=form.negated,
        line=line_of(node.at),
    )
    if type(text) is not str:
        return CheckPattern(check, form, at)
    return _constructed(check, form, at, reader)


def _method(child: Node | None) -> str:
    """Return the method that a check names; "" where it names none."""
    found = child.entries.get("method") if isinstance(child, Table) else None
    if isinstance(found, Scalar) and isinstance(found.value, str):
        return found.value
    return ""


def _judge_fault(form: Form, parameters: Mapping[str, Any], reader: Reader) -> str:
    """Note the judge that a check asks; return what is wrong with its name, "" where nothing is."""
    if not hasattr(form.cls, "seated"):
        return ""
    name = parameters.get("judge", form.parameters["judge"].default)
    if not isinstance(name, str):
        return ""  # a variable; it is looked up when the case is built
    reader.judges.add(name)
    try:
        reader.registry.judge(name)
    except ParameterError as error:
        return str(error)
    return ""


def _given(form: Form, child: Node | None) -> "list[tuple[str, Node, int]]":
    if child is None or (isinstance(child, Scalar) and child.value is None and not child.raw):
        return []
    if isinstance(child, Table):
        return list(child.rows())
    return [(form.main, child, child.at)]


def _constructed(check: Check, form: Form, at: int, reader: Reader) -> Check | Bad:
    if form.thinks and not form.surely_fits(check.parameters):
        message = construction_fault(form, check.parameters)
        if message:
            return reader.wrong(at, f"{form.name}: {message}")
    return check


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
    if value is BAD or is_dynamic(value):
        return value
    try:
        fit(value, parameter)
    except ParameterError as error:
        expected = str(error).rpartition(", found ")[0] or str(error)
        wrong, hint = _wrong_part(node, value, parameter)
        return reader.wrong(wrong.at, f"{form.name}: {expected}, found {found(wrong)}{hint}")
    return value


def _wrong_part(node: Node, value: Any, parameter: Parameter) -> tuple[Node, str]:
    """Return what does not fit, the item where it is one of a list, and what to do about it."""
    at = wrong_item(value, parameter.annotation)
    inner = _inner(node, at)
    if inner is None:
        return node, _hint(node, parameter) or guess(value, parameter.annotation)
    annotation = item_annotation(parameter.annotation)
    item = Parameter(name=parameter.name, annotation=annotation, required=True)
    return inner, _hint(inner, item) or guess(value[at], annotation)


def _inner(node: Node, at: int | str | None) -> Node | None:
    """Return an item of a list or an entry of a mapping."""
    if isinstance(node, Items) and isinstance(at, int):
        return node.items[at]
    return node.entries.get(at) if isinstance(node, Table) and isinstance(at, str) else None


def _text_parameter(
    node: Scalar, text: str, parameter: Parameter, shown: str, reader: Reader
) -> Any:
    wants_text = accepts_text(parameter.annotation)
    if (
        text.startswith(FILE)
        and text.endswith((".json", ".yaml", ".yml"))
        and (not wants_text or accepts(parameter.annotation, {}))
    ):
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
