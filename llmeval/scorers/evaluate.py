"""Case + replies -> check results -> outcome: calls the scorers and contains what they raise."""

import math
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import PurePath
from time import perf_counter
from traceback import extract_tb, format_exception
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from llmeval.protocols import Scorer
from llmeval.records import (
    NOTHING,
    Better,
    Case,
    Check,
    CheckResult,
    Failure,
    On,
    Outcome,
    Reply,
    Score,
    Severity,
)
from llmeval.registry import Registry
from llmeval.scorers.joining import joined
from llmeval.scorers.part import NoPartError, Selector, selector
from llmeval.scorers.scorer import PASSED
from llmeval.text import cut, fold_surrogates, strip_controls

SHOWN_SECONDS = 0.001
"""A check's own time is stored from here on: below, it is noise that would make the records of
two runs over the same recording differ."""

TRACEBACK_CHARS = 2000


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


class Known(Struct, frozen=True):
    """What a scorer said of a reply before its turn came, and the seconds that took."""

    score: Any
    """Foreign until it is checked."""
    seconds: float


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


# --- the checks of a case ----------------------------------------------------------------------


def evaluate(
    case: Case,
    checks: Sequence[Bound],
    turn_checks: Sequence[Sequence[Bound]],
    replies: Sequence[Reply],
    known: Mapping[int, Known] | None = None,
) -> tuple[CheckResult, ...]:
    """Return the results of all checks: those of the turns in order, then those of the case.

    Args:
        case: The case, with its turns.
        checks: The case's own checks.
        turn_checks: One sequence per turn; may be empty when no turn has checks of its own.
        replies: One per turn that was answered, at least one. Checks of turns beyond are skipped;
            the case's own look at the replies there are.
        known: What is known already of the last reply, by the place of the case's check.
    """
    results = []
    for number, (bounds, reply) in enumerate(zip(turn_checks, replies, strict=False), start=1):
        results += [check_reply(case, bound, reply, turn=number) for bound in bounds]
    if len(replies) < len(case.turns):
        results += _not_reached(case, turn_checks, len(replies))
    whole: Reply | None = None
    for place, bound in enumerate(checks):
        if bound.on == "last" or len(replies) == 1:
            results.append(
                check_reply(case, bound, replies[-1], known=known.get(place) if known else None)
            )
        elif bound.on == "each":
            results += [check_reply(case, bound, r, turn=k) for k, r in enumerate(replies, 1)]
        else:
            whole = whole or joined(replies)
            results.append(check_reply(case, bound, whole))
    return tuple(results)


def _not_reached(
    case: Case, turn_checks: Sequence[Sequence[Bound]], answered: int
) -> list[CheckResult]:
    missing = Score(status="skipped", reason=f"not_reached: turn {answered + 1} has no reply")
    later = enumerate(turn_checks[answered:], start=answered + 1)
    return [_result(case, bound, missing, k) for k, bounds in later for bound in bounds]


def check_reply(
    case: Case,
    bound: Bound,
    reply: Reply,
    *,
    turn: int | None = None,
    known: Known | None = None,
) -> CheckResult:
    """Return the result of one check on one reply.

    Whatever the scorer raises becomes a result with status `error`; only Ctrl-C gets through.
    """
    started = perf_counter()
    score = _score(case, bound, reply, known)
    seconds = perf_counter() - started
    if known is not None:
        seconds += known.seconds
    if score is PASSED and seconds < SHOWN_SECONDS:
        key = (turn, bound.check.severity or case.severity)
        found = bound.plain_passes.get(key)
        if found is None:
            found = bound.plain_passes[key] = _result(case, bound, score, turn)
        return found
    return _result(case, bound, score, turn, seconds)


def _result(
    case: Case, bound: Bound, score: Score, turn: int | None, seconds: float = 0.0
) -> CheckResult:
    return CheckResult(
        check=bound.name,
        metric=bound.check.metric,
        severity=bound.check.severity or case.severity,
        status=score.status,
        turn=turn,
        score=score.score,
        min=bound.min,
        max=bound.max,
        better=bound.better,
        passed=score.passed,
        reason=score.reason,
        version=bound.version,
        parameters=bound.parameters,
        seconds=seconds if seconds >= SHOWN_SECONDS else None,
        details=score.details,
    )


# --- one score ---------------------------------------------------------------------------------


def _score(case: Case, bound: Bound, reply: Reply, known: Known | None = None) -> Score:
    score = _contained(case, bound, reply, known)
    if score.reason.isprintable():
        return score
    # Parsers and functions of users quote what the model wrote.
    printable = " ".join(strip_controls(fold_surrogates(score.reason)).split())
    return replace(score, reason=printable)


def _contained(case: Case, bound: Bound, reply: Reply, known: Known | None) -> Score:
    try:
        if bound.select is not None and not bound.children:
            reply = replace(reply, text=bound.select(reply))
        if bound.children:
            parts = tuple(_score(case, child, reply) for child in bound.children)
            score = bound.scorer.combine(parts)  # type: ignore[attr-defined]  # groups have it
            score = _with_judges(score, parts)
        else:
            score = bound.scorer.score(case, reply, ()) if known is None else known.score
            if score is not PASSED:
                score = _sound(score, bound.scale)
        return _turned(bound, score, reply) if bound.check.negated else score
    except NoPartError as missing:
        return Score(score=0.0, passed=False, reason=str(missing))
    except BaseException as error:  # whatever a scorer raises is data
        if is_interrupt(error):
            raise
        return _raised(error)


