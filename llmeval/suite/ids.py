"""Ids of cases: unique, and never a position, so that history survives new and moved cases."""

import re

from llmeval.suite.keys import ID

_ID = re.compile(ID)


class Ids:
    """The ids given out so far; equal hashes are numbered in file order."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}
        self._copies: dict[str, int] = {}

    def numbered(self, key: str) -> str:
        """Return a hash, with `-2`, `-3` and so on when it came before."""
        count = self._copies[key] = self._copies.get(key, 0) + 1
        return key if count == 1 else f"{key}-{count}"

    def take(self, case_id: str, line: int) -> int | None:
        """Take an id; return the line of its first owner when it is taken already."""
        first = self._taken.get(case_id)
        if first is None:
            self._taken[case_id] = line
        return first


def is_id(text: str) -> bool:
    """Tell whether a text can be the id of a case or row."""
    return _ID.fullmatch(text) is not None
