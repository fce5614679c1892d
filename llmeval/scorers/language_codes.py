"""What people write for a language, and the code that is meant."""

from collections.abc import Mapping
from typing import Final

from llmeval.scorers.language_names import ALSO, NAMES

_NAMED: Final = """
afrikaans af, albanian sq, amharic am, arabic ar, armenian hy, basque eu, belarusian be,
bengali bn, bulgarian bg, burmese my, catalan ca, chinese zh, mandarin zh, croatian hr,
czech cs, danish da, dutch nl, english en, estonian et, farsi fa, finnish fi, french fr,
georgian ka, german de, greek el, gujarati gu, hebrew he, hindi hi, hungarian hu, icelandic is,
indonesian id, italian it, japanese ja, kannada kn, khmer km, korean ko, lao lo, latvian lv,
lithuanian lt, malay ms, malayalam ml, marathi mr, nepali ne, norwegian no, persian fa,
polish pl, portuguese pt, punjabi pa, romanian ro, russian ru, serbian sr, sinhala si,
slovak sk, slovenian sl, spanish es, swahili sw, swedish sv, tagalog tl, tamil ta, telugu te,
thai th, tibetan bo, turkish tr, ukrainian uk, urdu ur, vietnamese vi
"""
ENGLISH: Final[Mapping[str, str]] = dict([entry.split() for entry in _NAMED.split(",")])
"""English name in small letters -> code."""


def meant(written: str) -> str:
    """Return the code that is meant by `English`, `EN` or `en-GB`; "" where none is."""
    plain = written.strip().lower()
    code = ENGLISH.get(plain, plain.replace("_", "-").partition("-")[0])
    return code if code in NAMES or code in ALSO else ""
