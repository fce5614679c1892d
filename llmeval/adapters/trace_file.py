"""The trace of one request, picked from the file that OpenTelemetry's collector writes.

Its `file` exporter adds a line of OTLP/JSON for each batch of spans. Requests send a `traceparent`
(https://www.w3.org/TR/trace-context/), so that the spans of a service carry an id of ours.
"""

import asyncio
import json
import secrets
from pathlib import Path
from threading import Lock
from time import monotonic, time_ns

from llmeval.adapters.otlp import spans_of
from llmeval.adapters.spans import MOST_SPANS, Span, told
from llmeval.errors import AdapterError
from llmeval.records import Reply, Request

POLL_S = 0.05
SETTLED_S = 0.1
"""So long after the service's own span others may still come."""
_LONGEST_LINE = 64 * 2**20


class Link:
    """What ties one request to its spans."""

    __slots__ = ("began_at", "began_ns", "parent_id", "trace_id")

    def __init__(self) -> None:
        # An id of zeros is not valid; one bit set rules that out.
        self.trace_id = f"{secrets.randbits(128) | 1:032x}"
        self.parent_id = f"{secrets.randbits(64) | 1:016x}"
        self.began_at = monotonic()
        self.began_ns = time_ns()

    @property
    def traceparent(self) -> str:
        """The header's value; its last digit asks for the trace to be kept."""
        return f"00-{self.trace_id}-{self.parent_id}-01"


class TraceFile:
    """Follows a file of traces from its present end on.

    Args:
        path: JSON Lines; None: there is none, and replies stay as they are.
        wait_s: How long the spans of one request are waited for, after its reply.
    """

    def __init__(self, path: str | None, wait_s: float) -> None:
        self._path = None if path is None else Path(path)
        self._wait_s = wait_s
        self._open: dict[str, list[Span]] = {}
        self._lock = Lock()
        self._offset = self._size()

    def _size(self) -> int:
        return self._path.stat().st_size if self._path is not None and self._path.is_file() else 0

    def begin(self) -> Link:
        """Return the link of a request about to be sent; `added` or `forget` ends it."""
        link = Link()
        if self._path is not None:
            self._open[link.trace_id] = []
        return link

    def forget(self, link: Link) -> None:
        """Wait for no spans of that request."""
        self._open.pop(link.trace_id, None)

    async def added(self, reply: Reply, link: Link, request: Request) -> Reply:
        """Return a reply with what its trace says, waiting for it.

        Raises:
            AdapterError: The file is not there, or holds no OTLP/JSON.
        """
        if self._path is None:
            return reply
        ended_ns = time_ns()
        spans = self._open[link.trace_id]
        give_up_at = self._give_up_at(link, request)
        seen, settled_at = 0, give_up_at
        while True:
            await asyncio.to_thread(self._read)
            now = monotonic()
            if len(spans) > seen:
                seen = len(spans)
                entered = any(span.parent_id == link.parent_id for span in spans)
                settled_at = min(give_up_at, now + SETTLED_S) if entered else give_up_at
            if now >= settled_at:
                break
            await asyncio.sleep(min(POLL_S, settled_at - now))
        if not self._path.is_file():
            raise self._unusable("is not there; does the collector's file exporter write to it?")
        return told(reply, spans, (link.began_ns, ended_ns))

    def _give_up_at(self, link: Link, request: Request) -> float:
        # A reply that is there must not be lost to the request's time limit.
        until = monotonic() + self._wait_s
        if request.timeout_s is None:
            return until
        return min(until, link.began_at + 0.9 * request.timeout_s)

    def _read(self) -> None:
        """Take the lines that were added since."""
        path = self._path
        assert path is not None
        with self._lock:
            size = self._size()
            if size < self._offset:
                self._offset = 0  # the collector has begun a new file
            if size == self._offset:
                return
            with path.open("rb") as file:
                file.seek(self._offset)
                for line in file:
                    if not line.endswith(b"\n"):
                        self._check_length(line)
                        break  # still being written
                    self._offset += len(line)
                    self._take(line)

    def _check_length(self, line: bytes) -> None:
        if len(line) > _LONGEST_LINE:
            raise self._unusable(f"has a line of more than {_LONGEST_LINE // 2**20} MiB")

    def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
            problem = "holds no OTLP/JSON; set format: json and no compression in the exporter"
            raise self._unusable(problem) from error
        for span in spans_of(document):
            wanted = self._open.get(span.trace_id)
            if wanted is not None and len(wanted) < MOST_SPANS:
                wanted.append(span)

    def _unusable(self, problem: str) -> AdapterError:
        return AdapterError(f"traces: {str(self._path)!r} {problem}", kind="traces", fatal=True)
