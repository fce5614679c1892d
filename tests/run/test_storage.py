"""The log, the cache and recordings: nothing is lost, nothing is paid for twice."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from llmeval import codec
from llmeval.errors import StoredFileError
from llmeval.records import (
    Check,
    Failure,
    Message,
    Reply,
    Request,
    RunEnd,
    RunHeader,
    Trial,
    Turn,
    Usage,
)
from llmeval.redact import Redactor
from llmeval.run import folder, log, resume
from llmeval.run.cache import Cache

Bench = Any
Has = Callable[[str], Check]


def trial(name: str, number: int = 1, index: int = 0, **changes: Any) -> Trial:
    parts: dict[str, Any] = {
        "nodeid": f"suites/s.eval.yaml::{name}",
        "suite": "s",
        "case": name,
        "index": index,
        "adapter": "a",
        "trial": number,
        "outcome": "passed",
    }
    return Trial(**{**parts, **changes})


def header(name: str = "r", **parts: Any) -> RunHeader:
    return RunHeader(run=name, started="now", **parts)


def open_log(path: Path, part: str | None = None, **parts: Any) -> log.RunLog:
    return log.RunLog(path, header(**parts), part, redactor=Redactor({"A_TOKEN": "top-secret-1"}))


def logged(path: Path) -> list[tuple[str, int, str]]:
    return [(t.case, t.trial, t.outcome) for t in codec.read(path) if isinstance(t, Trial)]


END = RunEnd(finished="then", seconds=1.0, totals={"trials": 1})


# --- log -------------------------------------------------------------------------------------


def test_a_trial_is_on_disk_as_soon_as_it_is_appended(tmp_path: Path) -> None:
    run = open_log(tmp_path)

    run.append(trial("a"))

    assert logged(run.path) == [("a", 1, "passed")]
    run.close()


def test_a_finished_log_is_in_canonical_order(tmp_path: Path) -> None:
    run = open_log(tmp_path)
    for name, number, index in [("b", 2, 1), ("a", 1, 0), ("b", 1, 1), ("c", 1, 2)]:
        run.append(trial(name, number, index))

    run.finish(END)
    records = list(codec.read(run.path))

    assert logged(run.path) == [
        (n, k, "passed") for n, k in [("a", 1), ("b", 1), ("b", 2), ("c", 1)]
    ]
    assert records[0] == header()
    assert records[-1] == END
    assert [entry.name for entry in tmp_path.iterdir()] == ["results.jsonl"]


def test_secrets_do_not_reach_the_log(tmp_path: Path) -> None:
    run = open_log(tmp_path, options={"url": "https://u:pw12345@host/"})

    found = run.append(trial("a", reply=Reply(text="it is top-secret-1")))
    run.finish(END)

    assert found.reply is not None
    assert found.reply.text == "it is [redacted]"
    text = run.path.read_text()
    assert "top-secret-1" not in text
    assert "pw12345" not in text


def test_a_full_disk_is_told_once_and_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = open_log(tmp_path)
    run.append(trial("a"))

    def full(fd: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    run.append(trial("b"))
    run.append(trial("c"))
    monkeypatch.undo()
    run.finish(END)

    assert run.problem is not None
    assert "results.jsonl: cannot be written: No space left on device" in run.problem
    assert logged(run.path) == [("a", 1, "passed")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_ends_the_run_with_a_note(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")
    engine = bench.prepare()
    os.dup2(os.open("/dev/full", os.O_WRONLY), bench.log._fd)

    engine.start(bench.jobs)
    result = engine.result(bench.jobs[0].nodeid, timeout=30)
    engine.close()

    assert result.outcome == "passed"
    assert "No space left on device" in engine.notes()[0]


def test_a_log_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match="cannot be written"):
        open_log(tmp_path / "missing")


def test_parts_of_several_processes_are_joined_in_order(tmp_path: Path) -> None:
    first = open_log(tmp_path, "gw0", suites={"s": {"selected": ["a"], "full": True}})
    second = open_log(tmp_path, "gw1", suites={"t": {"selected": ["b"], "full": False}})
    second.append(trial("b", 1, 1))
    first.append(trial("c", 1, 2))
    second.append(trial("a", 1, 0))
    first.close()
    second.close()

    path = log.join(tmp_path, END)
    records = list(codec.read(path))

    assert [case for case, _, _ in logged(path)] == ["a", "b", "c"]
    assert isinstance(records[0], RunHeader)
    assert sorted(records[0].suites) == ["s", "t"]
    assert records[-1] == END
    assert [entry.name for entry in tmp_path.iterdir()] == ["results.jsonl"]


def test_of_a_trial_logged_twice_the_measured_one_is_kept(tmp_path: Path) -> None:
    first, second = open_log(tmp_path, "gw0"), open_log(tmp_path, "gw1")
    crashed = Failure(kind="worker_crashed", message="")
    first.append(trial("a", outcome="error", error=crashed))
    first.append(trial("b", index=1))
    second.append(trial("a"))
    second.append(trial("b", index=1, outcome="failed"))
    first.close()
    second.close()

    path = log.join(tmp_path)

    assert logged(path) == [("a", 1, "passed"), ("b", 1, "passed")]


def test_the_torn_line_of_a_killed_worker_is_left_out(tmp_path: Path) -> None:
    part = open_log(tmp_path, "gw0")
    part.append(trial("a"))
    part.append(trial("b", index=1))
    part.close()
    part.path.write_bytes(part.path.read_bytes()[:-20])

    path = log.join(tmp_path)

    assert logged(path) == [("a", 1, "passed")]


def test_a_bad_line_in_a_part_is_named(tmp_path: Path) -> None:
    (tmp_path / "results-gw0.jsonl").write_text("nonsense\n")

    with pytest.raises(StoredFileError, match=r"results-gw0\.jsonl:1: not a line of a run's log"):
        log.join(tmp_path)


def test_joining_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match="holds no results"):
        log.join(tmp_path)


# --- folders ---------------------------------------------------------------------------------


def test_two_runs_at_once_get_two_folders(tmp_path: Path) -> None:
    made = {folder.new_run_folder(tmp_path / "reports") for _ in range(20)}

    assert len(made) == 20
    assert all(path.is_dir() for path in made)


def test_latest_is_the_run_that_was_set_last(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run = folder.new_run_folder(tmp_path, name)
        open_log(run).close()
        folder.set_latest(tmp_path, run)

    assert folder.find_run(tmp_path).name == "two"
    assert folder.find_run(tmp_path, "one").name == "one"
    assert folder.find_run(tmp_path, str(tmp_path / "one" / "results.jsonl")).name == "one"


def test_latest_works_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refused)
    for name in ("one", "two"):
        run = folder.new_run_folder(tmp_path, name)
        open_log(run).close()
        folder.set_latest(tmp_path, run)

    assert folder.find_run(tmp_path).name == "two"


def test_without_a_mark_the_newest_run_is_the_latest(tmp_path: Path) -> None:
    for name in ("20260101-000000-aaaa", "20260102-000000-aaaa"):
        open_log(folder.new_run_folder(tmp_path, name)).close()

    assert folder.find_run(tmp_path).name == "20260102-000000-aaaa"


def test_an_unknown_run_is_an_error_that_names_those_there_are(tmp_path: Path) -> None:
    open_log(folder.new_run_folder(tmp_path, "20260101-000000-aaaa")).close()

    with pytest.raises(StoredFileError, match=r"no run 'x' in .*; there are 20260101-000000-aaaa"):
        folder.find_run(tmp_path, "x")


def test_no_run_at_all_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match="run pytest on a suite first"):
        folder.find_run(tmp_path / "none")


def test_a_file_in_the_way_of_the_reports_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("")

    with pytest.raises(StoredFileError, match="reports"):
        folder.new_run_folder(tmp_path / "reports")


# --- cache -----------------------------------------------------------------------------------


def test_a_cached_reply_has_no_latency_and_no_cost(bench: Bench) -> None:
    own = bench.adapter(lambda _: Reply(text="x", cost_usd=1.0, usage=Usage(input_tokens=3)))
    bench.case("a")

    bench.run(cache="use")
    bench.run(cache="use")
    reply = bench.trials()[0].reply

    assert len(own.asked) == 1
    assert reply.cached
    assert reply.text == "x"
    assert reply.usage.input_tokens == 3
    assert (reply.cost_usd, reply.timing.total_s) == (None, None)
    assert bench.engine.totals()["cache_hits"] == 1


def test_refresh_asks_again_and_keeps_the_new_reply(bench: Bench) -> None:
    replies = iter(["one", "two"])
    own = bench.adapter(lambda _: next(replies))
    bench.case("a")

    bench.run(cache="use")
    bench.run(cache="refresh")
    bench.run(cache="use")

    assert len(own.asked) == 2
    assert bench.trials()[0].reply.text == "two"


def test_off_writes_nothing(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")

    bench.run()

    assert not (bench.folder / "cache").exists()


def test_repeated_trials_are_asked_each(bench: Bench) -> None:
    own = bench.adapter(lambda request: f"answer {request.trial}")
    bench.case("a", repeat=3)

    bench.run(cache="use")
    bench.run(cache="use")

    assert len(own.asked) == 3
    assert [t.reply.text for t in bench.trials()] == ["answer 1", "answer 2", "answer 3"]


@pytest.mark.parametrize(
    "reply", [Reply(), Reply(text=""), Reply(text="cut", finish_reason="length")]
)
def test_what_says_nothing_is_never_kept(bench: Bench, reply: Reply) -> None:
    own = bench.adapter(lambda _: reply)
    bench.case("a", allow_empty=True, allow_truncated=True)

    bench.run(cache="use")
    bench.run(cache="use")

    assert len(own.asked) == 2


def test_errors_are_never_kept(bench: Bench) -> None:
    answers = iter([ValueError("no"), "fine"])

    def answer(request: Request) -> str:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return str(found)

    bench.adapter(answer)
    bench.case("a")

    (first,) = bench.run(cache="use")
    (second,) = bench.run(cache="use")

    assert (first.outcome, second.outcome) == ("error", "passed")


BASE = Request(
    adapter="a",
    messages=(Message(role="user", content="hi"),),
    system="s",
    params={"temperature": 0},
    tools=({"name": "t"},),
)


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        (replace(BASE, messages=(Message(role="user", content="ho"),)), False),
        (replace(BASE, messages=(Message(role="system", content="hi"),)), False),
        (replace(BASE, system="t"), False),
        (replace(BASE, params={"temperature": 1}), False),
        (replace(BASE, params={"temperature": 0, "seed": 1}), False),
        (replace(BASE, tools=()), False),
        (replace(BASE, trial=2), False),
        (replace(BASE, session="other", case="other", timeout_s=3), True),
    ],
    ids=["text", "role", "system", "param", "new param", "tools", "trial", "what changes nothing"],
)
def test_the_key_covers_everything_that_is_asked(
    tmp_path: Path, changed: Request, *, same: bool
) -> None:
    cache = Cache(tmp_path, "use", Redactor({}))

    assert (cache.key(BASE, {"type": "x"}) == cache.key(changed, {"type": "x"})) is same


def test_the_key_covers_the_adapter(tmp_path: Path) -> None:
    cache = Cache(tmp_path, "use", Redactor({}))

    assert cache.key(BASE, {"model": "a"}) != cache.key(BASE, {"model": "b"})


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b'{"format":"llmeval-cache/0"}', b"\xff\xfe", b"null"],
    ids=["empty", "torn", "a list", "old", "no text", "null"],
)
def test_a_damaged_entry_is_asked_again(bench: Bench, damage: bytes) -> None:
    own = bench.adapter(lambda _: "x")
    bench.case("a")
    bench.run(cache="use")
    (entry,) = (bench.folder / "cache").glob("*/*.json")
    entry.write_bytes(damage)

    (result,) = bench.run(cache="use")

    assert result.outcome == "passed"
    assert len(own.asked) == 2


def test_a_cache_that_cannot_be_written_is_a_note(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")
    bench.case("b")
    (bench.folder / "cache").write_text("a file in the way")

    results = bench.run(cache="use")

    assert {result.outcome for result in results} == {"passed"}
    (note,) = bench.engine.notes()
    assert "the cache cannot be written" in note


def test_no_secret_reaches_the_cache(bench: Bench) -> None:
    bench.environ["A_TOKEN"] = "top-secret-1"
    bench.adapter(lambda _: "it is top-secret-1")
    bench.case("a", "say top-secret-1")

    bench.run(cache="use")
    (entry,) = (bench.folder / "cache").glob("*/*.json")

    assert "top-secret-1" not in entry.read_text()


# --- record and replay -----------------------------------------------------------------------


def without_times(text: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in text.splitlines()]
    for row in rows:
        row.pop("started", None)
        row.get("reply", {}).pop("timing", None)
        row.get("reply", {}).pop("cached", None)
    return rows[1:]


def test_a_replayed_run_says_what_the_recorded_one_said(bench: Bench, has: Has) -> None:
    def answer(request: Request) -> Reply:
        text = f"{request.messages[-1].content} {request.trial} \ud83d\ude00 é"
        return Reply(text=text, finish_reason="stop", usage=Usage(input_tokens=1, output_tokens=2))

    own = bench.adapter(answer)
    bench.case("a", "one", checks=(has("one"),), repeat=3)
    bench.case("b", turns=(Turn(user="x"), Turn(user="y")), checks=(has("nothing"),))
    path = bench.folder / "recordings" / "r.jsonl"

    bench.run(record=path)
    recorded = without_times(bench.text())
    bench.run(replay=path)
    replayed = bench.text()
    bench.run(replay=path)

    assert len(own.asked) == 5
    assert [row["outcome"] for row in without_times(replayed)] == ["passed"] * 3 + ["failed"]
    assert [row["reply"] for row in without_times(replayed)] == [r["reply"] for r in recorded]
    assert [r["fingerprint"] for r in without_times(replayed)] == [
        r["fingerprint"] for r in recorded
    ]
    assert without_times(bench.text()) == without_times(replayed)


def test_recording_a_replay_gives_the_same_file(bench: Bench) -> None:
    bench.adapter(lambda request: f"answer {request.trial}")
    bench.case("a", repeat=2)
    first, second = bench.folder / "1.jsonl", bench.folder / "2.jsonl"

    bench.run(record=first, concurrency=1)
    bench.run(replay=first, record=second, concurrency=1)

    assert first.read_bytes() == second.read_bytes()


def test_a_replayed_reply_has_no_latency(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")
    path = bench.folder / "r.jsonl"

    bench.run(record=path)
    bench.run(replay=path)
    reply = bench.trials()[0].reply

    assert reply.cached
    assert reply.timing.total_s is None


def test_a_secret_in_a_request_is_not_recorded_and_still_found(bench: Bench) -> None:
    bench.environ["A_TOKEN"] = "top-secret-1"
    bench.adapter(lambda _: "fine")
    bench.case("a", "my key is top-secret-1")
    path = bench.folder / "r.jsonl"

    bench.run(record=path)
    (result,) = bench.run(replay=path)

    assert "top-secret-1" not in path.read_text()
    assert result.problems == ()


def test_a_missing_recording_is_an_error_of_that_case(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a", "one")
    path = bench.folder / "r.jsonl"
    bench.run(record=path)
    bench.case("b", "two")

    a, b = bench.run(replay=path)

    assert (a.outcome, b.outcome) == ("passed", "error")
    assert b.trials[0].error == "no_recording"


def test_replaying_a_file_that_is_not_there_is_refused(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")

    with pytest.raises(StoredFileError, match=r"no\.jsonl: no such recording"):
        bench.run(replay=bench.folder / "no.jsonl")


def test_a_recording_that_cannot_be_written_is_refused(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")

    with pytest.raises(StoredFileError, match="cannot be written"):
        bench.run(record=bench.folder)


@pytest.mark.parametrize("text", ["suite: shop\n", "[tool.x]\n", '{"a": 1}\n', "7\n", "\n\n"])
def test_a_file_that_is_no_recording_is_never_overwritten(bench: Bench, text: str) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")
    file = bench.folder / "shop.eval.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(StoredFileError, match="is no recording; name another file for --llmeval-r"):
        bench.run(record=file)

    assert file.read_text("utf-8") == text


def test_an_older_recording_is_replaced(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a")
    file = bench.folder / "rec.jsonl"
    bench.run(record=file)
    bench.run(record=file)

    assert len(file.read_text("utf-8").splitlines()) == 1


# --- resume ----------------------------------------------------------------------------------


def test_only_what_is_missing_or_erred_is_asked_again(bench: Bench, has: Has) -> None:
    broken = [True]

    def answer(request: Request) -> str:
        if request.case == "err" and broken[0]:
            raise ValueError("no")
        return "yes"

    own = bench.adapter(answer)
    bench.case("good", checks=(has("yes"),), repeat=2)
    bench.case("bad", checks=(has("no"),))
    bench.case("err")
    bench.run()
    earlier = bench.log.path.parent
    before = earlier.joinpath("results.jsonl").read_bytes()
    own.asked.clear()
    broken[0] = False
    bench.options = {"finished": resume.finished(earlier)}

    good, bad, err = bench.run()

    assert [request.case for request in own.asked] == ["err"]
    assert [r.outcome for r in (good, bad, err)] == ["passed", "failed", "passed"]
    assert len(good.trials) == 2
    assert len(bench.trials()) == 4
    assert earlier.joinpath("results.jsonl").read_bytes() == before


def test_trials_of_a_case_that_are_compared_are_not_lost_when_a_run_is_killed(
    bench: Bench,
) -> None:
    """What is held until the case's last trial has ended was paid for all the same."""
    killed = [True]

    async def answer(request: Request) -> str:
        if killed[0] and request.trial == 3:
            await asyncio.Event().wait()
        return "Rome is old."

    own = bench.adapter(answer)
    check = Check(check="consistency", metric="consistency", parameters={})
    bench.case("a", checks=(check,), repeat=3)
    engine = bench.prepare(concurrency=1)
    engine.start(bench.jobs)
    while len(own.asked) < 3:
        time.sleep(0.001)
    folder = bench.log.path.parent
    left = resume.finished(folder)
    engine.close()
    killed[0] = False
    own.asked.clear()
    bench.options = {"finished": left}

    (result,) = bench.run()

    assert [request.trial for request in own.asked] == [3]
    assert result.outcome == "passed"
    assert [trial.checks[0].score for trial in bench.trials()] == [1.0, 1.0, 1.0]
    assert not list(bench.log.path.parent.glob("held*"))


