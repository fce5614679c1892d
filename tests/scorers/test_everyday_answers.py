"""factuality on everyday answers: opening hours, prices, what is allowed."""

import json
from pathlib import Path

import pytest

from llmeval import score
from llmeval.records import Score

ANSWERS = Path(__file__).resolve().parents[2] / "benchmarks" / "scorers" / "own_everyday.jsonl"


def beside(against: str, source: str, reply: str, question: str = "") -> Score:
    return score("factuality", reply, prompt=question or "?", **{against: source})


def value(found: Score) -> float:
    assert found.score is not None, found.reason
    return found.score


@pytest.mark.parametrize(
    ("reference", "reply"),
    [
        ("5 days", "It takes 15 days."),
        ("30 days", "You have 130 days."),
        ("2 years", "The warranty is 12 years."),
        ("12 euros", "112 euros"),
        ("28 euros a day", "128 euros a day"),
        ("28 euros a day", "28 euros an hour"),
        ("16 years", "You must be 116 years old."),
        ("1.5 litres", "11.5 litres"),
        ("5 %", "15 %"),
        ("7", "17"),
        ("5日", "15日"),
        ("room 12", "room 123"),
        ("within 5 working days", "refunded within 15 working days"),
        ("within 5 working days", "refunded within 5 weeks"),
        ("Rome", "Romeo"),
        ("Iran", "Tirana"),
        ("Oman", "Romania"),
    ],
)
def test_a_reference_within_a_longer_word_or_number_is_not_there(
    reference: str, reply: str
) -> None:
    assert value(beside("reference", reference, reply)) < 0.3


@pytest.mark.parametrize(
    ("reference", "reply"),
    [
        ("tulip", "They sell tulips."),
        ("Rome", "It is Rome's centre."),
        ("30 days", "There is a 30-day trial."),
        ("12 euros", "12€"),
        ("$5", "It costs $5."),
        ("東京", "首都は東京です。"),
        ("Spiderman", "It is Spider-Man."),
        ("1990", "It was built in 1990, not in 1980."),
        ("100", "There are 100 of them (50 red, 50 blue)."),
        ("30 days", "a month"),
        ("18:00", "At six in the evening."),
        ("9 am to 5 pm", "from 9:00 to 17:00"),
    ],
)
def test_a_reference_in_another_form_is_there(reference: str, reply: str) -> None:
    assert value(beside("reference", reference, reply)) > 0.7


@pytest.mark.parametrize(
    ("question", "reference", "reply"),
    [
        ("", "Shakespeare", "It was not written by Shakespeare."),
        ("Who wrote it?", "Shakespeare", "Shakespeare did not write it."),
        ("Which day is it closed?", "Monday", "It is not closed on Monday."),
        ("What do they speak?", "Portuguese", "They do not speak Portuguese."),
        ("May I bring a dog?", "Dogs are not allowed.", "Dogs are allowed."),
        ("Is it open?", "The shop is closed.", "The shop is open."),
    ],
)
def test_to_deny_the_very_answer_is_wrong(question: str, reference: str, reply: str) -> None:
    found = beside("reference", reference, reply, question)

    assert value(found) < 0.1
    assert found.details["claims"][0]["verdict"] == "contradicted"


@pytest.mark.parametrize(
    ("question", "reference", "reply"),
    [
        ("Which day is it closed?", "Monday", "It is not open on Monday."),
        ("Which nut is not in it?", "almonds", "Almonds are not in it."),
        ("Who wrote it?", "Shakespeare", "Shakespeare did not only write it, he staged it."),
        ("May I bring a dog?", "Dogs are not allowed.", "No, dogs aren't allowed."),
        ("Who sings Don't Stop?", "the Owls", "Don't Stop is sung by the Owls."),
    ],
)
def test_a_negation_of_something_else_denies_no_answer(
    question: str, reference: str, reply: str
) -> None:
    assert value(beside("reference", reference, reply, question)) > 0.5


