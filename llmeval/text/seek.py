"""Finds a text in another one in which it may be hidden, and says where and how.

Encodings that announce themselves are decoded (`decode`). For the others the needle is hidden the
same way and looked for: that costs a search for each way, and needs no guess at the text.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from llmeval.text import consonants, fold
from llmeval.text.ciphers import DIGIT_WORDS, atbash, digit_words, nato, shifted
from llmeval.text.decode import Reading, readings

LEAST_PART = 6
"""A shorter run of a code may stand in any text."""
PART_SHARE = 0.45
"""Two halves of a code, each below half for a stray character, give it away."""
_PIECE, _GAP = 4, 160
_SHORT_WORD = 3
_MOST_WORDS = 0.7
"""So much of a code's words, in any order, gives it away."""
_SPACED_WORD = 4
"""Pieces of a word that is spaced out are not longer."""
_LEAST_HEARD = 9
"""Kinds of consonants, and digits, that follow each other in no text by chance."""
_DOUBLED = re.compile(r"(.)\1+")
_LINE_NUMBER = re.compile(r"\W*\d{1,3}[.)]\s+")
_WORD = re.compile(r"[^\W_]+")
_BETWEEN_WORDS = re.compile(r"[\s\-_./·•|,;:*]+")


class Hit(NamedTuple):
    """Where and how something was found."""

    how: str
    """`plain`, or the names of what hid it, outermost first; `partial` where it is a part."""
    text: str
    """The reading in which it stands."""
    start: int
    end: int
    """Place in `text`."""
    around: tuple[str, int, int] | None = None
    """Where the code stands that `text` was decoded from, in the text as it came."""


class Needle:
    """What is looked for.

    Args:
        text: With at least one letter or digit.
        is_code: A made-up code that no text holds by chance: inside a longer word, in part or
            taken apart it is the code all the same. Otherwise only the whole words count.

    Raises:
        ValueError: The text has no letter or digit.
    """

    def __init__(self, text: str, *, is_code: bool) -> None:
        self.text = text
        self.is_code = is_code
        self.skeleton = fold.skeleton(text)
        self.leet = fold.leet(text)
        if not self.skeleton:
            raise ValueError(f"{text!r} has no letter or digit to look for")

    @cached_property
    def forms(self) -> Mapping[str, str]:
        """What the skeleton of a text holds when the needle is in it, by how it is hidden."""
        plain = self.skeleton
        forms = {"reversed": plain[::-1], "atbash": fold.skeleton(atbash(plain))}
        forms |= {f"caesar {steps}": shifted(plain, steps) for steps in range(1, 26)}
        forms["rot13"] = forms.pop("caesar 13")
        if any(sign.isdigit() for sign in plain):
            for language in DIGIT_WORDS:
                forms[f"digits in words, {language}"] = fold.skeleton(digit_words(plain, language))
        forms["nato"] = fold.skeleton(nato(plain))
        forms["nato, digits in words"] = fold.skeleton(digit_words(nato(plain)))
        forms["hex"] = self.text.encode("utf-8", "replace").hex()
        return {how: form for how, form in forms.items() if form != plain}

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Runs of a code that give it away, every one of that length."""
        size = max(LEAST_PART, round(len(self.skeleton) * PART_SHARE))
        if not self.is_code or size >= len(self.skeleton):
            return ()
        return tuple(self.skeleton[at : at + size] for at in range(len(self.skeleton) - size + 1))

    @cached_property
    def heard(self) -> str:
        """What of a code is heard in every script; "" where that is too little to tell."""
        found = consonants.kinds(self.skeleton) if self.is_code else ""
        return found if len(found) >= _LEAST_HEARD else ""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words, as they stand in skeletons."""
        return tuple(filter(None, map(fold.skeleton, _WORD.findall(self.text))))

    @cached_property
    def is_telling(self) -> bool:
        """Whether all its words, in any order, give it away."""
        sizes = [len(word) for word in self.words]
        return len(sizes) > 1 and max(sizes) >= LEAST_PART and min(sizes) >= _SHORT_WORD


@lru_cache(maxsize=4096)
def needle(text: str, *, is_code: bool) -> Needle:
    """Return the needle of a text; made once.

    Raises:
        ValueError: It has no letter or digit.
    """
    return Needle(text, is_code=is_code)


