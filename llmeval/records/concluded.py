"""What was concluded: the verdict of a run, its suites and their figures."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import field

from llmeval.records.base import Mode, Record


class MetricVerdict(Record, frozen=True, kw_only=True):
    """One metric of a suite, before and now."""

    metric: str
    where: Mapping[str, Any] = field(default_factory=dict)
    baseline: float | None = None
    current: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    limit: Mapping[str, float] | None = None
    """`min` and `max` of the limit on it."""
    limit_ok: bool | None = None
    measured: int | None = None
    """How many cases (or trials, for run-time metrics) the current figure rests on."""
    corrected: Mapping[str, float] | None = None
    """The figure corrected by people's labels: `value` with its 95 % interval `low`, `high`,
    `labelled` cases, and the `weight` 0…1 that unlabelled scores have in it."""


class SuiteVerdict(Record, frozen=True, kw_only=True):
    """What is concluded of one suite."""

    suite: str
    path: str
    status: Literal["passed", "failed", "inconclusive"]
    mode: Mode
    mode_reason: str
    comparison: Literal[
        "regression",
        "mixed",
        "improvement",
        "no_change",
        "insufficient_data",
        "not_comparable",
        "no_baseline",
        "off",
    ]
    counts: Mapping[str, int] = field(default_factory=dict)
    """`cases`, `passed`, `failed`, `error`, `skipped`, `xfailed`, `xpassed`, `warned`, `trials`,
    `measured`, …"""
    metrics: tuple[MetricVerdict, ...] = ()
    regressed: tuple[str, ...] = ()
    improved: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Case id to the fields that differ and forbid comparing it."""
    under_test: tuple[str, ...] = ()
    """What differs and is under test, in words: "model: a → b"."""
    against: str = "baseline"
    """The version of the same run that took the baseline's place, where one did."""
    test: Mapping[str, Any] | None = None
    """How the statistical gate tested: `unit`, `correlation` within runs, `p_independent`,
    `cases_needed`, `trials_needed`; None where it did not."""
    rounds: Mapping[str, Any] | None = None
    """Where the number of rounds was left open: `min`, `max`, `made`, the rounds after which
    `looks` were planned, `look` (the place of the one that judged, from 1), whether it `settled`
    the suite before the last round, `calls_saved`, `why` all rounds were made; else None."""
    baseline: Mapping[str, Any] | None = None
    """`path`, `runs`, `age_days`, `adapter`."""
    cost_usd: Mapping[str, float | None] = field(default_factory=dict)
    """`target`, `judge`."""
    reasons: tuple[str, ...] = ()
    """Why it is red or inconclusive, one line each; the headline first."""
    notes: tuple[str, ...] = ()
    """What the reader should know and what to do next, one line each."""


class Verdict(Record, frozen=True, kw_only=True):
    """What is concluded of a run."""

    status: Literal["passed", "failed", "inconclusive"]
    exit_status: int
    suites: tuple[SuiteVerdict, ...]
    git: Mapping[str, Any] = field(default_factory=dict)
    run: str = ""
