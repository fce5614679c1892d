"""What `toxicity` learns from: plain texts with labels, from data sets and of our own."""

from collections.abc import Iterator
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from own_comments import calm_replies, own_comments
from own_replies import own_replies
from own_sentences import own_sentences
from relabelled import Label, Labels
from rows import rows
from taught import taught, vocabulary

from llmeval.scorers.spelling import plain
from llmeval.scorers.toxicity_model import windows
from llmeval.scorers.toxicity_words import word_hash

LEARNED = (
    "davidson", "wiki_eval", "wiki_context", "toxic_spans", "hatemoji_build", "convabuse", "edos"
)  # fmt: skip
OWN = ("comments", "words")
"""Sources of ours that both heads learn from: comments we wrote, words."""
TAUGHT = ("vocabulary",)
"""What nobody has labelled: single words. What the teachers say of them is their label."""
MIXED = 0.3
"""So much of the label of a comment that was not labelled anew is what the teachers say of it: they
have learned from five times as many."""
DEGREES = (0.0, 0.6, 1.0)
"""What a level of the labels given anew counts as."""
PUBLISHED = {"edos": 0.0, "davidson": 0.5, "toxic_spans": 0.25, "wiki_context": 0.25}
"""So much of the label of a comment that was labelled anew is the one it came with: that of edos
says something else."""
TRAINED_ON = (
    ", ".join(LEARNED)
    + " (57,000 of these comments labelled anew, by language models), a word list, "
    "replies of models, comments and sentences of our own, scores of two models learned from "
    "160,000 comments of Wikipedia (Jigsaw 2018)"
)

COUNTS = {"own": 5.0, "replies": 5.0, "documents": 3.0, "hatemoji_build": 4.0, "calm": 5.0}
COUNTS |= {"comments": 2.0, "edos": 1.5, "words": 0.7, "vocabulary": 0.5}
"""How much a row of a source counts, where it is not 1: little data of a kind that matters."""
REST_WEIGHT = 0.5
"""What is left of a toxic comment without its marked words counts so much as harmless: the words
are not all that is hostile about it."""
MILD = 1.4
"""Words below this severity (1…3) have no role: names of the body, of animals, of people."""
SURELY_NOT = 0.3
MOST_WEIGHT = 4.0
"""No row counts more than so many times, however rare its label is in its data set."""

_ROLES = {
    "sexual anatomy / sexual acts": "SEXUAL",
    "racial / ethnic slurs": "SLUR",
    "political": "SLUR",
    "sexual orientation / gender": "SLURG",
    "mental disability": "SLURD",
    "physical disability": "SLURD",
    "bodily fluids / excrement": "FILTH",
    "other / general insult": "CURSE",
    "animal references": "CURSE",
    "physical attributes": "CURSE",
    "religious offense": "RELIGIOUS",
}

REST = "rest"
WRITTEN = ("own", "comments")
"""Sources that we have written."""
CALM = ("calm", "replies", "documents")
"""Sources that are harmless as a whole."""


