"""What an accepted version measured: one file a suite, several runs of that version in it."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from llmeval.compare import stored_reader
from llmeval.compare.attacked import READ
from llmeval.compare.columns import FAILED, PASSED, WARNED
from llmeval.compare.facts import CaseFacts
from llmeval.compare.measured import SuiteTable
from llmeval.compare.order import WARNED_FLAG
from llmeval.compare.stored import StoredCase, StoredHeader, StoredRun, StoredTrial
from llmeval.compare.table import records
from llmeval.config import Settings
from llmeval.errors import StoredFileError
from llmeval.records import ATTACK_PARTS, Trial

_ELSEWHERE = re.compile(r"[/\\:\x00-\x1f]")

Times = Mapping[str, Mapping[str, tuple[float | None, ...]]]
"""Figure to case to seconds, see `StoredRun`."""


class Baseline(Struct, frozen=True, kw_only=True, dict=True):
    """An accepted version of one suite, or any run that takes its place."""

    suite: str
    table: SuiteTable
    """The values of all its runs."""
    runs: tuple[StoredRun, ...]
    path: Path | None = None
    """The file; None for a run that takes a baseline's place."""
    log: Path | None = None
    """The log of that run."""
    environment: Mapping[str, Any] = field(default_factory=dict)
    """Of the newest run."""

    @cached_property
    def failing(self) -> frozenset[str]:
        """Cases that failed in any of its runs."""
        return frozenset(case for case in self.table.cases if "failed" in self.outcomes(case))

    @cached_property
    def disagrees(self) -> bool:
        """Whether a case passed in one run and failed in another."""
        if len(self.runs) < 2:
            return False
        return any({"passed", "failed"} <= self.outcomes(case) for case in self.table.cases)

    @property
    def is_repeated(self) -> bool:
        """Whether any case has several trials in one run."""
        return self.table.most_trials > 1

    def outcomes(self, case: str) -> set[str]:
        """Return how a case ended in its runs: `passed`, `failed`, or both."""
        if len(self.runs) < 2:
            return {self.table.outcome(case)}
        return {self.table.outcome(case, run) for run in self.table.runs(case)}

    def failed(self, case: str) -> bool:
        """Tell whether a case failed in any of its runs."""
        return case in self.failing

    def rate(self, case: str) -> float | None:
        """Return the share of a case's trials that passed, 0…1; None for an unknown case."""
        return self.table.counts(case).rate if case in self.table else None

    def age_days(self, now: datetime) -> float | None:
        """Return how long ago its newest run was accepted; None when that is not known."""
        times = [run.accepted or run.started for run in self.runs]
        known = [datetime.fromisoformat(time) for time in times if time is not None]
        if not known:
            return None
        newest = max(time if time.tzinfo else time.replace(tzinfo=now.tzinfo) for time in known)
        return max(0.0, (now - newest).total_seconds() / 86_400)

    def replies(self, cases: Collection[str]) -> dict[str, tuple[str | None, ...]]:
        """Return the reply texts of some cases, one for each trial, by run and trial number.

        Reads the file (of a run: its log) once more: texts are never kept.

        Raises:
            StoredFileError: The file cannot be read.
        """
        if self.path is not None:
            return _stored_replies(self.path, cases)
        return {} if self.log is None else _logged_replies(self.log, self.suite, cases)


def _stored_replies(file: Path, cases: Collection[str]) -> dict[str, tuple[str | None, ...]]:
    return {
        found.case: tuple(trial.reply for trial in found.trials)
        for found in stored_reader.read(file)
        if isinstance(found, StoredCase) and found.case in cases
    }


def _logged_replies(
    log: Path, suite: str, cases: Collection[str]
) -> dict[str, tuple[str | None, ...]]:
    found: dict[str, dict[int, str | None]] = {}
    for record in records(log):
        if isinstance(record, Trial) and record.suite == suite and record.case in cases:
            text = None if record.reply is None else record.reply.text
            found.setdefault(record.case, {}).setdefault(record.trial, text)
    return {case: tuple(texts[n] for n in sorted(texts)) for case, texts in found.items()}


def path(settings: Settings, suite: str) -> Path:
    """Return where a suite's baseline is kept.

    Raises:
        StoredFileError: The name, read from a stored run, would lead to another folder.
    """
    if _ELSEWHERE.search(suite):
        raise StoredFileError(
            f"suite {suite!r}: expected a name without slashes; the run was not written by llmeval"
        )
    return settings.baselines / f"{suite}.jsonl"


def read(file: Path, suite: str | None = None) -> Baseline | None:
    """Read a baseline's numbers.

    Args:
        file: Where it is kept.
        suite: The suite that it must belong to; None is any.

    Returns:
        None when there is no such file.

    Raises:
        StoredFileError: It cannot be read or must not be used.
    """
    if not file.exists():
        for folder in file.parents:
            if folder.is_file():
                raise StoredFileError(f"{folder}: is a file; baselines are kept in a folder")
        return None
    records = stored_reader.read(file, suite)
    header = next(records)
    assert isinstance(header, StoredHeader)
    cases = (record for record in records if isinstance(record, StoredCase))
    return of(header, cases, file)


def of(header: StoredHeader, cases: Any, file: Path | None = None) -> Baseline:
    """Return the numbers of a baseline from its records."""
    table = SuiteTable(header.suite, header.path)
    table.adapters.update(header.adapters)
    table.judges.update(header.judges)
    table.scorers.update(header.scorers)
    table.models.update(header.models)
    times = {run.number: run.times for run in header.runs}
    for index, case in enumerate(cases):
        _put(table, index, case, times)
    return Baseline(
        suite=header.suite,
        table=table,
        runs=header.runs,
        path=file,
        environment=header.environment,
    )


def _put(table: SuiteTable, index: int, case: StoredCase, times: Mapping[int, Times]) -> None:
    facts = CaseFacts(
        adapter=case.adapter,
        variant=case.variant,
        tags=case.tags,
        severity=case.severity,
        xfail=case.xfail,
        need=case.need,
        weight=case.weight,
        attack=tuple((p, case.attack[p]) for p in ATTACK_PARTS if p in case.attack),
    )
    table.put_case(case.case, index, facts, case.fingerprint)
    place: Counter[int] = Counter()  # trials of each run that came before
    for trial in case.trials:
        measures = case.attack.get("role") in ("attack", "benign")
        flags = WARNED_FLAG if trial.warned and not measures else 0
        row = table.put_trial(case.case, trial.run, trial.trial, trial.outcome, flags)
        for metric, score in trial.scores.items():
            table.column(metric).put(row, _code(metric, trial), float(score))
            if metric in trial.labels:
                table.column(metric).put_label(*trial.labels[metric])
        for figure, value in trial.figures.items():
            table.figures[figure].put(row, value)
        for name in READ:
            table.attacked[name].put(row, trial.attacked.get(name))
        for figure, seconds in times.get(trial.run, {}).items():
            of_case = seconds.get(case.case, ())
            if place[trial.run] < len(of_case):
                table.figures[figure].put(row, of_case[place[trial.run]])
        place[trial.run] += 1


def _code(metric: str, trial: StoredTrial) -> int:
    if metric in trial.warned:
        return WARNED
    return FAILED if metric in trial.failed else PASSED
