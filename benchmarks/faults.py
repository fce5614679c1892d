"""A thousand cases while the server misbehaves: what is lost, what is retried, how long it takes.

    python benchmarks/faults.py
    python benchmarks/faults.py "rate limit" kill   # those whose name holds one of the words

Each line is one whole `pytest -q` at 50 ms and concurrency 100 against the local server. Ends with
1 when a case is lost, or when a run that could not measure everything is green. At the end two
thousand cases meet all faults at once, and a run is killed at ten random moments and resumed.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from measure import Server, machine, serving, table
from project import Project, configuration, installed, yaml_suite

COUNT = 1000


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of misbehaviour."""

    name: str
    behave: str
    options: tuple[str, ...] = ()
    lasting: bool = False
    """What is wrong stays wrong: those cases must end as errors and the run red."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended."""

    name: str
    wall_s: float
    exit: int
    passed: int
    errors: int
    requests: int
    most_in_flight: int
    right: bool
    note: str = ""


_PATIENT = ("--llmeval-max-retries", "20")
SCENARIOS = (
    Scenario("nothing", ""),
    Scenario("rate limit: 429 once on 20 %, Retry-After 1", "fault=429:0.2&once=1&retry_after=1"),
    Scenario(
        "rate limit: 429 on half of all attempts, Retry-After 1, 20 retries",
        "fault=429:0.5&retry_after=1",
        _PATIENT,
    ),
    Scenario("rate limit: 429 once on 20 %, no Retry-After", "fault=429:0.2&once=1"),
    Scenario("500 once on 20 %", "fault=500:0.2&once=1"),
    Scenario("500 on half of all attempts, 20 retries", "fault=500:0.5", _PATIENT),
    Scenario("500 always on 5 %", "fault=500:0.05&always=1", lasting=True),
    Scenario("half of the JSON on 5 % of all attempts", "fault=truncated:0.05"),
    Scenario("half of the JSON always on 5 %", "fault=truncated:0.05&always=1", lasting=True),
    Scenario("connection reset on 5 % of all attempts", "fault=reset:0.05"),
    Scenario("connection closed in the body on 5 %", "fault=cut:0.05"),
    Scenario("slow drip on 2 %", "fault=drip:0.02&bite=0.005"),
    Scenario("never answers on 0.5 %, timeout 2 s", "fault=hang:0.005", ("--llmeval-timeout", "2")),
    Scenario("everything at once", "fault=429:0.1,500:0.1,reset:0.05,cut:0.02,truncated:0.03"
             "&retry_after=1", _PATIENT),
)  # fmt: skip


def run(scenario: Scenario, folder: Path) -> Outcome:
    """Run one scenario."""
    with serving("&".join(filter(None, ("delay=0.05", scenario.behave)))) as server:
        project = prepare(folder, server)
        done = project.pytest("-q", "suites", *scenario.options)
        stats = server.stats()
        outcomes = Counter(trial["outcome"] for trial in project.trials())
    wrong = int(sum(stats["faults"].values()) > 0 and scenario.lasting)
    complete = sum(outcomes.values()) == COUNT and outcomes["failed"] == 0
    right = (
        complete and (done.status != 0) == bool(wrong) and (outcomes["error"] > 0) == bool(wrong)
    )
    note = ", ".join(f"{number} x {kind}" for kind, number in stats["faults"].items())
    return Outcome(
        scenario.name, done.wall_s, done.status, outcomes["passed"], outcomes["error"],
        stats["requests"], stats["max_in_flight"], right, note,
    )  # fmt: skip


