"""Questions and instructions with answers that belong to them or to others, for `relevance`."""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rows import Row, rows
from sklearn.feature_extraction.text import TfidfVectorizer

Pair = tuple[str, str, int]
"""Question, answer, label."""


def pairs(asked: Sequence[tuple[str, str]], seed: int = 1, wrong: int = 1) -> Iterator[Pair]:
    """Yield each question with an own answer and with one to each of the most similar others.

    Questions that share no word are equally similar: which of them is taken is drawn.
    """
    answers: dict[str, list[str]] = {}
    for question, answer in asked:
        answers.setdefault(question, []).append(answer)
    questions = list(answers)
    chosen, drawn = random.Random(seed), np.random.default_rng(seed)
    vectors = TfidfVectorizer(stop_words="english").fit_transform(questions)
    for place, question in enumerate(questions):
        alike = (vectors[place] @ vectors.T).toarray()[0] + 1e-6 * drawn.random(len(questions))
        alike[place] = -1
        yield question, chosen.choice(answers[question]), 1
        for other in np.argsort(-alike, kind="stable")[:wrong]:
            yield question, chosen.choice(answers[questions[other]]), 0


class Source(NamedTuple):
    """Questions with answers, and how they are used."""

    asked: list[tuple[str, str]]
    of_questions: float
    """How much it counts for the model for questions: 0 where it does not."""
    of_talk: float
    """How much it counts for the model for what is said to a service."""
    of_tasks: float
    """How much it counts for the model for instructions."""
    rounds: int = 1
    """Where a question has many answers, others of them each time."""
    wrong: int = 1
    """Answers to so many other questions each."""
    own: float = 1.0
    """How much an own answer counts beside those to other questions."""


def learned() -> list[Source]:
    """Return questions and answers by data set."""
    truthful = [row for row in rows("qa_truthfulqa") if "comment" not in row["answer"]]
    complied = [row for row in rows("refusal_chatgpt") if not row["label"]]
    served = [row for row in rows("attack_gptfuzz") if row["label"]]
    return [
        Source([(row["question"], row["answer"]) for row in rows("qa_evouna_nq")], 1.5, 1.5, 0.0),
        Source([(row["prompt"], row["response"]) for row in complied], 1.0, 1.0, 0.7),
        Source([(row["question"], row["answer"]) for row in truthful], 0.5, 1.0, 0.0),
        Source([(row["goal"], row["response"]) for row in served], 0.0, 0.0, 0.6, rounds=6),
        Source(own("instructions"), 0.5, 4.0, 5.0, wrong=3, own=1.5),
        Source(own("questions"), 0.1, 4.0, 1.0, wrong=3, own=2.0),
    ]


def own(name: str) -> list[tuple[str, str]]:
    """Return prompts with replies that we wrote: the public sets to learn from have few."""
    text = (Path(__file__).parent / f"own_{name}.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in text.splitlines()]
    return [(row["prompt"], row["reply"]) for row in found]


def examples(source: Source) -> list[Pair]:
    """Return the pairs of a data set."""
    return [
        pair
        for seed in range(1, source.rounds + 1)
        for pair in pairs(source.asked, seed, source.wrong)
    ]


def pairs_of(found: Sequence[Row]) -> list[Pair]:
    """Return labelled pairs of a data set."""
    return [(row["question"], row["answer"], row["label"]) for row in found]


APART = 37
"""A wrong short answer is that to the question so many places further on."""


def short() -> list[Pair]:
    """Return short questions of customers, each with its own answer and with another's."""
    asked = own("short_answers")
    right = [(question, answer, 1) for question, answer in asked]
    others = asked[APART:] + asked[:APART]
    return right + [
        (question, answer, 0) for (question, _), (_, answer) in zip(asked, others, strict=True)
    ]
