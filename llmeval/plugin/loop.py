"""A run of nothing but cases, without what pytest wraps around each Python test.

The wrappers of `pytest_runtest_protocol` (faulthandler, warnings, unittest, assertion rewriting)
look after code that runs in this thread; a case runs none here. They are 60 us an item.
"""

from typing import TYPE_CHECKING, Any

import pytest

from llmeval.plugin.collect import CaseItem

if TYPE_CHECKING:
    from llmeval.plugin.session import SuiteSession

OURS = ("llmeval.", "_pytest.")


class CaseLoop:
    """Takes the place of pytest's loop where every item is a case and nobody else looks on."""

    def __init__(self, session: "SuiteSession") -> None:
        self._session = session

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run all cases; None where the usual loop is to."""
        if session.testsfailed or not session.items or not _only_cases(session):
            return None
        run = self._session.run
        pairs = zip(session.items, [*session.items[1:], None], strict=True)
        for item, nextitem in pairs:
            assert isinstance(item, CaseItem)
            run(item, nextitem)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
        return True


def _only_cases(session: pytest.Session) -> bool:
    config = session.config
    if config.option.collectonly or hasattr(config, "workerinput"):
        return False
    if not all(isinstance(item, CaseItem) for item in session.items):
        return False
    # pytest-timeout and the like wrap the protocol of every item: they must be asked.
    return all(_is_known(call) for call in config.hook.pytest_runtest_protocol.get_hookimpls())


def has_listeners(config: pytest.Config) -> bool:
    """Tell whether anyone beside pytest's own terminal wants every report of an item."""
    if config.getoption("xmlpath", default=None):
        return True
    return not all(_is_known(call) for call in config.hook.pytest_runtest_logreport.get_hookimpls())


def _is_known(implementation: Any) -> bool:
    return str(implementation.function.__module__).startswith(OURS)
