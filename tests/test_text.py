"""Text: normalised, safe, cut."""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmeval.text import (
    canonical,
    cut,
    first_code_block,
    fold_surrogates,
    normalise,
    quote,
    strip_controls,
)

NO_CLOCK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A law holds or not, however long an example takes on a busy machine."""

ANY = st.text(st.characters())
"""All of Unicode, surrogates too."""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  The\tQuick,\n brown—fox! ", "the quick brown fox"),
        ("Don’t 'quote' `this`", "dont quote this"),
        ("Café Zürich Łódź Ørsted", "cafe zurich lodz orsted"),
        ("straße İstanbul", "strasse istanbul"),
        ("Ｆｕｌｌ ﬁne №5 …", "full fine no5"),
        ("soft\u00adhyphen zero\u200bwidth \ufeff", "softhyphen zerowidth"),
        ("U.S.A. and J. Smith.", "usa and j smith"),
        ("1,000.50 € or 5 %.", "1,000.50 € or 5 %"),
        ("3.5, 4", "3.5 4"),
        ("C# and C++ @home & co", "c# and c++ @home & co"),
        ("**bold** | ~~struck~~ _it_", "bold struck it"),
        ("हिन्दी में", "हिन्दी में"),
        ("が か", "が か"),
        ("한국어", "한국어"),
        ("Ἀθῆναι", "αθηναι"),
        ("\ud800x", "x"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_normalised_text_keeps_what_is_said(text: str, plain: str) -> None:
    assert normalise(text) == plain


@NO_CLOCK
@given(ANY)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)

    assert normalise(once) == once


@NO_CLOCK
@given(ANY)
def test_case_and_outer_space_never_matter(text: str) -> None:
    assert normalise(f"  {text}\n") == normalise(text)


def test_scripts_whose_marks_are_letters_keep_them() -> None:
    assert normalise("कि") != normalise("कु")


@NO_CLOCK
@given(st.text())
def test_canonical_text_is_the_same_however_accents_are_written(text: str) -> None:
    assert canonical(unicodedata.normalize("NFD", text)) == canonical(text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x9b1mbold", "bold"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d0;title\x9ctext", "text"),
        ("\x1bcreset\x1b7", "reset"),
        ("a\x00b\x08c\x7fd\x85e", "abcd\ne"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("tab\tstays", "tab\tstays"),
        ("abc\u202edcba\u2066x", "abcdcbax"),
        ("\x1b", ""),
        ("\x1b[", ""),
        ("\x1b\x1b[31m[31m", "[31m"),
    ],
)
def test_terminal_sequences_are_removed(text: str, safe: str) -> None:
    assert strip_controls(text) == safe


@NO_CLOCK
@given(ANY)
def test_nothing_that_controls_a_terminal_is_left(text: str) -> None:
    safe = strip_controls(text)

    assert not [c for c in safe if unicodedata.category(c) == "Cc" and c not in "\n\t"]
    assert strip_controls(safe) == safe


def test_unterminated_sequences_take_linear_time() -> None:
    assert strip_controls("\x9d" * 200_000) == ""
    assert strip_controls("\x1b]" * 200_000) == ""


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("plain é 😀", "plain é 😀"),
        ("a\ud800b", "a\ufffdb"),
        ("a\udc00c", "a\ufffdc"),
        ("\ud83d\ude00", "😀"),
        ("\ud83d", "\ufffd"),
    ],
)
def test_surrogates_are_joined_or_replaced(text: str, folded: str) -> None:
    assert fold_surrogates(text) == folded


@NO_CLOCK
@given(ANY)
def test_folded_text_can_be_encoded(text: str) -> None:
    folded = fold_surrogates(text)

    assert folded.encode().decode() == folded


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("no block", None),
        ("```\ncode\n```", "code"),
        ("Text\n```python\na\n\nb\n```\nmore\n```\nc\n```", "a\n\nb"),
        ("~~~\n```\nx\n```\n~~~", "```\nx\n```"),
        ("````\n```\nx\n```\n````", "```\nx\n```"),
        ("  ```\n  x\n  ```", "  x"),
        ("```\nnot closed", "not closed"),
        ("```\r\nx\r\n```\r\n", "x\r"),
        ("```\n```", ""),
        ("```inline``` code", None),
        ("    ```\nindented\n```\nx\n```", "x"),
        ("```", ""),
    ],
)
def test_the_first_fenced_block_is_found(text: str, block: str | None) -> None:
    assert first_code_block(text) == block


@pytest.mark.parametrize(
    ("limit", "shown"), [(5, "abcde"), (6, "abcde"), (4, "abc…"), (1, "…"), (0, "…")]
)
def test_cut_text_shows_that_it_was_cut(limit: int, shown: str) -> None:
    assert cut("abcde", limit) == shown


def test_quoted_text_is_one_printable_line() -> None:
    assert quote("a\nb\x1b[31m\ud800") == r"'a\nb\x1b[31m\ud800'"
    assert quote("x" * 100, 10) == "'xxxxxxxxx…'"
