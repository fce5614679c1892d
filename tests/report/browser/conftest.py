"""A real browser, driven over the WebDriver protocol with nothing but the standard library."""

import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmeval.report import html
from llmeval.report.view import View

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,900",
)
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Browser:
    """One tab."""

    def __init__(self, driver: str, binary: str, profile: Path) -> None:
        options = {
            "args": [*QUIET, f"--user-data-dir={profile}"],
            "binary": binary,
        }
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        self._base = f"{driver}/session"
        found = self._call("", {"capabilities": {"alwaysMatch": wanted}})
        self._base += f"/{found['sessionId']}"

    def _call(self, path: str, data: Any = None, method: str = "POST") -> Any:
        body = None if method != "POST" else json.dumps(data or {}).encode()
        request = urllib.request.Request(self._base + path, body, method=method)
        request.add_header("Content-Type", "application/json")
        with NO_PROXY.open(request, timeout=60) as reply:
            return json.load(reply)["value"]

    def open(self, url: str) -> None:
        self._call("/url", {"url": "about:blank"})
        self.messages()
        self.requests()
        self._call("/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        return self._call("/execute/sync", {"script": script, "args": list(arguments)})

    def press(self, key: str) -> None:
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._call("/actions", {"actions": [{"type": "key", "id": "keys", "actions": keys}]})

    def devtools(self, command: str, **parameters: Any) -> Any:
        return self._call("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def messages(self) -> list[str]:
        """Return what the console said since the last call."""
        return [entry["message"] for entry in self._call("/se/log", {"type": "browser"})]

    def requests(self) -> list[str]:
        """Return what was asked for over any protocol since the last call."""
        events = (
            json.loads(entry["message"])["message"]
            for entry in self._call("/se/log", {"type": "performance"})
        )
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def close(self) -> None:
        self._call("", method="DELETE")


@pytest.fixture(scope="session")
def chromedriver() -> Iterator[str]:
    program = shutil.which("chromedriver")
    if program is None:
        pytest.skip("no chromedriver on the PATH: the page is not tried in a browser")
    process = subprocess.Popen(
        [program, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        ports = (re.search(r"on port (\d+)", line) for line in process.stdout)
        port = next(found[1] for found in ports if found and found[1] != "0")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture(scope="session")
def shared_browser(
    chromedriver: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    binary = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if binary is None:
        pytest.skip("no Chromium on the PATH: the page is not tried in a browser")
    browser = Browser(chromedriver, binary, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def browser(shared_browser: Browser) -> Iterator[Browser]:
    yield shared_browser
    shared_browser.devtools("Emulation.setScriptExecutionDisabled", value=False)
    shared_browser.devtools("Emulation.setEmulatedMedia", media="", features=[])


@pytest.fixture
def address(tmp_path: Path, regression: View) -> str:
    """Where the page of a small regression lies."""
    html.write(tmp_path / "report.html", regression)
    return (tmp_path / "report.html").as_uri()


@pytest.fixture
def hostile_address(tmp_path: Path, hostile_view: View) -> str:
    """Where the page of a run lies in which every field is hostile."""
    html.write(tmp_path / "report.html", hostile_view)
    return (tmp_path / "report.html").as_uri()
