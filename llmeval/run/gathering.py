"""The trials of a case held until all have ended, for the checks that look at all of them."""

from collections.abc import Sequence

from msgspec.structs import replace

from llmeval.records import Case, CheckResult, Trial
from llmeval.run.scoring import Bounds


def compared(case: Case, bounds: Bounds, trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials of a case with the results of the checks that look at all of them.

    Trials without a reply, or whose reply could not be checked, stay as they are.
    """
    from llmeval.scorers.evaluate import verdict
    from llmeval.scorers.together import looks_at_all, results

    ordered = sorted(trials, key=lambda trial: trial.trial)
    replies = {trial.trial: trial.reply for trial in ordered if trial.checks and trial.reply}
    found: dict[int, dict[tuple[str, str], CheckResult]] = {number: {} for number in replies}
    for bound in filter(looks_at_all, bounds.checks):
        for number, result in zip(replies, results(case, bound, [*replies.values()]), strict=True):
            found[number][result.check, result.metric] = result
    done = []
    for trial in ordered:
        new = found.get(trial.trial)
        if not new:
            done.append(trial)
            continue
        checks = tuple(_fresh(result, new) for result in trial.checks)
        outcome, failure = verdict(case, checks)
        done.append(replace(trial, checks=checks, outcome=outcome, error=failure))
    return done


def _fresh(result: CheckResult, new: dict[tuple[str, str], CheckResult]) -> CheckResult:
    return result if result.turn else new.get((result.check, result.metric), result)
