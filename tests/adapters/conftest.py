"""A loopback HTTP server that answers as told, faults included, and records what it was asked."""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest

from llmeval.protocols import Adapter, Closing
from llmeval.records import Message, Reply, Request
from llmeval.registry import Registry

End = Literal["keep", "close", "reset", "hang"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer of the server."""

    body: Any = b""
    """Bytes as they are, anything else as JSON."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: tuple[bytes, ...] | None = None
    """Sent as chunks instead of the body."""
    raw: bytes | None = None
    """Sent instead of any HTTP."""
    end: End = "keep"
    """`close` and `reset` come before the end of the body."""
    bite: int = 0
    """Bytes sent at once; 0 is all."""

    def head(self, size: int) -> bytes:
        """Return status line and headers."""
        headers = {"Content-Type": "application/json"} | dict(self.headers)
        if self.pieces is None:
            headers["Content-Length"] = str(size + (10 if self.end != "keep" else 0))
        else:
            headers["Transfer-Encoding"] = "chunked"
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{k}: {v}" for k, v in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def bytes(self) -> bytes:
        """Return everything that is sent."""
        if self.raw is not None:
            return self.raw
        if self.pieces is not None:
            chunks = [f"{len(p):x}\r\n".encode() + p + b"\r\n" for p in self.pieces]
            last = b"0\r\n\r\n" if self.end == "keep" else b""
            return self.head(0) + b"".join(chunks) + last
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return self.head(len(body)) + body


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


class Server:
    """Answers in its own thread; the last answer is repeated."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answers: list[Answer] = [Answer(body={})]
        self.connections = 0
        self.gone = threading.Event()
        """Set when a client left while an answer hung."""
        self.asked = threading.Event()
        """Set when a request arrived."""
        self._loop = asyncio.new_event_loop()
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def says(self, *answers: Answer) -> None:
        """Set the answers to come."""
        self.answers = list(answers)

    def stop(self) -> None:
        """Close everything."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stopped.wait()
        server.close()
        # A connection may still be on its way in, and closed ones say goodbye a round later.
        for _ in range(5):
            for task, writer in self._talks.items():
                task.cancel()
                writer.transport.abort()
            await asyncio.gather(*self._talks, return_exceptions=True)
            await asyncio.sleep(0)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = self._loop.create_task(self._talk(reader, writer))
        self._talks[task] = writer

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        pairs = (line.partition(": ") for line in head[1:] if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.seen.append(Seen(method, path, headers, body))
        self.asked.set()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await self._answer(answer, reader, writer)

    async def _answer(
        self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        sent = answer.bytes()
        step = answer.bite or len(sent) or 1
        for start in range(0, len(sent), step):
            writer.write(sent[start : start + step])
            await writer.drain()
            await asyncio.sleep(0)
        if answer.end == "hang":
            try:
                await reader.read()
            finally:
                self.gone.set()
        if answer.end == "reset":
            # Closing with linger 0 sends RST instead of FIN.
            peer = writer.get_extra_info("socket")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return answer.end == "keep" and answer.raw is None


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def says(server: Server) -> Callable[..., None]:
    """Set the server's one answer by the fields of Answer."""

    def set_answer(body: Any = b"", **fields: Any) -> None:
        server.says(Answer(body=body, **fields))

    return set_answer


@pytest.fixture
def answer_type() -> type[Answer]:
    """The server's Answer: test modules cannot import it."""
    return Answer


@pytest.fixture
def request_for() -> Callable[..., Request]:
    """Build a request by its prompt or messages."""

    def build(prompt: str | None = "How are you?", **fields: Any) -> Request:
        said = () if prompt is None else (Message(role="user", content=prompt),)
        given: dict[str, Any] = {"adapter": "it", "messages": said, "case": "c", "session": "s-1"}
        return replace(Request(**given), **fields)

    return build


Ask = Callable[..., Reply]


@pytest.fixture
def ask(request_for: Callable[..., Request]) -> Ask:
    """Build an adapter, ask it one thing on a fresh event loop, close it."""

    def run(
        type_name: str, parameters: Mapping[str, Any], prompt: Any = "Hi", **fields: Any
    ) -> Reply:
        request = prompt if isinstance(prompt, Request) else request_for(prompt, **fields)
        return asyncio.run(_answered(Registry().adapter(type_name, parameters), request))

    return run


async def _answered(adapter: Adapter, request: Request) -> Reply:
    try:
        return await adapter.respond(request)
    finally:
        if isinstance(adapter, Closing):
            await adapter.close()


@pytest.fixture
def completion() -> Callable[..., dict[str, Any]]:
    """Build a chat completion; `message` and `choice` add to or replace its parts."""

    def build(text: str | None = "Fine.", **message: Any) -> dict[str, Any]:
        finish = message.pop("finish_reason", "stop")
        said = {"role": "assistant", "content": text} | message
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": "model-2026",
            "choices": [{"index": 0, "message": said, "finish_reason": finish}],
            "usage": {
                "prompt_tokens": 11,
                "completion_tokens": 7,
                "prompt_tokens_details": {"cached_tokens": 4},
                "completion_tokens_details": {"reasoning_tokens": 3},
            },
        }

    return build


@pytest.fixture
def module(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, request: Any) -> Callable[[str], str]:
    """Write a module with that source; return its name."""

    def write(source: str) -> str:
        name = f"app_{abs(hash((request.node.nodeid, source)))}"
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        return name

    return write


@pytest.fixture
def no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let OpenTelemetry be as if nobody had set it up: that can be done once a process only."""
    from opentelemetry import trace
    from opentelemetry.util._once import Once

    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
