"""Whether a text denies what a claim affirms, or affirms what it denies."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.evidence import Evidence
from llmeval.scorers.facts.stances import Stance, compared, may_take_a_stance, stances

MAX_CHARS: Final = 400
"""Of a claim or a sentence: a longer one takes no single stance."""


class Polarity(Struct, frozen=True):
    """How a claim stands to the text."""

    agrees: bool | None = None
    """None: the text says neither."""
    differs: str = ""
    polar: frozenset[str] = frozenset()
    """Texts of the words that affirm or deny, where the text does so as well."""


NEITHER: Final = Polarity()


def polarity(claim: str, some: Sequence[Word], best: int, found: Evidence) -> Polarity:
    """Return how a claim with these words stands to the sentence that fits best, and those around.

    Args:
        claim: Its text.
        some: Its words.
        best: The sentence.
        found: The text.
    """
    if best < 0 or len(claim) > MAX_CHARS:
        return NEITHER
    near: Sequence[int] = found.around(best)
    if not may_take_a_stance(some):
        near = [at for at in near if may_take_a_stance(found.words[at])]
    if not near:
        return NEITHER
    seen = [_of_clause(one, near, found) for one in stances(claim)]
    known = [one for one in seen if one.agrees is not None]
    against = next((one for one in known if not one.agrees), None)
    if against is not None or not known:
        return against or NEITHER
    return Polarity(agrees=True, polar=frozenset().union(*[one.polar for one in known]))


def _of_clause(claim: Stance, near: Sequence[int], found: Evidence) -> Polarity:
    against = NEITHER
    for text, before in _clauses(near, found):
        said = compared(claim, text, before)
        if said:
            return Polarity(agrees=True, polar=claim.polar)
        if said is False and against is NEITHER:
            against = Polarity(agrees=False, differs=_difference(claim, text))
    return against


def _clauses(near: Sequence[int], found: Evidence) -> Iterator[tuple[Stance, frozenset[str]]]:
    for at in near:
        if len(found.sentences[at]) <= MAX_CHARS:
            before = found.keys(at - 1) if at else frozenset[str]()
            yield from ((one, before) for one in stances(found.sentences[at]))


def _difference(claim: Stance, text: Stance) -> str:
    if claim.shown and text.shown:
        return f"{claim.shown} against {text.shown}"
    return f"{claim.shown!r}, which the text does not say" if claim.shown else "the text denies it"
