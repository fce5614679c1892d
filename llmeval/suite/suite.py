"""A loaded suite."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmeval.config import AdapterConfig
from llmeval.records import CaseSpec, GateSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One suite file, checked; its cases are built one by one, see `llmeval.suite.build`."""

    name: str
    path: Path
    """Absolute."""
    shown: str
    """Path relative to the project, with forward slashes."""
    description: str | None = None
    adapter: str | None = None
    """The adapter of cases that name no other; None when every case names its own."""
    gate: GateSpec = field(default_factory=GateSpec)
    tags: tuple[str, ...] = ()
    """Tags of the suite itself; every case has them as well."""
    cases: tuple[CaseSpec, ...] = ()
    """File order."""
    metrics: tuple[str, ...] = ()
    """What its checks measure, sorted."""
    adapters: Mapping[str, AdapterConfig] = field(default_factory=dict)
    """Adapters that the configuration does not hold: written in the suite, or `demo`, `echo`."""
    templates: tuple[Any, ...] = ()
    """One per case of the file and adapter; only `llmeval.suite.build` looks inside."""
