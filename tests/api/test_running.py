"""Suites from Python: load, run, compare."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import llmeval
from llmeval.errors import ConfigError, StoredFileError, SuiteError
from llmeval.records import Reply, Request


class Wise:
    """An adapter of the user's own."""

    def __init__(self) -> None:
        self.opened = self.closed = 0

    async def open(self) -> None:
        self.opened += 1

    async def respond(self, request: Request) -> Reply:
        return Reply(text=f"sure to {request.messages[-1].content!r}")

    async def close(self) -> None:
        self.closed += 1


def always_sure(messages: list[dict[str, str]]) -> str:
    return "sure"


async def always_never(messages: list[dict[str, str]]) -> str:
    return "never"


def test_a_suite_is_loaded(suite: Path) -> None:
    loaded = llmeval.load(suite)

    assert loaded.name == "bot"
    assert [case.id for case in loaded.cases] == ["agree", "deny"]


def test_a_wrong_suite_carries_its_problems(suite: Path) -> None:
    suite.write_text("cases: []\nsuit: x\n", encoding="utf-8")

    with pytest.raises(SuiteError) as caught:
        llmeval.load(suite)

    assert len(caught.value.problems) == 2


def test_a_suite_is_run_with_the_adapter_it_names(suite: Path) -> None:
    run = asyncio.run(llmeval.run(suite))

    assert run.outcomes == {"agree": "passed", "deny": "passed"}
    assert [trial.adapter for trial in run.trials] == ["echo", "echo"]
    assert not (suite.parent / "reports").exists()


def test_a_loaded_suite_is_run(suite: Path) -> None:
    run = asyncio.run(llmeval.run(llmeval.load(suite)))

    assert run.outcomes == {"agree": "passed", "deny": "passed"}


@pytest.mark.parametrize(
    ("adapter", "outcomes"),
    [
        pytest.param("demo", {"agree": "failed", "deny": "passed"}, id="name"),
        pytest.param(always_sure, {"agree": "passed", "deny": "failed"}, id="function"),
        pytest.param(always_never, {"agree": "failed", "deny": "passed"}, id="async_function"),
        pytest.param(lambda _: "sure, never", {"agree": "passed", "deny": "passed"}, id="lambda"),
        pytest.param(Wise(), {"agree": "passed", "deny": "passed"}, id="object"),
    ],
)
def test_another_adapter_is_asked_instead(
    suite: Path, adapter: Any, outcomes: dict[str, str]
) -> None:
    loaded = llmeval.load(suite)

    assert asyncio.run(llmeval.run(loaded, adapter)).outcomes == outcomes


def test_an_adapter_object_is_opened_and_closed_once(suite: Path) -> None:
    adapter = Wise()

    asyncio.run(llmeval.run(suite, adapter))

    assert (adapter.opened, adapter.closed) == (1, 1)


def test_options_are_those_of_the_command_line(suite: Path) -> None:
    run = asyncio.run(llmeval.run(suite, repeat=2, limit=1, max_retries=0))

    assert [(trial.case, trial.trial) for trial in run.trials] == [("agree", 1), ("agree", 2)]
    assert run.header.suites["bot"]["full"] is False


def test_a_wrong_option_is_refused(suite: Path) -> None:
    with pytest.raises(ConfigError, match="--llmeval-repeat: expected a whole number"):
        asyncio.run(llmeval.run(suite, repeat=0))


def test_two_runs_can_go_on_in_one_loop(suite: Path) -> None:
    async def both() -> Any:
        return await asyncio.gather(llmeval.run(suite), llmeval.run(suite, always_sure))

    first, second = asyncio.run(both())

    assert (first.outcomes["deny"], second.outcomes["deny"]) == ("passed", "failed")


def test_a_run_is_stored_where_asked(suite: Path, tmp_path: Path) -> None:
    run = asyncio.run(llmeval.run(suite, folder=tmp_path / "out" / "one"))

    lines = (tmp_path / "out" / "one" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert run.folder == tmp_path / "out" / "one"
    assert [json.loads(line)["kind"] for line in lines] == ["run", "trial", "trial", "end"]


def test_an_application_that_raises_is_data(suite: Path) -> None:
    def broken(messages: list[dict[str, str]]) -> str:
        raise RuntimeError("no model")

    run = asyncio.run(llmeval.run(suite, broken, max_retries=0))

    assert set(run.outcomes.values()) == {"error"}
    assert run.trials[0].error is not None
    assert "no model" in run.trials[0].error.message


@pytest.fixture
def measured(suite: Path) -> Callable[..., llmeval.Run]:
    def run(adapter: Any = None, **options: Any) -> llmeval.Run:
        return asyncio.run(llmeval.run(suite, adapter, **options))

    return run


def test_two_runs_are_compared(measured: Callable[..., llmeval.Run]) -> None:
    verdict = llmeval.compare(measured(always_sure), measured())

    (found,) = verdict.suites
    assert (verdict.status, found.comparison, found.regressed) == (
        "failed",
        "regression",
        ("deny",),
    )


def test_without_a_yardstick_the_accepted_baseline_counts(
    measured: Callable[..., llmeval.Run],
) -> None:
    verdict = llmeval.compare(measured())

    assert (verdict.status, verdict.suites[0].comparison) == ("passed", "no_baseline")


def test_stored_runs_are_compared_by_name(
    measured: Callable[..., llmeval.Run], tmp_path: Path
) -> None:
    measured(folder=tmp_path / "reports" / "good")
    measured(always_sure, folder=tmp_path / "reports" / "bad")

    verdict = llmeval.compare("bad", tmp_path / "reports" / "good")

    assert verdict.suites[0].regressed == ("deny",)


def test_an_unknown_run_is_refused(suite: Path) -> None:
    with pytest.raises(StoredFileError, match="no run 'nothing'"):
        llmeval.compare("nothing")
