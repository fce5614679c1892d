"""A suite's cases as pytest items: what they are, not how they come about or run."""

from abc import abstractmethod
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from llmeval.records import CaseSpec

if TYPE_CHECKING:
    from llmeval.suite.suite import Suite

# One for the reports of all cases: pytest's own plug-ins read none. xdist sends plain dicts only.
NO_KEYWORDS: dict[str, Literal[1]] = {}

# One for all cases: nobody adds to it, and 100,000 empty ones are 20 MB.
NO_MATCHES: set[str] = set()
NO_ENTRIES: list[Any] = []
NO_SECTIONS: list[tuple[str, str, str]] = []
"""Captured output: a case has none, it runs no code under pytest's capture."""


class CaseFile(pytest.File):
    """A file whose items are cases."""

    suite: "Suite"

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

    @abstractmethod
    def wait_for(self, item: "CaseItem") -> None:
        """Wait until the case has been measured."""


class CaseItem(pytest.Item):
    """One case; its trials are measured by the engine, the item only waits for them."""

    parent: CaseFile

    def __init__(
        self,
        *,
        parent: CaseFile,
        spec: CaseSpec,
        markers: tuple[pytest.MarkDecorator, ...] = (),
        **kwargs: Any,
    ) -> None:
        # As a text: pytest takes its brackets apart, as it does with the ids that it remembers.
        super().__init__(
            name=spec.id, parent=parent, nodeid=f"{parent.nodeid}::{spec.id}", **kwargs
        )
        self._shown_id = super().nodeid
        self.spec = spec
        self.extra_keyword_matches = NO_MATCHES
        self._report_sections = NO_SECTIONS
        for marker in markers:
            self.own_markers.append(marker.mark)
            self.keywords[marker.name] = marker

    @property
    def nodeid(self) -> str:
        """Its address; pytest puts it together anew each time it is asked."""
        return self._shown_id

    @property
    def address(self) -> Any:
        """The same for reports: they take it apart, unless they are given it so (pytest 9.2)."""
        return getattr(self, "_id", self._shown_id)

    @property
    def ihook(self) -> Any:
        """The hooks of its file; pytest looks them up by the path each time."""
        return self.parent.hook

    @property
    def suite(self) -> "Suite":
        """The suite that the case stands in."""
        return self.parent.suite

    @property
    def location(self) -> tuple[str, int | None, str]:
        """Where the case stands; pytest works it out anew for each item, 15 us."""
        return self.parent.nodeid, self.spec.line - 1, self.name

    def runtest(self) -> None:
        """Wait for the case's trials; `running` judges them."""
        self.parent.wait_for(self)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the case stands in its file."""
        return self.path, self.spec.line - 1, self.name


def cases_of(session: pytest.Session) -> list[CaseItem]:
    """Return the session's selected cases, in the order in which they run."""
    return [item for item in session.items if isinstance(item, CaseItem)]
