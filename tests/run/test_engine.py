"""The engine asks every case, in order, and every trial ends in one outcome."""

import asyncio
import gc
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmeval.errors import AdapterError, UsageError
from llmeval.records import Check, Message, Reply, Request, ToolCall, Trial, Turn, Usage, Xfail
from llmeval.run.engine import EngineDied
from llmeval.run.results import case_outcome

Bench = Any
WRONG = Reply(text=3)  # type: ignore[arg-type]  # the nonsense that is meant
Has = Callable[[str], Check]


def test_a_case_passes_when_its_checks_do(bench: Bench, has: Has) -> None:
    bench.adapter(lambda _: "I said hello")
    bench.case("good", checks=(has("hello"),))
    bench.case("bad", checks=(has("goodbye"),))

    good, bad = bench.run()

    assert good.outcome == "passed"
    assert good.problems == ()
    assert bad.outcome == "failed"
    assert any("goodbye" in line for line in bad.problems)


def test_cases_are_asked_in_order(bench: Bench) -> None:
    own = bench.adapter(lambda _: "yes")
    names = [f"case-{number}" for number in range(50)]
    for name in names:
        bench.case(name)

    bench.run(concurrency=3)

    assert [request.case for request in own.asked] == names


def test_every_trial_is_logged_with_what_was_measured(bench: Bench, has: Has) -> None:
    usage = Usage(input_tokens=3, output_tokens=4)
    bench.adapter(lambda _: Reply(text="hello", usage=usage))
    bench.case("a", "say hello", system="be kind", checks=(has("hello"),), tags=("x",))

    bench.run()
    (trial,) = bench.trials()

    assert trial.outcome == "passed"
    assert trial.system == "be kind"
    assert trial.messages == (Message(role="user", content="say hello"),)
    assert trial.reply.usage == usage
    assert trial.reply.timing.attempts == 1
    assert trial.reply.timing.total_s >= 0
    assert trial.tags == ("x",)
    assert set(trial.fingerprint) == {"input", "checks", "adapter", "system"}
    assert bench.seen == [trial]


def test_each_trial_is_its_own_session(bench: Bench) -> None:
    own = bench.adapter(lambda _: "yes")
    bench.case("a", repeat=3)

    bench.run()

    assert [request.trial for request in own.asked] == [1, 2, 3]
    assert len({request.session for request in own.asked}) == 3


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (ValueError("no"), "raised", "the adapter raised ValueError: no"),
        (SystemExit(3), "raised", "the adapter raised SystemExit: 3"),
        (KeyboardInterrupt(), "raised", "the adapter raised KeyboardInterrupt"),
        (asyncio.CancelledError(), "raised", "the adapter raised CancelledError"),
        (RecursionError("deep"), "raised", "RecursionError: deep"),
        (TimeoutError(), "timeout", "no reply within 60 s"),
        (AdapterError("gone", kind="not_found"), "not_found", "gone"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_what_an_adapter_raises_is_data(
    bench: Bench, raised: BaseException, kind: str, words: str
) -> None:
    def answer(request: Request) -> Any:
        if request.case == "bad":
            raise raised
        return "fine"

    bench.adapter(answer)
    bench.case("bad", timeout_s=60)
    bench.case("good")

    bad, good = bench.run(max_retries=0)

    assert (bad.outcome, good.outcome) == ("error", "passed")
    assert bad.trials[0].error == kind
    assert words in bad.problems[0]


@pytest.mark.parametrize(
    "nonsense",
    [None, 3, b"bytes", {"text": "x"}, WRONG],
    ids=lambda v: type(v).__name__,
)
def test_nonsense_from_an_adapter_is_an_error(bench: Bench, nonsense: Any) -> None:
    bench.adapter(lambda _: nonsense)
    bench.case("a")

    (result,) = bench.run()

    assert result.outcome == "error"
    assert result.trials[0].error == "bad_reply"
    assert "expected a Reply" in result.problems[0]


def test_nan_in_a_reply_is_an_error_of_that_trial_only(bench: Bench) -> None:
    def answer(request: Request) -> Reply:
        score = float("nan") if request.case == "bad" else 1.0
        return Reply(text="x", steps=({"score": score},))

    bench.adapter(answer)
    bench.case("bad")
    bench.case("good")

    bad, good = bench.run()

    assert (bad.outcome, good.outcome) == ("error", "passed")
    assert "cannot be stored as JSON" in bad.problems[0]


@pytest.mark.parametrize(
    ("reply", "changes", "outcome", "kind"),
    [
        (Reply(), {}, "error", "empty_output"),
        (Reply(text=""), {}, "error", "empty_output"),
        (Reply(text=" \n"), {}, "error", "empty_output"),
        (Reply(text=""), {"allow_empty": True}, "passed", None),
        (Reply(text="", reasoning="long"), {}, "error", "empty_output"),
        (Reply(tool_calls=(ToolCall(name="f", arguments={}),)), {}, "passed", None),
        (Reply(text="cut", finish_reason="length"), {}, "error", "truncated"),
        (Reply(text="cut", finish_reason="length"), {"allow_truncated": True}, "passed", None),
        (Reply(finish_reason="content_filter"), {}, "passed", None),
        (Reply(text=""), {"on_error": "fail"}, "failed", "empty_output"),
        (Reply(text="cut", finish_reason="length"), {"on_error": "fail"}, "error", "truncated"),
    ],
)
def test_a_reply_that_says_nothing_is_no_measurement(
    bench: Bench, reply: Reply, changes: dict[str, Any], outcome: str, kind: str | None
) -> None:
    bench.adapter(lambda _: reply)
    bench.case("a", **changes)

    (result,) = bench.run()

    assert result.outcome == outcome
    assert result.trials[0].error == kind


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("timeout", "failed"), ("server_error", "failed"), ("auth", "error"), ("raised", "error")],
)
def test_on_error_fail_counts_what_is_the_applications_own(
    bench: Bench, kind: str, outcome: str
) -> None:
    def answer(request: Request) -> Any:
        raise AdapterError("no", kind=kind)

    bench.adapter(answer)
    bench.case("a", on_error="fail")

    (result,) = bench.run()

    assert result.outcome == outcome


@pytest.mark.parametrize(
    ("outcomes", "rate", "expected"),
    [
        (["passed"], 1.0, "passed"),
        (["failed"], 1.0, "failed"),
        (["failed"], 0.0, "passed"),
        (["passed", "passed", "failed"], (2, 3), "passed"),
        (["passed", "failed", "failed"], (2, 3), "failed"),
        (["passed", "passed", "failed"], 2 / 3, "passed"),
        (["passed", "passed", "failed"], 0.6666666667, "passed"),
        (["passed", "passed", "failed"], 0.67, "failed"),
        (["passed", "failed", "error"], (1, 2), "passed"),
        (["passed", "error", "error"], 1.0, "passed"),
        (["error", "error"], 0.0, "error"),
        (["skipped", "skipped"], 1.0, "skipped"),
        (["skipped", "error"], 1.0, "error"),
        (["skipped", "passed"], 1.0, "passed"),
        ([], 1.0, "error"),
    ],
)
def test_a_case_is_judged_by_its_measured_trials(
    outcomes: list[Any], rate: Any, expected: str
) -> None:
    assert case_outcome(outcomes, rate) == expected


def test_ten_errors_of_a_hundred_leave_ninety_measured(bench: Bench) -> None:
    def answer(request: Request) -> str:
        if int(request.case) % 10 == 0:
            raise ValueError("broken")
        return "fine"

    bench.adapter(answer)
    for number in range(100):
        bench.case(str(number))

    results = bench.run()

    assert [r.outcome for r in results].count("passed") == 90
    assert [r.outcome for r in results].count("error") == 10


def test_a_skipped_case_is_never_asked(bench: Bench) -> None:
    own = bench.adapter(lambda _: "x")
    bench.case("a", skip="not now")

    (result,) = bench.run()
    (trial,) = bench.trials()

    assert own.asked == []
    assert result.outcome == "skipped"
    assert trial.outcome == "skipped"
    assert trial.error.message == "not now"


def test_an_expected_failure_is_asked_and_marked(bench: Bench, has: Has) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a", xfail=Xfail(reason="known"), checks=(has("y"),))

    (result,) = bench.run()

    assert result.outcome == "failed"
    assert bench.trials()[0].xfail


def test_problems_name_trial_and_metric_and_hold_no_controls(bench: Bench, has: Has) -> None:
    bench.adapter(lambda _: "red \x1b[31m\x07 \ud800 text\nsecond line")
    bench.case("a", checks=(has("blue"),), repeat=2)

    (result,) = bench.run()

    assert len(result.problems) == 4
    assert result.problems[0].startswith("trial 1/2: contains: ")
    assert all(line.isprintable() for line in result.problems)


def test_problems_of_many_trials_are_counted_not_listed(bench: Bench, has: Has) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a", checks=(has("y"),), repeat=100)

    (result,) = bench.run()

    assert len(result.problems) == 11
    assert result.problems[-1].endswith("more")


# --- dialogues -------------------------------------------------------------------------------


def test_the_history_of_a_dialogue_grows_with_the_replies(bench: Bench) -> None:
    own = bench.adapter(lambda request: f"re: {request.messages[-1].content}")
    bench.case("a", turns=(Turn(user="one"), Turn(user="two")))

    bench.run()
    (trial,) = bench.trials()

    assert [[m.content for m in request.messages] for request in own.asked] == [
        ["one"],
        ["one", "re: one", "two"],
    ]
    assert len({request.session for request in own.asked}) == 1
    assert [turn.reply.text for turn in trial.turns] == ["re: one", "re: two"]
    assert trial.reply.text == "re: two"


def test_an_errored_turn_ends_the_trial(bench: Bench) -> None:
    def answer(request: Request) -> str:
        if request.messages[-1].content == "two":
            raise ValueError("broken")
        return "fine"

    own = bench.adapter(answer)
    bench.case("a", turns=(Turn(user="one"), Turn(user="two"), Turn(user="three")))

    (result,) = bench.run()
    (trial,) = bench.trials()

    assert len(own.asked) == 2
    assert result.outcome == "error"
    assert [turn.user for turn in trial.turns] == ["one", "two", "three"]
    assert [turn.reply is not None for turn in trial.turns] == [True, False, False]


def test_a_failed_check_of_a_turn_does_not_end_the_trial(bench: Bench, has: Has) -> None:
    own = bench.adapter(lambda _: "x")
    bench.case("a", turns=(Turn(user="one", checks=(has("y"),)), Turn(user="two")))

    (result,) = bench.run()

    assert len(own.asked) == 2
    assert result.outcome == "failed"
    assert bench.trials()[0].checks[0].turn == 1


def test_a_fixed_history_is_sent_as_it_is(bench: Bench) -> None:
    own = bench.adapter(lambda _: "x")
    history = (Message(role="user", content="a"), Message(role="tool", content="b"))
    bench.case("a", turns=(Turn(user=None),), messages=history)

    bench.run()

    assert own.asked[0].messages == history


def test_the_parameters_of_a_case_win_over_the_adapters(bench: Bench) -> None:
    own = bench.adapter(lambda _: "x", params={"temperature": 0, "top_p": 1})
    bench.case("a", params={"temperature": 0.5})
    bench.case("b")

    bench.run(concurrency=1)

    assert own.asked[0].params == {"temperature": 0.5, "top_p": 1}
    assert own.asked[1].params == {"temperature": 0, "top_p": 1}


# --- judges ----------------------------------------------------------------------------------


def test_a_judge_is_asked_through_the_same_machinery(bench: Bench) -> None:
    from judged_scorer import Judged  # type: ignore[import-not-found]  # made by the fixture below

    asked = bench.adapter(lambda _: "yes, fine", name="judge")
    bench.adapter(lambda _: "an answer")
    bench.case("a", checks=(Check(check="judged", metric="judged", parameters={}),))
    engine = bench.prepare()
    engine._parts.registry.add_scorer("judged", Judged)

    engine.start(bench.jobs)
    result = engine.result(bench.jobs[0].nodeid, timeout=30)
    engine.close()

    assert result.outcome == "passed"
    assert [request.messages[0].content for request in asked.asked] == ["an answer?", "sure?"]


