"""Trains `is_injection` and measures it on texts it has not learned from.

    python benchmarks/scorers/train_injection.py
    python benchmarks/scorers/train_injection.py --check

The first writes weights/is_injection.npz and cards/is_injection.json, the second ends with 1 when
the shipped weights are not those that the data give. Takes about a minute on one core.

Two parts: one weighs the signs of each sentence among its neighbours and learns from documents into
which we put ordinary requests; the other reads n-grams of the whole text and learns from collected
injections, jailbreaks and our own attacks.
"""

import random
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from cards import card
from cards import write as write_cards
from fitting import finish, fitted, matrix, whole
from rows import rows
from sklearn.linear_model import LogisticRegression

from llmeval.attacks.choice import Axes, selectors, spread
from llmeval.attacks.compose import Plan, compose
from llmeval.attacks.goals import GOALS
from llmeval.attacks.lookalikes import LOOK_ALIKES
from llmeval.scorers.accuracy import Card
from llmeval.scorers.injection import IsInjection, find, read_chars
from llmeval.scorers.injection_signs import sentences, signs
from llmeval.scorers.linear import packed
from llmeval.scorers.ngrams import Ngrams

NGRAMS = Ngrams(bits=15)
TASK = "the text tries to instruct or to jailbreak whoever reads it"
LEARNED = (
    "deepset (train), in-the-wild and GPTFuzz jailbreaks, ordinary requests, Wikipedia talk pages "
    "and passages with requests put in, our own attacks"
)
OWN = 600


def requests() -> list[str]:
    """Return first sentences of what people ask assistants for."""
    found = [row["text"] for row in rows("injection_benign")]
    found += [row["instruction"] for row in rows("pairwise_pandalm")]
    found += [row["prompt"] for row in rows("refusal_chatgpt")]
    return [part for text in found for part in sentences(text)[:1] if len(part) > 12]


def documents(draws: random.Random) -> list[str]:
    """Return texts of several sentences that nobody has put anything into."""
    talk = [row["text"] for row in rows("toxicity_wiki_context") if not row["label"]]
    talk = [text for text in talk if 4 <= len(sentences(text)) <= 25]
    draws.shuffle(talk)
    told = sorted({row["context"] for row in rows("factuality_begin")})
    grouped = [" ".join(told[at : at + 5]) for at in range(0, len(told), 5)]
    said = [str(row["output_a"]) for row in rows("pairwise_pandalm")]
    return [
        *talk[:2500],
        *sorted({row["context"] for row in rows("factuality_halueval_qa")}),
        *grouped,
        *(text for text in said if len(sentences(text)) >= 4),
    ]


def of_sentences() -> LogisticRegression:
    """Return what weighs the signs of a sentence."""
    draws = random.Random(3)
    asked = requests()
    features, labels = [], []
    for text in documents(draws):
        parts = sentences(text)
        features += signs(parts)
        labels += [0] * len(parts)
        place = draws.choice([0, len(parts) // 2, len(parts)])
        injected = [*parts[:place], draws.choice(asked), *parts[place:]]
        features.append(signs(injected)[place])
        labels.append(1)
    model = LogisticRegression(C=1.0, max_iter=500, class_weight="balanced")
    return model.fit(np.array(features), labels)


def own_attacks() -> list[str]:
    """Return attacks of our own, in plain words and hidden."""
    axes = Axes(
        goals=tuple(GOALS),
        techniques=selectors(["all"]),
        encodings=("plain", "base64", "leetspeak", "mixed_languages", "spacing", "reversed"),
        carriers=("message",),
        positions=("end",),
    )
    plan = Plan(forbidden_tools=("send_mail",), document="")
    return [compose(key, plan, "train", 1).text for key in spread(axes, OWN, 11)]


def of_texts() -> tuple[list[str], list[int]]:
    """Return whole texts with their labels."""
    deepset = [row for row in rows("injection_deepset") if row["split"] == "train"]
    good = [row["text"] for row in (*deepset, *rows("injection_benign")) if not row["label"]]
    bad = [row["text"] for row in (*deepset, *rows("injection_jailbreaks")) if row["label"]]
    good += [*LOOK_ALIKES, *documents(random.Random(5))]
    bad += own_attacks()
    return good + bad, [0] * len(good) + [1] * len(bad)


def train() -> dict[str, Any]:
    """Return the weights."""
    weigher = of_sentences()
    texts, labels = of_texts()
    features = matrix([NGRAMS.slots(read_chars(text)) for text in texts], NGRAMS.bits)
    reader = whole(NGRAMS, [fitted(features, labels, strength=0.3)])
    return {
        **packed(reader),
        "signs": np.round(weigher.coef_[0], 4),
        "signs_bias": np.round(weigher.intercept_, 4),
    }


def measure() -> list[Card]:
    """Return the cards, of the weights that are written."""
    deepset = [row for row in rows("injection_deepset") if row["split"] == "test"]
    note = "documents and e-mails with a request put in; no document of it was learned from"
    return [
        _card("bipia, unseen", rows("injection_bipia"), note),
        _card("deepset, test", deepset, "what users say, English and German"),
    ]


def _card(name: str, some: Sequence[dict[str, Any]], note: str) -> Card:
    return card(
        "is_injection",
        IsInjection.version,
        name,
        [row["label"] for row in some],
        [find(row["text"]).score for row in some],
        task=TASK,
        threshold=0.5,
        trained_on=LEARNED,
        note=note,
    )


if __name__ == "__main__":
    only_check = "--check" in sys.argv[1:]
    finish("is_injection", train(), check=only_check)
    if not only_check:
        write_cards("is_injection", measure())
