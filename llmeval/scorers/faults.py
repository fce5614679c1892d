"""A reply that is an error message of the application, and no answer."""

import json
import re

from llmeval.records import Reply

_FAULT = re.compile(
    r"\s*(?:\[?(?:error|fehler|exception)\]?(?:\s*[:\]]|\s+\d{3}\b|\s*$)|"
    r"internal server error|service (?:is )?(?:temporarily |currently )?unavailable|"
    r"bad gateway|gateway time-?out|too many requests|"
    r"request timed out|upstream (?:error|time)|rate limit(?: was)? (?:exceeded|reached)|"
    r"(?:http(?:/\d(?:\.\d)?)?\s*)?(?:status(?: code)?:?\s*)?(?:4[0-2]\d|5\d\d) [A-Z][a-z]+|"
    r"timeout(?:error)?\s*(?:[:.]|$)|[\w.]+(?:Error|Exception|Timeout):|"
    r"connection (?:reset|refused|error|timed out|aborted))",
    re.IGNORECASE,
)
_TRACE = re.compile(
    r"\s*(?:traceback \(most recent call last\)|"
    r"(?:<!doctype html>\s*)?<html>.{0,200}(?:error|\b50\d\b))",
    re.IGNORECASE | re.DOTALL,
)
_FAULT_CHARS = 200
"""A longer text speaks of errors; it is none."""


def fault(reply: Reply) -> str:
    """Return why a reply is no answer at all, "" when it is one."""
    text = (reply.text or "").strip()
    if reply.tool_calls or reply.files or reply.finish_reason in ("content_filter", "refusal"):
        return ""
    if not text:
        return "the reply is empty"
    is_fault = len(text) <= _FAULT_CHARS and _FAULT.match(text)
    if is_fault or _TRACE.match(text) or _is_error_object(text):
        return f"the reply is an error message: {text[:80]!r}"
    return ""


def _is_error_object(text: str) -> bool:
    if not text.startswith("{"):
        return False
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(found, dict) or found.get("answer"):
        return False
    told = (found.get(key) for key in ("detail", "message", "title"))
    return bool(found.get("error")) or any(isinstance(x, str) and _FAULT.match(x) for x in told)
