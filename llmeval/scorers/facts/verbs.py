"""Verbs that somebody does to somebody: their forms, and which way a thing changes hands."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.lexicon import word_set

_IRREGULAR: Final = """
beat beat beaten|build built|buy bought|choose chose chosen|draw drew drawn|drive drove driven|
eat ate eaten|feed fed|fight fought|find found|give gave given|
lead led|leave left|lend lent|lose lost|meet met|overtake overtook overtaken|pay paid|
put put|read read|sell sold|send sent|shoot shot|show showed shown|spend spent|
steal stole stolen|strike struck|take took taken|teach taught|tell told|throw threw thrown|
win won|write wrote written|overthrow overthrew overthrown|defeat defeated|hire hired|sue sued
"""
_REGULAR: Final = (
    "acquire appoint approve arrest attack audit award ban besiege blame borrow call close "
    "criticise criticize cover create defeat deliver design develop discover dismiss donate elect "
    "employ examine fire found fund grant hire hunt import infect inherit insure "
    "inspect invade invent invite kill license list marry notify open oppose paint praise "
    "produce promote propose protect publish purchase receive recommend reject rent repay replace "
    "report rescue save score sign spare banish succeed sue supervise supply support train "
    "transfer translate treat visit wound interview nominate advise warn thank sponsor coach "
    "manage mentor accuse charge serve assist defend escort record examine outperform host "
    "influence inform introduce join merge monitor order permit prescribe refuse represent "
    "request restore review reward rule secure select store succeed sack pursue chase trust obtain "
    "ahead behind"
)
_NOUNS: Final = word_set(
    "attack audit award cover call design fire fund grant hire import influence hunt list "
    "order permit praise purchase record release report request rescue reward score sign "
    "store supply support train transfer trust use visit wound charge sponsor coach show "
    "lead draw drive fight find hold meet read strike win pay sale cut spare host guard "
    "mentor sack chase"
)
"""Verbs whose base form, with or without an s, is mostly a noun."""
_GIVING: Final = (
    "pay give sell lend send deliver report recommend teach grant donate supply repay show award "
    "rent tell transfer serve prescribe"
)
_TAKING: Final = "receive buy borrow purchase inherit obtain"


def _regular_forms(verb: str) -> Iterator[str]:
    stem = verb.removesuffix("e")
    yield from (verb, f"{verb}s", f"{verb}es", f"{stem}ed")
    if verb.endswith("y"):
        yield from (f"{verb[:-1]}ied", f"{verb[:-1]}ies")
    yield f"{verb}{verb[-1]}ed"


def _forms() -> Iterator[tuple[str, str]]:
    for verb in _REGULAR.split():
        yield from ((form, verb) for form in _regular_forms(verb))
    for entry in _ENTRIES:
        yield from ((form, entry[0]) for form in (*_regular_forms(entry[0]), *entry))


_ENTRIES: Final = [entry.split() for entry in _IRREGULAR.replace("\n", " ").split("|")]
_FORMS: Final = dict(_forms())
_PARTICIPLES: Final = frozenset(entry[-1] for entry in _ENTRIES)

GIVING: Final = frozenset(_GIVING.split())
"""What it is done with goes from the doer to another."""
TAKING: Final = frozenset(_TAKING.split())
"""What it is done with comes to the doer from another."""
MUTUAL: Final[frozenset[str]] = frozenset(("meet", "marry", "join", "merge"))
"""Whoever is named first, both do it."""
LIKE: Final[Mapping[str, str]] = {"purchase": "buy", "obtain": "receive", "criticize": "criticise"}
"""One name for verbs that say the same."""
CONVERSE: Final = frozenset(
    {("sell", "buy"), ("lend", "borrow"), ("supply", "buy"), ("teach", "learn")}
    | {(verb, "receive") for verb in GIVING}
)
"""A verb of giving and the verb that says the same of the other side."""


@cache
def said_by(verb: str) -> frozenset[str]:
    """Return the verbs that may say the same: itself and its converses."""
    pairs = [pair for pair in CONVERSE if verb in pair]
    return frozenset({verb}.union(*pairs))


def verb(one: Word) -> str:
    """Return the verb that a word is a form of; "" for none that is known."""
    if one.capital or one.stop:
        return ""
    found = _FORMS.get(one.text, "")
    return LIKE.get(found, found)


def has_verb(texts: Iterable[str]) -> bool:
    """Return whether one of some words may be a form of a verb."""
    return not _FORMS.keys().isdisjoint(texts)


def may_be_noun(one: Word) -> bool:
    """Return whether a form of a verb is mostly a noun: the order, two orders."""
    return one.text in _NOUNS or one.text.removesuffix("s") in _NOUNS


def is_participle(one: Word) -> bool:
    """Return whether a form of a verb can stand behind "was"."""
    return one.text.endswith("ed") or one.text in _PARTICIPLES
