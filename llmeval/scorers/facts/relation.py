"""Whether an answer belongs to a question: shared words by rarity, the kind that is asked for."""

import math
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from operator import mul
from typing import Final

from msgspec import Struct

from llmeval.scorers.facts import asking, forms, likeness, topics
from llmeval.scorers.facts.analysis import Word, sentences, words
from llmeval.scorers.facts.trees import trees
from llmeval.scorers.linear import arrays, probability
from llmeval.text import cut

FILE: Final = "relevance"
MAX_CHARS: Final = 4_000
"""Of question and answer each."""
PREFIX: Final = 5


@cache
def _rarities() -> tuple[dict[int, float], float]:
    found = arrays(FILE)
    known: dict[int, float] = dict(
        zip(found["vector_hash"].tolist(), found["rarity"].tolist(), strict=True)
    )
    return known, float(found["rarity_unknown"])


@lru_cache(maxsize=1 << 15)
def rarity(key: str) -> float:
    """Return how much it says that two texts share a word, 0 or more: rare words say most."""
    known, unknown = _rarities()
    return known.get(likeness.hashed(key), unknown)


class Pair(Struct):
    """A question and an answer, taken apart."""

    asked: list[Word]
    question: list[Word]
    """Words of the question but for function words."""
    said: list[Word]
    answer: list[Word]
    first: frozenset[str]
    """Keys of the answer's first sentence."""
    prompt: str
    text: str
    sentences: int
    wanted: frozenset[str]
    """Keys of `question`."""
    known: frozenset[str]
    """Keys of `said`."""


def pair(question: str, answer: str) -> Pair:
    """Return a question and an answer, taken apart."""
    question, answer = question[:MAX_CHARS], answer[:MAX_CHARS]
    asked, said = words(question), words(answer)
    pieces = list(sentences(answer)) or [""]
    content = [one for one in asked if not one.stop]
    return Pair(
        asked=asked,
        question=content,
        said=said,
        answer=[one for one in said if not one.stop],
        first=frozenset([one.key for one in words(pieces[0])]),
        prompt=question,
        text=answer,
        sentences=len(pieces),
        wanted=frozenset([one.key for one in content]),
        known=frozenset([one.key for one in said]),
    )


NAMES: Final = (
    "shared", "shared_rare", "shared_of_answer", "rare_of_answer", "cosine", "shared_stems",
    "synonyms", "rarest", "missed", "found", "pairs", "first", "names", "name_count",
    "question_words", "answer_words", "new_words", "short", "kind", "numbers", "new_names", "years",
    "all_names", "fits_kind", "fits_kind_short", "head", "head_plural", "quotes", "lists", "yes_no",
    "lines", "capitals", "new_rare", "missed_name", "words", "asks", "sentences",
    *likeness.NAMES, "like_all",
    *topics.NAMES,
    "has_material", "material_in_answer", "answer_in_material", "task_in_answer", "answer_in_task",
    "material_words",
    *forms.NAMES,
)  # fmt: skip
"""What each feature is."""


def features(found: Pair) -> list[float]:
    """Return the features of a question or instruction and an answer, in the order of NAMES."""
    question, answer = _keys(found.question), _keys(found.answer)
    return [
        *_of_words(found),
        *_of_size(found),
        *_of_kind(found),
        *_of_form(found),
        *likeness.features(question, answer),
        likeness.of_all(_keys(found.asked), _keys(found.said)),
        *topics.features(question, answer, rarity),
        *_of_material(found),
        *forms.features(found.prompt, found.text),
    ]


def probability_of(found: Pair) -> float:
    """Return the probability that the answer belongs to the question."""
    which, values = asking.part(found.prompt, found.asked), features(found)
    margin = trees(FILE, which).margin(values)
    if which == asking.TASK_PART:
        margin = (margin + _sum(values)) / 2
    return probability(margin)


def _sum(values: Sequence[float]) -> float:
    """Return the log-odds of an instruction's features as a weighted sum.

    Trees keep to what they have seen: half of the say is a sum in which what speaks for an answer
    may count nothing but never against it. It carries over better to instructions of other kinds.
    """
    weights, bias = _weights()
    return round(bias + math.fsum(map(mul, weights, values)), 6)


@cache
def _weights() -> tuple[list[float], float]:
    found = arrays(FILE)
    weights: list[float] = found["task_weights"].tolist()
    return weights, float(found["task_intercept"])


SHOWN_WORDS: Final = 5
SHOWN_CHARS: Final = 40
"""Of a word."""


def complaint(found: Pair) -> str:
    """Return what speaks against an answer, in words: what is asked about and what it is about."""
    asked = {one.key: one.text for one in found.question}
    said = {one.key: one.text for one in found.answer if one.key not in asked}
    shared = [text for key, text in asked.items() if key in found.known]
    beginning = f"shares {_listed(shared)} with it" if shared else "shares no word with it"
    missing = [text for key, text in asked.items() if key not in found.known]
    wanted = f"; asked is about {_listed(missing)}" if missing else ""
    given = f"; the reply talks about {_listed(list(said.values()))}" if said else ""
    return beginning + wanted + given


def _listed(texts: Sequence[str]) -> str:
    shown = [cut(text, SHOWN_CHARS) for text in texts[:SHOWN_WORDS]]
    return ", ".join(shown) + (", …" if len(texts) > SHOWN_WORDS else "")


