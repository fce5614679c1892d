"""What a callable returned or yielded -> Reply."""

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from msgspec.structs import replace

from llmeval.adapters.reply import clean, cleaned, from_json
from llmeval.adapters.wire import LIMIT_BYTES
from llmeval.errors import AdapterError
from llmeval.records import Reply

_EXPECTED = "expected a text, a mapping with 'text', or a Reply"


def reply_from(value: Any, where: str, total_s: float) -> Reply:
    """Return the Reply that a callable meant.

    Args:
        value: What it returned.
        where: The callable's name, for messages.
        total_s: Seconds it took.

    Raises:
        AdapterError: `bad_reply`.
    """
    try:
        reply = _reply(value)
    except ValueError as error:
        raise bad_reply(where, f"returned {error}") from error
    if len(reply.text or "") > LIMIT_BYTES:
        raise bad_reply(where, f"returned more than {LIMIT_BYTES // 2**20} MiB of text")
    if reply.timing.total_s is None:
        reply = replace(reply, timing=replace(reply.timing, total_s=total_s))
    return reply


def bad_reply(where: str, problem: str) -> AdapterError:
    """Return the error about a reply that is none; asking again would not help."""
    return AdapterError(f"{where!r} {problem}", kind="bad_reply")


def _reply(value: Any) -> Reply:
    if isinstance(value, str):
        return Reply(text=clean(str(value)))
    if isinstance(value, Reply):
        return _own(value)
    if isinstance(value, Mapping):
        try:
            return from_json(value, strict=True)
        except ValueError as error:
            raise ValueError(f"a mapping: {error}; {_EXPECTED}") from error
    raise ValueError(f"{_described(value)}; {_EXPECTED}")


def _own(reply: Reply) -> Reply:
    """Return a user's Reply with its texts checked, everything else as it is."""
    text: Any = reply.text
    if not isinstance(text, str | None):
        raise ValueError(f"a Reply with {_described(text)} as text; {_EXPECTED}")  # noqa: TRY004
    if reply.text is not None:
        reply = replace(reply, text=clean(reply.text))
    if reply.tool_calls:
        calls = tuple(replace(call, arguments=cleaned(call.arguments)) for call in reply.tool_calls)
        reply = replace(reply, tool_calls=calls)
    return reply


def _described(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, bytes):
        return "bytes (decode them first)"
    if isinstance(value, bool | int | float):
        return f"the {type(value).__name__} {value!r}"
    return f"an object of type {type(value).__name__}"


class Pieces:
    """Puts what a generator yields together: texts, at last perhaps a mapping or a Reply.

    Args:
        where: The callable's name, for messages.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self._begun = perf_counter()
        self._texts: list[str] = []
        self._rest: Any = None
        self._size = 0
        self._first_s: float | None = None

    def elapsed_s(self) -> float:
        """Return the seconds since the call began."""
        return perf_counter() - self._begun

    def add(self, piece: Any) -> None:
        """Take what was yielded.

        Raises:
            AdapterError: `bad_reply`: neither a text nor the last thing.
        """
        if isinstance(piece, str):
            if piece and self._first_s is None:
                self._first_s = self.elapsed_s()
            self._texts.append(piece)
            self._size += len(piece)
            if self._size > LIMIT_BYTES:
                raise bad_reply(self.where, f"yielded more than {LIMIT_BYTES // 2**20} MiB")
        elif self._rest is None and isinstance(piece, Reply | Mapping):
            self._rest = piece
        else:
            raise bad_reply(self.where, f"yielded {_described(piece)}; expected texts")

    def reply(self) -> Reply:
        """Return the whole reply.

        Raises:
            AdapterError: `bad_reply`.
        """
        total_s = self.elapsed_s()
        text = "".join(self._texts)
        rest = self._rest
        if isinstance(rest, Mapping):
            rest = {"text": text or None} | dict(rest)
        reply = reply_from(text if rest is None else rest, self.where, total_s)
        timing = replace(reply.timing, first_token_s=self._first_s)
        if reply.text is None and text:
            reply = replace(reply, text=clean(text))
        return replace(reply, timing=timing)
