"""Trials, tables and baselines in one line, for every test of the comparison."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from llmeval import codec
from llmeval.compare import runs
from llmeval.compare.baseline import Baseline
from llmeval.compare.gate import decide
from llmeval.compare.measured import SuiteTable
from llmeval.compare.table import Table
from llmeval.config import Settings
from llmeval.records import (
    CheckResult,
    Failure,
    GateSpec,
    Outcome,
    Reply,
    RunEnd,
    RunHeader,
    Severity,
    SuiteVerdict,
    Timing,
    Trial,
    Usage,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OUTCOMES: Mapping[str, Outcome] = {"p": "passed", "f": "failed", "e": "error", "s": "skipped"}


def make_check(
    metric: str = "contains", *, passed: bool = True, score: float | None = None, **parts: Any
) -> CheckResult:
    """Return a check's result; a yes/no one unless a score is given."""
    known: dict[str, Any] = {
        "check": metric,
        "metric": metric,
        "severity": "normal",
        "status": "scored",
        "score": float(passed) if score is None else score,
        "passed": passed,
    }
    return CheckResult(**{**known, **parts})


def make_trial(
    case: str = "a",
    mark: str = "p",
    *,
    trial: int = 1,
    index: int = 0,
    severity: Severity = "normal",
    fingerprint: Mapping[str, str] | None = None,
    text: str = "reply",
    **parts: Any,
) -> Trial:
    """Return a trial; `mark` is p, f, e or s for its outcome."""
    outcome = OUTCOMES[mark]
    known: dict[str, Any] = {
        "nodeid": f"suites/bot.eval.yaml::{case}",
        "suite": "bot",
        "case": case,
        "index": index,
        "adapter": "app",
        "trial": trial,
        "outcome": outcome,
        "severity": severity,
        "fingerprint": fingerprint or {"input": f"in-{case}", "checks": "c1", "adapter": "app1"},
    }
    if outcome in ("passed", "failed"):
        known["checks"] = (make_check(passed=outcome == "passed", severity=severity),)
        known["reply"] = Reply(
            text=text,
            timing=Timing(total_s=0.5),
            usage=Usage(input_tokens=3, output_tokens=2),
            cost_usd=0.001,
        )
    if outcome == "error":
        known["error"] = Failure(kind="timeout", message="no answer within 5 s")
    return Trial(**{**known, **parts})


def make_trials(marks: Mapping[str, str], **parts: Any) -> list[Trial]:
    """Return trials of several cases: {"a": "ppf"} is three trials of one case."""
    return [
        make_trial(case, mark, trial=number, index=index, **parts)
        for index, (case, row) in enumerate(marks.items())
        for number, mark in enumerate(row, start=1)
    ]


def make_header(run: str = "run-1", **parts: Any) -> RunHeader:
    """Return the first line of a run."""
    known: dict[str, Any] = {
        "run": run,
        "started": "2026-11-20T08:00:00+00:00",
        "environment": {"python": "3.11.7"},
        "git": {"sha": "abc123", "branch": "main", "dirty": False},
        "adapters": {"app": {"type": "http", "model": "small", "params": {"temperature": 0}}},
    }
    return RunHeader(**{**known, **parts})


def make_table(trials: Iterable[Trial], header: RunHeader | None = None, **parts: Any) -> Table:
    """Return the values of a run."""
    table = Table(header or make_header(), **parts)
    for trial in trials:
        table.add(trial)
    return table


@pytest.fixture(name="check", scope="session")
def _check() -> Callable[..., CheckResult]:
    return make_check


@pytest.fixture(name="trial", scope="session")
def _trial() -> Callable[..., Trial]:
    return make_trial


@pytest.fixture(name="trials", scope="session")
def _trials() -> Callable[..., list[Trial]]:
    return make_trials


@pytest.fixture(name="header", scope="session")
def _header() -> Callable[..., RunHeader]:
    return make_header


@pytest.fixture(name="table", scope="session")
def _table() -> Callable[..., SuiteTable]:
    """Return the values of the suite `bot` from trials or marks."""

    def build(source: Any, header: RunHeader | None = None, **parts: Any) -> SuiteTable:
        found = make_trials(source) if isinstance(source, Mapping) else source
        return make_table(found, header, **parts).suites["bot"]

    return build


@pytest.fixture(name="baseline", scope="session")
def _baseline() -> Callable[..., Baseline]:
    """Return a baseline of the suite `bot` from the trials or marks of one run."""

    def build(source: Any, header: RunHeader | None = None) -> Baseline:
        found = make_trials(source) if isinstance(source, Mapping) else source
        known = runs.of_table(make_table(found, header), name="before").yardstick("bot")
        assert known is not None
        return known

    return build


@pytest.fixture(name="judge", scope="session")
def _judge(table: Any, baseline: Any) -> Callable[..., SuiteVerdict]:
    """Judge a run against a baseline, both given as trials or marks."""

    def build(now: Any, before: Any = None, gate: GateSpec | None = None, **parts: Any) -> Any:
        known = None if before is None else baseline(before)
        return decide(gate or GateSpec(), table(now), known, now=NOW, **parts)

    return build


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> Settings:
    return Settings(
        root=tmp_path,
        baselines=tmp_path / "baselines",
        reports=tmp_path / "reports",
        cache_dir=tmp_path / ".cache",
    )


@pytest.fixture(name="now", scope="session")
def _now() -> datetime:
    return NOW


@pytest.fixture(name="run")
def _run(tmp_path: Path) -> Callable[..., Path]:
    """Write a run's folder and return it."""

    def build(
        source: Any,
        name: str = "run-1",
        *,
        full: bool = True,
        selected: Iterable[str] | None = None,
        skipped: Mapping[str, str] | None = None,
        ended: bool = True,
        suite: Mapping[str, Any] | None = None,
        **header: Any,
    ) -> Path:
        found = make_trials(source) if isinstance(source, Mapping) else list(source)
        chosen = sorted({trial.case for trial in found}) if selected is None else list(selected)
        about = {
            "path": "suites/bot.eval.yaml",
            "selected": chosen,
            "full": full,
            "skipped": skipped or {},
            **(suite or {}),
        }
        first = make_header(name, suites={"bot": about}, **header)
        lines = [codec.encode_header(first), *(codec.encode_trial(trial) for trial in found)]
        if ended:
            lines.append(codec.encode_end(RunEnd(finished="2026-11-20T08:01:00Z", seconds=1.0)))
        folder = tmp_path / "reports" / name
        folder.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{line}\n" for line in lines)
        (folder / "results.jsonl").write_text(text, encoding="utf-8")
        return folder

    return build
