"""Asks a Python callable: the application itself, in this process."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from llmeval.adapters.callables import Target, contained, inspect_target, raised, raised_error
from llmeval.adapters.returned import Pieces, reply_from
from llmeval.adapters.threads import Threads
from llmeval.adapters.tracing import Traced, Tracing
from llmeval.errors import AdapterError, ParameterError
from llmeval.records import Reply, Request
from llmeval.registry import resolve

_ABANDONED_MAX = 128


class _Loaded:
    """The callable, once it is imported, and what collects its spans."""

    __slots__ = ("target", "tracing")

    def __init__(self) -> None:
        self.target: Target | None = None
        self.tracing = Tracing(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """Calls `module:callable`, sync or async, generators included."""

    call: str
    """Where it is imported from: `module:name`."""
    trace: bool | None = None
    """Take the reply's steps from the application's OpenTelemetry spans; default: where the
    application has set OpenTelemetry up."""
    _loaded: _Loaded = field(default_factory=_Loaded, init=False, repr=False, compare=False)
    _threads: Threads = field(
        default_factory=lambda: Threads("llmeval-call"), init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        module, _, name = self.call.partition(":")
        if not module or not name:
            raise ParameterError("call", f"expected 'module:callable', found {self.call!r}")
        self._loaded.tracing = Tracing(self.trace)

    def fingerprint(self) -> Mapping[str, Any]:
        """Return what makes replies comparable."""
        return {"type": "python", "call": self.call}

    async def open(self) -> None:
        """Import the callable; blocks while it is imported.

        Raises:
            AdapterError: It cannot be imported, or not be called with what we have to give.
        """
        if self._loaded.target is None:
            self._loaded.target = inspect_target(self.call, self._import())

    def _import(self) -> Any:
        try:
            return resolve(self.call)
        except ParameterError as error:
            raise AdapterError(error.message, kind="raised", fatal=True) from error
        except (KeyboardInterrupt, SystemExit, Exception) as error:
            raise AdapterError(
                f"importing {self.call!r} raised {raised(error)}", kind="raised", fatal=True
            ) from error

    async def respond(self, request: Request) -> Reply:
        """Return what the callable makes of the request.

        Raises:
            AdapterError: `raised` or `bad_reply`; what the callable raises is contained, even
                SystemExit and KeyboardInterrupt.
        """
        await self.open()
        target = self._loaded.target
        assert target is not None
        with self._loaded.tracing.call() as traced:
            return traced.added(await self._called(target, request, traced))

    async def _called(self, target: Target, request: Request, traced: Traced) -> Reply:
        pieces = Pieces(self.call)
        if target.is_async:
            return await contained(self.call, _asked(target, request, pieces, traced))
        if self._threads.abandoned >= _ABANDONED_MAX:
            raise AdapterError(
                f"{self.call!r}: {_ABANDONED_MAX} calls have not come back after their timeout",
                kind="timeout",
                fatal=True,
            )
        result = await self._threads.run(lambda: _answer(target, request, pieces, traced))
        if isinstance(result, AdapterError):
            raise result
        if isinstance(result, Reply):
            return result
        # A plain function that returns a coroutine, a decorated async function for instance.
        return await contained(self.call, _awaited(result, pieces, traced))

    async def close(self) -> None:
        """Let the idle threads go."""
        self._threads.close()


def _answer(target: Target, request: Request, pieces: Pieces, traced: Traced) -> Any:
    """Return a Reply, an AdapterError, or what is to be awaited; runs in a thread of ours."""
    try:
        with traced.active():
            value = target.call(request)
            if hasattr(value, "__await__") or isinstance(value, AsyncIterator):
                return value
            if isinstance(value, Iterator):
                for piece in value:
                    pieces.add(piece)
                return pieces.reply()
        return reply_from(value, pieces.where, pieces.elapsed_s())
    except AdapterError as error:
        return error
    # Around an adapter anything is contained: user code must not end the thread or the run.
    except BaseException as error:  # noqa: BLE001 - see above
        return raised_error(pieces.where, error)


async def _asked(target: Target, request: Request, pieces: Pieces, traced: Traced) -> Reply:
    with traced.active():
        value = target.call(request)
    return await _awaited(value, pieces, traced)


async def _awaited(value: Any, pieces: Pieces, traced: Traced) -> Reply:
    with traced.active():
        if hasattr(value, "__await__"):
            value = await value
        if isinstance(value, AsyncIterator):
            async for piece in value:
                pieces.add(piece)
            return pieces.reply()
    return reply_from(value, pieces.where, pieces.elapsed_s())
