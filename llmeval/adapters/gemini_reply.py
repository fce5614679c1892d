"""What Gemini's interface answered -> Reply: whole, or chunk by chunk."""

from collections.abc import Mapping
from typing import Any

from llmeval.adapters.faults import excerpt, from_status
from llmeval.adapters.reply import clean, cleaned, cleaned_json, parse
from llmeval.adapters.sse import Events
from llmeval.adapters.wire import Answer, header
from llmeval.errors import AdapterError
from llmeval.records import Reply, Timing, ToolCall, Usage

FINISH_REASONS: Mapping[str, str] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    **dict.fromkeys(
        (
            *("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"),
            *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"),
        ),
        "content_filter",
    ),
}
"""The service's words for how a reply ended -> ours."""


def whole_reply(answer: Answer, where: str) -> Reply:
    """Return the Reply of a body that came as a whole: one response, or a list of chunks.

    Raises:
        AdapterError: Not a response, or an error.
    """
    document = parse(answer.body, where)
    gathered = _Gathered(where)
    for chunk in document if isinstance(document, list) else [document]:
        gathered.add(chunk)
    return gathered.reply(answer, None)


class _Gathered:
    """The parts of a reply found so far."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._texts: list[str] = []
        self._thoughts: list[str] = []
        self._calls: list[ToolCall] = []
        self._usage = Usage()
        self._words: dict[str, str] = {}
        self._last: Any = None
        self.finish: str | None = None
        """Our word for how it ended; None so far."""

    def add(self, chunk: Any) -> bool:
        """Take a response or a chunk of one; return whether there was text or a call in it.

        Raises:
            AdapterError: It carries an error.
        """
        self._last = chunk
        if not isinstance(chunk, Mapping):
            return False
        if isinstance(chunk.get("error"), Mapping):
            raise error_in(chunk, self._where)
        for name in ("modelVersion", "responseId"):
            if isinstance(chunk.get(name), str):
                self._words[name] = clean(chunk[name])
        if isinstance(chunk.get("usageMetadata"), Mapping):
            self._usage = usage_of(chunk["usageMetadata"])
        feedback = chunk.get("promptFeedback")
        if isinstance(feedback, Mapping) and feedback.get("blockReason"):
            self.finish = "content_filter"
        candidates = chunk.get("candidates")
        if not (isinstance(candidates, list) and candidates):
            return False
        return self._add_candidate(candidates[0])

    def _add_candidate(self, candidate: Any) -> bool:
        if not isinstance(candidate, Mapping):
            return False
        word = candidate.get("finishReason")
        if isinstance(word, str) and word != "FINISH_REASON_UNSPECIFIED":
            self.finish = FINISH_REASONS.get(word, clean(word.lower()))
        content = candidate.get("content")
        parts = content.get("parts") if isinstance(content, Mapping) else None
        said = [self._add_part(part) for part in parts or () if isinstance(part, Mapping)]
        return any(said)

    def _add_part(self, part: Mapping[str, Any]) -> bool:
        call, text = part.get("functionCall"), part.get("text")
        if isinstance(call, Mapping) and isinstance(call.get("name"), str):
            self._add_call(call, part.get("thoughtSignature"))
            return True
        if not isinstance(text, str) or not text:
            return False
        if part.get("thought"):
            self._thoughts.append(text)
            return False
        self._texts.append(text)
        return True

    def _add_call(self, call: Mapping[str, Any], signature: Any) -> None:
        # Older models give calls no id; results must be told apart all the same.
        number = len(self._calls) + 1
        identity = call.get("id")
        self._calls.append(
            ToolCall(
                name=clean(call["name"]),
                arguments=cleaned(call.get("args") or {}),
                id=clean(identity) if isinstance(identity, str) else f"call_{number}",
                opaque=signature if isinstance(signature, str) else None,
            )
        )

    def reply(self, answer: Answer, first_token_s: float | None) -> Reply:
        """Return the whole reply.

        Raises:
            AdapterError: Nothing in it was a reply.
        """
        if self.finish is None and not self._texts and not self._calls:
            raise AdapterError(
                f"the reply of {self._where} is no content: {excerpt(cleaned_json(self._last))}",
                kind="bad_reply",
                transient=True,
            )
        calls = tuple(self._calls)
        return Reply(
            text=clean("".join(self._texts)) if self._texts else None,
            finish_reason="tool_calls" if calls and self.finish == "stop" else self.finish,
            model=self._words.get("modelVersion"),
            request_id=self._words.get("responseId") or header(answer.headers, "x-request-id"),
            reasoning=clean("".join(self._thoughts)) if self._thoughts else None,
            tool_calls=calls,
            usage=self._usage,
            timing=Timing(first_token_s=first_token_s, total_s=answer.total_s),
        )


def error_in(document: Mapping[str, Any], where: str) -> AdapterError:
    """Return the error that a reply with status 200 carries in its body."""
    code = document["error"].get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    return from_status(status, {}, cleaned_json(document), where=where)


def usage_of(value: Mapping[str, Any]) -> Usage:
    """Return token counts; thoughts are output, and their part is told apart."""
    given = [_count(value, name) for name in ("promptTokenCount", "toolUsePromptTokenCount")]
    made = [_count(value, name) for name in ("candidatesTokenCount", "thoughtsTokenCount")]
    return Usage(
        input_tokens=_sum(given),
        output_tokens=_sum(made),
        cached_tokens=_count(value, "cachedContentTokenCount"),
        reasoning_tokens=_count(value, "thoughtsTokenCount"),
    )


def _count(value: Mapping[str, Any], name: str) -> int | None:
    count = value.get(name)
    return count if type(count) is int and count >= 0 else None


def _sum(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


class Stream:
    """Puts a streamed reply together.

    Args:
        where: The address, for messages.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._events = Events()
        self._gathered = _Gathered(where)
        self._first_s: float | None = None

    def feed(self, piece: bytes, seconds: float) -> bool:
        """Take a piece of the reply; return whether it was the last: only its end says so.

        Raises:
            AdapterError: It is not JSON, or it carries an error.
        """
        for event in self._events.feed(piece):
            self._take(event, seconds)
        return False

    def reply(self, answer: Answer) -> Reply:
        """Return the whole reply.

        Raises:
            AdapterError: The stream ended before the reply did.
        """
        for event in self._events.end():
            self._take(event, answer.total_s)
        if self._gathered.finish is None:
            raise AdapterError(
                f"the stream of {self._where} broke off before the reply was finished",
                kind="bad_reply",
                transient=True,
            )
        return self._gathered.reply(answer, self._first_s)

    def _take(self, event: bytes, seconds: float) -> None:
        said = self._gathered.add(parse(event, self._where))
        if said and self._first_s is None:
            self._first_s = seconds
