"""Own checks: a plain function becomes a scorer whose parameters are the function's.

    def order_no(reply, case, *, prefix="A-"):
        return prefix in (reply.text or "")

It returns True or False, a number 0…1 (compared with `min`), `(value, reason)` or a Score. A
version other than "1" stands in its attribute `version`.
"""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

import copy
import dataclasses
import inspect
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from msgspec import structs

from llmeval.errors import ParameterError
from llmeval.protocols import Scorer
from llmeval.records import Case, Reply, Score
from llmeval.scorers.scorer import PASSED, Defaults, threshold_score
from llmeval.text import cut

DEFAULT_MIN = 0.5

# Names that a check or a scorer has already.
_TAKEN = frozenset(
    {"severity", "metric", "on", "in", "check", "function", "takes_case", "own", "lists"}
    | {name for name in (*dir(Defaults), "score", "claim") if not name.startswith("__")}
)


class FunctionScorer(Defaults):
    """Calls a function of the user's; subclasses carry its parameters as fields."""

    negatable: ClassVar[bool] = True
    function: ClassVar[Callable[..., Any]]
    takes_case: ClassVar[bool]
    own: ClassVar[tuple[str, ...]]
    """The function's parameters after reply and case."""
    lists: ClassVar[frozenset[str]]
    """Those that it wants as lists."""

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return what the function says; what it raises passes through to the evaluator."""
        # Copies, so that a function that writes into them changes no other check's or trial's.
        reply, case = _own_copy(reply), dataclasses.replace(case, vars=copy.deepcopy(case.vars))
        given = (reply, case) if self.takes_case else (reply,)
        named = {name: self._given(name) for name in self.own}
        returned = type(self).function(*given, **named)
        return self._as_score(returned)

    def _given(self, name: str) -> Any:
        value = getattr(self, name)
        # The registry keeps lists as tuples, and a function says `words + [...]`.
        return list(value) if isinstance(value, tuple) and name in self.lists else value

    def _as_score(self, returned: Any) -> Score:
        if isinstance(returned, Score):
            return structs.replace(returned, reason=_line(returned.reason))
        value, reason = returned, ""
        if isinstance(returned, tuple) and len(returned) == 2 and isinstance(returned[1], str):
            value, reason = returned[0], _line(returned[1])
        value = _plain(value)
        if value is True or value is False:
            return _yes_no(value, reason)
        if isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 1:
            return threshold_score(float(value), getattr(self, "min", DEFAULT_MIN), reason)
        return Score(status="error", reason=f"the function returned {_shown(value)}")


def scorer_type(name: str, function: Any) -> type[Scorer]:
    """Return a scorer class for a function.

    Args:
        name: The check's name.
        function: `(reply)`, or `(reply, case, …)` where everything after them is a parameter.

    Raises:
        ParameterError: Not a plain function, or with a signature that cannot be a check's.
    """
    positional, parameters = _signature(name, function)
    hints = _hints(function)
    fields = [_field(parameter, hints) for parameter in parameters]
    own = tuple(parameter.name for parameter in parameters)
    if "min" not in own:
        fields.append(("min", float, dataclasses.field(default=DEFAULT_MIN, metadata=_SHARE)))
    made = dataclasses.make_dataclass(
        _class_name(name),
        fields,
        bases=(FunctionScorer,),
        frozen=True,
        kw_only=True,
        namespace={
            "__doc__": inspect.getdoc(function) or f"The own check {name}.",
            "version": str(getattr(function, "version", "1")),
            "main": own[0] if own else "min",
            "function": staticmethod(function),
            "takes_case": positional > 1,
            "own": own,
            "lists": frozenset(n for n in own if typing.get_origin(hints.get(n)) is list),
        },
    )
    return typing.cast("type[Scorer]", made)


_SHARE: Mapping[str, float] = {"ge": 0.0, "le": 1.0}


def _signature(name: str, function: Any) -> tuple[int, list[inspect.Parameter]]:
    """Return how many of reply and case the function takes, and its own parameters."""
    if not callable(function):
        raise ParameterError("", f"check {name!r}: {cut(repr(function), 60)} is not a function")
    call = function if inspect.isroutine(function) else type(function).__call__
    if inspect.iscoroutinefunction(call) or inspect.isasyncgenfunction(call):
        raise ParameterError("", f"check {name!r}: an async function cannot be a check")
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError) as error:
        raise ParameterError("", f"check {name!r}: {error}") from error
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    positional = sum(p.kind is not p.KEYWORD_ONLY for p in named[:2])
    if not positional:
        raise ParameterError("", f"check {name!r}: the function must take (reply, case)")
    own = named[positional:]
    for parameter in own:
        if parameter.kind is parameter.POSITIONAL_ONLY or parameter.name in _TAKEN:
            raise ParameterError(
                "", f"check {name!r}: its parameter {parameter.name!r} needs another name"
            )
    return positional, own


def _hints(function: Any) -> Mapping[str, Any]:
    target = function if inspect.isroutine(function) else type(function).__call__
    try:
        return typing.get_type_hints(target)
    except Exception:  # noqa: BLE001  # hints are a courtesy: whatever they name may be missing
        return {}


def _field(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> tuple[str, Any, Any]:
    annotation = _supported(hints.get(parameter.name, Any))
    if parameter.default is parameter.empty:
        return parameter.name, annotation, dataclasses.field()
    default = parameter.default
    # A factory, because a dataclass refuses lists and dicts as defaults.
    return parameter.name, annotation, dataclasses.field(default_factory=lambda: default)


def _supported(annotation: Any) -> Any:
    """Return the annotation if the registry can check values against it, else Any."""
    origin = typing.get_origin(annotation)
    options = typing.get_args(annotation)
    if annotation in (str, int, float, bool, type(None)) or origin is typing.Literal:
        return annotation
    if origin in (typing.Union, types.UnionType):
        supported = [_supported(option) for option in options]
        return Any if Any in supported else typing.Union[tuple(supported)]  # noqa: UP007  # built
    if origin in (list, Sequence, tuple) and options and _supported(options[0]) is not Any:
        item: Any = _supported(options[0])
        return tuple[item, ...]
    return Any


def _class_name(name: str) -> str:
    words = "".join(part.capitalize() for part in name.replace("-", "_").split("_"))
    return words if words.isidentifier() else "OwnCheck"


# --- what a function returns -------------------------------------------------------------------


def _own_copy(reply: Reply) -> Reply:
    if reply.tool_calls or reply.steps or reply.files:
        return copy.deepcopy(reply)
    return reply


def _plain(value: Any) -> Any:
    """Return a number of numpy or torch as Python's own."""
    if isinstance(value, bool | int | float | str) or not hasattr(value, "item"):
        return value
    try:
        return value.item()
    except (TypeError, ValueError):  # an array of several numbers
        return value


def _yes_no(value: object, reason: str) -> Score:
    if value and not reason:
        return PASSED
    return Score(
        score=1.0 if value else 0.0,
        passed=bool(value),
        reason=reason or "the function returned False",
    )


def _shown(value: Any) -> str:
    if inspect.iscoroutine(value):
        value.close()  # else Python warns that it was never awaited
    expected = "expected True, False, a number 0…1, (value, reason) or a Score"
    return f"{cut(repr(value), 60)}; {expected}"


def _line(reason: Any) -> str:
    return cut(" ".join(str(reason).split()), 500)
