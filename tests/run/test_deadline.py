"""Nothing can hang for ever: each attempt, and the run, has an end."""

import asyncio
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from llmeval.records import Request

Bench = Any


async def for_ever(request: Request) -> str:
    await asyncio.Event().wait()
    return ""


def test_a_hanging_request_ends_at_its_timeout(bench: Bench) -> None:
    bench.adapter(for_ever)
    bench.case("a", timeout_s=0.05)

    (result,) = bench.run(max_retries=0)

    assert result.problems == ("timeout: no reply within 0.05 s",)


def test_a_timeout_is_tried_again(bench: Bench) -> None:
    first = [True]

    async def answer(request: Request) -> str:
        if first.pop():
            first.append(False)
            return await for_ever(request)
        first.append(False)
        return "fine"

    async def no_time(seconds: float) -> None:
        return

    bench.options = {"sleep": no_time}
    own = bench.adapter(answer)
    bench.case("a", timeout_s=0.05)

    (result,) = bench.run()

    assert result.outcome == "passed"
    assert len(own.asked) == 2


def test_a_cancelled_adapter_cleans_up(bench: Bench) -> None:
    cleaned: list[str] = []

    async def answer(request: Request) -> str:
        try:
            return await for_ever(request)
        finally:
            await asyncio.sleep(0)
            cleaned.append(request.case)

    bench.adapter(answer)
    bench.case("a", timeout_s=0.05)

    bench.run(max_retries=0)

    assert cleaned == ["a"]


def test_at_the_deadline_everything_left_is_an_error_and_logged(bench: Bench) -> None:
    bench.adapter(lambda request: "fine" if request.case == "0" else for_ever(request))
    for number in range(50):
        bench.case(str(number))
    begun = monotonic()

    results = bench.run(deadline_s=0.3, concurrency=2)

    assert monotonic() - begun < 5
    assert results[0].outcome == "passed"
    assert {result.trials[0].error for result in results[1:]} == {"deadline"}
    assert len(bench.trials()) == 50
    assert any("stopped early: deadline" in note for note in bench.engine.notes())


def test_the_deadline_ends_pauses_too(bench: Bench) -> None:
    from llmeval.errors import AdapterError

    def answer(request: Request) -> str:
        raise AdapterError("later", kind="rate_limited", transient=True, retry_after_s=500)

    bench.adapter(answer)
    bench.case("a")
    begun = monotonic()

    (result,) = bench.run(deadline_s=0.2)

    assert monotonic() - begun < 5
    assert result.trials[0].error == "deadline"


def test_an_adapter_that_will_not_be_cancelled_does_not_hold_up_the_end(bench: Bench) -> None:
    async def stubborn(request: Request) -> str:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                continue

    bench.adapter(stubborn)
    for number in range(3):
        bench.case(str(number))
    begun = monotonic()

    results = bench.run(deadline_s=0.2, concurrency=2)

    assert monotonic() - begun < 12
    assert {result.trials[0].error for result in results} == {"deadline"}


def test_an_adapter_that_blocks_the_loop_does_not_hold_up_the_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def block(request: Request) -> str:
        released.wait(60)
        return "late"

    monkeypatch.setattr("llmeval.run.deadline.LATE_S", 0.2)
    bench.adapter(block)
    nodeids = [bench.case("a", repeat=2), bench.case("b")]
    engine = bench.prepare(deadline_s=0.1)
    begun = monotonic()

    engine.start(bench.jobs)
    results = [engine.result(nodeid) for nodeid in nodeids]
    took = monotonic() - begun
    released.set()
    engine.close()

    assert took < 5
    assert {result.trials[0].error for result in results} == {"deadline"}
    assert [(trial.case, trial.trial) for trial in bench.trials()] == [("a", 1), ("a", 2), ("b", 1)]


def test_a_sync_callable_that_never_returns_keeps_nothing_alive(tmp_path: Path) -> None:
    """The whole process ends soon after the deadline, with a complete log."""
    (tmp_path / "app.py").write_text(
        "import threading\n\ndef answer(messages):\n    threading.Event().wait()\n"
    )
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    begun = monotonic()

    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path.cwd())])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["deadline"] * 20
    assert monotonic() - begun < 15
    lines = (tmp_path / "results.jsonl").read_text().splitlines()
    assert len(lines) == 21


SCRIPT = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from llmeval.config import AdapterConfig, Settings
    from llmeval.records import Case, CaseSpec, RunHeader, Turn
    from llmeval.redact import Redactor
    from llmeval.registry import Registry
    from llmeval.run.engine import Engine, Job
    from llmeval.run.log import RunLog
    from llmeval.suite.suite import Suite

    root = Path(sys.argv[1])
    suite = Suite(name="s", path=root / "s.eval.yaml", shown="s.eval.yaml")
    specs = [CaseSpec(id=str(n), index=n, line=1, template=0) for n in range(20)]
    jobs = [Job(f"s.eval.yaml::{spec.id}", suite, spec) for spec in specs]
    settings = Settings(root=root, baselines=root, reports=root, cache_dir=root, deadline_s=0.5)
    config = AdapterConfig(name="app", type="python", parameters={"call": "app:answer"})
    log = RunLog(root, RunHeader(run="r", started="now"), redactor=Redactor({}))

    def build(suite, spec):
        turns = (Turn(user="hi"),)
        return Case(id=spec.id, suite="s", index=spec.index, line=1, adapter="app", turns=turns)

    engine = Engine(settings, Registry(), {"app": config}, log, environ={}, build=build)
    engine.start(jobs)
    for job in jobs:
        print(engine.result(job.nodeid).trials[0].error)
    engine.close()
    log.close()
    """
)
