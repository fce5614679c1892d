"""Whether reported latencies are the service's own: streamed replies, 200 in flight.

    python benchmarks/latency.py
    python benchmarks/latency.py --count 8000 --concurrency 100

The local server waits 20 ms before the first piece and 200 ms in all, and measures both itself;
then the same with 30 % of all requests answered 429, and with five checks of meaning on each reply,
a tenth of the cases and of the requests in flight. p50, p95 and p99 of `first_token_s` and
`total_s` must lie within 5 % + 5 ms of the server's own clock. Ends with 1 when one does not.
"""

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measure import green, machine, percentile, serving, table
from project import Project, installed, yaml_suite

FIRST_S, TOTAL_S = 0.02, 0.2
PERCENTILES = (50, 95, 99)
SCENARIOS = {
    "undisturbed": "",
    "30 % answered 429": "fault=429:0.3&retry_after=0.2",
    "checks of meaning": "",
}
MEANING = """expect:
  - factuality: 0
  - relevance: 0
  - toxicity: 1
  - is_injection: 1
  - language: {value: [en, fr, es], severity: warn}
"""
_CONFIGURATION = """concurrency = {concurrency}
[adapters.server]
type = "openai"
model = "local"
base_url = "{url}/v1"
stream = true
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One percentile, reported and as the server had it; in milliseconds."""

    scenario: str
    timing: str
    percentile: int
    reported_ms: float
    server_ms: float

    @property
    def allowed_ms(self) -> float:
        """How far the two may lie apart."""
        return 0.05 * self.server_ms + 5

    @property
    def is_true(self) -> bool:
        """Whether the reported one is the server's own."""
        return abs(self.reported_ms - self.server_ms) <= self.allowed_ms


def figures(scenario: str, behave: str, folder: Path, count: int, concurrency: int) -> list[Figure]:
    """Run one scenario."""
    words = f"first={FIRST_S}&delay={TOTAL_S}" + (f"&{behave}" if behave else "")
    with serving(words) as server:
        project = Project(folder)
        text = _CONFIGURATION.format(url=server.url, concurrency=concurrency)
        project.write("llmeval.toml", text)
        suite = yaml_suite("latency", "server", count)
        if scenario == "checks of meaning":
            suite = suite.replace("cases:\n", f"{MEANING}cases:\n", 1)
            suite = suite.replace("    prompt:", "    reference: a string\n    prompt:")
        project.write("suites/latency.eval.yaml", suite)
        green(project.pytest("-q", "suites", "--llmeval-max-retries", "20"))
        stats = server.stats(times=True)
    timings = [trial["reply"]["timing"] for trial in project.trials()]
    sides = {
        "first_token_s": sorted(seconds for _, seconds in stats["firsts"]),
        "total_s": sorted(seconds for _, seconds in stats["times"]),
    }
    found = []
    for timing, served in sides.items():
        reported = sorted(each[timing] for each in timings)
        for share in PERCENTILES:
            pair = (1000 * percentile(reported, share), 1000 * percentile(served, share))
            found.append(Figure(scenario, timing, share, *pair))
    return found


def shown(found: list[Figure]) -> str:
    """Return the table."""
    heads = ["scenario", "timing", "percentile", "reported ms", "server ms", "apart", "allowed", ""]
    rows = [
        [one.scenario, one.timing, f"p{one.percentile}", f"{one.reported_ms:.1f}",
         f"{one.server_ms:.1f}", f"{one.reported_ms - one.server_ms:+.1f}",
         f"{one.allowed_ms:.1f}", "ok" if one.is_true else "MISSED"]
        for one in found
    ]  # fmt: skip
    return table(heads, rows)


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=4000, help="cases (4000)")
    parser.add_argument("--concurrency", type=int, default=200, help="requests in flight (200)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    found: list[Figure] = []
    for scenario, behave in SCENARIOS.items():
        print(f"{scenario} …", file=sys.stderr)
        folder = Path(tempfile.mkdtemp(prefix="llmeval-latency-"))
        try:
            share = 10 if scenario == "checks of meaning" else 1
            amounts = (arguments.count // share, arguments.concurrency // share)
            found += figures(scenario, behave, folder, *amounts)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if arguments.json:
        rows = [{**_json(one), "true": one.is_true} for one in found]
        print(json.dumps({"machine": machine(), "installed": installed(), "rows": rows}, indent=1))
    else:
        print(", ".join(str(value) for value in machine().values()))
        print(shown(found))
    return int(not all(one.is_true for one in found))


def _json(one: Figure) -> dict[str, object]:
    return {name: getattr(one, name) for name in Figure.__slots__}


if __name__ == "__main__":
    sys.exit(main())
