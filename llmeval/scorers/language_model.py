"""How likely a word is in each language of its script: trained on sequences of its letters.

A naive Bayes model over the sequences of one to four letters of a word and the whole word (Cavnar
and Trenkle 1994 and many since). Whole numbers are added up: the same everywhere, in any order.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Final
from zlib import crc32

LONGEST: Final = 4
"""Letters of a sequence."""
STEPS: Final = 10
"""A step of the table is a tenth of a natural logarithm."""
MOST: Final = 12 * STEPS
"""What one word may say against a language at most: a foreign name must not decide."""


def grams(word: str) -> Iterator[str]:
    """Yield the sequences of letters of a word; a blank stands before and behind it."""
    padded = f" {word} "
    for size in range(1, LONGEST + 1):
        for at in range(len(padded) - size + 1):
            found = padded[at : at + size]
            if found != " ":
                yield found
    if len(padded) > LONGEST:
        yield padded


def key(gram: str) -> int:
    """Return the number of a sequence."""
    return crc32(gram.encode("utf-8", "surrogatepass"))


@lru_cache(1 << 14)
def against(script: str, word: str) -> tuple[int, ...]:
    """Return what a word says against each language of `SHARED[script]`; 0 for the likeliest.

    In steps of a tenth of a natural logarithm, `MOST` at most.
    """
    rows, table = table_of(script)
    found = [table[row] for row in map(rows.get, map(key, grams(word))) if row is not None]
    if not found:
        return ()
    # Each letter is in several sequences and must not count several times.
    said = [sum(column) * 2 // LONGEST for column in zip(*found, strict=True)]
    best = max(said)
    return tuple(min(best - one, MOST) for one in said)


@cache
def table_of(script: str) -> tuple[dict[int, int], Sequence[Sequence[int]]]:
    """Return the row of each known sequence and the log-probabilities[row][language]."""
    from llmeval.scorers.linear import arrays

    found = arrays("language")
    keys = found[f"{script}_keys"].tolist()
    return dict(zip(keys, range(len(keys)), strict=True)), found[f"{script}_logs"].tolist()