def _keys(some: Iterable[Word]) -> list[str]:
    """Return the keys of words, each once, in order."""
    return list(dict.fromkeys([one.key for one in some]))


def _of_material(found: Pair) -> list[float]:
    """Return how the answer stands to the task, the first line, and to the text that follows it."""
    task, _, material = found.prompt.partition("\n")
    ours = frozenset([one.key for one in found.answer])
    asked = frozenset([one.key for one in words(task) if not one.stop])
    given = frozenset([one.key for one in words(material) if not one.stop])
    return [
        float(bool(material.strip())),
        len(ours & given) / max(1, len(given)),
        len(ours & given) / max(1, len(ours)),
        len(ours & asked) / max(1, len(asked)),
        len(ours & asked) / max(1, len(ours)),
        float(min(100, len(given))),
    ]


def _total(keys: Iterable[str]) -> float:
    return sum(rarity(key) for key in sorted(keys))


def _of_words(found: Pair) -> list[float]:
    wanted, known = found.wanted, found.known
    ours = frozenset([one.key for one in found.answer])
    shared, both = wanted & known, wanted & ours
    total, own = _total(wanted) or 1.0, _total(ours) or 1.0
    stems = {key[:PREFIX] for key in ours if len(key) >= PREFIX}
    near = [key for key in wanted if key in known or (len(key) >= PREFIX and key[:PREFIX] in stems)]
    rare = sorted(wanted, key=lambda key: (-rarity(key), key))[:3]
    names = {one.key for one in found.question if one.capital or one.number is not None}
    return [
        len(shared) / max(1, len(wanted)),
        _total(shared) / total,
        len(both) / max(1, len(ours)),
        _total(both) / own,
        _cosine(wanted, ours),
        _total(near) / total,
        _synonyms(found) / max(1, len(found.question)),
        sum(key in known for key in rare) / max(1, len(rare)),
        max((rarity(key) for key in wanted - known), default=0.0),
        max((rarity(key) for key in shared), default=0.0),
        _pairs(found),
        len(wanted & found.first) / max(1, len(wanted)),
        len(names & known) / len(names) if names else 0.5,
        float(len(names)),
    ]


def _cosine(ours: frozenset[str], theirs: frozenset[str]) -> float:
    squares = [sum(rarity(key) ** 2 for key in sorted(keys)) for keys in (ours, theirs)]
    shared = sum(rarity(key) ** 2 for key in sorted(ours & theirs))
    return shared / math.sqrt(squares[0] * squares[1]) if shared else 0.0


def _synonyms(found: Pair) -> int:
    senses = frozenset().union(*[one.senses for one in found.said])
    return sum(
        one.key not in found.known and not one.senses.isdisjoint(senses) for one in found.question
    )


def _pairs(found: Pair) -> float:
    ours = set(pairwise([one.key for one in found.question]))
    theirs = set(pairwise([one.key for one in found.answer]))
    return len(ours & theirs) / max(1, len(ours))


_SHORT: Final = 6


def _of_size(found: Pair) -> list[float]:
    return [
        float(len(found.wanted)),
        float(min(100, len(found.answer))),
        float(min(30, len(_new(found)))),
        float(len(found.said) <= _SHORT),
    ]


def _new(found: Pair) -> list[Word]:
    return [one for one in found.answer if one.key not in found.wanted]


def _of_kind(found: Pair) -> list[float]:
    new, wanted = _new(found), asking.kind(found.asked)
    numbers = [one.number for one in new if one.number is not None]
    names = sum(one.capital for one in new if one.number is None)
    years = sum(1000 <= number <= 2100 for number in numbers)
    dates = years > 0 or any(one.date for one in new)
    fits = _fits(wanted, len(numbers) > years, dates, bool(numbers), names > 0)
    proper = all(one.capital or one.stop or one.number is not None for one in found.said)
    head = asking.head(found.asked)
    return [
        float(wanted),
        float(min(5, len(numbers))),
        float(min(5, names)),
        float(min(5, years)),
        float(proper),
        fits,
        fits * (len(found.said) <= _SHORT),
        float(head is not None and head.key in found.known),
        float(head is not None and head.text.endswith("s")),
    ]


def _fits(wanted: int, amount: bool, date: bool, number: bool, name: bool) -> float:  # noqa: FBT001
    if wanted == asking.AMOUNT:
        return 1.0 if amount else -1.0
    if wanted == asking.TIME:
        return 1.0 if date else 0.3 if number else -1.0
    if wanted in (asking.PERSON, asking.PLACE):
        return 1.0 if name else -1.0
    return -0.3 if wanted in (asking.WHICH, asking.WHAT) and not name else 0.0


def _of_form(found: Pair) -> list[float]:
    new = _new(found)
    lower = found.text.strip().lower()
    names = {one.key for one in found.question if one.capital}
    return [
        float('"' in lower),
        float(" and " in lower or "," in lower),
        float(lower.startswith(("yes", "no"))),
        float("\n" in lower),
        sum(one.capital for one in found.answer) / max(1, len(found.answer)),
        sum(rarity(one.key) for one in new) / max(1, len(new)),
        max((rarity(key) for key in names - found.known), default=0.0),
        float(min(300, len(found.said))),
        float(any(one.text in asking.KINDS for one in found.asked)),
        float(min(20, found.sentences)),
    ]