def test_a_resumed_run_that_was_cut_off_at_once_still_has_what_it_went_on_with(
    tmp_path: Path,
) -> None:
    for name, resumed, cases in (("1", None, "abc"), ("2", "1", "a"), ("3", "2", "")):
        folder = tmp_path / name
        folder.mkdir()
        made = open_log(folder, options={"resumed": resumed} if resumed else {})
        for case in cases:
            made.append(trial(case, outcome="failed" if name == "2" else "passed"))
        made.close()

    found = resume.finished(tmp_path / "3")

    assert {key[0].rpartition("::")[2]: found[key].outcome for key in found} == {
        "a": "failed",
        "b": "passed",
        "c": "passed",
    }


@pytest.mark.parametrize("resumed", ["1", "../elsewhere", 7])
def test_a_run_that_names_no_other_run_is_resumed_alone(tmp_path: Path, resumed: Any) -> None:
    folder = tmp_path / "1"
    folder.mkdir()
    made = open_log(folder, options={"resumed": resumed})
    made.append(trial("a"))
    made.close()

    assert len(resume.finished(folder)) == 1


def test_a_run_that_was_asked_otherwise_is_not_resumed(bench: Bench) -> None:
    bench.adapter(lambda _: "x")
    bench.case("a", "one", system="old")
    bench.run()
    bench.options = {"finished": resume.finished(bench.log.path.parent)}
    bench.cases["a"] = replace(bench.cases["a"], system="new")

    with pytest.raises(StoredFileError, match=r"::a: the run to resume .*: system changed since"):
        bench.run()


