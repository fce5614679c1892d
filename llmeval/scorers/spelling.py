"""Disguised spelling made plain: full width, look-alikes, digits for letters, spaced letters.

The same steps for text that is learned from and text that is scored.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from llmeval.text import fold_surrogates

# Letters of other scripts that look like Latin ones; folded only inside words that have Latin
# letters as well, so that real Russian and Greek stay what they are.
_ALIKE: Final = str.maketrans(
    "абвгдеёзіїјкмнопрстуухцѕԁԛԝɑαβγδεικλμνοπρστυχωıłøđ",
    "abbrdeeziijkmhonpctyyxucdqwaabydeiklmvonpotuxwilod".replace(" ", ""),
)
_MIXED: Final = re.compile(r"[a-z][а-яёіїјѕԁԛԝɑα-ωıłøđ]|[а-яёіїјѕԁԛԝɑα-ωıłøđ][a-z]")
_WORD: Final = re.compile(r"\S+")

_LEET: Final = str.maketrans("@$013457!|€", "asoieastiie")
# Digits and signs among letters: "1d10t", "a$$hole", "@ss"; no addresses, no "$500".
_DISGUISED: Final = re.compile(
    r"(?<![\w@$/.:#-])(?=[\w@$!|€]*[a-z])(?=[\w@$!|€]*[@$!013457|€])"
    r"[a-z@$€01345]([a-z@$!|€013457]{1,18})[a-z@$€013457](?![\w/:.-])"
)
# One of them at least stands beside a letter; looking for that first is ten times as fast.
_MAYBE_DISGUISED: Final = re.compile(r"[a-z@$€01345][@$!|€013457]|[@$€01345][a-z]")
_NUMBER_FIRST: Final = re.compile(
    r"\d+(?:st|nd|rd|th|s|k|m|b|am|pm|x|g|kg|mb|gb|ms|d|h|p|c|f|%)?$|[a-z]{1,2}\d+$|[a-z]+\d+$|"
    r"\d+[a-z]+$|[a-z]+[!|]+$|[$€]\d.*"
)
_SPACED: Final = re.compile(r"(?<!\w)\w([ .\-_*+~]{1,2})\w(?:\1\w){2,20}(?!\w)")
_REPEATED: Final = re.compile(r"([^\d\s])\1{2,}")


def plain(text: str) -> str:
    """Return the text in lower case with one spelling for what looks alike.

    Emoji become their Unicode names, invisible characters vanish.
    """
    if not text.isascii():
        text = _folded(text)
    text = text.casefold()
    if _MIXED.search(text):
        text = _WORD.sub(_latin, text)
    text = _REPEATED.sub(r"\1", text)
    text = _SPACED.sub(_joined, text)
    return _DISGUISED.sub(_unleeted, text) if _MAYBE_DISGUISED.search(text) else text


# Only beside ASCII: between letters of Persian or Hindi they belong to the word.
_HIDDEN: Final = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff"
_INVISIBLE: Final = re.compile(f"(?<![^\x00-\x7f])[{_HIDDEN}]+|[{_HIDDEN}]+(?![^\x00-\x7f])")
# Wide and mathematical letters, with the wide signs and spaces that follow them; the wide signs of
# Chinese and Japanese stay.
_WIDE: Final = re.compile(
    "[Ａ-Ｚａ-ｚ\U0001d400-\U0001d6a3][Ａ-Ｚａ-ｚ\U0001d400-\U0001d6a3\uff01-\uff20\u3000\\s]*"
)
_BORROWED: Final = re.compile("[a-z][а-яёіїјѕα-ω]|[а-яёіїјѕα-ω][a-z]")
_BORROWED_WORD: Final = re.compile(r"\w+")


def undisguised(text: str) -> str:
    """Return the text in lower case, without what hides Latin words from a reader of letters.

    Invisible characters, wide letters, letters of other scripts inside Latin words. Texts of other
    scripts stay what they are.
    """
    if text.isascii():
        return text.casefold()
    text = _INVISIBLE.sub("", text)
    text = _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text).casefold()
    return _BORROWED_WORD.sub(_unborrowed, text) if _BORROWED.search(text) else text


def _unborrowed(match: "re.Match[str]") -> str:
    word = match[0]
    # "і" alone is a word of Ukrainian, but not beside words that mix scripts.
    disguised = len(word) == 1 or _BORROWED.search(word)
    return word.translate(_ALIKE) if disguised else word


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", fold_surrogates(text))
    return "".join([c if c < "\x80" else _character(c) for c in text])


@lru_cache(4096)
def _character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cf", "Cc", "Cs", "Mn", "Me"):
        # Vowels of Devanagari or Thai are marks as well: only the accents of Latin go.
        return "" if category != "Mn" or character < "\u0900" else character
    if category in ("So", "Sk"):
        return f" {unicodedata.name(character, '').lower()} "
    return {"‘": "'", "’": "'", "“": '"', "”": '"', "…": "..."}.get(character, character)


def _latin(match: "re.Match[str]") -> str:
    word = match[0]
    return word.translate(_ALIKE) if _MIXED.search(word) else word


def _joined(match: "re.Match[str]") -> str:
    letters = re.sub(r"[ .\-_*+~]", "", match[0])
    return letters if letters.isalpha() else match[0]


def _unleeted(match: "re.Match[str]") -> str:
    word = match[0]
    return word if _NUMBER_FIRST.fullmatch(word) else word.translate(_LEET)
