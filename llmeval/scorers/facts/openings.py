"""The yes or no that a reply begins with answers the question; it is no claim to look up."""

import re
from typing import Final

from llmeval.scorers.facts.statements import stated_words

_OPENING: Final = re.compile(
    r"\s*(?:"
    # "No. 5 is closed" names a thing.
    r"(?:yes|no|nope|yep|yeah|yup|sure|certainly|absolutely|definitely|correct|right|exactly|sorry"
    r"|unfortunately|indeed|well|oh|okay|ok|not at all|of course)"
    r"(?:\s?[,.!:;\u2013\u2014]+(?!\s*\d)\s+|\s[-\u2013\u2014]+\s)"
    r"|of course(?: not)?[,.!]?\s+|sorry[,]? but\s+)",
    re.IGNORECASE,
)
_MOST: Final = 3
"""Openings behind each other: "Sorry, no, we are closed"."""


def without_opening(reply: str) -> str:
    """Return what a reply says behind its yes or no; all of it where it says no more."""
    at = 0
    for _ in range(_MOST):
        found = _OPENING.match(reply, at)
        if found is None:
            break
        at = found.end()
    if not at:
        return reply
    rest = reply[at:]
    return rest if any(not one.stop for one in stated_words(rest)) else reply
