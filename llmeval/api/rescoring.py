"""Stored replies + the suites' checks as they are now -> a new run; asks nothing."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from llmeval.api.comparing import suites_of
from llmeval.api.project import Project
from llmeval.errors import StoredFileError
from llmeval.records import Case, Reply, RunEnd, RunHeader, Trial

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite


class Rescored(Struct, frozen=True, kw_only=True):
    """A new run made from stored replies."""

    folder: Path
    trials: int
    notes: tuple[str, ...] = ()
    """What was left out and why, one line each."""


def rescore(run: Path, project: Project) -> Rescored:
    """Score a run's replies by the suites as they are now, into a new run's folder.

    Cases whose input has changed are left out: the replies answer another question. Trials that
    got no reply stay as they are.

    Args:
        run: The folder of the stored run.
        project: Whose suites, checks and folders are used.

    Raises:
        StoredFileError: The run cannot be read, the new one not be written, or nothing is left.
    """
    from llmeval.compare.runs import paths_of
    from llmeval.compare.table import header_of
    from llmeval.redact import Redactor
    from llmeval.run.folder import new_run_folder, set_latest
    from llmeval.run.log import RunLog

    header = header_of(run)
    suites, notes = suites_of(paths_of(header), project)
    scores = _Scores(suites, project)
    trials = scores.of(run)
    first = next(trials, None)
    if first is None:
        why = (*notes, *scores.notes())
        raise StoredFileError("\n".join([f"{run}: nothing can be rescored", *why]))
    folder = new_run_folder(project.settings.reports)
    fresh = _fresh_header(header, folder.name, suites)
    log = RunLog(folder, fresh, redactor=Redactor(os.environ))
    count = 1
    log.append(first)
    for trial in trials:
        log.append(trial)
        count += 1
    log.finish(RunEnd(finished=_now(), seconds=0.0, totals={"trials": count, "asked": 0}))
    if log.problem is not None:
        raise StoredFileError(log.problem)
    set_latest(project.settings.reports, folder)
    return Rescored(folder=folder, trials=count, notes=(*notes, *scores.notes()))


def _fresh_header(header: RunHeader, name: str, suites: "Mapping[str, Suite]") -> RunHeader:
    kept = {
        suite: {**header.suites[suite], "selected": _still(header.suites[suite], suites[suite])}
        for suite in header.suites.keys() & suites.keys()
    }
    options = {**header.options, "rescored": header.run}
    return replace(header, run=name, started=_now(), suites=kept, options=options)


def _still(stated: Mapping[str, list[str]], suite: "Suite") -> list[str]:
    present = {spec.id for spec in suite.cases}
    return [case for case in stated.get("selected", []) if case in present]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class _Scores:
    """Scores stored trials, and counts what had to be left out."""

    def __init__(self, suites: "Mapping[str, Suite]", project: Project) -> None:
        from llmeval.run.scoring import Scoring

        self._scoring = Scoring(project.registry)
        self._suites = suites
        self._specs = {
            (name, spec.id): spec for name, suite in suites.items() for spec in suite.cases
        }
        self._case: Case | None = None
        self._held: dict[tuple[str, str, str], tuple[Case, list[Trial]]] = {}
        """Trials that wait for the others of their case, because a check compares them: those may
        stand anywhere in the log."""
        self._gone: dict[str, None] = {}
        self._changed: dict[str, None] = {}

    def of(self, run: Path) -> Iterator[Trial]:
        """Yield a run's trials with their new scores."""
        from llmeval.compare.table import records
        from llmeval.run.gathering import compared

        for trial in records(run):
            if not isinstance(trial, Trial) or (scored := self._scored(trial)) is None:
                continue
            if not self._is_held(scored):
                yield scored
        for case, held in self._held.values():
            yield from compared(case, self._scoring.bounds(case), held)

    def notes(self) -> tuple[str, ...]:
        """Return what was left out."""
        return (
            *_note("in no suite as it is now", self._gone),
            *_note("their input has changed; run them again", self._changed),
        )

    def _scored(self, trial: Trial) -> Trial | None:
        case = self._built(trial)
        if case is None:
            self._gone[trial.case] = None
            return None
        if not _replies(trial):
            return trial  # skipped, or nothing came back
        changed = self._fingerprint(case, trial)
        if changed.get("input") != trial.fingerprint.get("input"):
            self._changed[trial.case] = None
            return None
        return self._judged(self._asked(case, trial), trial, changed)

    def _is_held(self, trial: Trial) -> bool:
        """Keep a trial whose case has checks that compare its trials; return whether it has."""
        case = self._case
        if case is None or not self._scoring.bounds(case).gathers:
            return False
        key = (trial.suite, trial.case, trial.adapter)
        self._held.setdefault(key, (case, []))[1].append(trial)
        return True

    def _built(self, trial: Trial) -> Case | None:
        """Return the trial's case as it is now; trials of a case follow each other."""
        from llmeval.suite.build import case

        known = self._case
        if known is None or (known.suite, known.id) != (trial.suite, trial.case):
            spec = self._specs.get((trial.suite, trial.case))
            self._case = None if spec is None else case(self._suites[trial.suite], spec)
        return self._case

    def _asked(self, built: Case, trial: Trial) -> Case:
        """Return the case as this very trial asked it: one under attack has codes of its own."""
        from llmeval.suite.build import case

        if built.attack is None or trial.trial == 1:
            return built
        spec = self._specs[(trial.suite, trial.case)]
        return case(self._suites[trial.suite], spec, trial.trial)

    def _fingerprint(self, case: Case, trial: Trial) -> dict[str, str]:
        from llmeval.run import fingerprint

        bounds = self._scoring.bounds(case)
        adapter = trial.fingerprint.get("adapter", "")
        judge = trial.fingerprint.get("judge", "") if bounds.asking else ""
        parts = fingerprint.of(case, adapter, bounds.hash, judge)
        # What was asked with stays what it was.
        asked = {k: v for k, v in trial.fingerprint.items() if k in ("system", "params")}
        return {k: v for k, v in parts.items() if k not in ("system", "params")} | asked

    def _judged(self, case: Case, trial: Trial, fingerprint: Mapping[str, str]) -> Trial:
        current = replace(
            trial,
            index=case.index,
            tags=case.tags,
            severity=case.severity,
            weight=case.weight,
            fingerprint=fingerprint,
            context=case.context,
            references=case.references,
            wrong_references=case.wrong_references,
            xfail=case.xfail is not None,
            renamed_from=case.renamed_from,
        )
        replies = _replies(trial)
        if trial.error is not None and _broke_off(case, trial, replies):
            return current
        return self._rescored(case, current, replies)

    def _rescored(self, case: Case, trial: Trial, replies: list[Reply]) -> Trial:
        from llmeval.api.stored_votes import judged_before
        from llmeval.run.dialogue import unusable
        from llmeval.run.trials import attack_of, unmeasured_outcome
        from llmeval.scorers.evaluate import verdict

        failure = unusable(replies[-1], case)
        if failure is not None:
            outcome = unmeasured_outcome(case, failure)
            return replace(trial, checks=(), outcome=outcome, error=failure)
        bounds = self._scoring.bounds(case)
        results, outcome, failure = self._scoring.score(case, bounds, replies)
        if bounds.asking:
            results = judged_before(results, trial.checks)
            outcome, failure = verdict(case, results)
        attack = attack_of(case, results)
        return replace(trial, checks=results, outcome=outcome, error=failure, attack=attack)


def _broke_off(case: Case, trial: Trial, replies: Sequence[Reply]) -> bool:
    """Tell whether a conversation ended before there was an answer to be scored."""
    from llmeval.scorers.calls import unanswered

    # An error between a model's calls and what it makes of their results leaves the calls.
    between = not trial.checks and bool(case.tool_results) and bool(unanswered(replies[-1]))
    return len(replies) < len(case.turns) or between


def _replies(trial: Trial) -> list[Reply]:
    stored = [turn.reply for turn in trial.turns] if trial.turns else [trial.reply]
    return [reply for reply in stored if reply is not None]


def _note(why: str, cases: Mapping[str, None]) -> tuple[str, ...]:
    if not cases:
        return ()
    names = list(cases)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return (f"left out, {why}: {', '.join(names[:5])}{more}",)
