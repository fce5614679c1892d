"""What is to be said of each claim: supported, contradicted or not stated, and what differs."""

from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final, Literal

from msgspec import Struct

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.claims import Claim, claim, clauses
from llmeval.scorers.facts.evidence import LIKE, Evidence
from llmeval.scorers.facts.structure import structure
from llmeval.text import cut

Verdict = Literal["supported", "contradicted", "not stated"]

SUPPORTED: Final = 0.75
"""Share of a claim's words that the evidence must know."""
ALIGNED: Final = 0.5
"""Share of a claim's words that its best sentence must have to be about the same thing."""
MAX_CLAIMS: Final = 50
SHOWN_CHARS: Final = 200
SHOWN_WORDS: Final = 5


class Conflict(Struct, frozen=True):
    """Something that the sentence that fits best says otherwise."""

    kind: str
    differs: str


class Finding(Struct, frozen=True):
    """One claim with its verdict."""

    claim: str
    verdict: Verdict
    evidence: str
    """The sentence that fits best; "" where none shares a word."""
    differs: str
    """What the evidence says otherwise, or does not say; "" where supported."""
    support: float
    """Share of its words that the evidence knows."""
    aligned: bool = False
    """Whether that sentence is about the same thing: only then is a conflict a contradiction."""
    conflicts: tuple[Conflict, ...] = ()
    agrees: tuple[str, ...] = ()
    """What the text confirms of how the claim joins its words."""
    is_affirmed: bool = False
    """Whether the text denies what the claim denies, in whatever words, or affirms it."""

    @property
    def is_denied(self) -> bool:
        """Whether the text says the same of the same, but denied; or affirmed, what is denied."""
        return any(conflict.kind == "denied" for conflict in self.conflicts)


def findings(reply: str, text: Evidence) -> list[Finding]:
    """Return the claims of a reply in their order, at most MAX_CLAIMS."""
    some = islice(clauses(reply), MAX_CLAIMS)
    return [_finding(claim(piece, words, text), text) for piece, words in some]


def worst(found: list[Finding]) -> Finding:
    """Return what tells most against a reply: a contradiction, else the least supported claim."""
    return min(found, key=lambda one: (one.verdict != "contradicted", one.support))


KINDS: Final = (
    "number",
    "name",
    "date",
    "opposite",
    "negation added",
    "negation dropped",
    "quantity",
    "reversed",
)
JOINING: Final = ("amount", "role", "comparison")
"""Kinds of conflicts about how a claim joins its words; they need no sentence that fits."""
NAMES: Final = (
    *(f"{kind}, aligned" for kind in KINDS),
    *(f"{kind}, apart" for kind in KINDS),
    "contradicted",
    "not stated",
    "least support",
    "joined otherwise",
    "joined so",
    "denied",
    "affirmed",
)
"""What each feature is."""
JOINED_OTHERWISE, JOINED_SO = NAMES.index("joined otherwise"), NAMES.index("joined so")
DENIED: Final = NAMES.index("denied")


def features(found: list[Finding]) -> list[float]:
    """Return how many claims conflict in which way, in the order of NAMES."""
    aligned = dict.fromkeys(KINDS, 0.0)
    apart = dict.fromkeys(KINDS, 0.0)
    for one in found:
        for kind in {conflict.kind for conflict in one.conflicts}.intersection(KINDS):
            (aligned if one.aligned else apart)[kind] += 1
    return [
        *aligned.values(),
        *apart.values(),
        float(sum(one.verdict == "contradicted" for one in found)),
        float(sum(one.verdict == "not stated" for one in found)),
        min((one.support for one in found), default=0.0),
        float(sum(_is_joined_otherwise(one) for one in found)),
        float(sum(bool(one.agrees) and not _is_joined_otherwise(one) for one in found)),
        float(sum(one.is_denied for one in found)),
        float(sum(one.is_affirmed for one in found)),
    ]


def _is_joined_otherwise(one: Finding) -> bool:
    return any(conflict.kind in JOINING for conflict in one.conflicts)


def _finding(one: Claim, text: Evidence) -> Finding:
    support = sum(one.support) / len(one.support)
    joined = structure(one.text, one.words, text)
    others = _conflicts(one, text, joined.agrees) if one.best >= 0 else ()
    aligned = _aligned(one, text)
    denied = [("denied", one.polarity.differs)] if one.polarity.agrees is False else []
    otherwise = tuple(Conflict(*each) for each in (*denied, *joined.conflicts))
    # "no against all" tells more than that the text denies it.
    conflicts = tuple(sorted((*otherwise, *others), key=lambda each: each.kind != "quantity"))
    verdict, differs = _verdict(one, support, conflicts if aligned else otherwise)
    return Finding(
        claim=cut(one.text, SHOWN_CHARS),
        verdict=verdict,
        evidence=_shown(text.sentences[one.best]) if one.best >= 0 else "",
        differs=differs,
        support=support,
        aligned=aligned,
        conflicts=conflicts,
        agrees=joined.agrees,
        is_affirmed=bool(one.polarity.agrees),
    )