def kill_and_resume(folder: Path) -> Outcome:
    """Kill a run with -9 after half of the answers; resume it; count what is asked again."""
    with serving("delay=0.05") as server:
        project = prepare(folder, server)
        _killed(project, server, after=COUNT // 2)
        first = server.stats()
        kept = sum(1 for _ in project.trials())
        server.reset()
        done = project.pytest("-q", "suites", "--llmeval-resume")
        again = first["answered"] + server.stats()["requests"] - COUNT
        outcomes = Counter(trial["outcome"] for trial in project.trials())
    right = done.status == 0 and outcomes["passed"] == COUNT and again <= 100
    note = f"{first['answered']} answered before, {kept} kept, {again} asked again"
    return Outcome(
        "kill -9 after half, then --llmeval-resume", done.wall_s, done.status, outcomes["passed"],
        outcomes["error"], first["requests"], first["max_in_flight"], right, note,
    )  # fmt: skip


def two_thousand(folder: Path) -> Outcome:
    """Run 2,000 cases against all faults; hold what is reported against what the server saw."""
    count = 2 * COUNT
    behave = "delay=0.05&fault=429:0.1,500:0.05,reset:0.02,hang:0.01&retry_after=1"
    with serving(behave) as server:
        project = prepare(folder, server, count)
        done = project.pytest("-q", "suites", "--llmeval-timeout", "2")
        stats = server.stats(times=True)
        trials = list(project.trials())
    outcomes = Counter(trial["outcome"] for trial in trials)
    answered = Counter(prompt for prompt, _ in stats["times"])
    timings = [trial["reply"]["timing"] for trial in trials if trial.get("reply")]
    retried = [timing for timing in timings if timing["attempts"] > 1]
    named = all(trial["error"]["kind"] for trial in trials if trial["outcome"] == "error")
    waited = sum(timing.get("waited_s", 0) > 0 for timing in retried)
    right = (
        len({trial["nodeid"] for trial in trials}) == len(trials) == count
        and outcomes["passed"] + outcomes["error"] == count
        and max(answered.values()) == 1  # nobody is asked again who has answered
        and outcomes["passed"] == len(answered)
        and named
        and waited == len(retried)
        and (done.status != 0) == (outcomes["error"] > 0)
    )
    faults = ", ".join(f"{number} x {kind}" for kind, number in stats["faults"].items())
    note = f"{faults}; {len(retried)} asked again, each with its wait"
    return Outcome(
        "2,000 cases: 429 10 %, 500 5 %, reset 2 %, hang 1 %", done.wall_s, done.status,
        outcomes["passed"], outcomes["error"], stats["requests"], stats["max_in_flight"], right,
        note,
    )  # fmt: skip


def ten_kills(folder: Path) -> Outcome:
    """Kill runs with -9 at ten random moments and resume each; the trials are the same set."""
    draw = random.Random(2026)  # a moment, no secret
    moments = [draw.randrange(20, COUNT - 20) for _ in range(10)]
    right, most, wall_s, requests = True, 0, 0.0, 0
    for number, moment in enumerate(moments):
        with serving("delay=0.05") as server:
            project = prepare(folder / str(number), server)
            _killed(project, server, after=moment)
            first = server.stats()
            server.reset()
            done = project.pytest("-q", "suites", "--llmeval-resume")
            again = first["answered"] + server.stats()["requests"] - COUNT
            trials = Counter((t["nodeid"], t["trial"], t["outcome"]) for t in project.trials())
        whole = len(trials) == COUNT and set(trials.values()) == {1}
        right = right and done.status == 0 and whole and again <= 100
        most, wall_s = max(most, again), wall_s + done.wall_s
        requests += first["requests"]
    return Outcome(
        "kill -9 at ten random moments, each resumed", wall_s / 10, 0 if right else 1,
        COUNT if right else 0, 0, requests, 100, right,
        f"after {', '.join(map(str, sorted(moments)))} answers; at most {most} asked again",
    )  # fmt: skip


def _killed(project: Project, server: Server, *, after: int) -> None:
    process = subprocess.Popen(
        project.line("-q", "suites"),
        cwd=project.folder,
        env=project.environ,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while server.stats()["answered"] < after and time.monotonic() < end and process.poll() is None:
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def prepare(folder: Path, server: Server, count: int = COUNT) -> Project:
    """Make the project of a scenario."""
    project = Project(folder)
    project.write("llmeval.toml", configuration(server.url))
    project.write("suites/faults.eval.yaml", yaml_suite("faults", "server", count))
    return project


SPECIAL: dict[str, Callable[[Path], Outcome]] = {
    "kill -9": kill_and_resume,
    "2,000": two_thousand,
    "ten kills": ten_kills,
}


def shown(outcomes: list[Outcome]) -> str:
    """Return the table."""
    heads = ["injected", "wall s", "exit", "passed", "error", "requests", "most in flight", "", ""]
    rows = [
        [one.name, f"{one.wall_s:.1f}", *map(str, (one.exit, one.passed, one.errors)),
         str(one.requests), str(one.most_in_flight), "ok" if one.right else "WRONG", one.note]
        for one in outcomes
    ]  # fmt: skip
    return table(heads, rows)


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", metavar="WORD", help="only scenarios with it; all")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    outcomes = [_one(run, one) for one in SCENARIOS if _wanted(one.name, arguments.words)]
    for name, special in SPECIAL.items():
        if _wanted(name, arguments.words):
            outcomes.append(_one(partial(_special, special), SCENARIOS[0]))
    if arguments.json:
        about = {"machine": machine(), "installed": installed()}
        print(json.dumps(about | {"outcomes": [asdict(one) for one in outcomes]}, indent=1))
    else:
        print(", ".join(str(value) for value in machine().values()))
        print(shown(outcomes))
    return int(not all(one.right for one in outcomes))


def _special(call: Callable[[Path], Outcome], _: Scenario, folder: Path) -> Outcome:
    return call(folder)


def _wanted(name: str, words: list[str]) -> bool:
    return not words or any(word in name for word in words)


def _one(call: Callable[[Scenario, Path], Outcome], scenario: Scenario) -> Outcome:
    print(f"{scenario.name} …", file=sys.stderr)
    folder = Path(tempfile.mkdtemp(prefix="llmeval-faults-"))
    try:
        return call(scenario, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
