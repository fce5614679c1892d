"""Collects what is wrong with one file."""

from llmeval.errors import Problem
from llmeval.suite.node import column_of, line_of


class Problems:
    """The faults of one file, as they are found.

    Args:
        path: The file as shown to the user.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._found: dict[Problem, None] = {}

    def add(self, at: int, message: str) -> None:
        """Add a fault at a place; the same one twice counts once."""
        self.add_line(line_of(at), column_of(at), message)

    def add_line(self, line: int, column: int, message: str) -> None:
        """Add a fault at a line and a column that count from 1; 0 is the whole."""
        one_line = " ".join(message.split("\n"))
        self._found[Problem(self.path, line, column, one_line)] = None

    @property
    def found(self) -> tuple[Problem, ...]:
        """All faults, in file order."""
        return tuple(sorted(self._found))

    def __len__(self) -> int:
        return len(self._found)


class Stop(Exception):  # noqa: N818  it ends the reading of a file, the fault is in Problems
    """Nothing further can be read; why is among the problems."""
