"""The runs of a reports folder, from their verdicts alone: what trends and the index are made of.

Of each verdict.json only a few fields are decoded; the rest is skipped without becoming objects,
so that a folder of hundreds of runs takes some milliseconds. Damaged files are left out: they must
not keep a new run from its report.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from msgspec import DecodeError, Struct, ValidationError, field
from msgspec.json import Decoder

from llmeval.compare.verdict import FORMAT
from llmeval.records import SuiteVerdict, Verdict
from llmeval.run.folder import LATEST

MOST_RUNS = 300
"""Runs that are looked at, the newest ones."""

COMPARISON = "compare-"
"""How the folders of `llmeval compare` begin: two runs held together are no run of their own."""

_STARTED = re.compile(r"(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-")

T = TypeVar("T")


class PastMetric(Struct, frozen=True):
    """One figure of a suite."""

    metric: str
    where: Mapping[str, Any] = field(default_factory=dict)
    current: float | None = None


class PastSuite(Struct, frozen=True):
    """What was concluded of one suite."""

    suite: str
    status: str
    comparison: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    metrics: tuple[PastMetric, ...] = ()

    def figure(self, metric: str) -> float | None:
        """Return a figure of the whole suite; None where it was not measured."""
        found = (each for each in self.metrics if each.metric == metric and not each.where)
        return next((each.current for each in found), None)


class PastVerdict(Struct, frozen=True):
    """What is read of a verdict.json."""

    format: str
    status: str
    suites: tuple[PastSuite, ...]
    git: Mapping[str, Any] = field(default_factory=dict)


class PastRun(Struct, frozen=True):
    """One run of the folder."""

    name: str
    """Of its folder."""
    started: datetime
    verdict: PastVerdict
    has_page: bool = True

    def suite(self, name: str) -> PastSuite | None:
        """Return what was concluded of a suite; None where the run had none of that name."""
        return next((suite for suite in self.verdict.suites if suite.suite == name), None)


def runs(reports: Path, *, most: int = MOST_RUNS, before: str | None = None) -> tuple[PastRun, ...]:
    """Return the newest runs of a folder that came to a verdict, oldest first.

    Args:
        reports: Folder of all runs; it need not exist.
        most: How many at most.
        before: Only runs that started before that one.
    """
    limit = None if before is None else _key(reports / before)
    found = sorted((key, folder) for folder in _folders(reports) if (key := _key(folder)))
    earlier = [(key, folder) for key, folder in found if limit is None or key < limit]
    read = (_run(folder, key[0]) for key, folder in earlier[-most:])
    return tuple(run for run in read if run is not None)


def amount(reports: Path) -> int:
    """Return how many runs a folder holds."""
    return sum(1 for _ in _folders(reports))


def of(verdict: Verdict, folder: Path) -> PastRun:
    """Return the run of a folder, whose verdict is at hand, in the form of earlier ones."""
    suites = tuple(_suite(suite) for suite in verdict.suites)
    known = PastVerdict(FORMAT, verdict.status, suites, verdict.git)
    key = _key(folder)
    return PastRun(folder.name, datetime.now(UTC) if key is None else key[0], known)


def _suite(suite: SuiteVerdict) -> PastSuite:
    metrics = (PastMetric(m.metric, m.where, m.current) for m in suite.metrics)
    return PastSuite(suite.suite, suite.status, suite.comparison, suite.counts, tuple(metrics))


def started_of(name: str) -> datetime | None:
    """Return when a run of that name began; None for a name of another form."""
    found = _STARTED.match(name)
    try:
        return datetime(*map(int, found.groups()), tzinfo=UTC) if found else None  # type: ignore[arg-type,misc]
    except ValueError:
        return None


def _folders(reports: Path) -> Iterator[Path]:
    try:
        entries = list(reports.iterdir())
    except OSError:
        return
    for entry in entries:
        is_run = entry.name != LATEST and not entry.name.startswith(COMPARISON)
        if is_run and (entry / "verdict.json").is_file():
            yield entry


def _key(folder: Path) -> tuple[datetime, str] | None:
    """Return by what runs are ordered; None where the folder is gone."""
    started = started_of(folder.name)
    if started is None:
        try:
            changed = (folder / "verdict.json").stat().st_mtime
        except OSError:
            return None
        started = datetime.fromtimestamp(changed, UTC)
    return started, folder.name


@cache
def _decoder() -> "Decoder[PastVerdict]":
    return Decoder(PastVerdict)


def _run(folder: Path, started: datetime) -> PastRun | None:
    try:
        verdict = _decoder().decode((folder / "verdict.json").read_bytes())
    except (OSError, DecodeError, ValidationError, RecursionError):
        return None
    if verdict.format != FORMAT:
        return None
    return PastRun(folder.name, started, verdict, (folder / "report.html").is_file())
