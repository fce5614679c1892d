"""Names of checks: finding them, and what is said when one is wrong."""

import typing

from llmeval.errors import ParameterError, UnknownNameError, did_you_mean
from llmeval.parameters import parameters_of
from llmeval.suite import words
from llmeval.suite.check_form import Form
from llmeval.suite.check_keys import COMMON
from llmeval.suite.node import Scalar, Table, shorten
from llmeval.suite.reader import Reader


def form_of(name: str, reader: Reader, method: str = "") -> Form | str:
    """Return what is known of a check name; a message when it is unknown.

    Args:
        name: As written.
        reader: Knows the checks.
        method: The check's `method`, where it is written out: others have other parameters.
    """
    key = f"{name} {method}" if method else name
    known = reader.forms.get(key)
    if known is None:
        known = reader.forms[key] = _find_form(name, reader, method)
    return typing.cast("Form | str", known)


def _find_form(name: str, reader: Reader, method: str) -> Form | str:
    checks = reader.registry.checks
    base = name.removeprefix("not_") if name not in checks else name
    try:
        cls = reader.registry.scorer_type(base, method)
    except UnknownNameError:
        return _unknown(name, checks)
    except ParameterError as error:
        return f"check {name!r}: {error}"
    if base != name and not cls.negatable:
        return _without_twin(base, cls)
    if getattr(cls, "runs_programs", False) and not reader.allow_run:
        return (
            f"check {name!r} runs a program; suites may do so only with allow_run = true in the "
            "configuration"
        )
    return Form(name, base, cls)


def _without_twin(base: str, cls: type) -> str:
    bounds = " or ".join(name for name in ("min", "max") if name in parameters_of(cls))
    instead = f"; turn its {bounds} round instead" if bounds else ""
    return f"check {base!r} has no 'not_' twin{instead}"


def _unknown(name: str, checks: tuple[str, ...]) -> str:
    spelled = name.strip().replace("-", "_")
    prefix = "not_" if spelled.startswith("not_") else ""
    base = spelled.removeprefix("not_")
    if base in checks:
        return f"unknown check {name!r}; write `{prefix}{base}`"
    if base in words.CHECKS:
        instead = words.CHECKS[base]
        if not instead:
            return f"unknown check {name!r}; register your own in [tool.llmeval.checks]"
        return f"unknown check {name!r}; write `{prefix}{instead}`"
    twins = [*checks, *(f"not_{check}" for check in checks)] if prefix else checks
    hint = did_you_mean(name, twins)
    if "did you mean" not in hint:
        hint = f"; known: {', '.join(checks)}"
    return f"unknown check {name!r}{hint}"


def type_message(name: str, reader: Reader) -> str:
    """Return the message about `- type: NAME`."""
    form = form_of(name, reader)
    if isinstance(form, str):
        return f"a check is written by its name, not by `type`: `- {shorten(name)}: …`; {form}"
    return f"a check is written by its name: write `- {name}: …` for `- type: {name}`"


def several_keys(node: Table, reader: Reader) -> str:
    """Return the message about a list item with more than one key."""
    names = list(node.entries)
    if "type" in names:
        kind = node.entries["type"]
        if isinstance(kind, Scalar) and isinstance(kind.value, str):
            return type_message(kind.value, reader)
    first, second = names[:2]
    form = form_of(first, reader)
    if not isinstance(form, str) and (second in COMMON or second in form.parameters):
        return (
            f"{second!r} stands beside the check; write "
            f"`- {first}: {{{form.main}: …, {second}: …}}`, or indent it further"
        )
    return f"two keys in one list item ({first}, {second}); start each check with '-'"


def missing(key: str, form: Form) -> str:
    """Return the message about a parameter that is not given."""
    written = f"; write `- {form.name}: …`" if key == form.main else ""
    return f"{form.name}: {key} is missing{written}"


def unknown_parameter(key: str, form: Form) -> str:
    """Return the message about a parameter that the check does not have."""
    if key in ("threshold", "score", "min_score"):
        bound = next((name for name in ("min", "max") if name in form.parameters), None)
        if bound:
            return f"unknown parameter {key!r}; write `{bound}`"
    other = {"min": "max", "max": "min"}.get(key)
    if other in form.parameters:
        return f"unknown parameter {key!r}; write `{other}`"
    if key == "type":
        return "unknown parameter 'type'; a check is named by its key alone"
    return f"unknown parameter {key!r}{did_you_mean(key, [*form.parameters, *COMMON])}"
