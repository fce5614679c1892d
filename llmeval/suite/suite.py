"""A loaded suite."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from llmeval.config import AdapterConfig
from llmeval.errors import Problem, SuiteError
from llmeval.records import CaseSpec, GateSpec


class Suite(Struct, frozen=True, kw_only=True):
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
    rounds: tuple[int, int] | None = None
    """The fewest and the most, where looks at the results may settle it; None: a fixed number."""
    tags: tuple[str, ...] = ()
    """Tags of the suite itself; every case has them as well."""
    cases: tuple[CaseSpec, ...] = ()
    """File order."""
    metrics: tuple[str, ...] = ()
    """What its checks measure, sorted."""
    adapters: Mapping[str, AdapterConfig] = field(default_factory=dict)
    """Adapters that the configuration does not hold: written in the suite, or `demo`, `echo`."""
    judges: tuple[str, ...] = ()
    """The judges that its checks ask, sorted."""
    templates: tuple[Any, ...] = ()
    """One per case of the file and adapter; only `llmeval.suite.build` looks inside."""


def refuse_twins(suite: Suite, others: Iterable[Suite]) -> None:
    """Refuse a suite whose name another file has: their baselines would be one file.

    Names that differ in case alone are one file too, on macOS and Windows.

    Raises:
        SuiteError: There is such a file.
    """
    for other in others:
        if other.name.lower() == suite.name.lower() and other.path != suite.path:
            spelt = "" if other.name == suite.name else f" as {other.name!r}"
            text = (
                f"suite {suite.name!r} exists already in {other.shown}{spelt}; "
                "give one another name"
            )
            raise SuiteError([Problem(suite.shown, 1, 1, text)])
