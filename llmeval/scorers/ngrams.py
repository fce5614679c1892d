"""Text -> slots of a hashed feature table: n-grams of characters and of words, by numpy alone.

The hashing trick (Weinberger et al. 2009, arXiv:0902.2206) with a polynomial hash over code points
modulo 2**64: integers only, so the same text has the same slots on every platform and version.
"""

from functools import cache
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Slots = NDArray[np.int64]
_Hashes = NDArray[np.uint64]

# Odd numbers without pattern: the fractional parts of the golden ratio and of square roots.
_STEP: Final = 0x9E3779B97F4A7C15
_MIX: Final = np.uint64(0xBB67AE8584CAA73B)
_SALT: Final = 0x3C6EF372FE94F82B
_PAIR: Final = np.uint64(0xA54FF53A5F1D36F1)
_MASK: Final = (1 << 64) - 1
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
        codes = _codes(text)
        if len(codes) < 3:  # blanks around nothing
            return np.empty(0, np.int64)
        blanks = np.flatnonzero(codes == _BLANK)
        prefix = _Prefix(codes)
        found = [self._hash(part, size) for size, part in self._chars(prefix, blanks)]
        words = prefix.between(blanks[:-1] + 1, blanks[1:])
        for size in self.words:
            joined = prefix.between(blanks[:-size] + 1, blanks[size:])
            found.append(self._hash(joined, 64 + size))
        for gap in range(1, self.window + 1):
            found.append(self._hash(words[:-gap] * _PAIR + words[gap:], 128))
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def _chars(self, prefix: "_Prefix", blanks: Slots) -> "list[tuple[int, _Hashes]]":
        ends = np.repeat(blanks[1:], np.diff(blanks))
        starts = np.arange(len(ends))
        found = []
        for size in sorted(self.chars):
            inside = starts + (size - 1) <= ends
            starts, ends = starts[inside], ends[inside]
            found.append((size, prefix.between(starts, starts + size)))
        return found

    def _hash(self, hashes: _Hashes, kind: int) -> Slots:
        """Return the slots of hashes; the same characters as another kind go elsewhere."""
        mixed = (hashes ^ np.uint64(_SALT * (2 * kind + 1) & _MASK)) * _MIX
        mixed ^= mixed >> np.uint64(29)
        mixed *= _PAIR
        return (mixed >> np.uint64(64 - self.bits)).astype(np.int64)


class _Prefix:
    """Hashes of any stretch of a text in constant time, from sums over all that is before it."""

    def __init__(self, codes: _Hashes) -> None:
        size = len(codes).bit_length()
        self._back = _powers(pow(_STEP, -1, 1 << 64), size)
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


def _codes(text: str) -> _Hashes:
    """Return the code points with one blank before, between and behind the words."""
    spaced = f" {' '.join(text.split())} "
    codes: _Hashes = np.frombuffer(spaced.encode("utf-32-le", "surrogatepass"), "<u4").astype("u8")
    return codes
