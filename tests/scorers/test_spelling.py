"""Disguised spelling made plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.scorers.spelling import plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("STUPID", "stupid"),
        ("st\u200bup\u00adid", "stupid"),
        ("ｓｔｕｐｉｄ", "stupid"),
        ("stüpîd", "stupid"),
        ("stuрid іdiоt", "stupid idiot"),  # some letters are Cyrillic
        ("stup1d 1d10t a$$hole sh!t", "stupid idiot asshole shit"),
        ("s t u p i d", "stupid"),
        ("s.t.u.p.i.d", "stupid"),
        ("stuuuuupid!!!!", "stupid!"),
        ("💩", " pile of poo "),
        ("“you’re”", '"you\'re"'),
    ],
)
def test_disguises_are_seen_through(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "at 10th street, gpt4, covid19, mp3, utf8, $500",
        "привет, как дела",
        "γειά σου κόσμε",
        "नमस्ते हिन्दी",
        "u.s.a. and e.g.",
        "the 3d model costs 20k",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain(text).replace("ά", "α").replace("ό", "ο") == text.replace("ά", "α").replace(
        "ό", "ο"
    )


@given(st.text())
def test_any_text_can_be_made_plain(text: str) -> None:
    plain(text).encode("utf-8")