def _with_judges(score: Score, parts: Sequence[Score]) -> Score:
    """Return a group's score with what the judges of its parts said and cost."""
    asked = [part.details["judge"] for part in parts if "judge" in part.details]
    if not asked:
        return score
    costs = [judge["cost_usd"] for judge in asked if judge["cost_usd"] is not None]
    judge = {
        "votes": [vote for judge in asked for vote in judge["votes"]],
        "cost_usd": sum(costs) if costs else None,
        "flags": sorted({flag for judge in asked for flag in judge["flags"]}),
    }
    return replace(score, details={**score.details, "judge": judge})


def is_interrupt(error: BaseException) -> bool:
    """Return whether an error is the user's Ctrl-C: only the main thread gets those."""
    return (
        isinstance(error, KeyboardInterrupt)
        and threading.current_thread() is threading.main_thread()
    )


def _turned(bound: Bound, score: Score, reply: Reply) -> Score:
    """Return what the `not_` twin says; without a reply it never passes."""
    if score.status != "scored":
        return score
    if _is_missing(bound, reply):
        return Score(score=0.0, passed=False, reason="there is no reply that could be without it")
    turned = 1.0 - (score.score or 0.0)
    if not score.passed:
        return PASSED if turned == 1.0 else Score(score=turned, passed=True)
    claim = getattr(bound.scorer, "claim", None)
    reason = claim(reply.text or "") if claim else f"{bound.check.check} holds and must not"
    return Score(score=turned, passed=False, reason=reason)


def _is_missing(bound: Bound, reply: Reply) -> bool:
    if reply.text and not reply.text.isspace():
        return False
    return getattr(bound.scorer, "reads_text", False) or not (reply.tool_calls or reply.files)


def _sound(score: Any, scale: str) -> Score:
    """Return the score if it is one, an error otherwise."""
    fault = _fault(score, scale)
    if fault:
        return Score(status="error", reason=f"ValueError: the scorer returned {fault}")
    return score  # type: ignore[no-any-return]  # checked just now


def _fault(score: Any, scale: str) -> str:
    if not isinstance(score, Score):
        return f"{cut(repr(score), 60)}, not a Score"
    if score.status in ("skipped", "error"):
        return ""
    if score.status != "scored" or (score.passed is not True and score.passed is not False):
        return f"status {score.status!r} with passed {score.passed!r}"
    number = score.score
    if not isinstance(number, int | float) or isinstance(number, bool):
        return f"the score {number!r}, not a number"
    if not math.isfinite(number) or number < 0 or (number > 1 and not scale):
        return f"the score {number!r}; expected {'0 or more' if scale else '0…1'}"
    return "" if _is_json(score.details) else "details that are no JSON values"


def _is_json(value: Any, depth: int = 20) -> bool:
    if value is NOTHING or value is None or isinstance(value, str | bool | int):
        return True
    if isinstance(value, float):
        return math.isfinite(value)
    if depth and isinstance(value, Mapping):
        return all(isinstance(k, str) and _is_json(v, depth - 1) for k, v in value.items())
    return (
        bool(depth)
        and isinstance(value, list | tuple)
        and all(_is_json(item, depth - 1) for item in value)
    )


def _raised(error: BaseException) -> Score:
    frames = extract_tb(error.__traceback__)
    place = f" ({PurePath(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    message = " ".join(_message(error).split())
    trace = "".join(format_exception(error))[-TRACEBACK_CHARS:]
    return Score(
        status="error",
        reason=f"{type(error).__name__}: {cut(message, 300)}{place}",
        details={"traceback": trace},
    )


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # part of containing the scorer: its error's text may raise
        return "(its message cannot be shown)"


# --- the outcome -------------------------------------------------------------------------------


def verdict(case: Case, results: Sequence[CheckResult]) -> tuple[Outcome, Failure | None]:
    """Return how a trial ended whose replies all came, and why it could not be measured.

    Checks of severity `warn` decide nothing, unless the case itself is one of severity `warn`:
    then the outcome says whether there is something to warn of.
    """
    deciding = [r for r in results if r.severity != "warn" or case.severity == "warn"]
    if any(result.passed is False for result in deciding):
        return "failed", None
    errors = [r for r in deciding if r.status == "error"]
    nothing_scored = bool(results) and all(result.status != "scored" for result in results)
    if nothing_scored:
        errors = [r for r in results if r.status == "error"]
    if errors:
        first = errors[0]
        kind = str(first.details.get("kind", "scorer_raised"))
        return "error", Failure(kind=kind, message=f"{first.metric}: {first.reason}")
    if nothing_scored:
        reasons = "; ".join(f"{result.metric}: {result.reason}" for result in results[:3])
        return "skipped", Failure(kind="nothing_scored", message=f"nothing scored: {reasons}")
    return "passed", None
