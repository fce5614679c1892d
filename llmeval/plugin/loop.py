"""A run of nothing but cases, without what pytest wraps around each Python test.

The wrappers of `pytest_runtest_protocol` (faulthandler, warnings, unittest, assertion rewriting)
look after code that runs in this thread; a case runs none here. They are 60 us an item.
"""

from typing import Protocol

import pytest

from llmeval.plugin.cases import CaseItem, cases_of
from llmeval.plugin.listeners import follows_items, wraps_items
from llmeval.plugin.terminal import CalmTerminal


class RunCase(Protocol):
    """Runs one case."""

    def __call__(self, item: CaseItem, nextitem: pytest.Item | None, *, told: bool) -> None:
        """Run it; `told`: whether pytest's plug-ins hear that it starts and ends."""


class CaseLoop:
    """Takes the place of pytest's loop where every item is a case and nobody else looks on.

    Args:
        run: Runs one case, see there.
        terminal: Kept calm meanwhile.
    """

    def __init__(self, run: RunCase, terminal: CalmTerminal) -> None:
        self._run = run
        self._terminal = terminal

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run all cases; None where the usual loop is to."""
        cases = cases_of(session)
        if not cases or not _may_take_over(session, len(cases)):
            return None
        with self._terminal.calm():
            self._run_all(session, cases)
        return True

    def _run_all(self, session: pytest.Session, cases: list[CaseItem]) -> None:
        followed, file = follows_items(session.config), None
        for place, item in enumerate(cases, start=1):
            # Else the terminal only wants to know when another file begins.
            told = followed or item.parent is not file
            file = item.parent
            self._run(item, cases[place] if place < len(cases) else None, told=told)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)


def _may_take_over(session: pytest.Session, cases: int) -> bool:
    config = session.config
    if session.testsfailed or config.option.collectonly or hasattr(config, "workerinput"):
        return False
    return cases == len(session.items) and not wraps_items(config)
