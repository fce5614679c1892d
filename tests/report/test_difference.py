from hypothesis import given
from hypothesis import strategies as st

from llmeval.report.difference import Part, difference

TEXTS = st.text(alphabet=st.sampled_from("ab .,\nüß日\ud800"), max_size=40)


def changed(parts: tuple[Part, ...]) -> list[str]:
    return [text for is_changed, text in parts if is_changed]


def test_changed_words_are_marked_on_their_side() -> None:
    found = difference("Within 30 days of delivery.", "Within 14 days of the delivery.")

    assert changed(found.before) == ["30"]
    assert changed(found.now) == ["14", " the"]


def test_a_space_between_two_changed_words_belongs_to_the_change() -> None:
    found = difference(
        "Opened bulbs and lamps cannot be returned.", "Opened bulbs may well be returned."
    )

    assert changed(found.before) == ["and lamps cannot"]
    assert changed(found.now) == ["may well"]


def test_texts_with_little_in_common_are_not_marked() -> None:
    found = difference("complaint", "a question about lamps")

    assert found.before == ((False, "complaint"),)
    assert changed(found.now) == []


@given(TEXTS, TEXTS)
def test_the_parts_joined_are_the_texts(before: str, now: str) -> None:
    found = difference(before, now)

    assert "".join(text for _, text in found.before) == before
    assert "".join(text for _, text in found.now) == now


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    found = difference(text, text)

    assert changed(found.before) == changed(found.now) == []
