"""What judges said and programs did in a stored run, for scoring it again without either."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from llmeval.records import CheckResult
from llmeval.scorers.scorer import at_least, below

_NEEDED = ("judge_not_asked", "not_run")
_ADJUSTABLE = "min"
"""What may change without asking a judge anew."""


def judged_before(
    results: Sequence[CheckResult], stored: Sequence[CheckResult]
) -> tuple[CheckResult, ...]:
    """Return the results, those of judges taken from the stored ones.

    A judge's grade serves another `min`; any other change needs the judge: the check is skipped.

    Args:
        results: Made without asking judges.
        stored: Of the same trial, when its judges were asked.
    """
    known = {_place(result): result for result in stored}
    return tuple(
        _taken(result, known.get(_place(result)))
        if result.details.get("kind") in _NEEDED
        else result
        for result in results
    )


def _place(result: CheckResult) -> tuple[str, str, int | None, str]:
    return result.check, result.metric, result.turn, result.version


def _taken(result: CheckResult, stored: CheckResult | None) -> CheckResult:
    if stored is not None and stored.parameters == result.parameters:
        return replace(stored, severity=result.severity)
    adjusted = None if stored is None else _adjusted(result, stored)
    if adjusted is not None:
        return adjusted
    reason = "not_measured: rescoring asks no judge and runs no program; run the suite again"
    return replace(result, status="skipped", reason=reason, details={})


def _adjusted(result: CheckResult, stored: CheckResult) -> CheckResult | None:
    """Return the stored grade held against another minimum; None where that is not enough."""
    same = _but_min(result.parameters) == _but_min(stored.parameters)
    if not same or stored.score is None or result.min is None or _has_band(result):
        return None
    passed = at_least(stored.score, result.min)
    return replace(
        stored,
        severity=result.severity,
        parameters=result.parameters,
        min=result.min,
        passed=passed,
        reason="" if passed else below(stored.score, result.min),
    )


def _but_min(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != _ADJUSTABLE}


def _has_band(result: CheckResult) -> bool:
    return result.parameters.get("uncertain_band") is not None
