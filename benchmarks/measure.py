"""Whole processes, measured: wall seconds, CPU seconds, peak memory; the local server beside them.

Figures of one comparison come from interleaved rounds, so that a slow minute of the machine
meets all sides; what is reported is the median of the rounds.
"""

import contextlib
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent


@dataclass(frozen=True, slots=True)
class Measured:
    """One finished process."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    """Peak resident memory of the process, or of the largest process it waited for."""
    status: int
    output: str
    """Standard output and standard error together."""


def measure(
    command: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    environ: Mapping[str, str] | None = None,
    limit_s: float = 300,
) -> Measured:
    """Run a program to its end and measure it; after `limit_s` seconds it is killed."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environ) if environ is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        status, used = _wait(process, began + limit_s)
        wall = time.perf_counter() - began
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    # Linux counts in KiB. The parent's memory at the fork is a floor: scripts here stay small.
    mib = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Measured(wall, used.ru_utime + used.ru_stime, mib, status, text)


def _wait(process: "subprocess.Popen[bytes]", end: float) -> tuple[int, Any]:
    # wait4 alone gives this child's own figures; polled, because it has no time limit.
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, used
        if time.perf_counter() > end:
            process.kill()
            end = float("inf")
        time.sleep(0.002)


class BrokenRunError(RuntimeError):
    """A measured program did not do its work: figures of it would mean nothing."""


def green(done: Measured) -> Measured:
    """Return a run that ended with 0.

    Raises:
        BrokenRunError: It did not.
    """
    if done.status:
        raise BrokenRunError(f"a run ended with {done.status}:\n{done.output[-1500:]}")
    return done


def interleaved(rounds: int, sides: Mapping[str, Callable[[], Any]]) -> dict[str, list[Any]]:
    """Call all sides in turn, `rounds` times, every second round in reverse order."""
    found: dict[str, list[Any]] = {name: [] for name in sides}
    for number in range(rounds):
        names = list(sides)
        for name in names if number % 2 == 0 else reversed(names):
            found[name].append(sides[name]())
    return found


def middle(measured: Sequence[Measured]) -> Measured:
    """Return the medians of several runs, with the output and status of the last."""
    last = measured[-1]
    return Measured(
        median(run.wall_s for run in measured),
        median(run.cpu_s for run in measured),
        median(run.peak_mib for run in measured),
        last.status,
        last.output,
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value at `share` percent of a sorted, non-empty list (nearest rank)."""
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


# --- the local server ------------------------------------------------------------------------


class Server:
    """The local server, running as its own process."""

    def __init__(self, url: str) -> None:
        self.url = url

    def stats(self, *, times: bool = False) -> dict[str, Any]:
        """Return what it counted."""
        return self._ask("GET", "/stats?times=1" if times else "/stats")

    def reset(self) -> None:
        """Let it start counting again."""
        self._ask("POST", "/reset")

    def stop(self) -> None:
        """Let it end."""
        self._ask("POST", "/stop")

    def _ask(self, method: str, path: str) -> dict[str, Any]:
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path)
            found: dict[str, Any] = json.load(connection.getresponse())
        return found


@contextlib.contextmanager
def serving(behave: str = "") -> Iterator[Server]:
    """Run the local server with that behaviour (see `server.py -h`) while the block runs."""
    process = subprocess.Popen(
        [sys.executable, HERE / "server.py", "--behave", behave], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise SystemExit(f"the local server did not start with --behave {behave!r}")
        yield Server(url)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


# --- what is printed -------------------------------------------------------------------------


def machine() -> dict[str, Any]:
    """Return date and machine, for the head of a table."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "cpu_count": os.cpu_count(),
        "cpu": _cpu_model(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "load": f"load average {os.getloadavg()[0]:.1f}",  # above 0.5 here: look at ratios and CPU
    }


def _cpu_model() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, its columns aligned."""
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )
