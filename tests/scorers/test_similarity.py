"""Likeness: similar and levenshtein."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.errors import ParameterError
from llmeval.records import Case, CheckResult, Reply
from llmeval.scorers.overlap import bleu, rouge_l, tfidf
from llmeval.scorers.similarity import MEASURES, Levenshtein, Method, Similar

Run = Callable[..., CheckResult]

METHODS: list[Method] = ["ratio", "partial", "token_set", "rouge_l", "bleu", "tfidf"]
CASE = Case(id="a", suite="s", index=0, line=1, adapter="echo", turns=())


def _score(method: Method, text: str, other: str) -> float:
    score = Similar(to=other, method=method, min=0.0).score(CASE, Reply(text=text), ())
    assert score.score is not None
    return score.score


def test_every_method_has_a_measure() -> None:
    assert sorted(MEASURES) == sorted(METHODS)


@pytest.mark.parametrize("method", METHODS)
def test_case_accents_punctuation_and_spaces_do_not_count(method: Method) -> None:
    assert _score(method, " The Café,\n closes—at 5! ", "the cafe closes at 5") == 1.0


@pytest.mark.parametrize("method", METHODS)
@given(text=st.text(min_size=1))
def test_a_text_is_perfectly_like_itself(method: Method, text: str) -> None:
    assert _score(method, text, text) == 1.0


@pytest.mark.parametrize("method", METHODS)
@given(text=st.text("ab c.é", min_size=1), other=st.text("ab c.é", min_size=1))
def test_scores_lie_between_0_and_1(method: Method, text: str, other: str) -> None:
    assert 0.0 <= _score(method, text, other) <= 1.0


@pytest.mark.parametrize("method", ["ratio", "token_set", "rouge_l", "tfidf"])
@given(text=st.text("ab c.é", min_size=1), other=st.text("ab c.é", min_size=1))
def test_likeness_is_symmetric(method: Method, text: str, other: str) -> None:
    assert _score(method, text, other) == pytest.approx(_score(method, other, text), abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_texts_without_a_word_in_common_are_not_alike(method: Method) -> None:
    assert _score(method, "xyz xyz", "abc def") <= 0.3


def test_punctuation_alone_is_like_the_same_punctuation_only() -> None:
    assert _score("ratio", "!?", "!?") == 1.0
    assert _score("ratio", "!?", "...") == 0.0
    assert _score("ratio", "!?", "words") == 0.0


def test_partial_finds_the_reference_anywhere_in_the_reply() -> None:
    assert _score("partial", "It must come back within 30 days of delivery.", "30 days") == 1.0


def test_partial_does_not_look_for_the_reply_in_the_reference() -> None:
    assert _score("partial", "no", "the minor notice is known") < 0.3


def test_the_best_of_several_texts_counts(run: Run) -> None:
    result = run("similar", "thirty days", to=["30 days", "Thirty days."])

    assert (result.score, result.passed) == (1.0, True)


def test_without_to_the_references_of_the_case_count() -> None:
    case = Case(
        id="a", suite="s", index=0, line=1, adapter="echo", turns=(), references=("x", "30 days")
    )

    score = Similar().score(case, Reply(text="30 days!"), ())

    assert score.score == 1.0


@pytest.mark.parametrize("name", ["similar", "levenshtein"])
def test_nothing_to_compare_with_is_an_error(run: Run, name: str) -> None:
    result = run(name, "text", **({"max": 1} if name == "levenshtein" else {}))

    assert result.status == "error"
    assert result.reason == "nothing_to_compare_with: give `to`, or the case a `reference`"


def test_a_score_below_the_minimum_says_what_came_closest(run: Run) -> None:
    result = run("similar", "abcd", to=["abxx", "zzzz"])

    assert (result.score, result.min, result.passed) == (0.5, 0.8, False)
    assert result.reason == "0.5 is below the minimum of 0.8: closest is 'abxx'"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"to": "x", "method": "embedding"},
            "model: is missing: method: embedding needs the path of a local model",
        ),
        ({"to": []}, "to: expected at least one text, found an empty list"),
        ({"to": "x", "min": 80}, "min: expected a number from 0 to 1, found 80.0"),
    ],
    ids=["embedding", "empty", "per cent"],
)
def test_wrong_parameters_are_refused(run: Run, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as refused:
        run("similar", "x", **parameters)

    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("name", "text", "parameters", "limit"),
    [
        ("similar", "x" * 100_001, {"to": "y"}, "100,001 characters * 100,000"),
        ("similar", "x", {"to": "y" * 100_001}, "100,001 characters * 100,000"),
        ("levenshtein", "x" * 100_001, {"to": "y", "max": 1}, "100,001 characters * 100,000"),
        ("similar", "x", {"to": "y" * 2001, "method": "partial"}, "2,001 characters * 2,000"),
    ],
    ids=["reply", "reference", "levenshtein", "partial"],
)
def test_texts_that_would_take_minutes_are_an_error(
    run: Run, name: str, text: str, parameters: dict[str, Any], limit: str
) -> None:
    result = run(name, text, **parameters)

    expected = limit.replace("*", "are more than the limit of")
    assert (result.status, result.reason) == ("error", f"text_too_long: {expected}")


# --- the measures against figures worked out by hand or by others -------------------------------


def test_rouge_l_is_the_example_of_the_paper() -> None:
    # Lin (2004), section 3.1: S1 "police killed the gunman", S2 "police kill the gunman": the LCS
    # is 3 of 4 words on both sides; S3 "the gunman kill police": 2 of 4.
    s1 = ["police", "killed", "the", "gunman"]

    assert rouge_l(["police", "kill", "the", "gunman"], s1) == 0.75
    assert rouge_l(["the", "gunman", "kill", "police"], s1) == 0.5


def test_bleu_clips_repeated_words_and_punishes_brevity() -> None:
    # Papineni et al. (2002), section 2.1: "the" seven times has unigram precision 2/7, not 7/7.
    reference = ["the", "cat", "is", "on", "the", "mat"]

    seven = bleu(["the"] * 7, reference)
    short = bleu(["the", "cat"], reference)

    assert seven == pytest.approx((2 / 7 * 1 / 7 * 1 / 6 * 1 / 5) ** 0.25)
    assert short == pytest.approx(0.1353352832366127)  # exp(1 - 6/2)


def test_bleu_without_a_common_word_is_0() -> None:
    assert bleu(["a"], ["b"]) == 0.0


def test_tfidf_is_what_scikit_learn_says() -> None:
    # TfidfVectorizer().fit_transform([a, b]), dot product of the rows; scikit-learn 1.9.1.
    a = "the lamp may be returned within 30 days the lamp"
    b = "within 30 days of delivery the customer may return it"

    assert tfidf(a.split(), b.split()) == pytest.approx(TFIDF, abs=1e-12)


TFIDF = 0.34913747144188384


@pytest.mark.parametrize("measure", [rouge_l, bleu, tfidf], ids=lambda m: str(m.__name__))
def test_no_words_are_like_nothing(measure: Callable[[list[str], list[str]], float]) -> None:
    assert measure([], ["a"]) == 0.0
    assert measure(["a"], []) == 0.0


# --- levenshtein -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "to", "edits", "score"),
    [
        ("kitten", "sitting", 3, 1 - 3 / 7),
        ("same", "same", 0, 1.0),
        ("a", "b", 1, 0.0),
        ("cafe\u0301", "caf\u00e9", 0, 1.0),
        ("Case", "case", 1, 0.75),
    ],
)
def test_levenshtein_counts_edits(run: Run, text: str, to: str, edits: int, score: float) -> None:
    at_limit = run("levenshtein", text, to=to, max=edits)

    assert (at_limit.passed, at_limit.score, at_limit.details) == (True, score, {"edits": edits})
    assert (at_limit.min, at_limit.max) == (None, None)


def test_levenshtein_says_how_many_edits_are_too_many(run: Run) -> None:
    result = run("levenshtein", "kitten", to=["x", "sitting"], max=2)

    assert result.passed is False
    assert result.reason == "3 edits are above the maximum of 2: closest is 'sitting'"


def test_levenshtein_of_two_empty_texts_is_perfect() -> None:
    silent = Case(id="a", suite="s", index=0, line=1, adapter="e", turns=(), allow_empty=True)

    score = Levenshtein(to="", max=0).score(silent, Reply(text=""), ())

    assert (score.score, score.passed) == (1.0, True)


def test_bleu_beside_thousands_of_texts_counts_the_reply_once(run: Run) -> None:
    reply = " ".join(f"w{number}" for number in range(4_000))
    texts = [f"w{number} a b c d e" * 5 for number in range(2_000)]

    result = run("similar", reply, to=texts, method="bleu")

    assert result.passed is False
