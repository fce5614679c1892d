"""pytest's terminal with less work after each report.

pytest flushes then. Each flush gives the interpreter's lock away, and while replies come in fast
the engine's thread keeps it for half a millisecond: a third of a large run. And it measures the
line of dots character by character, for characters that are two columns wide.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import pytest

FLUSHED_EVERY_S = 0.05
PROGRESS = len(" [1000000/1000000]")
"""Columns: the longest progress message that ends a line of dots."""


class CalmTerminal:
    """Holds back the flushes of pytest's terminal reporter while cases run one after another."""

    def __init__(self, config: pytest.Config) -> None:
        self._reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
        self._room = 0
        """Columns up to which a line of dots is surely not full."""
        self._flushed_at = 0.0
        self._is_calm = False

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Flush every 50 ms at most, and whenever `flush` is called."""
        if self._reporter is None:
            yield
            return
        self._is_calm = True
        self._room = self._reporter._tw.fullwidth - PROGRESS - 1  # noqa: SLF001
        self._reporter.flush = self._flush_in_time
        self._reporter._write_progress_information_if_past_edge = self._progress  # noqa: SLF001
        try:
            yield
        finally:
            del self._reporter.flush
            del self._reporter._write_progress_information_if_past_edge  # noqa: SLF001
            self._is_calm = False
            self._reporter.flush()

    def _progress(self) -> None:
        line = getattr(self._reporter._tw, "_current_line", None)  # noqa: SLF001
        if line is None or len(line) >= self._room or not line.isascii():
            type(self._reporter)._write_progress_information_if_past_edge(self._reporter)  # noqa: SLF001

    def _flush_in_time(self) -> None:
        if perf_counter() - self._flushed_at > FLUSHED_EVERY_S:
            self.flush()

    def flush(self) -> None:
        """Show what was written: somebody is about to wait."""
        if self._is_calm:
            type(self._reporter).flush(self._reporter)
            self._flushed_at = perf_counter()
