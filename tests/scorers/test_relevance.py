"""relevance, context_recall, context_relevance."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmeval import score
from llmeval.records import Passage, Reply, Score
from llmeval.scorers.facts import asking, forms, likeness, relation, topics
from llmeval.scorers.facts.analysis import words


def relevance(question: str | None, reply: str | None) -> Score:
    return score("relevance", reply, prompt=question)


# --- relevance -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "own", "foreign"),
    [
        (
            "Who painted the ceiling of the Sistine Chapel?",
            "Michelangelo painted the ceiling of the Sistine Chapel.",
            "The Eiffel Tower was completed in 1889.",
        ),
        ("In which year did the Berlin Wall fall?", "1989", "Marie Curie"),
        ("How many legs does a spider have?", "Eight: a spider has 8 legs.", "In Vienna."),
        (
            "Why do leaves turn red in autumn?",
            "Leaves turn red because they make less chlorophyll in autumn.",
            "Penguins cannot fly because their wings are flippers.",
        ),
    ],
    ids=["who", "when", "how many", "why"],
)
def test_an_answer_belongs_to_its_question(question: str, own: str, foreign: str) -> None:
    ours, theirs = relevance(question, own), relevance(question, foreign)

    assert ours.passed
    assert theirs.passed is False
    assert (ours.score or 0) > (theirs.score or 0) + 0.3


def test_the_reason_names_the_question_and_what_is_missing() -> None:
    found = relevance(
        "Who painted the Sistine Chapel?",
        "Bananas are rich in potassium and taste best when they are ripe.",
    )

    assert found.reason.endswith(
        "the reply to 'Who painted the Sistine Chapel?' shares no word with it; asked is about "
        "painted, sistine, chapel; the reply talks about bananas, rich, potassium, taste, best, …"
    )


def test_the_reason_names_the_words_that_are_shared() -> None:
    question = "Who painted the Sistine Chapel?"
    found = score("relevance", "The chapel closes at six.", prompt=question, min=0.99)

    assert "shares chapel with it; asked is about painted, sistine" in found.reason


@pytest.mark.parametrize(
    ("question", "reply", "missing"),
    [(None, "Yes.", "prompt"), ("??", "Yes.", "prompt"), ("Is it open?", "…", "reply")],
)
def test_without_words_there_is_nothing_to_check(
    question: str | None, reply: str, missing: str
) -> None:
    found = relevance(question, reply)

    assert found.status == "skipped"
    assert found.reason == f"nothing_to_check: the {missing} has no words"


def test_a_reply_beyond_the_limit_is_refused() -> None:
    assert relevance("Is it open?", "a b " * 300_000).reason.startswith("text_too_long")


# --- what was retrieved --------------------------------------------------------------------------

PASSAGES = (
    "The library opens at nine. It is closed on Sundays.",
    "Books can be borrowed for four weeks, films for one week.",
)


def retrieved(check: str, *passages: str, **given: Any) -> Score:
    reply = Reply(text="ok", retrieved=tuple(Passage(text=text) for text in passages))
    return score(check, reply, **given)


def test_recall_is_the_share_of_the_references_claims_that_was_retrieved() -> None:
    reference = "Books can be borrowed for four weeks. Members pay twenty euros a year."

    found = retrieved("context_recall", *PASSAGES, reference=reference)

    assert (found.score, found.passed) == (0.5, False)
    assert "not stated: 'Members pay twenty euros a year.'" in found.reason
    assert [claim["verdict"] for claim in found.details["claims"]] == ["supported", "not stated"]


def test_of_several_references_the_best_counts() -> None:
    found = retrieved("context_recall", *PASSAGES, references=["Dogs may enter.", "Sundays"])

    assert (found.score, found.passed) == (1.0, True)


def test_relevance_of_the_context_is_the_mean_over_the_passages() -> None:
    question = "How long can books be borrowed?"
    both = retrieved("context_relevance", *PASSAGES, prompt=question)
    one = retrieved("context_relevance", PASSAGES[1], prompt=question)
    none = retrieved("context_relevance", "Bread is baked daily.", prompt=question)

    assert (one.score or 0) > (both.score or 0) > 0
    assert none.score == 0
    assert "least about it is 'Bread is baked daily.'" in none.reason


@pytest.mark.parametrize("check", ["context_recall", "context_relevance"])
def test_without_passages_the_context_is_looked_at(check: str) -> None:
    found = score(check, "ok", context=PASSAGES[1], reference=PASSAGES[1], prompt="Books, films?")

    assert found.passed


@pytest.mark.parametrize("check", ["context_recall", "context_relevance"])
def test_nothing_retrieved_scores_nothing(check: str) -> None:
    found = retrieved(check, prompt="Books?", reference="Books")

    assert (found.score, found.reason) == (0.0, "nothing was retrieved")


@pytest.mark.parametrize("check", ["context_recall", "context_relevance"])
def test_unknown_passages_cannot_be_measured(check: str) -> None:
    found = score(check, "ok", prompt="Books?", reference="Books")

    assert found.status == "skipped"
    assert found.reason.startswith("not_measured: the reply reports no passages")


@pytest.mark.parametrize(
    ("check", "missing"),
    [
        ("context_recall", "nothing_to_compare_with: give the case a `reference`"),
        ("context_relevance", "nothing_to_compare_with: the prompt has no words"),
    ],
)
def test_what_is_needed_is_named(check: str, missing: str) -> None:
    found = retrieved(check, *PASSAGES)

    assert (found.status, found.reason) == ("error", missing)


@pytest.mark.parametrize("check", ["context_recall", "context_relevance"])
def test_passages_beyond_the_limit_are_refused(check: str) -> None:
    found = retrieved(check, "a b " * 600_000, reference="a", prompt="b c")

    assert found.reason.startswith("text_too_long: 2,400,000 characters")


@given(st.text(max_size=100), st.text(max_size=100))
@settings(max_examples=30)
def test_any_texts_have_a_score_or_a_reason(question: str, text: str) -> None:
    for check in ("relevance", "context_recall", "context_relevance"):
        found = score(check, text, prompt=question, context=text, reference=question)

        assert found.status == "scored" or found.reason.startswith(("nothing_", "not_measured"))
        assert found.score is None or 0 <= found.score <= 1


# --- instructions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instruction", "own", "foreign"),
    [
        (
            "Write a function in Go that doubles a number.",
            "func double(n int) int {\n    return 2 * n\n}",
            "Preheat the oven and beat the eggs with sugar until the mixture is fluffy.",
        ),
        (
            "Suggest some vegetables that I can plant in spring.",
            "Carrots, peas, lettuce, radishes and spinach.",
            "Dear Mr. Brown,\nthank you for your order.\nKind regards",
        ),
        (
            "Correct the mistakes in this sentence.\nHe go home yesterday because it rain.",
            "He went home yesterday because it rained.",
            "The nearest pharmacy is open until eight.",
        ),
    ],
    ids=["code", "list", "text to work on"],
)
def test_an_answer_scores_above_one_to_another_instruction(
    instruction: str, own: str, foreign: str
) -> None:
    ours, theirs = relevance(instruction, own), relevance(instruction, foreign)

    assert (ours.score or 0) > (theirs.score or 0) + 0.2


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("who wrote the play hamlet", asking.QUESTION),
        ("the town where the painter was born", asking.QUESTION),
        ("Who wrote Hamlet?", asking.QUESTION),
        ("Which country left World War I first?", asking.QUESTION),
        ("In the fairy tale, my dear, which of the three bowls was too hot?", asking.QUESTION),
        ("My parcel has not arrived.", asking.TALK),
        ("Is the lift broken?", asking.TALK),
        ("Where is the lift?", asking.TALK),
        ("Which documents do I need for a loan?", asking.TALK),
        ("Write a poem.", asking.TASK_PART),
        ("Could you please write a poem?", asking.TASK_PART),
        ("Is this a question?\nThe text that it is about.", asking.TASK_PART),
    ],
)
def test_questions_are_told_from_talk_and_instructions(prompt: str, expected: str) -> None:
    assert asking.part(prompt, words(prompt)) == expected


@pytest.mark.parametrize(
    ("instruction", "answer", "form", "expected"),
    [
        ("Write a SQL query.", "SELECT a FROM b", "code", forms.AGREES),
        ("Write a poem.", "No.", "verse", forms.LACKS),
        ("Say hello.", "Dear Ana,\nhello!", "letter", forms.SURPRISES),
        ("Say hello.", "Hello!", "code", 0.0),
        ("Translate into Russian: good day", "добрый день", "other_language", forms.AGREES),
        ("Give me three tips.", "- sleep\n- eat", "list", forms.AGREES),
        ("When do you open?", "From 9 am.", "time", forms.AGREES),
        ("Can I pay by card?", "Behind the church.", "yes_or_no", forms.LACKS),
        ("How much is it?", "12 euros.", "price", forms.AGREES),
        ("Where is the lift?", "On the left.", "place", forms.AGREES),
        ("How do I log out?", "Click the icon.", "steps", forms.AGREES),
        ("How long is the wait?", "Ten minutes.", "duration", forms.AGREES),
        ("My lamp is broken.", "Sorry, we'll send a new one.", "help", forms.AGREES),
    ],
)
def test_the_form_of_an_answer_is_held_against_the_form_asked_for(
    instruction: str, answer: str, form: str, expected: float
) -> None:
    found = forms.features(instruction, answer)

    assert found[forms.NAMES.index(f"form_{form}")] == expected


def test_words_of_one_field_are_nearer_than_others() -> None:
    def near(question: str, answer: str) -> float:
        return likeness.features([question], [answer])[0]

    assert near("guitar", "piano") > near("guitar", "tax") + 0.3
    assert near("guitar", "qzxv") == 0.0


def test_words_that_mean_the_same_are_near_though_no_text_or_topic_of_ours_joins_them() -> None:
    def near(question: str, answer: str) -> float:
        return likeness.of_all([words(question)[0].key], [words(answer)[0].key])

    assert near("physician", "doctor") > near("physician", "carpet") + 0.3
    assert near("lawyer", "attorney") > near("lawyer", "oxygen") + 0.3


def test_words_without_a_vector_are_like_nothing() -> None:
    assert likeness.of_all(["qzxv"], ["doctor"]) == 0.0
    assert likeness.of_all([], []) == 0.0


def test_a_word_that_says_much_counts_more_in_a_text() -> None:
    text = ["doctor", "the"]

    assert likeness.of_all(text, ["doctor"]) > 0.9 > likeness.of_all(text, ["the"])


def test_words_of_one_topic_are_nearer_than_others() -> None:
    def near(question: str, answer: str) -> float:
        found = topics.features([question], [answer], lambda _: 1.0)
        return found[topics.NAMES.index("topic_new")]

    assert near("violin", "cello") > near("violin", "tax") == 0.0
    assert near("violin", "qzxv") == 0.0


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("When do you open?", "We are open from 9 to 5"),
        ("Can I pay by card?", "Yes, we take all cards"),
        ("Where can I leave my coat?", "Downstairs, next to the lift."),
        ("How much is the large pizza?", "14 euros."),
    ],
)
def test_a_short_answer_of_the_kind_that_is_asked_for_passes(question: str, reply: str) -> None:
    assert relevance(question, reply).passed


@settings(max_examples=50)
@given(st.text(max_size=80), st.text(max_size=80))
def test_every_pair_has_all_features(question: str, answer: str) -> None:
    found = relation.pair(question, answer)

    assert len(relation.features(found)) == len(relation.NAMES)
    assert 0 <= relation.probability_of(found) <= 1
