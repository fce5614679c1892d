"""The local server as its own process, and raw requests to it."""

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Local:
    """The running server and how to talk to it."""

    process: "subprocess.Popen[str]"
    port: int

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=20)

    def ask(self, prompt: str = "hello there", query: str = "", **more: Any) -> "Answer":
        body = {"model": "m-1", "messages": [{"role": "user", "content": prompt}], **more}
        with contextlib.closing(self.connect()) as connection:
            connection.request("POST", f"/v1/chat/completions{query}", json.dumps(body))
            with connection.getresponse() as answer:
                return Answer(answer.status, dict(answer.getheaders()), answer.read())

    def manage(self, method: str, path: str) -> dict[str, Any]:
        with contextlib.closing(self.connect()) as connection:
            connection.request(method, path)
            found: dict[str, Any] = json.loads(connection.getresponse().read())
            return found

    def send(
        self, query: str, prompt: str = "hello there", *, stream: bool = False
    ) -> socket.socket:
        """Send a question on a plain socket and return the socket."""
        body = json.dumps({"messages": [{"role": "user", "content": prompt}], "stream": stream})
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        head = f"POST /v1/chat/completions{query} HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
        opened.sendall(head.encode() + body.encode())
        return opened


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        text: str = self.json["choices"][0]["message"]["content"]
        return text

    @property
    def events(self) -> list[Any]:
        """The streamed events, the closing [DONE] left out."""
        lines = [line[6:] for line in self.body.decode().split("\n") if line.startswith("data: ")]
        assert lines[-1] == "[DONE]"
        return [json.loads(line) for line in lines[:-1]]


@pytest.fixture
def start() -> Iterator[Callable[..., Local]]:
    """Start servers; they end with the test."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> Local:
        program = [sys.executable, str(REPOSITORY / "benchmarks/server.py"), "--lifetime", "120"]
        process = subprocess.Popen([*program, *arguments], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        return Local(process, int(process.stdout.readline().rsplit(":", 1)[1]))

    yield run

    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def local(start: Callable[..., Local]) -> Local:
    """A server that answers at once."""
    return start()
