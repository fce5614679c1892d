"""Fixtures of the whole session, for items that are no Python functions."""

import pytest

from llmeval.plugin.cases import CaseItem


def set_up_session_fixtures(item: CaseItem) -> "pytest.CallInfo[None] | None":
    """Set up the session-scoped autouse fixtures that a Python test in the item's place would get.

    Returns:
        The call if a fixture failed or skipped: what every item is to report; None if all is well.
    """
    session = item.session
    # What doctest items do: pytest offers no public way to items that are no functions.
    info = session._fixturemanager.getfixtureinfo(node=item, func=None, cls=None)  # noqa: SLF001
    names = [
        name
        for name in info.initialnames
        if any(f.scope == "session" for f in info.name2fixturedefs.get(name, ()))
    ]
    if not names:
        return None
    item._fixtureinfo = info  # type: ignore[attr-defined]  # noqa: SLF001
    item.fixturenames = info.names_closure  # type: ignore[attr-defined]
    item.funcargs = {}  # type: ignore[attr-defined]

    def set_up() -> None:
        session._setupstate.setup(item)  # noqa: SLF001
        for name in names:
            _request_of(item).getfixturevalue(name)

    call = pytest.CallInfo.from_call(
        set_up, "setup", reraise=(pytest.exit.Exception, KeyboardInterrupt)
    )
    return None if call.excinfo is None else call


def _request_of(item: CaseItem) -> pytest.FixtureRequest:
    from _pytest.fixtures import TopRequest

    return TopRequest(item, _ispytest=True)  # type: ignore[arg-type]
