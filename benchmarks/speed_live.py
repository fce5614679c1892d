"""Speed against the local server: whole runs beside the bare client, concurrency, timings."""

import json
import sys
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from measure import (
    HERE,
    Measured,
    Server,
    green,
    interleaved,
    measure,
    middle,
    percentile,
    serving,
)
from project import Project, configuration, yaml_suite
from rows import Row

Bounds = tuple[float | None, float | None]
DELAY_S = 0.05
CONCURRENCY = 100
_NOTHING = (None, None)
# What is promised and aimed at: seconds, times the bare client's, MiB.
BOUNDS: dict[int, tuple[Bounds, Bounds, Bounds]] = {
    1000: ((1.6, 1.2), _NOTHING, (None, 60)),
    2000: (_NOTHING, _NOTHING, _NOTHING),
    10_000: (_NOTHING, (1.5, 1.35), (140, 100)),
}


def live(folder: Path, rounds: int, count: int) -> list[Row]:
    """Ask `count` cases at 50 ms and concurrency 100, interleaved with the bare client."""
    with serving(f"delay={DELAY_S}") as server:
        project = Project(folder)
        project.write("llmeval.toml", configuration(server.url, CONCURRENCY))
        project.write("suites/live.eval.yaml", yaml_suite("live", "server", count))
        seen: list[dict[str, Any]] = []
        sides = {
            "bare": lambda: _bare(server, count),
            "ours": lambda: _ours(server, project, seen),
        }
        found = interleaved(rounds, sides)
    return _walls(count, found) + _concurrency(count, seen) + _timings(count, project, found, seen)


def _bare(server: Server, count: int) -> Measured:
    told = ("-n", str(count), "-c", str(CONCURRENCY), "--url", server.url, "--json")
    return green(measure([sys.executable, str(HERE / "bare.py"), *told]))


def _ours(server: Server, project: Project, seen: list[dict[str, Any]]) -> Measured:
    server.reset()
    done = green(project.pytest("-q", "suites"))
    seen.append(server.stats(times=True))
    return done


def _walls(count: int, found: dict[str, list[Measured]]) -> list[Row]:
    ours, bare = middle(found["ours"]), middle(found["bare"])
    ratio = median(
        ours.wall_s / bare.wall_s for ours, bare in zip(found["ours"], found["bare"], strict=True)
    )
    walls = [run.wall_s for run in found["ours"]]
    beside = f"bare client {bare.wall_s:.2f} s"
    name = f"{count:,} cases, 50 ms, concurrency {CONCURRENCY}"
    wall, times, memory = BOUNDS[count]
    spread = f"{len(walls)} rounds [{min(walls):.2f}-{max(walls):.2f}]; {beside}"
    return [
        Row(f"{name}: wall", ours.wall_s, "s", *wall, note=spread),
        Row(f"{name}: wall / bare", ratio, "x", *times, note=beside),
        Row(f"{name}: CPU", ours.cpu_s, "s", note=f"bare client {bare.cpu_s:.2f} s"),
        Row(f"{name}: peak memory", ours.peak_mib, "MiB", *memory),
    ]


def _concurrency(count: int, seen: list[dict[str, Any]]) -> list[Row]:
    most = max(stats["max_in_flight"] for stats in seen)
    least = min(stats["max_in_flight"] for stats in seen)
    asked = {stats["requests"] for stats in seen}
    span = median(stats["span_s"] for stats in seen) / (count * DELAY_S / CONCURRENCY)
    return [
        Row(f"{count:,} cases: most in flight (asked for {CONCURRENCY})", most, "", CONCURRENCY),
        Row(f"{count:,} cases: asked but not reached", CONCURRENCY - least, "", 0),
        Row(f"{count:,} cases: requests more or fewer than cases", max(asked) - count, "", 0),
        Row(
            f"{count:,} cases: first request to last answer / ideal",
            span,
            "x",
            note="ideal: N x 50 ms / 100",
        ),
    ]


def _timings(
    count: int, project: Project, found: dict[str, list[Measured]], seen: list[dict[str, Any]]
) -> list[Row]:
    """Hold the reported `total_s` of the last run against what the server took itself."""
    served = dict(seen[-1]["times"])
    reported = {
        trial["messages"][-1]["content"]: trial["reply"]["timing"]["total_s"]
        for trial in project.trials()
    }
    over = sorted(1000 * (total - served[prompt]) for prompt, total in reported.items())
    late = sorted(1000 * abs(total - DELAY_S) for total in reported.values())
    bare = median(json.loads(run.output)["p99_ms"] for run in found["bare"])
    p99 = percentile(sorted(reported.values()), 99) * 1000
    most = f"{count:,} cases: 99 % of total_s"
    beside = f"{p99:.1f} ms, bare client {bare:.1f} ms"
    return [
        Row(f"{most} within", p99 / bare, "x of bare", 1.2 if count > 2000 else None, note=beside),
        Row(f"{most} from the delay of 50 ms by", percentile(late, 99), "ms",
            5.0 if count == 2000 else None, note=beside),
        Row(f"{most} over the server's own time by", percentile(over, 99), "ms",
            note=f"p50 {percentile(over, 50):.1f} ms"),
    ]  # fmt: skip


_ADAPTER = """
import asyncio, sys, time
from llmeval.records import Message, Request
from llmeval.registry import Registry

async def main(url, count, stream):
    told = {"model": "local", "base_url": url, "api_key_env": "BENCHMARK_KEY", "stream": stream}
    adapter = Registry().adapter("openai", told)
    if hasattr(adapter, "open"):
        await adapter.open()
    numbers = iter(range(count))
    async def work():
        for number in numbers:
            message = Message(role="user", content=f"Question {number}: how long is a string?")
            reply = await adapter.respond(Request(adapter="a", messages=(message,), timeout_s=60))
            assert reply.text == message.content
    began = time.process_time()
    await asyncio.gather(*(work() for _ in range(100)))
    print((time.process_time() - began) / count * 1e6)
    if hasattr(adapter, "close"):
        await adapter.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "stream"))
"""


def adapter(folder: Path, rounds: int, count: int = 10_000) -> list[Row]:
    """Measure the CPU time of the `openai` adapter alone, at 0 ms, beside the bare client's."""
    project = Project(folder)
    with serving() as server:
        url = f"{server.url}/v1"
        ask = partial(project.python, _ADAPTER, url, str(count))
        sides = {
            "plain": partial(ask, "plain"),
            "stream": partial(ask, "stream"),
            "bare": partial(_bare, server, count),
        }
        found = interleaved(rounds, sides)
    bare = median(run.cpu_s for run in found["bare"]) / count * 1e6
    plain, stream = (
        median(float(green(run).output) for run in found[name]) for name in ("plain", "stream")
    )
    beside = f"bare client, its start included, {bare:.0f} us"
    return [
        Row("openai adapter: CPU a request", plain, "us", None, 200, beside),
        Row("openai adapter, streaming: CPU a request", stream, "us", None, 400),
    ]
