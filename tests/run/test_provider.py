"""What a service can take is learnt from its refusals; a dead one is given up."""

import asyncio
from typing import Any

import pytest

from llmeval.config import AdapterConfig
from llmeval.errors import AdapterError
from llmeval.records import Reply
from llmeval.run.provider import Provider, identity


def _limit(provider: Provider) -> int:
    assert provider.slots is not None
    return provider.slots.limit


def _round(provider: Provider, at: float, *, replies: int = 0, refusals: int = 0) -> None:
    for _ in range(replies):
        provider.answered(at)
    for _ in range(refusals):
        provider.refused(at, at + 0.1)


def test_nothing_is_limited_until_something_is_refused() -> None:
    provider = Provider(100)
    _round(provider, 1.0, replies=500)

    assert provider.slots is None
    assert provider.note() is None


def test_a_round_with_too_many_refusals_halves_once() -> None:
    provider = Provider(100)
    _round(provider, 1.0, replies=10, refusals=190)

    assert _limit(provider) == 50
    _round(provider, 2.0, refusals=50)
    assert _limit(provider) == 25
    assert provider.note() == (
        "the service refused 240 requests as too many (429); in flight were then at most 25 of 100"
    )


def test_a_few_refusals_change_nothing() -> None:
    provider = Provider(100)
    for second in range(20):
        _round(provider, float(second), refusals=30, replies=70)

    assert provider.slots is None
    assert provider.note() == "the service refused 600 requests as too many (429)"


def test_a_service_that_always_refuses_is_still_asked() -> None:
    provider = Provider(100)
    for second in range(50):
        _round(provider, float(second), refusals=100)

    assert _limit(provider) == 10
    small = Provider(3)
    for second in range(5):
        _round(small, float(second), refusals=3)
    assert _limit(small) == 1


def test_rounds_without_a_refusal_bring_it_back_to_where_it_was() -> None:
    provider = Provider(20)
    _round(provider, 0.0, refusals=20)
    _round(provider, 1.0, replies=10)
    assert _limit(provider) == 11

    _round(provider, 2.0, replies=1000)

    assert _limit(provider) == 20


def _down(provider: Provider, *, until: float, every: float = 0.1) -> AdapterError | None:
    found = None
    for step in range(int(until / every) + 1):
        fault = AdapterError("no connection to x", kind="connection", transient=True)
        found = provider.failed(fault, step * every) or found
    return found


def test_a_service_that_gives_no_reply_any_more_is_given_up() -> None:
    gone = _down(Provider(10), until=10.1)

    assert gone is not None
    assert (gone.kind, gone.fatal) == ("unreachable", True)
    assert "attempts in a row failed; the last: no connection to x" in str(gone)


def test_one_reply_among_failures_keeps_it_alive() -> None:
    provider = Provider(10)
    assert _down(provider, until=9.0) is None
    provider.answered(9.0)

    assert _down(provider, until=9.0) is None


def test_refusals_and_wrong_requests_are_no_sign_of_death() -> None:
    provider = Provider(10)

    for second in range(100):
        fault = AdapterError("wait", kind="rate_limited", transient=True)
        assert provider.failed(fault, float(second)) is None


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({"model": "a"}, {"model": "b"}, True),
        ({"model": "a"}, {"model": "a", "api_key_env": "OTHER"}, False),
        ({"model": "a", "base_url": "http://x/v1"}, {"model": "b", "base_url": "http://y"}, False),
        ({"url": "http://x/a"}, {"url": "http://x/b"}, True),
        ({"call": "m:f"}, {"call": "m:f"}, False),
    ],
)
def test_adapters_of_one_service_and_key_learn_together(
    first: dict[str, Any], second: dict[str, Any], *, same: bool
) -> None:
    one = AdapterConfig(name="one", type="t", parameters=first)
    two = AdapterConfig(name="two", type="t", parameters=second)

    assert (identity(one) == identity(two)) is same


def test_a_refused_run_slows_down_and_loses_nothing(bench: Any) -> None:
    flying, most, refused = 0, [0], [0]

    async def answer(request: Any) -> Reply:
        nonlocal flying
        flying += 1
        try:
            await asyncio.sleep(0)
            most.append(flying)
            if flying > 3:
                refused[0] += 1
                raise AdapterError("slow down", kind="rate_limited", transient=True)
            await asyncio.sleep(0.002)
            return Reply(text="yes")
        finally:
            flying -= 1

    async def at_once(seconds: float) -> None:
        await asyncio.sleep(0)

    bench.adapter(answer)
    bench.options["sleep"] = at_once
    for number in range(60):
        bench.case(f"c{number}")

    results = bench.run(concurrency=16, max_retries=50)

    assert {result.outcome for result in results} == {"passed"}
    assert refused[0] > 0
    assert any("requests as too many (429)" in note for note in bench.engine.notes())
