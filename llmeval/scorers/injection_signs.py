"""Signs of an instruction to an assistant in the sentences of a text, and what they stand among."""

import re
from collections import Counter
from collections.abc import Sequence

_END = re.compile(r"(?<=[.!?。！？])[\"'”’)]*\s+|\n+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LEAST_CHARS = 6
MOST_SENTENCES = 400
MOST_CHARS = 400
"""Of a sentence."""

_TASKS_WORDS = """
    add analyse analyze answer apply append act assume begin calculate categorize change
    classify compare compile compose compute convert copy craft create decide decipher decode
    define describe design detect determine develop display disregard discuss draft edit
    elaborate emulate encode encrypt ensure enumerate estimate evaluate examine execute expand
    explain extract fill find follow forget format formulate generate give identify ignore
    illustrate imagine implement include incorporate infer insert interpret integrate introduce
    invent investigate list make mention modify name obfuscate offer organize outline output
    override paraphrase perform plan play point predict prepare present pretend print produce
    promote propose provide quote rank rate recommend reformulate rephrase replace reply report
    request research respond reveal reverse review rewrite roleplay say scan schedule search
    select share show simulate solve speak specify start state stop suggest summarise summarize
    swap talk teach tell transform translate turn update use utilize verify write
"""
_TASKS = frozenset(_TASKS_WORDS.split())
_ASKING_WORDS = """
    what who whom whose when where which why how is are was were do does did can could would
    will should has have
"""
_ASKING = frozenset(_ASKING_WORDS.split())
_ANSWER = re.compile(
    r"\b(?:your|the|each|every|any|all|this|its) (?:\w+ ){0,2}"
    r"(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?|instructions?|prompts?|system|text|"
    r"rules|previous|conversation)\b|\b(?:assistant|chatbot|language model|ai)\b|"
    r"\b(?:in|into|as|using|with) (?:french|german|spanish|italian|english|chinese|japanese|latin|"
    r"base64|rot13|morse|emojis?|json|python|reverse|uppercase|rhymes?|verse)\b",
    re.IGNORECASE,
)
_OVERRIDE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|neglect|drop|skip|vergiss|vergessen|ignorier\w*|"
    r"ignora|olvida|oublie[rz]?|ignorez)\b.{0,50}"
    r"\b(?:instructions?|rules?|prompts?|guidelines?|above|before|previous|prior|everything|all|"
    r"context|tasks?|anweisung\w*|aufgaben?|regeln|alles|instrucciones|consignes|davor|oben)\b|"
    r"\b(?:you are now|from now on|act as|pretend (?:to be|you)|roleplay as|developer mode|"
    r"do anything now|no restrictions|new (?:task|instructions?)|system prompt|jailbreak\w*)\b",
    re.IGNORECASE | re.DOTALL,
)
_SELF_WORDS = """
    i i'm i've i'll i'd me my mine we we're we've we'll us our ours
"""
_SELF = frozenset(_SELF_WORDS.split())
_TALK_WORDS = """
    you you're you've you'll your yours he she they him her them his their
"""
_TALK = frozenset(_TALK_WORDS.split())
_HERE_WORDS = """
    this that these those it here there then now today tomorrow
"""
_HERE = frozenset(_HERE_WORDS.split())
_BEFORE = frozenset(("please", "kindly", "now", "then", "also"))
_POLITE = re.compile(
    r"\b(?:please let (?:me|us)|let (?:me|us) know|feel free|thank(?:s| you)|looking forward|"
    r"don't hesitate|contact (?:me|us)|call (?:me|us)|reach out|see you|hope (?:this|you|to))\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"\s*[\w .'-]{1,30}:\s")
_COMMON_WORDS = """
    the a an of to in on for and or but with by from as at is are was were be been it its that
    this these those i you we they he she my your our their his her not no do does did have has
    had will would can could should may might there here what which who when where how why all
    any some one two if then than so just also more most very about into over out up down
"""
_COMMON = frozenset(_COMMON_WORDS.split())

NAMES = (
    *("task", "task after please", "asks", "asks alone", "answer", "override", "self", "talk"),
    *(
        "here",
        "polite",
        "speaker",
        "shared",
        "none shared",
        "rare",
        "short",
        "long",
        "asks of talk",
    ),
    *("task alone", "first", "last", "neighbours ask", "neighbours order", "marked", "digits"),
)
"""What `signs` returns, in this order."""


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, lines ending one as well."""
    found = (part.strip() for part in _END.split(text))
    return [part[:MOST_CHARS] for part in found if len(part) >= _LEAST_CHARS][:MOST_SENTENCES]


def signs(parts: Sequence[str]) -> list[list[float]]:
    """Return for each sentence of a text what speaks for an instruction and what against, 0…1."""
    words = [[word.lower().replace("’", "'") for word in _WORD.findall(part)] for part in parts]
    counts = Counter(word for some in words for word in set(some) if word not in _COMMON)
    own = [_own(part, some) for part, some in zip(parts, words, strict=True)]
    asking = sum(row[2] for row in own)
    ordering = sum(row[0] for row in own)
    total = max(1, len(parts) - 1)
    found = []
    for place, (row, some) in enumerate(zip(own, words, strict=True)):
        content = [word for word in some if word not in _COMMON and len(word) > 2]
        shared = [word for word in content if counts[word] > 1]
        share = len(shared) / len(content) if content else 1.0
        alone = len(parts) == 1
        found.append(
            [
                *row[:11],
                0.0 if alone else share,
                float(bool(content) and not shared and not alone),
                row[11],
                row[12],
                row[13],
                row[2] * max(row[6], row[7]),
                row[0] * float(not row[6]),
                float(place == 0),
                float(place == len(parts) - 1),
                (asking - row[2]) / total,
                (ordering - row[0]) / total,
                row[14],
                row[15],
            ]
        )
    return found


def _own(part: str, words: list[str]) -> list[float]:
    """Return the signs of a sentence by itself."""
    start = (
        words[1:] if words[:1] in (["please"], ["kindly"], ["now"], ["then"], ["also"]) else words
    )
    first = start[0] if start else ""
    held = set(words)
    speaker = bool(_SPEAKER.match(part))
    orders = float(first in _TASKS and not speaker)
    asks = float(part.rstrip("\"'”’)").endswith("?") or (first in _ASKING and len(words) > 3))
    about_self, talks = float(bool(held & _SELF)), float(bool(held & _TALK))
    here = float(bool(held & _HERE))
    return [
        orders,
        float(orders and start is not words),
        asks,
        float(asks and not about_self and not talks and not here and not speaker),
        float(bool(_ANSWER.search(part))),
        float(bool(_OVERRIDE.search(part))),
        about_self,
        talks,
        here,
        float(bool(_POLITE.search(part))),
        float(speaker),
        sum(len(word) > 7 for word in words) / max(1, len(words)),
        float(len(words) < 5),
        float(len(words) > 25),
        float(bool(re.search(r"<\||\[INST|###|```|\[SYSTEM|</?\w+>", part))),
        float(any(sign.isdigit() for sign in part)),
    ]
