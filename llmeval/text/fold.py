"""Look-alikes folded: what a reader takes for the same letters becomes the same letters.

A skeleton keeps letters and digits alone, in lower case: spacing, punctuation, accents, invisible
characters and the alphabet that a letter was borrowed from are gone.
"""

import unicodedata

_LATIN = "abcdefghijklmnopqrstuvwxyz"


def _pairs(looks: str, letters: str) -> dict[str, str]:
    return dict(zip(looks, letters, strict=True))


LOOK_ALIKES = {
    # Cyrillic
    **_pairs("авекмнорстухіјѕԁԛԝһӏгпиьєү", "abekmhopctyxijsdqwhlrnubey"),
    # Greek
    **_pairs("αβεηικνορτυχωγζσ", "abenikvoptuxwyzo"),
    # Armenian, Cherokee, IPA
    **_pairs("օսոհցզ", "ounhgq"),
    **_pairs("ꭰꮯꭼꮋꭻꮶꮮꮇꮲꮪꭲꮩꮃꮓ", "dcehjklmpsivwz"),
    **_pairs("ɑɡıɩɭʋɣƅɗɓɠɦɲʂʐ", "agiilvyodbghnsz"),
    # Small capitals
    **_pairs("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),
    # Upside down
    **_pairs("ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ", "acefghijkmrtvwy"),
    **_pairs("øłđðħŧß", "olddhts"),
}
"""Letter that looks like one of a…z -> that letter; no letter of theirs stands for two."""

_SOUNDS = {
    **_pairs("абвгдезийклмнопрстуфхыэіїј", "abvgdeziiklmnoprstufhieiij"),
    "ж": "zh",
    "ч": "ch",
    "ш": "sh",
    "щ": "sh",
    "ц": "ts",
    "ю": "yu",
    "я": "ya",
    "ё": "e",
    **_pairs("αβγδεζηθικλμνξοπρστυφχψωςῃ", "avgdeziziklmnxoprstufhposi"),
    "ъ": "",
    "ь": "",
    "ў": "u",
    "є": "e",
    "ґ": "g",
}
"""Cyrillic or Greek letter -> how it is written in Latin letters."""

_LEET = str.maketrans("0123456789l", "oizeasgtbgi")
_LEET_SIGNS = str.maketrans("@$!|+€£(", "asiitelc")
_NEGATIVE = {0x1F150: 26, 0x1F170: 26, 0x1F1E6: 26}
"""Blocks of white-on-black and flag letters: A at the first code."""


class _Table(dict[int, str]):
    """What each character becomes, worked out at its first use."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(code)
        return folded


class _Sounds(dict[int, str]):
    def __missing__(self, code: int) -> str:
        lower = chr(code).lower()
        marked = unicodedata.normalize("NFKD", lower)[0]
        sound = _SOUNDS.get(lower, _SOUNDS.get(marked))
        found = self[code] = _TABLE[code] if sound is None else sound
        return found


def _folded(code: int) -> str:
    if 0xE0020 <= code <= 0xE007E:  # tag characters: invisible ASCII
        return _folded(code - 0xE0000)
    if 0x2801 <= code <= 0x283F:
        return BRAILLE.get(chr(code), "")
    for first, count in _NEGATIVE.items():
        if first <= code < first + count:
            return _LATIN[code - first]
    apart = unicodedata.normalize("NFKD", chr(code)).casefold()
    return "".join(map(_letter, apart))


def _letter(character: str) -> str:
    known = LOOK_ALIKES.get(character)
    if known is not None:
        return known
    if not character.isalnum():
        return ""
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)


BRAILLE = dict(zip("⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", _LATIN, strict=True))

_TABLE = _Table()
_SOUND_TABLE = _Sounds()


def skeleton(text: str) -> str:
    """Return the letters and digits of a text, look-alikes folded, in lower case."""
    return text.translate(_TABLE)


def by_sound(text: str) -> str:
    """Return the skeleton in which Cyrillic and Greek are read aloud, not looked at."""
    return text.translate(_SOUND_TABLE)


def leet(text: str) -> str:
    """Return a skeleton in which digits and signs that stand for letters became those letters."""
    return text.translate(_LEET_SIGNS).translate(_TABLE).translate(_LEET)


def places(text: str) -> list[int]:
    """Return for each character of the skeleton where it comes from in the text."""
    return [place for place, sign in enumerate(text) for _ in _TABLE[ord(sign)]]