@pytest.fixture(autouse=True)
def judged_scorer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "judged_scorer.py").write_text(
        """
from dataclasses import dataclass
from typing import ClassVar
from llmeval.records import Message, Request, Score

@dataclass(frozen=True)
class Judged:
    version: ClassVar[str] = "1"
    main: ClassVar[str] = "value"
    better: ClassVar[str] = "higher"
    default_on: ClassVar[str] = "last"
    negatable: ClassVar[bool] = False

    def asks(self, case, reply, answers):
        words = [f"{reply.text}?", "sure?"][len(answers):][:1]
        return tuple(Request(adapter="judge", messages=(Message(role="user", content=w),))
                     for w in words)

    def score(self, case, reply, answers):
        ok = len(answers) == 2 and all(a.text.startswith("yes") for a in answers)
        return Score(score=float(ok), passed=ok)
"""
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("judged_scorer", None)


# --- the engine itself -----------------------------------------------------------------------


def test_results_come_in_any_order_and_once(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    first, second = bench.case("a"), bench.case("b")
    engine = bench.prepare()

    engine.start(bench.jobs)
    found = [engine.result(second, timeout=30), engine.result(first, timeout=30)]

    assert [result.nodeid for result in found] == [second, first]
    with pytest.raises(LookupError, match="handed out before"):
        engine.result(first)
    engine.close()


def test_everyone_who_waits_hears_why_the_engine_died(bench: Bench) -> None:
    gate = threading.Event()

    def broken(trial: Trial) -> None:
        gate.wait(30)
        raise MemoryError("no room")

    bench.adapter(lambda _: "x")
    nodeid = bench.case("a")
    bench.options["on_trial"] = broken
    engine = bench_engine(bench, broken)

    engine.start(bench.jobs)
    gate.set()

    with pytest.raises(EngineDied, match="the engine ended: MemoryError: no room"):
        engine.result(nodeid, timeout=30)
    with pytest.raises(EngineDied):
        engine.ask("own", Request(adapter="own", messages=()))
    engine.close()


def bench_engine(bench: Bench, on_trial: Any) -> Any:
    bench.options.clear()
    engine = bench.prepare()
    engine._parts = dataclass_replace(engine._parts, on_trial=on_trial)
    return engine


def dataclass_replace(value: Any, **changes: Any) -> Any:
    from msgspec.structs import replace

    return replace(value, **changes)


def test_a_task_of_the_application_that_exits_does_not_end_the_run(bench: Bench) -> None:
    async def answer(request: Request) -> str:
        async def leave() -> None:
            raise SystemExit(1)

        task = asyncio.create_task(leave())
        await asyncio.wait([task])
        return "still here"

    bench.adapter(answer)
    bench.case("a")
    bench.case("b")

    results = bench.run(concurrency=1)

    # asyncio logs the exception when the task is collected, and parses source for that: inside a
    # parse of pytest's own, Python 3.11 fails with "AST constructor recursion depth mismatch".
    gc.collect()
    assert [result.outcome for result in results] == ["passed", "passed"]


def test_cancelling_ends_what_is_in_flight_and_logs_nothing_of_it(bench: Bench) -> None:
    begun = threading.Event()
    own = bench.adapter(lambda _: hang(begun))
    nodeids = [bench.case(f"c{n}") for n in range(5)]
    engine = bench.prepare(concurrency=1)

    engine.start(bench.jobs)
    begun.wait(30)
    engine.cancel("Ctrl-C")
    results = [engine.result(nodeid, timeout=30) for nodeid in nodeids]
    engine.close()

    assert {result.trials[0].error for result in results} == {"cancelled"}
    assert results[0].problems == ("cancelled: Ctrl-C",)
    assert len(own.asked) == 1
    assert bench.trials() == []


async def hang(begun: threading.Event) -> str:
    begun.set()
    await asyncio.Event().wait()
    return ""


def test_the_fixture_asks_through_the_same_engine(bench: Bench) -> None:
    own = bench.adapter(lambda _: "pong")
    engine = bench.prepare()
    engine.start([])

    reply = engine.ask("own", Request(adapter="", messages=(Message(role="user", content="p"),)))
    with pytest.raises(AdapterError, match="'gone' is not configured"):
        engine.ask("gone", Request(adapter="gone", messages=()))
    engine.close()

    assert reply.text == "pong"
    assert own.asked[0].adapter == "own"


def test_inside_a_running_loop_the_same_results_come(bench: Bench, has: Has) -> None:
    bench.adapter(lambda _: "hello")
    bench.case("a", checks=(has("hello"),))
    bench.case("b", checks=(has("bye"),))
    engine = bench.prepare()

    results = asyncio.run(engine.run_async(bench.jobs))

    assert [result.outcome for result in results] == ["passed", "failed"]


def test_who_waits_lets_results_gather_for_a_fifth_of_the_time_so_far(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.adapter(lambda _: "yes")
    nodeid = bench.case("a")
    clock = iter([100.0])
    monkeypatch.setattr("llmeval.run.engine.monotonic", lambda: next(clock, 100.01))
    engine = bench.prepare()
    waited: list[float] = []
    monkeypatch.setattr(engine, "_idle", SimpleNamespace(wait=waited.append, set=lambda: None))

    engine.start(bench.jobs)
    engine.result(nodeid)
    waited.clear()
    engine._let_results_gather()
    engine.close()

    assert waited == [pytest.approx(0.002)]


def test_replies_that_take_time_are_heard_at_once_and_the_switch_interval_is_given_back(
    bench: Bench,
) -> None:
    before = sys.getswitchinterval()
    bench.adapter(lambda _: f"{sys.getswitchinterval()}")
    bench.case("a")
    engine = bench.prepare()

    engine.start(bench.jobs)
    engine.result(bench.jobs[0].nodeid)
    engine.close()

    reply = bench.seen[0].reply
    assert reply is not None
    assert float(reply.text or "") < before
    assert sys.getswitchinterval() == before


def test_threads_take_turns_as_ever_where_every_adapter_answers_at_once(bench: Bench) -> None:
    from llmeval.config import AdapterConfig

    before = sys.getswitchinterval()
    bench.configs["own"] = AdapterConfig(name="own", type="echo")
    bench.case("a")
    engine = bench.prepare()

    engine.start(bench.jobs)
    engine.result(bench.jobs[0].nodeid)
    during = sys.getswitchinterval()
    engine.close()

    assert during == before


def test_an_adapter_that_cannot_be_built_is_a_usage_error(bench: Bench) -> None:
    from msgspec.structs import replace

    from llmeval.config import AdapterConfig

    bench.case("a", adapter="gone")
    job = bench.jobs[0]
    bench.configs["gone"] = AdapterConfig(name="gone", type="openai", parameters={"nonsense": 1})
    bench.jobs[0] = replace(job, suite=replace(job.suite, adapter="gone"))

    with pytest.raises(UsageError, match="nonsense"):
        bench.prepare().start(bench.jobs)


def test_a_case_that_cannot_be_built_is_an_error_of_its_own(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")
    bench.case("b")
    del bench.cases["a"]

    a, b = bench.run()

    assert (a.outcome, b.outcome) == ("error", "passed")
    assert a.trials[0].error == "suite"


def test_adapters_are_opened_once_and_closed(bench: Bench) -> None:
    events: list[str] = []
    own = bench.adapter(lambda _: "x")

    class Opening(type(own)):  # type: ignore[misc]  # the class of the fixture's adapter
        async def open(self) -> None:
            events.append("open")

        async def close(self) -> None:
            events.append("close")

    bench.adapters["own"] = Opening(own.answer)
    for number in range(20):
        bench.case(str(number))

    bench.run(concurrency=8)

    assert events == ["open", "close"]


def test_an_adapter_that_cannot_be_opened_errs_every_case_with_one_note(bench: Bench) -> None:
    own = bench.adapter(lambda _: "x")

    class Broken(type(own)):  # type: ignore[misc]  # the class of the fixture's adapter
        async def open(self) -> None:
            raise OSError("no such device")

    bench.adapters["own"] = Broken(own.answer)
    for number in range(5):
        bench.case(str(number))

    results = bench.run()

    assert {result.outcome for result in results} == {"error"}
    (note,) = bench.engine.notes()
    assert "cannot be opened: OSError: no such device" in note
    assert "further requests not sent: 5" in note


def test_warm_up_requests_are_asked_first_and_thrown_away(bench: Bench) -> None:
    own = bench.adapter(lambda _: "x", warm_up=2)
    bench.case("a")

    bench.run()

    assert [request.session == "warm-up" for request in own.asked] == [True, True, False]
    assert len(bench.trials()) == 1
