"""A program that an adapter needs: started before the first request, stopped after the last."""

import asyncio
import os
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from llmeval.config import AdapterConfig
from llmeval.errors import AdapterError

READY_WITHIN_S = 60.0
STOPPED_WITHIN_S = 5.0
_ASKED_EVERY_S = 0.1
_TAIL_BYTES = 2000


class Service:
    """Starts the program of an adapter's table and waits until it answers.

    Args:
        config: Its `start` (program and arguments) and `ready` (URL that answers below 500).
        folder: Working directory.
    """

    def __init__(self, config: AdapterConfig, folder: Path) -> None:
        self._config = config
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None

    async def start(self) -> None:
        """Start the program, if there is one, and wait until it is ready.

        Raises:
            AdapterError: `service`, fatal: it cannot be started, ended, or was not ready in 60 s.
        """
        if self._config.start:
            self._launch()
        if self._config.ready:
            await self._until_ready(self._config.ready)

    def _launch(self) -> None:
        # Output is kept only to say why it failed; it never fills a pipe nobody reads.
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the program
        try:
            self._process = subprocess.Popen(  # noqa: S603  # what the configuration says
                self._config.start,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise self._failed(f"cannot be started: {error.strerror}") from error

    async def _until_ready(self, url: str) -> None:
        give_up_at = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < give_up_at:
            self._raise_if_ended()
            if await _answers(url):
                return
            await asyncio.sleep(_ASKED_EVERY_S)
        raise self._failed(f"{url} did not answer within {READY_WITHIN_S:g} s")

    def _raise_if_ended(self) -> None:
        status = None if self._process is None else self._process.poll()
        if status is not None:
            raise self._failed(f"ended with status {status} before it was ready{self._tail()}")

    def _tail(self) -> str:
        if self._output is None:
            return ""
        size = self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, size - _TAIL_BYTES))
        lines = self._output.read().decode("utf-8", "replace").strip().splitlines()
        return f": {lines[-1]}" if lines else ""

    def _failed(self, what: str) -> AdapterError:
        program = self._config.start[0] if self._config.start else "the service"
        message = f"adapter {self._config.name!r}: {program}: {what}"
        return AdapterError(message, kind="service", fatal=True)

    def stop(self) -> None:
        """Stop the program and everything it started; waits at most 5 s."""
        process, self._process = self._process, None
        if process is not None:
            _signal(process, signal.SIGTERM)
            try:
                process.wait(STOPPED_WITHIN_S)
            except subprocess.TimeoutExpired:
                _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM))
                process.wait()
        if self._output is not None:
            self._output.close()
            self._output = None


def _signal(process: "subprocess.Popen[bytes]", number: int) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)
        else:
            process.terminate()
    except ProcessLookupError:
        return


async def _answers(url: str) -> bool:
    """Say whether a URL answers below 500; asked in a thread, which never holds up the exit."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[bool] = loop.create_future()

    def tell(*, found: bool) -> None:
        if not future.done():
            future.set_result(found)

    def look() -> None:
        found = _status(url) < 500
        try:
            loop.call_soon_threadsafe(lambda: tell(found=found))
        except RuntimeError:
            return  # the loop is closed, nobody is waiting

    threading.Thread(target=look, name="llmeval-ready", daemon=True).start()
    return await future


def _status(url: str) -> int:
    # A service of ours is never behind a proxy.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(url, timeout=2.0) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code
    except (URLError, OSError, ValueError):
        return 999
