"""Text -> slots of a hashed feature table: n-grams of characters and of words, by numpy alone.

The hashing trick (Weinberger et al. 2009, arXiv:0902.2206) with a polynomial hash over code points
modulo 2**64: integers only, so the same text has the same slots on every platform and version.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Slots = NDArray[np.int64]
_Hashes = NDArray[np.uint64]
_Part = tuple[int, _Hashes, Slots, Slots]
"""Kind, hashes, first places and places behind the last."""

# Odd numbers without pattern: the fractional parts of the golden ratio and of square roots.
_STEP: Final = 0x9E3779B97F4A7C15
_MIX: Final = np.uint64(0xBB67AE8584CAA73B)
_SALT: Final = 0x3C6EF372FE94F82B
_PAIR: Final = np.uint64(0xA54FF53A5F1D36F1)
_MASK: Final = (1 << 64) - 1
_BACK: Final = pow(_STEP, -1, 1 << 64)
_BLANK: Final = 32


class Ngrams(Struct, frozen=True, kw_only=True):
    """Which n-grams of a text count as features, and into how many slots they are hashed."""

    bits: int
    """The table has 2**bits slots."""
    chars: tuple[int, ...] = (2, 3, 4, 5)
    """Lengths of character n-grams; they lie inside a word with the blank before and behind it."""
    words: tuple[int, ...] = (1, 2)
    """Lengths of word n-grams."""
    window: int = 0
    """Ordered pairs of words at most so many words apart, whatever stands between; 0: none."""

    def slots(self, text: str) -> Slots:
        """Return one slot per occurrence of an n-gram.

        Args:
            text: Any text; words are what white space separates. Fold case and spelling before.

        Returns:
            Numbers 0…2**bits - 1, shape (number of n-grams,), in no promised order.
        """
        return self.placed((text,))[0]

    def placed(self, texts: Sequence[str]) -> tuple[Slots, Slots]:
        """Return the slots of several texts at once, and to which text each belongs.

        One pass over all costs little more than one over a single short text.

        Returns:
            Slots as above and indices into the texts, both of shape (number of n-grams,).
        """
        codes, owner = _codes(texts)
        found = self._parts(codes)
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        slots = self._hash(found)
        if len(texts) == 1:
            return slots, np.zeros(len(slots), np.int64)
        first, last = _ends(found)
        # What reaches from one text into the next belongs to neither.
        whole = owner[first] == owner[last]
        return slots[whole], owner[first[whole]]

    def covered(self, text: str) -> tuple[Slots, Slots, Slots]:
        """Return the slots of a text, and the first and the last word that each n-gram lies in.

        Words are numbered from 0, as `text.split()` has them.

        Returns:
            Three arrays of shape (number of n-grams,), in the same order.
        """
        codes, _ = _codes((text,))
        found = self._parts(codes)
        if not found:
            return (np.empty(0, np.int64),) * 3
        first, last = _ends(found)
        blank = codes == _BLANK
        behind = np.cumsum(blank)  # blanks up to a place: a blank belongs to the word behind it …
        before = behind - blank  # … or, at the end of an n-gram, to the word before it
        return self._hash(found), behind[first] - 1, before[last] - 1

    def _parts(self, codes: _Hashes) -> list[_Part]:
        if len(codes) < 3:
            return []
        blanks = np.flatnonzero(codes == _BLANK)
        prefix = _Prefix(codes)
        real = np.diff(blanks) > 1  # between two texts stand two blanks
        starts, ends = blanks[:-1][real] + 1, blanks[1:][real]
        return [*self._chars(prefix, blanks, codes), *self._words(prefix, starts, ends)]

    def _chars(self, prefix: "_Prefix", blanks: Slots, codes: _Hashes) -> Iterator[_Part]:
        ends = np.repeat(blanks[1:], np.diff(blanks))
        # No n-gram begins with the blank at the end of a text: nothing of it follows.
        starts = np.flatnonzero((codes[:-1] != _BLANK) | (codes[1:] != _BLANK))
        ends = ends[starts]
        for size in sorted(self.chars):
            inside = starts + (size - 1) <= ends
            starts, ends = starts[inside], ends[inside]
            yield size, prefix.between(starts, starts + size), starts, starts + size

    def _words(self, prefix: "_Prefix", starts: Slots, ends: Slots) -> Iterator[_Part]:
        for size in self.words:
            begin, end = starts[: len(starts) - size + 1], ends[size - 1 :]
            yield 64 + size, prefix.between(begin, end), begin, end
        words = prefix.between(starts, ends)
        for gap in range(1, min(self.window, len(starts) - 1) + 1):
            yield 128, words[:-gap] * _PAIR + words[gap:], starts[:-gap], ends[gap:]

    def _hash(self, parts: Sequence[_Part]) -> Slots:
        """Return the slots of hashes; the same characters as another kind go elsewhere."""
        salts = np.array([_SALT * (2 * kind + 1) & _MASK for kind, *_ in parts], np.uint64)
        mixed = np.concatenate([hashes for _, hashes, _, _ in parts])
        mixed ^= np.repeat(salts, [len(hashes) for _, hashes, _, _ in parts])
        mixed *= _MIX
        mixed ^= mixed >> np.uint64(29)
        mixed *= _PAIR
        mixed >>= np.uint64(64 - self.bits)
        return mixed.view(np.int64)


def _ends(parts: Sequence[_Part]) -> tuple[Slots, Slots]:
    """Return the first and the last place of each n-gram."""
    first = np.concatenate([begin for _, _, begin, _ in parts])
    return first, np.concatenate([end for _, _, _, end in parts]) - 1


class _Prefix:
    """Hashes of any stretch of a text in constant time, from sums over all that is before it."""

    def __init__(self, codes: _Hashes) -> None:
        size = len(codes).bit_length()
        self._back = _powers(_BACK, size)
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes * _powers(_STEP, size)[: len(codes)], out=self._sums[1:])

    def between(self, starts: Slots, ends: Slots) -> _Hashes:
        """Return the hash of each stretch, whatever its place in the text."""
        return (self._sums[ends] - self._sums[starts]) * self._back[starts]


@cache
def _powers(base: int, bits: int) -> _Hashes:
    """Return base**0 … base**(2**bits - 1) modulo 2**64."""
    powers = np.full(1 << bits, base, np.uint64)
    powers[0] = 1
    found: _Hashes = np.cumprod(powers, dtype=np.uint64)
    return found


def _codes(texts: Sequence[str]) -> tuple[_Hashes, Slots]:
    """Return the code points with one blank before, between and behind the words of each text.

    The second array says to which text a code point belongs.
    """
    spaced = [f" {' '.join(text.split())} " for text in texts]
    raw = "".join(spaced).encode("utf-32-le", "surrogatepass")
    codes: _Hashes = np.frombuffer(raw, "<u4").astype("u8")
    return codes, np.repeat(np.arange(len(spaced)), [len(text) for text in spaced])
