"""factuality against references: what needs no model to be judged."""

import pytest

from llmeval import score


@pytest.mark.parametrize(
    ("reference", "reply"),
    [
        ("1.8 m", "180 cm"),
        ("100 degrees Celsius", "212 °F"),
        ("half", "50 percent"),
        ("50%", "a half"),
        ("228 minutes", "It runs for 3 hours and 48 minutes."),
        ("two weeks", "14 days"),
        ("John F. Kennedy", "JFK"),
        ("1998", "In nineteen ninety-eight."),
    ],
)
def test_quantities_and_initials_are_read_as_what_they_stand_for(
    reference: str, reply: str
) -> None:
    assert score("factuality", reply, reference=reference, prompt="What is it?").passed


@pytest.mark.parametrize(
    ("reference", "reply"),
    [
        ("1.8 m", "1.8 km"),
        ("5 kg", "5 pounds"),
        ("10 minutes", "10 seconds"),
        ("Marie Curie", "It wasn't Marie Curie."),
        ("Paris", "I think it's Lyon, not Paris."),
        ("Paris", "Paris or Lyon."),
    ],
)
def test_another_unit_name_or_a_denied_answer_is_wrong(reference: str, reply: str) -> None:
    found = score("factuality", reply, reference=reference, prompt="What is it?")

    assert found.passed is False
    assert found.details["claims"][0]["verdict"] == "contradicted"


@pytest.mark.parametrize(
    ("question", "reference", "reply"),
    [
        ("What is it?", "Paris", "Not only Paris, but yes, Paris."),
        ("Is it Paris or Lyon?", "Paris", "Paris"),
        ("Who?", "John Kennedy", "Jack Kennedy"),
        ("Who?", "the Pacific Ocean", "the South Pacific Ocean"),
    ],
)
def test_what_only_looks_like_a_wrong_answer_is_left_alone(
    question: str, reference: str, reply: str
) -> None:
    assert score("factuality", reply, reference=reference, prompt=question).passed


@pytest.mark.parametrize(
    ("text", "value"),
    [("nineteen eighty-four", 1984.0), ("twenty twenty", 2020.0), ("twenty-five", 25.0)],
)
def test_years_in_words_are_one_number(text: str, value: float) -> None:
    from llmeval.scorers.facts.analysis import words

    (word,) = words(text)

    assert word.number == value
