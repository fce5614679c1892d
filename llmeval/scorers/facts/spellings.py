"""Two short texts beside each other, word by word: nothing is found inside longer words.

"5" is not in "15", "Rome" not in "Romeo". Forms of a word ("Romans", "tulips") and slips of the
pen count as nearly the word, and so does what is written in one or in two words.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final
from zlib import crc32

from rapidfuzz.distance import JaroWinkler

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.lexicon import word_set

_FIRST_SIGN: Final = 0x20000
_SIGNS: Final = 0x8FFFF


@lru_cache(maxsize=1 << 15)
def _sign(key: str) -> str:
    return chr(_FIRST_SIGN + crc32(key.encode("utf-8", "surrogatepass")) % _SIGNS)


def apart(some: Iterable[Word]) -> str:
    """Return a text with one character for each word: no word is like a part of another."""
    return " ".join([_sign(one.key) for one in some])


_LONG_NAME: Final = 10
"""Letters of several words that are found nowhere by chance, even where blanks were lost."""


def is_glued(reference: Sequence[Word], answer: Sequence[Word]) -> bool:
    """Return whether words of an answer that follow each other are spelled as a reference is.

    Blanks and hyphens aside: "Spider-Man" and "Spiderman". Digits are not put together.
    """
    if any(one.number is not None for one in reference):
        return False
    wanted = "".join([one.text for one in reference])
    whole = "".join([one.text for one in answer])
    at = whole.find(wanted)
    if at < 0:
        return False
    if len(reference) > 1 and len(wanted) >= _LONG_NAME:
        return True
    borders = frozenset([0, *accumulate([len(one.text) for one in answer])])
    while at >= 0:
        if at in borders and at + len(wanted) in borders:
            return True
        at = whole.find(wanted, at + 1)
    return False


def is_inside(reference: str, answer: str) -> bool:
    """Return whether an answer has a reference, but within longer words or numbers alone.

    Both normalised. A form of its last word is no longer word, nor is a note behind it ("Rome1").
    """
    at = answer.find(reference)
    if at < 0:
        return False
    while at >= 0:
        if _has_borders(reference, answer, at):
            return False
        at = answer.find(reference, at + 1)
    return True


def _has_borders(reference: str, answer: str, at: int) -> bool:
    long = len(reference) >= _LONG_WORD and reference.replace(" ", "").isalpha()
    if at and answer[at - 1].isalnum() and reference[0].isalnum():
        # "deoxyribonucleotides" are nucleotides; "impossible" is not possible.
        return long and not answer.endswith(_DENYING, 0, at)
    if long:
        return True
    end = at + len(reference)
    tail = answer[end : end + _LONGEST_TAIL].split(" ", 1)[0]
    if not tail or not tail[0].isalnum():
        return True
    if not reference[-1].isalpha():
        noted = _NOTE.match(tail) is not None and _YEAR.search(reference) is not None
        return noted or not tail[0].isdigit()
    endings = _ENDINGS if len(reference) > _LONG else _PLURALS
    return tail in endings or tail[0].isdigit()


def is_run_on(reference: str, answer: str) -> bool:
    """Return whether an answer has a name behind a lost blank: "byRome"."""
    at = answer.find(reference) if reference[:1].isupper() else -1
    while at >= 0:
        before, behind = answer[at - 1 : at], answer[at + len(reference) :][:1]
        if before.islower() and not behind.islower():
            return True
        at = answer.find(reference, at + 1)
    return False


_LONGEST_TAIL: Final = 12
_LONG_WORD: Final = 8
"""Letters of a word that is in no other one by chance."""
_DENYING: Final = ("un", "in", "im", "il", "ir", "non", "dis", "anti")
_YEAR: Final = re.compile(r"\b(?:1[5-9]|20)\d\d$")
_NOTE: Final = re.compile(r"[1-9]\d?$")
"""The number of a note behind a year, run on: "in 20171"."""
_PLURALS: Final = word_set("s es")
_SHORTEST: Final = 3
_LONG: Final = 5
_ENDINGS: Final = word_set(
    "s es n an ian ans ians ish ese er r ers d ed ing ly al ic ies ist ism isms ists"
)
"""What a form of a word ends with: "Russia" and "Russian", but not "Rome" and "Romeo"."""


def likest(one: Word, others: Sequence[str], keys: frozenset[str]) -> float:
    """Return how like a word of a reference the most similar word of an answer is, 0…1.

    Args:
        one: The word.
        others: The words of the answer.
        keys: Their keys.
    """
    if one.key in keys:
        return 1.0
    if one.number is not None or len(one.text) < _SHORTEST:
        return 0.0
    alike = [
        JaroWinkler.similarity(one.text, other)
        for other in others
        if (other[0] == one.text[0] or len(one.text) > _LONG) and _may_be_form(one.text, other)
    ]
    return max(alike, default=0.0)


def _may_be_form(one: str, other: str) -> bool:
    """Return whether two words may be forms of one; false for one that begins with the other."""
    shorter, longer = sorted((one, other), key=len)
    return not longer.startswith(shorter) or longer[len(shorter) :] in _ENDINGS
