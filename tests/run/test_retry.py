"""Requests that failed are tried again when that may help, and not otherwise."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from llmeval.errors import AdapterError
from llmeval.records import Request
from llmeval.run.retry import Retry

Bench = Any


def transient(**how: Any) -> AdapterError:
    return AdapterError("busy", **{"kind": "server_error", "transient": True, **how})


def middle() -> float:
    return 0.5


@pytest.mark.parametrize(
    ("error", "attempts", "waited", "pause"),
    [
        (transient(), 1, 0.0, 0.375),
        (transient(), 2, 0.0, 0.75),
        (transient(), 3, 0.0, 1.5),
        (transient(), 4, 0.0, None),
        (transient(retry_after_s=7), 1, 0.0, 7.35),
        (transient(retry_after_s=-3), 1, 0.0, 0.0),
        (transient(retry_after_s=86400), 1, 0.0, None),
        (transient(retry_after_s=7), 4, 0.0, None),
        (AdapterError("no", kind="bad_request"), 1, 0.0, None),
        (transient(fatal=True), 1, 0.0, None),
        (transient(kind="rate_limited", retry_after_s=1), 4, 3.0, 1.05),
        (transient(kind="rate_limited", retry_after_s=1), 20, 19.0, None),
        (transient(kind="rate_limited", retry_after_s=60), 4, 90.0, None),
        (transient(kind="rate_limited", retry_after_s=0), 4, 0.0, None),
        (transient(kind="rate_limited"), 4, 0.0, None),
    ],
    ids=[
        "first",
        "second",
        "third",
        "used up",
        "told",
        "told in the past",
        "told a day",
        "told, used up",
        "permanent",
        "fatal",
        "rate limit believed",
        "rate limit too often",
        "rate limit too long",
        "rate limit at once",
        "rate limit without a time",
    ],
)
def test_the_pause_before_the_next_attempt(
    error: AdapterError, attempts: int, waited: float, pause: float | None
) -> None:
    found = Retry(3, middle).pause(error, attempts, waited)

    assert found == (None if pause is None else pytest.approx(pause))


def test_pauses_never_grow_beyond_half_a_minute() -> None:
    assert Retry(10_000, lambda: 1.0).pause(transient(), 9_999, 0.0) == 30.0


def test_none_is_none() -> None:
    error = transient(kind="rate_limited", retry_after_s=1)

    assert Retry(0, middle).pause(error, 1, 0.0) is None


def failing(times: int, error: Callable[[], AdapterError]) -> Callable[[Request], str]:
    left = [times]

    def answer(request: Request) -> str:
        if left[0]:
            left[0] -= 1
            raise error()
        return "fine"

    return answer


class Pauses:
    """A sleep that takes no time and remembers how long it should have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def test_attempts_and_pauses_are_counted_apart_from_latency(bench: Bench) -> None:
    pauses = Pauses()
    bench.options = {"sleep": pauses, "retry": Retry(3, middle)}
    own = bench.adapter(failing(2, lambda: transient(retry_after_s=100)))
    bench.case("a")

    (result,) = bench.run()
    timing = bench.trials()[0].reply.timing

    assert result.outcome == "passed"
    assert len(own.asked) == 3
    assert pauses.seconds == pytest.approx([105, 105])
    assert timing.attempts == 3
    assert timing.waited_s == pytest.approx(210)
    assert timing.total_s < 5


def test_after_the_last_attempt_the_trial_is_an_error_that_says_how_many(bench: Bench) -> None:
    bench.options = {"sleep": Pauses()}
    own = bench.adapter(failing(99, transient))
    bench.case("a")

    (result,) = bench.run(max_retries=2)

    assert len(own.asked) == 3
    assert result.problems == ("server_error: busy (after 3 attempts)",)


def test_max_retries_zero_asks_once(bench: Bench) -> None:
    own = bench.adapter(failing(99, transient))
    bench.case("a")

    bench.run(max_retries=0)

    assert len(own.asked) == 1


def test_who_asks_to_wait_for_a_day_is_not_waited_for(bench: Bench) -> None:
    own = bench.adapter(failing(99, lambda: transient(retry_after_s=86400)))
    bench.case("a")

    (result,) = bench.run()

    assert len(own.asked) == 1
    assert "asked to wait 86400 s" in result.problems[0]


def test_a_permanent_error_is_not_tried_again(bench: Bench) -> None:
    own = bench.adapter(failing(99, lambda: AdapterError("no", kind="bad_request")))
    bench.case("a")

    bench.run()

    assert len(own.asked) == 1


def test_a_fatal_error_ends_the_adapter_with_one_note(bench: Bench) -> None:
    error = AdapterError("401: wrong key", kind="auth", fatal=True)
    own = bench.adapter(failing(99, lambda: error))
    other = bench.adapter(lambda _: "fine", name="other")
    for number in range(20):
        bench.case(f"own-{number}")
        bench.case(f"other-{number}", adapter="other")

    results = bench.run(concurrency=1)

    assert len(own.asked) == 1
    assert len(other.asked) == 20
    assert [result.outcome for result in results] == ["error", "passed"] * 20
    assert {result.trials[0].error for result in results[::2]} == {"auth"}
    assert bench.engine.notes() == ("adapter own: 401: wrong key; further requests not sent: 19",)


def test_a_fatal_error_at_the_last_request_does_not_count_what_was_not_sent(
    bench: Bench,
) -> None:
    error = AdapterError("401: wrong key", kind="auth", fatal=True)
    bench.adapter(failing(1, lambda: error), name="own")
    bench.case("only", adapter="own")

    bench.run(concurrency=1)

    assert bench.engine.notes() == ("adapter own: 401: wrong key",)


def test_who_waits_hears_of_a_fatal_error(bench: Bench) -> None:
    pauses = Pauses()

    def answer(request: Request) -> str:
        if request.case == "a":
            raise transient()
        raise AdapterError("quota used up", kind="quota", fatal=True)

    bench.options = {"sleep": pauses}
    own = bench.adapter(answer)
    bench.case("a")
    bench.case("b")

    results = bench.run(concurrency=1)

    assert {result.trials[0].error for result in results} == {"quota"}
    assert len(own.asked) == 2


def test_other_cases_go_on_while_one_waits(bench: Bench) -> None:
    """With one slot: a pause does not occupy it."""
    released = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await released.wait()

    def answer(request: Request) -> str:
        if request.case == "first" and not released.is_set():
            raise transient()
        if request.case == "last":
            released.set()
        return "fine"

    bench.options = {"sleep": sleep}
    bench.adapter(answer)
    for name in ("first", "second", "third", "last"):
        bench.case(name)

    results = bench.run(concurrency=1)

    assert {result.outcome for result in results} == {"passed"}


def test_retry_after_of_a_real_server_is_honoured(
    bench: Bench, serve: Any, chat_reply: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmeval.config import AdapterConfig

    answers = iter([(429, {"Retry-After": "17"}, {"error": {"message": "slow down"}})])
    server = serve(lambda _: next(answers, None) or chat_reply("fine"))
    pauses = Pauses()
    bench.options = {"sleep": pauses, "retry": Retry(3, lambda: 0.0)}
    monkeypatch.setenv("UNUSED_KEY", "unused-key-value")
    parameters = {"model": "m", "base_url": server.url, "api_key_env": "UNUSED_KEY"}
    bench.configs["real"] = AdapterConfig(name="real", type="openai", parameters=parameters)
    bench.case("a", adapter="real", timeout_s=30)

    (result,) = bench.run()

    assert result.problems == ()
    assert pauses.seconds == [17.0]
    assert bench.trials()[0].reply.timing.attempts == 2
