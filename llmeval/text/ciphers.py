"""Ways to hide a text from a filter while a model can still read it; `decode` and `seek` undo them.

Each is a function of the text alone. Encodings of bytes work on UTF-8.
"""

import base64
from collections.abc import Callable, Mapping
from itertools import cycle

from llmeval.text import fold

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_MORSE = """
    .- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .--
    -..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.
"""
MORSE: Mapping[str, str] = dict(zip(_ALPHABET, _MORSE.split(), strict=True))
_NATO = """
    alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar
    papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu
"""
NATO = tuple(_NATO.split())
DIGIT_WORDS: Mapping[str, tuple[str, ...]] = {
    language: tuple(words.split())
    for language, words in {
        "en": "zero one two three four five six seven eight nine",
        "de": "null eins zwei drei vier fünf sechs sieben acht neun",
        "fr": "zéro un deux trois quatre cinq six sept huit neuf",
        "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
        "it": "zero uno due tre quattro cinque sei sette otto nove",
        "pt": "zero um dois três quatro cinco seis sete oito nove",
        "nl": "nul een twee drie vier vijf zes zeven acht negen",
        "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć",
        "ru": "ноль один два три четыре пять шесть семь восемь девять",
        "tr": "sıfır bir iki üç dört beş altı yedi sekiz dokuz",
        "zh": "零 一 二 三 四 五 六 七 八 九",
        "ja": "ゼロ いち に さん よん ご ろく なな はち きゅう",
    }.items()
}
"""Language to how its digits 0…9 are called."""
_PLANTS = """
    amber birch cedar delta ember fern grove hazel ivy juniper kelp laurel maple nettle olive
    poplar quince rowan sage thyme umber vine willow xylem yarrow zinnia 0 1 2 3 4 5 6 7 8 9
"""
ACROSTIC_WORDS: Mapping[str, str] = dict(zip(_ALPHABET, _PLANTS.split(), strict=True))
_LEET = str.maketrans("aeiostbgzAEIOSTBGZ", "431057862431057862")
_HOMOGLYPHS = str.maketrans("aeopcxyijskmthABEHKMOPCTX", "аеорсхуіјѕкмтһАВЕНКМОРСТХ")
_UPSIDE_DOWN = str.maketrans("acefghijkmrtvwy", "ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ")
_SMALL_CAPITALS = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")
_BRAILLE = {ord(letter): sign for sign, letter in fold.BRAILLE.items()}
_BASE = "\N{GRINNING FACE}"
_ZERO, _ONE, _SEPARATOR = "\u200b", "\u200c", "\u2060"


def shifted(text: str, steps: int) -> str:
    """Return the text with each letter of a…z moved on in the alphabet (Caesar's cipher)."""
    return "".join(_shift(sign, steps) for sign in text)


def _shift(sign: str, steps: int) -> str:
    for first in ("a", "A"):
        if 0 <= ord(sign) - ord(first) < 26:
            return chr((ord(sign) - ord(first) + steps) % 26 + ord(first))
    return sign


def atbash(text: str) -> str:
    """Return the text with a…z turned round: a is z, b is y."""
    return "".join(
        chr(ord("a") + ord("z") - ord(sign)) if "a" <= sign <= "z" else sign
        for sign in text.lower()
    )


def morse(text: str) -> str:
    """Return dots and dashes: a blank between letters, a stroke between words."""
    words = ("".join(sign if sign in MORSE else " " for sign in text.lower())).split()
    return " / ".join(" ".join(MORSE[sign] for sign in word) for word in words)


def nato(text: str) -> str:
    """Return each letter by its name in the NATO alphabet."""
    named = (NATO[ord(s) - 97] if "a" <= s <= "z" else s for s in text.lower() if s.isalnum())
    return " ".join(named)


def digit_words(text: str, language: str = "en") -> str:
    """Return the text with each digit written out as a word."""
    words = DIGIT_WORDS[language]
    return "".join(f" {words[int(s)]} " if s in "0123456789" else s for s in text)


def acrostic(text: str) -> str:
    """Return words whose first letters spell the text."""
    return " ".join(ACROSTIC_WORDS.get(sign, sign) for sign in fold.skeleton(text))


def tags(text: str) -> str:
    """Return the text in Unicode tag characters, which no reader sees."""
    return "".join(chr(0xE0000 + ord(sign)) for sign in text if " " <= sign <= "~")


def variation_selectors(text: str) -> str:
    """Return one emoji that carries the text's bytes in variation selectors."""
    return _BASE + "".join(
        chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in text.encode()
    )


def zero_width_bits(text: str) -> str:
    """Return the text's bits as invisible characters, an invisible joint between the bytes."""
    bits = (f"{byte:08b}" for byte in text.encode())
    return _SEPARATOR.join(byte.replace("0", _ZERO).replace("1", _ONE) for byte in bits)


def split_lines(text: str) -> str:
    """Return the text cut into lines of three characters."""
    return "\n".join(text[at : at + 3] for at in range(0, len(text), 3))


def _joined(text: str, joint: str) -> str:
    return joint.join(text)


def _full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def _mixed_case(text: str) -> str:
    return "".join(sign.upper() if up else sign.lower() for sign, up in zip(text, cycle((0, 1))))


CIPHERS: Mapping[str, Callable[[str], str]] = {
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(" "),
    "binary": lambda text: " ".join(f"{byte:08b}" for byte in text.encode()),
    "decimal": lambda text: " ".join(str(byte) for byte in text.encode()),
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "html_entities": lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    "unicode_escapes": lambda text: "".join(f"\\u{ord(sign):04x}" for sign in text),
    "rot13": lambda text: shifted(text, 13),
    "caesar": lambda text: shifted(text, 3),
    "atbash": atbash,
    "reversed": lambda text: text[::-1],
    "leetspeak": lambda text: text.translate(_LEET),
    "homoglyphs": lambda text: text.translate(_HOMOGLYPHS),
    "zero_width": lambda text: _joined(text, "\u200b"),
    "zero_width_bits": zero_width_bits,
    "unicode_tags": tags,
    "bidi": lambda text: f"\u202e{text[::-1]}\u202c",
    "spacing": lambda text: _joined(text, " "),
    "split_lines": split_lines,
    "morse": morse,
    "braille": lambda text: text.lower().translate(_BRAILLE),
    "nato": nato,
    "emoji_variation": variation_selectors,
    "full_width": _full_width,
    "small_capitals": lambda text: text.lower().translate(_SMALL_CAPITALS),
    "upside_down": lambda text: text.lower().translate(_UPSIDE_DOWN)[::-1],
    "mixed_case": _mixed_case,
    "digit_words": digit_words,
    "acrostic": acrostic,
}
"""Name -> text -> hidden text."""
