"""Check on the language of a reply: language. Scripts, and sequences of letters."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final

from llmeval.errors import did_you_mean
from llmeval.records import Case, Score
from llmeval.scorers.language_codes import meant
from llmeval.scorers.language_model import STEPS, against, table_of
from llmeval.scorers.language_names import ALSO, NAMES, SCRIPTS, SHARED
from llmeval.scorers.scorer import TextScorer, require
from llmeval.text import cut

READ_CHARS: Final = 20_000
"""From here on more text changes nothing."""
ALIKE: Final = 0.1
"""A text that is a tenth as likely in another language may be in either: they are look-alikes."""
LITTLE_LETTERS: Final = 20
"""A shorter text says against a language only what is CLEAR: words travel, and names."""
CLEAR: Final = math.exp(-11)
"""So much less likely than in the likeliest one, a short text is not in a language: of 600 pieces
of English sentences that short 3 in 1000 are so unlikely in English, of other languages 4 in 5."""
LITTLE_HAN: Final = 12
"""So many Chinese characters in a row may be Japanese without a kana."""
_HAN: Final = ("CJK", "HIRAGANA", "KATAKANA")
_LETTERS_WORTH: Final = {"CJK": 3, "HIRAGANA": 2, "KATAKANA": 2, "HANGUL": 2}
"""Script -> what a letter counts where a text mixes scripts: it says more than one of ours."""

# Code, addresses and markup are in no language.
_NO_PROSE: Final = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|\S+@\S+|<[^<>\n]{1,200}>", re.S
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


_TOO_LITTLE: Final = Score(status="skipped", reason="no_language: too few words to tell")


@dataclass(frozen=True, kw_only=True)
class Language(TextScorer):
    """The reply is in this language, or one of these; ISO 639-1 codes."""

    version: ClassVar[str] = "3"

    value: str | tuple[str, ...]
    negatable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require(self._wanted, "value", "expected at least one language, found an empty list")
        for code in self._wanted:
            known = code in NAMES or code in ALSO
            hint = f"; write `{meant(code)}`" if meant(code) else did_you_mean(code, NAMES)
            require(known, "value", f"unknown language {code!r}{hint}")

    def prepare(self) -> None:
        """Load the tables of the scripts that replies are in: of these languages, and ours."""
        wanted = {ALSO.get(code, code) for code in self._wanted}
        for script, codes in SHARED.items():
            if script == "LATIN" or wanted.intersection(codes):
                table_of(script)

    @property
    def _wanted(self) -> tuple[str, ...]:
        return (self.value,) if isinstance(self.value, str) else self.value

    def judge(self, text: str, case: Case) -> Score:  # noqa: ARG002  the shape of a TextScorer
        """Return 1 where the text is, or may be, in the language; skipped where none can tell."""
        found = languages(text)
        if not found:
            return _TOO_LITTLE
        best = next(iter(found))
        details = {"language": best}
        codes = [ALSO.get(code, code) for code in self._wanted]
        likeness = max(found.get(code, 0) for code in codes) / found[best]
        if likeness >= ALIKE:
            return Score(score=1.0, passed=True, details=details)
        if _is_little(_prose_words(text), codes, likeness):
            return _TOO_LITTLE
        wanted = " or ".join(self._wanted)
        return Score(
            score=0.0, passed=False, reason=f"is in {best}, expected {wanted}", details=details
        )

    def claim(self, text: str) -> str:
        """Return which language the reply is in."""
        return f"is in {next(iter(languages(text)))}"


def words_of(text: str) -> list[str]:
    """Return the words of a text, in small letters."""
    return [word.casefold() for word in _WORD.findall(text)]


def languages(text: str) -> Mapping[str, float]:
    """Return how likely a text is in each language, the likeliest first; they add up to 1."""
    words = [word.casefold() for word in _prose_words(text)]
    by_script = _by_script(words)
    if not by_script:
        return {}
    script = _most(by_script)
    if script in _HAN:
        kana = by_script["HIRAGANA"] + by_script["KATAKANA"]
        return {"ja" if kana * 20 > by_script["CJK"] else "zh": 1.0}
    if script in SCRIPTS:
        return {SCRIPTS[script]: 1.0}
    return _likely(script, words) if script in SHARED else {}


def _prose_words(text: str) -> list[str]:
    prose = _NO_PROSE.sub(" ", cut(text, READ_CHARS))
    return _WORD.findall(unicodedata.normalize("NFC", prose))


def _by_script(words: Sequence[str]) -> Counter[str]:
    """Return how much each script weighs in some words."""
    found: Counter[str] = Counter()
    for word in words:
        for script in _scripts(word):
            found[script] += _LETTERS_WORTH.get(script, 1)
    return found


def _most(by_script: Counter[str]) -> str:
    return max(sorted(by_script), key=lambda name: by_script[name])


def _is_little(words: Sequence[str], codes: Sequence[str], likeness: float) -> bool:
    """Return whether a text is too short to say that it is in none of some languages.

    Args:
        words: Its words, as they are written.
        codes: The languages.
        likeness: How likely it is in the likeliest of them, next to the likeliest of all.
    """
    script = _most(_by_script(words))
    letters = sum(map(len, words))
    if script in _HAN:
        return "ja" in codes and letters < LITTLE_HAN
    # Words in Latin letters stand in texts of any language: OK, PDF, Amsterdam.
    borrowed = script == "LATIN" or not set(codes).isdisjoint(SHARED.get(script, ()))
    if not borrowed or letters >= LITTLE_LETTERS:
        return False
    # One word may be anybody's, and words that all begin with a capital a name.
    return likeness > CLEAR or len(words) == 1 or all(word[0].isupper() for word in words)


def _likely(script: str, words: list[str]) -> Mapping[str, float]:
    said = [against(script, word) for word in words if script_of(word) == script]
    totals = [sum(column) for column in zip(*filter(None, said), strict=True)]
    if not totals:
        return {}
    odds = [math.exp((min(totals) - total) / STEPS) for total in totals]
    whole = sum(odds)
    ranked = sorted(zip(odds, SHARED[script], strict=True), key=lambda item: (-item[0], item[1]))
    return {code: round(one / whole, 6) for one, code in ranked}


@lru_cache(1 << 14)
def _scripts(word: str) -> tuple[str, ...]:
    """Return the script of each letter: one vote a letter, as Chinese has no blanks."""
    return tuple(unicodedata.name(letter, "?").split()[0] for letter in word)


def script_of(word: str) -> str:
    """Return the script of a word's first letter."""
    return _scripts(word)[0]
