"""Size and speed of a large report in Chromium: file, building, first paint, filters.

    python benchmarks/report_size.py                 # 10,000 cases, replies of 2,000 characters
    python benchmarks/report_size.py --cases 100000

The logs of two runs are made up: one case in a hundred answers something else in the second and
fails. `llmeval compare` judges it against the first. Words are drawn from our own documentation,
so that they pack about as prose does. Paint and filter times are the page's own clock, medians of
several tries; a filter is timed from the key press to the frame that shows its result. Needs
Playwright (`pip install -e '.[dev]'`) and a Chromium on the PATH.
"""

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from measure import REPOSITORY, BrokenRunError, Measured, machine, middle
from project import Project
from rows import Row, shown

CHARS = 2_000
QUERIES = (
    "status:regressed",
    "tag:tag3 -status:regressed",
    "latency:>1",
    "check:contains",
    '"question 77"',
    "zzz-nowhere",
    "the",
    "",
)

_SUITE = """\
suite: large
adapter: echo
cases:
  - id: row
    dataset: ../data/rows.jsonl
    prompt: "Question {{ n }}"
    expect:
      - contains: "case {{ n }} "
"""

_FILTER = """
async query => {
    const field = document.querySelector('input[type=search]');
    field.value = query;
    const began = performance.now();
    field.dispatchEvent(new Event('input'));
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - began;
}
"""


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="llmeval-report-"))
    try:
        rows = measured(Project(folder), arguments.cases, arguments.rounds)
    except BrokenRunError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(", ".join(str(value) for value in machine().values()))
    print(shown(rows))
    return int(any(row.word == "MISSED" for row in rows))


def measured(project: Project, cases: int, rounds: int) -> list[Row]:
    """Return the figures of a run of that many cases."""
    project.write("suites/large.eval.yaml", _SUITE)
    project.write_lines("data/rows.jsonl", ({"id": f"r{n}", "n": n} for n in range(cases)))
    project.write("llmeval.toml", "")
    for name in ("before", "after"):
        project.write_lines(f"reports/{name}/results.jsonl", _log(name, cases))
    built = middle([_compared(project) for _ in range(3)])
    page = project.folder / "reports" / "compare-before-after" / "report.html"
    log = (project.folder / "reports" / "after" / "results.jsonl").stat().st_size / 1e6
    what = f"{cases:,} cases"
    promised = cases <= 10_000
    return [
        Row(f"{what}: size of the page", page.stat().st_size / 1e6, "MB", 10, None,
            f"results.jsonl {log:.1f} MB; {_cut(page)}"),
        Row(f"{what}: `llmeval compare`, which reads both logs", built.wall_s, "s", None, None,
            f"{built.cpu_s:.2f} s of CPU, peak {built.peak_mib:.0f} MiB"),
        *_in_browser(page, what, rounds, promised=promised),
    ]  # fmt: skip


def _cut(page: Path) -> str:
    """Return what the page says of texts that it cut."""
    found = re.search(r"Texts of passed cases [^.]*", page.read_text(encoding="utf-8"))
    return found[0].partition(":")[0] if found else ""


def _compared(project: Project) -> Measured:
    done = project.command("compare", "before", "after")
    if done.status != 1:
        raise BrokenRunError(f"the second run should be worse: {done.output[-2000:]}")
    return done


def _words() -> Iterator[str]:
    for path in sorted((REPOSITORY / "docs").glob("*.md")):
        yield from re.findall(r"[\w'-]+[.,]?", path.read_text(encoding="utf-8"))


def _log(run: str, cases: int) -> Iterator[dict[str, Any]]:
    """Yield the lines of a run's log."""
    words, chance = list(_words()), random.Random(7)
    yield {
        "kind": "run",
        "format": "llmeval-run/1",
        "run": run,
        "started": "2026-01-02T03:04:05Z",
        "adapters": {"app": {"type": "python", "version": run}},
        "suites": {"large": {"path": "suites/large.eval.yaml"}},
    }
    for number in range(cases):
        text = " ".join(chance.choices(words, k=CHARS // 5))[:CHARS]
        yield _trial(number, text, bad=run == "after" and number % 100 == 0)
    yield {"kind": "end", "finished": "2026-01-02T04:04:05Z", "seconds": 3600.0}


def _trial(number: int, text: str, *, bad: bool) -> dict[str, Any]:
    case = f"row[r{number}]"
    check = {"check": "contains", "metric": "contains", "severity": "normal", "status": "scored"}
    said = {"score": 0.0, "passed": False, "reason": f"does not contain 'case {number}'"}
    return {
        "kind": "trial",
        "index": number,
        "nodeid": f"suites/large.eval.yaml::{case}",
        "suite": "large",
        "case": case,
        "adapter": "app",
        "trial": 1,
        "severity": "normal",
        "outcome": "failed" if bad else "passed",
        "tags": [f"tag{number % 10}"],
        "fingerprint": {"input": f"{number:x}", "checks": "0", "adapter": "0"},
        "messages": [{"role": "user", "content": f"Question {number}: {text[-100:]}"}],
        "reply": {
            "text": text.replace(" the ", " a ") if bad else text,
            "timing": {"total_s": 0.5 + number % 7 / 10},
        },
        "checks": [check | (said if bad else {"score": 1.0, "passed": True})],
    }


def _in_browser(page: Path, what: str, rounds: int, *, promised: bool) -> Iterator[Row]:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        opened = [_opened(browser, page) for _ in range(rounds)]
        yield Row(f"{what}: first paint", median(o["paint"] for o in opened), "s", 1.5)
        listed = median(o["list"] for o in opened)
        yield Row(f"{what}: the list can be used", listed, "s", 1.5 if promised else None)
        texts = median(o["texts"] for o in opened)
        yield Row(f"{what}: all texts can be searched", texts, "s", None, None, "in the background")
        tab = browser.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_selector("html[data-ready=texts]", state="attached", timeout=120_000)
        for query in QUERIES:
            took = median(tab.evaluate(_FILTER, query) for _ in range(rounds))
            found = tab.locator(".tally").inner_text()
            bound = 100 if promised else None
            yield Row(f"{what}: filter {query or '(all)'}", took, "ms", bound, None, found)
        browser.close()


_TIMES = """
() => ({
    paint: performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000,
    list: performance.getEntriesByName('list')[0].startTime / 1000,
    texts: performance.getEntriesByName('texts')[0].startTime / 1000,
})
"""


def _opened(browser: Any, page: Path) -> dict[str, float]:
    tab = browser.new_page()
    tab.goto(page.as_uri(), wait_until="commit")
    tab.wait_for_selector("html[data-ready=texts]", state="attached", timeout=120_000)
    found: dict[str, float] = tab.evaluate(_TIMES)
    tab.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
