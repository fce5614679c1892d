"""A check whose parameters hold variables."""

from collections.abc import Iterator, Mapping
from typing import Any

from llmeval.errors import ParameterError
from llmeval.parameters import Parameter, fit
from llmeval.records import Check
from llmeval.suite.check_form import Form, accepts, accepts_text, construction_fault
from llmeval.suite.kinds import is_number
from llmeval.suite.template import Pattern, fill, patterns


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
        if any(is_dynamic(value) for value in fixed.values()):
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
            if is_checks(value):
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
            message = construction_fault(self.form, check.parameters)
            if message:
                yield self.at, f"{self.form.name}: {message}"


def is_checks(value: Any) -> bool:
    """Tell whether a value holds further checks (groups)."""
    return isinstance(value, tuple) and any(isinstance(item, Check) for item in value)


def is_dynamic(value: Any) -> bool:
    """Tell whether variables are open in a value."""
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
    if accepts(parameter.annotation, value):
        return value
    if isinstance(value, str) and is_number(value):
        return float(value) if "." in value or "e" in value.lower() else int(value)
    if type(value) in (int, float) and accepts_text(parameter.annotation):
        return str(value)
    return value


def is_simple(check: Any) -> bool:
    """Tell whether nothing but its line depends on where a check stands; children know theirs."""
    return type(check) is Check and not any(map(is_checks, check.parameters.values()))


def with_line(check: Check, line: int) -> Check:
    """Return the same check as it stands in another line."""
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
