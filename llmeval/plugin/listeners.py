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


def follows_items(config: pytest.Config) -> bool:
    """Tell whether anyone is to hear that an item starts and ends: `-v`, live logs, a plug-in."""
    hook = config.hook
    # `-p no:logging` takes the setting away, not only what follows it.
    logs_live = config.pluginmanager.has_plugin("logging-plugin") and config.getini("log_cli")
    return (
        config.get_verbosity(pytest.Config.VERBOSITY_TEST_CASES) > 0
        or bool(logs_live)
        or config.getoption("log_cli_level", default=None) is not None
        or _has_foreign(hook.pytest_runtest_logstart)
        or _has_foreign(hook.pytest_runtest_logfinish)
    )


def _has_foreign(hook: Any) -> bool:
    return not all(
        str(implementation.function.__module__).startswith(OURS)
        for implementation in hook.get_hookimpls()
    )
