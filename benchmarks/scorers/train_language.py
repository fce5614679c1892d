r"""Trains `language` on translations and word lists of free programs: weights/language.npz.

    pip install --no-deps --target FOLDER django==5.2.19 wagtail==8.0.1 sphinx==9.0.4 \
        djangorestframework==3.18.3 django-allauth==65.22.1 django-oscar==4.2.1 \
        django-cms==5.1.3 mimesis==22.2.0 spacy==3.8.18 stopwordsiso==0.7.1
    python benchmarks/scorers/train_language.py FOLDER [--check]

All of them may be used freely (BSD and MIT licences). What is learned is how often sequences of
letters are in each language; `measure_language.py` measures it on texts of our own. A minute.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from fitting import finish
from language_texts import read
from numpy.typing import NDArray
from own_words import WORDS

from llmeval.scorers.language import script_of
from llmeval.scorers.language_model import LONGEST, STEPS, grams, key
from llmeval.scorers.language_names import SHARED

KEPT = {"LATIN": 30_000, "CYRILLIC": 12_000, "ARABIC": 5_000, "DEVANAGARI": 4_000}
"""Sequences of each script that are kept: those that tell most."""
LISTED = 0.1
"""What our own lists of words count, against the texts."""
UNSEEN, UNSEEN_WORD = 1e-5, 1e-4
"""What is added to the probability of a sequence and of a whole word: alike in all languages, for
a language with few texts would else be at a disadvantage."""


def counted(words: Mapping[str, int], script: str) -> Counter[str]:
    """Return how often each sequence of letters is in words of a script."""
    found: Counter[str] = Counter()
    for word, count in words.items():
        if script_of(word) == script:
            for gram in grams(word):
                # The root, as words of the programs' trade must not speak for a language.
                found[gram] += count**0.5
    return found


def shares(
    counts: list[Counter[str]], every: list[str], size: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the share[sequence, language] of each sequence among those of its size."""
    table = np.array([[float(some[gram]) for some in counts] for gram in every])
    for order in range(1, LONGEST + 2):
        table[size == order] /= np.maximum(table[size == order].sum(0), 1)
    return table


def trained(words: Mapping[str, Counter[str]], script: str) -> dict[str, NDArray[Any]]:
    """Return the sequences of a script that tell most and their logarithms[sequence, language]."""
    read = [counted(words[code], script) for code in SHARED[script]]
    listed = [counted(dict.fromkeys(WORDS[code].split(), 1), script) for code in SHARED[script]]
    every = sorted(set().union(*read, *listed))
    size = np.array([min(len(gram), LONGEST + 1) for gram in every])
    table = (1 - LISTED) * shares(read, every, size) + LISTED * shares(listed, every, size)
    logs = np.log(table + np.where(size > LONGEST, UNSEEN_WORD, UNSEEN)[:, None])
    telling = ((table.max(1) - table.min(1)) * (logs.max(1) - logs.min(1))).round(12)
    best = np.argsort(-telling, kind="stable")[: KEPT[script]]
    ordered = sorted(best.tolist(), key=lambda place: key(every[place]))
    return {
        f"{script}_keys": np.array([key(every[place]) for place in ordered], np.uint32),
        f"{script}_logs": np.round(logs[ordered] * STEPS).clip(-127, 0).astype(np.int8),
    }


if __name__ == "__main__":
    texts = read(Path(sys.argv[1]), WORDS)
    model = {name: array for script in SHARED for name, array in trained(texts, script).items()}
    finish("language", model, check="--check" in sys.argv[2:])
