"""One run of one suite in the form in which baselines are stored."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from llmeval.compare.columns import DECIMALS, FAILED, WARNED
from llmeval.compare.measured import SuiteTable, TrialValues
from llmeval.compare.stored import FIGURE_KEYS, TIME_KEYS, StoredCase, StoredRun, StoredTrial
from llmeval.records import RunHeader

Texts = Mapping[tuple[str, int], str]
"""(case, trial) to the reply's text."""

_FIGURE_DIGITS = 4
"""Significant digits of times and prices: more is noise that a reviewer would have to read."""


class _Checked(Struct):
    """What the checks of one trial gave."""

    scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: set[str] = field(default_factory=set)
    warned: set[str] = field(default_factory=set)
    labels: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)


def cases(table: SuiteTable, texts: Texts, run: int = 1) -> dict[str, StoredCase]:
    """Return the cases of a run that were measured, by id.

    Args:
        table: The run's values.
        texts: Replies to keep; may be empty.
        run: The number under which its trials are stored.
    """
    checked = _checked(table)
    found = {}
    for case in table.cases:
        facts = table.facts(case)
        trials = tuple(_trials(table, case, checked, texts, run))
        if not trials:
            continue  # what could not be measured is no part of a baseline
        found[case] = StoredCase(
            case=case,
            variant=facts.variant,
            adapter=facts.adapter,
            fingerprint=table.fingerprint(case),
            severity=facts.severity,
            tags=facts.tags,
            xfail=facts.xfail,
            need=facts.need,
            weight=facts.weight,
            attack=dict(facts.attack),
            trials=trials,
        )
    return found


def _checked(table: SuiteTable) -> dict[int, _Checked]:
    found: dict[int, _Checked] = defaultdict(_Checked)
    for metric, column in table.columns.items():
        for row, code, score in column.values():
            if score is None:
                continue
            trial = found[row]
            trial.scores[metric].append(score)
            if code in (FAILED, WARNED):
                trial.failed.add(metric)
            if code == WARNED:
                trial.warned.add(metric)
        for row, expected, got in column.labels():
            found[row].labels[metric] = (expected, got)
    return found


def _trials(
    table: SuiteTable, case: str, checked: Mapping[int, _Checked], texts: Texts, run: int
) -> list[StoredTrial]:
    nothing = _Checked()
    return [
        _trial(table, values.row, values.trial, run, checked.get(values.row, nothing), texts)
        for values in measured(table, case)
    ]


def measured(table: SuiteTable, case: str) -> Iterator[TrialValues]:
    """Yield the trials of a case that a baseline holds."""
    return (trial for trial in table.trials(case) if trial.outcome in ("passed", "failed"))


def _trial(
    table: SuiteTable, row: int, number: int, run: int, checked: _Checked, texts: Texts
) -> StoredTrial:
    return StoredTrial(
        run=run,
        trial=number,
        outcome=table.outcome_of(row),
        scores={metric: _mean(scores) for metric, scores in checked.scores.items()},
        failed=tuple(sorted(checked.failed)),
        warned=tuple(sorted(checked.warned)),
        labels=checked.labels,
        figures=_figures(table, row),
        attacked=_attacked(table, row),
        reply=texts.get((table.case_of(row), number)),
    )


def _mean(scores: list[float]) -> float:
    return scores[0] if len(scores) == 1 else round(sum(scores) / len(scores), DECIMALS)


def _figures(table: SuiteTable, row: int) -> dict[str, float]:
    found = {name: table.figures[name].get(row) for name in FIGURE_KEYS}
    return {name: _short(value) for name, value in found.items() if value is not None}


def _attacked(table: SuiteTable, row: int) -> dict[str, float]:
    found = {name: figure.get(row) for name, figure in table.attacked.items()}
    return {name: value for name, value in found.items() if value is not None}


def _short(value: float) -> float:
    return value if float(value).is_integer() else float(f"{value:.{_FIGURE_DIGITS}g}")


def _times(table: SuiteTable) -> dict[str, dict[str, tuple[float | None, ...]]]:
    """Return the times of every trial that is stored, in the order in which they are."""
    found: dict[str, dict[str, tuple[float | None, ...]]] = {}
    for name in TIME_KEYS:
        figure = table.figures[name]
        for case in table.cases:
            times = tuple(figure.get(values.row) for values in measured(table, case))
            if any(time is not None for time in times):
                short = tuple(None if time is None else _short(time) for time in times)
                found.setdefault(name, {})[case] = short
    return found


def run_entry(
    header: RunHeader, table: SuiteTable, number: int, accepted: datetime | None
) -> StoredRun:
    """Return what a baseline says of one run.

    Args:
        header: First line of the run's log.
        table: The suite's values.
        number: The run's number in the baseline.
        accepted: With a time zone; None for a run that only takes a baseline's place.
    """
    counts = [table.counts(case) for case in table.cases if not table.facts(case).xfail]
    return StoredRun(
        number=number,
        run=header.run,
        started=header.started,
        accepted=None if accepted is None else accepted.isoformat(timespec="seconds"),
        git=header.git,
        environment=environment_tag(header.environment),
        trials=sum(count.asked for count in counts),
        errors=sum(count.error for count in counts),
        times=_times(table),
    )


def environment_tag(environment: Mapping[str, Any]) -> str:
    """Return a short hash of where a run was measured."""
    text = json.dumps(environment, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
