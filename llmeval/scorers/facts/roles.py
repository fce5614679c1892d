"""Who does what to whom, in active and passive voice: changed places are a contradiction."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts.analysis import Word, word
from llmeval.scorers.facts.attribution import Answer
from llmeval.scorers.facts.clauses import Parts, parts
from llmeval.scorers.facts.evidence import Evidence
from llmeval.scorers.facts.lexicon import word_set
from llmeval.scorers.facts.quantities import is_unit
from llmeval.scorers.facts.verbs import (
    CONVERSE,
    GIVING,
    MUTUAL,
    TAKING,
    is_participle,
    may_be_noun,
    said_by,
    verb,
)

_BE: Final = word_set("is are was were be been being gets got")
_PREPOSITIONS: Final = word_set(
    "in on at for by from to with during after before over until because since against into "
    "about without under between within through as per than that which who"
)
_PRONOUNS: Final = word_set("he she they it him her them we you i who which that")
_ARTICLES: Final = word_set("a an the each every any this that its their his her")
_AUX_WITHIN: Final = 3
MOST_SENTENCES: Final = 4
MOST_VERBS: Final = 50
"""Of a sentence; each is held against each of another. What has more is a list, not a sentence."""

Keys = frozenset[str]
_NOBODY: Final[Keys] = frozenset()


class Frame(Struct, frozen=True):
    """A verb with those who take part, by their words."""

    verb: str
    doer: Keys
    done_to: Keys
    source: Keys = _NOBODY
    """Whom a thing goes from."""
    goal: Keys = _NOBODY
    """Whom it goes to."""

    @property
    def names(self) -> Keys:
        """All who take part."""
        return self.doer | self.done_to | self.source | self.goal


def answers(text: str, found: Evidence) -> Iterator[Answer]:
    """Yield what a text says of who does what to whom in a claim."""
    for one in _frames_of(text):
        for number in _places(one, found):
            if said_by(one.verb).isdisjoint(map(verb, found.words[number])):
                continue
            there = _frames_of(found.sentences[number])
            fits = [_compared(one, other, there) for other in there]
            said = [fit for fit in fits if fit is not None]
            if any(said):
                yield Answer(agrees=True)
            elif said and _are_known(one.names, found):
                yield Answer(agrees=False, differs=f"who does what to whom: {one.verb}")
            if said:
                break


def _are_known(names: Keys, found: Evidence) -> bool:
    """Return whether the text speaks of all of them: a new word may be another word for one."""
    return all(name in found.texts or f"{name}s" in found.texts for name in names)


def _places(one: Frame, found: Evidence) -> list[int]:
    """Return the sentences that those who take part stand in, the most of them first."""
    shared: dict[int, int] = {}
    for name in sorted(one.names):
        for number in found.places.get(word(name).key, ()):
            shared[number] = shared.get(number, 0) + 1
    return sorted(shared, key=lambda number: (-shared[number], number))[:MOST_SENTENCES]


# --- comparing -----------------------------------------------------------------------------------


def _compared(one: Frame, other: Frame, there: Sequence[Frame]) -> bool | None:
    """Return whether the same is said of the same: None where it is something else."""
    if (one.verb, other.verb) in CONVERSE or (other.verb, one.verb) in CONVERSE:
        return _crossed(one.source, one.goal, other.source, other.goal)
    if one.verb != other.verb or one.verb in MUTUAL:
        return None
    agrees = None
    if one.source and one.goal and other.source and other.goal:
        agrees = _crossed(one.source, one.goal, other.source, other.goal)
    if agrees is None:
        agrees = _crossed(one.doer, one.done_to, other.doer, other.done_to)
    return _replaced(one, other, there) if agrees is None else agrees


def _crossed(first: Keys, second: Keys, third: Keys, fourth: Keys) -> bool | None:
    straight = len(first & third) + len(second & fourth)
    turned = len(first & fourth) + len(second & third)
    if turned > straight:
        return False if first & fourth and second & third else None
    whole = bool(first & third or not first or not third)
    whole = whole and bool(second & fourth or not second or not fourth)
    return True if straight > turned and whole else None


def _replaced(one: Frame, other: Frame, there: Sequence[Frame]) -> bool | None:
    """Return False where another one did it, or it was done to another one."""
    if one.done_to & other.done_to and _differ(one.doer, other.doer):
        return False
    by_same = bool(one.doer & other.doer) or not one.doer
    if by_same and _differ(one.done_to, other.done_to):
        others = frozenset().union(*[each.names for each in there if each is not other])
        return False if one.done_to <= others else None
    return None


def _differ(ours: Keys, theirs: Keys) -> bool:
    return bool(ours) and bool(theirs) and ours.isdisjoint(theirs)


# --- taking apart --------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 6)
def _frames_of(sentence: str) -> tuple[Frame, ...]:
    """Return the frames of a sentence: many claims are held against the same ones."""
    return tuple(frames(parts(sentence)))


def frames(some: Parts) -> Iterator[Frame]:
    """Yield the first MOST_VERBS verbs of a sentence with those who take part."""
    subject = _NOBODY
    for at, found in islice(_verbs(some), MOST_VERBS):
        own = _subject(some, at)
        subject = own if own is not None else subject
        frame = _frame(some, at, found, subject)
        if frame.doer or frame.done_to:
            yield frame


def _verbs(some: Parts) -> Iterator[tuple[int, str]]:
    for at, one in enumerate(some.words):
        found = verb(one)
        if found and not _is_attribute(some, at) and not _is_noun(some, at):
            yield at, found


def _frame(some: Parts, at: int, found: str, subject: Keys) -> Frame:
    by = _behind(some, at, "by")
    source, goal = _behind(some, at, "from"), _behind(some, at, "to")
    if _is_passive(some, at):
        doer, done_to = by, subject
        gives, takes = by, by
        goal = goal or (subject if found in GIVING else _NOBODY)
    else:
        done_to = _object(some, at)
        doer, gives, takes = subject, subject, subject
        goal = goal | done_to if found in GIVING else goal
    if found in GIVING:
        return Frame(found, doer, done_to, gives, goal)
    if found in TAKING:
        return Frame(found, doer, done_to, source, takes)
    return Frame(found, doer, done_to)


def _is_attribute(some: Parts, at: int) -> bool:
    """Return whether a form of a verb stands before a noun: 28 paid days, the signed lease."""
    before = some.words[at - 1] if at else None
    if before is None or not is_participle(some.words[at]):
        return False
    return before.number is not None or before.text in _ARTICLES


def _is_noun(some: Parts, at: int) -> bool:
    """Return whether a word that may be a noun is one: a verb has its object right behind it."""
    if not may_be_noun(some.words[at]):
        return False
    behind = some.words[at + 1] if at + 1 < len(some.words) else None
    has_object = behind is not None and (
        behind.capital or behind.number is not None or behind.text in _ARTICLES
    )
    before = some.words[at - 1] if at else None
    if before is None or before.text in _ARTICLES or before.text in _PREPOSITIONS - {"to"}:
        return True
    return not has_object and not before.stop


def _is_passive(some: Parts, at: int) -> bool:
    if not is_participle(some.words[at]):
        return False
    before = [word.text for word in some.words[max(0, at - _AUX_WITHIN) : at]]
    if not _BE.isdisjoint(before):
        return True
    behind = some.words[at + 1 : at + 2]
    return bool(behind) and behind[0].text == "by"


def _subject(some: Parts, at: int) -> Keys | None:
    """Return who stands before a verb in its clause; None: nobody, as it was named before."""
    before = [
        word
        for word, clause in zip(some.words[:at], some.clause[:at], strict=True)
        if clause == some.clause[at]
    ]
    if before and before[-1].text == "to":
        return _NOBODY
    if any(verb(word) for word in before):
        before = before[-_AUX_WITHIN:]
    kept = _outside_adjuncts(before)
    if not kept and any(word.text in _PRONOUNS for word in before):
        return _NOBODY
    return frozenset(map(_name, kept)) or None


def _outside_adjuncts(before: Sequence[Word]) -> list[Word]:
    """Return the words but for those behind a preposition at the beginning: In 2021 they."""
    kept: list[Word] = []
    for one in before:
        if one.text in _PREPOSITIONS:
            if kept:
                break
            continue
        if _takes_part(one) and not verb(one):
            kept.append(one)
    return kept


def _object(some: Parts, at: int) -> Keys:
    return frozenset(_noun_phrase(some, at + 1))


def _behind(some: Parts, at: int, preposition: str) -> Keys:
    """Return who stands behind a preposition after a verb."""
    for place in range(at + 1, len(some.words)):
        if some.clause[place] != some.clause[at]:
            break
        if some.words[place].text == preposition:
            return frozenset(_noun_phrase(some, place + 1))
    return _NOBODY


def _noun_phrase(some: Parts, start: int) -> Iterator[str]:
    for place in range(start, len(some.words)):
        word = some.words[place]
        if word.text in _PREPOSITIONS or some.clause[place] != some.clause[start]:
            break
        if _takes_part(word):
            yield _name(word)


def _takes_part(word: Word) -> bool:
    return not word.stop and word.number is None and not is_unit(word)


def _name(word: Word) -> str:
    """Return a word without its plural: stems would make one of employer and employee."""
    return word.text.removesuffix("s")
