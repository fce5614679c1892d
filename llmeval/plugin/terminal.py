"""pytest's terminal, flushed less often.

pytest flushes after each report. Each flush gives the interpreter's lock away, and while replies
come in fast the engine's thread keeps it for half a millisecond: a third of a large run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import pytest

FLUSHED_EVERY_S = 0.05


class CalmTerminal:
    """Holds back the flushes of pytest's terminal reporter while cases run one after another."""

    def __init__(self, config: pytest.Config) -> None:
        self._reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
        self._flushed_at = 0.0
        self._is_calm = False

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Flush every 50 ms at most, and whenever `flush` is called."""
        if self._reporter is None:
            yield
            return
        self._is_calm = True
        self._reporter.flush = self._flush_in_time
        try:
            yield
        finally:
            del self._reporter.flush
            self._is_calm = False
            self._reporter.flush()

    def _flush_in_time(self) -> None:
        if perf_counter() - self._flushed_at > FLUSHED_EVERY_S:
            self.flush()

    def flush(self) -> None:
        """Show what was written: somebody is about to wait."""
        if self._is_calm:
            type(self._reporter).flush(self._reporter)
            self._flushed_at = perf_counter()
