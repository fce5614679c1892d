"""Asks a program: one process for each request."""

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from msgspec.structs import replace

from llmeval.adapters.assistants import ASSISTANTS, complaint
from llmeval.adapters.http_reply import Paths
from llmeval.adapters.process import Ended, Start, environment, run
from llmeval.adapters.program_reply import failed, json_reply, text_reply
from llmeval.adapters.template import check, fill_text, placeholders
from llmeval.adapters.trace_file import Link, TraceFile
from llmeval.adapters.workspace import Workspace
from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Reply, Request


class _Compiled:
    """What is made of the parameters once."""

    __slots__ = ("paths", "traces")

    def __init__(self) -> None:
        self.paths = Paths({})
        self.traces = TraceFile(None, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Runs a program with the prompt on its standard input or in an argument."""

    argv: tuple[str, ...] = ()
    """Program and arguments; no shell. Placeholders in arguments are filled."""
    preset: Literal["claude", "codex", "copilot", "cursor-agent", "gemini"] | None = None
    """A coding assistant: how it is called unless `argv` says so, and how its output is read."""
    stdin: str | None = None
    """What the program reads. Default: the prompt, nothing if an argument has a placeholder."""
    output: Literal["text", "json"] = "text"
    reply: str | Mapping[str, str] = field(default_factory=dict)
    """Paths to the parts of JSON output; default: an object in the form of a stored reply."""
    cwd: str | None = None
    """Folder it runs in."""
    workspace: str | None = None
    """Folder of which each request gets a fresh copy to run in; what it changes there becomes the
    reply's files."""
    env: tuple[str, ...] = ()
    """Names of environment variables it gets besides PATH, HOME and the like."""
    traces: str | None = None
    """File to which OpenTelemetry's collector writes the program's spans."""
    traces_wait: float = field(default=6.0, metadata={"ge": 0.0})
    """Seconds after a reply in which its spans are waited for."""
    _compiled: _Compiled = field(default_factory=_Compiled, init=False, repr=False, compare=False)

    paths: ClassVar[tuple[str, ...]] = ("cwd", "traces", "workspace")
    """Parameters that are paths, relative to whatever file they stand in."""

    def __post_init__(self) -> None:
        if self.preset is not None and not self.argv:
            object.__setattr__(self, "argv", ASSISTANTS[self.preset].argv)
        if not self.argv or not self.argv[0]:
            raise ParameterError("argv", "expected a program and its arguments, found none")
        if self.preset is not None and (self.reply or self.output != "text"):
            raise ParameterError("preset", "says how output is read; leave out output and reply")
        if self.cwd is not None and self.workspace is not None:
            raise ParameterError("workspace", "cwd and workspace exclude each other")
        for name in ("argv", "stdin"):
            try:
                check(getattr(self, name))
            except ValueError as error:
                raise ParameterError(name, str(error)) from error
        if placeholders(self.argv[0]):
            raise ParameterError("argv", "the program itself must not hold a placeholder")
        if self.reply and self.output == "text":
            raise ParameterError("reply", "paths need output = 'json'")
        paths = {"text": self.reply} if isinstance(self.reply, str) else self.reply
        self._compiled.paths = Paths(paths)
        self._compiled.traces = TraceFile(self.traces, self.traces_wait)

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes replies comparable."""
        found = {"type": "command", "argv": list(self.argv), "stdin": self.stdin}
        return found | ({"preset": self.preset} if self.preset else {})

    async def respond(self, request: Request) -> Reply:
        """Return what the program writes.

        Raises:
            AdapterError: It cannot be started, fails, or writes no reply.
        """
        traces = self._compiled.traces
        link = traces.begin()
        try:
            return await traces.added(await self._worked(request, link), link, request)
        finally:
            traces.forget(link)

    async def _worked(self, request: Request, link: Link) -> Reply:
        folder = request.workspace or self.workspace
        if folder is None:
            return self._reply(await run(self._start(request, link, self.cwd)))
        space = await to_thread(_copy_of, folder, request)
        try:
            reply = self._reply(await run(self._start(request, link, str(space.path))))
            return replace(reply, files=await to_thread(space.changes))
        finally:
            await to_thread(space.remove)

    def _start(self, request: Request, link: Link, cwd: str | None) -> Start:
        return Start(
            argv=tuple(fill_text(argument, request) for argument in self.argv),
            stdin=fill_text(self._input(), request).encode("utf-8", "replace"),
            cwd=cwd,
            # Instrumented programs go on with the trace that this variable names.
            env={"TRACEPARENT": link.traceparent, **environment(self.env)},
        )

    def _reply(self, ended: Ended) -> Reply:
        program = self.argv[0]
        if ended.status != 0:
            said = complaint(program, ended) if self.preset else None
            raise said or failed(program, ended)
        if self.preset is not None:
            return ASSISTANTS[self.preset].read(program, ended)
        if self.output == "text":
            return text_reply(ended)
        return json_reply(self.argv[0], ended, self._compiled.paths if self.reply else None)

    def _input(self) -> str:
        if self.stdin is not None:
            return self.stdin
        return "" if placeholders(self.argv) else "{{ prompt }}"


def _copy_of(folder: str, request: Request) -> Workspace:
    try:
        return Workspace(Path(folder))
    except AdapterError as error:
        # A case's own folder says nothing of other cases.
        fatal = error.fatal and request.workspace is None
        raise AdapterError(str(error), kind=error.kind, fatal=fatal) from error
