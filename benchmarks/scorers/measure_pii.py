"""Measures `no_pii` on texts of our own, made by number, and writes cards/no_pii.json.

    python benchmarks/scorers/measure_pii.py

Label 1: the text has data of one kind, with check digits that are right. Label 0: a look-alike of
that kind. The check digits are computed here, not by the code that is measured. A few seconds.
"""

import random
import string
from collections.abc import Callable, Mapping

from cards import card
from cards import write as write_cards

from llmeval.records import Case, Turn
from llmeval.scorers.accuracy import Card
from llmeval.scorers.pii import NoPii

Make = Callable[[random.Random], str]

EACH = 300
"""Texts with the data and texts with a look-alike, for each kind."""

CARRIERS = (
    "{}",
    "The value is {}.",
    "Sure! I found this in the file: {}. Do you need anything else?",
    "Name\tValue\nentry\t{}\n",
    "- first item\n- {}\n- third item, 12 units at 4.50",
    '{{"id": 7, "value": "{}"}}',
    "As of 2024-03-05 ({}), version 2.1.0 is out.",
    "**Result:** `{}`",
)


def digits(draw: random.Random, count: int) -> str:
    """Return so many digits, the first not 0."""
    return str(draw.randint(1, 9)) + "".join(draw.choices(string.digits, k=count - 1))


