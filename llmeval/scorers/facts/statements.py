"""The words of a statement, as texts and the claims about them are read."""

import re
from functools import lru_cache
from typing import Final

from llmeval.scorers.facts.analysis import (
    ISO_DATE,
    OTHER_WORD,
    PLAIN_WORD,
    Word,
    read,
    scaled,
    spelled_date,
    word,
)
from llmeval.scorers.facts.times import may_have_times, timed

# A name with digits, A7, is one word.
_TOKEN_OR_NAME: Final = re.compile(rf"{PLAIN_WORD}|\b[A-Z]{{1,3}}\d+\b|{OTHER_WORD}")
# "Plan A", "A acquired B": a name and no article. A name with a digit is no function word.
_NAMED_A: Final = re.compile(
    r"(?<=[a-z\d] )A(?![\w.'])|(?<=[a-z\d] )A(?=\.$)"
    r"|^A(?= (?:is|was|has|had|will|can|costs|owns|acquired|bought|sold|sued|beat|won)\b)"
)
_DENIED: Final = re.compile(
    r"\b(?:(ca)n|(wo|sha)|(do|does|did|is|are|was|were|has|have|had|would|should|could|must|need))"
    r"n?['’]t\b|\b(can)not\b",
    re.I,
)
_WHOLE: Final = {"ca": "can", "wo": "will", "sha": "shall"}


def stated_words(text: str) -> list[Word]:
    """Return the words of a statement; times of day and "can't" are the same however written.

    "A7" and the A of "plan A" are names. Short answers to questions are read without all that:
    their model has learned them so.
    """
    if "A " in text or text.endswith(("A", "A.")):
        text = _NAMED_A.sub("A0", text)
    if "t" in text and ("'t" in text or "’t" in text or "annot" in text):
        text = _DENIED.sub(_apart, text)
    if "-" in text:
        text = ISO_DATE.sub(spelled_date, text)
    found = scaled(read(text, _TOKEN_OR_NAME, _read))
    return timed(found) if may_have_times(text, found) else found


def _apart(found: re.Match[str]) -> str:
    said = next(filter(None, found.groups()))
    return f"{_WHOLE.get(said.lower(), said)} not"


@lru_cache(maxsize=1 << 15)
def _read(piece: str) -> tuple[Word, ...]:
    return tuple(map(word, _TOKEN_OR_NAME.findall(piece)))
