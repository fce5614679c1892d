"""A run of nothing but cases, without what pytest wraps around each Python test.

The wrappers of `pytest_runtest_protocol` (faulthandler, warnings, unittest, assertion rewriting)
look after code that runs in this thread; a case runs none here. They are 60 us an item.
"""

from collections.abc import Callable

import pytest

from llmeval.plugin.cases import CaseItem, cases_of
from llmeval.plugin.listeners import wraps_items
from llmeval.plugin.terminal import CalmTerminal


class CaseLoop:
    """Takes the place of pytest's loop where every item is a case and nobody else looks on.

    Args:
        run: Runs one case, given the next item.
        terminal: Kept calm meanwhile.
    """

    def __init__(
        self, run: Callable[[CaseItem, pytest.Item | None], None], terminal: CalmTerminal
    ) -> None:
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
        for place, item in enumerate(cases, start=1):
            self._run(item, cases[place] if place < len(cases) else None)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)


def _may_take_over(session: pytest.Session, cases: int) -> bool:
    config = session.config
    if session.testsfailed or config.option.collectonly or hasattr(config, "workerinput"):
        return False
    return cases == len(session.items) and not wraps_items(config)
