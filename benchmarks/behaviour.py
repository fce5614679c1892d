"""How the local server of the benchmarks behaves: delays, answer text and faults, as a query.

The same words stand in a start option (`--behave "delay=0.05&fault=429:0.2"`), in the query of a
request (`/v1/chat/completions?delay=0.05`) and in its header `X-Behave`; the request wins.
"""

from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl

WORDS = """\
delay=S         seconds from the request to the end of the answer (default 0)
first=S         streaming: seconds to the first piece (default: as delay)
pieces=N        streaming: number of pieces the text is cut into (default 8)
reply=TEXT      the answer; default: the last user message
model=NAME      the model to name; default: the one asked for
fault=K[:P],... faults, each for a share P (0...1, default 1) of the attempts. K is a status from
                400 to 599, or reset (the connection), cut (closed in the middle of the body),
                hang (never answers), truncated (half of the JSON in a complete answer),
                drip (the answer arrives in small bites)
retry_after=S   value of the Retry-After header of 429 and 503 (default: no such header)
once=1          only the first attempt of each prompt may meet a fault
always=1        a prompt that meets a fault meets it on every attempt
bite=S          drip: seconds between two bites (default 0.05)
seed=N          draws which attempts meet a fault (default 1)
"""

_NAMED = ("reset", "cut", "hang", "truncated", "drip")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the server does with one request."""

    delay: float = 0.0
    first: float | None = None
    pieces: int = 8
    reply: str | None = None
    model: str | None = None
    fault: tuple[tuple[str, float], ...] = ()
    """Kinds with their shares, which add up to at most 1."""
    retry_after: str | None = None
    once: bool = False
    always: bool = False
    bite: float = 0.05
    seed: int = 1

    def drawn(self, prompt: str, attempt: int) -> str | None:
        """Return the fault that this attempt (from 1) at this prompt meets; always the same one."""
        if not self.fault or (self.once and attempt > 1):
            return None
        turn = 1 if self.always else attempt
        # No CRC: two texts that differ in the attempt alone would differ in the same bits always.
        text = f"{self.seed} {turn} {prompt}".encode()
        drawn = int.from_bytes(blake2b(text, digest_size=4).digest()) / 2**32
        for kind, share in self.fault:
            if drawn < share:
                return kind
            drawn -= share
        return None


def parse(query: str, onto: Behaviour | None = None) -> Behaviour:
    """Return a behaviour with the words of a query put over another one.

    Raises:
        ValueError: An unknown word, or a value that does not fit; the message says which.
    """
    given: dict[str, Any] = {}
    for word, value in parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)):
        if word not in _READERS:
            raise ValueError(f"{word!r}: known are {', '.join(_READERS)}")
        try:
            given[word] = _READERS[word](value)
        except ValueError as error:
            raise ValueError(f"{word}={value!r}: {error}") from error
    return replace(onto or Behaviour(), **given)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 600:
        raise ValueError("expected seconds from 0 to 600")
    return seconds


def _flag(text: str) -> bool:
    return text not in ("", "0", "false")


def _faults(text: str) -> tuple[tuple[str, float], ...]:
    found = tuple(_fault(part) for part in text.split(",") if part)
    if sum(share for _, share in found) > 1 + 1e-9:
        raise ValueError("the shares add up to more than 1")
    return found


def _fault(text: str) -> tuple[str, float]:
    kind, _, share = text.partition(":")
    if kind not in _NAMED and not (kind.isdigit() and 400 <= int(kind) <= 599):
        raise ValueError(f"expected a status from 400 to 599 or one of {', '.join(_NAMED)}")
    value = float(share or 1)
    if not 0 <= value <= 1:
        raise ValueError("expected a share from 0 to 1")
    return kind, value


_READERS: dict[str, Any] = {
    "delay": _seconds,
    "first": _seconds,
    "pieces": int,
    "reply": str,
    "model": str,
    "fault": _faults,
    "retry_after": str,
    "once": _flag,
    "always": _flag,
    "bite": _seconds,
    "seed": int,
}
assert list(_READERS) == [field.name for field in fields(Behaviour)]
