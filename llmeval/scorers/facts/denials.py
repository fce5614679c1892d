"""Answers that name the right one only to deny it, or deny what a reference affirms."""

from collections.abc import Sequence
from typing import Final

from llmeval.scorers.facts.analysis import Word, words
from llmeval.scorers.facts.answers import Answer
from llmeval.scorers.facts.lexicon import word_set
from llmeval.scorers.facts.openings import without_opening
from llmeval.scorers.facts.stances import Stance, compared, may_take_a_stance, stances
from llmeval.scorers.facts.verbs import verb

_SHORT: Final = 12
"""Words of an answer that says one thing only; what a longer one says the trees weigh."""
_BEFORE: Final = 6
_MORE: Final = frozenset(["only", "just", "merely", "but", "than", "until", "other", "alone"])
_SAYING: Final = word_set("is are was were do does did has have had will can")
_SPOKEN: Final = {
    form: forms[0]
    for forms in (
        ("speak", "speaks", "spoke", "spoken", "speaking"),
        ("sing", "sings", "sang", "sung", "singing"),
        ("begin", "begins", "began", "begun", "beginning"),
        ("know", "knows", "knew", "known"),
        ("go", "goes", "went", "gone", "going"),
        ("come", "comes", "came", "coming"),
    )
    for form in forms
}
"""Verbs whose forms have no stem in common, beside those of `verbs`."""


def agrees(found: Answer) -> bool | None:
    """Return whether a short answer affirms what a reference affirms; None where it is unclear."""
    stance = _by_stance(found)
    if stance is not None:
        return stance
    return False if _names_to_deny(found) else None


def _by_stance(found: Answer) -> bool | None:
    """Return whether an answer says of the same thing that it is so; None where it does neither."""
    if len(found.said.words) > 2 * _SHORT or any(one.negation for one in found.asked):
        return None
    references = (fit.reference.words for fit in found.fits)
    if not any(_may_take_a_stance(some) for some in (found.said.words, *references)):
        return None  # both sides affirm, and by no word that has an opposite
    ours = stances(without_opening(found.said.text))
    if len(ours) != 1:
        return None
    seen = [_compared(ours[0], fit.reference.text) for fit in found.fits]
    if True in seen:
        return True
    return False if False in seen and None not in seen else None


def _may_take_a_stance(some: Sequence[Word]) -> bool:
    return may_take_a_stance(some) or any(one.negation for one in some)


def _compared(ours: Stance, reference: str) -> bool | None:
    theirs = stances(without_opening(reference))
    if len(theirs) != 1 or not theirs[0].rest or not _is_statement(reference, theirs[0]):
        return None
    said = compared(ours, theirs[0], frozenset())
    if not said:
        return said
    keys = {one.key for one in ours.rest}
    whole = all(one.key in keys for one in theirs[0].rest)
    return True if whole and theirs[0].conditions <= ours.conditions else None


def _is_statement(reference: str, stance: Stance) -> bool:
    """Return whether a reference says that something is so; a name alone may be of what is not."""
    some = words(reference)
    return bool(stance.shown) or any(one.text in _SAYING or verb(one) for one in some)


def places(found: Answer) -> list[int]:
    """Return where the answer names a reference, by its first content word."""
    firsts = {fit.reference.content[0].key for fit in found.fits if fit.contained}
    return [place for place, one in enumerate(found.said.words) if one.key in firsts]


def _names_to_deny(found: Answer) -> bool:
    some, named = found.said.words, places(found)
    if not named or len(some) > _SHORT or any(one.negation for one in found.asked):
        return False  # a question that denies, or a title: "Don't Stop"
    if any(one.negation for fit in found.fits for one in fit.reference.words):
        return False
    return all(
        _is_denied(some[max(0, place - _BEFORE) : place], found.asked)
        or _denies(some, place, found)
        for place in named
    )


def _is_denied(before: Sequence[Word], asked: Sequence[Word]) -> bool:
    """Return whether a negation stands right before a word.

    Function words aside, and what is asked for: "not closed on Monday", "not written by her".
    """
    by = False
    for one in reversed(before):
        if one.negation:
            return True
        by = by or one.text == "by"
        if one.text in _MORE or not (one.stop or by or _is_asked(one, asked)):
            return False
        by = by and one.stop
    return False


def _denies(some: Sequence[Word], place: int, found: Answer) -> bool:
    """Return whether an answer says of the reference that it is not, or did not do, what is asked.

    "Shakespeare did not write it."
    """
    keys = found.best.reference.keys
    if not all(one.stop for one in some[:place]) or any(one.text in _MORE for one in some):
        return False
    behind = [one for one in some[place:] if one.key not in keys]
    at = next((at for at, one in enumerate(behind) if not one.stop or one.negation), -1)
    if at < 0 or not behind[at].negation:
        return False
    done = next((one for one in behind[at + 1 :] if not one.stop), None)
    return not found.asked or done is None or _is_asked(done, found.asked)


def _is_asked(one: Word, asked: Sequence[Word]) -> bool:
    return any(one.key == other.key or _verb(one) == _verb(other) != "" for other in asked)


def _verb(one: Word) -> str:
    return verb(one) or _SPOKEN.get(one.text, "")
