"""Who else looks at every item: then pytest's usual way is kept for their sake."""

from typing import Any

import pytest

OURS = ("llmeval.", "_pytest.")


def wraps_items(config: pytest.Config) -> bool:
    """Tell whether a plug-in, pytest-timeout say, wraps the protocol of every item."""
    return _has_foreign(config.hook.pytest_runtest_protocol)


def wants_reports(config: pytest.Config) -> bool:
    """Tell whether anyone beside pytest's own terminal wants every report of an item."""
    writes_junit = config.getoption("xmlpath", default=None) is not None
    return writes_junit or _has_foreign(config.hook.pytest_runtest_logreport)


def _has_foreign(hook: Any) -> bool:
    return not all(
        str(implementation.function.__module__).startswith(OURS)
        for implementation in hook.get_hookimpls()
    )