class Rows:
    """Plain texts with labels, the data set each comes from, and what is said of its kind."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.labels: list[float] = []
        """0…1: as published, as given anew, or between the two."""
        self.sources: list[str] = []
        self.groups: list[str] = []
        """The data set's own word for the kind."""
        self.kinds: list[str | None] = []
        """Letters of the kinds in a label given anew; None where there is none."""
        for name in LEARNED:
            self._add_set(name)
        self._add_own()
        for text in _replies():
            if isinstance(text, str):  # a few outputs are other JSON values
                self._add(text, 0, "replies", "")
        for text in _documents():
            self._add(text, 0, "documents", "")
        for row in rows("wordlist_surge_profanity"):
            if row["severity"] >= MILD:
                self._add(row["term"], 1, "words", "")
        for word in vocabulary():
            if len(word) > 1 and plain(word) == word and any(map(str.isalpha, word)):
                self._add(word, 1, "vocabulary", "")
        self.said = taught(self.texts)
        """What the teachers say: shape (texts, 6)."""
        self.is_anew = np.array([kinds is not None for kinds in self.kinds])
        """Whether a row was labelled anew."""
        self._teach()

    def without(self, name: str) -> "Rows":
        """Return the rows but for those of one data set."""
        kept = np.flatnonzero(np.array(self.sources) != name)
        found = copy(self)
        for column in ("texts", "labels", "sources", "groups", "kinds"):
            setattr(found, column, [getattr(self, column)[place] for place in kept])
        for column in ("said", "mixed", "is_anew"):
            setattr(found, column, getattr(self, column)[kept])
        return found

    def _teach(self) -> None:
        """Write what the teachers say into labels."""
        unlabelled = np.isin(self.sources, TAUGHT)
        self.labels = np.where(unlabelled, self.said[:, 0], self.labels).tolist()
        comment = np.isin(self.sources, LEARNED) & ~self.is_anew & (np.array(self.groups) != REST)
        mixed = (1 - MIXED) * np.array(self.labels) + MIXED * self.said[:, 0]
        self.mixed = np.where(comment, mixed, self.labels)
        """Labels, of comments with a share of what the teachers say."""

    def _add_own(self) -> None:
        for text, label in own_sentences():
            self._add(text, label, "own", "")
        for text, label in own_comments():
            self._add(text, label, "comments", "")
        for text in calm_replies():
            self._add(text, 0, "calm", "")

    def _add_set(self, name: str) -> None:
        labels = Labels(name)
        for row in rows(f"toxicity_{name}"):
            ours = labels.of(row)
            label = _together(name, published(name, row), ours)
            self._add(row["text"], label, name, row["group"], None if ours is None else ours.kinds)
            if name == "toxic_spans":
                rest = _without_spans(row)
                if 10 < len(rest) < len(row["text"]):
                    self._add(rest, 0, name, REST)

    def _add(
        self, text: str, label: float, source: str, group: str, kinds: str | None = None
    ) -> None:
        folded = plain(text)
        # What is harmless as a whole is so in each stretch; of what is toxic nobody says where.
        for part in windows(folded) if label < SURELY_NOT else [folded]:
            self.texts.append(part)
            self.labels.append(label)
            self.sources.append(source)
            self.groups.append(group)
            self.kinds.append(kinds)

    def weights(self) -> NDArray[np.float64]:
        """Return how much each row counts: both labels alike within a data set, up to a bound."""
        sources, labels = np.array(self.sources), np.array(self.labels)
        found = np.ones(len(labels))
        for source in set(self.sources):
            same = sources == source
            sizes = labels[same].sum(), (1 - labels[same]).sum()
            if min(sizes) > 0 and source not in TAUGHT:
                toxic, harmless = (min(sum(sizes) / 2 / n, MOST_WEIGHT) for n in sizes)
                found[same] = labels[same] * toxic + (1 - labels[same]) * harmless
            found[same] *= COUNTS.get(source, 1.0)
        found[np.array(self.groups) == REST] *= REST_WEIGHT
        return found


def published(name: str, row: dict[str, Any]) -> float:
    """Return the label that a row came with, 0…1.

    Of wiki_context it is the score of Perspective, which says more than labels that are rare.
    """
    return float(row["meta"]["perspective"] if name == "wiki_context" else row["label"])


def _together(name: str, before: float, anew: Label | None) -> float:
    if anew is None:
        return before
    return PUBLISHED[name] * before + (1 - PUBLISHED[name]) * DEGREES[anew.level]


def _replies() -> Iterator[Any]:
    """Return what models answered to ordinary questions: harmless but for a few."""
    yield from (row["response"] for row in rows("refusal_chatgpt"))
    for row in rows("pairwise_pandalm"):
        yield from (row["output_a"], row["output_b"])
    for row in rows("recorded/instructions_4_models"):
        yield from row["outputs"].values()
    yield from (text for text, _ in own_replies())


def _documents() -> Iterator[str]:
    """Return what encyclopaedias, news and users wrote about anything: wars, crimes, animals."""
    for name in ("factuality_halueval_qa", "factuality_begin", "factuality_summedits"):
        yield from dict.fromkeys(row["context"] for row in rows(name))
    yield from (row["text"] for row in rows("injection_benign"))


def _without_spans(row: dict[str, Any]) -> str:
    text, kept, end = row["text"], [], 0
    for start, stop in sorted(row["meta"]["spans"]):
        kept.append(text[end:start])
        end = max(end, stop)
    return "".join([*kept, text[end:]])


def lexicon() -> dict[int, str]:
    """Return the hashes of obscene words and slurs with their roles; severe ones have a +."""
    found = {}
    for row in sorted(rows("wordlist_surge_profanity"), key=lambda row: row["severity"]):
        term = plain(row["term"]).strip()
        if " " not in term and len(term) > 2 and row["severity"] >= MILD:
            role = _ROLES[row["category"]] + ("+" if row["severity"] >= 2 else "")
            found[word_hash(term)] = role
    return found
