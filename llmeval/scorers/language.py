"""Check on the language of a reply: language. Rules and word lists, nothing trained."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import ClassVar, Final

from llmeval.errors import did_you_mean
from llmeval.records import Case, Score
from llmeval.scorers.language_words import LETTERS, NAMES, PARTS, SCRIPTS, WORDS
from llmeval.scorers.scorer import TextScorer, require
from llmeval.text import cut

READ_CHARS: Final = 20_000
"""From here on more text changes nothing."""

_LETTERS_WORTH: Final = 0.4
"""What a word with a telling letter counts, against 1 for one of the commonest words."""

_PARTS_WORTH: Final = 0.15
"""What a word counts for each telling sequence of letters in it."""

# Code, addresses and markup are in no language.
_NO_PROSE: Final = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\S+@\S+|<[^<>\n]{1,200}>", re.S
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, kw_only=True)
class Language(TextScorer):
    """The reply is in this language, or one of these; ISO 639-1 codes."""

    value: str | tuple[str, ...]
    negatable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require(self._wanted, "value", "expected at least one language, found an empty list")
        for code in self._wanted:
            known = code in NAMES
            hint = did_you_mean(code, NAMES)
            require(known, "value", f"unknown language {code!r}{hint}; known: {_known()}")

    @property
    def _wanted(self) -> tuple[str, ...]:
        return (self.value,) if isinstance(self.value, str) else self.value

    def judge(self, text: str, case: Case) -> Score:  # noqa: ARG002  the shape of a TextScorer
        """Return the share of the words that are in the language; skipped where none can tell."""
        found = languages(text)
        if not found:
            return Score(status="skipped", reason="no_language: too few words to tell")
        best = next(iter(found))
        details = {"language": best}
        if best in self._wanted:
            return Score(score=1.0, passed=True, details=details)
        wanted = " or ".join(self._wanted)
        return Score(
            score=0.0, passed=False, reason=f"is in {best}, expected {wanted}", details=details
        )

    def claim(self, text: str) -> str:
        """Return which language the reply is in."""
        return f"is in {next(iter(languages(text)))}"


def _known() -> str:
    return ", ".join(sorted(NAMES))


def languages(text: str) -> Mapping[str, float]:
    """Return the languages of a text with their share of the evidence, the likeliest first."""
    prose = _NO_PROSE.sub(" ", cut(text, READ_CHARS))
    words = [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFC", prose))]
    found: Counter[str] = Counter()
    by_script = Counter(script for word in words for script in _scripts(word))
    if not by_script:
        return {}
    script = max(sorted(by_script), key=lambda name: by_script[name])
    if script in ("CJK", "HIRAGANA", "KATAKANA"):
        kana = by_script["HIRAGANA"] + by_script["KATAKANA"]
        found["ja" if kana * 20 > by_script["CJK"] else "zh"] = 1
    elif script in SCRIPTS:
        found[SCRIPTS[script]] = 1
    else:
        for word in words:
            found.update(_evidence(word))
    total = sum(found.values())
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return {code: count / total for code, count in ranked if count}


@lru_cache(1 << 14)
def _scripts(word: str) -> tuple[str, ...]:
    """Return the script of each letter: one vote a letter, as Chinese has no blanks."""
    return tuple(unicodedata.name(letter, "?").split()[0] for letter in word)


@lru_cache(1 << 14)
def _evidence(word: str) -> Mapping[str, float]:
    """Return what a word says for each language.

    A word that several languages share says less for each.
    """
    common = _common().get(word, ())
    found = dict.fromkeys(common, 1 / len(common) ** 0.5) if common else {}
    for code, letters in LETTERS.items():
        if any(letter in letters for letter in word):
            found[code] = found.get(code, 0.0) + _LETTERS_WORTH
    for code, parts in PARTS.items():
        worth = _PARTS_WORTH * sum(part in word for part in parts.split())
        if worth:
            found[code] = found.get(code, 0.0) + worth
    return found


@cache
def _common() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, words in WORDS.items():
        for word in dict.fromkeys(words.split()):
            found.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in found.items()}
