"""Fixtures of the whole session, for items that are no Python functions."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from llmeval.plugin.collect import CaseItem


def set_up_session_fixtures(item: "CaseItem") -> None:
    """Set up the session-scoped autouse fixtures that a Python test in the item's place would get.

    A fixture that fails or skips does so for the whole session: pytest.UsageError and pytest.exit
    pass, anything else is raised as it is.
    """
    session = item.session
    # What doctest items do: pytest offers no public way to items that are no functions.
    manager = session._fixturemanager  # noqa: SLF001
    info = manager.getfixtureinfo(node=item, func=None, cls=None)
    names = [
        name
        for name in info.initialnames
        if any(f.scope == "session" for f in info.name2fixturedefs.get(name, ()))
    ]
    if not names:
        return
    item._fixtureinfo = info  # type: ignore[attr-defined]  # noqa: SLF001
    item.fixturenames = info.names_closure  # type: ignore[attr-defined]
    item.funcargs = {}  # type: ignore[attr-defined]
    session._setupstate.setup(item)  # noqa: SLF001
    request = _request_of(item)
    for name in names:
        request.getfixturevalue(name)


def _request_of(item: "CaseItem") -> pytest.FixtureRequest:
    from _pytest.fixtures import TopRequest

    return TopRequest(item, _ispytest=True)  # type: ignore[arg-type]
