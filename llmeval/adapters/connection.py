"""The one module that imports aiohttp; imported when the first connection is opened."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from time import perf_counter
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from msgspec import Struct
from yarl import URL

from llmeval.errors import AdapterError


class Clock(Struct):
    """When one exchange began and when the newest of its bytes came in.

    What is measured begins with the connection: the handshake of a new one belongs to the first
    requests of a run, not to the application under test.
    """

    began: float
    arrived: float

    @property
    def elapsed_s(self) -> float:
        """Seconds from having a connection to the newest byte."""
        return self.arrived - self.began


# The clock of the exchange that the current task has a connection for.
CLOCK: ContextVar[Clock] = ContextVar("CLOCK")


class _Stamping(asyncio.Protocol):
    """Notes when bytes come in, and hands everything on.

    A reply is read when its task gets its turn, behind all that came in with it: at a hundred
    requests in flight that would add 20 ms to what is measured.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.clock: Clock | None = None

    def data_received(self, data: bytes) -> None:
        if self.clock is not None:
            self.clock.arrived = perf_counter()
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        ended: bool | None = self._inner.eof_received()
        return ended

    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


class _Connector(aiohttp.TCPConnector):
    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        connection = await super().connect(*args, **kwargs)
        now = perf_counter()
        clock = Clock(now, now)
        CLOCK.set(clock)
        transport = connection.transport
        if transport is not None:
            stamping = transport.get_protocol()
            if not isinstance(stamping, _Stamping):
                stamping = _Stamping(stamping)
                transport.set_protocol(stamping)
            # A new clock for each exchange: the connection may serve the next one before the task
            # of this one reads its own.
            stamping.clock = clock
        return connection


def open_session(headers: Mapping[str, str]) -> aiohttp.ClientSession:
    """Return a client session; how many connections it has is up to who asks."""
    return aiohttp.ClientSession(
        # limit 0: the engine limits. A timer per phase would cost more than it is worth, the
        # engine cancels the whole attempt instead.
        connector=_Connector(limit=0, keepalive_timeout=60),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        headers=headers,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=True,
        max_line_size=65_536,
        max_field_size=65_536,
    )


@lru_cache(maxsize=256)
def address(url: str) -> URL:
    """Return the parsed address.

    Raises:
        AdapterError: Not an http or https address.
    """
    with suppress(ValueError):
        parsed = URL(url)
        if parsed.scheme in ("http", "https") and parsed.host:
            return parsed
    raise AdapterError(
        "the address is not of the form http://host or https://host", kind="bad_request", fatal=True
    )


@lru_cache(maxsize=64)
def proxy_for(scheme: str, host: str) -> str | None:
    """Return the proxy that the environment names for a host.

    aiohttp's own `trust_env` looks this up anew for each request, and lets a `.netrc` replace
    the configured key.
    """
    proxies = getproxies()
    if proxy_bypass(host):
        return None
    return proxies.get(scheme) or proxies.get("all")


def connection_fault(error: Exception, where: str) -> AdapterError:
    """Return the AdapterError for whatever aiohttp raised."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        text = f"no secure connection to {where}: {_reason(error)}"
        return AdapterError(text, kind="connection", fatal=True)
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ClientResponseError):
        text = f"the reply of {where} broke off or is not HTTP: {_reason(error)}"
        return AdapterError(text, kind="bad_reply", transient=True)
    if isinstance(error, aiohttp.ClientError | OSError):
        text = f"no connection to {where}: {_reason(error)}"
        return AdapterError(text, kind="connection", transient=True)
    # ValueError: a header or an address that HTTP cannot carry. Its text may quote the key.
    return AdapterError(
        f"the request to {where} cannot be written as HTTP ({type(error).__name__})",
        kind="bad_request",
        fatal=True,
    )


def _reason(error: Exception) -> str:
    cause = getattr(error, "os_error", None) or error
    if isinstance(cause, aiohttp.ServerDisconnectedError):
        return "it closed the connection without a reply"
    said = getattr(cause, "strerror", None) or getattr(cause, "message", None) or str(cause)
    return " ".join(str(said).split())[:200] or type(cause).__name__
