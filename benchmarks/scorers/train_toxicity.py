"""Trains `toxicity` and measures it on data it has not learned from.

    python benchmarks/scorers/train_toxicity.py
    python benchmarks/scorers/train_toxicity.py --check
    python benchmarks/scorers/train_toxicity.py --without davidson

The first writes weights/toxicity.npz and cards/toxicity.json, the second ends with 1 when the
shipped weights are not those that the data give, the third leaves one data set out and says how
the model does on it: that is how features and strengths were chosen. About two minutes each.
"""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from cards import card
from cards import write as write_cards
from figures import auc
from fitting import finish, matrix, rarity, whole
from numpy.typing import NDArray
from own_replies import ordinary, own_replies
from own_sentences import own_sentences
from rows import rows
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from llmeval.scorers.accuracy import Card
from llmeval.scorers.linear import Linear, packed, probability
from llmeval.scorers.ngrams import Ngrams
from llmeval.scorers.spelling import plain
from llmeval.scorers.toxicity import DEFAULT_MAX, Toxicity
from llmeval.scorers.toxicity_model import (
    CATEGORIES,
    Model,
    find,
    head_text,
    lexicon_arrays,
    margins,
    windows,
    words_of,
)
from llmeval.scorers.toxicity_words import Roles, word_hash

TONE = ("davidson", "wiki_eval", "wiki_context", "toxic_spans", "hatemoji_build", "convabuse")
TONE += ("identity_templates",)
LEARNED = (*TONE, "edos")
TRAINED_ON = ", ".join(LEARNED) + ", replies of models, sentences of our own"

TEXT = Ngrams(bits=18, chars=(3, 4, 5), words=(1, 2))
SKELETON = Ngrams(bits=13, chars=(), words=(1, 2, 3), window=4)
HEADS = Ngrams(bits=15, chars=(), words=(1, 2), window=3)
STRENGTH = 0.03
TONE_STRENGTH = 0.1
OPERATING = 0.17
"""Added to the log-odds, so that at 0.5 fewer than 5 % of ordinary replies are called toxic."""
COUNTS = {"own": 5.0, "replies": 5.0, "documents": 3.0, "hatemoji_build": 1.5}
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


_REST = "rest"


class Rows:
    """Plain texts with labels, the data set each comes from, and its own word for the kind."""

    def __init__(self, without: str = "") -> None:
        self.texts: list[str] = []
        self.labels: list[float] = []
        """0…1; of wiki_context the score of Perspective, which says more than rare labels."""
        self.sources: list[str] = []
        self.groups: list[str] = []
        for name in LEARNED:
            if name != without:
                self._add_set(name)
        for text, label in own_sentences():
            self._add(text, label, "own", "")
        for text in _replies():
            if isinstance(text, str):  # a few outputs are other JSON values
                self._add(text, 0, "replies", "")
        for text in _documents():
            self._add(text, 0, "documents", "")

    def _add_set(self, name: str) -> None:
        for row in rows(f"toxicity_{name}"):
            if name == "edos" and not row["label"]:
                continue  # not sexist, but it may be toxic in any other way
            soft = name == "wiki_context"
            label = float(row["meta"]["perspective"]) if soft else row["label"]
            self._add(row["text"], label, name, row["group"])
            if name == "toxic_spans":
                rest = _without_spans(row)
                if 10 < len(rest) < len(row["text"]):
                    self._add(rest, 0, name, _REST)

    def _add(self, text: str, label: float, source: str, group: str) -> None:
        folded = plain(text)
        # What is harmless as a whole is so in each stretch; of what is toxic nobody says where.
        for part in windows(folded) if label < SURELY_NOT else [folded]:
            self.texts.append(part)
            self.labels.append(label)
            self.sources.append(source)
            self.groups.append(group)

    def weights(self) -> NDArray[np.float64]:
        """Return how much each row counts: both labels alike within a data set, up to a bound."""
        sources, labels = np.array(self.sources), np.array(self.labels)
        found = np.ones(len(labels))
        for source in set(self.sources):
            same = sources == source
            sizes = labels[same].sum(), (1 - labels[same]).sum()
            if min(sizes) > 0:
                toxic, harmless = (min(sum(sizes) / 2 / n, MOST_WEIGHT) for n in sizes)
                found[same] = labels[same] * toxic + (1 - labels[same]) * harmless
            found[same] *= COUNTS.get(source, 1.0)
        found[np.array(self.groups) == _REST] *= REST_WEIGHT
        return found


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


def train(given: Rows, known: dict[int, str]) -> Model:
    """Return the model."""
    roles = Roles(known)
    skeletons = [roles.skeleton(words_of(text)) for text in given.texts]
    text = matrix([TEXT.slots(text) for text in given.texts], TEXT.bits)
    skeleton = matrix([SKELETON.slots(one) for one in skeletons], SKELETON.bits)
    both = sparse.hstack([text, skeleton]).tocsr()
    found = [_contrast(both, given), _tone(both, given)]
    split = text.shape[1]
    return Model(
        text=whole(TEXT, [(weights[:split], bias) for weights, bias in found]),
        skeleton=whole(SKELETON, [(weights[split:], 0.0) for weights, _ in found], largest=1.0),
        heads=_heads(given, roles),
        roles=roles,
    )


