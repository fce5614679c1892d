"""What a run is told from outside its suites: frozen records, without behaviour."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from llmeval.records import Judge, Mode


class Price(Struct, frozen=True, kw_only=True):
    """What a model costs, in USD per million tokens."""

    input_per_mtok: float
    output_per_mtok: float
    cached_input_per_mtok: float | None = None
    """None: as the rest of the input."""


class AdapterConfig(Struct, frozen=True, kw_only=True):
    """One `[tool.llmeval.adapters.NAME]` table."""

    name: str
    type: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """The keys that belong to the adapter's type, as written; `resolved` fills variables in."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Sampling parameters of every request; a case's own win."""
    price: Price | None = None
    concurrency: int | None = None
    """Requests in flight to this adapter; None: as many as the run allows."""
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    start: tuple[str, ...] = ()
    """Program to start before the first request and to stop after the last."""
    ready: str | None = None
    """URL that answers below 500 once the program is ready."""
    warm_up: int = 0
    """Requests asked and thrown away first."""
    where: str = ""
    """Where it stands, for messages: "llmeval.toml: adapters.gpt"; "" when built in."""
    folder: Path | None = None
    """What paths among the parameters are relative to; None is the folder we run in."""


class Settings(Struct, frozen=True, kw_only=True):
    """Everything a run is told from outside its suites.

    Command line over environment variable over profile over suite over defaults: what stands here
    as None or empty was not given.
    """

    root: Path
    """The project: nearest folder upward with a configuration."""
    file: Path | None = None
    """The configuration file."""
    suites: tuple[str, ...] = ("suites",)
    baselines: Path
    reports: Path
    history: Path | Literal["off"] | None = None
    """Where each run adds a line; None: a file among the reports."""
    cache_dir: Path
    concurrency: int = 16
    max_retries: int = 3
    timeout_s: float | None = None
    """Overrides every suite's own."""
    deadline_s: float | None = None
    max_cost_usd: float | None = None
    cache: Literal["off", "use", "refresh"] = "off"
    record: Path | None = None
    replay: Path | None = None
    resume: str | None = None
    """Name or path of the run to go on with; "latest" when not said."""
    repeat: int | None = None
    limit: int | None = None
    adapter: tuple[tuple[str | None, str], ...] = ()
    """Pairs (old name or None for all, new name)."""
    gate: Mode | None = None
    update_baseline: bool = False
    accept_failures: bool = False
    against: str | None = None
    dry_run: bool = False
    baseline_replies: Literal["all", "first", "none"] = "all"
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Suite keys for every suite."""
    adapters: Mapping[str, AdapterConfig] = field(default_factory=dict)
    """Also `demo` and `echo`, which need no configuration."""
    judges: Mapping[str, Judge] = field(default_factory=dict)
    checks: Mapping[str, str] = field(default_factory=dict)
    """Own checks: name to `module:name`."""
    allow_run: bool = False
    profile: str | None = None
