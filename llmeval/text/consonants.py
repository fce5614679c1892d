"""Consonants alone, whatever the script: how a code sounds when it is written in another one.

Arabic and Hebrew leave vowels out, Japanese and Korean have no `f` or `v`; what remains the same in
all of them is the order of kinds of consonants. Unicode names say how a letter sounds.
"""

import re
import unicodedata

_KINDS = str.maketrans("pbfvlrkgqcxtdszjmn", "bbbbrrkkkkkttsssmn", "aeiouhwy")
"""Consonants that scripts do not tell apart -> one of them; vowels, `h`, `w`, `y` -> nothing."""
_UNSPOKEN = re.compile(r"VOWEL|SARA |MAI |SIGN|MARK|ALEF|ALEPH|\bAIN\b|\bAYIN|\bVAV\b|\bWAW\b")
_SCRIPT = re.compile(
    r"(?:HIRAGANA|KATAKANA|HALFWIDTH KATAKANA|DEVANAGARI|BENGALI|GUJARATI|GURMUKHI|TAMIL|TELUGU|"
    r"KANNADA|MALAYALAM|THAI|ARABIC|HEBREW|HANGUL|GEORGIAN|ARMENIAN|ETHIOPIC|GREEK)"
    r"(?: SMALL| CAPITAL| FINAL)?(?: LETTER| SYLLABLE| CHARACTER)(?: SMALL| CAPITAL| FINAL)? (\S+)"
)
_GREEK = (("μπ", "β"), ("ντ", "δ"), ("γκ", "γ"))
_DIGRAPHS = (("sh", "s"), ("ch", "s"), ("ts", "s"), ("dz", "s"), ("ph", "b"), ("kh", "k"))


class _Table(dict[int, str]):
    """What each character becomes, worked out at its first use."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _heard(chr(code))
        return found


def _heard(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    if sign.isascii():
        return kinds(sign.lower()) if sign.isalpha() else ""
    name = unicodedata.name(sign, "")
    found = _SCRIPT.match(name)
    if found is None or _UNSPOKEN.search(name):
        return ""
    # Of one letter its first sound: BEH, KAF, ZAYIN. A syllable has no more of them but at its end.
    return kinds(_first(found[1].lower()))[:1]


def _first(letter: str) -> str:
    if letter == "hu":  # between h and f; names of foreign words have it for f
        return "f"
    found = re.match(r"[bcdfghjklmnpqrstvwxyz]+", letter)
    return found[0] if found else ""


def kinds(word: str) -> str:
    """Return the kinds of consonants of a word in Latin letters, digits kept."""
    for pair, one in _DIGRAPHS:
        word = word.replace(pair, one)
    return word.translate(_KINDS)


_TABLE = _Table()


def heard(text: str) -> str:
    """Return the kinds of consonants of a text in any script, digits kept."""
    for pair, one in _GREEK:
        text = text.replace(pair, one)
    return text.translate(_TABLE)
