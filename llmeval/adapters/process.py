"""One program run to its end, with everything that it started, within bounds."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE
from time import perf_counter

from msgspec import Struct

from llmeval.errors import AdapterError

LIMIT_BYTES = 64 * 1024 * 1024
_STDERR_KEPT = 64 * 1024
_GRACE_S = 1.0

# What programs need to run at all; everything else, keys above all, only when it is named.
_BASE = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM"),
        *("TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT"),
        *("USERPROFILE", "APPDATA", "LOCALAPPDATA"),
    )
)


class Start(Struct, frozen=True):
    """What to run."""

    argv: tuple[str, ...]
    stdin: bytes
    cwd: str | None
    env: Mapping[str, str]


class Ended(Struct, frozen=True):
    """How it went."""

    status: int
    """Negative: killed by that signal."""
    stdout: bytes
    stderr: bytes
    """Its last 64 KiB."""
    total_s: float


def environment(names: Sequence[str]) -> dict[str, str]:
    """Return the variables a program gets: a few basic ones and those named."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in names or name.upper() in _BASE or name.startswith("LC_")
    }


async def run(start: Start) -> Ended:
    """Run a program to its end; its whole process group is gone afterwards.

    Raises:
        AdapterError: It cannot be started, or writes more than 64 MiB.
    """
    begun = perf_counter()
    transport, output = await _start(start)
    pid = transport.get_pid()
    try:
        _write(transport, start.stdin)
        await output.ended.wait()
        total_s = perf_counter() - begun
        if output.is_too_long:
            raise AdapterError(
                f"{start.argv[0]!r} wrote more than {LIMIT_BYTES // 2**20} MiB", kind="bad_reply"
            )
        # A child left in the background may hold the pipes open for ever.
        await _within_grace(output.closed)
        _kill_group(pid)
        await _within_grace(output.closed)
        status = transport.get_returncode()
        return Ended(-1 if status is None else status, *output.taken(), total_s)
    finally:
        # Cancelled, or too much output: nothing of it may go on.
        try:
            if transport.get_returncode() is None:
                _kill_group(pid)
                await _within_grace(output.exited)
        finally:
            transport.close()


class _Output(asyncio.SubprocessProtocol):
    """Collects what a program writes.

    `asyncio.subprocess.Process.wait` waits in some versions of Python until the pipes are closed,
    even after the process has ended; this one tells the two apart.
    """

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        """Set when the process is gone, or writes too much."""
        self.exited = asyncio.Event()
        self.closed = asyncio.Event()
        """Set when both pipes are closed."""
        self._stdout: list[bytes] = []
        self._stderr = b""
        self._size = 0
        self._open = {1, 2}

    @property
    def is_too_long(self) -> bool:
        return self._size > LIMIT_BYTES

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self._stderr = (self._stderr + data)[-_STDERR_KEPT:]
        elif not self.is_too_long:
            self._stdout.append(data)
            self._size += len(data)
            if self._size > LIMIT_BYTES:
                self.ended.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002 - given by asyncio
        self._open.discard(fd)
        if not self._open:
            self.closed.set()

    def process_exited(self) -> None:
        self.exited.set()
        self.ended.set()

    def taken(self) -> tuple[bytes, bytes]:
        """Return standard output and the end of standard error."""
        return b"".join(self._stdout), self._stderr


async def _start(start: Start) -> tuple[asyncio.SubprocessTransport, _Output]:
    program = start.argv[0]
    try:
        return await asyncio.get_running_loop().subprocess_exec(
            _Output,
            *(argument.encode("utf-8", "replace") for argument in start.argv),
            stdin=PIPE if start.stdin else DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            cwd=start.cwd,
            env=start.env,
            start_new_session=True,
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        folder_is_there = start.cwd is None or Path(start.cwd).is_dir()
        missing = program if folder_is_there else start.cwd
        raise AdapterError(
            f"cannot start {program!r}: {missing!r} does not exist", kind="not_found", fatal=True
        ) from error
    except PermissionError as error:
        raise AdapterError(
            f"cannot start {program!r}: it is not executable", kind="not_found", fatal=True
        ) from error
    except (OSError, ValueError) as error:
        # The arguments are too long, or hold a NUL: this prompt's fault.
        raise AdapterError(
            f"cannot start {program!r}: {error}; without a placeholder in `argv` the prompt goes "
            "to standard input",
            kind="bad_request",
        ) from error


def _write(transport: asyncio.SubprocessTransport, text: bytes) -> None:
    pipe = transport.get_pipe_transport(0)
    if isinstance(pipe, asyncio.WriteTransport):
        # A program need not read what it is given: a broken pipe closes this transport quietly.
        pipe.write(text)
        pipe.write_eof()


async def _within_grace(event: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_GRACE_S):
            await event.wait()


def _kill_group(pid: int) -> None:
    """Kill a process and everything it started that is still there."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)
