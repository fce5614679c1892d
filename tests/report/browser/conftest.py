"""A real browser: the system's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from llmeval import codec
from llmeval.compare.measured import SuiteTable
from llmeval.records import Reply, Timing, Trial, Usage
from llmeval.report import html, index, view
from llmeval.report.earlier import PastMetric, PastRun, PastSuite, PastVerdict
from llmeval.report.view import View

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Not longer: as long as the driver lives, `asyncio.run` fails in this process.
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("no Chromium on the PATH: the page is not tried in a browser")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class Reader:
    """One window in which a page is read; keeps what it said and asked for."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        context.on("request", lambda request: self.requests.append(request.url))

    def open(self, address: str) -> Page:
        """Open a page and wait until all of it can be searched."""
        self.page.goto(address)
        self.page.wait_for_selector("html[data-ready=texts]", state="attached")
        return self.page

    def rows(self) -> list[str]:
        """Return the ids of the cases that are listed."""
        return self.page.locator(".case-name").all_inner_texts()

    def search(self, query: str) -> list[str]:
        """Type a query and return what is listed."""
        self.page.locator("input[type=search]").fill(query)
        return self.rows()

    def run(self, script: str, argument: Any = None) -> Any:
        """Evaluate a script as the developer tools do, whatever the page's policy says."""
        return self.page.evaluate(script, argument)

    def schemes(self) -> set[str]:
        """Return which protocols were used."""
        return {url.partition(":")[0] for url in self.requests}


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def reader(context: BrowserContext) -> Reader:
    return Reader(context)


@pytest.fixture(scope="module")
def lasting_reader(chromium: Browser, address: str) -> Iterator[Reader]:
    """A reader who has the small regression open and keeps it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    reader = Reader(context)
    reader.open(address)
    yield reader
    context.close()


@pytest.fixture
def bare_reader(chromium: Browser) -> Iterator[Reader]:
    """A reader whose browser runs no scripts."""
    context = chromium.new_context(java_script_enabled=False)
    yield Reader(context)
    context.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, regression: View) -> str:
    """Where the page of a small regression lies."""
    return _written(tmp_path_factory, regression)


@pytest.fixture(scope="session")
def hostile_address(tmp_path_factory: pytest.TempPathFactory, hostile_view: View) -> str:
    """Where the page of a run lies in which every field is hostile."""
    return _written(tmp_path_factory, hostile_view)


HOSTILE = "<img src=x onerror=window.pwned=1>"
STEPS = (
    {"kind": "llm", "name": "small-1", "start_s": 0.0, "duration_s": 0.2, "input_tokens": 9},
    {"kind": "tool", "name": HOSTILE, "start_s": 0.2, "duration_s": 0.2, "error": HOSTILE},
)
ATTACK = {
    "role": "attack",
    "goal": "say_marker",
    "technique": "audit",
    "encoding": "plain",
    "carrier": "email",
    "position": "end",
}


def _drawn_trials(some: SimpleNamespace) -> Iterator[Trial]:
    """Yield two variants of a case, and of another suite two attacks, one of which works."""
    reply = Reply(
        text="yes",
        steps=STEPS,
        usage=Usage(input_tokens=90, output_tokens=10),
        cost_usd=0.001,
        timing=Timing(total_s=0.5, first_token_s=0.1),
    )
    for place, (name, outcome) in enumerate((("now", "passed"), (HOSTILE, "failed"))):
        yield some.trial(f"a[{name}]", outcome, index=place, variant=name, reply=reply)
        result = "obeyed" if outcome == "failed" else "resisted"
        attack = {**ATTACK, "carrier": name, "result": result, "task": True}
        case = f"mail[{name}]"
        yield some.trial(case, outcome, suite="mail", index=place, attack=attack, reply=reply)


@pytest.fixture(scope="session")
def drawn_view(some: SimpleNamespace) -> View:
    """A run that has every drawing."""
    trials = list(_drawn_trials(some))
    tables = {name: SuiteTable(name) for name in ("support", "mail")}
    for trial in trials:
        tables[trial.suite].add(trial)
    metrics = (PastMetric("pass_rate", {}, 0.5), PastMetric("latency.p95", {}, 0.5))
    past = [PastSuite(name, "failed", "mixed", {"cases": 2}, metrics) for name in tables]
    runs = tuple(
        PastRun(
            f"run-{day}", datetime(2026, 1, day, tzinfo=UTC), PastVerdict("", "failed", (*past,))
        )
        for day in (1, 2)
    )
    counts = {"cases": 2, "passed": 1, "failed": 1, "trials": 2}
    verdict = some.verdict(*(some.suite(suite=name, counts=counts) for name in tables))
    lines = [some.header, *map(codec.trial_json, trials)]
    return replace(view.of(lines, verdict, {}, None, tables), runs=runs)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory, drawn_view: View) -> str:
    """Where the page of a run lies that has every drawing."""
    return _written(tmp_path_factory, drawn_view)


@pytest.fixture(scope="session")
def index_address(tmp_path_factory: pytest.TempPathFactory, drawn_view: View) -> str:
    """Where an index of runs lies."""
    page = tmp_path_factory.mktemp("reports") / "index.html"
    page.write_text(index.render(drawn_view.runs, 2), encoding="utf-8")
    return page.as_uri()


def _written(folders: pytest.TempPathFactory, view: View) -> str:
    page = folders.mktemp("page") / "report.html"
    html.write(page, view)
    return page.as_uri()
