"""Size and speed of a large report in Chromium: file, building, first paint, filters.

    python benchmarks/report_size.py                 # 10,000 cases, replies of 2,000 characters
    python benchmarks/report_size.py --cases 100000

Two runs of a made application: one becomes the baseline, in the other one case in a hundred
answers something else and fails. Words are drawn from our own documentation, so that they pack as
prose does. Paint and filter times are the page's own clock, medians of several tries; a filter is
timed from the key press to the frame that shows its result. Needs Playwright (`pip install -e
'.[dev]'`) and a Chromium on the PATH.
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

from measure import REPOSITORY, BrokenRunError, green, machine, middle
from project import Project
from rows import Row, shown

CHARS = 2_000
QUERIES = (
    "status:regressed",
    "tag:tag3 -status:regressed",
    "latency:>0.0001",
    "check:contains",
    '"case 77"',
    "zzz-nowhere",
    "the",
    "",
)

_SUITE = """\
suite: large
adapter: app
cases:
  - id: row
    dataset: ../data/rows.jsonl
    prompt: "Question {{ n }}: {{ what }}"
    expect:
      - contains: "case {{ n }} "
      - length: {max: 100000}
"""

_APP = """\
import os, random
WORDS = open({words!r}, encoding="utf-8").read().split()
CHANGED = os.environ.get("APP_VERSION") == "2"
def answer(messages):
    number = int(messages[-1]["content"].split(":")[0].split()[-1])
    words = random.Random(number)
    text = f"This is case {{number}} of them. "
    while len(text) < {chars}:
        text += words.choice(WORDS) + " "
    if CHANGED and number % 100 == 0:
        text = text.replace("This is case", "That was").replace(" the ", " a ", 5)
    return text[:{chars}]
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
    _write(project, cases)
    update = ("-q", "suites", "--llmeval-update-baseline", "--llmeval-accept-failures")
    green(project.pytest(*update, limit_s=900))
    changed = project.pytest("-q", "suites", "--llmeval-adapter", "app=changed", limit_s=900)
    if changed.status != 1:
        raise BrokenRunError(f"the changed application should fail: {changed.output[-2000:]}")
    page = project.folder / "reports" / "latest" / "report.html"
    built = middle([green(project.command("report")) for _ in range(3)])
    log = page.with_name("results.jsonl").stat().st_size / 1e6
    what = f"{cases:,} cases"
    return [
        Row(f"{what}: size of the page", page.stat().st_size / 1e6, "MB", 10, None,
            f"results.jsonl {log:.1f} MB; {_cut(page)}"),
        Row(f"{what}: `llmeval report`, whole process", built.wall_s, "s", None, None,
            f"{built.cpu_s:.2f} s of CPU, peak {built.peak_mib:.0f} MiB"),
        *_in_browser(page, what, rounds),
    ]  # fmt: skip


def _cut(page: Path) -> str:
    """Return what the page says of texts that it cut."""
    found = re.search(r"Texts of passed cases [^.]*", page.read_text(encoding="utf-8"))
    return found[0].partition(":")[0] if found else ""


def _write(project: Project, cases: int) -> None:
    words = project.write("words.txt", " ".join(_words()))
    project.write("app.py", _APP.format(words=str(words), chars=CHARS))
    project.write(
        "changed.py",
        'import os\nos.environ["APP_VERSION"] = "2"\nfrom app import answer\n',
    )
    project.write(
        "llmeval.toml",
        '[adapters.app]\ntype = "python"\ncall = "app:answer"\n'
        '[adapters.changed]\ntype = "python"\ncall = "changed:answer"\n',
    )
    project.write("suites/large.eval.yaml", _SUITE)
    project.write_lines("data/rows.jsonl", _rows(cases))


def _words() -> Iterator[str]:
    for path in sorted((REPOSITORY / "docs").glob("*.md")):
        yield from re.findall(r"[\w'-]+[.,]?", path.read_text(encoding="utf-8"))


def _rows(cases: int) -> Iterator[dict[str, Any]]:
    words, chance = list(_words()), random.Random(7)
    for number in range(cases):
        what = " ".join(chance.choices(words, k=20))
        yield {"id": f"r{number}", "n": number, "what": what, "tags": [f"tag{number % 10}"]}


def _in_browser(page: Path, what: str, rounds: int) -> Iterator[Row]:
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        opened = [_opened(browser, page) for _ in range(rounds)]
        yield Row(f"{what}: first paint", median(o["paint"] for o in opened), "s", 1.5)
        yield Row(f"{what}: the list can be used", median(o["list"] for o in opened), "s", 1.5)
        texts = median(o["texts"] for o in opened)
        yield Row(f"{what}: all texts can be searched", texts, "s", None, None, "in the background")
        tab = browser.new_page()
        tab.goto(page.as_uri())
        tab.wait_for_selector("html[data-ready=texts]", state="attached", timeout=120_000)
        for query in QUERIES:
            took = median(tab.evaluate(_FILTER, query) for _ in range(rounds))
            found = tab.locator(".tally").inner_text()
            yield Row(f"{what}: filter {query or '(all)'}", took, "ms", 100, None, found)
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
