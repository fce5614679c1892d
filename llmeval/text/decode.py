"""The readings of a text: itself, and what its encoded parts say.

Only what announces itself is decoded: runs of base64, base32, hexadecimal, binary or decimal codes,
percent and HTML escapes, Morse signs, invisible characters. Twice at most, one inside the other.
Ciphers that turn one letter into another are left to `seek`, which knows what it looks for.
"""

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from llmeval.text.ciphers import MORSE

MOST_READINGS = 24
"""A text that holds more encoded parts is not read on: it would cost time without end."""
LEAST_BYTES = 3
_DEPTH = 2


class Reading(NamedTuple):
    """A text as it can be read."""

    text: str
    how: str
    """`plain`, or how it was encoded, outermost first."""
    around: tuple[str, int, int] | None = None
    """The text as it came and where in it the code stands; None where all of it was decoded."""


def readings(text: str) -> Iterator[Reading]:
    """Yield the text itself, then what is encoded in it."""
    waiting = [(Reading(text, "plain"), 0)]
    seen = {text}
    while waiting:
        reading, depth = waiting.pop(0)
        yield reading
        if depth == _DEPTH:
            continue
        for how, (decoded, code) in _decoded(reading.text):
            if decoded not in seen and len(seen) < MOST_READINGS:
                seen.add(decoded)
                name = how if reading.how == "plain" else f"{reading.how}, {how}"
                around = reading.around or (_place(reading.text, code) if code else None)
                waiting.append((Reading(decoded, name, around), depth + 1))


def _place(text: str, code: str) -> tuple[str, int, int]:
    at = text.index(code)
    return text, at, at + len(code)


_Found = Iterator[tuple[str, str]]
"""What was decoded, and the code for it; "" where the whole text is decoded at once."""


def _decoded(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    decoders = _DECODERS if text.isascii() else _DECODERS + _INVISIBLE
    for how, sign, decode in decoders:
        if sign is None or sign in text:
            for found in decode(text):
                yield how, found


# --- runs of codes ---------------------------------------------------------------------------

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}(?:\s+[A-Za-z0-9+/_-]{4,}={0,2})*")
_BASE32 = re.compile(r"[A-Z2-7]{8,}=*(?:\s+[A-Z2-7]{2,}=*)*")
# Each begins where no word goes on: to try at every character would take four times as long.
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:(?:0x|\\x|x)?[0-9a-fA-F]{2}[\s,;:.-]{0,2}){4,}")
_BINARY = re.compile(r"(?<![0-9A-Za-z])(?:[01]{7,8}[\s,;-]{0,2}){3,}")
_DECIMAL = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{2,3}(?:[\s,;-]{1,2}|\)\s?[+.&,]\s?(?:chr|char)\()){3,}\d{2,3}(?!\d)",
    re.IGNORECASE,
)
_MORSE = re.compile(r"[.\-·•−–—_]{1,6}(?:[ \t|/]+[.\-·•−–—_]{1,6}){3,}")
_LETTERS = {code: sign for sign, code in MORSE.items()}
_STROKES = str.maketrans("·•−–—_", "..----")


def _text_of(raw: bytes) -> str | None:
    """Return bytes as text, None when they are none."""
    if len(raw) < LEAST_BYTES:
        return None
    text = raw.decode("utf-8", "replace")
    odd = sum(sign == "\ufffd" or (sign < " " and sign not in "\t\r\n") for sign in text)
    return text if odd * 4 <= len(text) else None


def _base64(text: str) -> _Found:
    for run in _BASE64.finditer(text):
        whole = run[0]
        candidates = [re.sub(r"\s+", "", whole)]
        if len(candidates[0]) != len(whole):
            candidates += whole.split()
        for candidate in candidates:
            # Prose is a run too: what has neither digit nor inner capital is left alone.
            if len(candidate) >= 8 and (candidate[1:].lower() != candidate[1:] or "=" in candidate):
                for found in _base64_of(candidate.translate({45: 43, 95: 47}).rstrip("=")):
                    yield found, candidate if candidate in whole else whole.strip()


def _base64_of(code: str) -> Iterator[str]:
    for drop in (0, 1):  # a stray last character must not hide the rest
        part = code[: len(code) - drop]
        try:
            found = _text_of(base64.b64decode(part + "=" * (-len(part) % 4), validate=True))
        except (binascii.Error, ValueError):
            continue
        if found is not None:
            yield found
        return


