"""Running an event loop in a thread of its own, and waiting in another for what is done there."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar

from llmeval.run.results import EngineDied

T = TypeVar("T")


def done_in(
    loop: asyncio.AbstractEventLoop, asking: Coroutine[Any, Any, T], check: Callable[[], None]
) -> T:
    """Do something in a loop that another thread runs; return its result once it is there.

    Args:
        loop: The loop.
        asking: What to do.
        check: Called every second; raises when waiting is in vain.

    Raises:
        EngineDied: The loop has ended.
    """
    try:
        future = asyncio.run_coroutine_threadsafe(asking, loop)
    except RuntimeError as error:
        asking.close()
        raise EngineDied("the engine is not running") from error
    while True:
        try:
            return future.result(1.0)
        except FutureTimeout:
            if future.done():
                raise
            check()
        except BaseException:
            future.cancel()
            raise


def run_to_end(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    """Run the loop until the task is done, whatever the tasks of applications raise."""
    while True:
        try:
            loop.run_until_complete(task)
            return
        except (SystemExit, KeyboardInterrupt):
            # asyncio lets these out of any task: an application's must not end the run.
            if task.done():
                raise


async def cancel_rest() -> None:
    """Cancel what applications left running; it gets a moment to end."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    if rest:
        await asyncio.wait(rest, timeout=1.0)
