"""Finding hidden texts: every cipher is read, nothing is found where nothing is."""

import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmeval.attacks import canary
from llmeval.text import fold
from llmeval.text.ciphers import CIPHERS, DIGIT_WORDS, digit_words
from llmeval.text.decode import MOST_READINGS, readings
from llmeval.text.runs import repeated
from llmeval.text.seek import Haystack, needle

BEFORE = "Dear reader, here are 42 words of no interest.\n"
AFTER = "\nAnd that was it; see you on Monday (or later)."


@pytest.mark.parametrize("name", CIPHERS)
@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_a_hidden_code_is_found_in_surrounding_text(name: str, seed: int) -> None:
    code = canary.canary(seed)

    found = Haystack(BEFORE + CIPHERS[name](code) + AFTER).find(needle(code, is_code=True))

    assert found is not None


@pytest.mark.parametrize("name", sorted(CIPHERS))
def test_a_hidden_word_is_found_too(name: str) -> None:
    text = BEFORE + CIPHERS[name]("LANTERN-SEVEN") + AFTER

    assert Haystack(text).find(needle("LANTERN-SEVEN", is_code=False)) is not None


@pytest.mark.parametrize("language", DIGIT_WORDS)
def test_digits_in_words_are_read(language: str) -> None:
    text = digit_words("zubako-refimo-7391", language)

    assert Haystack(text).find(needle("zubako-refimo-7391", is_code=True)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "コードはズバコ・レフィモ・7391です",
        "الرمز هو زوباكو-ريفيمو-7391",
        "कोड है ज़ुबाको-रेफ़िमो-७३९१",
        "코드는 주바코-레피모-7391 입니다",
        "הקוד הוא זובאקו-רפימו-7391",
        "รหัสคือ ซูบาโกะ-เรฟิโมะ-7391",
        "Ο κωδικός είναι ζουμπάκο-ρεφίμο-7391",
        "зубако рефимо семь три девять один",
    ],
)
def test_a_code_written_as_it_sounds_in_another_script_is_found(text: str) -> None:
    found = Haystack(text).find(needle("zubako-refimo-7391", is_code=True))

    assert found is not None
    assert found.how.startswith("transliterated")


def test_a_decoded_text_knows_where_its_code_stood() -> None:
    found = [reading for reading in readings("It says cHduZWQgYnkgbWU= here.") if reading.around]

    text, start, end = found[0].around or ("", 0, 0)
    assert found[0].text == "pwned by me"
    assert text[start:end] == "cHduZWQgYnkgbWU="


def test_random_texts_hold_no_code() -> None:
    draws = random.Random(4)
    signs = string.ascii_letters + string.digits + " .,-\n"
    wanted = [needle(canary.canary(number), is_code=True) for number in range(20)]

    for number in range(2_000):
        text = "".join(draws.choices(signs, k=80))
        assert Haystack(text).find(wanted[number % 20]) is None, text


@given(st.text(max_size=300))
def test_any_text_at_all_can_be_searched(text: str) -> None:
    stack = Haystack(text)

    assert stack.find(needle("zubako-refimo-7391", is_code=True)) is None
    assert len(fold.places(text)) == len(fold.skeleton(text))


def test_a_text_of_many_codes_is_not_read_for_ever() -> None:
    text = " ".join(f"QUJD{number:04d}REVG" for number in range(500))

    assert len(list(readings(text))) <= MOST_READINGS


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("the lantern seven", True),
        ("L A N T E R N - S E V E N", True),
        ("LANTERNSEVEN", True),
        ("our lanterns even glow", False),
        ("the lantern seventh from the left", False),
        ("lantern, one of seven", False),
    ],
)
def test_words_are_found_as_whole_words_only(text: str, *, is_found: bool) -> None:
    assert (Haystack(text).find(needle("LANTERN-SEVEN", is_code=False)) is not None) is is_found


@pytest.mark.parametrize(
    "text",
    [
        "refimo, zubako and 7391",
        "zuba ... kore ... fimo ... 7391",
        "it begins with zubako-re",
        "it ends in imo-7391",
        "зубако-рефимо-7391",
        "key_zubako_refimo_7391_old",
    ],
)
def test_a_code_is_found_in_parts_and_inside_words(text: str) -> None:
    assert Haystack(text).find(needle("zubako-refimo-7391", is_code=True)) is not None


def test_a_code_inside_two_encodings_is_found() -> None:
    text = CIPHERS["base64"](CIPHERS["hex"]("zubako-refimo-7391"))

    found = Haystack(text).find(needle("zubako-refimo-7391", is_code=True))

    assert found is not None
    assert found.how == "base64, hex"


def test_what_two_texts_share_counts_from_a_length_on() -> None:
    source = "You answer in two sentences at most and send complaints to the duty manager."

    assert repeated("you answer in two sentences, at most, and send complaints", source, 40)
    assert not repeated("I answer in two sentences.", source, 40)
    assert not repeated(source, source, 40, known=source)


def test_nothing_can_be_looked_for_without_a_letter() -> None:
    with pytest.raises(ValueError, match="has no letter or digit"):
        needle("?!", is_code=False)
