"""The chat-completions wire format as bytes: pages, whole answers, streamed pieces."""

import json
from itertools import pairwise
from json.encoder import encode_basestring_ascii
from typing import Any

_REASONS = {200: "OK", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error"}
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)
STREAM_END = b"0\r\n\r\n"


def page(status: int, body: bytes, more: str = "") -> bytes:
    """Return a whole HTTP answer with a JSON body; `more` are header lines, each with its end."""
    return (
        f"HTTP/1.1 {status} {_REASONS.get(status, 'Injected')}\r\nContent-Type: application/json"
        f"\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def header(head: str, name: str) -> str:
    """Return the value of a header, named in lower case; "" where it is not there."""
    at = head.lower().find(f"\r\n{name}:")
    if at < 0:
        return ""
    start = at + len(name) + 3
    end = head.find("\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()


def last_user(messages: list[dict[str, Any]]) -> str:
    """Return the text of the last user message; "" where there is none."""
    for message in reversed(messages):
        if message["role"] == "user":
            content = message["content"]
            return content if isinstance(content, str) else "".join(p["text"] for p in content)
    return ""


def usage(prompt: str, text: str) -> dict[str, int]:
    """Return token counts: the words of the texts, which is enough to see them arrive."""
    sent, made = prompt.count(" ") + 1, text.count(" ") + 1
    return {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}


def completion(model: str | None, prompt: str, text: str) -> bytes:
    """Return the JSON body of a whole answer."""
    quoted = encode_basestring_ascii  # what json.dumps calls for a text, without the way there
    sent, made = prompt.count(" ") + 1, text.count(" ") + 1
    return (
        '{"id":"chatcmpl-local","object":"chat.completion","created":0,"model":'
        f'{quoted(model or "local")},"choices":[{{"index":0,"message":{{"role":"assistant",'
        f'"content":{quoted(text)}}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":{sent},'
        f'"completion_tokens":{made},"total_tokens":{sent + made}}}}}'
    ).encode()


def event(model: str | None, choice: dict[str, Any] | None, **more: Any) -> bytes:
    """Return one streamed chunk; no choice gives the empty list that goes with the usage."""
    value = {
        "id": "chatcmpl-local",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": model,
        "choices": [] if choice is None else [{"index": 0, **choice}],
    }
    return data(json.dumps(value | more))


def data(text: str) -> bytes:
    """Return one server-sent event as one HTTP chunk."""
    line = b"data: " + text.encode() + b"\n\n"
    return b"%x\r\n%s\r\n" % (len(line), line)


def pieces(text: str, count: int) -> list[str]:
    """Cut a text into `count` pieces of about the same length, fewer for a short text."""
    count = max(1, min(count, len(text)))
    cuts = [len(text) * place // count for place in range(count + 1)]
    return [text[start:end] for start, end in pairwise(cuts)]
