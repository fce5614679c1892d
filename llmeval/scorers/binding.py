"""Check -> check with its scorer, and what holds for every reply that is scored with it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct, field

from llmeval.protocols import Scorer
from llmeval.records import Better, Check, CheckResult, On, Severity
from llmeval.registry import Registry
from llmeval.scorers.part import Selector, selector


class Bound(Struct, frozen=True, kw_only=True):
    """A check with its scorer; serves every case that has this very check."""

    check: Check
    scorer: Scorer
    name: str
    """With `not_` where negated."""
    on: On
    select: Selector | None
    """Takes the part of the reply that is checked; None is the text."""
    parameters: Mapping[str, Any]
    """As stored: JSON values, the checks of a group written out."""
    version: str
    better: Better
    min: float | None
    max: float | None
    scale: str
    children: "tuple[Bound, ...]" = ()
    """The checks of a group."""
    plain_passes: dict[tuple[int | None, Severity], CheckResult] = field(default_factory=dict)
    """A plain pass says the same each time: it is built once per turn and severity."""


def bind(checks: Sequence[Check], registry: Registry) -> tuple[Bound, ...]:
    """Return the checks with their scorers.

    Raises:
        UnknownNameError: No such check.
        ParameterError: A parameter is unknown, missing or wrong.
    """
    return tuple([bind_one(check, registry) for check in checks])


def bind_one(check: Check, registry: Registry, group_part: str | None = None) -> Bound:
    """Return a check with its scorer; see `bind`.

    Args:
        check: The check.
        registry: Where its scorer is found.
        group_part: The part of the reply that the group it stands in looks at.
    """
    scorer = registry.scorer(check.check, check.parameters)
    if hasattr(scorer, "seated"):
        scorer = scorer.seated(registry.judge(getattr(scorer, "judge", "default")))
    traits = _traits(type(scorer))
    part = check.part or group_part
    children: tuple[Bound, ...] = ()
    if traits.combines:
        children = tuple([bind_one(child, registry, part) for child in check.parameters["value"]])
    return Bound(
        check=check,
        scorer=scorer,
        name=f"not_{check.check}" if check.negated else check.check,
        on=check.on or traits.default_on,
        select=selector(part) if part else None,
        parameters=_stored(check.parameters) if children else check.parameters,
        version=traits.version,
        better=traits.better,
        min=getattr(scorer, "min", None) if traits.has_threshold else None,
        max=getattr(scorer, "max", None) if traits.has_threshold else None,
        scale=traits.scale,
        children=children,
    )


class _Traits(Struct, frozen=True, kw_only=True):
    """What a scorer class says of itself, with the defaults of one that says nothing."""

    version: str
    better: Better
    default_on: On
    scale: str
    has_threshold: bool
    """Its fields `min` and `max` bound the score."""
    combines: bool
    """It is a group: it combines the scores of other checks."""


@cache
def _traits(cls: type) -> _Traits:
    return _Traits(
        version=str(getattr(cls, "version", "1")),
        better=getattr(cls, "better", "higher"),
        default_on=getattr(cls, "default_on", "last"),
        scale=getattr(cls, "scale", ""),
        has_threshold=getattr(cls, "threshold", True),
        combines=hasattr(cls, "combine"),
    )


def _stored(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters of a group with its checks as they are written in a suite."""
    return {**parameters, "value": [_written(child) for child in parameters["value"]]}


def _written(check: Check) -> Mapping[str, Any]:
    name = f"not_{check.check}" if check.negated else check.check
    nested = any(isinstance(item, Check) for item in _items(check.parameters.get("value")))
    return {name: _stored(check.parameters) if nested else dict(check.parameters)}


def _items(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()
