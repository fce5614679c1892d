"""Suite files and their cases as pytest's collectors and items."""

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from llmeval.errors import ConfigError, LlmevalError, SuiteError
from llmeval.plugin.session import SuiteSession, session_of
from llmeval.plugin.workers import DIST
from llmeval.records import CaseSpec

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite

# One for the reports of all cases: pytest's own plug-ins read none. xdist sends plain dicts only.
NO_KEYWORDS: dict[str, Literal[1]] = {}


class SuiteFile(pytest.File):
    """One `*.eval.yaml`; its cases are the items."""

    suite: "Suite"

    def collect(self) -> "Iterator[CaseItem]":
        """Load and check the suite; every fault of the file is told at once."""
        session = self._session()
        _refuse_dist_each(self)
        session.warn_about_neighbours(self.path.parent)
        try:
            self.suite = session.load(self.path)
        except (SuiteError, ConfigError) as error:
            raise self.CollectError(str(error)) from None
        session.register_markers(self.suite)
        with collector_off():
            for spec in self.suite.cases:
                yield CaseItem.from_parent(self, name=spec.id, spec=spec)

    @cached_property
    def hook(self) -> Any:
        """`ihook` of all its items, looked up once."""
        return self.ihook

    @cached_property
    def reraised(self) -> tuple[type[BaseException], ...]:
        """What ends the session wherever it is raised."""
        if self.config.getoption("usepdb", default=False):
            return (pytest.exit.Exception,)
        return (pytest.exit.Exception, KeyboardInterrupt)

    def _session(self) -> SuiteSession:
        try:
            return session_of(self.config, self.path)
        except LlmevalError as error:
            raise self.CollectError(str(error)) from None


@contextmanager
def collector_off() -> Iterator[None]:
    """Keep the cyclic collector from walking a growing heap: nothing here makes cycles."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _refuse_dist_each(file: SuiteFile) -> None:
    if getattr(file.config, "workerinput", {}).get(DIST) == "each":
        raise file.CollectError("--dist each would ask every case once per worker; use --dist load")


class CaseItem(pytest.Item):
    """One case; its trials are measured by the engine, the item only waits for them."""

    parent: SuiteFile

    def __init__(self, *, spec: CaseSpec, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.spec = spec
        if not spec.tags:
            return
        session = session_of(self.config)
        for tag in spec.tags:
            marker = session.marker(tag)
            self.own_markers.append(marker.mark)
            self.keywords[tag] = marker

    @property
    def suite(self) -> "Suite":
        """The suite that the case stands in."""
        return self.parent.suite

    @property
    def location(self) -> tuple[str, int | None, str]:
        """Where the case stands; pytest works it out anew for each item, 15 us."""
        return self.parent.nodeid, self.spec.line - 1, self.name

    def runtest(self) -> None:
        """Wait for the case's trials (the protocol in items.py judges them)."""
        session_of(self.config).measurement.result(self)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the case stands in its file."""
        return self.path, self.spec.line - 1, self.name


def warn_about_other_names(folder: Path) -> None:
    """Warn of YAML files with `cases` that are no suites because of their name."""
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if path.name.endswith((".eval.yaml", ".eval.yml")):
            continue
        with path.open(encoding="utf-8", errors="replace") as lines:
            if any(line.startswith("cases:") for line in lines):
                warnings.warn(
                    pytest.PytestCollectionWarning(
                        f"{path} has `cases` but is not collected: "
                        "name it *.eval.yaml to make it a suite"
                    ),
                    stacklevel=2,
                )
