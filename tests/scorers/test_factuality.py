"""factuality: held against a text, against right and wrong references; any text has a score."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmeval import score
from llmeval.records import Passage, Reply, Score

TEXT = """\
The museum on Harbour Street opened in 1998 and is closed on Mondays. Entry costs 12 euros for
adults; children under 14 enter for free. Anna Berg has directed it since 2015. She did not extend
the opening hours. All guided tours are in English. The new wing was designed by Lucas Moreau."""


def of_text(reply: str | Reply, **parameters: Any) -> Score:
    return score("factuality", reply, context=TEXT, **parameters)


def of_references(reply: str, *references: str, **given: Any) -> Score:
    return score("factuality", reply, references=references, **given)


def value(found: Score) -> float:
    assert found.score is not None, found.reason
    return found.score


# --- against a text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        TEXT,
        "The museum on Harbour Street opened in 1998 and is closed on Mondays.",
        "all guided tours are in ENGLISH",
    ],
    ids=["everything", "a sentence", "other case"],
)
def test_what_the_text_says_word_for_word_is_certain(reply: str) -> None:
    assert value(of_text(reply)) == 1.0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Entry costs 12 euros for adults.", "Entry costs 15 euros for adults."),
        ("Entry costs €12 for adults.", "Entry costs €21 for adults."),
        ("Adults pay twelve euros for entry.", "Adults pay twenty euros for entry."),
        ("The museum is closed on Mondays.", "The museum is not closed on Mondays."),
        ("She did not extend the opening hours.", "She did extend the opening hours."),
        ("Anna Berg has directed it since 2015.", "Lucas Moreau has directed it since 2015."),
        ("Children enter for free.", "Children leave for free."),
        ("All guided tours are in English.", "All guided tours are in Portuguese."),
    ],
    ids=["number", "currency", "numeral", "added", "dropped", "name", "opposite", "language"],
)
def test_one_altered_word_lowers_the_score(right: str, wrong: str) -> None:
    assert value(of_text(right)) > value(of_text(wrong)) + 0.1


def test_a_reply_about_something_else_is_not_supported() -> None:
    found = of_text("The railway station has a car park with 300 places and two lifts.")

    assert found.passed is False
    assert value(found) < 0.1


@pytest.mark.parametrize(
    ("reply", "verdict", "differs"),
    [
        ("Entry costs 15 euros for adults.", "contradicted", "15 euros against 12 euros"),
        ("The museum is not closed on Mondays.", "contradicted", "'not', which the text does not"),
        ("No guided tours are in English.", "contradicted", "no against all"),
        ("Children under 14 leave for free.", "contradicted", "leave against enter"),
        ("She did extend the opening hours.", "contradicted", "the text denies it"),
        ("The cafeteria sells lemonade.", "not stated", "nothing on cafeteria, sells, lemonade"),
        ("Children under 14 enter for free.", "supported", ""),
    ],
    ids=["number", "negation", "quantifier", "opposite", "denied", "new", "supported"],
)
def test_each_claim_has_a_verdict_and_what_differs(reply: str, verdict: str, differs: str) -> None:
    (claim,) = of_text(reply).details["claims"]

    assert claim["verdict"] == verdict
    assert differs in claim["differs"]
    assert claim["claim"] == reply


def test_who_did_what_to_whom_is_noticed() -> None:
    found = score("factuality", "Ben thanked Anna.", context="Yesterday Anna thanked Ben.")

    (claim,) = found.details["claims"]
    assert (claim["verdict"], claim["differs"]) == ("contradicted", "who does what to whom: thank")


def test_the_reason_names_the_claim_the_evidence_and_the_difference() -> None:
    found = of_text("The museum is closed on Mondays. Entry costs 15 euros for adults.", min=1)

    assert "contradicted: 'Entry costs 15 euros for adults.'" in found.reason
    assert "(15 euros against 12 euros)" in found.reason
    assert "closest is 'Entry costs 12 euros" in found.reason
    assert found.reason.isprintable()


def test_a_sentence_is_split_at_its_clauses() -> None:
    reply = (
        "The museum on Harbour Street is closed on Mondays, but entry costs 20 euros for adults."
    )
    claims = of_text(reply).details["claims"]

    assert [claim["verdict"] for claim in claims] == ["supported", "contradicted"]
    assert "".join(claim["claim"].replace(" ", "") for claim in claims) == reply.replace(" ", "")


def test_a_date_may_be_written_in_another_way() -> None:
    text = "The treaty was signed on 5 March 2021 in Vienna by both ministers."

    iso = score("factuality", "The treaty was signed on 2021-03-05 in Vienna.", context=text)
    other = score("factuality", "The treaty was signed on 2021-04-05 in Vienna.", context=text)

    assert value(iso) > value(other) + 0.1


@pytest.mark.parametrize("reply", ["I don't know.", "Yes.", "!!!", "It is what it is", "…"])
def test_a_reply_without_a_claim_is_skipped(reply: str) -> None:
    found = of_text(reply)

    assert (found.status, found.score) == ("skipped", None)
    assert found.reason == "nothing_to_check: the reply makes no claim"


# --- what it is held against ---------------------------------------------------------------------


def with_passages(text: str, *passages: str) -> Reply:
    return Reply(text=text, retrieved=tuple(Passage(text=passage) for passage in passages))


def test_by_default_what_was_retrieved_comes_before_the_context() -> None:
    reply = with_passages("Dogs must wait outside.", "Dogs must wait outside.")

    assert value(of_text(reply)) == 1.0
    assert value(of_text(reply, against="context")) < 0.5


def test_by_default_the_context_comes_before_the_reference() -> None:
    found = score("factuality", "Entry is free.", context="Entry is free.", reference="12 euros")

    assert found.score == 1.0
    assert value(of_references("Entry is free.", "12 euros")) < 0.5


def test_all_of_it_counts_together() -> None:
    found = score(
        "factuality",
        with_passages("Entry is free. The tour takes an hour.", "Entry is free."),
        context="The tour takes an hour.",
        against="all",
    )

    assert found.score == 1.0


def test_a_reply_that_reports_no_passages_cannot_be_held_against_them() -> None:
    found = of_text("Entry is free.", against="retrieved")

    assert found.status == "skipped"
    assert found.reason == "not_measured: the application does not report what it retrieved"


def test_nothing_retrieved_supports_nothing() -> None:
    found = of_text(with_passages("Entry is free."), against="retrieved")

    assert (found.score, found.passed) == (0.0, False)
    assert found.reason == "nothing was retrieved that could support it"


@pytest.mark.parametrize(
    ("against", "missing"),
    [
        (None, "a `context` or a `reference`"),
        ("all", "a `context` or a `reference`"),
        ("context", "a `context`"),
        ("reference", "a `reference`"),
    ],
)
def test_a_case_without_a_source_cannot_be_measured(against: str | None, missing: str) -> None:
    found = score("factuality", "Entry is free.", against=against)

    assert found.status == "error"
    assert found.reason == f"nothing_to_compare_with: give the case {missing}"


def test_a_long_reference_is_a_text() -> None:
    found = score("factuality", "Entry costs 15 euros for adults.", reference=TEXT)

    assert found.details["claims"][0]["differs"] == "15 euros against 12 euros"


# --- against references --------------------------------------------------------------------------

CAPITAL = "What is the capital of Australia?"


@pytest.mark.parametrize(
    ("reply", "right"),
    [
        ("Canberra", True),
        ("The capital of Australia is Canberra.", True),
        ("canberra!", True),
        ("Sydney", False),
        ("The capital of Australia is Sydney.", False),
        ("I don't know.", False),
    ],
)
def test_an_answer_is_held_against_the_reference(reply: str, right: bool) -> None:  # noqa: FBT001
    found = of_references(reply, "Canberra", prompt=CAPITAL)

    assert found.passed is right


@pytest.mark.parametrize(
    ("reply", "reference", "right"),
    [
        ("It has about 1,000 members.", "1000", True),
        ("It has about 1,200 members.", "1000", False),
        ("The firm paid $25 billion.", "25,000,000,000 dollars", True),
        ("They met three times.", "3", True),
        ("They met on 14 July 1789.", "July 14, 1789", True),
        ("They met on 14 July 1790.", "July 14, 1789", False),
        ("William Shakespeare wrote it.", "Bill Shakespeare", True),
        ("北京", "北京", True),
        ("它的首都是北京。", "北京", True),
    ],
)
def test_numbers_dates_and_names_are_the_same_however_written(
    reply: str,
    reference: str,
    right: bool,  # noqa: FBT001
) -> None:
    assert of_references(reply, reference, prompt="Which one is it?").passed is right


@pytest.mark.parametrize(
    ("reply", "reference", "right"),
    [
        ("Yes, it is.", "Yes", True),
        ("No, it is not.", "yes", False),
        ("False. It never was.", "False", True),
        ("True", "false", False),
    ],
)
def test_a_yes_is_no_no(reply: str, reference: str, right: bool) -> None:  # noqa: FBT001
    found = of_references(reply, reference)

    assert found.passed is right


@pytest.mark.parametrize(
    ("reply", "reference", "right"),
    [
        ("Check-in begins at 16:00.", "15:00", False),
        ("Check-in begins at 16:00.", "Check-in begins at 15:00.", False),
        ("It leaves at 9:45.", "9:30", False),
        ("At 4 pm.", "3 pm", False),
        ("It opens at 9 p.m.", "09:00", False),
        ("It closes at midnight.", "noon", False),
        ("Check-in begins at 3 pm.", "15:00", True),
        ("It opens at 9 o'clock.", "9:00 am", True),
        ("At half past, so 9:30.", "9:30", True),
        ("It closes at noon.", "12:00", True),
        ("On Mondays at 9:30 am.", "Mondays at 9:30", True),
        ("From 15:00; check-out ends at 11:00.", "15:00", True),
    ],
)
def test_a_time_of_day_is_right_however_written_and_no_other_time(
    reply: str,
    reference: str,
    right: bool,  # noqa: FBT001
) -> None:
    assert of_references(reply, reference).passed is right


def test_a_time_of_day_that_the_question_names_is_not_the_answer() -> None:
    asked = "Is it open at 9:00?"

    found = of_references("At 9:00 it is closed.", "closed until 10:00", prompt=asked)

    assert value(found) != pytest.approx(0.03)


def test_one_of_several_references_is_enough() -> None:
    assert of_references("usa", "United Kingdom", "USA").score == 1.0


def test_the_reason_names_the_closest_reference() -> None:
    found = of_references("It opened in 1998.", "1989", "nineteen eighty-nine", prompt="When?")

    assert (
        "contradicted: 'It opened in 1998.' (1998 against 1989); closest is '1989'" in found.reason
    )


def test_an_answer_without_words_is_skipped() -> None:
    assert of_references("?!", "Canberra").status == "skipped"


MYTH: dict[str, Any] = {
    "prompt": "Can you see the Great Wall from the moon?",
    "references": ["No, the Great Wall cannot be seen from the moon", "It cannot be seen"],
    "wrong_references": ["Yes, the Great Wall can be seen from the moon", "Yes, you can see it"],
}


def test_a_known_misconception_is_told_from_the_truth() -> None:
    right = score("factuality", "No, you cannot see the Great Wall from there.", **MYTH)
    wrong = score("factuality", "Yes, the Great Wall can be seen from there.", **MYTH)

    assert right.passed
    assert wrong.passed is False
    assert "a wrong reference" in wrong.reason


def test_a_wrong_reference_word_for_word_is_wrong() -> None:
    found = score("factuality", "yes, you can see it", **MYTH)

    assert found.score == 0.0


# --- any text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "مرحبا بالعالم، هذا نص.",
        "שלום עולם",
        "博物馆星期一关闭。",
        "ｔｈｅ ｍｕｓｅｕｍ ｉｓ ｏｐｅｎ",
        "mu\u200bse\u200bum",
        "\ud800 lone",
        "def f(x):\n    return x + 1",
        json.dumps({"a": [1, 2, {"b": None}]}),
        "a" * 20_000,
        "1" * 5_000,
        "not " * 3_000,
        "A B " * 3_000,
        "\x00\x1b[31m",
        "١٢٣ ४५६ ²³",
    ],
    ids=range(16),
)
def test_any_text_has_a_score_or_a_reason(text: str) -> None:
    sources: list[dict[str, Any]] = [
        {"context": TEXT},
        {"references": ["Canberra", text]},
        {"context": text or "a"},
        MYTH,
    ]
    for given_ in sources:
        found = score("factuality", text, **given_)
        assert found.status == "scored" or found.reason
        assert found.status != "error" or found.reason.startswith("nothing_to_compare_with")
        assert found == score("factuality", text, **given_)


@given(st.text(max_size=200), st.text(max_size=200))
@settings(max_examples=50)
def test_the_score_is_a_probability(reply: str, source: str) -> None:
    sources: list[dict[str, Any]] = [
        {"context": source},
        {"references": [source], "wrong_references": ["no"]},
    ]
    for given_ in sources:
        found = score("factuality", reply, **given_)
        assert not found.reason.startswith(("ValueError", "ZeroDivisionError", "IndexError"))
        if found.status == "scored":
            assert 0 <= value(found) <= 1


@pytest.mark.parametrize(
    ("given_", "chars"),
    [({"reply": "a b " * 50_000}, "200,000"), ({"context": "a b " * 600_000}, "2,400,000")],
    ids=["reply", "context"],
)
def test_texts_beyond_the_limits_are_refused(given_: dict[str, Any], chars: str) -> None:
    found = score("factuality", **{"reply": "Entry is free.", "context": TEXT, **given_})

    assert found.status == "error"
    assert found.reason.startswith(f"text_too_long: {chars} characters")


def test_a_reply_without_text_fails() -> None:
    found = score("factuality", None, context=TEXT)

    assert (found.passed, found.reason) == (False, "the reply has no text")


@pytest.mark.parametrize(
    "unit",
    [" ", "\n", "\n ", "'", ".'", "a b c. ", "1,", "Anna Ben. ", "not ", ", and "],
    ids=range(10),
)
def test_the_time_grows_with_the_length_and_not_with_its_square(unit: str) -> None:
    text = f"The museum {unit * (90_000 // len(unit))}is open"

    found = score("factuality", text, context=f"{text}. {text}")

    assert found.status == "scored"
