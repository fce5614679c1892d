"""The values of a whole run, suite by suite."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from llmeval import codec
from llmeval.compare.measured import SuiteTable
from llmeval.compare.snapshot import environment_tag
from llmeval.errors import StoredFileError
from llmeval.records import RunEnd, RunHeader, Trial


class Table:
    """Numbers of a run as they come in; no texts.

    Args:
        header: Of the run, where adapters and judges are described.
        variables: Which of the cases' variables are kept, for limits with `where`; see
            `llmeval.compare.metrics.variables`.
    """

    def __init__(self, header: RunHeader | None = None, variables: Collection[str] = ()) -> None:
        self.header = header
        self.end: RunEnd | None = None
        """None while the run goes on, and for one that was killed."""
        self.suites: dict[str, SuiteTable] = {}
        self._variables = variables

    @classmethod
    def read(cls, path: Path, variables: Collection[str] = ()) -> "Table":
        """Read a run's log, or the run's folder.

        Raises:
            StoredFileError: There is none, it is damaged, or it holds several runs.
        """
        table = cls(variables=variables)
        for record in records(path):
            table.take(record, path)
        if table.header is None:
            raise _headless(path)
        return table

    def take(self, record: RunHeader | Trial | RunEnd, path: Path) -> None:
        """Take in any record of a run's log.

        Raises:
            StoredFileError: It is the first line of another run.
        """
        if isinstance(record, Trial):
            self.add(record)
        elif isinstance(record, RunEnd):
            self.end = record
        elif self.header is None or self.header.run == record.run:
            self.header = record
        else:
            runs = f"{self.header.run!r} and {record.run!r}"
            raise StoredFileError(f"{path}: holds two runs, {runs}; expected one")

    def add(self, trial: Trial) -> None:
        """Take in one trial."""
        suite = self.suites.get(trial.suite)
        if suite is None:
            suite = self._new_suite(trial)
        if trial.adapter not in suite.adapters:
            suite.adapters[trial.adapter] = self._described("adapters").get(trial.adapter, {})
        suite.add(trial)

    def _new_suite(self, trial: Trial) -> SuiteTable:
        path = trial.nodeid.partition("::")[0]
        suite = self.suites[trial.suite] = SuiteTable(trial.suite, path, self._variables)
        suite.judges.update(self._described("judges"))
        suite.environment = environment_tag(self._described("environment"))
        return suite

    def _described(self, what: str) -> Mapping[str, Any]:
        return {} if self.header is None else getattr(self.header, what)


def header_of(path: Path) -> RunHeader:
    """Return the first line of a run's log or folder.

    Raises:
        StoredFileError: There is none, or it is not that of a run.
    """
    first = next(iter(records(path)), None)
    if not isinstance(first, RunHeader):
        raise _headless(path)
    return first


def _headless(path: Path) -> StoredFileError:
    return StoredFileError(f"{path}: no first line of a run; is this a run's results.jsonl?")


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the log files of a run: the joined one, else one for each process that measured.

    Raises:
        StoredFileError: There is none.
    """
    if not path.is_dir():
        return (path,)
    joined = path / "results.jsonl"
    parts = (joined,) if joined.exists() else tuple(sorted(path.glob("results-*.jsonl")))
    if not parts:
        raise StoredFileError(f"{path}: no results.jsonl; is this the folder of a run?")
    return parts


def records(path: Path) -> Iterator[RunHeader | Trial | RunEnd]:
    """Yield all records of a run's log or folder.

    Raises:
        StoredFileError: There is none, or it is damaged.
    """
    files: Iterable[Path] = files_of(path)
    for file in files:
        yield from codec.read(file)
