"""Numbers in prose: every numeral of a text with the values it may stand for, exactly."""

import re
from collections.abc import Iterator
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from typing import Final

from msgspec import Struct

MAX_DIGITS: Final = 400
"""Longer runs of digits are identifiers or noise, not quantities."""
_EXPONENT_DIGITS: Final = 4
EXACT: Final = Context(prec=3 * 10**_EXPONENT_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Sums of what is read here are exact in it; Python's own context keeps 28 digits."""

_SPACE = "\u00a0\u2007\u2009\u202f "
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SCALES: Final = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
_NUMERAL = re.compile(
    # Nothing else can start a numeral; saying so halves the time.
    r"(?=[\d.$€£¥+\-−–mM])"
    # A sign is one only where nothing before it makes it a hyphen or a minus between numbers:
    # "2024-05" and "10-5" hold no negative number.
    r"(?:(?<![\w)\]%°])(?P<sign>[-−–+]|minus\s)\s?)?"
    r"[$€£¥]?"
    # Digits inside a word or after its point are part of a name: "GPT4", "v1.2".
    r"(?<!\w)(?<!\d[.,])(?P<digits>"
    rf"\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?![\d])(?:[.,]\d+)?"
    r"|\d{1,3}(?:['’_]\d{3})+(?:[.,]\d+)?"
    r"|\d+(?:[.,٫٬]\d+)*"
    r"|(?<![\d.])[.]\d+)"
    r"(?:[eE](?P<exponent>[-+−]?\d++)(?![\w])"
    r"|\s?[x×·*]\s?10(?:\^\{?(?P<power>[-+−]?\d++)|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]++)))?"
    r"(?:\s?(?P<percent>%|percent\b|per cent\b)|\s(?P<scale>thousand|million|billion|trillion)\b)?",
    re.IGNORECASE,
)


class Numeral(Struct, frozen=True):
    """A number as it stands in a text."""

    shown: str
    readings: tuple[Decimal, ...]
    """What it may mean: "1,234" is 1234 in one country and 1.234 in another; 45 % is 0.45.

    None for an exponent of more than four digits: what it stands for is not worked out.
    """


def numerals(text: str) -> Iterator[Numeral]:
    """Yield the numbers of a text in their order; linear in its length."""
    for match in _NUMERAL.finditer(text):
        if len(match["digits"]) > MAX_DIGITS:
            continue
        power = _power(match)
        readings = tuple(_readings(match, power)) if power is not None else ()
        if readings or power is None:
            yield Numeral(match[0].strip(), readings)
        elif "." not in match["digits"]:  # "1,2,3" is a list
            for item in re.split("[,٫٬]", match["digits"]):
                yield Numeral(item, (Decimal(item),))


def _power(match: re.Match[str]) -> int | None:
    """Return the exponent of a numeral, 0 for none; None for one that is absurd."""
    written = match["exponent"] or match["power"] or match["raised"] or "0"
    plain = written.translate(_SUPERSCRIPTS).replace("−", "-")
    digits = plain.lstrip("-+0")
    if len(digits) > _EXPONENT_DIGITS:
        return None
    return int(f"{'-' if plain.startswith('-') else ''}{digits or 0}")


def _readings(match: re.Match[str], power: int) -> Iterator[Decimal]:
    is_negative = bool(match["sign"]) and match["sign"].strip() != "+"
    for plain in dict.fromkeys(_plain_forms(match["digits"])):
        value = Decimal(f"-{plain}" if is_negative else plain).scaleb(power, EXACT)
        yield value
        if match["percent"]:
            yield value.scaleb(-2, EXACT)
        if match["scale"]:
            yield EXACT.multiply(value, Decimal(_SCALES[match["scale"].lower()]))


def _plain_forms(digits: str) -> Iterator[str]:
    """Yield the digits with a decimal point at most, once per way to read the separators."""
    digits = digits.replace("٫", ",").replace("٬", ".")
    digits = re.sub("['’_]", "", digits)
    grouped = re.split(rf"[{_SPACE}]", digits)
    if len(grouped) > 1:
        # "in 12 345 cases" may be two numbers after all: the last one is a reading too.
        yield "".join(grouped).replace(",", ".")
        yield grouped[-1].replace(",", ".")
        return
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        decimal, group = (".", ",") if digits.rfind(".") > digits.rfind(",") else (",", ".")
        if digits.count(decimal) == 1:
            yield digits.replace(group, "").replace(decimal, ".")
    elif points + commas > 1:
        # "1.234.567": groups; a version or a date ("1.2.10", "3.5.2024") is no number at all.
        if re.fullmatch(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}", digits):
            yield re.sub("[.,]", "", digits)
    else:
        yield digits.replace(",", ".")
        if re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits):
            yield re.sub("[.,]", "", digits)