@pytest.mark.parametrize(
    ("context", "reply", "differs"),
    [
        ("Pets are allowed.", "Pets are not allowed.", "not allowed against allowed"),
        ("Pets are not allowed.", "Pets are allowed.", "allowed against not allowed"),
        ("Parking is included.", "Parking isn't included.", "not included against included"),
        ("Refunds are possible.", "Refunds are not possible.", "not possible against possible"),
        ("You can return opened bulbs.", "You cannot return opened bulbs.",
         "can not against can"),
        ("Visitors need no ticket.", "You need a ticket.", "need against need no"),
        ("The shop is closed on Sunday.", "The shop is open on Sunday.", "open against closed"),
        ("The inn is old. It is closed on Sunday and Monday.", "Yes, we are open on Monday.",
         "open against closed"),
        ("The cake contains nuts.", "The cake contains no nuts.",
         "'no', which the text does not say"),
        ("The cake contains no nuts.", "The cake contains nuts.", "the text denies it"),
    ],
)  # fmt: skip
def test_what_the_text_denies_is_contradicted(context: str, reply: str, differs: str) -> None:
    found = beside("context", context, reply)

    assert value(found) <= 0.15
    (claim,) = found.details["claims"]
    assert (claim["verdict"], claim["differs"]) == ("contradicted", differs)


@pytest.mark.parametrize(
    ("context", "reply"),
    [
        ("The pool is closed in winter.", "The pool is not open in winter."),
        ("Visitors need no ticket.", "Visitors do not need a ticket."),
        ("Cheques are not accepted.", "Cheques aren't accepted."),
        ("Helmets are free.", "You don't have to pay for a helmet."),
        ("No more than two guests are allowed.", "Two guests are allowed."),
        ("You can't bring glass, but you can bring cans.", "You can bring cans."),
        ("Dogs are banned in the kitchen. They are allowed in the garden.",
         "Dogs are allowed in the garden."),
    ],
)  # fmt: skip
def test_what_the_text_says_in_other_words_is_not_contradicted(context: str, reply: str) -> None:
    assert value(beside("context", context, reply)) > 0.5


@pytest.mark.parametrize(
    ("context", "reply"),
    [
        ("We are closed on Sunday.", "No, we are closed on Sunday."),
        ("We are closed on Sunday.", "No. We are closed on Sunday."),
        ("We are closed on Sunday.", "Sorry, no, we are closed on Sunday."),
        ("The warranty is one year.", "No, it is one year."),
        ("Breakfast is included.", "Of course breakfast is included."),
        ("Breakfast is included.", "Yes! Breakfast is included."),
    ],
)
def test_a_yes_or_no_in_front_is_no_claim(context: str, reply: str) -> None:
    assert value(beside("context", context, reply)) > 0.7


@pytest.mark.parametrize("reply", ["No.", "Yes, it is."])
def test_a_bare_yes_or_no_makes_no_claim(reply: str) -> None:
    assert beside("context", "We are closed on Sunday.", reply).status == "skipped"


def test_a_number_behind_no_is_a_name() -> None:
    found = beside("context", "No. 5 is closed. It is old.", "No. 5 is closed.")

    assert found.score == 1.0


@pytest.mark.parametrize(
    ("context", "right", "wrong"),
    [
        ("It closes at 3 pm.", "It closes at 15:00.", "It closes at 16:00."),
        ("It closes at 3 pm.", "It closes at three o'clock.", "It closes at 3 am."),
        ("It opens at 9 am.", "It opens at 9:00.", "It opens at 10:00."),
        ("Breakfast is served from 7 to 10 am.", "Breakfast is served from 7:00 to 10:00.",
         "Breakfast is served from 8:00 to 10:00."),
        ("We are open from 9 am to 6 pm.", "The shop opens at 9:00 and closes at 18:00.",
         "The shop opens at 9:00 and closes at 19:00."),
        ("The train leaves at 17:30.", "The train leaves at 5.30 pm.",
         "The train leaves at 5.30 am."),
        ("The gate is locked at midnight.", "The gate is locked at 0:00.",
         "The gate is locked at noon."),
    ],
)  # fmt: skip
def test_a_time_of_day_is_the_same_however_written(context: str, right: str, wrong: str) -> None:
    assert value(beside("context", context, right)) > 0.5 > value(beside("context", context, wrong))


@pytest.mark.parametrize(("part", "least"), [("mended", 0.95), ("kept", 0.93)])
def test_most_everyday_answers_are_judged_right(part: str, least: float) -> None:
    rows = [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").splitlines()]
    right = []
    for row in (row for row in rows if row["part"] == part):
        found = beside(row["against"], row["source"], row["reply"], row["question"])
        right.append(found.score is not None and (found.score >= 0.5) == row["label"])

    assert len(right) > 150
    assert sum(right) / len(right) > least
