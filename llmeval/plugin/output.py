"""What an application prints, warns and logs while it is asked: kept with its case.

pytest captures what runs in a test's own thread, while it runs. Cases are asked in the engine's
threads, many at once: here each line finds its case by the context that asked for it, where it goes
through `sys.stdout`, `sys.stderr` and `logging`. What child processes write belongs to no case; it
is kept where pytest captures file descriptors, which it does unless told otherwise.
"""

import logging
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import pytest

from llmeval.compare.wording import count
from llmeval.plugin.descriptors import Descriptors
from llmeval.run.current import CASE
from llmeval.text import strip_controls

Stream = Literal["stdout", "stderr", "log"]
STREAMS: tuple[Stream, ...] = ("stdout", "stderr", "log")

MOST_CHARS = 50_000
"""Of each stream of a case; the newest are kept."""
OUTSIDE = ""
"""Stands for what belongs to no case: printed by a thread of the application's own."""


class Output:
    """Keeps output by case, from `start` to `stop`.

    Args:
        config: Of the pytest run; with `-s` nothing is kept, as users expect.
        redact: Removes secrets from a text.
    """

    def __init__(self, config: pytest.Config, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._manager: Any = config.pluginmanager.get_plugin("capturemanager")
        method = config.getoption("capture", default="no")
        self._is_on = self._manager is not None and method != "no"
        self._descriptors = Descriptors() if method == "fd" else None
        self.is_teed = method == "tee-sys"
        """Whether what is kept is shown at once as well."""
        self._logging: Any = config.pluginmanager.get_plugin("logging-plugin")
        self.shows_passed = _shows_passed(config)
        """Whether the output of passing cases is asked for."""
        self._thread = threading.get_ident()
        self._in_test = False
        """pytest captures for a Python test: what belongs to no case is the test's."""
        self._lock = threading.Lock()
        self._kept: dict[str, dict[Stream, _Newest]] = {}
        self._undo: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin to keep what is printed and logged."""
        if not self._is_on:
            return
        self._take_descriptors()
        self._stand_in_front()
        # pytest sets both streams anew for each phase of a Python test.
        self._follow("resume_global_capture", in_test=True)
        self._follow("suspend_global_capture", in_test=False)
        if self._logging is not None:
            self._listen()

    def stop(self) -> None:
        """Give the streams back."""
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if isinstance(stream, _Front) and stream.output is self:
                setattr(sys, name, stream.behind)
        if self._descriptors is not None:
            self._descriptors.give_back()

    def _stand_in_front(self) -> None:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            ours = isinstance(stream, _Front) and stream.output is self
            if stream is not None and not ours:
                setattr(sys, name, _Front(stream, name, self))

    def _take_descriptors(self) -> None:
        if self._descriptors is not None:
            self._descriptors.take()

    def _follow(self, name: str, *, in_test: bool) -> None:
        original = getattr(self._manager, name)

        def followed(*args: Any, **kwargs: Any) -> None:
            original(*args, **kwargs)
            self._in_test = in_test
            self._stand_in_front()
            is_for_debugger = True in (*args, *kwargs.values())  # `in_`: it reads the terminal
            if not in_test and not is_for_debugger:
                self._take_descriptors()

        setattr(self._manager, name, followed)
        self._undo.append(lambda: delattr(self._manager, name))

    def _listen(self) -> None:
        """Take in what is logged, at the level and in the form that pytest was told."""
        root, handler = logging.getLogger(), _Records(self)
        handler.setFormatter(self._logging.formatter)
        before, level = root.level, self._logging.log_level
        if level is not None:
            handler.setLevel(level)
            root.setLevel(min(before, level))
            self._undo.append(lambda: root.setLevel(before))
        root.addHandler(handler)
        self._undo.append(lambda: root.removeHandler(handler))

    # --- keeping ------------------------------------------------------------------------------

    def owner(self) -> str | None:
        """Return the case that the caller works for, or OUTSIDE; None: it is none of ours."""
        case = CASE.get()
        if case is not None:
            return case
        is_pytest = threading.get_ident() == self._thread or self._in_test
        return None if is_pytest else OUTSIDE

    def keep(self, owner: str, stream: Stream, text: str) -> None:
        """Keep a piece of output; called in any thread."""
        with self._lock:
            self._kept.setdefault(owner, {}).setdefault(stream, _Newest()).add(text)

    def sections(self, owner: str) -> list[tuple[str, str]]:
        """Return what was kept of a case as sections of a report, and forget it."""
        if owner not in self._kept:
            return []
        with self._lock:
            found = self._kept.pop(owner)
        named = [(s, found[s].text()) for s in STREAMS if s in found]
        return [(f"Captured {s} call", strip_controls(self._redact(text))) for s, text in named]

    def forget(self) -> None:
        """Drop what belongs to no case."""
        self._kept.pop(OUTSIDE, None)
        self._of_children()

    def write_rest(self, path: Path) -> list[str]:
        """Write what belongs to no case into a file; return a line that says so, if there is any.

        Args:
            path: Of the file; made only where it is needed.
        """
        rest = "".join(text for _, text in self.sections(OUTSIDE)) + self._of_children()
        if not rest:
            return []
        lines = count(rest.count("\n") or 1, "line")
        try:
            path.write_text(rest, encoding="utf-8", errors="replace")
        except OSError as error:
            return [f"{path}: cannot be written: {error.strerror}"]
        return [f"{lines} that the application printed outside of any case: {path}"]

    def _of_children(self) -> str:
        written = "" if self._descriptors is None else self._descriptors.text()
        return strip_controls(self._redact(written))


def _shows_passed(config: pytest.Config) -> bool:
    if {"P", "A"} & set(config.getoption("reportchars", default="")):
        return True
    writes_junit = config.getoption("xmlpath", default=None) is not None
    return writes_junit and config.getini("junit_logging") != "no"


class _Newest:
    """The newest pieces of a text."""

    __slots__ = ("_chars", "_is_cut", "_pieces")

    def __init__(self) -> None:
        self._pieces: deque[str] = deque()
        self._chars = 0
        self._is_cut = False

    def add(self, text: str) -> None:
        self._pieces.append(text)
        self._chars += len(text)
        while self._chars > MOST_CHARS:
            self._is_cut = True
            first = self._pieces.popleft()
            left = first[self._chars - MOST_CHARS :]
            if left:
                self._pieces.appendleft(left)
            self._chars += len(left) - len(first)

    def text(self) -> str:
        cut = f"(cut: the newest {MOST_CHARS:,} characters)\n" if self._is_cut else ""
        return cut + "".join(self._pieces)


class _Front:
    """Stands in front of a stream: keeps what is written for cases, lets all else through."""

    def __init__(self, behind: Any, name: Stream, output: Output) -> None:
        self.behind = behind
        self.output = output
        self._name: Stream = name

    def write(self, text: str) -> int:
        """Keep the text with its case, or write it."""
        owner = self.output.owner()
        if owner is not None:
            self.output.keep(owner, self._name, str(text))
        if owner is None or self.output.is_teed:
            self.behind.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of them."""
        for line in lines:
            self.write(line)

    def isatty(self) -> bool:
        """Tell whether it is a terminal; what is kept is not."""
        return self.output.owner() is None and bool(self.behind.isatty())

    @property
    def buffer(self) -> Any:
        """What takes bytes."""
        return self.behind.buffer if self.output.owner() is None else _Bytes(self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.behind, name)


class _Bytes:
    """Takes bytes for a front."""

    def __init__(self, front: _Front) -> None:
        self._front = front

    def write(self, data: bytes) -> int:
        """Write them as text."""
        self._front.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        """Do nothing: all is written."""


class _Records(logging.Handler):
    """Keeps what is logged for cases."""

    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        owner = self._output.owner()
        if owner is not None:
            try:
                self._output.keep(owner, "log", f"{self.format(record)}\n")
            # As every handler does: arguments that do not fit a message end no application.
            except Exception:  # noqa: BLE001 - see above
                self.handleError(record)
