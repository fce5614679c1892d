"""Pieces of a streamed reply -> its events: server-sent events and lines of JSON.

Server-sent events as in the HTML standard, section 9.2.6 "Interpreting an event stream"; only
the data of an event is kept, its name and id say nothing that the services' data does not.
"""


class Lines:
    """Cuts a byte stream into lines that are not empty.

    Lines end in LF, CR LF or CR alone.
    """

    def __init__(self) -> None:
        self._open: list[bytes] = []

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the lines that this piece completes."""
        return [line for line in self.split(piece) if line.strip()]

    def end(self) -> list[bytes]:
        """Return what stands after the last line break."""
        return [line for line in self.rest() if line.strip()]

    def split(self, piece: bytes) -> list[bytes]:
        """Return the completed lines, empty ones too."""
        if b"\n" not in piece and b"\r" not in piece and not self._ends_in_cr():
            # Joined only once the line is complete: a long line in small pieces stays linear.
            self._open.append(piece)
            return []
        text = b"".join((*self._open, piece))
        # A CR at the very end may be half of a CR LF.
        held = b"\r" if text.endswith(b"\r") else b""
        text = text[: len(text) - len(held)]
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, tail = text.split(b"\n")
        self._open = [tail + held]
        return lines

    def rest(self) -> list[bytes]:
        """Return the lines still open, none of them complete."""
        text = b"".join(self._open)
        self._open = []
        return text.splitlines()

    def _ends_in_cr(self) -> bool:
        return bool(self._open) and self._open[-1].endswith(b"\r")


class Events:
    """Cuts a byte stream into the data of its server-sent events."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._data: list[bytes] = []
        self._begun = False

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the data of the events that this piece completes."""
        if not self._begun:
            self._begun = True
            piece = piece.removeprefix(b"\xef\xbb\xbf")
        return self._events(self._lines.split(piece))

    def end(self) -> list[bytes]:
        """Return the data of an event that was not closed by an empty line."""
        return self._events([*self._lines.rest(), b""])

    def _events(self, lines: list[bytes]) -> list[bytes]:
        events: list[bytes] = []
        for line in lines:
            if line.startswith(b"data:"):
                start = 6 if line.startswith(b"data: ") else 5
                self._data.append(line[start:])
            elif not line and self._data:
                events.append(b"\n".join(self._data))
                self._data = []
        return events
