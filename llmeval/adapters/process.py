"""One program run to its end, with everything that it started, within bounds."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

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


@dataclass(frozen=True, slots=True)
class Start:
    """What to run."""

    argv: tuple[str, ...]
    stdin: bytes
    cwd: str | None
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ended:
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
    process = await _start(start)
    try:
        return await _talk(process, start, begun)
    finally:
        if process.returncode is None:
            kill_group(process)
            await _reaped(process)


async def _start(start: Start) -> Process:
    program = start.argv[0]
    try:
        return await asyncio.create_subprocess_exec(
            *(argument.encode("utf-8", "replace") for argument in start.argv),
            stdin=PIPE if start.stdin else DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            cwd=start.cwd,
            env=start.env,
            start_new_session=True,
        )
    except (FileNotFoundError, NotADirectoryError) as error:
        missing = start.cwd if start.cwd and not os.path.isdir(start.cwd) else program  # noqa: PTH112 - plain check
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


async def _talk(process: Process, start: Start, begun: float) -> Ended:
    assert process.stdout is not None
    assert process.stderr is not None
    readers = [
        asyncio.ensure_future(_read(process.stdout, start.argv[0])),
        asyncio.ensure_future(_tail(process.stderr)),
        asyncio.ensure_future(_write(process, start.stdin)),
    ]
    try:
        done = asyncio.ensure_future(process.wait())
        await asyncio.wait([done, readers[0]], return_when=asyncio.FIRST_COMPLETED)
        if readers[0].done():
            readers[0].result()  # too much output: do not wait for the end
        status = await done
        # A child in the background may hold the pipes open for ever.
        await asyncio.wait(readers, timeout=_GRACE_S)
        # Also after a regular end: what it left running goes too.
        kill_group(process)
        stdout, stderr, _ = await asyncio.gather(*readers)
    finally:
        for reader in readers:
            reader.cancel()
    return Ended(status, stdout or b"", stderr or b"", perf_counter() - begun)


async def _read(stream: asyncio.StreamReader, program: str) -> bytes:
    pieces, size = [], 0
    while piece := await stream.read(65_536):
        pieces.append(piece)
        size += len(piece)
        if size > LIMIT_BYTES:
            raise AdapterError(
                f"{program!r} wrote more than {LIMIT_BYTES // 2**20} MiB", kind="bad_reply"
            )
    return b"".join(pieces)


async def _tail(stream: asyncio.StreamReader) -> bytes:
    kept = b""
    while piece := await stream.read(65_536):
        kept = (kept + piece)[-_STDERR_KEPT:]
    return kept


async def _write(process: Process, text: bytes) -> None:
    if process.stdin is None:
        return
    # A program need not read what it is given.
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(text)
        await process.stdin.drain()
    process.stdin.close()


async def _reaped(process: Process) -> None:
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(process.wait(), _GRACE_S)


def kill_group(process: Process) -> None:
    """Kill a process and everything it started that is still there."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
