"""Disguised spelling made plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmeval.scorers.spelling import plain, undisguised


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("I Cannot", "i cannot", id="plain"),
        pytest.param("Ｉ ｃａｎ＇ｔ，　ｓｏｒｒｙ", "i can't, sorry", id="wide"),
        pytest.param("𝐈 𝐜𝐚𝐧𝐧𝐨𝐭", "i cannot", id="mathematical"),
        pytest.param("I\u200b can\u00adnot\ud800", "i cannot", id="invisible"),
        pytest.param("\u202eI cannot\u202c", "i cannot", id="direction"),
        pytest.param("І сannot", "i cannot", id="borrowed"),
        pytest.param("Я не могу, и всё", "я не могу, и всё", id="russian"),
        pytest.param("popełnić", "popełnić", id="polish"),
        pytest.param("نمی\u200cتوانم", "نمی\u200cتوانم", id="persian"),
        pytest.param("できません，ご了承ください。", "できません，ご了承ください。", id="japanese"),
    ],
)
def test_what_hides_latin_words_is_taken_away_and_other_scripts_stay(
    text: str, expected: str
) -> None:
    assert undisguised(text) == expected