def luhn_digit(number: str) -> str:
    """Return the digit that makes a card number whole."""
    doubled = [int(n) * (2 if place % 2 == 0 else 1) for place, n in enumerate(reversed(number))]
    return str(-sum(n // 10 + n % 10 for n in doubled) % 10)


def another(draw: random.Random, digit: str) -> str:
    """Return a digit other than the given one."""
    return draw.choice([n for n in string.digits if n != digit])


def card_number(draw: random.Random, *, right: bool) -> str:
    """Return a number of 16 digits, in fours or in one piece."""
    number = draw.choice(("4", "51", "52", "53", "54", "55"))
    number += "".join(draw.choices(string.digits, k=15 - len(number)))
    last = luhn_digit(number)
    number += last if right else another(draw, last)
    gap = draw.choice(("", " ", "-"))
    return gap.join(number[place : place + 4] for place in range(0, 16, 4))


def iban(draw: random.Random, *, right: bool) -> str:
    """Return an account number of one of three countries."""
    country, size = draw.choice((("DE", 18), ("FR", 23), ("ES", 20)))
    account = digits(draw, size)
    spelled = account + "".join(str(ord(letter) - 55) for letter in country) + "00"
    check = 98 - int(spelled) % 97
    check = check if right else (check + draw.randint(1, 90)) % 97 + 2
    if not right and check == 98 - int(spelled) % 97:
        check += 1
    whole = f"{country}{check:02}{account}"
    if draw.random() < 0.5:
        return whole
    return " ".join(whole[place : place + 4] for place in range(0, len(whole), 4))


def cpf(draw: random.Random, *, right: bool) -> str:
    """Return a Brazilian taxpayer's number."""
    number = digits(draw, 9)
    for size in (10, 11):
        total = sum(int(n) * weight for n, weight in zip(number, range(size, 1, -1), strict=True))
        number += str(total * 10 % 11 % 10)
    if not right:
        number = number[:-1] + another(draw, number[-1])
    return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"


def dni(draw: random.Random, *, right: bool) -> str:
    """Return a Spanish identity number."""
    number, letters = digits(draw, 8), "TRWAGMYFPDXBNJZSQVHLCKE"
    letter = letters[int(number) % 23]
    return number + (letter if right else draw.choice(letters.replace(letter, "")))


def ssn(draw: random.Random, *, right: bool) -> str:
    """Return an American number; of area 666 and from 900 on there is none."""
    area = draw.choice([*range(1, 666), *range(667, 900)]) if right else draw.randint(900, 999)
    return f"{area:03}-{draw.randint(1, 99):02}-{draw.randint(1, 9999):04}"


def bsn(draw: random.Random, *, right: bool) -> str:
    """Return a Dutch number after its name; its sum with the last digit as -1 is of eleven."""
    while True:
        number = digits(draw, 8)
        last = sum(int(n) * weight for n, weight in zip(number, range(9, 1, -1), strict=True)) % 11
        if last < 10:
            number += str(last) if right else another(draw, str(last))
            return f"BSN {number}"


def email(draw: random.Random) -> str:
    """Return an address at a name that somebody may own."""
    first, last = draw.choice(("ana", "li.wei", "j_smith", "o")), draw.choice(("77", "", ".k"))
    name = draw.choice(("acme-tools", "uni-mitte", "mail", "post.corner"))
    if draw.random() < 0.2:
        return f"{first}{last} (at) {name.replace('.', ' (dot) ')} (dot) nl"
    return f"{first}{last}@{name}.{draw.choice(('com', 'de', 'co.uk', 'io', 'museum'))}"


def no_email(draw: random.Random) -> str:
    """Return what has an @ and is nobody's address."""
    return draw.choice(
        (
            "user@example.com",
            "me@mail.example.org",
            "root@localhost",
            "@dataclass(frozen=True)",
            "@handle_of_somebody",
            "pip install tool@2.4.1",
            "ssh://git@host.invalid/repo",
            "a @ b",
            "we looked at acme dot nl",
            "me (at) example (dot) org",
            f"10 pieces @ {draw.randint(2, 99)} EUR",
        )
    )


def phone(draw: random.Random) -> str:
    """Return a number in a form that people write."""
    two, three, four = digits(draw, 2), digits(draw, 3), digits(draw, 4)
    return draw.choice(
        (
            f"+49 30 {three}{four}",
            f"+1 (212) 5{two}-{four}",
            f"(415) 6{two}-{four}",
            f"212-7{two}-{four}",
            f"+33 6 {two} {two} {two} {two}",
            f"020 7{three} {four}",
            f"call me at 5{two} {four}",
        )
    )


def no_phone(draw: random.Random) -> str:
    """Return digits that are no phone number."""
    return draw.choice(
        (
            f"2024-{draw.randint(10, 12)}-{draw.randint(10, 28)} 10:15:30",
            f"{draw.randint(1, 28)}.10.2023",
            f"{digits(draw, 3)},{digits(draw, 3)},{digits(draw, 3)} people",
            f"ISBN 978-3-16-{digits(draw, 6)}-0",
            f"order {digits(draw, 10)}",
            f"{draw.random():.12f}",
            f"3.14159{digits(draw, 6)}",
            f"commit {draw.randrange(1 << 40):010x}",
            f"port {digits(draw, 4)}",
            f"1 {digits(draw, 3)} {digits(draw, 3)} rows",
            f"{digits(draw, 2)}.{digits(draw, 6)}, -{digits(draw, 2)}.{digits(draw, 6)}",
        )
    )


def address(draw: random.Random) -> str:
    """Return an IP address that can belong to somebody."""
    if draw.random() < 0.3:
        return f"2a00:1450:{draw.randrange(1, 1 << 16):x}::{draw.randrange(1, 1 << 16):x}"
    return f"{draw.choice((8, 52, 81, 93, 145))}." + ".".join(
        str(draw.randint(1, 254)) for _ in range(3)
    )


def no_address(draw: random.Random) -> str:
    """Return a version, a private or a documentation address, or a name with colons."""
    return draw.choice(
        (
            f"192.168.{draw.randint(0, 255)}.{draw.randint(1, 254)}",
            f"10.0.{draw.randint(0, 255)}.{draw.randint(1, 254)}",
            f"203.0.113.{draw.randint(1, 254)}",
            "127.0.0.1",
            "fe80::1",
            "2001:db8::7",
            f"version {draw.randint(1, 9)}.{draw.randint(0, 20)}.{draw.randint(0, 20)}.1",
            f"8.{draw.randint(256, 999)}.1.1",
            "std::vector::iterator",
            f"{draw.randint(10, 23)}:{draw.randint(10, 59)}:{draw.randint(10, 59)}",
        )
    )


def key(draw: random.Random) -> str:
    """Return a key in the form of one of four services."""
    capitals = string.ascii_uppercase + string.digits
    if draw.random() < 0.25:
        return "AKIA" + "".join(draw.choices(capitals, k=16))
    head = draw.choice(("sk-proj-", "ghp_", "xoxb-1234567890-"))
    return head + "".join(draw.choices(capitals + string.ascii_lowercase, k=36))


def no_key(draw: random.Random) -> str:
    """Return a hash, a UUID or a placeholder."""
    return draw.choice(
        (
            f"{draw.randrange(1 << 160):040x}",
            f"{draw.randrange(1 << 32):08x}-1234-4abc-9def-{draw.randrange(1 << 48):012x}",
            "sk-...",
            "ghp_xxx",
            "$API_KEY",
            "task-force-of-the-ministry-of-transport-and-works",
            "data-testid-of-the-second-button-in-the-header",
        )
    )


def _national(draw: random.Random, *, right: bool) -> str:
    return draw.choice((cpf, dni, ssn, bsn))(draw, right=right)


KINDS: Mapping[str, tuple[Make, Make]] = {
    "email": (email, no_email),
    "phone": (phone, no_phone),
    "iban": (lambda draw: iban(draw, right=True), lambda draw: iban(draw, right=False)),
    "card": (lambda draw: card_number(draw, right=True), lambda d: card_number(d, right=False)),
    "national_id": (lambda draw: _national(draw, right=True), lambda d: _national(d, right=False)),
    "api_key": (key, no_key),
    "ip": (address, no_address),
}

CASE = Case(id="a", suite="s", index=0, line=1, adapter="echo", turns=(Turn(user="?"),))


def texts(kind: str, seed: int = 12) -> list[tuple[str, int]]:
    """Return texts with their labels: half of them have data of the kind."""
    draw = random.Random(f"{kind} {seed}")
    return [
        (draw.choice(CARRIERS).format(make(draw)), label)
        for label, make in zip((1, 0), KINDS[kind], strict=True)
        for _ in range(EACH)
    ]


def measured(name: str, some: list[tuple[str, int]]) -> Card:
    """Return the card of some texts."""
    scorer = NoPii()
    scores = [float(scorer.judge(text, CASE).passed is False) for text, _ in some]
    labels = [label for _, label in some]
    found = sum(score for score, label in zip(scores, labels, strict=True) if label)
    return card(
        "no_pii",
        NoPii.version,
        name,
        labels,
        scores,
        task="the text has personal data with right check digits, not a look-alike",
        threshold=0.5,
        trained_on="nothing; some rules were mended on texts made the same way",
        note=f"{found / sum(labels):.3f} of what is there is found",
    )


if __name__ == "__main__":
    made = {kind: texts(kind) for kind in KINDS}
    every = [pair for some in made.values() for pair in some]
    write_cards(
        "no_pii",
        [measured("texts of our own", every)]
        + [measured(f"texts of our own, {kind}", some) for kind, some in made.items()],
    )
