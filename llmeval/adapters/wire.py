"""HTTP as the adapters need it: one connection pool each, timed, bounded, faults mapped."""

from asyncio import timeout
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct

from llmeval.adapters.faults import from_status
from llmeval.errors import AdapterError

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

    from llmeval.adapters.connection import Clock

LIMIT_BYTES = 64 * 1024 * 1024
"""Size of a reply above which it is refused."""

_DRAIN_S = 0.1

Feed = Callable[[bytes, float], bool]
"""Takes a piece of the reply and the seconds since sending; returns whether it was the last."""


class Call(Struct, frozen=True):
    """One HTTP request."""

    url: str
    body: bytes | None = None
    method: str = "POST"
    headers: Mapping[str, str] | None = None
    """Besides those of the whole connection pool."""
    fatal_404: bool = True
    """Whether a 404 means that nothing at all is to be found there."""


class Answer(Struct, frozen=True):
    """What came back, with a status below 300."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes
    """Empty when it was fed piece by piece."""
    total_s: float
    """Seconds from having a connection to the last byte."""


class OverHttp:
    """What the adapters that ask over HTTP have in common."""

    __slots__ = ()

    @staticmethod
    def load() -> None:
        """Bring in the HTTP library; takes 0.2 s, in which the event loop would stand still."""
        import_module("llmeval.adapters.connection")


class Wire:
    """A pool of connections, opened with its first request.

    Belongs to the event loop it is first used on. How many requests are in flight is up to the
    caller; cancelling one closes its connection.
    """

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    async def ask(self, call: Call, headers: Mapping[str, str]) -> Answer:
        """Send a request and read the whole reply.

        Args:
            call: The request.
            headers: Those of every request of this pool; taken with the first one.

        Raises:
            AdapterError: No connection, a status of 300 or more, or a reply that broke off.
        """
        return await self.stream(call, headers, None)

    async def stream(
        self,
        call: Call,
        headers: Mapping[str, str],
        feed: Feed | None,
        *,
        whole: Sequence[str] = ("application/json",),
    ) -> Answer:
        """Send a request and feed the reply piece by piece.

        Args:
            call: The request.
            headers: Those of every request of this pool; taken with the first one.
            feed: Gets the pieces; it may raise AdapterError. None: read as a whole.
            whole: Content types that are not a stream and are read as a whole all the same.

        Raises:
            AdapterError: No connection, a status of 300 or more, or a reply that broke off.
        """
        from llmeval.adapters import connection

        with _faults_of(call, headers):
            session = self._session
            if session is None or session.closed:
                session = self._session = connection.open_session(headers)
            url = connection.address(call.url)
            response = await session.request(
                call.method,
                url,
                data=call.body,
                headers=call.headers,
                allow_redirects=False,
                proxy=connection.proxy_for(url.scheme, url.host or ""),
            )
            clock = connection.CLOCK.get()
            try:
                return await _read(call, response, clock, feed, whole)
            finally:
                # Given back to the pool if read to its end, closed if not.
                response.release()

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()


async def _read(
    call: Call, response: "ClientResponse", clock: "Clock", feed: Feed | None, whole: Sequence[str]
) -> Answer:
    if response.status >= 300:
        body = await _body(response, call.url)
        raise from_status(
            response.status,
            response.headers,
            body.decode("utf-8", "replace"),
            where=shown(call.url),
            fatal_404=call.fatal_404,
        )
    if feed is None or response.content_type in whole:
        body = await _body(response, call.url)
        return Answer(response.status, response.headers, body, clock.elapsed_s)
    total_s = await _feed(response, call.url, clock, feed)
    return Answer(response.status, response.headers, b"", total_s)


async def _body(response: "ClientResponse", url: str) -> bytes:
    content = response.content
    first = await content.readany()
    if content.at_eof():
        return first
    pieces, size = [first], len(first)
    while piece := await content.readany():
        pieces.append(piece)
        size += len(piece)
        _check_size(size, url)
    return b"".join(pieces)


async def _feed(response: "ClientResponse", url: str, clock: "Clock", feed: Feed) -> float:
    size = 0
    content = response.content
    while piece := await content.readany():
        size += len(piece)
        _check_size(size, url)
        total_s = clock.elapsed_s
        if feed(piece, total_s):
            await _drain(response)
            return total_s
    return clock.elapsed_s


async def _drain(response: "ClientResponse") -> None:
    """Wait for the end of the transfer, which mostly comes with the last event.

    Without it the connection cannot be used again; a server that keeps the line open after the
    last event must not hold the reply up either.
    """
    if response.content.at_eof():
        return
    with suppress(TimeoutError):
        async with timeout(_DRAIN_S):
            await response.content.readany()


def _check_size(size: int, url: str) -> None:
    if size > LIMIT_BYTES:
        mib = LIMIT_BYTES // 2**20
        raise AdapterError(f"the reply of {shown(url)} is larger than {mib} MiB", kind="bad_reply")


@contextmanager
def _faults_of(call: Call, headers: Mapping[str, str]) -> Iterator[None]:
    try:
        yield
    except AdapterError as error:
        raise _masked(error, (headers, call.headers or {})) from None
    except (OSError, ValueError, EOFError) as error:
        raise _fault(error, call, headers) from error
    except Exception as error:
        import aiohttp

        if not isinstance(error, aiohttp.ClientError):
            raise
        raise _fault(error, call, headers) from error


def _fault(error: Exception, call: Call, headers: Mapping[str, str]) -> AdapterError:
    from llmeval.adapters.connection import connection_fault

    return _masked(connection_fault(error, shown(call.url)), (headers, call.headers or {}))


_SECRET_NAMES = ("auth", "key", "token", "cookie", "secret", "session", "password")


def _masked(error: AdapterError, sent: Sequence[Mapping[str, str]]) -> AdapterError:
    """Return the error without the secrets that were sent: services echo them."""
    text = str(error)
    for headers in sent:
        for name, value in headers.items():
            if any(word in name.lower() for word in _SECRET_NAMES):
                for secret in (value, value.rpartition(" ")[2]):
                    text = text.replace(secret, "***") if len(secret) >= 6 else text
    if text == str(error):
        return error
    return AdapterError(
        text,
        kind=error.kind,
        transient=error.transient,
        retry_after_s=error.retry_after_s,
        fatal=error.fatal,
    )


def shown(url: str) -> str:
    """Return an address as messages show it: without user, password, query and fragment."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
    except ValueError:
        return "the configured address"


def header(headers: Mapping[str, str], *names: str) -> str | None:
    """Return the first of these headers that is there."""
    found: Any = next((headers[name] for name in names if name in headers), None)
    return found if isinstance(found, str) else None
