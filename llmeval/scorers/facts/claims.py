"""What a reply claims, sentence by sentence, and what it shares with the evidence for it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts.analysis import Word, sentences
from llmeval.scorers.facts.evidence import PREFIXED, STEM, Evidence
from llmeval.scorers.facts.lexicon import HEDGES, word_set
from llmeval.scorers.facts.openings import without_opening
from llmeval.scorers.facts.polarity import Polarity, polarity
from llmeval.scorers.facts.statements import stated_words
from llmeval.scorers.facts.structure import restated

_CLAUSE_END: Final = re.compile(
    r"[;:—–]\s+"
    r"|,?\s+(?=(?:but|while|whereas|although|though|because|which|however)\b)"
    r"|,\s+(?=(?:and|or|who|where|so|yet|since)\b)"
    r"|\s+(?=and\s+(?:he|she|it|they|is|are|was|were|has|have|will|would|can)\b)"
)
CLAUSE_WORDS: Final = 3
"""Content words of a clause that is a claim of its own; shorter ones stay with the one before."""

_NEAR_LIKE: Final = 0.9
"""What a synonym in the sentence itself is worth, of what it is worth anywhere in the text."""


class Claim(Struct):
    """A piece of a reply beside the sentence of the evidence that fits it best."""

    text: str
    words: list[Word]
    content: list[Word]
    """Its words but for function words; all of them where there are no others."""
    support: list[float]
    """How well the evidence knows each content word, 0…1."""
    best: int
    """The sentence of the evidence that fits best; -1: none shares a word."""
    near: set[str]
    """Keys of the words of that sentence and its neighbours."""
    polarity: Polarity
    """Whether that sentence denies what it affirms."""


_words = lru_cache(maxsize=64)(stated_words)
"""A sentence of one clause is read twice."""


def claims(reply: str, found: Evidence) -> list[Claim]:
    """Return the sentences of a reply that have words."""
    pieces = ((piece, _words(piece)) for piece in sentences(without_opening(reply)))
    return [claim(piece, some, found) for piece, some in pieces if some]


def clauses(reply: str) -> Iterator[tuple[str, list[Word]]]:
    """Yield the pieces of a reply that can be true or false on their own, with their words."""
    for sentence in sentences(without_opening(reply)):
        text, some = "", list[Word]()
        for piece in _pieces(" ".join(sentence.split())):
            more = _words(piece)
            if _says_enough(some) and _says_enough(more):
                yield text.strip(), some
                text, some = "", []
            text, some = text + piece, some + more
        if some:
            yield text.strip(), some


def _pieces(sentence: str) -> Iterator[str]:
    start = 0
    for end in _CLAUSE_END.finditer(sentence):
        yield sentence[start : end.end()]
        start = end.end()
    yield sentence[start:]


def _says_enough(some: list[Word]) -> bool:
    return sum(not one.stop for one in some) >= CLAUSE_WORDS


_MOST_KNOWN: Final = 256


def claim(text: str, some: list[Word], found: Evidence) -> Claim:
    """Return a piece of a reply beside the sentence of the evidence that fits it best."""
    # A sentence of one clause is looked at twice.
    known: Claim | None = found.known_claims.get(text)
    if known is None:
        if len(found.known_claims) >= _MOST_KNOWN:
            found.known_claims.clear()
        known = found.known_claims[text] = _claim(text, some, found)
    return known


def _claim(text: str, some: list[Word], found: Evidence) -> Claim:
    some = restated(text, some, found)
    content = [one for one in some if not one.stop] or some
    best = found.best_sentence(content)
    near: set[str] = set()
    for number in found.around(best):
        near |= found.keys(number)
    stance = polarity(text, some, best, found)
    # What the text affirms or denies in other words of the same kind is its own.
    own = {*stance.polar, _speaker(some, best, found)}
    support = [STEM if one.text in own else found.support(one) for one in content]
    return Claim(text, some, content, support, best, near, stance)


_SPEAKERS: Final = word_set(
    "shop store museum company firm office restaurant hotel team library pool cafe bakery hostel "
    "service clinic practice garden studio gym market bank school"
)


def _speaker(some: list[Word], best: int, found: Evidence) -> str:
    """Return the word of a claim for whoever says "we" in the text: the shop; "" without one."""
    if best < 0 or len(some) < 2 or some[0].text not in ("the", "our", "this"):
        return ""
    says_we = any(one.text in ("we", "our", "us") for one in found.words[best])
    known = found.support(some[1]) > 0
    return some[1].text if says_we and not known and some[1].text in _SPEAKERS else ""


# --- what is seen in one claim -------------------------------------------------------------------

COUNTS: Final = (
    "novel_plain", "novel_name", "novel_number", "novel_date", "like", "prefixed", "stemmed",
    "opposite_near", "opposite", "far_name", "far_number", "far_plain", "quantifier", "hedge",
    "negation_added", "negation_added_best", "negation_dropped", "far_pairs", "far_name_pairs",
    "reversed",
)  # fmt: skip
"""Counted in each claim."""
SHARES: Final = ("window", "known", "near", "bigrams", "near_pairs", "name_fit", "run")
"""Measured in each claim, 0…1: the more, the better supported."""
SIGNS: Final = ("gap", "gap_share", "first_person", "second_person", "question")
"""Looked for in each claim: the more, the less it says about the evidence."""

Values = dict[str, float]


def values(one: Claim, found: Evidence) -> Values:
    """Return everything that is measured of a claim, by name."""
    seen: Values = dict.fromkeys(COUNTS, 0.0)
    _count_words(one, found, seen)
    _measure_support(one, found, seen)
    _compare_polarity(one, found, seen)
    _compare_pairs(one, found, seen)
    _compare_names(one, found, seen)
    _measure_gaps(one, seen)
    _look_for_talk(one, found, seen)
    return seen


def _count_words(one: Claim, found: Evidence, seen: Values) -> None:
    best = found.keys(one.best)
    quantifiers = found.quantifiers(one.best)
    for word, level in zip(one.content, one.support, strict=True):
        name = _kind(word, level, one)
        if name:
            seen[name] += 1
        if word.opposites and word.text not in one.polarity.polar:
            _count_opposites(word, level, best, found, seen)
        if word.quantifier and word.quantifier not in quantifiers:
            seen["quantifier"] += 1
        if word.text in HEDGES and word.key not in one.near:
            seen["hedge"] += 1


def _kind(word: Word, level: float, one: Claim) -> str:
    if level >= STEM:
        if word.key in one.near or word.text in one.polarity.polar:
            return "stemmed" if level == STEM else ""
        kind = "number" if word.number is not None else "name" if word.capital else "plain"
        return f"far_{kind}"
    if level:
        return "prefixed" if level == PREFIXED else "like"
    if word.number is not None:
        return "novel_number"
    if word.date:
        return "novel_date"
    return "novel_name" if word.capital and word is not one.words[0] else "novel_plain"


def _count_opposites(
    word: Word, level: float, best: frozenset[str], found: Evidence, seen: Values
) -> None:
    if word.key not in best and not word.opposites.isdisjoint(best):
        seen["opposite_near"] += 1
    if not level and not word.opposites.isdisjoint(found.places):
        seen["opposite"] += 1


def _measure_support(one: Claim, found: Evidence, seen: Values) -> None:
    near = 0.0
    senses = found.senses_around(one.best)
    for word, level in zip(one.content, one.support, strict=True):
        if word.key in one.near or word.text in one.polarity.polar:
            near += level
        elif level < STEM and not word.senses.isdisjoint(senses):
            near += level * _NEAR_LIKE
    size = len(one.content)
    seen["words"] = float(size)
    seen["known"] = sum(one.support) / size
    seen["near"] = near / size
    stops = [word for word in one.words if word.stop]
    known = sum(word.text in found.texts for word in stops)
    seen["function_words"] = known / len(stops) if stops else 0.0


def _compare_polarity(one: Claim, found: Evidence, seen: Values) -> None:
    said = any(word.negation for word in one.words)
    best = found.negated(one.best)
    around = any(found.negated(number) for number in found.around(one.best))
    if one.polarity.agrees:
        return
    seen["negation_added"] = float(said and not around)
    seen["negation_added_best"] = float(said and not best)
    seen["negation_dropped"] = float(best and not said)


def _compare_pairs(one: Claim, found: Evidence, seen: Values) -> None:
    followed = run = longest = pairs = far = far_names = 0
    for before, word in zip(one.content, one.content[1:], strict=False):
        follows = (before.key, word.key) in found.bigrams
        followed += follows
        run = run + 1 if follows else 0
        longest = max(longest, run)
        if before.key in found.places and word.key in found.places:
            pairs += 1
            apart = not follows and not found.together(before.key, word.key)
            far += apart
            far_names += apart and (_names(before) or _names(word))
    size = len(one.content)
    seen["bigrams"] = followed / (size - 1) if size > 1 else seen["known"]
    seen["run"] = (longest + 1) / size
    seen["near_pairs"] = 1 - far / pairs if pairs else 1.0
    seen["far_pairs"], seen["far_name_pairs"] = float(far), float(far_names)


def _names(word: Word) -> bool:
    return word.capital or word.number is not None


_COMPARED_NAMES: Final = 4


def _compare_names(one: Claim, found: Evidence, seen: Values) -> None:
    known = [word for word in one.content if word.key in found.places]
    names = [word for word in known if word.capital]
    fits = [
        sum(found.together(name.key, other.key) for other in others) / len(others)
        for name in names[:_COMPARED_NAMES]
        if (others := [word for word in known if word is not name])
    ]
    seen["name_fit"] = min(fits, default=1.0)
    order = found.order(one.best)
    places = [order[name.key] for name in names if name.key in order]
    turned = sum(left > right for left, right in pairwise(places))
    passive = _passive(one.words) != found.passive(one.best)
    seen["reversed"] = 0.0 if passive else float(turned)


def _passive(some: list[Word]) -> bool:
    return any(word.text == "by" for word in some)


_WINDOW: Final = 4


def _measure_gaps(one: Claim, seen: Values) -> None:
    levels = one.support
    gaps = [0]
    for level in levels:
        if level:
            gaps.append(0)
        else:
            gaps[-1] += 1
    size = len(levels)
    seen["gap"] = float(max(gaps))
    seen["gap_share"] = sum(gap for gap in gaps if gap > 1) / size
    width = min(_WINDOW, size)
    seen["window"] = min(sum(levels[at : at + width]) / width for at in range(size - width + 1))


_FIRST_PERSON: Final = frozenset(["i", "im", "ive", "id", "my", "me"])
_SECOND_PERSON: Final = frozenset(("you", "your"))


def _look_for_talk(one: Claim, found: Evidence, seen: Values) -> None:
    for sign, persons in (("first_person", _FIRST_PERSON), ("second_person", _SECOND_PERSON)):
        said = any(word.text in persons for word in one.words)
        seen[sign] = float(said and persons.isdisjoint(found.texts))
    seen["question"] = float(one.text.endswith("?"))
