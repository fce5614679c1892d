"""Replies that are ready in the same turn of the event loop, scored together."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from llmeval.records import Case, Reply
from llmeval.run.scoring import Bounds

if TYPE_CHECKING:
    from llmeval.scorers.binding import Bound
    from llmeval.scorers.contained import Known


class _Waiting(Struct, eq=False):
    """A reply that waits for the end of this turn."""

    case: Case
    bounds: Bounds
    replies: Sequence[Reply]
    future: "asyncio.Future[None]"
    known: "dict[int, Known]" = field(default_factory=dict)


class Batches:
    """Lets scorers with `score_many` see the replies that are there already, never waits for more.

    A reply that comes alone is scored as any other; so are the checks that see every reply of a
    conversation.
    """

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    async def known(
        self, case: Case, bounds: Bounds, replies: Sequence[Reply]
    ) -> "dict[int, Known]":
        """Return what scorers said of the last reply together with others, by place of the check.

        What is missing is to be scored alone.
        """
        loop = asyncio.get_running_loop()
        one = _Waiting(case, bounds, replies, loop.create_future())
        if not self._waiting:
            loop.call_soon(self._score_some)
        self._waiting.append(one)
        await one.future
        return one.known

    def _score_some(self) -> None:
        from llmeval.scorers.batch import SIZE, score_many

        some, self._waiting = self._waiting[:SIZE], self._waiting[SIZE:]
        if self._waiting:
            # Between two batches the loop reads its sockets.
            asyncio.get_running_loop().call_soon(self._score_some)
        for bound, those in _by_check(some):
            found = score_many(bound, [(one.case, one.replies[-1]) for one, _ in those])
            for (one, place), known in zip(those, found, strict=False):
                one.known[place] = known
        for one in some:
            if not one.future.done():
                one.future.set_result(None)


def _by_check(some: Sequence[_Waiting]) -> "list[tuple[Bound, list[tuple[_Waiting, int]]]]":
    """Return each check that several of them share, with its place in each."""
    found: dict[int, tuple[Bound, list[tuple[_Waiting, int]]]] = {}
    for one in some:
        for place in one.bounds.many:
            bound = one.bounds.checks[place]
            if bound.on == "last" or len(one.replies) == 1:
                found.setdefault(id(bound), (bound, []))[1].append((one, place))
    return [each for each in found.values() if len(each[1]) > 1]