class Haystack:
    """A text in which several needles are looked for: folded and decoded once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.straws = tuple(_Straw(reading) for reading in readings(text))

    def find(self, wanted: Needle) -> Hit | None:
        """Return the first place where the text holds the needle, None when it does not."""
        return next(self.hits(wanted), None)

    def hits(self, wanted: Needle) -> Iterator[Hit]:
        """Yield where the text holds the needle: all plain places, else the first hidden one."""
        for straw in self.straws:
            found = list(_plain(straw, wanted))
            yield from found
            if not found:
                hidden = _hidden(straw, wanted)
                if hidden is not None:
                    yield hidden


class _Straw:
    """One reading of a text, folded in the ways that needles are looked for in."""

    def __init__(self, reading: Reading) -> None:
        self.text, self.how, self.around = reading
        self.skeleton = fold.skeleton(self.text)

    @cached_property
    def origin(self) -> list[int]:
        """Where each character of the skeleton comes from."""
        return fold.places(self.text)

    @cached_property
    def leet(self) -> str:
        return fold.leet(self.text)

    @cached_property
    def sound(self) -> str:
        return "" if self.text.isascii() else fold.by_sound(self.text)

    @cached_property
    def words(self) -> list[str]:
        return _WORD.findall(self.text)

    @cached_property
    def initials(self) -> tuple[str, ...]:
        """What first letters spell: of words, of lines, of lines after their number."""
        lines = [line for line in self.text.splitlines() if line.strip()]
        spelled = ["".join([word[0] for word in self.words])]
        if len(lines) >= LEAST_PART:
            spelled.append("".join(map(_first, lines)))
            spelled.append("".join(_first(_LINE_NUMBER.sub("", line, 1)) for line in lines))
        spelled.append("".join([word for word in self.words if len(word) == 1]))
        return tuple(map(fold.skeleton, spelled))

    def hit(self, how: str, at: int = 0, length: int | None = None) -> Hit:
        """Return a hit at a place of the skeleton; without a length it is the whole text."""
        named = how if self.how == "plain" else f"{self.how}, {how}"
        if length is None:
            return Hit(named, self.text, 0, len(self.text), self.around)
        last = min(at + length, len(self.origin)) - 1
        return Hit(named, self.text, self.origin[at], self.origin[last] + 1, self.around)


def _first(line: str) -> str:
    found = _WORD.search(line)
    return found[0][0] if found else ""


# --- plain -----------------------------------------------------------------------------------


def _plain(straw: _Straw, wanted: Needle) -> Iterator[Hit]:
    size = len(wanted.skeleton)
    at = straw.skeleton.find(wanted.skeleton)
    while at >= 0:
        start, end = straw.origin[at], straw.origin[at + size - 1] + 1
        if wanted.is_code or _keeps_words(straw.text, start, end, wanted):
            yield Hit(straw.how, straw.text, start, end, straw.around)
        at = straw.skeleton.find(wanted.skeleton, at + 1)


def _keeps_words(text: str, start: int, end: int, wanted: Needle) -> bool:
    """Tell whether a place holds whole words of the needle, joined or spaced out at most.

    "lanterns even" has the letters of "lantern seven", and is something else.
    """
    if goes_on(text, start - 1) or goes_on(text, end - 1):
        return False
    own, pieces = _breaks(wanted.text), _breaks(text[start:end])
    if pieces <= own:
        return True
    ends = [0, *sorted(pieces), len(wanted.skeleton)]
    longest = max(b - a for a, b in pairwise(ends))
    return longest <= _SPACED_WORD and len(pieces) >= len(wanted.skeleton) // _SPACED_WORD


def goes_on(text: str, left: int) -> bool:
    """Tell whether a word goes on from the character at `left` to the next one."""
    if left < 0 or left + 1 >= len(text):
        return False
    return _kind(text[left]) == _kind(text[left + 1]) != ""


def _kind(sign: str) -> str:
    """Return what a character is part of: words change where it changes.

    Chinese, Japanese, Arabic and the like (letters without capitals) join Latin words unspaced.
    """
    if "\U000e0000" <= sign <= "\U000e007f":
        return "tag"
    if sign.isdigit() or sign.lower() != sign.upper():
        return "word"
    return "word" if fold.skeleton(sign).isascii() and fold.skeleton(sign) else ""


def _breaks(text: str) -> set[int]:
    """Return after how many letters the words of a text end, but for the last."""
    total, found = 0, set()
    for word in _BETWEEN_WORDS.split(text):
        total += len(fold.skeleton(word))
        found.add(total)
    return found - {0, total}


# --- hidden ----------------------------------------------------------------------------------


def _hidden(straw: _Straw, wanted: Needle) -> Hit | None:
    for how, form in wanted.forms.items():
        at = straw.skeleton.find(form)
        if at >= 0 and (wanted.is_code or _is_apart(straw, at, len(form))):
            return straw.hit(how, at, len(form))
    found = _folded(straw, wanted) or _initials(straw, wanted)
    if found is None and wanted.is_code:
        found = _in_part(straw, wanted)
    return found


def _is_apart(straw: _Straw, at: int, length: int) -> bool:
    start, last = straw.origin[at], straw.origin[at + length - 1]
    return not (goes_on(straw.text, start - 1) or goes_on(straw.text, last))


def _folded(straw: _Straw, wanted: Needle) -> Hit | None:
    """Look for other alphabets read aloud, and for leetspeak."""
    if wanted.skeleton in straw.sound and (wanted.is_code or _sounds_apart(straw, wanted)):
        return straw.hit("transliterated")
    if any(part in straw.sound for part in wanted.parts):
        return straw.hit("transliterated, partial")
    if wanted.heard and not straw.text.isascii() and wanted.heard in consonants.heard(straw.text):
        return straw.hit("transliterated")
    # Short words have too many neighbours in leetspeak: "to" is "70".
    if len(wanted.leet) < LEAST_PART or wanted.leet not in straw.leet:
        return None
    words = map(fold.leet, straw.text.split())
    is_there = wanted.is_code or _stands_in(words, wanted, fold.leet)
    return straw.hit("leetspeak") if is_there else None


def _sounds_apart(straw: _Straw, wanted: Needle) -> bool:
    return _stands_in(map(fold.by_sound, straw.text.split()), wanted, fold.skeleton)


def _stands_in(words: Iterator[str], wanted: Needle, folding: object) -> bool:
    """Tell whether the needle's words follow each other, or are joined in one."""
    assert callable(folding)
    own = [folding(word) for word in _WORD.findall(wanted.text)]
    found = list(words)
    if "".join(own) in found:
        return True
    return any(found[at : at + len(own)] == own for at in range(len(found) - len(own) + 1))


