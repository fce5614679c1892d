"""One attempt to get a reply, within its time."""

import asyncio
from collections.abc import Coroutine
from types import coroutine
from typing import Any

from llmeval.protocols import Adapter
from llmeval.records import Reply, Request


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