def _shown(sentence: str) -> str:
    return cut(" ".join(sentence[: 2 * SHOWN_CHARS].split()), SHOWN_CHARS)


def _verdict(one: Claim, support: float, conflicts: tuple[Conflict, ...]) -> tuple[Verdict, str]:
    if conflicts:
        return "contradicted", conflicts[0].differs
    if support >= SUPPORTED:
        return "supported", ""
    unknown = [word.text for word, level in zip(one.content, one.support, strict=True) if not level]
    few = dict.fromkeys(unknown[:SHOWN_WORDS])
    return "not stated", f"nothing on {', '.join(few)}" if few else ""


def _aligned(one: Claim, text: Evidence) -> bool:
    keys = text.keys(one.best)
    return sum(word.key in keys for word in one.content) >= ALIGNED * len(one.content)


def _conflicts(one: Claim, text: Evidence, agrees: tuple[str, ...]) -> Iterator[Conflict]:
    """Yield what the sentence that fits best says otherwise."""
    best, keys = text.words[one.best], text.keys(one.best)
    yield from _other_words(one, best, keys)
    yield from _opposites(one, best, keys)
    if not one.polarity.agrees:
        yield from _negation(one, text)
    yield from _quantity(one, text)
    if not agrees:
        yield from _reversed(one, text)


def _other_words(one: Claim, best: list[Word], keys: frozenset[str]) -> Iterator[Conflict]:
    ours = {word.key for word in one.words}
    theirs = [word for word in best if word.key not in ours and not word.stop]
    for word, level in zip(one.content, one.support, strict=True):
        kind = _kind(word)
        if not kind or word.key in keys or level > LIKE:
            continue
        if kind == "name" and word is one.words[0]:
            continue  # any word has a capital there
        others = dict.fromkeys(other.text for other in theirs if _kind(other) == kind)
        if others:
            shown = ", ".join([*others][:SHOWN_WORDS])
            yield Conflict(kind, f"{word.text} against {shown}")


def _kind(word: Word) -> str:
    if word.number is not None:
        return "number"
    if word.date:
        return "date"
    return "name" if word.capital else ""


def _opposites(one: Claim, best: list[Word], keys: frozenset[str]) -> Iterator[Conflict]:
    for word in one.content:
        known = word.key in keys or word.text in one.polarity.polar
        if not known and not word.opposites.isdisjoint(keys):
            other = next(other for other in best if other.key in word.opposites)
            yield Conflict("opposite", f"{word.text} against {other.text}")


def _negation(one: Claim, text: Evidence) -> Iterator[Conflict]:
    said = next((word.text for word in one.words if word.negation), "")
    if said and not any(text.negated(near) for near in text.around(one.best)):
        yield Conflict("negation added", f"{said!r}, which the text does not say")
    elif not said and text.negated(one.best) and _negation_is_near(one, text):
        yield Conflict("negation dropped", "the text denies it")


_SCOPE: Final = 3
"""Words behind a negation that it certainly denies."""


def _negation_is_near(one: Claim, text: Evidence) -> bool:
    ours = {word.key for word in one.content}
    best = text.words[one.best]
    return any(
        word.negation and any(other.key in ours for other in best[at + 1 : at + 1 + _SCOPE])
        for at, word in enumerate(best)
    )


_EXCLUSIVE: Final = {
    "all": ("some", "none", "most"),
    "some": ("none",),
    "most": ("none",),
    "none": ("all", "most", "some"),
}
"""Kinds of quantifiers that cannot both be true; a part of a whole is no conflict."""


def _quantity(one: Claim, text: Evidence) -> Iterator[Conflict]:
    theirs = {word.quantifier: word.text for word in text.words[one.best] if word.quantifier}
    for word in one.words:
        if word.quantifier and word.quantifier not in theirs:
            for kind, shown in theirs.items():
                if kind in _EXCLUSIVE.get(word.quantifier, ()):
                    yield Conflict("quantity", f"{word.text} against {shown}")


def _reversed(one: Claim, text: Evidence) -> Iterator[Conflict]:
    if any(word.text == "by" for word in one.words) != text.passive(one.best):
        return
    order = text.order(one.best)
    names = [word for word in one.content if word.capital and word.key in order]
    for before, after in pairwise(names):
        if order[before.key] > order[after.key] and _doing_between(before, after, one, text):
            yield Conflict("reversed", f"{before.text} and {after.text} change places")


def _doing_between(before: Word, after: Word, one: Claim, text: Evidence) -> bool:
    """Return whether a word stands between both names here and there: who did it to whom."""
    ours = [word.key for word in one.words]
    between = set(ours[ours.index(before.key) + 1 : ours.index(after.key)])
    order = text.order(one.best)
    theirs = text.words[one.best][order[after.key] + 1 : order[before.key]]
    return any(word.key in between and not word.stop for word in theirs)
