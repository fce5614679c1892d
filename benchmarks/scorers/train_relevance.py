"""Trains `relevance` and measures it on data it has not learned from.

    python benchmarks/scorers/train_relevance.py

Writes weights/relevance.npz and cards/relevance.json; takes about a minute on one core. Pairs are
made: a question with its own answer, and with the answer to the most similar other question.
Vectors of words are learned from texts first (`word_vectors.py`).
"""

import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import word_vectors
from boosting import Matrix, balanced, boosted
from cards import card
from cards import write as write_cards
from fitting import write
from rows import rows
from sklearn.feature_extraction.text import TfidfVectorizer

from llmeval.scorers.accuracy import Card
from llmeval.scorers.facts import likeness, relation
from llmeval.scorers.facts.analysis import words
from llmeval.scorers.facts.trees import Trees, packed
from llmeval.scorers.linear import arrays
from llmeval.scorers.relevance import Relevance

Pair = tuple[str, str, int]
"""Question, answer, label."""


def pairs(asked: Sequence[tuple[str, str]], seed: int = 1, wrong: int = 1) -> Iterator[Pair]:
    """Yield each question with an own answer and with one to each of the most similar others."""
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
        for other in np.argsort(-alike, kind="stable")[:wrong]:
            yield question, chosen.choice(answers[questions[other]]), 0


class Source(NamedTuple):
    """Questions with answers, and how they are used."""

    asked: list[tuple[str, str]]
    weight: float
    rounds: int = 1
    """Where a question has many answers, others of them each time."""
    wrong: int = 1
    """Answers to so many other questions each."""


def learned() -> list[Source]:
    """Return questions and answers by data set."""
    truthful = [row for row in rows("qa_truthfulqa") if "comment" not in row["answer"]]
    complied = [row for row in rows("refusal_chatgpt") if not row["label"]]
    right = [row for row in rows("factuality_halueval_qa") if row["label"]]
    served = [row for row in rows("attack_gptfuzz") if row["label"]]
    return [
        Source([(row["question"], row["answer"]) for row in rows("qa_evouna_nq")], 2.0),
        Source([(row["prompt"], row["response"]) for row in complied], 1.0),
        Source([(row["question"], row["answer"]) for row in truthful], 0.5),
        Source([(row["question"], row["response"]) for row in right], 0.3),
        Source([(row["goal"], row["response"]) for row in served], 0.5, rounds=6),
        Source(own(), 2.0, wrong=3),
    ]


def own() -> list[tuple[str, str]]:
    """Return instructions of our own with answers: the public sets to learn from have few."""
    text = (Path(__file__).parent / "own_instructions.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    return [(row["prompt"], row["reply"]) for row in found]


def rarities(texts: Sequence[str]) -> Matrix:
    """Return how rare the words of each slot are: log of one in so many texts, plus 1."""
    having = Counter(
        slot for text in texts for slot in {relation.slot(one.key) for one in words(text)}
    )
    total = len(texts)
    found = [math.log((total + 1) / (having[at] + 1)) + 1 for at in range(1 << relation.BITS)]
    return np.round(np.array(found), 2)


Table = tuple[Matrix, "np.ndarray"]
"""Features and labels."""


def table(found: Sequence[Pair], features: Callable[[relation.Pair], list[float]]) -> Table:
    """Return features and labels."""
    rows_ = [features(relation.pair(question, answer)) for question, answer, _ in found]
    return np.array(rows_), np.array([label for *_, label in found])


def examples(source: Source) -> list[Pair]:
    """Return the pairs of a data set."""
    return [
        pair
        for seed in range(1, source.rounds + 1)
        for pair in pairs(source.asked, seed, source.wrong)
    ]


def of_questions(sources: Sequence[Source]) -> Trees:
    """Return the trees for questions: every pair counts the same."""
    found = [pair for source in sources for pair in examples(source)]
    features, labels = table(found, relation.question_features)
    return boosted(features, labels, depth=4, trees=150, rate=0.05, leaf=30, strength=10.0)


def of_tasks(tables: Sequence[Table], weights: Sequence[float]) -> Trees:
    """Return the trees for instructions: of each set both labels count the same."""
    each = [
        balanced(labels) * weight / math.sqrt(len(labels))
        for (_, labels), weight in zip(tables, weights, strict=True)
    ]
    together = np.concatenate(each)
    return boosted(
        np.vstack([features for features, _ in tables]),
        np.concatenate([labels for _, labels in tables]),
        depth=4,
        trees=200,
        rate=0.05,
        leaf=30,
        strength=10.0,
        weights=together / together.mean(),
    )


def whole(vectors: Matrix) -> "np.ndarray":
    """Return vectors as whole numbers -127…127, the largest of each being 127."""
    centred = vectors - vectors.mean(axis=0)
    return np.rint(127 * centred / np.abs(centred).max(axis=1, keepdims=True)).astype(np.int8)


LEARNED = (
    "evouna_nq, chatgpt refusals that comply, truthfulqa, halueval_qa, gptfuzz, instructions of "
    "our own; vectors of words from these and begin, summedits, Wikipedia talk pages, bipia"
)

QUESTIONS = 4
"""So many of the first sets are made of questions."""

WORDS, DIMENSIONS = 8_000, 48


def words_arrays() -> dict[str, "np.ndarray"]:
    """Return what the features need: how rare words are, and their vectors."""
    keys, vectors = word_vectors.vectors(WORDS, DIMENSIONS)
    sets = [source.asked for source in learned()[:2]]
    rare = rarities([f"{question} {answer}" for some in sets for question, answer in some[::3]])
    return {
        "rarity": rare.astype(np.float32),
        "vector_hash": np.array([likeness.hashed(key) for key in keys], np.uint32),
        "vectors": whole(vectors),
    }


def train() -> None:
    """Write the weights and the cards."""
    shared = words_arrays()
    write(relation.FILE, shared)  # the features need it
    sources = learned()
    tables = [table(examples(source), relation.features) for source in sources]
    tasks = of_tasks(tables, [source.weight for source in sources])
    questions = of_questions(sources[:QUESTIONS])
    parts = {**packed(questions, relation.QUESTION), **packed(tasks, relation.TASK_PART)}
    write(relation.FILE, {**parts, **shared})
    arrays.cache_clear()
    write_cards("relevance", measured())


def measured() -> list[Card]:
    """Return the cards: pairs of two sets, none of them learned from."""
    found = []
    constructed = rows("relevance_constructed")
    for group, name in (("evouna_tq", "trivia"), ("selfinstruct", "instructions")):
        some = [row for row in constructed if row["group"] == group]
        pairs_ = [relation.pair(row["question"], row["answer"]) for row in some]
        found.append(
            card(
                "relevance",
                Relevance.version,
                f"relevance_constructed, {name}",
                [row["label"] for row in some],
                [relation.probability_of(pair) for pair in pairs_],
                task="the answer belongs to this question, not to the most similar other one",
                threshold=0.5,
                trained_on=LEARNED,
                note="not learned from",
            )
        )
    return found


if __name__ == "__main__":
    train()
