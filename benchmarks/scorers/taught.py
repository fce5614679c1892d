"""What two models by others say about a text, to learn from: see `teachers.py`.

Both are an LSTM that reads a text in both directions (Hochreiter and Schmidhuber 1997, Schuster
and Paliwal 1997), the highest value of each of its units, and two layers. They are far too slow and
too large to ship; that a linear model learns from their scores is known as distillation (Hinton,
Vinyals and Dean 2015, arXiv:1503.02531).
"""

from collections.abc import Sequence
from functools import cache

import archives
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

KINDS = ("toxic", "severe", "obscene", "threat", "insult", "identity_attack")
UNITS = 50
READ = 100
"""So many words of a text are read, the last ones; a shorter one is filled up in front."""
SETTLED = 30
"""After so many fillers what is read backwards hardly changes."""
BATCH = 4096

Matrix = NDArray[np.float32]

_FOLDED = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))


class Teacher(Struct, frozen=True, kw_only=True):
    """One of the two models."""

    index: dict[str, int]
    arrays: dict[str, Matrix]
    hard: bool
    """Gates are a line cut off at 0 and 1 (Keras 2), not the logistic function (Keras 3)."""

    def log_odds(self, texts: Sequence[str]) -> Matrix:
        """Return the log-odds of each of KINDS, shape (texts, 6)."""
        rows = [self._numbers(text) for text in texts]
        order = np.argsort([len(row) for row in rows], kind="stable")
        found = np.empty((len(rows), len(KINDS)), np.float32)
        for start in range(0, len(rows), BATCH):
            some = order[start : start + BATCH]
            found[some] = self._read([rows[place] for place in some])
        return found

    def _numbers(self, text: str) -> list[int]:
        words = text.lower().translate(_FOLDED).split()
        return [self.index[word] for word in words if word in self.index][-READ:]

    def _read(self, rows: Sequence[Sequence[int]]) -> Matrix:
        longest = max(1, *map(len, rows))
        numbers = np.zeros((len(rows), longest), np.int64)
        for place, row in enumerate(rows):
            numbers[place, longest - len(row) :] = row
        there = self._highest("forward", numbers, before=READ - longest)
        after = np.zeros((len(rows), min(READ - longest, SETTLED)), np.int64)
        back = np.hstack([numbers[:, ::-1], after])
        arrays = self.arrays
        dense = np.hstack([there, self._highest("backward", back)]) @ arrays["dense 0"]
        inner = np.maximum(dense + arrays["dense 1"], 0)
        found: Matrix = inner @ arrays["dense_1 0"] + arrays["dense_1 1"]
        return found

    def _highest(self, way: str, numbers: NDArray[np.int64], before: int = 0) -> Matrix:
        """Return the highest output of each unit over the words, fillers before them included."""
        kernel, recurrent, bias = (self.arrays[f"{way} {part}"] for part in range(3))
        given = self.arrays["embedding 0"] @ kernel + bias
        state = said = np.zeros((1, UNITS), np.float32)
        highest = np.full_like(state, -1)
        # Fillers do the same to each text: one row is enough for those in front.
        columns = [*np.zeros((before, 1), np.int64), *numbers.T]
        for column in columns:
            into, forget, new, out = np.split(given[column] + said @ recurrent, 4, axis=1)
            state = self._gate(forget) * state + self._gate(into) * np.tanh(new)
            said = self._gate(out) * np.tanh(state)
            highest = np.maximum(highest, said)
        return highest

    def _gate(self, given: Matrix) -> Matrix:
        return np.clip(0.2 * given + 0.5, 0, 1) if self.hard else 1 / (1 + np.exp(-given))


@cache
def _teachers() -> tuple[Teacher, ...]:
    path = archives.FOLDER / "teachers.npz"
    if not path.is_file():
        raise SystemExit(f"{path} is missing: archives.py and teachers.py make it")
    with np.load(path, allow_pickle=False) as file:
        found = {key: file[key] for key in file.files}
    return tuple(
        Teacher(
            index={word: place for place, word in enumerate(found[f"{name} words"].tolist(), 1)},
            arrays={
                key.removeprefix(f"{name} "): array
                for key, array in found.items()
                if key.startswith(f"{name} ") and not key.endswith(" words")
            },
            hard=name == "tox_block",
        )
        for name in ("tox_block", "toxic_comment_classifier")
    )


def vocabulary() -> list[str]:
    """Return the words that the models know, those of the first before the others."""
    return list(dict.fromkeys(word for teacher in _teachers() for word in teacher.index))


SLOPE, SHIFT = 0.8, 0.7
"""The models were trained on rare labels: log-odds are raised and drawn together."""


def taught(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the probability of each of KINDS, the mean of both models, shape (texts, 6)."""
    found = np.mean([teacher.log_odds(texts) for teacher in _teachers()], axis=0)
    return np.asarray(1 / (1 + np.exp(-SLOPE * (found.astype(float) + SHIFT))))
