"""A user's callable: how it wants to be called, and what it means when it raises."""

import asyncio
import inspect
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from llmeval.adapters.faults import excerpt, from_status
from llmeval.adapters.messages import chat_messages, prompt_of
from llmeval.errors import AdapterError
from llmeval.records import Request

_T = TypeVar("_T")

GIVEN: Mapping[str, Callable[[Request], Any]] = {
    "messages": chat_messages,
    "params": lambda request: dict(request.params),
    "prompt": prompt_of,
    "request": lambda request: request,
    "session": lambda request: request.session,
    "system": lambda request: request.system,
    "tools": lambda request: [dict(tool) for tool in request.tools],
}
"""What a callable can ask for, by the names of its parameters."""

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


MOST_SESSIONS = 10_000
"""Of a class: the objects of those that were asked longest ago go first."""


class Instances:
    """One object of a class for each conversation.

    Args:
        cls: The class; its objects are made without arguments.
    """

    def __init__(self, cls: type) -> None:
        self._cls = cls
        self._made: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def of(self, session: str) -> Any:
        """Return the object of a session, a new one for a new session."""
        with self._lock:
            if session in self._made:
                self._made.move_to_end(session)
                return self._made[session]
        made = self._cls()
        with self._lock:
            self._made[session] = made
            if len(self._made) > MOST_SESSIONS:
                self._made.popitem(last=False)
        return made


class Target(Struct, frozen=True):
    """A callable and what it gets."""

    function: Callable[..., Any]
    first: Callable[[Request], Any] | None
    """Makes the first positional argument."""
    named: Mapping[str, Callable[[Request], Any]]
    """Make the keyword arguments."""
    is_async: bool
    """Whether it may be called on the event loop."""
    instances: Instances | None = None
    """Called instead of the function: the object of the request's session."""

    def call(self, request: Request) -> Any:
        """Call it; returns and raises whatever it does."""
        named = {name: make(request) for name, make in self.named.items()}
        instances = self.instances
        function = self.function if instances is None else instances.of(request.session)
        if self.first is None:
            return function(**named)
        return function(self.first(request), **named)


def inspect_target(where: str, function: Any) -> Target:
    """Return how to call a callable.

    The first parameter gets the messages, unless its name or annotation says otherwise
    (`prompt` or `str`: the last user message; `request` or `Request`); further ones are filled
    by name, see `GIVEN`. Of a class each conversation gets an object of its own.

    Raises:
        AdapterError: Not callable, or it needs what we do not have.
    """
    if inspect.isclass(function):
        return _target_of_class(where, function)
    if not callable(function):
        found = f"of type {type(function).__name__}"
        raise _unfit(where, f"is {found}; name a function, or an object that can be called")
    return _target(where, function)


def _target_of_class(where: str, cls: type) -> Target:
    method = getattr(cls, "__call__", None)  # noqa: B004 - its code is asked for, not whether it is there
    if not inspect.isfunction(method):
        raise _unfit(where, "is a class whose objects cannot be called; give it a `__call__`")
    try:
        inspect.signature(cls).bind()
    except TypeError as error:
        raise _unfit(where, f"is a class that is not made without arguments: {error}") from error
    # Without an object at hand its first parameter, `self`, is filled with nothing.
    found = _target(where, method.__get__(object()))
    return replace(found, instances=Instances(cls))


def _target(where: str, function: Callable[..., Any]) -> Target:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []  # built-in without a signature: it gets the messages
        return Target(function, chat_messages, {}, is_async=_is_async(function))
    first = parameters[0] if parameters and parameters[0].kind in _POSITIONAL else None
    named = {}
    for parameter in parameters[1:] if first else parameters:
        if parameter.name in GIVEN and parameter.kind not in (*_VARIADIC, _POSITIONAL[0]):
            named[parameter.name] = GIVEN[parameter.name]
        elif parameter.default is parameter.empty and parameter.kind not in _VARIADIC:
            raise _unfit(
                where, f"needs a parameter {parameter.name!r}; we give {', '.join(sorted(GIVEN))}"
            )
    takes_any = any(parameter.kind is _VARIADIC[0] for parameter in parameters)
    if first is None and not named and not takes_any:
        raise _unfit(where, "takes no parameter; it must take the messages")
    make = _first(first) if first else (chat_messages if takes_any else None)
    return Target(function, make, named, is_async=_is_async(function))


def _first(parameter: inspect.Parameter) -> Callable[[Request], Any]:
    if parameter.annotation in (str, "str"):
        return GIVEN["system"] if parameter.name == "system" else prompt_of
    if parameter.annotation in (Request, "Request"):
        return GIVEN["request"]
    return GIVEN.get(parameter.name, chat_messages)


def _is_async(function: Any) -> bool:
    while isinstance(function, partial):
        function = function.func
    candidates = (function, getattr(function, "__call__", None))  # noqa: B004 - its code is asked for, not whether it is there
    return any(
        inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in candidates
    )


def _unfit(where: str, problem: str) -> AdapterError:
    return AdapterError(f"{where!r} {problem}", kind="raised", fatal=True)


def raised(error: BaseException) -> str:
    """Return an exception as one line: its type and what it says."""
    try:
        said = excerpt(str(error))
    # An exception whose __str__ raises is user code too.
    except Exception:  # noqa: BLE001 - see above
        said = ""
    return f"{type(error).__name__}{': ' if said else ''}{said}"


def raised_error(where: str, error: BaseException) -> AdapterError:
    """Return what an exception of a callable means.

    The vendors' SDKs raise errors with `status_code` and `response`: they count like the same
    status over HTTP, so that our retries and limits apply.
    """
    if isinstance(error, AdapterError):
        return error
    status = getattr(error, "status_code", None)
    response = getattr(error, "response", None)
    if status is None:
        status = getattr(response, "status_code", None)
    if isinstance(status, int) and 400 <= status < 600:
        headers = getattr(response, "headers", None)
        plain = {str(key).lower(): str(value) for key, value in dict(headers or {}).items()}
        return from_status(status, plain, raised(error), where=repr(where))
    return AdapterError(
        f"{where!r} raised {raised(error)}",
        kind="raised",
        transient=isinstance(error, ConnectionError | TimeoutError),
    )


async def contained(where: str, awaitable: Awaitable[_T]) -> _T:
    """Return what is awaited; whatever it raises becomes an AdapterError.

    SystemExit and KeyboardInterrupt would end the event loop, and a CancelledError of its own
    would look as if we had been cancelled.

    Raises:
        AdapterError: See above.
    """
    try:
        return await awaitable
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise raised_error(where, error) from error
    except GeneratorExit:
        raise
    except BaseException as error:
        raise raised_error(where, error) from error
