"""The heads of `toxicity` that name categories: how they are trained and how right they are.

The cards are of heads that have not learned from the data set they are measured on; the shipped
ones have learned from all.
"""

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
from cards import card
from fitting import matrix, soft_fitted, whole
from msgspec import Struct
from numpy.typing import NDArray
from relabelled import LETTERS, Labels
from rows import Row, rows
from taught import KINDS
from toxicity_rows import CALM, REST, TRAINED_ON, WRITTEN, Rows, lexicon

from llmeval.scorers.accuracy import Card
from llmeval.scorers.linear import Linear, probability
from llmeval.scorers.ngrams import Ngrams
from llmeval.scorers.spelling import plain
from llmeval.scorers.toxicity import SHOWN, Toxicity
from llmeval.scorers.toxicity_model import CATEGORIES, head_text, windows
from llmeval.scorers.toxicity_words import Roles

HEADS = Ngrams(bits=16, chars=(3, 4, 5), words=(1, 2), window=3)


def heads(given: Rows, roles: Roles) -> Linear:
    """Return a head for each of CATEGORIES, over words and roles."""
    folded = [head_text(text, roles) for text in given.texts]
    features = matrix([HEADS.slots(text) for text in folded], HEADS.bits)
    ones = np.ones(len(folded))
    return whole(
        HEADS,
        [soft_fitted(features, _kind(name, given, folded), ones, 0.05) for name in CATEGORIES],
    )


def _kind(category: str, given: Rows, folded: Sequence[str]) -> NDArray[np.float64]:
    """Return how much a row is of a category, 0…1.

    By its label given anew (for insults, the mean of that and of what the teachers say), else by
    what its data set says or its words are; where neither says, by what the teachers say.
    """
    columns = zip(given.labels, given.sources, given.groups, folded, given.kinds, strict=True)
    known = np.array(
        [
            LETTERS[category] in kinds
            if kinds is not None
            else label >= 0.5 and _is(category, source, group, set(text.split()))
            for label, source, group, text, kinds in columns
        ]
    )
    if category not in _ASKED:
        return known.astype(float)
    kind, told = _ASKED[category]
    silent = ~np.isin(given.sources, (*told, *CALM)) & (np.array(given.groups) != REST)
    taught = given.said[:, KINDS.index(kind)]
    found = np.where(silent & ~known & ~given.is_anew, taught, known)
    # Alone, the new labels call more an insult than the published ones of chat bots' users do.
    return np.where(given.is_anew, (known + taught) / 2, found) if category == "insult" else found


_ASKED = {
    "insult": ("insult", ("convabuse", *WRITTEN)),
    "threat": ("threat", ("hatemoji_build", *WRITTEN)),
    "identity_attack": ("identity_attack", ("hatemoji_build", *WRITTEN)),
    "profanity": ("obscene", WRITTEN),
}
"""Category -> what the teachers call it, and the sources that say themselves what is of it."""


def _is(category: str, source: str, group: str, words: set[str]) -> bool:
    said = {
        "insult": source == "convabuse"
        or (source == "comments" and words.isdisjoint(("VIOLENCE", "GROUP"))),
        "threat": "threat" in group or (source in WRITTEN and "VIOLENCE" in words),
        "identity_attack": source == "hatemoji_build" or (source in WRITTEN and "GROUP" in words),
    }
    return said.get(category, False) or not words.isdisjoint(_TELLING.get(category, ()))


_TELLING = {
    "insult": ("INSULT", "CURSE+"),
    "identity_attack": ("SLUR+", "SLURG+", "SLURD+"),
    "sexual": ("SEXUAL", "SEXUAL+"),
    "profanity": ("FILTH", "FILTH+", "CURSE+", "SEXUAL+"),
}
"""Roles of words that alone make a toxic text one of the category."""


_TASKS = {
    "insult": "the text insults (category insult)",
    "threat": "the text threatens or wishes harm (category threat)",
    "identity_attack": "the text attacks people for who they are (category identity_attack)",
    "sexual": "the text harasses sexually or is obscene (category sexual)",
    "profanity": "the text has profane words and is toxic (category profanity)",
}


class Measured(Struct, frozen=True):
    """What the head of a category is measured on."""

    category: str
    dataset: str
    is_one: Callable[[Row], bool]
    """Whether a row is of the category; `kinds` are the letters of its label given anew."""
    weak: str
    """What is weak about that."""
    is_anew: bool = False


def _anew(category: str, dataset: str) -> Measured:
    letter = LETTERS[category]
    weak = "labels by language models, which also labelled other comments that these heads know"
    return Measured(category, dataset, lambda row: letter in row["kinds"], weak, is_anew=True)


MEASURED: tuple[Measured, ...] = (
    Measured(
        "insult",
        "convabuse",
        lambda row: row["label"] == 1,
        "abuse of a chat bot, sexual remarks included; no other set came with insults marked",
    ),
    Measured(
        "threat",
        "edos",
        lambda row: "threat" in row["group"],
        "threats against women alone; other threats have label 0",
    ),
    Measured(
        "threat",
        "hatemoji_build",
        lambda row: "threat" in row["group"],
        "written to fool a model; threats against a group, told from other hate as well",
    ),
    Measured(
        "identity_attack",
        "davidson",
        lambda row: row["group"] == "hate",
        "hate told from what is only offensive, on which raters often disagree",
    ),
    Measured(
        "identity_attack",
        "hatemoji_build",
        lambda row: row["label"] == 1,
        "written to fool a model, half of it with emoji",
    ),
    *[_anew(category, dataset) for category in CATEGORIES for dataset in ("edos", "davidson")],
)


def measure_heads(learned: Rows) -> list[Card]:
    """Return the cards of the categories; labels of people first, which the report shows."""
    roles = Roles(lexicon())
    found = []
    by_set = sorted(MEASURED, key=lambda one: one.dataset)
    for name, some in groupby(by_set, key=lambda one: one.dataset):
        trained = heads(learned.without(name), roles)
        given = _with_kinds(name)
        scores = [_scores(row["text"], trained, roles) for row in given]
        found += [(one, _card(one, given, scores)) for one in some]
    found.sort(key=lambda pair: (CATEGORIES.index(pair[0].category), pair[0].is_anew))
    return [measured for _, measured in found]


def _with_kinds(name: str) -> list[Row]:
    labels = Labels(name)
    found = [(row, labels.of(row)) for row in rows(f"toxicity_{name}")]
    return [row | {"kinds": label.kinds if label else ""} for row, label in found]


def _scores(text: str, trained: Linear, roles: Roles) -> list[float]:
    """Return the highest probability of each category over the stretches of a text."""
    parts = [head_text(part, roles) for part in windows(plain(text))]
    return [probability(max(margins)) for margins in zip(*map(trained.margins, parts), strict=True)]


def _card(one: Measured, given: Sequence[Row], scores: Sequence[Sequence[float]]) -> Card:
    place = CATEGORIES.index(one.category)
    return card(
        "toxicity",
        Toxicity.version,
        f"{one.dataset}, labelled by language models" if one.is_anew else one.dataset,
        [int(one.is_one(row)) for row in given],
        [found[place] for found in scores],
        task=_TASKS[one.category],
        threshold=SHOWN,
        trained_on=TRAINED_ON,
        note=f"by heads that have not learned from it; {one.weak}",
        category=one.category,
    )
