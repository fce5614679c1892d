"""Check digits of account, card and identity numbers: tells a number from any row of digits."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

# ISO 13616: length of the IBAN by country (registry of December 2024).
IBAN_LENGTHS: Final[Mapping[str, int]] = {
    country: int(length)
    for length, countries in {
        "15": "NO",
        "16": "BE",
        "18": "DK FI FO GL NL SD",
        "19": "MK SI",
        "20": "AT BA EE KZ LT LU XK MN",
        "21": "CH HR LI LV",
        "22": "BG BH CR DE GB GE IE ME RS VA",
        "23": "AE GI IL IQ OM SO TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG",
        "25": "LY PT ST",
        "26": "IS TR",
        "27": "BI DJ FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HU LB NI PL SV",
        "29": "BR EG PS QA UA",
        "30": "JO KW MU YE",
        "31": "MT SC",
        "32": "LC",
        "33": "RU",
    }.items()
    for country in countries.split()
}


def iban(text: str) -> bool:
    """Return whether it is an IBAN: length of its country, remainder 1 (ISO 7064 mod 97-10)."""
    if IBAN_LENGTHS.get(text[:2]) != len(text) or not text.isascii() or not text.isalnum():
        return False
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def luhn(digits: str) -> bool:
    """Return whether the last digit is the check digit of Luhn (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def card(digits: str) -> bool:
    """Return whether it is a payment card's number: of a known network, with Luhn's digit."""
    lengths = {"3": (14, 15), "4": (13, 16, 19), "5": (16,), "6": (16, 19), "2": (16,)}
    if len(digits) not in lengths.get(digits[:1], ()) or len(set(digits)) < 2:
        return False
    return luhn(digits)


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def ssn(digits: str) -> bool:
    """United States, social security: areas 000, 666 and from 900 on are never given out."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def cpf(digits: str) -> bool:
    """Brazil."""
    if len(set(digits)) == 1:
        return False
    first = _weighted(digits, range(10, 1, -1)) * 10 % 11 % 10
    second = _weighted(digits, range(11, 1, -1)) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}"


def dni(text: str) -> bool:
    """Spain: the letter follows from the number; an NIE starts with X, Y or Z."""
    number = text[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1]


def nir(text: str) -> bool:
    """France: the last two digits are 97 minus the remainder of the others."""
    return text.isdigit() and 97 - int(text[:13]) % 97 == int(text[13:])


def codice_fiscale(text: str) -> bool:
    """Italy: a letter computed from all others, odd places by a table."""
    # What 0…9 and A…J, then K…Z, count in an odd place.
    worth = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3]
    worth += [6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    odd = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", worth, strict=True))
    odd.update(zip("0123456789", worth, strict=False))
    total = sum(odd[sign] for sign in text[:15:2])
    total += sum(int(sign) if sign.isdigit() else ord(sign) - 65 for sign in text[1:15:2])
    return chr(65 + total % 26) == text[15]


def aadhaar(digits: str) -> bool:
    """India: Verhoeff's check digit (1969), over the dihedral group of order 10."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = _times(check, _permuted(int(digit), place % 8))
    return check == 0


def _times(left: int, right: int) -> int:
    if left < 5:
        return (left + right) % 5 if right < 5 else 5 + (left + right) % 5
    return 5 + (left - right) % 5 if right < 5 else (left - right) % 5


def _permuted(digit: int, times: int) -> int:
    for _ in range(times):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit


def steuer_id(digits: str) -> bool:
    """Germany: one digit stands twice or thrice; ISO 7064 mod 11, 10."""
    most = max(digits[:10].count(digit) for digit in set(digits[:10]))
    if digits[0] == "0" or most not in (2, 3):
        return False
    product = 10
    for digit in digits[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def pesel(digits: str) -> bool:
    """Poland."""
    return (10 - _weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == int(digits[10])


def bsn(digits: str) -> bool:
    """Netherlands: the eleven test, in which the last digit counts as minus one."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return int(digits) > 0 and _weighted(digits, weights) % 11 == 0


def resident(text: str) -> bool:
    """China: ISO 7064 mod 11-2."""
    total = _weighted(text[:17], [2**power % 11 for power in range(17, 0, -1)])
    return "10X98765432"[total % 11] == text[17]


NATIONAL: Final[Mapping[str, Callable[[str], bool]]] = {
    "us": ssn,
    "br": cpf,
    "es": dni,
    "fr": nir,
    "it": codice_fiscale,
    "in": aadhaar,
    "de": steuer_id,
    "pl": pesel,
    "nl": bsn,
    "cn": resident,
    "ca": luhn,
    "se": luhn,
}
"""By country: whether the digits and letters of a number fit together."""
