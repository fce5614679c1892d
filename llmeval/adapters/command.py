"""Asks a program: one process for each request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from llmeval.adapters.http_reply import Paths
from llmeval.adapters.process import Ended, Start, environment, run
from llmeval.adapters.program_reply import failed, json_reply, text_reply
from llmeval.adapters.template import check, fill_text, placeholders
from llmeval.errors import ParameterError
from llmeval.records import Reply, Request


class _Compiled:
    """The paths of the reply, compiled once."""

    __slots__ = ("paths",)

    def __init__(self) -> None:
        self.paths = Paths({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Runs a program with the prompt on its standard input or in an argument."""

    argv: tuple[str, ...]
    """Program and arguments; no shell. Placeholders in arguments are filled."""
    stdin: str | None = None
    """What the program reads. Default: the prompt, nothing if an argument has a placeholder."""
    output: Literal["text", "json"] = "text"
    reply: str | Mapping[str, str] = field(default_factory=dict)
    """Paths to the parts of JSON output; default: an object in the form of a stored reply."""
    cwd: str | None = None
    """Folder it runs in."""
    env: tuple[str, ...] = ()
    """Names of environment variables it gets besides PATH, HOME and the like."""
    _compiled: _Compiled = field(default_factory=_Compiled, init=False, repr=False, compare=False)

    paths: ClassVar[tuple[str, ...]] = ("cwd",)
    """Parameters that are paths, relative to whatever file they stand in."""

    def __post_init__(self) -> None:
        if not self.argv or not self.argv[0]:
            raise ParameterError("argv", "expected a program and its arguments, found none")
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

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes replies comparable."""
        return {"type": "command", "argv": list(self.argv), "stdin": self.stdin}

    async def respond(self, request: Request) -> Reply:
        """Return what the program writes.

        Raises:
            AdapterError: It cannot be started, fails, or writes no reply.
        """
        start = Start(
            argv=tuple(fill_text(argument, request) for argument in self.argv),
            stdin=fill_text(self._input(), request).encode("utf-8", "replace"),
            cwd=self.cwd,
            env=environment(self.env),
        )
        ended = await run(start)
        if ended.status != 0:
            raise failed(self.argv[0], ended)
        return self._reply(ended)

    def _reply(self, ended: Ended) -> Reply:
        if self.output == "text":
            return text_reply(ended)
        return json_reply(self.argv[0], ended, self._compiled.paths if self.reply else None)

    def _input(self) -> str:
        if self.stdin is not None:
            return self.stdin
        return "" if placeholders(self.argv) else "{{ prompt }}"
