"""Coding assistants that run as programs: how each is called and what it writes.

Read from https://docs.claude.com/en/docs/claude-code/headless,
https://docs.github.com/copilot/concepts/agents/about-copilot-cli,
https://cursor.com/docs/cli/headless, https://developers.openai.com/codex/noninteractive and
https://geminicli.com/docs/cli/headless. What an assistant may do without asking is your choice:
add its own flags to `argv`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from llmeval.adapters.faults import excerpt
from llmeval.adapters.process import Ended
from llmeval.adapters.program_reply import text_reply
from llmeval.adapters.reply import clean, cleaned, cleaned_json, parse
from llmeval.errors import AdapterError
from llmeval.records import Reply, Timing, Usage

Json = Mapping[str, Any]
_LIMITED = ("rate limit", "usage limit", "429", "overloaded", "too many requests")
_NO_LOGIN = (
    "invalid api key",
    "not logged in",
    "unauthorized",
    "authentication",
    "please run /login",
)


class Assistant(Struct, frozen=True):
    """One assistant."""

    argv: tuple[str, ...]
    """Without a placeholder: it reads the prompt from standard input."""
    read: Callable[[str, Ended], Reply]
    """Program and what became of it -> reply; raises AdapterError."""


def _claude(program: str, ended: Ended) -> Reply:
    found = _last_object(program, ended)
    if found.get("is_error"):
        raise _said(program, found.get("result") or found.get("subtype") or found)
    usage = found.get("usage")
    counts: Json = usage if isinstance(usage, Mapping) else {}
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    given = [n for n in (_count(counts, name) for name in names) if n is not None]
    return Reply(
        text=_text(found.get("result")),
        finish_reason="stop",
        request_id=_text(found.get("session_id")),
        usage=Usage(
            input_tokens=sum(given) if given else None,
            output_tokens=_count(counts, "output_tokens"),
            cached_tokens=_count(counts, "cache_read_input_tokens"),
        ),
        cost_usd=_number(found.get("total_cost_usd")),
        timing=Timing(total_s=ended.total_s),
    )


def _gemini(program: str, ended: Ended) -> Reply:
    found = _last_object(program, ended)
    if found.get("error"):
        raise _said(program, found["error"])
    stats = found.get("stats")
    models = stats.get("models") if isinstance(stats, Mapping) else None
    tokens = [
        each["tokens"]
        for each in (models.values() if isinstance(models, Mapping) else ())
        if isinstance(each, Mapping) and isinstance(each.get("tokens"), Mapping)
    ]
    return Reply(
        text=_text(found.get("response")),
        finish_reason="stop",
        model=", ".join(map(clean, models)) if isinstance(models, Mapping) and models else None,
        usage=Usage(
            input_tokens=_sum(tokens, "prompt", "tool"),
            output_tokens=_sum(tokens, "candidates", "thoughts"),
            cached_tokens=_sum(tokens, "cached"),
            reasoning_tokens=_sum(tokens, "thoughts"),
        ),
        timing=Timing(total_s=ended.total_s),
    )


def _codex(program: str, ended: Ended) -> Reply:
    texts: list[str] = []
    steps: list[Json] = []
    usage: Json = {}
    thread = None
    for event in _lines(program, ended):
        kind, item = event.get("type"), event.get("item")
        if kind in ("error", "turn.failed"):
            raise _said(program, event.get("message") or event.get("error") or event)
        if kind == "thread.started":
            thread = _text(event.get("thread_id"))
        elif kind == "turn.completed" and isinstance(event.get("usage"), Mapping):
            usage = event["usage"]
        elif kind == "item.completed" and isinstance(item, Mapping):
            if item.get("type") == "agent_message":
                texts.append(str(item.get("text") or ""))
            else:
                steps.append(_step(item))
    if not texts:
        raise AdapterError(f"{program!r} wrote no message of the agent", kind="bad_reply")
    return Reply(
        text=clean(texts[-1]),  # those before it say what it is about to do
        finish_reason="stop",
        request_id=thread,
        steps=tuple(steps),
        usage=Usage(
            input_tokens=_count(usage, "input_tokens"),
            output_tokens=_count(usage, "output_tokens"),
            cached_tokens=_count(usage, "cached_input_tokens"),
            reasoning_tokens=_count(usage, "reasoning_output_tokens"),
        ),
        timing=Timing(total_s=ended.total_s),
    )


def _step(item: Json) -> Json:
    """Return a command, a change of files or a call of a tool as a step."""
    kind = str(item.get("type"))
    names = ("command", "changes", "query", "arguments", "text", "items")
    step: dict[str, Any] = {
        "kind": "reasoning" if kind == "reasoning" else "tool",
        "name": clean(str(item.get("tool") or kind)),
        "input": next((cleaned(item[name]) for name in names if item.get(name)), None),
    }
    code = item.get("exit_code")
    if item.get("status") == "failed" or (isinstance(code, int) and code != 0):
        step["error"] = f"exit status {code}" if isinstance(code, int) else "failed"
    return step


def _plain(program: str, ended: Ended) -> Reply:
    reply = text_reply(ended)
    if not reply.text:
        raise AdapterError(f"{program!r} wrote nothing", kind="bad_reply")
    return reply


ASSISTANTS: Mapping[str, Assistant] = {
    "claude": Assistant(("claude", "-p", "--output-format", "json"), _claude),
    "codex": Assistant(("codex", "exec", "--json", "-"), _codex),
    "copilot": Assistant(("copilot", "-s", "-p", "{{ prompt }}"), _plain),
    "cursor-agent": Assistant(
        ("cursor-agent", "-p", "--output-format", "json", "{{ prompt }}"), _claude
    ),
    "gemini": Assistant(("gemini", "--output-format", "json"), _gemini),
}
"""Cursor's object has the form of Claude's."""


def complaint(program: str, ended: Ended) -> AdapterError | None:
    """Return what a failed assistant says of itself, None where it says nothing that is known."""
    said = (ended.stderr[-4000:] + ended.stdout[-4000:]).decode("utf-8", "replace").lower()
    if any(word in said for word in (*_LIMITED, *_NO_LOGIN)):
        lines = (ended.stderr or ended.stdout).decode("utf-8", "replace").strip().splitlines()
        return _said(program, lines[-1] if lines else said)
    return None


def _said(program: str, said: Any) -> AdapterError:
    """Return the error for what an assistant complains about."""
    text = said if isinstance(said, str) else cleaned_json(said)
    lower = text.lower()
    if any(word in lower for word in _NO_LOGIN):
        advice = "; log in, or name its key in `env`"
        return AdapterError(f"{program!r}: {excerpt(text)}{advice}", kind="auth", fatal=True)
    if any(word in lower for word in _LIMITED):
        return AdapterError(f"{program!r}: {excerpt(text)}", kind="rate_limited", transient=True)
    return AdapterError(f"{program!r} reports an error: {excerpt(text)}", kind="server_error")


def _last_object(program: str, ended: Ended) -> Json:
    """Return the object that was written; the last one of several lines (a stream of events)."""
    try:
        found = json.loads(ended.stdout)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, list) and found:
        found = found[-1]
    whole: Json | None = found if isinstance(found, Mapping) else None
    return list(_lines(program, ended))[-1] if whole is None else whole


def _lines(program: str, ended: Ended) -> Iterator[Json]:
    lines = [line for line in ended.stdout.splitlines() if line.strip().startswith(b"{")]
    if not lines:
        shown = excerpt(ended.stdout.decode("utf-8", "replace")) or "nothing"
        raise AdapterError(f"{program!r} wrote no JSON; found {shown}", kind="bad_reply")
    for line in lines:
        found = parse(line, repr(program))
        if isinstance(found, Mapping):
            yield found


def _text(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) else None


def _count(counts: Json, name: str) -> int | None:
    count = counts.get(name)
    return count if type(count) is int and count >= 0 else None


def _number(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 <= value < float("inf") else None


def _sum(tokens: list[Json], *names: str) -> int | None:
    known = [n for each in tokens for n in (_count(each, name) for name in names) if n is not None]
    return sum(known) if known else None