def _base32(text: str) -> _Found:
    for run in _BASE32.finditer(text):
        code = re.sub(r"[\s=]+", "", run[0])
        try:
            found = _text_of(base64.b32decode(code + "=" * (-len(code) % 8)))
        except (binascii.Error, ValueError):
            continue
        if found is not None:
            yield found, run[0].strip()


def _hex(text: str) -> _Found:
    for run in _HEX.finditer(text):
        digits = re.sub(r"0x|\\x|[^0-9a-fA-F]", "", run[0])
        found = _text_of(bytes.fromhex(digits[: len(digits) // 2 * 2]))
        if found is not None:
            yield found, run[0].strip()


def _binary(text: str) -> _Found:
    for run in _BINARY.finditer(text):
        bits = re.sub(r"[^01]", "", run[0])
        groups = re.findall(r"[01]+", run[0])
        size = 7 if groups and all(len(group) == 7 for group in groups) else 8
        codes = (int(bits[at : at + size], 2) for at in range(0, len(bits) - size + 1, size))
        found = _text_of(bytes(codes))
        if found is not None:
            yield found, run[0].strip()


def _decimal(text: str) -> _Found:
    for run in _DECIMAL.finditer(text):
        codes = [int(number) for number in re.findall(r"\d+", run[0])]
        if all(code < 256 for code in codes):
            found = _text_of(bytes(codes))
            if found is not None:
                yield found, run[0].strip()


def _morse(text: str) -> _Found:
    for run in _MORSE.finditer(text):
        codes = re.split(r"[ \t|/]+", run[0].translate(_STROKES))
        letters = (_LETTERS.get(code) or _LETTERS.get(code[:-1], " ") for code in codes)
        yield "".join(letters), run[0].strip()


# --- escapes ---------------------------------------------------------------------------------

_ESCAPE = re.compile(r"\\u\{?([0-9a-fA-F]{4,6})\}?|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})")
_QUOTED = re.compile(r"=([0-9A-F]{2})")


def _escapes(text: str) -> _Found:
    found = _ESCAPE.sub(lambda code: _character(code[1] or code[2] or code[3]), text)
    if found != text:
        yield found, ""


def _character(code: str) -> str:
    number = int(code, 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _percent(text: str) -> _Found:
    found = unquote(text, errors="replace")
    if found != text:
        yield found, ""


def _entities(text: str) -> _Found:
    found = html.unescape(text)
    if found != text:
        yield found, ""


def _quoted_printable(text: str) -> _Found:
    found = _QUOTED.sub(lambda code: chr(int(code[1], 16)), text.replace("=\n", ""))
    if found != text:
        yield found, ""


# --- invisible characters --------------------------------------------------------------------

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_BITS = re.compile("(?:[\u200b\u200c\u200d\ufeff]{8}[\u2060\u2061\u200e]?){3,}")


def _selectors(text: str) -> _Found:
    for run in _SELECTORS.finditer(text):
        codes = (ord(sign) for sign in run[0])
        raw = bytes(code - 0xFE00 if code < 0xFE10 else code - 0xE0100 + 16 for code in codes)
        found = _text_of(raw)
        if found is not None:
            yield found, ""


def _bits(text: str) -> _Found:
    for run in _BITS.finditer(text):
        signs = re.sub("[\u2060\u2061\u200e]", "", run[0])
        for zero in "\u200b\u200c":
            bits = "".join("0" if sign == zero else "1" for sign in signs)
            codes = (int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))
            found = _text_of(bytes(codes))
            if found is not None:
                yield found, ""


_DECODERS: tuple[tuple[str, str | None, Callable[[str], _Found]], ...] = (
    ("base64", None, _base64),
    ("base32", None, _base32),
    ("hex", None, _hex),
    ("binary", "0", _binary),
    ("decimal", None, _decimal),
    ("morse", None, _morse),
    ("percent", "%", _percent),
    ("html_entities", "&", _entities),
    ("unicode_escapes", "\\", _escapes),
    ("quoted_printable", "=", _quoted_printable),
)
"""Name, a sign without which there is nothing to decode, function."""
_INVISIBLE: tuple[tuple[str, str | None, Callable[[str], _Found]], ...] = (
    ("emoji_variation", None, _selectors),
    ("zero_width_bits", None, _bits),
)
