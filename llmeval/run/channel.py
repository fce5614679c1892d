"""The way to one adapter: limits, retries, timing, cost, cache and recording of its requests."""

from collections.abc import Mapping
from functools import cached_property
from time import perf_counter
from typing import Any

from llmeval.adapters.wire import OverHttp
from llmeval.config import AdapterConfig
from llmeval.errors import AdapterError
from llmeval.protocols import Adapter
from llmeval.records import Reply, Request, Timing, Usage
from llmeval.run.attempt import attempt
from llmeval.run.budget import REPLY_TOKENS, estimated_usage, input_tokens
from llmeval.run.cache import Cache
from llmeval.run.dialogue import unusable_alone
from llmeval.run.fingerprint import hash_of
from llmeval.run.floor import Floor
from llmeval.run.limits import Pace, Ramp, Slots
from llmeval.run.prices import CostOf, pricing
from llmeval.run.provider import Provider
from llmeval.run.retry import again, final
from llmeval.run.schemas import Schemas

AT_ONCE_S = 0.001
"""A reply within that time did not come over a wire: it held the loop itself, not a socket."""


class Channel:
    """One adapter as the engine uses it.

    Args:
        config: Its table.
        adapter: The adapter itself.
        fingerprint: What identifies it; enters the cache's keys.
        floor: What all requests share.
        provider: What its service can take at a time; shared with other adapters of that service.
    """

    def __init__(
        self,
        config: AdapterConfig,
        adapter: Adapter,
        fingerprint: Mapping[str, Any],
        floor: Floor,
        provider: Provider,
    ) -> None:
        self.config = config
        self.adapter = adapter
        self.fingerprint = fingerprint
        self.hash = hash_of(fingerprint)
        self.dead: AdapterError | None = None
        """Why no request to it can succeed; None while it may."""
        self.refused = 0
        """Requests that were not sent because it is dead."""
        self.provider = provider
        self.schemas = Schemas(adapter)
        self._spent_usd, self._priced = 0.0, 0
        self._floor = floor
        self._slots = Slots(config.concurrency) if config.concurrency else None
        self._requests = _pace(config.requests_per_minute)
        self._tokens = _pace(config.tokens_per_minute)
        self._limited = bool(self._slots or self._requests or self._tokens)

    @cached_property
    def _cost_of(self) -> CostOf | None:
        return pricing(self.config)

    def load(self) -> None:
        """Bring in what the first request and the first reply need, list prices for instance.

        Imports that take 0.2 s each would hold up the replies to other requests.
        """
        if isinstance(self.adapter, OverHttp):
            self.adapter.load()
        _ = self._cost_of

    async def ask(self, request: Request) -> Reply:
        """Return one reply, from the cache or live, with its timing and cost.

        Raises:
            AdapterError: No usable reply, whatever the adapter did.
        """
        floor = self._floor
        if self.dead is not None:
            self.refused += 1
            raise again(self.dead)
        floor.check()
        if request.schema is not None:
            return await self.schemas.ask(request, self._asked)
        return await self._asked(request)

    async def _asked(self, request: Request) -> Reply:
        floor = self._floor
        if floor.cache is None:
            reply = await self._affordable(request)
        else:
            reply = await self._cached(floor.cache, request)
        if floor.recorder is not None:
            floor.recorder.add(request, reply)
        return reply

    async def _cached(self, cache: Cache, request: Request) -> Reply:
        key = cache.key(request, self.fingerprint)
        reply = cache.find(key)
        if reply is None:
            reply = await self._affordable(request)
            if unusable_alone(reply) is None and not reply.cached:
                cache.keep(key, request, reply)
        return reply

    async def _affordable(self, request: Request) -> Reply:
        """Ask live, within what the run may cost."""
        floor = self._floor
        if floor.budget.max_usd is None:
            return await self._live(request)
        reserved = await floor.admit(lambda: self._expected_usd(request))
        try:
            return await self._live(request)
        finally:
            floor.budget.release(reserved)

    def _expected_usd(self, request: Request) -> float:
        """Return what a request will cost about: as much as this adapter's replies did so far."""
        if self._priced:
            return self._spent_usd / self._priced
        if self._cost_of is None:
            return 0.0
        limit = request.params.get("max_tokens")
        made = min(limit, REPLY_TOKENS) if type(limit) is int else REPLY_TOKENS
        usage = Usage(input_tokens=input_tokens(request), output_tokens=made)
        return self._cost_of(usage) or 0.0

    async def _live(self, request: Request) -> Reply:
        """Try until there is a reply or no further attempt is worth it."""
        slots = self._floor.slots
        queued = waited = total = started = 0.0
        attempts = 0
        reply: Reply | None = None
        if self._floor.ramp is not None and slots.taken:
            await self._ramp_up(self._floor.ramp)
        while reply is None:
            attempts += 1
            taken: tuple[Slots, ...] = ()
            if self._limited or self.provider.slots is not None or not slots.take():
                taken = tuple([s for s in (self._slots, self.provider.slots) if s is not None])
                more_queued, more_waited = await self._enter(request, taken)
                queued += more_queued
                waited += more_waited
            started = perf_counter()
            failure = None
            try:
                reply = await attempt(self.adapter, request)
                total = perf_counter() - started
            except AdapterError as error:
                failure = error
            finally:
                for each in (slots, *taken):
                    each.release()
            if failure is not None:
                self._heed(failure, started)
                waited += await self._pause(failure, attempts, waited)
        self.provider.answered(started)
        if total > AT_ONCE_S:
            await self._floor.turns.take()
        return self._finished(request, reply, total, (queued, waited, attempts))

    def _heed(self, failure: AdapterError, sent_at: float) -> None:
        """Learn from a failed attempt what the service can take, or that it is gone."""
        now = perf_counter()
        if failure.kind == "rate_limited":
            self.provider.refused(sent_at, now)
        gone = self.provider.failed(failure, now)
        if gone is not None and self.dead is None:
            self.dead = gone

    async def _ramp_up(self, ramp: Ramp) -> None:
        await ramp.turn(perf_counter())
        if ramp.left <= 0:
            self._floor.ramp = None

    async def _enter(self, request: Request, own: tuple[Slots, ...]) -> tuple[float, float]:
        """Wait for the adapter's turn and free slots; return seconds queued and paced."""
        paced = self._reserve(request)
        begun = perf_counter()
        with self._floor.aside():
            if paced > 0:
                await self._floor.sleep(paced)
            await _acquire((*own, self._floor.slots))
        return max(0.0, perf_counter() - begun - paced), paced

    def _reserve(self, request: Request) -> float:
        now = perf_counter()
        wait = 0.0
        if self._requests is not None:
            wait = self._requests.reserve(1, now)
        if self._tokens is not None:
            wait = max(wait, self._tokens.reserve(input_tokens(request), now))
        return wait

    async def _pause(self, error: AdapterError, attempts: int, waited: float) -> float:
        """Wait before the next attempt; return the seconds.

        Raises:
            AdapterError: There is to be no further attempt.
        """
        if error.fatal and self.dead is None:
            self.dead = error
        pause = self._floor.retry.pause(error, attempts, waited)
        if pause is None:
            raise final(error, attempts)
        with self._floor.aside():
            await self._floor.sleep(pause)
            # Those that were told the same time to come back are not all sent in one go.
            await self._floor.turns.take()
        if self.dead is not None:
            raise again(self.dead)
        self._floor.check()
        return pause

    def _finished(
        self, request: Request, reply: Reply, total: float, path: tuple[float, float, int]
    ) -> Reply:
        """Add what it cost and how long it took."""
        if reply.cached:
            return reply
        cost = reply.cost_usd
        if cost is None and self._cost_of is not None:
            cost = self._cost_of(reply.usage)
        self._account(request, reply, cost)
        queued, waited, attempts = path
        own = reply.timing
        timing = Timing(
            queued_s=queued and round(queued, 6),
            waited_s=waited and round(waited, 6),
            first_token_s=own.first_token_s,
            total_s=round(total if own.total_s is None else own.total_s, 6),
            attempts=attempts,
        )
        return _stamped(reply, timing, cost)

    def _account(self, request: Request, reply: Reply, cost: float | None) -> None:
        if self._tokens is not None:
            usage = estimated_usage(request, reply)
            used = (usage.input_tokens or 0) + (usage.output_tokens or 0)
            self._tokens.correct(used - input_tokens(request))
        if cost is None and self._cost_of is not None:
            cost = self._cost_of(estimated_usage(request, reply))
        if cost is not None:
            self._spent_usd += cost
            self._priced += 1
            self._floor.budget.spend(cost)


async def _acquire(wanted: tuple[Slots, ...]) -> None:
    """Take one slot of each, in order; on the way to the last none is kept in vain."""
    held: list[Slots] = []
    try:
        for slots in wanted:
            await slots.acquire()
            held.append(slots)
    except BaseException:
        for slots in held:
            slots.release()
        raise


def _stamped(reply: Reply, timing: Timing, cost_usd: float | None) -> Reply:
    # As `dataclasses.replace`, at a third of its price: this happens for every reply.
    return Reply(
        text=reply.text,
        finish_reason=reply.finish_reason,
        model=reply.model,
        request_id=reply.request_id,
        reasoning=reply.reasoning,
        tool_calls=reply.tool_calls,
        retrieved=reply.retrieved,
        steps=reply.steps,
        files=reply.files,
        usage=reply.usage,
        cost_usd=cost_usd,
        cached=False,
        timing=timing,
    )


def _pace(per_minute: float | None) -> Pace | None:
    return Pace(per_minute) if per_minute else None
