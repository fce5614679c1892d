"""HTTP status, headers and body of a refused request -> one AdapterError."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from llmeval.errors import AdapterError

SHOWN_CHARS = 300
"""What a message quotes of a reply at most."""

# 425: too early; 529: overloaded (Anthropic). Both mean "the same request, later".
_TRANSIENT = frozenset({408, 409, 425})
_AUTH = frozenset({401, 403})
# Stable codes of OpenAI, Azure, DeepSeek, OpenRouter and Anthropic. Not "exceeded your current
# quota": some services say that of an ordinary limit per minute too.
_NO_MONEY = re.compile(
    r"insufficient_quota|billing_hard_limit|billing_not_active|insufficient[_ ]balance"
    r"|credit balance is too low|insufficient[_ ]credits",
    re.IGNORECASE,
)


def from_status(
    status: int,
    headers: Mapping[str, str],
    body: str,
    *,
    where: str,
    fatal_404: bool = True,
) -> AdapterError:
    """Return the error that a reply with this status stands for.

    Args:
        status: 300 or more.
        headers: Names in any case.
        body: Text of the reply; JSON error objects of the known services are understood.
        where: The address, without secrets.
        fatal_404: Whether a 404 means that the address or the model does not exist at all.
    """
    said = message_of(body)
    kind = _kind(status, body)
    advice = f"; {_ADVICE[kind]}" if kind in _ADVICE else ""
    text = f"HTTP {status} from {where}{': ' if said else ''}{said}{advice}"
    if 300 <= status < 400:
        text = f"HTTP {status}: {where} redirects to {headers.get('location', 'nowhere')}; use it"
    transient = kind in ("rate_limited", "server_error")
    told_s = retry_after_s(headers) if transient else None
    return AdapterError(
        text,
        kind=kind,
        transient=transient,
        retry_after_s=_told_in_body(body) if transient and told_s is None else told_s,
        fatal=kind in ("auth", "quota") or (kind == "not_found" and fatal_404),
    )


_ADVICE: Mapping[str, str] = {
    "auth": "check the key and what it may use",
    "quota": "the account has no credit left",
    "not_found": "check the address and the model's name",
}


def _kind(status: int, body: str) -> str:
    if status == 402 or (status == 429 and _NO_MONEY.search(body)):
        return "quota"
    if status == 429:
        return "rate_limited"
    if status in _TRANSIENT or status >= 500:
        return "server_error"
    if status in _AUTH or (status == 400 and "API_KEY_INVALID" in body):  # the latter: Google
        return "auth"
    return "not_found" if status == 404 else "bad_request"


def message_of(body: str) -> str:
    """Return what an error body says, as one line of at most `SHOWN_CHARS` characters."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return excerpt(_without_markup(body))
    return excerpt(_said(document))


def _said(document: Any) -> str:
    if isinstance(document, Mapping):
        for key in ("error", "message", "detail", "error_description", "title", "msg"):
            if document.get(key):
                return _said(document[key])
    return document if isinstance(document, str) else json.dumps(document)


def _without_markup(body: str) -> str:
    if body.lstrip()[:1] != "<":
        return body
    title = re.search(r"<title[^>]*>([^<]*)", body[:10_000], re.IGNORECASE)
    return f"an HTML page, {title[1].strip()!r}" if title else "an HTML page"


def excerpt(text: str) -> str:
    """Return a text on one line, cut to `SHOWN_CHARS` characters."""
    line = " ".join(text[: 4 * SHOWN_CHARS].split())
    return line if len(line) <= SHOWN_CHARS else line[: SHOWN_CHARS - 1] + "…"


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long a reply asks to wait, in seconds, 0 or more; None if it does not say.

    Understands seconds, HTTP dates (against the reply's own `Date`, so that a wrong clock on
    either side does no harm) and the millisecond headers of OpenAI and Azure.
    """
    for name in ("retry-after-ms", "x-ms-retry-after-ms"):
        milliseconds = _number(headers.get(name))
        if milliseconds is not None:
            return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    if seconds is not None or value is None:
        return seconds
    then, now = _date(value), _date(headers.get("date", ""))
    if then is None:
        return None
    now = now or datetime.now(then.tzinfo)
    return max(0.0, (then - now).total_seconds())


def _told_in_body(body: str) -> float | None:
    """Return the seconds of Google's `RetryInfo`: `"retryDelay": "34.5s"`."""
    told = re.search(r'"retryDelay"\s*:\s*"(\d{1,9}(?:\.\d{1,9})?)s"', body)
    return float(told[1]) if told else None


def _number(text: str | None) -> float | None:
    if text is None or not re.fullmatch(r"\s*[+-]?\d{1,12}(\.\d*)?\s*", text):
        return None
    return max(0.0, float(text))


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo else date.astimezone()
