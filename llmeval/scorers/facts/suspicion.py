"""How often a word that the evidence does not use is one too many: a small trained table.

Rewording brings in other words than adding, swapping and denying do. The table knows words, stems
and their beginnings and ends by hash; a word it has never seen is judged by the latter.
"""

from functools import cache, lru_cache
from typing import Final
from zlib import crc32

from llmeval.scorers.facts.analysis import Word
from llmeval.scorers.facts.claims import Claim
from llmeval.scorers.facts.evidence import LIKE
from llmeval.scorers.linear import arrays

BITS: Final = 13
FILE: Final = "factuality_document"


def signs(found: "list[Claim]") -> list[str]:
    """Return one text for everything that the table looks at in the claims of a reply."""
    seen: list[str] = []
    for one in found:
        for word, level in zip(one.content, one.support, strict=True):
            if level <= LIKE and word.number is None:
                named = word.capital and word is not one.words[0]
                seen += _NAME if named else signs_of(word)
        seen += [f"N:{word.text}" for word in one.words if word.negation]
    return seen


_NAME: Final = ("A",)


def signs_of(word: Word) -> tuple[str, ...]:
    """Return what the table looks at in a word that is not in the evidence."""
    text = word.text
    pieces = [f"{size}{text[:size]}-" for size in (2, 3, 4)]
    pieces += [f"{size}-{text[-size:]}" for size in (2, 3, 4)]
    return (f"W:{text}", f"S:{word.key}", *pieces)


def slot(sign: str) -> int:
    """Return a sign's place in the table."""
    return crc32(sign.encode("utf-8", "surrogatepass")) & ((1 << BITS) - 1)


def suspicion(found: "list[Claim]") -> float:
    """Return the log-odds that a reply with these claims is right, by its unsupported words."""
    table, scale = _table()
    return scale * sum(table[_slot(sign)] for sign in signs(found))


_slot = lru_cache(maxsize=1 << 15)(slot)


@cache
def _table() -> tuple[list[int], float]:
    found = arrays(FILE)
    return found["words"].tolist(), float(found["words_scale"])
