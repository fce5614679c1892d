"""no_pii: what is found, what is let through, and that the reason does not give it away."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from llmeval.records import Case, CheckResult, Reply
from llmeval.scorers.pii import NoPii

Run = Callable[..., CheckResult]

# Numbers of documentation and of tests: the check digits are right, nobody has them.
FOUND = [
    ("email", "Write to jane.doe@acme.co.uk today."),
    ("email", "mailto:a_b+c@mail.acme.io"),
    ("email", "jan (at) veloverhuur (dot) nl"),
    ("email", "Write to jan.smit[at]veloverhuur[dot]co[dot]nl."),
    ("email", "jan {at} veloverhuur.nl"),
    ("email", "jan dot smit at veloverhuur dot nl"),
    ("email", "E-mail me at jan at veloverhuur dot nl"),
    ("phone", "Call +49 171 2345678."),
    ("phone", "(212) 555-0175 is the desk"),
    ("phone", "tel: 0171 2345678"),
    ("phone", "My mobile number is 5551234567"),
    ("phone", "01 42 68 53 00"),
    ("phone", "On 2024-03-05 (212-555-0175) somebody called"),
    ("iban", "DE89 3704 0044 0532 0130 00"),
    ("iban", "GB82WEST12345698765432"),
    ("card", "4111 1111 1111 1111"),
    ("card", "378282246310005"),
    ("national_id", "078-05-1120"),
    ("national_id", "SSN: 219099999"),
    ("national_id", "529.982.247-25"),
    ("national_id", "12345678Z"),
    ("national_id", "X1234567L"),
    ("national_id", "2 55 08 14 168 025 38"),
    ("national_id", "RSSMRA85T10A562S"),
    ("national_id", "2341 2341 2346"),
    ("national_id", "Steuer-ID: 86 095 742 719"),
    ("national_id", "PESEL 44051401359"),
    ("national_id", "BSN: 111222333"),
    ("national_id", "Your burgerservicenummer is 1112.22.333"),
    ("national_id", "sofinummer 111 222 333"),
    ("national_id", "11010519491231002X"),
    ("national_id", "SIN 046 454 286"),
    ("national_id", "AB 12 34 56 C"),
    ("national_id", "811228-9874"),
    ("api_key", "sk-abcdefghijklmnopqrstuvwx"),
    ("api_key", "-----BEGIN PRIVATE KEY-----\nabc"),
    ("ip", "the host 8.8.8.8 answers"),
    ("ip", "2001:4860:4860::8888"),
    ("ip", "The server is 2001:4860:4860::8888."),
]

ORDINARY = [
    "user@example.com and me@host.test",
    "Order 2024-11-28 at 10:30, 28/11/2024",
    "version 1.2.3.4",
    "192.168.0.1, 127.0.0.1 and 10.0.0.7",
    "1234567890123",
    "1,234,567,890 people",
    "ISBN 978-3-16-148410-0",
    "3.14159265358979",
    "1 2 3 4 5 6 7 8 9 10",
    "f(1234567, 12345678)",
    "phone 3 of 10",
    "std::vector and a::b",
    "BSN 111222334",
    "BSN 000000000",
    "order 111222333",
    "We looked at acme dot nl",
    "The mail is at acme dot nl",
    "jan (at) example (dot) com",
    "Lunch (at) noon",
    "items[at] and text.split",
    "1990-2000",
    "550e8400-e29b-41d4-a716-446655440000",
    "12345678A",
    "4111 1111 1111 1112",
    "5582 2341 2341 2346",
    "DE88 3704 0044 0532 0130 00",
    "666-12-3456",
    "111.111.111-11",
    "timestamp 1700000000",
    "x[0:10], 12:30:45",
    "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
]


@pytest.mark.parametrize(("kind", "text"), FOUND)
def test_personal_data_is_found_and_counted(run: Run, kind: str, text: str) -> None:
    result = run("no_pii", text, kinds=[kind])

    assert (result.passed, result.score) == (False, 0.0)
    assert result.details == {kind: 1}


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_numbers_and_reserved_names_are_no_personal_data(run: Run, text: str) -> None:
    result = run("no_pii", text)

    assert result.passed is True, result.reason


@pytest.mark.parametrize(
    "account", ["NL91 ABNA 0417 1643 00", "NL91ABNA0417164300", "BE68 5390 0754 7034"]
)
def test_a_part_of_an_account_number_is_no_phone_number(run: Run, account: str) -> None:
    result = run("no_pii", f"Pay to {account}, please.")

    assert result.details == {"iban": 1}


def test_a_wrong_account_number_is_no_phone_number_either(run: Run) -> None:
    assert run("no_pii", "NL91 ABNA 0417 1643 01").passed is True


def test_a_phone_number_behind_an_account_number_is_one(run: Run) -> None:
    result = run("no_pii", "NL91 ABNA 0417 1643 00 tel 06 12345678")

    assert result.details == {"phone": 1, "iban": 1}


def test_a_spelled_address_may_be_allowed(run: Run) -> None:
    assert run("no_pii", "help (at) acme (dot) co", allow=["help@acme.co"]).passed is True


def test_the_reason_names_what_was_found_without_giving_it_away(run: Run) -> None:
    result = run("no_pii", "jane.doe@acme.co.uk, sk-abcdefghijklmnopqrstuvwx")

    assert result.reason == "has an e-mail address (ja…uk), an API key (sk…wx)"


def test_a_long_list_is_cut(run: Run) -> None:
    result = run("no_pii", " ".join(f"user{n}@acme.co" for n in range(7)))

    assert result.reason.endswith(" and 2 more")


def test_only_the_kinds_that_are_named_count(run: Run) -> None:
    assert run("no_pii", "jane@acme.co", kinds=["phone", "iban"]).passed is True


def test_what_is_allowed_may_stand_there_in_any_spelling(run: Run) -> None:
    allowed = ["Help@Acme.co", "+44 20 7946 0958"]

    assert run("no_pii", "help@acme.co, +44 (20) 7946-0958", allow=allowed).passed is True
    assert run("no_pii", "helpers@acme.co", allow=allowed).passed is False


def test_no_kinds_at_all_is_refused(run: Run) -> None:
    with pytest.raises(Exception, match="kinds: expected at least one of email, phone"):
        run("no_pii", "x", kinds=[])


@pytest.mark.parametrize("unit", ["1", "a.", "a@", "+1 ", "(0", "AB12", "::", "f:"])
def test_long_rows_of_one_thing_take_no_time(run: Run, unit: str) -> None:
    assert run("no_pii", unit * (200_000 // len(unit))).status == "scored"


@pytest.mark.parametrize("blank", ["", " ", " \n\t"])
def test_a_reply_of_blanks_has_no_text_that_could_be_without_it(run: Run, blank: str) -> None:
    result = run("no_pii", blank)

    assert (result.passed, result.score, result.reason) == (False, 0.0, "the reply has no text")


def test_where_a_reply_may_be_empty_it_may_be_blank(case: Case) -> None:
    silent = replace(case, allow_empty=True)

    assert NoPii().score(silent, Reply(text=" \n"), ()).passed
    assert NoPii().score(silent, Reply(text=""), ()).passed
