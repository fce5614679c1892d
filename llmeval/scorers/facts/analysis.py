"""Text -> sentences of words with stems, numbers, names. Linear in the text's length."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts.lexicon import (
    DAYS,
    MONTH_NAMES,
    MONTHS,
    NEGATIONS,
    NICKNAMES,
    NUMERALS,
    QUANTIFIERS,
    SAME,
    SCALES,
    STOP,
)
from llmeval.scorers.facts.meanings import OPPOSITES, SYNONYMS

# Most words, found at the first try: what follows it would find the same.
PLAIN_WORD: Final = r"[A-Za-z][a-z]*+(?![^\W_]|['’.])"
OTHER_WORD: Final = (
    r"[$€£%]"
    r"|\d+(?:[.,:]\d+)*(?:(?:st|nd|rd|th|s)\b)?"
    # Scripts without spaces: each character is a word.
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*(?:\.(?:[^\W\d_]\.)+)?"
    # Marks of Indic scripts and the like belong to their words.
    r"|[^\W_]+"
)
_TOKEN: Final = re.compile(rf"{PLAIN_WORD}|{OTHER_WORD}")
ISO_DATE: Final = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])-([0-3]\d)\b")
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?。！？])[\"'”’)\]]*(?:\s+|(?=[A-Z][a-z]))"
    # A line ends a sentence unless it was wrapped: it goes on in lower case, or is long.
    # No white space before the line feed and none given back: long runs of it stay linear.
    r"|(?<![^\n]{60})\n\s*+(?![a-z(]|\d+(?![\d.)]))|\n[^\S\n]*+\n\s*+"
    r"|(?<=[。！？])"
)
_MAY_END: Final = re.compile(r"[。！？\n]|[.!?](?=[\s\"'”’)\]A-Z])")
"""Behind such a sign, or at the line feed itself, a sentence may end."""
_ABBREVIATED: Final = re.compile(
    r"(?:\b(?:[A-Za-z]|[Mm]rs?|[Mm]s|[Dd]r|[Pp]rof|[Ss]t|[Jj]r|[Ss]r|[Ii]nc|[Ll]td|[Cc]o|[Cc]orp"
    r"|[Vv]s|[Nn]o|[Gg]en|[Ss]en|[Gg]ov|[Cc]apt|e\.g|i\.e|U\.S|U\.K|a\.m|p\.m))\.$"
)


class Word(Struct, frozen=True):
    """A word as it stands in any text; the same object wherever it is spelled so."""

    text: str
    """Without case and accents."""
    key: str
    """What two words that say the same have in common: the stem, or `#` and the number."""
    stop: bool
    capital: bool
    number: float | None
    negation: bool
    quantifier: str
    senses: frozenset[int]
    """Groups of synonyms."""
    opposites: frozenset[str]
    """Keys of words that say the opposite."""
    date: bool


@lru_cache(maxsize=1 << 16)
def word(surface: str) -> Word:
    """Return what is known of a word."""
    text = folded(surface)
    capital = surface[0].isupper()
    plain = "us" if surface in ("US", "U.S.", "U.S") else text
    lookup = SAME.get(plain, plain) if plain != "us" or capital else text
    if capital:
        lookup = NICKNAMES.get(lookup, lookup)
    number = _number(lookup)
    stem = stemmed(lookup)
    stop = lookup in STOP and not (capital and len(surface) > 1 and surface.isupper())
    return Word(
        text=text,
        key=stem if number is None else f"#{number:.12g}{'s' * text.endswith('0s')}",
        stop=stop,
        capital=capital and not stop,
        number=number,
        negation=text in NEGATIONS or text.endswith("n't"),
        quantifier=QUANTIFIERS.get(text, ""),
        senses=_senses(lookup, stem),
        opposites=_STEM_OPPOSITES.get(stem, _NO_WORDS),
        date=text in MONTHS or text in DAYS,
    )


def _senses(text: str, stem: str) -> frozenset[int]:
    exact = SYNONYMS.get(text) or SYNONYMS.get(_lemma(text))
    return exact or _STEM_SENSES.get(stem, _NO_SENSE)


def folded(text: str) -> str:
    """Return a word without case, accents and apostrophes."""
    if text.isascii():
        return text.lower().replace("'", "")
    plain = unicodedata.normalize("NFKD", text).casefold().replace("’", "")
    return "".join([sign for sign in plain if not unicodedata.combining(sign)]) or text


def _number(text: str) -> float | None:
    if text[0].isdigit():
        digits = text.rstrip("abcdefghijklmnopqrstuvwxyz")
        if "," in digits and re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
            digits = digits.replace(",", "")
        if len(digits) > 40:
            return None
        try:
            return float(digits)
        except ValueError:
            return None
    return NUMERALS.get(text)


_SUFFIXES: Final = (
    ("ational", "at"), ("ization", "iz"), ("isation", "iz"), ("fulness", ""), ("ousness", "ous"),
    ("ements", ""), ("ations", "at"), ("nesses", ""),
    ("ation", "at"), ("ement", ""), ("ising", "iz"), ("ized", "iz"), ("ised", "iz"),
    ("izing", "iz"), ("ments", ""), ("ances", ""), ("ences", ""), ("ings", ""), ("ness", ""),
    ("ment", ""), ("ance", ""), ("ence", ""), ("able", ""), ("ible", ""), ("ally", ""),
    ("edly", ""), ("ions", ""), ("ors", ""), ("ers", ""), ("ies", "i"), ("ied", "i"),
    ("ing", ""), ("ion", ""),
    ("ily", "i"), ("ely", ""), ("ity", ""), ("ous", ""), ("ive", ""), ("ful", ""), ("est", ""),
    ("ize", "iz"), ("ise", "iz"),
    ("ed", ""), ("es", ""), ("er", ""), ("or", ""), ("ly", ""), ("al", ""), ("'s", ""), ("s", ""),
    ("y", "i"), ("e", ""),
)  # fmt: skip
_SHORTEST_STEM: Final = 3


@lru_cache(maxsize=1 << 16)
def stemmed(text: str) -> str:
    """Return an English word without its ending: "increases" and "increased" have the same."""
    if not text.isascii() or len(text) <= _SHORTEST_STEM:
        return text
    for suffix, instead in _SUFFIXES:
        if text.endswith(suffix) and len(text) - len(suffix) >= _SHORTEST_STEM:
            if suffix == "s" and text.endswith(("ss", "us", "is")):
                break
            text = text[: -len(suffix)] + instead
            break
    if len(text) > _SHORTEST_STEM and text[-1] == text[-2] and text[-1] not in "aeiouls":
        text = text[:-1]
    return text[:-1] if len(text) > _SHORTEST_STEM and text[-1] in "ei" else text


def _lemma(text: str) -> str:
    for suffix, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if text.endswith(suffix) and len(text) - len(suffix) >= _SHORTEST_STEM:
            return text[: -len(suffix)] + instead
    return text


_NO_SENSE: Final[frozenset[int]] = frozenset()
_NO_WORDS: Final[frozenset[str]] = frozenset()
_STEM_SENSES: Final = {stemmed(text): groups for text, groups in reversed(SYNONYMS.items())}
_STEM_OPPOSITES: Final = {
    stemmed(text): frozenset(map(stemmed, others)) for text, others in reversed(OPPOSITES.items())
}


class Sentence(Struct):
    """One sentence with its words in order."""

    text: str
    words: list[Word]
    start: bool = True
    """False for a piece of a sentence."""


LONGEST_SENTENCE: Final = 5_000
"""Characters. What is longer is a table, a log or a list without full stops: there, the work on
each verb and each amount would grow with all the words around it."""
LONGEST_PIECE: Final = 1_000
"""Characters of what it is cut into; hardly any sentence that somebody wrote is longer."""


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text; line ends end a sentence, and so do all in endless ones."""
    start = 0
    for begin, end in _sentence_ends(text):
        if text[begin - 1] == "." and _ABBREVIATED.search(text[max(start, begin - 12) : begin]):
            continue
        sentence = text[start:end].strip()
        if sentence:
            yield from (sentence,) if len(sentence) <= LONGEST_SENTENCE else _pieces(sentence)
        start = end
    sentence = text[start:].strip()
    if sentence:
        yield from (sentence,) if len(sentence) <= LONGEST_SENTENCE else _pieces(sentence)


