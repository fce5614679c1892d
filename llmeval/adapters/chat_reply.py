"""What the chat-completions interface answered -> Reply: whole, or chunk by chunk.

Read from https://platform.openai.com/docs/api-reference/chat and .../chat-streaming; the fields
`reasoning_content` and `reasoning` are those of DeepSeek, vLLM and OpenRouter.
"""

from collections.abc import Mapping
from typing import Any

from llmeval.adapters.faults import excerpt, from_status
from llmeval.adapters.reply import (
    arguments_of,
    clean,
    cleaned_json,
    finish_reason,
    parse,
    text_of,
    tool_calls,
    usage,
)
from llmeval.adapters.sse import Events
from llmeval.adapters.wire import Answer, header
from llmeval.errors import AdapterError
from llmeval.records import Reply, Timing, ToolCall, Usage


def whole_reply(answer: Answer, where: str) -> Reply:
    """Return the Reply of a body that came as a whole.

    Raises:
        AdapterError: It is no chat completion, or it carries an error.
    """
    document = parse(answer.body, where)
    choice = _choice(document, where)
    message = choice.get("message")
    if not isinstance(message, Mapping):
        raise _no_choice(document, where)
    calls = tool_calls(message.get("tool_calls"))
    refusal = message.get("refusal")
    return Reply(
        text=text_of(message.get("content")) or text_of(refusal),
        finish_reason=_ended(
            choice.get("finish_reason"), called=bool(calls), refused=bool(refusal)
        ),
        model=_word(document.get("model")),
        request_id=header(answer.headers, "x-request-id", "request-id")
        or _word(document.get("id")),
        reasoning=text_of(message.get("reasoning_content") or message.get("reasoning")),
        tool_calls=calls,
        usage=usage(document.get("usage")),
        timing=Timing(total_s=answer.total_s),
    )


def _choice(document: Any, where: str) -> Mapping[str, Any]:
    choices = document.get("choices") if isinstance(document, Mapping) else None
    if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        return choices[0]
    raise _no_choice(document, where)


def _no_choice(document: Any, where: str) -> AdapterError:
    if isinstance(document, Mapping) and document.get("error"):
        return _error_in(document, where)
    return AdapterError(
        f"the reply of {where} is no chat completion: {excerpt(cleaned_json(document))}",
        kind="bad_reply",
        transient=True,
    )


def _error_in(document: Mapping[str, Any], where: str) -> AdapterError:
    """Return the error that a reply with status 200 carries in its body."""
    error = document["error"]
    code = error.get("code", error.get("status")) if isinstance(error, Mapping) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    return from_status(status, {}, cleaned_json(document), where=where)


def _ended(word: Any, *, called: bool, refused: bool) -> str | None:
    """Return how a reply ended; some servers say `stop` of tool calls, all of refusals."""
    if refused:
        return "refusal"
    reason = finish_reason(word)
    return "tool_calls" if called and reason in (None, "stop") else reason


def _word(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) and value else None


class _Call:
    """A tool call under construction."""

    __slots__ = ("arguments", "id", "name")

    def __init__(self) -> None:
        self.id: str | None = None
        self.name = ""
        self.arguments = ""


class Stream:
    """Puts a streamed chat completion together.

    Args:
        where: The address, for messages.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._events = Events()
        self._texts: list[str] = []
        self._refusals: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[int, _Call] = {}
        self._finish: Any = None
        self._usage = Usage()
        self._model: str | None = None
        self._id: str | None = None
        self._first_s: float | None = None
        self._done = False

    def feed(self, piece: bytes, seconds: float) -> bool:
        """Take a piece of the reply; return whether it was the last.

        Raises:
            AdapterError: It is not JSON, or it carries an error.
        """
        for event in self._events.feed(piece):
            self._take(event, seconds)
        return self._done

    def reply(self, answer: Answer) -> Reply:
        """Return the whole reply.

        Raises:
            AdapterError: The stream ended before the reply did.
        """
        for event in self._events.end():
            self._take(event, answer.total_s)
        if not self._done and self._finish is None:
            raise AdapterError(
                f"the stream of {self._where} broke off before the reply was finished",
                kind="bad_reply",
                transient=True,
            )
        calls = tuple(_finished(call) for _, call in sorted(self._calls.items()) if call.name)
        text, refusal = _joined(self._texts), _joined(self._refusals)
        return Reply(
            text=text or refusal,
            finish_reason=_ended(self._finish, called=bool(calls), refused=bool(refusal)),
            model=self._model,
            request_id=header(answer.headers, "x-request-id", "request-id") or self._id,
            reasoning=_joined(self._reasoning),
            tool_calls=calls,
            usage=self._usage,
            timing=Timing(first_token_s=self._first_s, total_s=answer.total_s),
        )

    def _take(self, event: bytes, seconds: float) -> None:
        if event.strip() == b"[DONE]":
            self._done = True
            return
        chunk = parse(event, self._where)
        if not isinstance(chunk, Mapping):
            raise _no_choice(chunk, self._where)
        if chunk.get("error"):
            raise _error_in(chunk, self._where)
        if chunk.get("usage"):
            self._usage = usage(chunk["usage"])
        if self._model is None:
            self._model, self._id = _word(chunk.get("model")), _word(chunk.get("id"))
        choices = chunk.get("choices")
        # The last chunk carries the usage and no choice.
        if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
            self._finish = choices[0].get("finish_reason") or self._finish
            self._add(choices[0].get("delta"), seconds)

    def _add(self, delta: Any, seconds: float) -> None:
        if not isinstance(delta, Mapping):
            return
        said = _append(self._texts, delta.get("content"))
        said |= _append(self._refusals, delta.get("refusal"))
        calls = delta.get("tool_calls")
        if isinstance(calls, list):
            for call in calls:
                said |= self._add_call(call)
        if said and self._first_s is None:
            self._first_s = seconds
        _append(self._reasoning, delta.get("reasoning_content") or delta.get("reasoning"))

    def _add_call(self, delta: Any) -> bool:
        if not isinstance(delta, Mapping):
            return False
        index, function = delta.get("index"), delta.get("function")
        call = self._calls.setdefault(index if isinstance(index, int) else 0, _Call())
        if isinstance(delta.get("id"), str):
            call.id = delta["id"]
        if isinstance(function, Mapping):
            call.name += function.get("name") or ""
            call.arguments += function.get("arguments") or ""
        return True


def _append(pieces: list[str], value: Any) -> bool:
    # Not `text_of`: a pair of surrogates may be cut in two, it is joined first and cleaned then.
    text = value if isinstance(value, str) else text_of(value)
    if text:
        pieces.append(text)
    return bool(text)


def _joined(pieces: list[str]) -> str | None:
    return clean("".join(pieces)) if pieces else None


def _finished(call: _Call) -> ToolCall:
    return ToolCall(
        name=clean(call.name),
        arguments=arguments_of(call.arguments),
        id=None if call.id is None else clean(call.id),
    )
