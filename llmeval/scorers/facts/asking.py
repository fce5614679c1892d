"""What a prompt asks for: facts, an answer in a talk or a task; a question of which kind."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from llmeval.scorers.facts.analysis import Word

QUESTION, TALK, TASK_PART = "", "talk_", "task_"
"""Which model decides: questions of facts have answers of a kind, what somebody says to a service
has short ones, instructions have ones of a form."""

_DOING: Final = re.compile(
    r"\W*(?:please |kindly |help me |i (?:want|need) you to |you (?:will|should|must) |"
    r"(?:can|could|would|will) you (?:please )?(?:help me )?)*"
    r"(?:act|add|advise|analy[sz]e|answer|arrange|ask|assign|assume|balance|based|brainstorm|build|"
    r"calculate|categori[sz]e|change|check|choose|classify|combine|compare|complete|compose|"
    r"compute|condense|construct|continue|convert|correct|count|create|debug|decide|define|describe|"
    r"design|detect|determine|develop|differentiate|discuss|draft|draw|edit|elaborate|encode|"
    r"estimate|evaluate|expand|explain|extract|fill|find|finish|fix|format|formulate|generate|give|"
    r"given|guess|help|highlight|identify|imagine|improve|in this task|infer|insert|invent|judge|"
    r"label|list|look at|make|mark|match|mention|name|offer|optimi[sz]e|order|organi[sz]e|outline|"
    r"paraphrase|perform|pick|plan|predict|prepare|pretend|produce|proofread|propose|provide|put|"
    r"rank|rate|read|recommend|reduce|remove|rename|rephrase|replace|reply|respond|return|reverse|"
    r"review|rewrite|role ?play|round|say|select|separate|share|shorten|show|simplify|solve|sort|"
    r"split|state|suggest|summari[sz]e|tell|think|transform|translate|turn|underline|unscramble|"
    r"use|using|write|you are given|you will be given)\b",
    re.I,
)


_ADDRESSED: Final = frozenset(
    ["i", "im", "ive", "id", "my", "me", "mine", "we", "our", "you", "your", "youre", "yours"]
)
_SHALL_IT: Final = re.compile(
    r"\W*(?:is|are|am|do|does|did|can|could|may|has|have|had|will|would|should|was|were|must|"
    r"shall)\b",
    re.I,
)
_FEW, _LONGEST_TALK = 2, 12


def part(prompt: str, asked: Sequence[Word]) -> str:
    """Return which model decides on answers to a prompt: QUESTION, TALK or TASK_PART.

    A text to work on, below the first line, or a verb that tells what to do makes a task. Talk is
    short and has an I or a you, or wants a yes or no, or is no question, or has hardly a word and
    no name.

    Args:
        prompt: The whole of it.
        asked: Its words.
    """
    _, _, material = prompt.strip().partition("\n")
    if material.strip() or _DOING.match(prompt):
        return TASK_PART
    if len(asked) > _LONGEST_TALK:
        return QUESTION
    wondering = any(one.text in KINDS for one in asked)
    if _SHALL_IT.match(prompt) or not wondering or _is_addressed(asked):
        return TALK
    content = [one for one in asked if not one.stop]
    named = any(one.capital or one.number is not None for one in content)
    return TALK if len(content) <= _FEW and not named else QUESTION


def _is_addressed(asked: Sequence[Word]) -> bool:
    """Return whether there is an I or a you; that of "World War I" is a number."""
    before = (None, *asked)
    return any(
        one.text in _ADDRESSED and not (one.text == "i" and last is not None and last.capital)
        for last, one in zip(before, asked, strict=False)
    )


AMOUNT, TIME, PERSON, PLACE, WHICH, WHAT, WHY, HOW, YES_NO, TASK = range(1, 11)
_AMOUNTS: Final = frozenset(["many", "much", "long", "old", "far", "tall", "high", "often", "big"])
_TIMES: Final = frozenset(["year", "date", "decade", "century", "month", "day"])
_BEGINNINGS: Final = frozenset(
    ["is", "are", "does", "do", "did", "was", "were", "can", "has", "have", "should", "will"]
)
KINDS: Final = {
    "who": PERSON,
    "whose": PERSON,
    "whom": PERSON,
    "when": TIME,
    "where": PLACE,
    "which": WHICH,
    "what": WHAT,
    "whats": WHAT,
    "why": WHY,
    "how": HOW,
}


def kind(asked: Sequence[Word]) -> int:
    """Return what kind of answer a question wants."""
    texts = [one.text for one in asked]
    for one, following in pairwise([*texts, ""]):
        if one == "how" and following in _AMOUNTS:
            return AMOUNT
        if one in ("what", "which") and following in _TIMES:
            return TIME
    found = next((KINDS[one] for one in texts if one in KINDS), 0)
    return found or (YES_NO if texts and texts[0] in _BEGINNINGS else TASK)


_HEAD_WITHIN: Final = 3


def head(asked: Sequence[Word]) -> Word | None:
    """Return the word behind `which` or `what`: the kind of thing that is asked for."""
    for place, one in enumerate(asked):
        if one.text in ("which", "what"):
            behind = asked[place + 1 : place + 1 + _HEAD_WITHIN]
            return next((other for other in behind if not other.stop), None)
    return None