def _contrast(features: sparse.csr_matrix, given: Rows) -> tuple[NDArray[np.float64], float]:
    """Return what learns from contrast.

    Both labels alike within each data set, what is left of a toxic comment without its marked
    words, sentences of our own, harmless documents.
    """
    chosen = np.array(given.sources) != "identity_templates"
    weights, bias = _regression(
        features[chosen], np.array(given.labels)[chosen], given.weights()[chosen], STRENGTH
    )
    return weights, bias + OPERATING


def _tone(features: sparse.csr_matrix, given: Rows) -> tuple[NDArray[np.float64], float]:
    """Return what learns from tone: the data sets of comments as they are."""
    chosen = np.isin(given.sources, TONE) & (np.array(given.groups) != _REST)
    labels = np.array(given.labels)[chosen]
    return _regression(features[chosen], labels, np.ones(len(labels)), TONE_STRENGTH)


def _regression(
    features: sparse.csr_matrix,
    labels: Sequence[float] | NDArray[np.float64],
    weights: NDArray[np.float64],
    strength: float,
) -> tuple[NDArray[np.float64], float]:
    """Return coefficients and bias; a label between 0 and 1 counts as a share of each."""
    rare, given = rarity(features), np.asarray(labels, float)
    scaled = features.multiply(rare).tocsr().astype(np.float32)
    toxic, harmless = np.flatnonzero(given > 0), np.flatnonzero(given < 1)
    rows_of = np.concatenate([toxic, harmless])
    scaled = scaled[rows_of]
    scaled.indices = scaled.indices.astype(np.int32)
    scaled.indptr = scaled.indptr.astype(np.int32)
    model = LogisticRegression(C=strength, solver="lbfgs", tol=1e-3, max_iter=300)
    model.fit(
        scaled,
        np.repeat([1, 0], [len(toxic), len(harmless)]),
        sample_weight=np.where(
            np.arange(len(rows_of)) < len(toxic), given[rows_of], 1 - given[rows_of]
        )
        * weights[rows_of],
    )
    return model.coef_[0] * rare, float(model.intercept_[0])


def _heads(given: Rows, roles: Roles) -> Linear:
    read = [head_text(text, roles) for text in given.texts]
    features = matrix([HEADS.slots(text) for text in read], HEADS.bits)
    ones = np.ones(len(read))
    return whole(
        HEADS,
        [
            _regression(features, [int(v) for v in _kind(name, given, read)], ones, 0.05)
            for name in CATEGORIES
        ],
    )


def _kind(category: str, given: Rows, read: Sequence[str]) -> list[bool]:
    """Return which rows are of a category, by what their data set says or their words are.

    No data set has all categories; for obscene words and for insults the words decide.
    """
    columns = zip(given.labels, given.sources, given.groups, read, strict=True)
    return [
        label >= 0.5 and _is(category, s, group, set(t.split())) for label, s, group, t in columns
    ]


def _is(category: str, source: str, group: str, words: set[str]) -> bool:
    said = {
        "insult": source == "convabuse",
        "threat": "threat" in group or (source == "own" and "VIOLENCE" in words),
        "identity_attack": source in ("edos", "hatemoji_build")
        or group == "hate"
        or (source == "own" and "GROUP" in words),
    }
    return said.get(category, False) or not words.isdisjoint(_TELLING.get(category, ()))


_TELLING = {
    "insult": ("INSULT", "CURSE+"),
    "identity_attack": ("SLUR+", "SLURG+", "SLURD+"),
    "sexual": ("SEXUAL", "SEXUAL+"),
    "profanity": ("FILTH", "FILTH+", "CURSE+", "SEXUAL+"),
}
"""Roles of words that alone make a toxic text one of the category."""


def measure() -> list[Card]:
    """Return the cards, of the weights that are written."""
    seen = (
        "how the sources count, the weight of tone and of our own sentences were chosen with this "
        "figure in view"
    )
    read = "seen whenever variants were compared, and some hundred of its misjudged rows were read"
    sets = [
        ("surge", rows("toxicity_surge"), read),
        ("hatemoji_check", rows("toxicity_hatemoji_check"), seen),
    ]
    note = "where 0.5 lies was set on these replies"
    sets.append(("ordinary replies, written by us", [_harmless(row) for row in ordinary()], note))
    return [
        card(
            "toxicity",
            Toxicity.version,
            name,
            [row["label"] for row in some],
            scores,
            task="people call the text toxic, hateful or abusive",
            threshold=DEFAULT_MAX,
            trained_on=TRAINED_ON,
            note=note,
        )
        for name, some, note in sets
        for scores in [[find(row["text"]).score for row in some]]
    ]


def _harmless(row: dict[str, Any]) -> dict[str, Any]:
    return {"text": row["reply"], "label": 0}


def try_without(name: str) -> None:
    """Say how a model does on a data set that it has not learned from."""
    model = train(Rows(without=name), lexicon())
    some = rows(f"toxicity_{name}")
    parts = [list(windows(plain(row["text"]))) for row in some]
    scores = [probability(max(margins(row, model))) for row in parts]
    area, interval = auc(np.array([row["label"] for row in some]), np.array(scores))
    print(f"{name} left out: AUC {area:.3f} [{interval.low:.3f}, {interval.high:.3f}]")


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--without", choices=LEARNED)
    given = parser.parse_args()
    if given.without:
        try_without(given.without)
        return
    known = lexicon()
    model = train(Rows(), known)
    found = packed(model.text) | packed(model.skeleton, "skeleton_") | packed(model.heads, "heads_")
    finish("toxicity", found | lexicon_arrays(known), check=given.check)
    if not given.check:
        write_cards("toxicity", measure())


if __name__ == "__main__":
    main()
