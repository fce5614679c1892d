"""The languages that are told apart, by the script they are written in."""

from collections.abc import Mapping
from typing import Final

SCRIPTS: Final[Mapping[str, str]] = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CJK": "zh",
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "SINHALA": "si",
    "KHMER": "km",
    "LAO": "lo",
    "MYANMAR": "my",
    "ETHIOPIC": "am",
    "TIBETAN": "bo",
}
"""First word of a letter's Unicode name -> the language, for scripts of one common language."""

_LATIN: Final = (
    "af ca cs da de en es et eu fi fr hr hu id is it lt lv ms nl no pl pt ro sk sl sq sr sv sw tl "
    "tr vi"
)

SHARED: Final[Mapping[str, tuple[str, ...]]] = {
    "LATIN": tuple(_LATIN.split()),
    "CYRILLIC": ("be", "bg", "ru", "sr", "uk"),
    "ARABIC": ("ar", "fa", "ur"),
    "DEVANAGARI": ("hi", "mr", "ne"),
}
"""The same -> the languages that are told apart by their sequences of letters."""

ALSO: Final[Mapping[str, str]] = {"nb": "no", "nn": "no"}
"""Other codes -> ours: both written forms of Norwegian."""

NAMES: Final = frozenset({*SCRIPTS.values(), *(code for some in SHARED.values() for code in some)})