def _pieces(sentence: str) -> Iterator[str]:
    """Yield what an endless sentence is cut into."""
    for line in sentence.splitlines():
        yield from _cut(line)


def _cut(line: str) -> Iterator[str]:
    """Yield a line in pieces: between words where there is a space, else anywhere."""
    start = 0
    while start < len(line):
        end = start + LONGEST_PIECE
        if end < len(line):
            blank = line.rfind(" ", start + 1, end)
            end = blank if blank >= 0 else end
        piece = line[start:end].strip()
        start = end
        if piece:
            yield piece


def _sentence_ends(text: str) -> Iterator[tuple[int, int]]:
    """Yield where what stands between two sentences begins and ends."""
    done = -1
    # To look for these signs first is much quicker than to try the whole at each character.
    for sign in _MAY_END.finditer(text):
        place = sign.end() if sign[0] != "\n" else sign.start()
        end = _SENTENCE_END.match(text, place) if place >= done else None
        if end is not None and end.end() > done:
            done = end.end()
            yield place, done


def words(text: str) -> list[Word]:
    """Return the words of a text; a number and its scale ("2.5 million") are one."""
    if "-" in text:
        text = ISO_DATE.sub(spelled_date, text)
    return scaled(read(text, _TOKEN, _read))


LONGEST_REMEMBERED: Final = 24
"""Characters between two spaces: a few words at most, so that few words are kept."""


