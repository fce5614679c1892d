"""Which form of answer an instruction asks for, and which an answer has: code, a list, a letter."""

import re
from collections.abc import Callable
from typing import Final

from msgspec import Struct

AGREES, LACKS, SURPRISES = 1.0, -1.0, -0.5
"""A form that is asked for and there; asked for and not there; there and not asked for."""

HEAD_CHARS: Final = 400
"""Of an instruction: what is asked for stands before the text that it is about."""


def _found(pattern: str, flags: re.RegexFlag = re.I) -> Callable[[str], bool]:
    compiled = re.compile(pattern, flags)
    return lambda text: compiled.search(text) is not None


def _lines(text: str) -> list[str]:
    return [line for line in map(str.strip, text.split("\n")) if line]


def _is_verse(text: str) -> bool:
    lines = _lines(text)
    return len(lines) > 2 and max(map(len, lines)) < 70 and not _has_items(text)


_ITEM: Final = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•–])\s+\S", re.M)


def _has_items(text: str) -> bool:
    return len(_ITEM.findall(text)) > 1


def _is_list(text: str) -> bool:
    return _has_items(text) or text.count(",") > 1 or len(_lines(text)) > 3


def _words(text: str) -> int:
    return len(text.split(maxsplit=100))


def _is_number(text: str) -> bool:
    return any(sign.isdigit() for sign in text) and _words(text) < 9


_ENGLISH: Final = re.compile(
    r"\b(?:the|and|of|to|is|are|in|that|it|for|with|you|this|on|a|an|be|not)\b", re.I
)


def _is_foreign(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    beyond = sum(sign > "\x7f" and sign.isalpha() for sign in text)
    return beyond > 0.02 * max(1, letters) and len(_ENGLISH.findall(text)) < 0.1 * _words(text)


class Form(Struct, frozen=True):
    """A form of answer."""

    name: str
    wanted: Callable[[str], bool]
    """Whether an instruction asks for it."""
    given: Callable[[str], bool]
    """Whether an answer has it."""


FORMS: Final = (
    Form(
        "code",
        _found(
            r"\b(?:code|function|program(?:me)?|script|sql|query|regex|regular expression|python|"
            r"javascript|java|html|css|bash|shell|command|algorithm|excel|c\+\+)\b"
        ),
        _found(
            r"[{};]\s*$|\bdef \w|\bselect\b.+\bfrom\b|</\w|=>|\w\(\)|^import |[=!]=", re.I | re.M
        ),
    ),
    Form("formula", _found(r"\b(?:latex|formula|equation|solve)\b"), _found(r"\\\w+|[=^]")),
    Form(
        "data",
        _found(r"\b(?:json|table|csv|markdown|yaml|xml|spreadsheet)\b"),
        _found(r"^\s*[{\[<]|\|.*\||\t"),
    ),
    Form(
        "list",
        _found(
            r"\b(?:list|suggest|ideas|tips|steps|examples|things|names|ways|reasons|recommend\w*|"
            r"ingredients|recipe|plan|bullet|keywords|pros and cons)\b"
            r"|\b(?:give|write|name|find)\b.{0,12}\b(?:\d+|two|three|four|five|six|ten|some)\b"
        ),
        _is_list,
    ),
    Form(
        "letter",
        _found(r"\b(?:e-?mail|letter|message|reply|respond|invitation|note)\b"),
        _found(r"^\s*(?:dear|hi|hello|hey|to whom|subject:)\b|\b(?:regards|sincerely|best wishes|"
               r"yours|cheers|thanks),?\s*(?:\n|$)"),
    ),
    Form(
        "verse",
        _found(r"\b(?:poem|haiku|limerick|song|lyrics|verses?|rhyme|rap|ballad|sonnet)\b"),
        _is_verse,
    ),
    Form(
        "dialogue",
        _found(r"\b(?:dialogue|dialog|conversation|interview|script|chat)\b"),
        lambda text: len(re.findall(r"(?m)^\w[\w .]{0,20}:\s", text)) > 1,
    ),
    Form(
        "question",
        _found(r"\b(?:questions?|quiz|riddle|ask)\b"),
        _found(r"\?\s*$", re.M),
    ),
    Form(
        "label",
        _found(
            r"\b(?:classif\w+|categor\w+|label|decide|determine|identify|choose|select|pick|rate|"
            r"true or false|positive|negative|sentiment|which (?:one|of)|whether|or not|is (?:this|"
            r"the|it))\b"
        ),
        lambda text: _words(text) < 5,
    ),
    Form(
        "number",
        _found(
            r"\b(?:how (?:many|much|old|long|far|tall)|calculat\w+|comput\w+|convert|sum|add up|"
            r"average|percent\w*|number|price|cost|score|rating|year|age)\b"
        ),
        _is_number,
    ),
    Form(
        "other language",
        _found(
            r"\b(?:translat\w+|french|spanish|german|italian|chinese|japanese|korean|russian|arabic|"
            r"hindi|portuguese|latin)\b"
        ),
        _is_foreign,
    ),
    Form(
        "short",
        _found(r"\b(?:word|title|headline|name|slogan|synonym|antonym|term|hashtag|abbreviat\w+|"
               r"fill|blank|missing|complete the)\b"),
        lambda text: _words(text) < 12,
    ),
    Form(
        "long",
        _found(r"\b(?:essay|story|article|paragraph|review|descri\w+|explain\w*|biography|blog|"
               r"report|summar\w+|discuss|compare|introduc\w+|speech|plot)\b"),
        lambda text: _words(text) > 24,
    ),
)  # fmt: skip

NAMES: Final = (*(f"form_{form.name.replace(' ', '_')}" for form in FORMS), "forms")


def features(question: str, answer: str) -> list[float]:
    """Return for each form whether it is asked for and there, in the order of NAMES."""
    head = question[:HEAD_CHARS]
    each = [_value(form.wanted(head), form.given(answer)) for form in FORMS]
    return [*each, sum(each)]


def _value(wanted: bool, given: bool) -> float:  # noqa: FBT001  two facts, in the order of the name
    if wanted:
        return AGREES if given else LACKS
    return SURPRISES if given else 0.0
