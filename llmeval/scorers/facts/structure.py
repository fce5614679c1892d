"""What belongs to what in a claim and in the text: amounts, roles, comparisons."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts import attribution, comparisons, roles
from llmeval.scorers.facts.analysis import Word, stemmed
from llmeval.scorers.facts.clauses import parts
from llmeval.scorers.facts.evidence import Evidence
from llmeval.scorers.facts.quantities import has_amounts
from llmeval.scorers.facts.times import MARK
from llmeval.scorers.facts.verbs import has_verb

MAX_CHARS: Final = 400
"""Of a claim: a longer one is no single statement."""
QUOTED: Final = 0.7
"""Share of a claim's words from which on it repeats a sentence of the text."""


class Structure(Struct, frozen=True):
    """What a text says of how a claim joins its words."""

    agrees: tuple[str, ...] = ()
    """Kinds: `amount`, `role`, `comparison`."""
    conflicts: tuple[tuple[str, str], ...] = ()
    """Kind, and what differs."""


_NOTHING: Final = Structure()


def structure(text: str, some: list[Word], found: Evidence) -> Structure:
    """Return what the text says of how a claim with these words joins them."""
    if len(text) > MAX_CHARS:
        return _NOTHING
    agrees, conflicts = [], []
    for kind, one in _answers(text, some, found):
        if one.agrees:
            agrees.append(kind)
        else:
            conflicts.append((kind, one.differs))
    if conflicts and _is_quoted(some, found):
        return _NOTHING
    return Structure(tuple(agrees), tuple(conflicts))


def _is_quoted(some: list[Word], found: Evidence) -> bool:
    """Return whether most of a claim is a piece of a sentence of the text, word for word."""
    best = found.best_sentence([one for one in some if not one.stop])
    if best < 0:
        return False
    ours, theirs = [one.key for one in some], [one.key for one in found.words[best]]
    longest = SequenceMatcher(None, ours, theirs, autojunk=False).find_longest_match()
    if longest.size < QUOTED * len(ours):
        return False
    # Words of the sentence that stand apart from the piece: it was put together anew.
    apart = [*some[: longest.a], *some[longest.a + longest.size :]]
    return not any(one.key in theirs for one in apart if not one.stop)


def _answers(
    text: str, some: list[Word], found: Evidence
) -> Iterator[tuple[str, attribution.Answer]]:
    if has_amounts(text, some):
        yield from (("amount", one) for one in attribution.answers(text, found))
    texts = [one.text for one in some]
    if has_verb(texts):
        yield from (("role", one) for one in roles.answers(text, found))
    if "than" in texts:
        yield from (("comparison", one) for one in comparisons.answers(text, found))


def restated(text: str, some: list[Word], found: Evidence) -> list[Word]:
    """Return the words of a claim with its amounts as the text writes them, where it has them."""
    new = [one for one in some if one.number is not None and one.key not in found.places]
    if not new and "half" not in text:
        return _as_span(list(some), found) if "clos" in text else some
    claim = parts(text)
    words = list(claim.words)
    for amount in claim.amounts:
        same = next((one for one in found.amounts() if one[1].equals(amount)), None)
        if same is not None and words[amount.at].key not in found.places:
            theirs, there = same
            words[amount.at] = theirs[there.at]
            if amount.unit_at >= 0 and there.unit_at >= 0:
                words[amount.unit_at] = theirs[there.unit_at]
    return _as_span(words, found)


_WITHIN: Final = 3


def _as_span(words: list[Word], found: Evidence) -> list[Word]:
    """Return "opens at 9:00, closes at 18:00" as "open from 9:00 to 18:00", where a text has it."""
    for at, one in enumerate(words):
        if one.key == _CLOSES:
            behind = [other.key for other in words[at + 1 : at + 1 + _WITHIN]]
            end = next((key for key in behind if key.startswith(MARK)), "")
            some = [found.words[number] for number in found.places.get(end, ())]
            opens = [opened for each in some if (opened := _opened_until(each, end)) is not None]
            words[at] = opens[0] if opens else one
    return words


def _opened_until(some: list[Word], end: str) -> Word | None:
    """Return the "open" of a sentence that names a span of time with this end; None without."""
    keys = [one.key for one in some]
    at = keys.index(end)
    if _CLOSES in keys or not any(key.startswith(MARK) for key in keys[max(0, at - 2) : at]):
        return None
    return next((one for one in some if one.key == _OPENS), None)


_CLOSES: Final = stemmed("closes")
_OPENS: Final = stemmed("opens")
