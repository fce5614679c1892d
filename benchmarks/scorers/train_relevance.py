"""Trains `relevance` and measures it on data it has not learned from.

    python benchmarks/scorers/train_relevance.py

Writes weights/relevance.npz and cards/relevance.json; takes about a minute on one core. Pairs are
made: a question with its own answer, and with the answer to the most similar other question.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from answer_models import sigmoid
from boosting import Matrix, boosted, margins
from cards import card
from cards import write as write_cards
from fitting import write
from rows import rows
from sklearn.feature_extraction.text import TfidfVectorizer

from llmeval.scorers.accuracy import Card
from llmeval.scorers.facts import relation
from llmeval.scorers.facts.analysis import words
from llmeval.scorers.facts.trees import Trees, packed
from llmeval.scorers.relevance import Relevance

Pair = tuple[str, str, int]
"""Question, answer, label."""


def pairs(asked: Sequence[tuple[str, str]], seed: int = 1) -> Iterator[Pair]:
    """Yield each question with an own answer and with one to the most similar other question."""
    answers: dict[str, list[str]] = {}
    for question, answer in asked:
        answers.setdefault(question, []).append(answer)
    questions = list(answers)
    chosen = random.Random(seed)
    vectors = TfidfVectorizer(stop_words="english").fit_transform(questions)
    for place, question in enumerate(questions):
        alike = (vectors[place] @ vectors.T).toarray()[0]
        alike[place] = -1
        yield question, chosen.choice(answers[question]), 1
        yield question, chosen.choice(answers[questions[int(alike.argmax())]]), 0


def learned() -> list[list[tuple[str, str]]]:
    """Return questions and answers by data set."""
    return [
        [(row["question"], row["answer"]) for row in rows("qa_evouna_nq")],
        [(row["prompt"], row["response"]) for row in rows("refusal_chatgpt") if not row["label"]],
        [
            (row["question"], row["answer"])
            for row in rows("qa_truthfulqa")
            if "comment" not in row["answer"]
        ],
        [
            (row["question"], row["response"])
            for row in rows("factuality_halueval_qa")
            if row["label"]
        ],
    ]


def rarities(texts: Sequence[str]) -> Matrix:
    """Return how rare the words of each slot are: log of one in so many texts, plus 1."""
    having = Counter(
        slot for text in texts for slot in {relation.slot(one.key) for one in words(text)}
    )
    total = len(texts)
    found = [math.log((total + 1) / (having[at] + 1)) + 1 for at in range(1 << relation.BITS)]
    return np.round(np.array(found), 2)


def table(found: Sequence[Pair]) -> tuple[Matrix, "np.ndarray"]:
    """Return features and labels."""
    features = [relation.features(relation.pair(question, answer)) for question, answer, _ in found]
    return np.array(features), np.array([label for *_, label in found])


def fitted(features: Matrix, labels: "np.ndarray") -> Trees:
    """Return the trees."""
    return boosted(features, labels, depth=4, trees=150, rate=0.05, leaf=30, strength=10.0)


def train() -> None:
    """Write the weights and the cards."""
    sets = learned()
    rare = rarities([f"{question} {answer}" for some in sets[:2] for question, answer in some[::3]])
    write(relation.FILE, {"rarity": rare.astype(np.float32)})  # the features need it
    features, labels = table([pair for some in sets for pair in pairs(some)])
    trees = fitted(features, labels)
    write(relation.FILE, {**packed(trees), "rarity": rare.astype(np.float32)})
    write_cards("relevance", measured(trees))


def measured(trees: Trees) -> list[Card]:
    """Return the cards: pairs of two sets, none of them learned from."""
    found = []
    constructed = rows("relevance_constructed")
    for group, name in (("evouna_tq", "trivia"), ("selfinstruct", "instructions")):
        some = [row for row in constructed if row["group"] == group]
        features, labels = table([(r["question"], r["answer"], r["label"]) for r in some])
        found.append(
            card(
                "relevance",
                Relevance.version,
                f"relevance_constructed, {name}",
                labels.tolist(),
                sigmoid(margins(trees, features)).tolist(),
                task="the answer belongs to this question, not to the most similar other one",
                threshold=0.5,
                trained_on="evouna_nq, chatgpt refusals that comply, truthfulqa, halueval_qa",
                note="not learned from",
            )
        )
    return found


if __name__ == "__main__":
    train()
