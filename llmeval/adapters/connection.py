"""The one module that imports aiohttp; imported when the first connection is opened."""

from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from time import perf_counter
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from llmeval.errors import AdapterError

# Set when the current task gets its connection. What is measured begins there: the handshake of a
# new connection belongs to the first requests of a run, not to the application under test.
CONNECTED: ContextVar[float] = ContextVar("CONNECTED")


class _Connector(aiohttp.TCPConnector):
    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        connection = await super().connect(*args, **kwargs)
        CONNECTED.set(perf_counter())
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
