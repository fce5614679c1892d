"""Any two of runs and baselines, held against each other."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from llmeval.compare import baseline as baselines
from llmeval.compare import metrics, snapshot, verdict
from llmeval.compare.baseline import Baseline
from llmeval.compare.gate import decide
from llmeval.compare.measured import SuiteTable
from llmeval.compare.pairing import Selection
from llmeval.compare.stored import NAME
from llmeval.compare.table import Table
from llmeval.config import Settings
from llmeval.errors import StoredFileError
from llmeval.records import NOTHING, GateSpec, RunHeader, SuiteVerdict, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a run, a baseline or a folder of baselines says of each suite."""

    path: Path
    suites: Mapping[str, Baseline]
    """By name."""
    header: RunHeader | None = None
    """None for baselines."""

    def selection(self, suite: str) -> Selection:
        """Return which cases of a suite were to be measured."""
        return Selection.of(self.header, suite)


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
    files = _baseline_files(path)
    if files:
        found = (baselines.read(file) for file in files)
        return Version(path=path, suites={known.suite: known for known in found if known})
    table = Table.read(path, variables)
    return Version(path=path, suites=from_table(table, path), header=table.header)


def from_table(table: Table, log: Path | None = None) -> dict[str, Baseline]:
    """Return a run's suites in a baseline's place."""
    assert table.header is not None
    return {
        name: Baseline(
            suite=name,
            table=suite,
            runs=(snapshot.run_entry(table.header, suite, 1, None),),
            log=log,
            environment=table.header.environment,
        )
        for name, suite in table.suites.items()
    }


def _baseline_files(path: Path) -> tuple[Path, ...]:
    if path.is_dir():
        if any(path.glob("results*.jsonl")):
            return ()
        return tuple(file for file in sorted(path.glob("*.jsonl")) if _is_baseline(file))
    return (path,) if _is_baseline(path) else ()


def _is_baseline(file: Path) -> bool:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            found = json.loads(lines.readline())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and str(found.get("format")).startswith(NAME)


def compare(
    before: Path,
    after: Path,
    *,
    now: datetime,
    gates: Mapping[str, GateSpec] = NOTHING,
    settings: Settings | None = None,
) -> Verdict:
    """Hold one version against another.

    Args:
        before: A run, a baseline, or a folder of baselines; takes the baseline's place.
        after: The same kinds; takes the run's place.
        now: With a time zone.
        gates: Suite name to how it is judged; the others are judged as by default.
        settings: Says where the project is, and which mode was asked for.

    Raises:
        StoredFileError: One of them cannot be read.
    """
    variables = metrics.variables(gates.values())
    old, new = read(before, variables), read(after, variables)
    suites = []
    for name in sorted(new.suites):
        suites.append(
            decide(
                gates.get(name, GateSpec()),
                new.suites[name].table,
                old.suites.get(name),
                now=now,
                selection=new.selection(name),
                settings=settings,
            )
        )
    suites += _only_before(old, new, now)
    header = new.header
    return verdict.combine(
        suites,
        git=NOTHING if header is None else header.git,
        run=str(after) if header is None else header.run,
    )


def _only_before(old: Version, new: Version, now: datetime) -> list[SuiteVerdict]:
    # A folder of baselines may hold many suites that a run was never about.
    if old.header is None and old.path.is_dir():
        return []
    return [
        decide(GateSpec(), SuiteTable(name, known.table.path), known, now=now)
        for name, known in sorted(old.suites.items())
        if name not in new.suites
    ]
