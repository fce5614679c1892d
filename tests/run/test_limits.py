"""So many requests in flight, and no more; so many a minute."""

import asyncio
from typing import Any

import pytest

from llmeval.config import AdapterConfig
from llmeval.records import Reply, Request, Usage
from llmeval.run import limits
from llmeval.run.limits import Pace, Slots, Turns

Bench = Any


class Gate:
    """Lets requests through in groups: a group that is not full waits for ever."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.inside = 0
        self.most = 0
        self.waiting = 0
        self._full: asyncio.Event | None = None

    async def pass_through(self) -> None:
        self._full = self._full or asyncio.Event()
        full = self._full
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.waiting += 1
        if self.waiting == self.size:
            self.waiting = 0
            self._full = None
            full.set()
        await full.wait()
        await asyncio.sleep(0)
        self.inside -= 1


def test_the_limit_is_reached_exactly_and_never_passed(bench: Bench) -> None:
    gate = Gate(10)

    async def answer(request: Request) -> str:
        await gate.pass_through()
        return "fine"

    bench.adapter(answer)
    for number in range(60):
        bench.case(str(number))

    results = bench.run(concurrency=10)

    assert {result.outcome for result in results} == {"passed"}
    assert gate.most == 10
    assert bench.engine.totals()["most_in_flight"] == 10


def test_a_real_server_sees_the_limit_reached_and_not_passed(
    bench: Bench, serve: Any, chat_reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(10)

    async def answer(body: Any) -> Any:
        await gate.pass_through()
        return chat_reply("fine")

    server = serve(answer)
    monkeypatch.setenv("UNUSED_KEY", "unused-key-value")
    parameters = {"model": "m", "base_url": server.url, "api_key_env": "UNUSED_KEY"}
    bench.configs["real"] = AdapterConfig(name="real", type="openai", parameters=parameters)
    for number in range(40):
        bench.case(str(number), adapter="real", timeout_s=30)

    results = bench.run(concurrency=10)

    assert [result.problems for result in results if result.problems] == []
    assert server.most == 10


def test_an_adapter_may_have_a_limit_of_its_own(bench: Bench) -> None:
    inside = {"own": 0, "other": 0}
    most_of_own = 0
    six = asyncio.Event()

    async def answer(request: Request) -> str:
        nonlocal most_of_own
        inside[request.adapter] += 1
        most_of_own = max(most_of_own, inside["own"])
        if sum(inside.values()) == 6:
            six.set()
        # Nobody leaves before six are inside: a run that never gets there never ends.
        await six.wait()
        await asyncio.sleep(0)
        inside[request.adapter] -= 1
        return "fine"

    bench.adapter(answer, concurrency=2)
    bench.adapter(answer, name="other")
    for number in range(12):
        bench.case(f"own-{number}")
    for number in range(12):
        bench.case(f"other-{number}", adapter="other")

    results = bench.run(concurrency=6)

    assert {result.outcome for result in results} == {"passed"}
    assert most_of_own == 2
    assert bench.engine.totals()["most_in_flight"] == 6


def test_requests_a_minute_are_spread_evenly(bench: Bench) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    bench.options = {"sleep": sleep}
    bench.adapter(lambda _: "x", requests_per_minute=6)
    for number in range(4):
        bench.case(str(number))

    bench.run(concurrency=1)

    assert pauses == pytest.approx([10, 20, 30], abs=2)
    assert [trial.reply.timing.waited_s for trial in bench.trials()] == pytest.approx(
        [0, 10, 20, 30], abs=2
    )


def test_tokens_a_minute_follow_what_was_really_used(bench: Bench) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    bench.options = {"sleep": sleep}
    usage = Usage(input_tokens=100, output_tokens=500)
    bench.adapter(lambda _: Reply(text="x", usage=usage), tokens_per_minute=600)
    bench.case("a")
    bench.case("b")

    bench.run(concurrency=1)

    assert pauses == pytest.approx([60], abs=2)


def test_pace_catches_up_with_no_burst() -> None:
    pace = Pace(60)

    waits = [pace.reserve(1, now) for now in (0.0, 0.0, 0.5, 100.0, 100.0)]

    assert waits == pytest.approx([0.0, 1.0, 1.5, 0.0, 1.0])


def test_slots_serve_in_order() -> None:
    async def scene() -> list[int]:
        slots = Slots(1)
        served: list[int] = []

        async def use(number: int) -> None:
            await slots.acquire()
            served.append(number)
            await asyncio.sleep(0)
            slots.release()

        await asyncio.gather(*(use(number) for number in range(5)))
        assert slots.taken == 0
        return served

    assert asyncio.run(scene()) == [0, 1, 2, 3, 4]


def test_a_slot_given_to_one_who_is_cancelled_is_not_lost() -> None:
    async def scene() -> int:
        slots = Slots(1)
        await slots.acquire()
        waiting = asyncio.create_task(slots.acquire())
        other = asyncio.create_task(slots.acquire())
        await asyncio.sleep(0)
        slots.release()
        waiting.cancel()
        await asyncio.wait([waiting])
        await other
        return slots.taken

    assert asyncio.run(scene()) == 1


def test_a_smaller_limit_holds_from_then_on() -> None:
    async def scene() -> tuple[bool, bool]:
        slots = Slots(4)
        for _ in range(4):
            slots.take()
        slots.limit = 2
        slots.release()
        slots.release()
        full = slots.take()
        slots.release()
        return full, slots.take()

    assert asyncio.run(scene()) == (False, True)


def test_one_reply_is_worked_on_between_two_looks_at_the_sockets() -> None:
    async def work() -> list[str]:
        turns, done, loop = Turns(), [], asyncio.get_running_loop()

        async def reply(name: str) -> None:
            await turns.take()
            done.append(name)
            loop.call_soon(done.append, "look")  # what the loop does next

        await asyncio.gather(*(reply(name) for name in "abc"))
        await asyncio.sleep(0)
        return done

    done = asyncio.run(work())

    assert [name for name in done if name != "look"] == ["a", "b", "c"]
    assert all(done[done.index(name) + 1] == "look" for name in "abc")


def test_the_turn_of_one_who_is_cancelled_goes_to_the_next() -> None:
    async def work() -> list[str]:
        turns, done = Turns(), []

        async def reply(name: str) -> None:
            await turns.take()
            done.append(name)

        tasks = [asyncio.create_task(reply(name)) for name in "abc"]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return done

    assert asyncio.run(work()) == ["a", "c"]


@pytest.mark.parametrize(("long_s", "looks"), [(-1.0, limits.LOOKS + 1), (60.0, 1)])
def test_after_long_work_the_sockets_are_looked_at_several_times(
    monkeypatch: pytest.MonkeyPatch, long_s: float, looks: int
) -> None:
    monkeypatch.setattr(limits, "LONG_S", long_s)

    async def work() -> int:
        turns, loop = Turns(), asyncio.get_running_loop()
        seen: list[str] = []

        def look() -> None:
            seen.append("look")
            loop.call_soon(look)

        async def reply(name: str) -> None:
            await turns.take()
            seen.append(name)

        loop.call_soon(look)
        await asyncio.gather(reply("a"), reply("b"))
        return seen[seen.index("a") : seen.index("b")].count("look")

    # The look in which a turn is given is followed by one in which its task wakes up.
    assert asyncio.run(work()) == looks + 1
