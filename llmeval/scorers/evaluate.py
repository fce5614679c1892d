"""Case + replies -> check results -> outcome: calls the scorers."""

from collections.abc import Mapping, Sequence
from time import perf_counter

from llmeval.records import Case, CheckResult, Failure, Outcome, Reply, Score
from llmeval.scorers.binding import Bound
from llmeval.scorers.contained import Known, score_of
from llmeval.scorers.joining import joined
from llmeval.scorers.scorer import PASSED

SHOWN_SECONDS = 0.001
"""A check's own time is stored from here on: below, it is noise that would make the records of
two runs over the same recording differ."""


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
    score = score_of(case, bound, reply, known)
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
