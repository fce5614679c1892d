"""Which mode judges a suite, and what pytest shows of a case under it."""

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from msgspec import Struct

from llmeval.compare import wording
from llmeval.compare.baseline import Baseline
from llmeval.compare.beside import BASELINE
from llmeval.records import GateSpec, Limit, Mode, Outcome, Severity, Xfail

Word = Literal["passed", "failed", "error", "skipped", "xfailed", "xpassed"]

ONE_TRIAL = (
    "one trial cannot tell noise from regression: set repeat, or accept more runs of this "
    "version with `llmeval accept --add`"
)


SOME_REPEATED = (
    "some cases have one trial: such a case alone never turns a statistical gate red; set `repeat` "
    "for the whole suite, or `gate: {mode: ratchet}` where the application answers alike each time"
)


class Choice(Struct, frozen=True, kw_only=True):
    """The mode that judges a suite, and why."""

    mode: Mode
    reason: str
    notes: tuple[str, ...] = ()
    """What the reader should know of it, one line each."""


def choose(
    gate: GateSpec,
    baseline: Baseline | None,
    trials: Iterable[int] = (),
    *,
    forced: Mode | None = None,
) -> Choice:
    """Return the mode that judges a suite.

    Args:
        gate: Of the suite.
        baseline: What is stored; None when nothing is.
        trials: How many trials this run makes of each case.
        forced: What was asked for from outside; it wins.
    """
    made = set(trials)
    repeated = max(made, default=1) > 1 or (baseline is not None and baseline.is_repeated)
    asked = forced or gate.mode
    if asked is not None:
        wanted = asked, "set for this run" if forced else "set in the suite"
    else:
        wanted = _usual(gate, baseline, repeated=repeated)
    compared = baseline is not None or gate.against != BASELINE
    mode, reason = wanted
    return Choice(
        mode=mode,
        reason=reason,
        notes=_notes(mode, made, repeated=repeated, chosen=asked is None) if compared else (),
    )


def _notes(mode: Mode, trials: Collection[int], *, repeated: bool, chosen: bool) -> tuple[str, ...]:
    if mode == "ratchet" and not repeated:
        return (ONE_TRIAL,)
    if chosen and mode == "statistical" and min(trials, default=1) == 1 < max(trials, default=1):
        return (SOME_REPEATED,)
    return ()


def _usual(gate: GateSpec, baseline: Baseline | None, *, repeated: bool) -> tuple[Mode, str]:
    if gate.against != BASELINE:
        if repeated:
            return "statistical", "cases have more than one trial"
        return "ratchet", f"held against `{gate.against}`, and every case has one trial"
    if baseline is None:
        if any(_limits_pass_rate(limit) for limit in gate.limits):
            return "statistical", "a limit on a pass rate decides, and no baseline is stored"
        return "strict", "no baseline is stored and no limit is set on a pass rate"
    if repeated:
        return "statistical", "cases have more than one trial"
    if "evidence" in gate.require:
        return "statistical", "evidence is required"
    if baseline.disagrees:
        return "statistical", "the stored runs of the baseline disagree"
    return "ratchet", "a baseline is stored and every case has one trial"


def _limits_pass_rate(limit: Limit) -> bool:
    shares = ("pass_rate", "pass_at_k", "pass_all_k")
    return limit.metric.endswith(shares) and limit.min is not None and limit.severity != "warn"


class Shown(Struct, frozen=True):
    """What pytest shows of a case."""

    word: Word
    reason: str = ""
    """Why it is not simply the outcome; "" when it is."""


def shown(
    outcome: Outcome,
    severity: Severity,
    mode: Mode,
    *,
    newly_failing: Sequence[str] | None = None,
    xfail: Xfail | None = None,
) -> Shown:
    """Return what pytest shows of a case.

    Args:
        outcome: Over the case's trials.
        severity: The worst among the failed checks, see `SuiteTable.severity`.
        mode: That judges the suite.
        newly_failing: Of a case that failed in the baseline too, by the same instrument: the checks
            that passed there; None of any other.
        xfail: Why it is expected to fail, if it is.
    """
    if mode == "off" and outcome in ("failed", "error"):
        return Shown("xfailed", f"{outcome}; the gate is off")
    if outcome in ("error", "skipped"):
        return Shown(outcome)
    if xfail is not None:
        return _shown_expected(outcome, mode, xfail)
    if outcome == "passed":
        return Shown("passed")
    return _shown_failure(severity, mode, newly_failing)


def _shown_expected(outcome: Outcome, mode: Mode, xfail: Xfail) -> Shown:
    if outcome == "failed":
        return Shown("xfailed", xfail.reason)
    if xfail.strict and mode != "off":
        return Shown("failed", f"passed although it is expected to fail: {xfail.reason}")
    return Shown("xpassed", xfail.reason)


def _shown_failure(severity: Severity, mode: Mode, newly_failing: Sequence[str] | None) -> Shown:
    if severity == "warn":
        return Shown("passed", "fails, but only warns")
    if severity == "critical" or mode == "strict":
        return Shown("failed")
    if mode == "statistical":
        return Shown("xfailed", "counted by the gate")
    if newly_failing is None:
        return Shown("failed")
    if newly_failing:
        said = wording.ids(newly_failing)
        return Shown("failed", f"failed in the baseline too; newly fails: {said}")
    return Shown("xfailed", "failed in the baseline too")
