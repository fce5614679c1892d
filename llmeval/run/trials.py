"""Puts together what is stored and shown of a trial."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from time import time
from typing import Any

from msgspec.structs import replace

from llmeval.records import ATTACK_PARTS, NOTHING, Case, CheckResult, Failure, Outcome, Trial
from llmeval.run.dialogue import OWN_FAILURES, Talk, exchanges
from llmeval.run.results import Job, TrialSummary
from llmeval.text import cut, fold_surrogates, strip_controls

SHOWN_CHARS = 500
SHOWN_PROBLEMS = 10
SHOWN_REPLY_CHARS = 200


def now_text() -> str:
    """Return the time of day as ISO 8601, UTC, milliseconds. Reads the clock."""
    now = time()
    second = int(now)
    return f"{_second_text(second)}.{int((now - second) * 1000):03d}Z"


@lru_cache(maxsize=4)
def _second_text(second: int) -> str:
    # Thousands of trials start in one second.
    return datetime.fromtimestamp(second, UTC).isoformat()[:-6]


def measured(
    job: Job,
    case: Case,
    number: int,
    fingerprint: Mapping[str, str],
    talk: Talk,
    *,
    started: str | None,
    checks: tuple[CheckResult, ...] = (),
    outcome: Outcome = "error",
    failure: Failure | None = None,
    told: Mapping[str, Any] = NOTHING,
) -> Trial:
    """Return the trial of a conversation and its checks; `told` is said of the attack besides."""
    return Trial(
        nodeid=job.nodeid,
        suite=case.suite,
        case=case.id,
        index=case.index,
        adapter=case.adapter,
        trial=number,
        outcome=outcome,
        row=case.row,
        variant=case.variant,
        started=started,
        tags=case.tags,
        severity=case.severity,
        fingerprint=fingerprint,
        vars=case.vars,
        system=case.system,
        messages=talk.messages,
        context=case.context,
        references=case.references,
        wrong_references=case.wrong_references,
        goal=case.goal,
        reply=talk.replies[-1] if talk.replies else None,
        turns=exchanges(case, talk.replies) if len(case.turns) > 1 else (),
        checks=checks,
        error=failure,
        xfail=case.xfail is not None,
        min_trial_pass_rate=case.min_trial_pass_rate,
        weight=case.weight,
        renamed_from=case.renamed_from,
        attack={**attack_of(case, checks), **told} if told else attack_of(case, checks),
    )


def attack_of(case: Case, checks: tuple[CheckResult, ...]) -> Mapping[str, Any]:
    """Return what the log says of an attack and of what became of it; {} for none.

    `task` says whether the case's own checks passed; it is missing where none was scored.
    `refused` says of a harmless look-alike whether the reply refuses.
    """
    attack = case.attack
    if attack is None:
        return NOTHING
    parts = {name: getattr(attack, name) for name in ATTACK_PARTS}
    found = {name: value for name, value in parts.items() if value is not None}
    for check in checks:
        if check.check == "resists" and "result" in check.details:
            found["result"] = check.details["result"]
        elif check.metric == "over_refusal" and check.passed is not None:
            found["refused"] = not check.passed
    own = [check.passed for check in checks if check.metric in attack.task]
    scored = [passed for passed in own if passed is not None]
    if scored:
        found["task"] = all(scored)
    return found


def unmeasured_outcome(case: Case, failure: Failure) -> Outcome:
    """Return how a trial ends whose conversation failed."""
    own = case.on_error == "fail" and failure.kind in OWN_FAILURES
    return "failed" if own else "error"


def bare(job: Job, outcome: Outcome, failure: Failure) -> Trial:
    """Return the trial of a case that was never built: not asked, or not buildable."""
    from llmeval.suite.build import version

    spec = job.spec
    adapter, variant = version(job.suite, spec)
    return Trial(
        nodeid=job.nodeid,
        suite=job.suite.name,
        case=spec.id,
        index=spec.index,
        adapter=adapter,
        variant=variant,
        trial=1,
        outcome=outcome,
        tags=spec.tags,
        severity=spec.severity,
        error=failure,
        xfail=spec.xfail is not None,
        renamed_from=spec.renamed_from,
    )


def summary(trial: Trial) -> TrialSummary:
    """Return what stays in memory of a trial."""
    kind = None if trial.error is None else trial.error.kind
    if not trial.turns:
        reply = trial.reply
        if reply is None:
            return TrialSummary(trial.trial, trial.outcome, None, None, kind)
        seconds = reply.timing.total_s
        return TrialSummary(trial.trial, trial.outcome, seconds, reply.cost_usd, kind)
    replies = [turn.reply for turn in trial.turns if turn.reply is not None]
    return TrialSummary(
        trial=trial.trial,
        outcome=trial.outcome,
        total_s=_sum([reply.timing.total_s for reply in replies]),
        cost_usd=_sum([reply.cost_usd for reply in replies]),
        error=kind,
    )


def _sum(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def problems(trial: Trial, repeat: int) -> list[str]:
    """Return what was wrong with a trial, for the terminal; [] when it passed.

    Args:
        trial: Without secrets: they are taken out before anything is cut.
        repeat: How many trials its case has.
    """
    if trial.outcome == "passed":
        return []
    prefix = f"trial {trial.trial}/{repeat}: " if repeat > 1 else ""
    lines = [f"{_named(result)}: {result.reason or 'failed'}" for result in _wrong(trial)]
    error = trial.error
    # What a check could not measure stands in the check's own line.
    if error is not None and error.message not in lines:
        lines.insert(0, f"{error.kind}: {error.message}")
    if trial.outcome == "failed" and trial.reply is not None and trial.reply.text:
        lines.append(f"reply: {cut(trial.reply.text, SHOWN_REPLY_CHARS)}")
    return [prefix + shown(line) for line in lines]


def asked_of_row(trial: Trial) -> str:
    """Return a line with what a row of a dataset asked: its id need not say it; else ""."""
    if trial.row is None or trial.attack:
        return ""
    last = trial.messages[-1].content if trial.messages else None
    text = trial.turns[-1].user if trial.turns else last
    return f"prompt: {shown(cut(text, SHOWN_REPLY_CHARS))}" if text else ""


def _wrong(trial: Trial) -> list[CheckResult]:
    return [result for result in trial.checks if result.passed is False or result.status == "error"]


def _named(result: CheckResult) -> str:
    warned = "warning: " if result.severity == "warn" else ""
    return f"{warned}{result.metric}" + (f" (turn {result.turn})" if result.turn else "")


def shown(text: str) -> str:
    """Return a text as one line that no terminal takes for a command."""
    return cut(" ".join(strip_controls(fold_surrogates(text)).split()), SHOWN_CHARS)


def limited(lines: list[str]) -> tuple[str, ...]:
    """Return the first problems of a case, and how many more there are."""
    more = len(lines) - SHOWN_PROBLEMS
    return tuple(lines[:SHOWN_PROBLEMS]) + ((f"... and {more} more",) if more > 0 else ())


def retold(trial: Trial, job: Job) -> Trial:
    """Return a trial of an interrupted run as one of this run."""
    return replace(trial, nodeid=job.nodeid, index=job.spec.index)
