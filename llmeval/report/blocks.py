"""What the page holds of trials and replies: JSON texts, a hundred together, compressed.

The browser unpacks a block when one of its texts is wanted. Texts are packed the moment they are
made, so that memory holds what the page will hold and no more.
"""

import base64
import zlib
from collections.abc import Iterable, Iterator

from llmeval.report.files import encoded

TEXTS_A_BLOCK = 100

QUICK, SMALL = 1, 6
"""Levels of zlib. Prose shrinks to 42 % at 100 MB a second, to 36 % at 20 MB a second: the second
is taken only where the page gets tight."""


class Blocks:
    """Takes JSON texts one at a time and gives each a place."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._packed: list[bytes] = []
        self.level = QUICK
        self.size = 0
        """Bytes of all closed blocks, as they stand on the page."""
        self.last_size = 0
        """Bytes of the block that was closed last."""

    def add(self, text: str) -> int:
        """Store a JSON text and return its place: block place // 100, there place % 100."""
        self._open.append(text)
        place = len(self._packed) * TEXTS_A_BLOCK + len(self._open) - 1
        if len(self._open) == TEXTS_A_BLOCK:
            self._close()
        return place

    def _close(self) -> None:
        block = packed((f"[{','.join(self._open)}]",), self.level)
        self._open.clear()
        self._packed.append(block)
        self.last_size = len(block)
        self.size += len(block)

    def __iter__(self) -> Iterator[str]:
        """Yield each block in base64."""
        if self._open:
            self._close()
        return (block.decode("ascii") for block in self._packed)


def packed(parts: Iterable[str], level: int = QUICK) -> bytes:
    """Return a text compressed (RFC 1950, which browsers call "deflate"), in base64."""
    press = zlib.compressobj(level)
    pieces = [press.compress(encoded(part)) for part in parts]
    return base64.b64encode(b"".join((*pieces, press.flush())))
