"""One attempt to get a reply, within its time; what goes wrong with it, in words."""

import asyncio
from collections.abc import Coroutine
from types import coroutine
from typing import Any

from llmeval.codec import describe
from llmeval.errors import AdapterError
from llmeval.protocols import Adapter
from llmeval.records import Reply, Request


async def attempt(adapter: Adapter, request: Request) -> Reply:
    """Return the adapter's reply, asked once.

    Raises:
        AdapterError: No usable reply; whatever goes wrong becomes one.
    """
    try:
        reply = await respond(adapter, request)
    except AdapterError:
        raise
    except TimeoutError as error:
        raise _timed_out(request) from error
    except asyncio.CancelledError as error:
        if _cancelled_from_outside():
            raise
        raise _raised(error) from error
    except BaseException as error:  # SystemExit and the like of an application are data
        raise _raised(error) from error
    if _is_reply(reply):
        return reply
    raise AdapterError(f"the adapter returned {_kind(reply)}, expected a Reply", kind="bad_reply")


async def respond(adapter: Adapter, request: Request) -> Reply:
    """Return the adapter's reply, within the request's timeout.

    A timeout costs as much as a small adapter does: an adapter that never has to wait is done
    before one is set up.

    Raises:
        TimeoutError: It took longer.
    """
    pending = adapter.respond(request)
    if request.timeout_s is None or not hasattr(pending, "send"):
        return await pending
    try:
        waits_for = pending.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]  # the coroutine's result
    async with asyncio.timeout(request.timeout_s):
        reply: Reply = await _rest(pending, waits_for)
    return reply


@coroutine
def _rest(pending: Coroutine[Any, Any, Reply], waits_for: Any) -> Any:
    """Wait for a coroutine that was started by hand: first for what it waits for already."""
    while True:
        try:
            yield waits_for
        except BaseException as error:  # noqa: BLE001  # handed on to the adapter
            try:
                waits_for = pending.throw(error)
            except StopIteration as done:
                return done.value
        else:
            return (yield from pending.__await__())


def _timed_out(request: Request) -> AdapterError:
    allowed = "" if request.timeout_s is None else f" within {request.timeout_s:g} s"
    return AdapterError(f"no reply{allowed}", kind="timeout", transient=True)


def _raised(error: BaseException) -> AdapterError:
    return AdapterError(f"the adapter raised {describe(error)}", kind="raised")


def _is_reply(value: object) -> bool:
    return isinstance(value, Reply) and isinstance(value.text, str | None)


def _kind(value: object) -> str:
    if isinstance(value, Reply):
        return f"a Reply whose text is {type(value.text).__name__}"
    return "nothing" if value is None else type(value).__name__


def _cancelled_from_outside() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
