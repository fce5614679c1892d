"""Text as scorers, attacks, reports and messages need it: normalised, safe for a terminal, cut.

Further modules, imported where they are needed: `fold` (look-alikes), `ciphers` (ways to hide a
text), `decode` (ways to read it), `seek` (finding a text that may be hidden).
"""

import re
import unicodedata

# Letters that Unicode does not take apart although readers see a plain letter with a mark.
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"}
)
# Accents of Latin, Greek and Cyrillic only: the marks of Devanagari, Thai, Arabic or kana are
# vowels and consonants, without them different words become equal.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_INSIDE_WORD = frozenset("'’‘ʼ`´")
# Signs that change what a number or a name says: 5 % is not 5, C# is not C.
_MEANINGFUL = frozenset("%‰#&@.,")
# "u.s.a." is one word; elsewhere a point or comma counts only inside a number.
# Both start with the sign and look back from there: ten times faster than looking ahead at every
# character.
_ABBREVIATION = re.compile(r"\.(?<=\b[^\W\d_]\.)(?=[^\W\d_]\b|\W|$)")
_LOOSE_SEPARATOR = re.compile(r"[.,](?:(?<!\d[.,])|(?!\d))")


class _Table(dict[int, str]):
    """What each character becomes, worked out at its first use."""

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code))
        self[code] = plain
        return plain


def _plain(character: str) -> str:
    if character in _MEANINGFUL:
        return character
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in ("Cf", "Cc", "Cs", "Cn") or character in _INSIDE_WORD:
        return ""
    return " " if category[0] == "P" or category == "Sk" or character in "|~" else character


_TABLE = _Table()


def normalise(text: str) -> str:
    """Return the text without case, accents, punctuation and surplus white space.

    Compatibility forms fold too (full width, ligatures), invisible characters vanish. A point or
    comma inside a number and `% # & @` stay: they change what is said. Idempotent.
    """
    plain = (text.casefold() if text.isascii() else _fold(text)).translate(_TABLE)
    if "." in plain or "," in plain:
        plain = _LOOSE_SEPARATOR.sub(" ", _ABBREVIATION.sub("", plain))
    plain = " ".join(plain.split())
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def _fold(text: str) -> str:
    # Twice: folding case can bring forth characters that decompose, "İ" for instance.
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text).casefold()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).translate(_UNDECOMPOSED)


def canonical(text: str) -> str:
    """Return the text with canonically equivalent spellings (é as one or two codes) made equal."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


_CONTROLS = re.compile(
    # An operating system command or other string runs to its terminator: without that part, its
    # payload (a title, a link) would be left in the text. It ends where a new one starts, which
    # keeps the search linear.
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b[ -/]*[0-~]"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
    # Signs that turn the reading direction show a text other than the one that is there.
    r"|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def strip_controls(text: str) -> str:
    """Return the text safe for a terminal.

    Control characters, ANSI and operating system sequences and direction marks are removed; tab
    and line feed stay, every other line end becomes a line feed.
    """
    for line_end in ("\r\n", "\r", "\u2028", "\u2029", "\x85"):
        if line_end in text:
            text = text.replace(line_end, "\n")
    return _CONTROLS.sub("", text)


def fold_surrogates(text: str) -> str:
    """Return the text as encodable Unicode: pairs of surrogates joined, lone ones U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)\n?", re.MULTILINE)


def first_code_block(text: str) -> str | None:
    """Return what the first fenced block holds, without its fences; None when there is none.

    A block that is not closed runs to the end of the text (CommonMark 0.31, section 4.5).
    """
    for opening in _FENCE.finditer(text):
        fence, info = opening.groups()
        if fence[0] == "`" and "`" in info:  # an inline code span, not a block
            continue
        closing = re.compile(rf"^ {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*\r?$", re.MULTILINE)
        end = closing.search(text, opening.end())
        return text[opening.end() : end.start() if end else len(text)].removesuffix("\n")
    return None


def cut(text: str, limit: int) -> str:
    """Return the text, shortened to `limit` characters with "…" as the last where it is longer."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)] + "…"


def quote(text: str, limit: int = 60) -> str:
    """Return the text in quotation marks for a one-line message, control characters escaped."""
    return repr(cut(text, limit))
