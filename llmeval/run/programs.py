"""Runs the programs that checks want run on what an application wrote.

A check says what it wants run, as one that asks a judge says what it wants asked; here it is done,
so that scorers never do I/O. Programs are no adapters: nothing of them is retried, cached,
recorded or paid for, and a replayed reply is put to the test anew.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from llmeval.adapters.process import Ended, Start, environment, run
from llmeval.adapters.reply import clean
from llmeval.adapters.workspace import Workspace
from llmeval.errors import AdapterError
from llmeval.records import Program, Reply, Timing

KEPT_CHARS = 4000
"""Of a program's output: its last lines."""
_DECIDED = "bad_reply"
"""Kind of an error that is the fault of what was written, not of the surroundings."""


class Programs:
    """Runs programs, as many at a time as there are processors: their time is limited.

    Args:
        allowed: `allow_run` of the configuration.
        workspace_of: Adapter -> the folder it works in a copy of; None: it has none.
        aside: Entered while a trial waits without a request in flight.
        redact: Takes secrets out of the output, before it is cut.
    """

    def __init__(
        self,
        *,
        allowed: bool,
        workspace_of: Callable[[str], str | None],
        aside: Callable[[], AbstractContextManager[None]],
        redact: Callable[[str], str],
    ) -> None:
        self._allowed = allowed
        self._workspace_of = workspace_of
        self._aside = aside
        self._redact = redact
        self._free = asyncio.Semaphore(os.cpu_count() or 1)

    async def run(self, program: Program) -> Reply:
        """Return the end of what a program wrote; how it ended is the finish reason.

        That is `exit N`, `signal N`, `timeout`, or `unusable` where the files cannot be put into
        the folder or the output is endless; then the text says why.

        Raises:
            AdapterError: `not_run`: not allowed, or it cannot be started.
        """
        if not self._allowed:
            raise _not_run("programs are run only with allow_run = true in the configuration")
        with self._aside():
            async with self._free:
                return await self._done(program)

    async def _done(self, program: Program) -> Reply:
        folder = program.workspace or self._workspace_of(program.adapter)
        try:
            space = await asyncio.to_thread(Workspace, None if folder is None else Path(folder))
        except AdapterError as error:
            raise _not_run(str(error)) from error
        try:
            await asyncio.to_thread(_fill, space, program)
            async with asyncio.timeout(program.timeout_s):
                return self._told(await run(_start(program, space.path)))
        except TimeoutError:
            return Reply(finish_reason="timeout")
        except AdapterError as error:
            if error.kind != _DECIDED:
                raise _not_run(str(error)) from error
            return Reply(text=self._redact(str(error)), finish_reason="unusable")
        finally:
            await asyncio.to_thread(space.remove)

    def _told(self, ended: Ended) -> Reply:
        said = (part.decode("utf-8", "replace").strip() for part in (ended.stdout, ended.stderr))
        text = self._redact(clean("\n".join(part for part in said if part)))
        word = f"exit {ended.status}" if ended.status >= 0 else f"signal {-ended.status}"
        timing = Timing(total_s=ended.total_s)
        return Reply(text=_end(text), finish_reason=word, timing=timing)


def _not_run(message: str) -> AdapterError:
    return AdapterError(message, kind="not_run")


def _fill(space: Workspace, program: Program) -> None:
    space.put(program.files)
    # Last: hidden tests win over what the application put in their place.
    space.put(program.add)


def _start(program: Program, folder: Path) -> Start:
    given = environment(())
    # `python`, `pytest` and their kin are those of the environment that runs the suite.
    given["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), given.get("PATH", "")])
    stdin = program.stdin.encode("utf-8", "replace")
    return Start(argv=program.argv, stdin=stdin, cwd=str(folder), env=given | {"NO_COLOR": "1"})


def _end(text: str) -> str:
    """Return the last lines of a text."""
    if len(text) <= KEPT_CHARS:
        return text
    kept = text[-KEPT_CHARS:]
    return f"…\n{kept.partition(chr(10))[2] or kept}"
