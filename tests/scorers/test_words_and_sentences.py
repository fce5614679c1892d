"""Reading texts quickly must not change what is read: the short ways find what the long ones do."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.scorers.facts import analysis, statements
from llmeval.scorers.facts.analysis import LONGEST_PIECE, sentences, words
from llmeval.scorers.facts.evidence import evidence
from llmeval.scorers.facts.statements import stated_words

SIGNS = st.text(
    "abZqéß 1A2.!?。！\n\"')-,’:;\t中あा_$%\r\x1c\x85\u2028\u3000\u0301\ud800\0", max_size=60
)
NAMED = re.compile(rf"\b[A-Z]{{1,3}}\d+\b|{analysis.OTHER_WORD}")


@given(SIGNS)
def test_plain_words_are_found_as_the_full_rules_find_them(text: str) -> None:
    assert analysis._TOKEN.findall(text) == re.findall(analysis.OTHER_WORD, text)
    assert statements._TOKEN_OR_NAME.findall(text) == NAMED.findall(text)


@given(SIGNS)
def test_no_word_crosses_a_space(text: str) -> None:
    for rules in (analysis._TOKEN, statements._TOKEN_OR_NAME):
        pieces = [token for piece in text.split() for token in rules.findall(piece)]
        assert rules.findall(text) == pieces


@given(SIGNS)
def test_what_is_remembered_of_pieces_is_what_the_whole_text_says(text: str) -> None:
    long = "x" * (analysis.LONGEST_REMEMBERED + 1)
    for read in (words, stated_words):
        assert read(f"{text} {long}")[:-1] == read(f"{text} y")[:-1]


@given(SIGNS)
def test_a_sentence_can_only_end_at_a_sign_that_is_looked_for(text: str) -> None:
    whole = [(end.start(), end.end()) for end in analysis._SENTENCE_END.finditer(text)]
    assert list(analysis._sentence_ends(text)) == whole


@given(SIGNS)
def test_sentences_hold_all_signs_of_a_text_in_their_order(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "Dr. Lind saw e.g. Mr. Orr. They left! 彼は来た。雨だ。"
    assert list(sentences(text)) == [
        "Dr. Lind saw e.g. Mr. Orr.",
        "They left!",
        "彼は来た。",
        "雨だ。",
    ]


def test_a_piece_that_is_too_long_to_be_remembered_is_read_all_the_same() -> None:
    long = "well-" * 20 + "made"
    assert [one.text for one in words(f"a {long} plan")] == ["a", *["well"] * 20, "made", "plan"]
    assert [one.text for one in stated_words(f"{long} A7")][-1] == "a7"
    analysis._read.cache_clear()
    words(f"a {long} plan")
    assert analysis._read.cache_info().currsize == 0


def test_of_words_that_are_spelled_alike_the_first_gives_the_senses() -> None:
    name, other = words("Sam")[0], words("sam")[0]

    assert name.text == other.text
    assert name.senses != other.senses
    assert evidence("Sam. He is sam.").senses == name.senses | words("He")[0].senses
    assert evidence("It is sam. Sam.").senses >= other.senses


ROWS = "lamp,Berlin,1999,sold\n"


@pytest.mark.parametrize(
    "text",
    [ROWS * 500, "the lamp was sold and " * 500, "x" * 12_000, "灯在柏林卖出" * 2_000],
    ids=["rows", "one line", "no space", "no spaces between words"],
)
def test_a_sentence_without_end_is_cut_between_its_words(text: str) -> None:
    found = list(sentences(text))

    assert max(map(len, found)) <= LONGEST_PIECE
    assert "".join("".join(found).split()) == "".join(text.split())


def test_each_row_of_a_table_without_full_stops_is_read_alone() -> None:
    assert set(sentences(ROWS * 500)) == {ROWS.strip()}


def test_a_long_sentence_that_somebody_wrote_stays_whole() -> None:
    text = ("the lamp was sold and " * 200).strip()

    assert list(sentences(text)) == [text]
