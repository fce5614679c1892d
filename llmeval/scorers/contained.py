"""One score: whatever a scorer raises or returns becomes a sound one."""

import math
import threading
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from traceback import extract_tb, format_exception
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from llmeval.records import NOTHING, Case, Reply, Score
from llmeval.scorers.binding import Bound
from llmeval.scorers.part import NoPartError
from llmeval.scorers.scorer import PASSED
from llmeval.text import cut, fold_surrogates, strip_controls

TRACEBACK_CHARS = 2000
REASON_CHARS = 2000
"""A reason is a line, or what a judge argues: more is what a reply repeats."""


class Known(Struct, frozen=True):
    """What a scorer said of a reply before its turn came, and the seconds that took."""

    score: Any
    """Foreign until it is checked."""
    seconds: float


def score_of(case: Case, bound: Bound, reply: Reply, known: Known | None = None) -> Score:
    """Return the score of one check on one reply; its reason is fit to be shown.

    Args:
        case: The case.
        bound: The check.
        reply: What is scored.
        known: What the scorer said before, asked about several replies at once.
    """
    score = _contained(case, bound, reply, known)
    reason = score.reason
    if len(reason) > REASON_CHARS:
        reason = cut(reason, REASON_CHARS)
    if not reason.isprintable():
        # Parsers and functions of users quote what the model wrote.
        reason = " ".join(strip_controls(fold_surrogates(reason)).split())
    return score if reason is score.reason else replace(score, reason=reason)


def _contained(case: Case, bound: Bound, reply: Reply, known: Known | None) -> Score:
    try:
        if bound.select is not None and not bound.children:
            reply = replace(reply, text=bound.select(reply))
        if bound.children:
            parts = tuple(score_of(case, child, reply) for child in bound.children)
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
