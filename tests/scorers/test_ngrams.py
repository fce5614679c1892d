"""Hashed n-grams: deterministic, position-free, bounded."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.scorers.ngrams import Ngrams

CHARS = Ngrams(bits=16, chars=(2, 3), words=())
WORDS = Ngrams(bits=16, chars=(), words=(1, 2))


def listed(ngrams: Ngrams, text: str) -> list[int]:
    return sorted(ngrams.slots(text).tolist())


def test_slots_are_the_same_on_every_machine_and_in_every_version() -> None:
    # What a trained model has learned stands in these slots: another number, another model.
    assert WORDS.slots("how are you").tolist() == [46868, 33856, 39895, 21792, 60009]
    assert sorted(CHARS.slots("é😀").tolist()) == [15442, 15927, 25679, 33245, 59073]


def test_characters_are_taken_inside_words_with_the_blanks_around_them() -> None:
    # " ab ": 2 of " a", "ab", "b " and 3 of " ab", "ab "
    assert len(CHARS.slots("ab")) == 5
    assert listed(CHARS, "ab cd") == sorted(listed(CHARS, "ab") + listed(CHARS, "cd"))


def test_word_pairs_know_their_order() -> None:
    one, other = set(listed(WORDS, "man bites dog")), set(listed(WORDS, "dog bites man"))

    assert len(one & other) == 3  # the single words


def test_a_window_pairs_words_that_are_apart() -> None:
    near = Ngrams(bits=16, chars=(), words=(), window=2)

    assert set(listed(near, "you are bad")) & set(listed(near, "you never bad"))
    assert len(near.slots("you are bad")) == 3


@pytest.mark.parametrize("text", ["", " ", "\n\t "], ids=["empty", "blank", "blanks"])
def test_a_text_without_words_has_no_slots(text: str) -> None:
    assert Ngrams(bits=16).slots(text).tolist() == []


@given(st.text(st.characters(), max_size=60))
def test_any_text_has_slots_inside_the_table(text: str) -> None:
    slots = Ngrams(bits=10, window=3).slots(text)

    assert slots.dtype == np.int64
    assert all(0 <= slot < 1024 for slot in slots.tolist())


@given(st.lists(st.text("abcé😀\ud800", min_size=1, max_size=6), max_size=6))
def test_slots_do_not_depend_on_the_place_in_the_text(words: list[str]) -> None:
    alone = sorted(slot for word in words for slot in listed(CHARS, word))
    pairs = [WORDS.slots(f"{a} {b}").tolist()[-1] for a, b in pairwise(words)]

    assert listed(CHARS, "  ".join(words)) == alone
    assert WORDS.slots(" ".join(words)).tolist()[len(words) :] == pairs


@given(st.lists(st.text("ab c😀", max_size=12), min_size=2, max_size=5))
def test_texts_taken_together_have_the_same_slots_as_one_by_one(texts: list[str]) -> None:
    ngrams = Ngrams(bits=16, window=2)

    slots, owner = ngrams.placed(texts)

    for place, text in enumerate(texts):
        assert sorted(slots[owner == place].tolist()) == listed(ngrams, text)


def test_many_words_spread_over_the_table() -> None:
    words = [f"word{number}" for number in range(20_000)]
    slots = Ngrams(bits=20, chars=(), words=(1,)).slots(" ".join(words))

    # 20,000 balls in 2**20 boxes: 190 share one by chance.
    assert 100 < 20_000 - len(np.unique(slots)) < 300


def test_an_ngram_says_in_which_words_it_lies() -> None:
    slots, first, last = WORDS.covered(" you  are\tbad ")

    assert slots.tolist() == WORDS.slots("you are bad").tolist()
    assert list(zip(first.tolist(), last.tolist(), strict=True)) == [
        *((word, word) for word in range(3)),
        (0, 1),
        (1, 2),
    ]


@given(st.text("ab\u00e9 \t\U0001f600", max_size=30))
def test_ngrams_of_characters_lie_in_one_word(text: str) -> None:
    slots, first, last = CHARS.covered(text)

    assert sorted(slots.tolist()) == listed(CHARS, text)
    assert first.tolist() == last.tolist()
    assert set(first.tolist()) == set(range(len(text.split())))
