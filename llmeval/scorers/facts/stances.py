"""What a clause affirms or denies: "not allowed" and "forbidden" are one, "allowed" is another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.lexicon import word_set
from llmeval.scorers.facts.statements import stated_words

_AXES: Final = """
may: allow allows allowed allowing permit permits permitted possible welcome
    / forbid forbids forbidden prohibit prohibits prohibited ban bans banned barred disallowed
    impossible
must: require requires required requirement need needs needed necessary mandatory compulsory
    obligatory / optional unnecessary voluntary
open: open / closed shut
in: include includes included / exclude excludes excluded
free: free complimentary / pay pays charge charged
take: accept accepts accepted / reject rejects rejected refuse refuses refused
there: available / unavailable
good: valid / invalid expired
safe: safe / unsafe dangerous
"""


def _polar() -> Iterator[tuple[str, tuple[str, int]]]:
    for line in _AXES.strip().replace("\n    ", " ").split("\n"):
        axis, words = line.split(": ")
        for sign, some in zip((1, -1), words.split(" / "), strict=True):
            yield from ((one, (axis, sign)) for one in some.split())


_POLAR: Final[Mapping[str, tuple[str, int]]] = dict(_polar())
_CAN: Final = word_set("may can could")
_NOT: Final = word_set("not no never")
_TAKING: Final = frozenset([*_POLAR, *_CAN, *_NOT, "must", "have", "has", "had"])
_UNCLEAR_NEGATIONS: Final = word_set(
    "none nothing nobody nowhere neither nor hardly barely rarely seldom"
)
_TURNING: Final = word_set(
    "only just merely until more less fewer later earlier necessarily always all every everyone "
    "everything but yet one matter doubt"
)
"""Behind a negation: what is denied then is not the whole."""
CONDITIONS: Final = word_set(
    "after before until till within without except unless if only under over above below between "
    "during inside outside since beyond besides beside"
)
_NARROW: Final = word_set("only if unless without except besides until till")
_PERSONS: Final = word_set(
    "visitor visitors guest guests customer customers people person passenger passengers anyone "
    "member members everybody everyone somebody someone user users buyer buyers"
)
_FILLERS: Final = word_set(
    "currently certainly definitely still now generally fortunately unfortunately please longer "
    "any anymore also today sorry order able"
)
_PRONOUNS: Final = word_set("it they this these that those he she we you i")

_CLAUSE_END: Final = re.compile(
    r"[;:—–]\s+|,?\s+(?=(?:but|while|whereas|although|though|because|which|however|so)\b)"
    r"|,\s+(?=(?:and|or|who|where|so|yet|since)\b)"
    r"|\s+(?=and\s+(?:he|she|it|they|you|we|is|are|was|were|has|have|had|will|would|can|may|must"
    r"|the|a|an)\b)"
)


class Stance(Struct, frozen=True):
    """What one clause says of what, and whether it affirms it."""

    axes: frozenset[str]
    """`may`, `must`, `open` …; empty where a verb of its own is affirmed or denied."""
    sign: int
    """1: it affirms the axis or the verb, -1: it denies it."""
    rest: tuple[Word, ...]
    """The words that say of what."""
    persons: frozenset[str]
    """Keys of those whom it is about: visitors, guests; a text may call them "you"."""
    conditions: frozenset[str]
    is_pronoun: bool
    """Whether it speaks of what was named before."""
    shown: str
    """The words that affirm or deny."""
    polar: frozenset[str]
    """Their texts."""


def may_take_a_stance(some: Sequence[Word]) -> bool:
    """Return whether words deny something, or affirm what has an opposite of its own."""
    return not _TAKING.isdisjoint([one.text for one in some])


@lru_cache(maxsize=1 << 10)
def stances(sentence: str) -> tuple[Stance, ...]:
    """Return the stances of the clauses of a sentence that are clear."""
    pieces = _CLAUSE_END.split(sentence)
    found = (stance(stated_words(piece)) for piece in pieces if piece.strip())
    return tuple(one for one in found if one is not None)


def stance(some: Sequence[Word]) -> Stance | None:
    """Return the stance of a clause with these words; None where it is not clear."""
    if not some or _is_unclear(some):
        return None
    axes: dict[str, int] = {}
    negations, polar = 0, list[str]()
    rest: list[Word] = []
    for at, one in enumerate(some):
        text = one.text
        axis = _axis(some, at)
        if text in _NOT:
            negations += 1
            polar.append(text)
        elif axis is not None:
            axes[axis[0]] = axes.get(axis[0], 1) * axis[1]
            polar.append(text)
        elif not one.stop and text not in _PERSONS and text not in _FILLERS:
            rest.append(one)
    sign = -1 if negations % 2 else 1
    for one_sign in _named(axes):
        sign *= one_sign
    return Stance(
        axes=frozenset(axes),
        sign=sign,
        rest=tuple(rest),
        persons=frozenset(one.key for one in some if one.text in _PERSONS),
        conditions=frozenset(one.text for one in some if one.text in CONDITIONS),
        is_pronoun=some[0].text in _PRONOUNS,
        shown=" ".join(polar),
        polar=frozenset(polar),
    )


def _named(axes: dict[str, int]) -> Sequence[int]:
    """Return the signs that count, and drop axes that others make part of theirs."""
    if len(axes) > 1:
        # "can be included", "need not pay": what is done counts, not that it can or must be.
        axes.pop("may", None)
        if len(axes) > 1:
            axes.pop("must", None)
    return list(axes.values())


def _is_unclear(some: Sequence[Word]) -> bool:
    texts = [one.text for one in some]
    for at, text in enumerate(texts):
        if text in _UNCLEAR_NEGATIONS or text == "?":
            return True
        if text in _NOT and not _TURNING.isdisjoint(texts[at + 1 : at + 3]):
            return True
    return False


def _axis(some: Sequence[Word], at: int) -> tuple[str, int] | None:
    text = some[at].text
    behind = some[at + 1].text if at + 1 < len(some) else ""
    if text in _CAN:
        return "may", 1
    if text == "must":
        # "must not" is no duty that is denied: it forbids.
        return ("may", 1) if behind == "not" else ("must", 1)
    if text in ("have", "has", "had") and behind == "to":
        return "must", 1
    if text == "free":
        return None if behind == "to" else ("free", 1)
    return _POLAR.get(text)


def compared(claim: Stance, text: Stance, before: frozenset[str]) -> bool | None:
    """Return whether a text affirms what a claim affirms, or denies what it denies.

    Args:
        claim: A clause of the claim.
        text: A clause of the text.
        before: Keys of the sentence before, of which a pronoun may speak.

    Returns:
        None where both are not about the same.
    """
    if claim.axes != text.axes or not claim.conditions <= text.conditions:
        return None
    others = claim.persons and text.persons and claim.persons.isdisjoint(text.persons)
    if others or not _speaks_of_the_same(claim, text, before):
        return None
    if claim.sign == text.sign:
        return True if claim.shown else None
    more = _NARROW & (text.conditions - claim.conditions)
    if more or (text.sign < 0 and _says_more(claim, text)):
        # Denied under a condition: without it, it may well be so.
        return None
    return False


def _speaks_of_the_same(claim: Stance, text: Stance, before: frozenset[str]) -> bool:
    keys = {one.key for one in text.rest}
    senses = frozenset[int]().union(*[one.senses for one in text.rest])
    known = 0
    for one in claim.rest:
        if one.key in keys or not one.senses.isdisjoint(senses):
            known += 1
        elif known or not (text.is_pronoun and one.key in before):
            return False  # the sentence before may name who is meant, but nothing else
    return known > 0


def _says_more(claim: Stance, text: Stance) -> bool:
    """Return whether a clause of a text speaks of less than a claim does: of a part, a case."""
    keys = {one.key for one in claim.rest}
    named = {one.capital or one.date for one in text.rest if one.key in keys}
    return any(
        one.key not in keys and not ((one.capital or one.date) and True in named)
        for one in text.rest
    )