def test_a_folder_without_results_cannot_be_resumed(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match="holds no results of a run to resume"):
        resume.finished(tmp_path)


def test_trials_of_a_crashed_worker_are_found_in_its_part(tmp_path: Path) -> None:
    part = open_log(tmp_path, "gw0")
    part.append(trial("a"))
    part.append(trial("b", outcome="skipped"))
    part.close()

    found = resume.finished_in(tmp_path)

    assert dict(found) == {("suites/s.eval.yaml::a", 1): trial("a")}
    assert ("suites/s.eval.yaml::a", 1) in found
    assert len(resume.finished_in(tmp_path / "none")) == 0


KILLED = textwrap.dedent(
    """
    import asyncio, os, signal, sys
    from pathlib import Path
    from llmeval.config import AdapterConfig, Settings
    from llmeval.records import Case, CaseSpec, Reply, RunHeader, Turn
    from llmeval.redact import Redactor
    from llmeval.registry import Registry
    from llmeval.run import resume
    from llmeval.run.engine import Engine, Job
    from llmeval.run.log import RunLog
    from llmeval.suite.suite import Suite
    from dataclasses import dataclass

    root, last, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

    @dataclass(frozen=True)
    class App:
        async def respond(self, request):
            with (root / "asked.txt").open("a") as file:
                print(request.case, file=file)
            if int(request.case) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            await asyncio.sleep(0)
            return Reply(text="fine")

    registry = Registry()
    registry.add_adapter("app", App)
    suite = Suite(name="s", path=root / "s.eval.yaml", shown="s.eval.yaml")
    specs = [CaseSpec(id=str(n), index=n, line=1, template=0) for n in range(200)]
    jobs = [Job(f"s.eval.yaml::{spec.id}", suite, spec) for spec in specs]
    settings = Settings(root=root, baselines=root, reports=root, cache_dir=root, concurrency=4)
    finished = resume.finished_in(root / str(number - 1))
    folder = root / str(number)
    folder.mkdir()
    log = RunLog(folder, RunHeader(run="r", started="now"), redactor=Redactor({}))

    def build(suite, spec):
        turns = (Turn(user="hi"),)
        return Case(id=spec.id, suite="s", index=spec.index, line=1, adapter="app", turns=turns)

    configs = {"app": AdapterConfig(name="app", type="app")}
    engine = Engine(settings, registry, configs, log, environ={}, build=build, finished=finished)
    engine.start(jobs)
    outcomes = [engine.result(job.nodeid).outcome for job in jobs]
    engine.close()
    log.close()
    print(len(outcomes), set(outcomes))
    """
)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_after_ten_kills_9_only_what_was_in_flight_was_asked_again(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(KILLED)
    environ = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    # So far apart that what was in flight at one is before the next.
    moments = [20 * n + random.randrange(5) for n in range(10)]

    def run(last: int, number: int) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, str(script), str(tmp_path), str(last), str(number)],
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    killed = [run(last, number) for number, last in enumerate(moments)]
    resumed = run(-1, len(moments))

    assert {one.returncode for one in killed} == {-signal.SIGKILL}, moments
    assert resumed.returncode == 0, resumed.stderr
    assert resumed.stdout.strip() == "200 {'passed'}"
    asked = (tmp_path / "asked.txt").read_text().split()
    assert set(asked) == {str(case) for case in range(200)}
    assert len(asked) - 200 <= 4 * len(moments), moments
    trials = logged(tmp_path / str(len(moments)) / "results.jsonl")
    assert len(set(trials)) == len(trials) == 200


def test_secrets_in_steps_are_never_stored(bench: Any) -> None:
    secret = "value-of-a-key-123456"
    step = {
        "name": "search",
        "kind": "tool",
        "input": {"header": f"key {secret}"},
        "output": secret,
    }
    bench.environ["APP_KEY"] = secret
    bench.adapter(lambda _: Reply(text="x", steps=(step,)))
    bench.case("a")

    bench.run()

    assert secret not in bench.text()
    assert bench.trials()[0].reply.steps[0]["name"] == "search"
