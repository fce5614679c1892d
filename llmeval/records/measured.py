"""What was measured: scores, results of checks, trials, the lines of a run."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import field

from llmeval.records.asked import Message, Reply
from llmeval.records.base import Better, Outcome, Place, Record, Severity


class Score(Record, frozen=True, kw_only=True):
    """What one scorer says of one reply."""

    status: Literal["scored", "skipped", "error"] = "scored"
    score: float | None = None
    """None unless scored. 0…1, or the check's own unit (seconds, tokens, USD)."""
    passed: bool | None = None
    """None unless scored."""
    reason: str = ""
    """One line: why it failed, was skipped or could not be measured; "" for a plain pass."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """JSON values for reports and suite-wide figures, `expected` and `got` of a label say.

    `judge` is stored beside the others; `kind` of an error becomes that of the trial's failure.
    """


class CheckResult(Record, frozen=True, kw_only=True):
    """A score with the check it belongs to."""

    check: str
    """Name, with `not_` where negated."""
    metric: str
    severity: Severity
    status: Literal["scored", "skipped", "error"]
    turn: int | None = None
    """Which turn's reply was checked, from 1; None for a check after all turns."""
    score: float | None = None
    min: float | None = None
    max: float | None = None
    better: Better = "higher"
    passed: bool | None = None
    reason: str = ""
    version: str = "1"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class Failure(Record, frozen=True, kw_only=True):
    """Why a trial could not be measured."""

    kind: str
    """A stable word: an adapter's kind, or `budget`, `deadline`, `cancelled`, `empty_output`,
    `truncated`, `scorer_raised`, `nothing_scored`, `worker_crashed`."""
    message: str


class Exchange(Record, frozen=True, kw_only=True):
    """One turn as it went."""

    user: str | None
    reply: Reply | None
    """None when the turn was not reached or got no reply."""


class Trial(Record, frozen=True, kw_only=True):
    """One case asked once."""

    nodeid: str
    suite: str
    case: str
    index: Place
    """The case's place in its suite, file order."""
    adapter: str
    trial: Place
    """Counts from 1."""
    outcome: Outcome
    row: str | None = None
    variant: str | None = None
    started: str | None = None
    """ISO 8601, UTC."""
    tags: tuple[str, ...] = ()
    severity: Severity = "normal"
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    """Short hashes by part, see `llmeval.run.fingerprint`."""
    vars: Mapping[str, Any] = field(default_factory=dict)
    system: str | None = None
    messages: tuple[Message, ...] = ()
    """What was sent in the last turn, without the system prompt."""
    context: str | None = None
    references: tuple[str, ...] = ()
    wrong_references: tuple[str, ...] = ()
    goal: str | None = None
    reply: Reply | None = None
    """The last turn's reply."""
    turns: tuple[Exchange, ...] = ()
    """Empty for a case of one turn."""
    checks: tuple[CheckResult, ...] = ()
    error: Failure | None = None
    xfail: bool = False
    """Expected to fail: in no metric and no gate."""
    min_trial_pass_rate: tuple[int, int] | float = 1.0
    """Of its case: the share of measured trials that must pass, as k of n or in 0…1."""
    weight: float = 1.0
    """Of its case: how much it counts in means over cases."""
    renamed_from: str | None = None
    attack: Mapping[str, Any] = field(default_factory=dict)
    """ATTACK_PARTS, `result` (`obeyed`, `mentioned` or `resisted`), `task` (the case's own checks
    passed), `refused` (of a look-alike) and `attacker` (of a pursuit: adapter, attempts, answers,
    cost); empty for a case that nobody attacks."""


class RunHeader(Record, frozen=True, kw_only=True):
    """First line of a run's log."""

    run: str
    """Name of the run and of its folder."""
    started: str
    environment: Mapping[str, Any] = field(default_factory=dict)
    git: Mapping[str, Any] = field(default_factory=dict)
    """`sha`, `branch`, `dirty`; empty outside a repository."""
    ci_url: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    adapters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Adapter name to its fingerprint: type, model, parameters, without secrets."""
    judges: Mapping[str, Any] = field(default_factory=dict)
    suites: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Suite name to `path`, `selected` (ids), `full` (was the whole suite selected)."""
    seed: int = 0


class RunEnd(Record, frozen=True, kw_only=True):
    """Last line of a run's log."""

    finished: str
    seconds: float
    totals: Mapping[str, Any] = field(default_factory=dict)
