"""What changed between two texts, word by word: for the part of the page that needs no scripts.

`assets/difference.js` does the same for the rest.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

WORDS = re.compile(r"\s+|\w+|[^\w\s]")

LEAST_ALIKE = 0.3
"""Share of letters that must be the same: a text all marked is only harder to read."""

Part = tuple[bool, str]
"""Whether it changed, and its text."""


class Difference(Struct, frozen=True):
    """Two texts as runs of words."""

    before: tuple[Part, ...]
    now: tuple[Part, ...]


def difference(before: str, now: str) -> Difference:
    """Return both texts in parts that are the same or changed; joined they are the texts.

    The words that stay are a longest common subsequence. Texts with little in common are one
    part each, marked as the same.
    """
    from rapidfuzz.distance import LCSseq

    left, right = WORDS.findall(before), WORDS.findall(now)
    kept_left, kept_right = [False] * len(left), [False] * len(right)
    places: dict[str, int] = {}  # numbers: the library cannot hash lone surrogates
    numbered = [[places.setdefault(w, len(places)) for w in words] for words in (left, right)]
    for step in LCSseq.opcodes(*numbered):
        if step.tag == "equal":
            for offset in range(step.src_end - step.src_start):
                kept_left[step.src_start + offset] = True
                kept_right[step.dest_start + offset] = True
    found = Difference(tuple(_runs(left, kept_left)), tuple(_runs(right, kept_right)))
    if max(_alike(found.before), _alike(found.now)) < LEAST_ALIKE:
        return Difference(_whole(before), _whole(now))
    return found


def _whole(text: str) -> tuple[Part, ...]:
    return ((False, text),) if text else ()


def _runs(words: list[str], kept: list[bool]) -> Iterator[Part]:
    """Yield runs of words; a space between two changed words belongs to the change."""
    text, changed = "", False
    for at, word in enumerate(words):
        inside = 0 < at < len(words) - 1
        between = inside and word.isspace() and not kept[at - 1] and not kept[at + 1]
        if (not kept[at] or between) != changed and text:
            yield changed, text
            text = ""
        changed = not kept[at] or between
        text += word
    if text:
        yield changed, text


def _alike(parts: Iterable[Part]) -> float:
    sizes = {True: 0, False: 0}
    for changed, text in parts:
        sizes[changed] += len("".join(text.split()))
    whole = sum(sizes.values())
    return sizes[False] / whole if whole else 0.0
