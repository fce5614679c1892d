"""A real browser: the system's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from llmeval.report import html
from llmeval.report.view import View

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
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


@pytest.fixture(scope="session")
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


def _written(folders: pytest.TempPathFactory, view: View) -> str:
    page = folders.mktemp("page") / "report.html"
    html.write(page, view)
    return page.as_uri()