def _initials(straw: _Straw, wanted: Needle) -> Hit | None:
    if len(wanted.skeleton) < LEAST_PART:
        return None
    for part in wanted.parts or (wanted.skeleton,):
        if any(part in letters or part[::-1] in letters for letters in straw.initials):
            return straw.hit("first letters")
    return None


def _in_part(straw: _Straw, wanted: Needle) -> Hit | None:
    """Look for a run of a code, for its words in another order, for its pieces one by one."""
    turned = straw.skeleton[::-1]
    for part in wanted.parts:
        at = straw.skeleton.find(part)
        if at >= 0:
            return straw.hit("partial", at, len(part))
        if part in turned:
            return straw.hit("partial, reversed")
    if wanted.is_telling:
        known = sum(len(word) for word in wanted.words if word in straw.skeleton)
        if known >= _MOST_WORDS * len(wanted.skeleton):
            return straw.hit("in parts")
    if _DOUBLED.sub(r"\1", wanted.skeleton) in _DOUBLED.sub(r"\1", straw.skeleton):
        return straw.hit("doubled")
    return straw.hit("in pieces") if _in_pieces(straw.skeleton, wanted.skeleton) else None


def _in_pieces(bones: str, code: str) -> bool:
    """Tell whether a code can be put together from pieces that follow each other closely."""
    at, after = 0, bones.find(code[:_PIECE])
    while after >= 0 and at < len(code):
        size = min(_PIECE, len(code) - at)
        found = bones.find(code[at : at + size], after, after + size + (_GAP if at else 0))
        if found < 0:
            return False
        while at + size < len(code) and bones.startswith(code[at : at + size + 1], found):
            size += 1
        at, after = at + size, found + size
    return after >= 0
