"""Any two of runs and baselines, held against each other."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from llmeval.compare import baseline as baselines
from llmeval.compare import gate, snapshot
from llmeval.compare.baseline import Baseline
from llmeval.compare.conclusion import Conclusion, conclude
from llmeval.compare.measured import SuiteTable
from llmeval.compare.pairing import Selection
from llmeval.compare.stored import NAME, StoredHeader
from llmeval.compare.table import Table
from llmeval.config import Settings
from llmeval.errors import StoredFileError
from llmeval.records import NOTHING, GateSpec, RunHeader


class Version(Struct, frozen=True, kw_only=True):
    """What a run, a baseline or several baselines say of each suite."""

    name: str
    """For messages."""
    tables: Mapping[str, SuiteTable]
    """Suite name to its values."""
    stored: Mapping[str, Baseline]
    """Suite name to its baseline; empty for a run."""
    header: RunHeader | None = None
    """None for baselines."""
    log: Path | None = None
    """The log or folder of a stored run."""
    ended: bool = True
    """False for a run that was killed or still goes on."""
    of_one_suite: bool = False
    """Whether other suites were never asked about, as for the baseline of one suite."""

    @property
    def run(self) -> str:
        """Name of the run, of baselines that of their newest runs."""
        if self.header is not None:
            return self.header.run
        newest = {known.runs[-1].run for known in self.stored.values() if known.runs}
        return ", ".join(sorted(newest))

    @property
    def paths(self) -> dict[str, str]:
        """Suite name to the path of its file, relative to the project's root."""
        if self.header is None:
            return {name: table.path for name, table in self.tables.items()}
        return paths_of(self.header)

    def yardstick(self, suite: str) -> Baseline | None:
        """Return what a suite of another version is held against; None where there is nothing."""
        if self.header is None:
            return self.stored.get(suite)
        table = self.tables.get(suite)
        return None if table is None else _in_place(self.header, table, self.log)


def paths_of(header: RunHeader) -> dict[str, str]:
    """Return the path of each suite of a run, relative to the project's root, by name."""
    return {name: str(said.get("path", "")) for name, said in header.suites.items()}


def _in_place(header: RunHeader, table: SuiteTable, log: Path | None) -> Baseline:
    """Return a suite of a run in a baseline's place: what would be stored of it."""
    cases = snapshot.cases(table, {})
    stored = StoredHeader(
        suite=table.name,
        path=table.path,
        cases=len(cases),
        runs=(snapshot.run_entry(header, table, 1, None),),
        adapters=table.adapters,
        judges=table.judges,
        models=tuple(table.models),
        scorers=table.scorers,
        environment=header.environment,
    )
    return replace(baselines.of(stored, cases.values()), log=log)


def read(path: Path, variables: Collection[str] = ()) -> Version:
    """Read a run's folder or log, a baseline, or a folder of baselines.

    Args:
        path: Where it is.
        variables: Which of the cases' variables are kept; baselines store none.

    Raises:
        StoredFileError: It is none of these, or damaged.
    """
    if not path.exists():
        raise StoredFileError(f"{path}: there is no such run or baseline")
    if files := baseline_files(path):
        return _of_baselines(str(path), files, of_one_suite=path.is_file())
    return of_table(Table.read(path, variables), name=str(path), log=path)


def of_table(
    table: Table, *, name: str, log: Path | None = None, of_one_suite: bool = False
) -> Version:
    """Return a run from its values, which are not changed."""
    assert table.header is not None
    return Version(
        name=name,
        tables=table.suites,
        stored={},
        header=table.header,
        log=log,
        ended=table.end is not None,
        of_one_suite=of_one_suite,
    )


def accepted(settings: Settings, suites: Iterable[str]) -> Version:
    """Read what is accepted of some suites; those without a baseline are left out.

    Raises:
        StoredFileError: A baseline is damaged, or another suite's.
    """
    found = {name: baselines.read(baselines.path(settings, name), name) for name in suites}
    stored = {name: known for name, known in found.items() if known is not None}
    return _version(str(settings.baselines), stored)


def _of_baselines(name: str, files: Iterable[Path], *, of_one_suite: bool) -> Version:
    found = (baselines.read(file) for file in files)
    stored = {known.suite: known for known in found if known is not None}
    return replace(_version(name, stored), of_one_suite=of_one_suite)


def _version(name: str, stored: Mapping[str, Baseline]) -> Version:
    tables = {suite: known.table for suite, known in stored.items()}
    return Version(name=name, tables=tables, stored=stored)


def baseline_files(path: Path) -> tuple[Path, ...]:
    """Return the baselines in a folder, or the one that the path names; none for a run."""
    if path.is_dir():
        if any(path.glob("results*.jsonl")):
            return ()
        return tuple(file for file in sorted(path.glob("*.jsonl")) if _is_baseline(file))
    return (path,) if _is_baseline(path) else ()


def _is_baseline(file: Path) -> bool:
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            first = lines.readline()
    except OSError:
        return False
    try:
        found = json.loads(first)
    except ValueError:
        return NAME in first  # damaged: whoever reads it says so
    return isinstance(found, dict) and str(found.get("format")).startswith(NAME)


def compare(
    before: Version,
    after: Version,
    *,
    now: datetime,
    gates: Mapping[str, GateSpec] = NOTHING,
    settings: Settings | None = None,
) -> Conclusion:
    """Hold one version against another.

    Suites that only a whole run before has are listed with all their cases gone.

    Args:
        before: Takes the baseline's place.
        after: Takes the run's place.
        now: With a time zone.
        gates: Suite name to how it is judged; the others are judged as by default.
        settings: Says where the project is, and which mode was asked for.

    Raises:
        StoredFileError: The two have no suite in common.
    """
    facts = [
        gate.gather(
            gates.get(name, GateSpec()),
            _table(name, before, after),
            before.yardstick(name),
            now=now,
            selection=Selection.of(after.header if name in after.tables else None, name),
            settings=settings,
            stopped=None if after.ended else "the run did not end",
            log=after.log,
        )
        for name in _names(before, after)
    ]
    git = NOTHING if after.header is None else after.header.git
    return conclude(facts, settings, run=after.run, git=git)


def _table(suite: str, before: Version, after: Version) -> SuiteTable:
    known = after.tables.get(suite)
    return SuiteTable(suite, before.tables[suite].path) if known is None else known


def _names(before: Version, after: Version) -> list[str]:
    """Return the names of the suites to be judged, those of the later version first."""
    if before.header is None and not before.of_one_suite:
        # A folder of baselines may hold many suites that a run was never about.
        return list(after.tables)
    common = [name for name in after.tables if name in before.tables]
    if not common:
        raise StoredFileError(
            f"{before.name} and {after.name} have no suite in common: "
            f"{_listed(before.tables)} and {_listed(after.tables)}"
        )
    if before.of_one_suite or after.of_one_suite:
        return common
    return [*after.tables, *sorted(before.tables.keys() - after.tables.keys())]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
