"""Making a run the baseline: whole or not at all, and never without being asked to."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from llmeval.compare import baseline as baselines
from llmeval.compare import merging, metrics, snapshot, stored, stored_reader, under_test, wording
from llmeval.compare.baseline import Baseline
from llmeval.compare.chosen import Chosen
from llmeval.compare.counts import TOLERANCE
from llmeval.compare.measured import SuiteTable
from llmeval.compare.merging import Merged
from llmeval.compare.pairing import Selection, pair
from llmeval.compare.stored import StoredCase, StoredHeader, StoredRun
from llmeval.compare.table import Table, records
from llmeval.config import Settings
from llmeval.errors import StoredFileError, UnknownNameError
from llmeval.records import GateSpec, RunHeader, Trial


class _Job(Struct, frozen=True, kw_only=True):
    """One suite of a run that is to be accepted."""

    header: RunHeader
    table: SuiteTable
    selection: Selection
    file: Path
    shown: str
    old: StoredHeader | None
    cases: Mapping[str, StoredCase]
    """The stored ones."""
    add: bool
    accept_failures: bool

    @property
    def before(self) -> Baseline | None:
        """What is stored, as numbers."""
        return None if self.old is None else baselines.of(self.old, self.cases.values())


def accept(
    run: Path,
    settings: Settings,
    *,
    add: bool = False,
    suite: str | None = None,
    accept_failures: bool = False,
    now: datetime | None = None,
) -> list[str]:
    """Make a run the baseline of its suites.

    A run of a whole suite takes the place of what is stored; a run of some of its cases takes
    the place of those alone. All suites are accepted, or none is.

    Args:
        run: The run's folder or log.
        settings: Says where baselines are kept and which replies they hold.
        add: Add the run's trials to the stored ones instead: one more run of the same version.
        suite: Only this one.
        accept_failures: Failing cases may be part of it.
        now: With a time zone; None is the clock's time.

    Returns:
        What was done, one line a suite.

    Raises:
        StoredFileError: The run must not become a baseline, or a file is damaged; one line for
            each reason.
        UnknownNameError: The run has no such suite.
    """
    table = Table.read(run)
    assert table.header is not None
    names = _suites(table, suite)
    if table.end is None:
        raise StoredFileError(
            f"{run}: the run did not end (killed, or still going); finish it with "
            "`pytest --llmeval-resume` first"
        )
    jobs = [
        _job(table.header, table.suites[name], settings, add=add, accept_failures=accept_failures)
        for name in names
    ]
    refusals = [line for job in jobs for line in _refusals(job)]
    if refusals:
        raise StoredFileError("\n".join(refusals))
    texts = _texts(run, settings, names)
    accepted = now or datetime.now(UTC)
    return [_store(job, texts.get(job.table.name, {}), accepted) for job in jobs]


def _suites(table: Table, suite: str | None) -> list[str]:
    if suite is not None and suite not in table.suites:
        raise UnknownNameError("suite", suite, table.suites)
    if not table.suites:
        raise StoredFileError(f"run {_run(table.header)}: nothing was measured")
    return [suite] if suite is not None else sorted(table.suites)


def _run(header: RunHeader | None) -> str:
    return "" if header is None else header.run


def _job(
    header: RunHeader,
    table: SuiteTable,
    settings: Settings,
    *,
    add: bool,
    accept_failures: bool,
) -> _Job:
    file = baselines.path(settings, table.name)
    old, cases = _stored(file, table.name)
    inside = file.is_relative_to(settings.root)
    return _Job(
        header=header,
        table=table,
        selection=Selection.of(header, table.name),
        file=file,
        shown=file.relative_to(settings.root).as_posix() if inside else str(file),
        old=old,
        cases=cases,
        add=add and old is not None,
        accept_failures=accept_failures,
    )


def _stored(file: Path, suite: str) -> tuple[StoredHeader | None, dict[str, StoredCase]]:
    if not file.exists():
        return None, {}
    found = list(stored_reader.read(file, suite))
    (header,) = (record for record in found if isinstance(record, StoredHeader))
    return header, {record.case: record for record in found if isinstance(record, StoredCase)}


# --- why a run must not become a baseline ------------------------------------------------------


def _refusals(job: _Job) -> Iterator[str]:
    for reason in (*_incomplete(job), *_failing(job), *_other_version(job)):
        yield f"suite {job.table.name!r} is not accepted: {reason}"


def _incomplete(job: _Job) -> Iterator[str]:
    missing = job.selection.missing(job.table)
    if missing:
        cases = f"{wording.count(len(missing), 'selected case')} not run"
        yield f"{cases}: {wording.ids(missing)}; finish it with `pytest --llmeval-resume`"
    if not any(job.table.counts(case).measured for case in job.table.cases):
        yield "nothing was measured"
        return
    rounds = job.selection.rounds
    if rounds is not None and (made := rounds.made(job.table)) < rounds.max:
        yield (
            f"it ended after {made} of at most {rounds.max} rounds because of what it gave: how "
            "long a baseline is must not depend on its values, and so short a one tells little; "
            f"measure all rounds with --llmeval-update-baseline or --llmeval-repeat {rounds.max}"
        )
    rate, allowed = metrics.value(job.table, "error_rate"), _max_error_rate(job)
    if rate.value is not None and rate.value > allowed + TOLERANCE:
        number = round(rate.value * rate.total)
        found = f"{number} of {wording.count(rate.total, 'trial')} could not be measured"
        limit = f"more than max_error_rate {wording.percent(allowed)}"
        yield f"{found}, {limit}; measure them with `pytest --llmeval-resume`"


def _max_error_rate(job: _Job) -> float:
    suites: Mapping[str, Any] = job.header.suites.get(job.table.name) or {}
    return float(suites.get("max_error_rate", GateSpec().max_error_rate))


def _failing(job: _Job) -> Iterator[str]:
    # One more run is taken whatever it gave: choosing by outcome would flatter the version.
    if job.accept_failures or job.add:
        return
    table = job.table
    cases = [case for case in Chosen(table).cases(warned=False) if _fails(table, case)]
    if cases:
        said = f"{wording.count(len(cases), 'case')} {wording.verb(len(cases), 'fails', 'fail')}"
        confirm = "confirm that they are part of it with --llmeval-accept-failures"
        yield f"{said}: {wording.ids(cases)}; {confirm} (`llmeval accept --accept-failures`)"


def _fails(table: SuiteTable, case: str) -> bool:
    return table.outcome(case) == "failed"


def _other_version(job: _Job) -> Iterator[str]:
    before = job.before
    if not job.add or before is None:
        return
    if any(run.run == job.header.run for run in before.runs):
        yield f"run {job.header.run} is part of {job.shown} already"
    pairing = pair(job.table, before, GateSpec(), job.selection)
    if pairing.changed:
        parts = ", ".join(sorted({part for fields in pairing.changed.values() for part in fields}))
        cases = wording.ids(tuple(pairing.changed))
        yield f"--add takes runs of the same version; changed in {parts}: {cases}"
    differences = under_test.differences(job.table, before, GateSpec(), pairing)
    if differences:
        yield f"--add takes runs of the same version; {'; '.join(differences)}"


# --- storing -------------------------------------------------------------------------------------


def _texts(run: Path, settings: Settings, names: Iterable[str]) -> dict[str, dict[Any, str]]:
    """Return the reply texts to keep: suite to (case, trial) to text."""
    found: dict[str, dict[Any, str]] = {name: {} for name in names}
    if settings.baseline_replies == "none":
        return found
    for record in records(run):
        if isinstance(record, Trial) and record.suite in found and _is_kept(record, settings):
            assert record.reply is not None
            text = record.reply.text or ""
            found[record.suite].setdefault((record.case, record.trial), text)
    return found


def _is_kept(trial: Trial, settings: Settings) -> bool:
    wanted = settings.baseline_replies == "all" or trial.trial == 1
    return wanted and trial.reply is not None and trial.outcome in ("passed", "failed")


def _store(job: _Job, texts: snapshot.Texts, accepted: datetime) -> str:
    fresh = snapshot.cases(job.table, texts)
    result = _merge(job, fresh)
    header = _header(job, result, accepted)
    stored.write(job.file, header, tuple(result.cases.values()))
    return _message(job, fresh, result)


def _merge(job: _Job, fresh: Mapping[str, StoredCase]) -> Merged:
    before = job.before
    former: Mapping[str, str] = {}
    if before is not None:
        renamed = pair(job.table, before, GateSpec(), job.selection).renamed
        former = {case: old for case, old in renamed.items() if case in fresh}
    if job.add:
        return merging.added(job.cases, fresh, former)
    if not job.selection.full:
        return merging.merged(job.cases, fresh, former)
    known = {*job.selection.selected, *job.selection.skipped, *job.table.cases}
    return merging.replaced(job.cases, fresh, former, known)


def _header(job: _Job, result: Merged, accepted: datetime) -> StoredHeader:
    before = job.old or StoredHeader(suite=job.table.name)
    kept = tuple(
        _pruned(run, result) for run in before.runs if run.number in result.runs - {result.number}
    )
    entry = snapshot.run_entry(job.header, job.table, result.number, accepted)
    # What is kept was measured with what is stored of it; the run's own words win.
    shared = {"adapters": before.adapters, "judges": before.judges, "scorers": before.scorers}
    known = shared if kept else {"adapters": {}, "judges": {}, "scorers": {}}
    return StoredHeader(
        suite=job.table.name,
        path=job.table.path,
        cases=len(result.cases),
        runs=(*kept, entry),
        adapters={**known["adapters"], **job.table.adapters},
        judges={**known["judges"], **job.table.judges},
        models=tuple({*(before.models if kept else ()), *job.table.models}),
        scorers={**known["scorers"], **job.table.scorers},
        environment=job.header.environment,
    )


def _pruned(run: StoredRun, result: Merged) -> StoredRun:
    """Return a stored run with the times of those trials alone that are still stored."""
    former = {old: case for case, old in result.former.items()}
    times = {}
    for name, of_cases in run.times.items():
        named = {former.get(case, case): seconds for case, seconds in of_cases.items()}
        times[name] = {case: t for case, t in named.items() if result.has(case, run.number)}
    return replace(run, times=times)


def _message(job: _Job, fresh: Mapping[str, StoredCase], result: Merged) -> str:
    runs = len(result.runs)
    done = "added as one more run" if job.add else "accepted"
    parts = [f"run {job.header.run} {done}: {wording.count(len(fresh), 'case')}"]
    for word, cases in (
        ("new", result.new),
        ("renamed", tuple(sorted(result.former))),
        ("removed", result.removed),
    ):
        if cases and job.old is not None:
            parts.append(f"{len(cases)} {word} ({wording.ids(cases)})")
    if result.kept:
        parts.append(f"{wording.count(len(result.kept), 'case')} kept as stored")
    if runs > 1:
        parts.append(f"{runs} runs stored")
    return f"{job.shown}: {', '.join(parts)}"
