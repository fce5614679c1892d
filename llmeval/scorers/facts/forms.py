"""Which form of answer is asked for, and which an answer has: code, a list, a price, a yes."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from msgspec import Struct

AGREES, LACKS, SURPRISES = 1.0, -1.0, -0.5
"""A form that is asked for and there; asked for and not there; there and not asked for."""

HEAD_CHARS: Final = 400
"""Of an instruction: what is asked for stands before the text that it is about."""


def _found(
    pattern: str, flags: re.RegexFlag = re.NOFLAG, *, cased: bool = False
) -> Callable[[str], bool]:
    compiled = re.compile(pattern, flags)
    if cased:
        return lambda text: compiled.search(text) is not None
    # Twice as fast as a pattern that ignores case.
    return lambda text: compiled.search(text.lower()) is not None


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
    return _words(text) < 9 and any(sign.isdigit() for sign in text)


_ENGLISH: Final = re.compile(
    r"\b(?:the|and|of|to|is|are|in|that|it|for|with|you|this|on|a|an|be|not)\b", re.I
)


def _is_foreign(text: str) -> bool:
    if text.isascii():
        return False
    letters = sum(map(str.isalpha, text))
    beyond = sum(sign > "\x7f" and sign.isalpha() for sign in text)
    return beyond > 0.02 * max(1, letters) and len(_ENGLISH.findall(text)) < 0.1 * _words(text)


_CODE_SIGN: Final = re.compile(r"[{};]\s*$|</\w|=>|\w\(\)|[=!]=", re.M)
_CODE_WORD: Final = re.compile(r"\bdef \w|\bselect\b.+\bfrom\b|^import ", re.M)


def _is_code(text: str) -> bool:
    # Plain text is told by what it lacks: patterns with many beginnings are slow.
    signs = any(sign in text for sign in "{};()=<")
    if signs and _CODE_SIGN.search(text):
        return True
    lower = text.lower()
    words = any(word in lower for word in ("def ", "select", "import "))
    return words and _CODE_WORD.search(lower) is not None


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
        _is_code,
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

_COUNT: Final = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|an?|several|few)"
)

SHORT_FORMS: Final = (
    Form(
        "time",
        _found(
            r"\bwhen\b|\bwhat (?:time|day|date|hours)|\bhours\b|\bopen\b|\bdeadline\b|\bdue\b|"
            r"\bwhich (?:day|date|month|year)"
        ),
        _found(
            r"\d:\d\d|o'clock|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|weekdays?\b|"
            r"\d{1,2} ?[ap]\.?m\b|(?:noon|midnight|today|tomorrow|tonight|yesterday|morning|"
            r"evening|january|february|march|april|may|june|july|august|september|october|november|"
            r"december|spring|summer|autumn|winter)\b|(?:1\d|20)\d\d\b|"
            rf"(?:until|at|from|till|past|by|before|after) {_COUNT}\b)"
        ),
    ),
    Form(
        "duration",
        _found(r"\bhow (?:long|soon|often|quickly|fast|old)\b|\bwhen will\b|\bwait\b"),
        _found(
            rf"\b{_COUNT}[ -](?:\w+ )?(?:second|minute|hour|day|week|month|year|night|quarter)s?\b|"
            r"\b(?:once|twice|every|per)\b"
        ),
    ),
    Form(
        "price",
        _found(
            r"\bhow much\b|\bcosts?\b|\bprices?\b|\bfees?\b|\brates?\b|\bcharge|\bexpensive\b|"
            r"\bpay\b|\bfine\b|\blimit\b"
        ),
        _found(
            r"[$€£%]|\b(?:dollars?|euros?|cents?|pounds?|free|percent|costs?|price|half)\b|\d\.\d\d\b"
        ),
    ),
    Form(
        "place",
        _found(
            r"\bwhere\b|\blocated\b|\baddress\b|\bnear(?:est|by)\b|\bget there\b|\bdirections\b|"
            r"\bwhich (?:room|gate|floor|counter|branch|platform|city|country|state)\b"
        ),
        _found(
            r"\b(?:[Oo]n|[Aa]t|[Ii]n|[Uu]nder|[Bb]ehind|[Oo]pposite|[Nn]ear|[Ff]rom) the\b|"
            r"\b[Nn]ext to\b|\b(?:street|floor|room|corner|left|right|upstairs|downstairs|avenue|"
            r"road|square|building|entrance|station|hall|north|south|east|west)\b|"
            r"\b(?:in|at|near|from) [A-Z]",
            cased=True,
        ),
    ),
    Form(
        "yes or no",
        _found(
            r"(?:^|[.!,\n] ?)(?:is|are|am|do|does|did|can|could|may|has|have|had|will|would|should|"
            r"was|were|must|shall)\b"
        ),
        _found(
            r"^\W*(?:yes|no|nope|yep|sure|of course|certainly|sorry|unfortunately|we do|gladly|not|"
            r"only|never|always|absolutely|done|right away|partly|i'm afraid|exactly|true|false|it "
            r"(?:is|does|can|depends)|that|none|most)\b"
        ),
    ),
    Form(
        "steps",
        _found(r"\bhow (?:do|can|to|should|could|would)\b|\bcan i (?:change|switch|get|add)\b"),
        _found(
            r"^\W*(?:please |just |first,? |simply |to |you (?:can|need|should|may) )*(?:click|"
            r"press|tap|go|enter|choose|select|open|use|fill|write|call|bring|send|upload|download|"
            r"sign|visit|put|turn|take|make|pour|keep|hold|add|try|ask|check|mix|cut|start|lay|look|"
            r"log|scan|note|dial|tell|book|invite|set|print|install|update|run|read|plan|avoid|share|"
            r"remove)\b|\bunder (?:the )?[\"a-z]|\bsettings\b|^\W*1[.)]",
            re.M,
        ),
    ),
    Form(
        "help",
        _found(
            r"^(?!.*\?)(?:my|i|the|there|it|we|somebody|someone|nobody|your)\b|\b(?:broken|lost|"
            r"missing|stuck|stolen|forgot|does(?:n't| not) work|can't|cannot)\b"
        ),
        _found(
            r"\b(?:sorry|apolog\w+|please|we'll|i'll|we will|i will|thank you|thanks|no problem|"
            r"let us|could you)\b"
        ),
    ),
    Form(
        "person",
        _found(
            r"\b(?:who|whom|whose)\b|\bwhich (?:person|teacher|doctor|actor|author|president)\b"
        ),
        _found(
            r"\b(?:Mr|Mrs|Ms|Dr|[Tt]he (?:manager|teacher|tutor|doctor|team|director|people))\b|"
            r"[A-Z][a-z]+ [A-Z][a-z]+",
            cased=True,
        ),
    ),
    Form(
        "contact",
        _found(r"\b(?:contact|reach|phone|call|e-?mail|speak|talk)\b"),
        _found(r"@|\b\d{3}[- ]\d{3,4}\b|\b(?:phone|call|chat|e-?mail|connect|write to)\b"),
    ),
)  # fmt: skip
"""Of a question and the beginning of its answer: what can be told of a few words."""

SHORT_CHARS: Final = 300

NAMES: Final = (
    *(f"form_{form.name.replace(' ', '_')}" for form in (*FORMS, *SHORT_FORMS)),
    "forms", "forms_short", "forms_agreed", "forms_wanted", "forms_agreed_share",
)  # fmt: skip


def features(question: str, answer: str) -> list[float]:
    """Return for each form whether it is asked for and there, in the order of NAMES."""
    wanted, beginning = _wanted(question[:HEAD_CHARS]), answer[:SHORT_CHARS]
    given = [
        *[form.given(answer) for form in FORMS],
        *[form.given(beginning) for form in SHORT_FORMS],
    ]
    values = list(map(_value, wanted, given))
    each, short = values[: len(FORMS)], values[len(FORMS) :]
    agreed, lacking = short.count(AGREES), short.count(LACKS)
    return [
        *each,
        *short,
        sum(each),
        sum(short),
        float(agreed),
        float(agreed + lacking),
        agreed / max(1, agreed + lacking),
    ]


@lru_cache(maxsize=256)
def _wanted(head: str) -> list[bool]:
    """Return for each form whether it is asked for; the trials of a case ask for the same."""
    return [form.wanted(head) for form in (*FORMS, *SHORT_FORMS)]


def _value(wanted: bool, given: bool) -> float:  # noqa: FBT001  two facts, in the order of the name
    if wanted:
        return AGREES if given else LACKS
    return SURPRISES if given else 0.0
