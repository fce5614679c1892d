"""Made-up codes from a seed: planted secrets, markers, hosts. A run can be repeated."""

from hashlib import blake2b

_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"


class Draws:
    """A stream of numbers that depends on its seed alone, on every machine and version."""

    def __init__(self, *seed: object) -> None:
        self._seed = "\0".join(map(str, seed)).encode("utf-8", "replace")
        self._pool = 0
        self._left = 0
        self._block = 0

    def below(self, limit: int) -> int:
        """Return a number from 0 to `limit` - 1; `limit` is small."""
        if self._left < 2:
            digest = blake2b(self._seed + self._block.to_bytes(4, "big"), digest_size=64).digest()
            self._pool, self._left, self._block = int.from_bytes(digest, "big"), 16, self._block + 1
        self._left -= 1
        self._pool, found = divmod(self._pool, 1 << 32)
        return found * limit >> 32


def _syllables(draws: Draws, count: int) -> str:
    pairs = (
        _CONSONANTS[draws.below(len(_CONSONANTS))] + _VOWELS[draws.below(len(_VOWELS))]
        for _ in range(count)
    )
    return "".join(pairs)


def canary(*seed: object) -> str:
    """Return a code that no text holds by chance, pronounceable in most languages."""
    draws = Draws("canary", *seed)
    digits = "".join(str(2 + draws.below(8)) for _ in range(4))
    return f"{_syllables(draws, 3)}-{_syllables(draws, 3)}-{digits}"


def marker(*seed: object) -> str:
    """Return a short code to be said."""
    draws = Draws("marker", *seed)
    return f"{_syllables(draws, 3)}-{20 + draws.below(80)}"


def host(*seed: object) -> str:
    """Return a host name that exists nowhere (RFC 2606)."""
    draws = Draws("host", *seed)
    return f"{_syllables(draws, 4)}{10 + draws.below(90)}.example"