def read(
    text: str, token: re.Pattern[str], remembered: Callable[[str], tuple[Word, ...]]
) -> list[Word]:
    """Return the words of a text as a pattern finds them.

    Args:
        text: The text.
        token: The pattern of a word; it never matches white space.
        remembered: The same for a short piece without white space.
    """
    pieces = text.split()
    # No word has a space in it, and most pieces were seen before.
    if max(map(len, pieces), default=0) <= LONGEST_REMEMBERED:
        return list(chain.from_iterable(map(remembered, pieces)))
    return list(map(word, token.findall(text)))


def scaled(found: list[Word]) -> list[Word]:
    """Return words with each number and its scale ("2.5 million") as one."""
    for place, one in enumerate(found):
        if one.number is not None:
            return list(_scaled(found, place))
    return found


@lru_cache(maxsize=1 << 15)
def _read(piece: str) -> tuple[Word, ...]:
    return tuple(map(word, _TOKEN.findall(piece)))


def spelled_date(date: re.Match[str]) -> str:
    """Return a date of digits as it is said: 2 May 2024."""
    year, month, day = date.groups()
    return f"{day} {MONTH_NAMES[int(month) - 1]} {year}"


_TENS: Final = frozenset(range(20, 100, 10))
"""A unit may follow: twenty-five."""


def _scaled(found: list[Word], first: int) -> Iterator[Word]:
    yield from found[:first]
    place = first
    while place < len(found):
        one = found[place]
        place += 1
        if one.number is not None:
            value = one.number
            if place < len(found) and 10 < value <= 20 and one.text[0].isalpha():
                tens = found[place].number
                if tens is not None and 10 <= tens < 100 and found[place].text[0].isalpha():
                    value = 100 * value + tens  # nineteen eighty
                    place += 1
            if place < len(found) and value % 100 in _TENS and one.text[0].isalpha():
                unit = found[place].number
                if unit is not None and 0 < unit < 10 and found[place].text[0].isalpha():
                    value += unit
                    place += 1
            while place < len(found) and found[place].text in SCALES:
                value *= SCALES[found[place].text]
                place += 1
            if value != one.number:
                one = _amount(value)
        yield one


@lru_cache(maxsize=4096)
def _amount(value: float) -> Word:
    return word(f"{value:.12f}".rstrip("0").rstrip("."))
