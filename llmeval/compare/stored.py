"""The form of a baseline on disk; the only place that knows it and its number.

First line: what was accepted, when, and its times. Then one line a case, sorted by id, keys
sorted, without times or host data, so that a reviewer reads in a pull request what changes.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from llmeval.errors import StoredFileError
from llmeval.records import Outcome, Place, Severity

NAME, NUMBER = "llmeval-baseline", 1
FORMAT = f"{NAME}/{NUMBER}"

FIGURE_KEYS = {"tokens": "tokens", "cost": "cost_usd"}
"""How the figures of a trial are called in a case's line."""

TIME_KEYS = {"latency": "latency_s", "first_token": "first_token_s"}
"""How times are called in the first line: they differ in every run and belong to a machine, so in
a case's line they would mark every case as changed."""

# What breaks lines, hides text in a review or cannot be written as UTF-8.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

Json = Mapping[str, Any]


class StoredRun(Struct, frozen=True, kw_only=True):
    """One accepted run."""

    number: int
    """From 1; case lines say which run a trial belongs to."""
    run: str
    """Its name."""
    started: str | None = None
    accepted: str | None = None
    """ISO 8601, UTC."""
    git: Json = field(default_factory=dict)
    environment: str | None = None
    """Short hash of where it was measured: times compare only within one environment."""
    trials: int = 0
    """How many it asked, errors included."""
    errors: int = 0
    """How many of them could not be measured; they are not stored."""
    times: Mapping[str, Mapping[str, tuple[float | None, ...]]] = field(default_factory=dict)
    """`latency`, `first_token` to case to seconds, one for each of its trials in this run."""


class StoredTrial(Struct, frozen=True, kw_only=True):
    """One measured trial."""

    run: int
    trial: Place
    outcome: Outcome
    scores: Mapping[str, float] = field(default_factory=dict)
    """By metric; the mean where a metric has several results in the trial."""
    failed: tuple[str, ...] = ()
    """Metrics of which a check failed, those that only warn included."""
    warned: tuple[str, ...] = ()
    """Those of `failed` that only warn."""
    labels: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """By metric: the expected label and the given one."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """`tokens`, `cost` (USD), where measured."""
    attacked: Mapping[str, float] = field(default_factory=dict)
    """`obeyed`, `task`, `refused`, 1 or 0, of a case that is attacked."""
    reply: str | None = None
    """The last reply's text; None where it is not kept."""


class StoredCase(Struct, frozen=True, kw_only=True):
    """One line of a baseline."""

    case: str
    adapter: str
    trials: tuple[StoredTrial, ...]
    variant: str | None = None
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = "normal"
    tags: tuple[str, ...] = ()
    xfail: bool = False
    need: tuple[int, int] | float = 1.0
    """The share of measured trials that must pass."""
    weight: float = 1.0
    attack: Mapping[str, str] = field(default_factory=dict)
    """ATTACK_PARTS of a case that is attacked."""


class StoredHeader(Struct, frozen=True, kw_only=True):
    """The first line of a baseline."""

    suite: str
    path: str = ""
    """The suite file, as shown."""
    cases: int = 0
    """How many lines follow."""
    runs: tuple[StoredRun, ...] = ()
    adapters: Json = field(default_factory=dict)
    """Adapter name to its fingerprint."""
    judges: Json = field(default_factory=dict)
    models: tuple[str, ...] = ()
    """The models that answered, as the services named them."""
    scorers: Mapping[str, str] = field(default_factory=dict)
    """Check to its version."""
    environment: Json = field(default_factory=dict)
    """Of the newest run."""


def write(path: Path, header: StoredHeader, cases: Sequence[StoredCase]) -> None:
    """Write a baseline; readers see the old one or the new one, never a part.

    Raises:
        StoredFileError: It cannot be written.
    """
    ordered = sorted(cases, key=lambda case: case.case)
    lines = [encode_header(header), *(encode_case(case) for case in ordered)]
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise StoredFileError(f"{path}: cannot be written: {error.strerror}") from error


def encode_header(header: StoredHeader) -> str:
    """Return the first line."""
    found = {
        "format": FORMAT,
        "suite": header.suite,
        "path": header.path or None,
        "cases": header.cases,
        "adapters": header.adapters,
        "judges": header.judges,
        "models": sorted(header.models),
        "scorers": header.scorers,
        "environment": header.environment,
    }
    return _dump({**_lean(found), "runs": [_run_json(run) for run in header.runs]})


def encode_case(case: StoredCase) -> str:
    """Return a case's line."""
    need = list(case.need) if isinstance(case.need, tuple) else case.need
    found = {
        "variant": case.variant,
        "adapter": case.adapter,
        "fingerprint": case.fingerprint,
        "severity": None if case.severity == "normal" else case.severity,
        "tags": case.tags,
        "xfail": case.xfail or None,
        "min_trial_pass_rate": None if need == 1 else need,
        "weight": None if case.weight == 1 else case.weight,
        "attack": case.attack,
    }
    return _dump(
        {**_lean(found), "case": case.case, "trials": [_trial_json(trial) for trial in case.trials]}
    )


def _run_json(run: StoredRun) -> dict[str, Any]:
    found = {
        "number": run.number,
        "run": run.run,
        "started": run.started,
        "accepted": run.accepted,
        "git": run.git,
        "environment": run.environment,
        "trials": run.trials,
        "errors": run.errors,
        **{key: run.times.get(name) for name, key in TIME_KEYS.items()},
    }
    return _lean(found)


def _trial_json(trial: StoredTrial) -> dict[str, Any]:
    figures = {key: trial.figures.get(figure) for figure, key in FIGURE_KEYS.items()}
    found = {
        "run": trial.run,
        "trial": trial.trial,
        "outcome": trial.outcome,
        "scores": {metric: _number(score) for metric, score in trial.scores.items()},
        "failed": sorted(trial.failed),
        "warned": sorted(trial.warned),
        "labels": trial.labels,
        "attacked": {name: _number(value) for name, value in trial.attacked.items()},
        **{key: None if value is None else _number(value) for key, value in figures.items()},
    }
    lean = _lean(found)
    # "" is a reply, and not the same as one that is not kept.
    return lean if trial.reply is None else {**lean, "reply": trial.reply}


def _number(value: float) -> float:
    # 1 instead of 1.0: one form for one value, whatever type it was measured in.
    return int(value) if float(value).is_integer() and abs(value) < 1e15 else value


def _lean(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value or value == 0}


def _dump(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
