"""Whether an answer says what the right or what the wrong references say: features of both sides.

Right and wrong references of one question share most of their words. What tells them apart is in
the few that only one side uses, in negation, and in which side the closest reference is on.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from msgspec import Struct
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from llmeval.scorers.facts.analysis import sentences
from llmeval.scorers.facts.answers import Said, declines, said, yes_or_no
from llmeval.text import normalise

MAX_CHARS: Final = 1_000
MAX_REFERENCES: Final = 100

_remembered = lru_cache(maxsize=4096)(said)

MEASURES: Final = (
    "ratio", "token_set", "partial", "recall", "precision", "common", "cosine", "polarity",
)  # fmt: skip
"""How a text is compared with one reference."""
_WEIGHED: Final = (0, 1, 3, 5, 6)
"""Measures whose mean says which reference is closest."""
_POLARITY: Final = 0.15


class Side(Struct):
    """A text beside the references of one side."""

    most: list[float]
    """By measure: the most of all references."""
    best: list[float]
    """By measure: of the closest reference."""
    closeness: float
    typical: float
    """Closeness of the three closest, on average."""


def closest(found: "Sides", *, right: bool) -> str:
    """Return the reference of one side that is closest to the text; "" where it has none."""
    some = found.right if right else found.wrong
    rows = [_closeness(_compared(found.text, one)) for one in some]
    return some[rows.index(max(rows))].text if rows else ""


def wording(text: str) -> str:
    """Return what the model of wording reads of an answer."""
    return normalise(text[:MAX_CHARS])


def _closeness(row: Sequence[float]) -> float:
    return sum(row[at] for at in _WEIGHED) / len(_WEIGHED) + _POLARITY * row[-1]


def _side(text: Said, references: Sequence[Said]) -> Side:
    rows = [_compared(text, one) for one in references] or [[0.0] * len(MEASURES)]
    weights = list(map(_closeness, rows))
    top = sorted(weights, reverse=True)[:3]
    return Side(
        most=[max(column) for column in zip(*rows, strict=True)],
        best=rows[weights.index(top[0])],
        closeness=top[0],
        typical=sum(top) / len(top),
    )


def _compared(text: Said, other: Said) -> list[float]:
    ours, theirs = _content(text), _content(other)
    shared = len(ours & theirs)
    mine, yours = [one.key for one in text.words], [one.key for one in other.words]
    common = LCSseq.similarity(mine, yours)
    sizes = max(1, len(text.keys)) * max(1, len(other.keys))
    shorter = fuzz.partial_ratio if len(other.plain) <= len(text.plain) else fuzz.ratio
    return [
        fuzz.ratio(text.plain, other.plain) / 100,
        fuzz.token_set_ratio(text.plain, other.plain) / 100,
        shorter(other.plain, text.plain) / 100,
        shared / max(1, len(theirs)),
        shared / max(1, len(ours)),
        2 * common / max(1, len(mine) + len(yours)),
        len(text.keys & other.keys) / math.sqrt(sizes),
        float(_negated(text) == _negated(other)),
    ]


def _content(text: Said) -> frozenset[str]:
    return frozenset([one.key for one in text.words if not one.stop]) or text.keys


def _negated(text: Said) -> bool:
    return any(one.negation for one in text.words)


class Sides(Struct):
    """An answer beside its right and its wrong references."""

    text: Said
    first: Said
    """Its first sentence."""
    sentences: int
    question: Said
    right: list[Said]
    wrong: list[Said]


def sides(text: str, right: Sequence[str], wrong: Sequence[str], question: str) -> Sides:
    """Return an answer beside its right and its wrong references."""
    text = text[:MAX_CHARS]
    pieces = list(sentences(text)) or [""]
    return Sides(
        text=said(text),
        first=said(pieces[0]),
        sentences=len(pieces),
        question=_remembered(question[:MAX_CHARS]),
        right=_taken_apart(right),
        wrong=_taken_apart(wrong),
    )


def _taken_apart(references: Sequence[str]) -> list[Said]:
    found = [_remembered(one[:MAX_CHARS]) for one in references[:MAX_REFERENCES]]
    return [one for one in found if one.words]


NAMES: Final = (
    *(f"most_{name}_lead" for name in MEASURES),
    *(f"most_{name}_right" for name in MEASURES),
    *(f"most_{name}_wrong" for name in MEASURES),
    *(f"best_{name}_lead" for name in MEASURES),
    "closeness_right", "closeness_wrong", "closeness_lead", "typical_lead",
    *(f"first_{name}_lead" for name in MEASURES),
    "first_closeness_right", "first_closeness_wrong", "first_closeness_lead", "first_typical_lead",
    "odds_sum", "odds_mean", "odds_most", "odds_least", "first_odds_sum", "first_odds_mean",
    "unasked_odds_sum", "unasked_odds_most", "unasked_odds_least",
    "yes_no", "yes_no_right", "yes_no_wrong", "yes_no_agrees",
    "negated_right", "negated_wrong", "negated", "negation_agrees", "first_negated",
    "first_negation_agrees", "declines", "comment", "words", "sentences", "asked", "may_decline",
    "right", "wrong", "like_question", "question_mark",
)  # fmt: skip
"""What each feature is; `lead`: of the right side less that of the wrong side."""


def features(found: Sides) -> list[float]:
    """Return the features of an answer, in the order of NAMES."""
    return [*_of_likeness(found), *_of_odds(found), *_of_polarity(found), *_of_answer(found)]


def _of_likeness(found: Sides) -> list[float]:
    right, wrong = _side(found.text, found.right), _side(found.text, found.wrong)
    ahead, behind = _side(found.first, found.right), _side(found.first, found.wrong)
    return [
        *_lead(right.most, wrong.most),
        *right.most,
        *wrong.most,
        *_lead(right.best, wrong.best),
        right.closeness,
        wrong.closeness,
        right.closeness - wrong.closeness,
        right.typical - wrong.typical,
        *_lead(ahead.most, behind.most),
        ahead.closeness,
        behind.closeness,
        ahead.closeness - behind.closeness,
        ahead.typical - behind.typical,
    ]


def _lead(right: Sequence[float], wrong: Sequence[float]) -> list[float]:
    return [one - other for one, other in zip(right, wrong, strict=True)]


def _grams(text: Said) -> set[str]:
    keys = [one.key for one in text.words]
    return {*keys, *map(" ".join, pairwise(keys))}


_PRIOR: Final = 0.3


def _of_odds(found: Sides) -> list[float]:
    """Measure how much more often the right side uses the words and pairs of the answer."""
    right = Counter(gram for one in found.right for gram in _grams(one))
    wrong = Counter(gram for one in found.wrong for gram in _grams(one))
    sizes = (len(found.right) + 2 * _PRIOR) / (len(found.wrong) + 2 * _PRIOR)

    def odds(grams: Iterable[str]) -> list[float]:
        known = sorted(gram for gram in grams if gram in right or gram in wrong)
        shares = [(right[gram] + _PRIOR) / (wrong[gram] + _PRIOR) / sizes for gram in known]
        return [math.log(share) for share in shares]

    ours = _grams(found.text)
    all_of, first = odds(ours), odds(_grams(found.first))
    unasked = odds(ours - _grams(found.question))
    return [
        *_sum_and_mean(all_of),
        max(all_of, default=0.0),
        min(all_of, default=0.0),
        *_sum_and_mean(first),
        sum(unasked),
        max(unasked, default=0.0),
        min(unasked, default=0.0),
    ]


def _sum_and_mean(some: Sequence[float]) -> tuple[float, float]:
    return sum(some), sum(some) / max(1, len(some))


def _of_polarity(found: Sides) -> list[float]:
    said_yes = yes_or_no(found.text.words)
    right, wrong = _yes_share(found.right), _yes_share(found.wrong)
    negated_right, negated_wrong = _negated_share(found.right), _negated_share(found.wrong)
    lead = negated_right - negated_wrong
    whole, first = _negated(found.text), _negated(found.first)
    return [
        float(said_yes),
        right,
        wrong,
        said_yes * (right - wrong),
        negated_right,
        negated_wrong,
        float(whole),
        lead if whole else -lead,
        float(first),
        lead if first else -lead,
    ]


def _yes_share(some: Sequence[Said]) -> float:
    return sum(yes_or_no(one.words) for one in some) / max(1, len(some))


def _negated_share(some: Sequence[Said]) -> float:
    return sum(map(_negated, some)) / max(1, len(some))


def _of_answer(found: Sides) -> list[float]:
    lower = found.text.text.lower()
    shared = len(found.text.keys & found.question.keys)
    return [
        float(declines(lower)),
        float("comment" in lower),
        float(min(60, len(found.text.words))),
        float(found.sentences),
        shared / max(1, len(found.text.keys)),
        float(any("comment" in one.plain for one in found.right)),
        float(len(found.right)),
        float(len(found.wrong)),
        fuzz.token_set_ratio(found.text.plain, found.question.plain) / 100,
        float("?" in lower),
    ]
