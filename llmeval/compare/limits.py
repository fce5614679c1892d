"""Limits: observed figures held against their bounds."""

from collections.abc import Collection, Mapping
from typing import Literal

from msgspec import Struct

from llmeval.compare import doubt, metrics, wording
from llmeval.compare.chosen import Chosen
from llmeval.compare.counts import TOLERANCE
from llmeval.compare.doubt import Bounds
from llmeval.compare.labelled import Correction, Labels
from llmeval.compare.measured import SuiteTable
from llmeval.compare.metrics import Measured
from llmeval.records import Limit

State = Literal["kept", "broken", "doubtful", "unknown"]


class Judged(Struct, frozen=True, kw_only=True):
    """One limit and what was observed."""

    limit: Limit
    found: Measured
    correction: Correction | None = None
    """What people's labels make of the figure: that is held against the bounds then."""
    state: State
    """`unknown`: nothing was measured, which is not the same as kept; `doubtful`: past its bound,
    but not beyond doubt, which was asked for."""
    text: str
    """What was observed and what is demanded, one line."""


def bounds(limit: Limit) -> Mapping[str, float]:
    """Return the bounds that a limit sets."""
    found = {"min": limit.min, "max": limit.max}
    return {side: bound for side, bound in found.items() if bound is not None}


def judge(
    limit: Limit,
    table: SuiteTable,
    yardstick: Collection[str] = (),
    *,
    by_trial: bool = False,
    labels: Labels | None = None,
) -> Judged:
    """Hold a limit against what was measured of all its cases.

    Args:
        limit: Of the suite.
        table: The run's values.
        yardstick: Cases of the version that the others are held against: not what is judged,
            unless the limit selects by version itself.
        by_trial: Trials of a run are independent: a limit beyond doubt may count each of them.
        labels: Of people; a figure that has some is held against its bounds as they correct it.
    """
    cases = None
    if yardstick and limit.where.keys().isdisjoint(("variant", "adapter")):
        cases = [case for case in table.cases if case not in yardstick]
    chosen = Chosen(table, limit.where, cases)
    found = metrics.figure(chosen, limit.metric)
    if found.value is None:
        return Judged(limit=limit, found=found, state="unknown", text=_unknown(limit, found))
    correction = labels.correction(limit.metric, limit.where, cases) if labels else None
    broken = _broken(limit, found.value if correction is None else correction.value)
    if limit.beyond_doubt and broken is not None:
        known = doubt.of(chosen, limit.metric, by_trial=by_trial)
        if correction is not None:
            known = Bounds(*correction.one_sided)
        return _doubted(limit, found, correction, broken, known)
    state: State = "kept" if broken is None else "broken"
    text = _observed(limit, found, correction, broken)
    return Judged(limit=limit, found=found, correction=correction, state=state, text=text)


def _broken(limit: Limit, value: float) -> float | None:
    """Return the bound that a value misses by more than the tolerance."""
    if limit.min is not None and value < limit.min - TOLERANCE:
        return limit.min
    if limit.max is not None and value > limit.max + TOLERANCE:
        return limit.max
    return None


def _doubted(
    limit: Limit, found: Measured, correction: Correction | None, broken: float, known: Bounds
) -> Judged:
    """Return a limit that is not kept as observed: is it broken beyond doubt as well?"""
    bound = known.high if broken == limit.min else known.low
    text = _observed(limit, found, correction, broken)
    state: State = "broken"
    if bound is None:
        text = f"{text}; no bound of {limit.metric} is known here, the observed value is judged"
    else:
        text = f"{text}; the one-sided 95 % bound is {wording.number(bound)}"
        if _broken(limit, bound) is None:
            text = f"{text.replace('not kept', 'in doubt')}: not broken beyond doubt"
            state = "doubtful"
    return Judged(limit=limit, found=found, correction=correction, state=state, text=text)


def _name(limit: Limit) -> str:
    return f"{limit.metric}{wording.where(limit.where.items())}"


def _demanded(limit: Limit) -> str:
    signs = {"min": "at least", "max": "at most"}
    return " and ".join(f"{signs[s]} {wording.number(b)}" for s, b in bounds(limit).items())


def _unknown(limit: Limit, found: Measured) -> str:
    # Names are checked when the suite is loaded: here only the measurement is missing.
    reason = f"measured 0 of {found.total}" if found.total else "it selects none of the cases"
    return f"limit on {_name(limit)} ({_demanded(limit)}) cannot be checked: {reason}"


def _observed(
    limit: Limit, found: Measured, correction: Correction | None, broken: float | None
) -> str:
    assert found.value is not None
    value, rests_on = found.value, f"measured {found.measured} of {found.total}"
    if correction is not None:
        value = correction.value
        scored = f"{wording.number(found.value)} as scored"
        rests_on = f"corrected by labels of {correction.labelled} cases; {scored}"
    if broken is None:
        shown = wording.number(value)
        return f"limit kept: {_name(limit)} is {shown}, {_demanded(limit)} ({rests_on})"
    shown, bound = wording.apart(value, broken)
    sign = "at least" if broken == limit.min else "at most"
    return f"limit not kept: {_name(limit)} is {shown}, {sign} {bound} is demanded ({rests_on})"
