"""Runs of the engine with real parts: own adapters, real checks, a server on the loopback."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from llmeval.config import AdapterConfig, Settings
from llmeval.records import (
    Case,
    CaseSpec,
    Check,
    Judge,
    Reply,
    Request,
    RunHeader,
    Trial,
    Turn,
)
from llmeval.redact import Redactor
from llmeval.registry import Registry
from llmeval.run.engine import CaseResult, Engine, Job
from llmeval.run.log import RunLog
from llmeval.suite.suite import Suite

Answer = Callable[[Request], Any]


@dataclass(slots=True)
class Own:
    """An adapter that does what the test says."""

    answer: Answer
    asked: list[Request] = field(default_factory=list)

    def fingerprint(self) -> Mapping[str, Any]:
        return {"type": "own"}

    async def respond(self, request: Request) -> Reply:
        self.asked.append(request)
        found = self.answer(request)
        if hasattr(found, "__await__"):
            found = await found
        return Reply(text=found) if isinstance(found, str) else found


class OwnRegistry(Registry):
    """Knows the adapters of a test by their type's name."""

    def __init__(self, own: Mapping[str, Any]) -> None:
        super().__init__()
        self.own = own

    def adapter_type(self, name: str) -> Any:
        return type(self.own[name]) if name in self.own else super().adapter_type(name)

    def adapter(self, type_name: str, parameters: Mapping[str, Any]) -> Any:
        return self.own.get(type_name) or super().adapter(type_name, parameters)


def contains(value: str) -> Check:
    return Check(check="contains", metric="contains", parameters={"value": value})


@dataclass(slots=True)
class Bench:
    """Makes cases, runs them, reads the log."""

    folder: Path
    adapters: dict[str, Any] = field(default_factory=dict)
    configs: dict[str, AdapterConfig] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    seen: list[Trial] = field(default_factory=list)
    results: dict[str, CaseResult] = field(default_factory=dict)
    runs: int = 0
    engine: Any = None
    log: Any = None

    def adapter(self, answer: Answer, name: str = "own", **table: Any) -> Own:
        own = Own(answer)
        self.adapters[name] = own
        self.configs[name] = AdapterConfig(name=name, type=name, **table)
        return own

    def case(self, name: str, prompt: str = "hello", **changes: Any) -> str:
        parts: dict[str, Any] = {
            "id": name,
            "suite": "s",
            "index": len(self.jobs),
            "line": 1,
            "adapter": "own",
            "turns": (Turn(user=prompt),),
        }
        case = Case(**{**parts, **changes})
        self.cases[name] = case
        spec = CaseSpec(id=name, index=case.index, line=1, template=0, skip=case.skip)
        file = f"{case.suite}.eval.yaml"
        suite = Suite(name=case.suite, path=self.folder / file, shown=f"suites/{file}")
        nodeid = f"suites/{file}::{name}"
        self.jobs.append(Job(nodeid, suite, spec))
        return nodeid

    def prepare(self, **settings: Any) -> Engine:
        given = {"concurrency": 4, **self.settings, **settings}
        made = Settings(
            root=self.folder,
            baselines=self.folder / "baselines",
            reports=self.folder / "reports",
            cache_dir=self.folder / "cache",
            **given,
        )
        self.runs += 1
        folder = self.folder / f"run-{self.runs}"
        folder.mkdir()
        header = RunHeader(run=folder.name, started="now")
        self.log = RunLog(folder, header, redactor=Redactor(self.environ))
        self.engine = Engine(
            made,
            OwnRegistry(self.adapters),
            self.configs,
            self.log,
            environ=self.environ,
            on_trial=self.seen.append,
            build=lambda _, spec: self.cases[spec.id],
            **self.options,
        )
        return self.engine  # type: ignore[no-any-return]  # made just now

    def run(self, **settings: Any) -> list[CaseResult]:
        """Run all cases; return their results in order."""
        engine = self.prepare(**settings)
        self.seen.clear()
        engine.start(self.jobs)
        try:
            found = [engine.result(job.nodeid, timeout=30) for job in self.jobs]
        finally:
            engine.close()
        self.log.close()
        self.results = {result.nodeid.partition("::")[2]: result for result in found}
        return found

    def trials(self) -> list[Trial]:
        """Return what was logged, by case and trial number."""
        from llmeval import codec

        found = [record for record in codec.read(self.log.path) if isinstance(record, Trial)]
        return sorted(found, key=lambda trial: (trial.index, trial.trial))

    def text(self) -> str:
        path: Path = self.log.path
        return path.read_text(encoding="ascii")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def panel(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make a judge known to the registries that the bench makes."""
    from llmeval import registry

    known: dict[str, Judge] = {}
    monkeypatch.setattr(registry.Registry, "judge", lambda _, name: known[name])

    def add(*adapters: str, name: str = "default", **changes: Any) -> None:
        known[name] = Judge(name=name, adapters=adapters or ("judge",), **changes)

    add()
    return add


@pytest.fixture
def has() -> Callable[[str], Check]:
    return contains


class Server:
    """A small HTTP server in a thread of its own; what it answers is up to the test."""

    def __init__(self, answer: Callable[[dict[str, Any]], Any]) -> None:
        self.answer = answer
        self.in_flight = 0
        self.most = 0
        self.requests: list[dict[str, Any]] = []
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self._up.wait()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._handle, "127.0.0.1", 0, backlog=1000)
        )
        port = server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._loop.call_soon(self._up.set)
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._respond(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _respond(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        lines = head.decode("latin-1").lower().split("\r\n")
        size = next((int(x.split(":")[1]) for x in lines if x.startswith("content-length:")), 0)
        body = json.loads(await reader.readexactly(size)) if size else {}
        self.requests.append(body)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            found = self.answer(body)
            if hasattr(found, "__await__"):
                found = await found
        finally:
            self.in_flight -= 1
        status, headers, data = found
        raw = json.dumps(data).encode()
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{told}"
            f"Content-Length: {len(raw)}\r\n\r\n".encode()
            + raw
        )
        await writer.drain()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


def chat(text: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    """Return a plain answer in the chat-completions form."""
    message = {"role": "assistant", "content": text}
    return (
        200,
        {},
        {
            "id": "x",
            "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 3, "completion_tokens": 5},
        },
    )


@pytest.fixture
def chat_reply() -> Callable[[str], tuple[int, dict[str, str], dict[str, Any]]]:
    return chat


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[dict[str, Any]], Any]], Server]]:
    servers: list[Server] = []

    def start(answer: Callable[[dict[str, Any]], Any]) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
