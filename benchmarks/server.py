"""A small local server with the chat-completions wire format, for load and for faults.

One process, one asyncio loop, the standard library alone; it listens on 127.0.0.1 only.

    python benchmarks/server.py --port 8123 --behave "delay=0.05&fault=429:0.2&retry_after=1"

prints its address and serves until it is stopped (`POST /stop`, SIGTERM, or the end of its
lifetime). `GET /stats` counts: requests, answered, prompts, faults by kind, in_flight,
max_in_flight, connections, opened, span_s (first request to last answer), cpu_s; with `?times=1`
also `times`, for each answer its prompt and the seconds from its request to the answer's end, and
`firsts`, the same to the first piece of a streamed one. `POST /reset` starts counting again.
"""

import argparse
import asyncio
import contextlib
import gc
import json
import signal
import socket
import struct
import sys
import time
from collections import Counter
from typing import Any

import wire
from answers import Stream, Whole
from behaviour import WORDS, Behaviour, parse

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no seconds: closing sends RST instead of FIN
_LARGEST = 64 * 2**20  # bytes of one request


class Counts:
    """What the server saw since it was started or reset; times in seconds."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.connections = 0
        self.reset()

    def reset(self) -> None:
        """Forget everything but what is open at this moment."""
        self.requests = self.answered = self.opened = 0
        self.max_in_flight = self.in_flight
        self.faults: Counter[str] = Counter()
        self.attempts: Counter[str] = Counter()
        self.times: list[tuple[str, float]] = []
        self.firsts: list[tuple[str, float]] = []
        self.first = self.last = 0.0
        self.cpu = time.process_time()

    def began(self, prompt: str, now: float) -> None:
        """Count a request."""
        self.requests += 1
        self.first = self.first or now
        self.attempts[prompt] += 1
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)

    def ended(self, prompt: str, began: float, *, answered: bool) -> None:
        """Count the end of a request."""
        self.in_flight -= 1
        if answered:
            self.last = time.perf_counter()
            self.answered += 1
            self.times.append((prompt, self.last - began))

    def shown(self, *, times: bool) -> dict[str, Any]:
        """Return the figures as JSON values."""
        names = ("requests", "answered", "in_flight", "max_in_flight", "connections", "opened")
        figures: dict[str, Any] = {name: getattr(self, name) for name in names}
        figures |= {
            "prompts": len(self.attempts),
            "faults": dict(self.faults),
            "span_s": max(0.0, self.last - self.first),
            "cpu_s": time.process_time() - self.cpu,
        }
        return figures | ({"times": self.times, "firsts": self.firsts} if times else {})


class Connection(asyncio.Protocol):
    """One keep-alive connection; its requests are answered one after another."""

    def __init__(self, service: "Service") -> None:
        self.service = service
        self.buffer = b""
        self.prompt: str | None = None  # of the request in work
        self.began = 0.0
        self.timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.service.counts.connections += 1
        self.service.counts.opened += 1
        self.service.open.add(self)

    def connection_lost(self, _: Exception | None) -> None:
        """Forget the connection and what it was asked."""
        self.service.counts.connections -= 1
        self.service.open.discard(self)
        if self.timer:
            self.timer.cancel()
        self._end(answered=False)

    def data_received(self, data: bytes) -> None:
        """Collect until a request is complete; one that comes early waits for its turn."""
        self.buffer = self.buffer + data if self.buffer else data
        self._work()

    def _work(self) -> None:
        while self.prompt is None and self.buffer and self._take():
            pass

    def _take(self) -> bool:
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self.buffer[:end].decode("latin-1")
        length = int(wire.header(head, "content-length") or 0)
        if length > _LARGEST:
            self.transport.abort()
            return False
        if len(self.buffer) < end + 4 + length:
            return False
        body = self.buffer[end + 4 : end + 4 + length]
        self.buffer = self.buffer[end + 4 + length :]
        self._route(head, body)
        return True

    def _route(self, head: str, body: bytes) -> None:
        method, target, _ = head.split("\r\n", 1)[0].split(" ", 2)
        path, _, query = target.partition("?")
        if path.endswith("/chat/completions"):
            self._chat(head, query, body)
        else:
            self._manage(f"{method} {path}", query)

    def _manage(self, what: str, query: str) -> None:
        counts = self.service.counts
        if what not in ("GET /stats", "POST /reset", "POST /stop"):
            self.send(404, {"error": {"message": f"nothing at {what}"}})
            return
        if what == "POST /reset":
            counts.reset()
        self.send(200, counts.shown(times="times=1" in query))
        if what == "POST /stop":
            self.service.stopped.set()

    # --- a question ---------------------------------------------------------------------------

    def _chat(self, head: str, query: str, body: bytes) -> None:
        began = time.perf_counter()
        try:
            asked = json.loads(body.decode())  # bytes would be searched for their encoding
            prompt = wire.last_user(asked["messages"])
            behaviour = self._behaviour(query, wire.header(head, "x-behave"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.send(400, {"error": {"message": f"{type(error).__name__}: {error}"}})
            return
        counts = self.service.counts
        counts.began(prompt, began)
        self.prompt, self.began = prompt, began
        fault = behaviour.drawn(prompt, counts.attempts[prompt])
        if fault:
            counts.faults[fault] += 1
        kind = Stream if asked.get("stream") and not (fault and fault.isdigit()) else Whole
        kind(self, prompt, asked, behaviour, fault).start()

    def _behaviour(self, query: str, words: str) -> Behaviour:
        behaviour = self.service.behaviour
        for given in (query, words):
            behaviour = parse(given, behaviour) if given else behaviour
        return behaviour

    # --- what answers use ---------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """Send bytes of an answer that goes on."""
        self.transport.write(data)

    def later(self, seconds: float, call: Any, *arguments: Any) -> None:
        """Call that after so many seconds, unless the connection is gone by then."""
        if seconds > 0:
            self.timer = self.service.loop.call_later(seconds, call, *arguments)
        else:
            call(*arguments)

    def first_piece(self) -> None:
        """Note that the first piece of the answer goes out now."""
        if self.prompt is not None:
            self.service.counts.firsts.append((self.prompt, time.perf_counter() - self.began))

    def finish(self, data: bytes, *, answered: bool = True) -> None:
        """Write the last bytes of an answer and go on with the next request."""
        self.transport.write(data)
        self._end(answered=answered)
        if self.buffer:  # a request that came early; not called directly: they may be many
            self.service.loop.call_soon(self._work)

    def _end(self, *, answered: bool) -> None:
        if self.prompt is not None:
            self.service.counts.ended(self.prompt, self.began, answered=answered)
            self.prompt = None

    def send(self, status: int, value: Any) -> None:
        """Write one JSON answer that is not counted."""
        self.transport.write(wire.page(status, json.dumps(value).encode()))

    def break_off(self, fault: str) -> None:
        """End the connection in one of the rude ways; `hang` leaves it open for ever."""
        if fault == "reset":
            peer = self.transport.get_extra_info("socket")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.transport.abort()
        elif fault == "cut":
            self.transport.close()


class Service:
    """The listening server with its counts."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.counts = Counts()
        self.open: set[Connection] = set()
        self.loop = asyncio.get_running_loop()
        self.stopped = asyncio.Event()

    async def serve(self, port: int, lifetime_s: float) -> None:
        """Serve until stopped, for at most `lifetime_s` seconds; what is in work is finished."""
        server = await self.loop.create_server(
            lambda: Connection(self), "127.0.0.1", port, backlog=4096
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self.stopped.set)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopped.wait(), lifetime_s)
        server.close()
        await self._drained(2.0)
        for connection in tuple(self.open):
            connection.transport.close()

    async def _drained(self, at_most_s: float) -> None:
        end = self.loop.time() + at_most_s
        while self.counts.in_flight and self.loop.time() < end:
            await asyncio.sleep(0.01)


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="Words of a behaviour:\n" + WORDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument("--behave", default="", metavar="QUERY", help="see below")
    parser.add_argument("--lifetime", type=float, default=900, metavar="S", help="default 900")
    arguments = parser.parse_args()
    try:
        behaviour = parse(arguments.behave)
    except ValueError as error:
        print(f"--behave: {error}", file=sys.stderr)
        return 2
    gc.freeze()

    async def serve() -> None:
        await Service(behaviour).serve(arguments.port, arguments.lifetime)

    asyncio.run(serve())
    return 0


if __name__ == "__main__":
    sys.exit(main())
