"""What a judge said -> its verdict.

A judge is asked to end with a line `VERDICT: …`; many do something like it. Of the lines of its own
that hold a well-formed verdict the last one wins: what a judge quotes comes before what it
concludes. Without one the last line counts where it is the verdict and nothing else.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from llmeval.scorers.verdict_places import (
    MARKS,
    Found,
    cleaned,
    json_answer,
    last_line,
    own_lines,
    thoughtless,
    verdict_of,
)
from llmeval.text import strip_controls

UNSURE: Final = "\0unsure"
"""The judge says that it cannot decide; no word that a suite can offer."""

Reading = float | str | None


class Read(Protocol):
    """The text of a verdict -> its value, UNSURE, or None where it is none."""

    def __call__(self, raw: str, *, alone: bool = False) -> Reading:
        """Return the value.

        Args:
            raw: The text behind `VERDICT:`, of a JSON value, of a last line.
            alone: No reasons may stand behind the verdict.
        """


def read(reply: str, value_of: Read, code: str = "", *, cut_off: bool = False) -> Reading:
    """Return the verdict that a judge's reply ends in; None where there is none.

    Args:
        reply: What the judge wrote.
        value_of: Reads the text of one verdict.
        code: The random word around the graded text: what a judge repeats of that is not its own.
        cut_off: It ended for its length: what it wrote last is not what it concludes.
    """
    text = cleaned(reply, code)
    answer = json_answer(text)
    if answer is not None:
        return _last(value_of(raw) for raw in verdict_of(answer))
    text = thoughtless(text)
    is_object = text[:1] == "{"
    if is_object and cut_off:
        return None
    found = [(each, value_of(each.text, alone=each.alone)) for each in own_lines(text)]
    if any(each.binding or value is not None for each, value in found):
        return _best(found)
    # In an object that was cut off, what its reasons quote is no verdict.
    if is_object or cut_off:
        return None
    value = _last(value_of(each.text, alone=each.alone) for each in last_line(text))
    if value is None:
        return None
    # "PASS" on one line and "FAIL" on the next is a list of what there is.
    others = {value_of(line, alone=True) for line in text.splitlines()}
    return value if others <= {value, None} else None


def _last(values: Iterable[Reading]) -> Reading:
    known = [value for value in values if value is not None]
    return known[-1] if known else None


def _best(found: Iterable[tuple[Found, Reading]]) -> Reading:
    """Return the last verdict; None where something unreadable is called the verdict after it."""
    at, best, unread = -1, None, -1
    for each, value in found:
        if value is None:
            unread = max(unread, each.at) if each.binding else unread
        elif each.at >= at:
            # Of one object's keys the likeliest comes last.
            at, best = each.at, value
    return best if at >= unread else None


# --- what a verdict says ---------------------------------------------------------------------

_UNSURE = re.compile(
    r"(?:un(?:sure|certain|decided|known|clear|determined)|n/?a|not? (?:sure|applicable)"
    r"|(?:unable to|cannot|can['’]?t) (?:decide|tell|say|judge|determine|be (?:determined|decided))"
    r"|inconclusive|indeterminate|abstain)(?![\w-])",
    re.I,
)
_TAIL = re.compile(r"\s*(?:[(\[—]|[,;:.!](?=\s))|\s+[-–](?=\s)|\s+(?:because|since|as|for)\b", re.I)
"""How the reasons begin that stand behind a verdict."""
_BECAUSE = re.compile(r"\s+(?:because|since)\b", re.I)
_OTHERWISE = re.compile(
    r"\b(?:or|if|but|however|though|although|yet|except|unless|instead|rather|maybe|perhaps)\b"
    r"|[?<>=]",
    re.I,
)
_NEGATED = re.compile(
    r"\b(?:not|never|no|nor|neither|cannot|without|hardly|barely|only|worse|worst|wrong|unsure"
    r"|unlikely|incorrect|fail\w*|reject\w*|bad|false|un(?:met|acceptable|satisfactory)|invalid)\b"
    r"|n['’]t\b|[✗✘❌]",
    re.I,
)
_AFFIRMED = re.compile(r"\b(?:pass\w*|yes|true|accept\w*|valid|fulfilled)\b|[✓✔✅]", re.I)
_FAIL = re.compile(
    r"(?:fail(?:s|ed|ure|ing)?|no|nope|false|incorrect|wrong|reject(?:ed)?|unacceptable|bad"
    r"|unsatisfactory|(?:does|do|did)(?: not|n['’]t) (?:meet|pass|satisfy|fulfil)l?"
    r"|not (?:pass(?:ed)?|met|correct|acceptable|satisf(?:ied|actory)|ok(?:ay)?|fulfilled|good)"
    r"|unmet|invalid|✗|✘|❌)(?: (?:(?:all|any) )?(?:of )?(?:the )?criteri(?:a|on))?(?![\w-])",
    re.I,
)
# "Good", "right" and "okay" are no grades: that is how models begin to think.
_PASS = re.compile(
    r"(?:pass(?:es|ed|ing)?|yes|yep|true|correct|accept(?:ed)?|satisf(?:ied|actory)"
    r"|(?:fully )?met|meets(?: (?:all )?(?:the )?criteria)?|valid|fulfilled|✓|✔|✅)(?![\w-])",
    re.I,
)
_NUMBER = r"[-−–—]?(?:\d{1,20}(?:[.,]\d{1,30})?|[.,]\d{1,30})(?:e[-+]?\d{1,2})?"
_GRADE = re.compile(
    rf"(?P<value>{_NUMBER})(?:\s?(?:/|⁄|out\sof|of)\s?(?P<of>{_NUMBER})(?:\s(?:stars|points))?"
    r"|\s?(?P<percent>%|per ?cent))?(?![\w%/⁄:])(?!(?<=\d)\.\s)",
    re.I,
)
_BRACKETS = "[](){}"


def grade(raw: str, *, alone: bool = False) -> Reading:
    """Return the grade 0…1 that a verdict says, UNSURE, or None where it says none."""
    text = " ".join(raw.split()).lstrip(MARKS.replace(".", "") + _BRACKETS + "<")
    text = text.rstrip(MARKS + _BRACKETS + ">")
    number = _GRADE.match(text)
    if number:
        value = _number(number)
        return value if _has_grounds(text[number.end() :], value, alone=alone) else None
    for pattern, other, word in ((_FAIL, _AFFIRMED, 0.0), (_PASS, _NEGATED, 1.0)):
        found = pattern.match(text)
        if found and _has_grounds(text[found.end() :], word, other, alone=alone):
            return word
    return _unsure(text, alone=alone)


def _number(found: "re.Match[str]") -> float | None:
    of = found["of"] or ("100" if found["percent"] else "1")
    value, most = (float(re.sub("[−–—]", "-", n).replace(",", ".")) for n in (found["value"], of))
    return abs(value / most) if most > 0 and 0 <= value <= most else None


def _has_grounds(
    rest: str, value: float | None, other: "re.Pattern[str] | None" = None, *, alone: bool
) -> bool:
    """Tell whether what stands behind a grade takes nothing of it back.

    Args:
        rest: All that stands there.
        value: The grade.
        other: What would say the opposite of a word; None: the grade is a number, and another one
            would be a second grade.
        alone: Nothing may stand there.
    """
    inner = rest.strip(f"{MARKS}{_BRACKETS},;-–—")
    if not inner or alone or not _TAIL.match(rest):
        return _is_bare(rest)
    again = grade(inner, alone=True)
    if again is not None:
        return again == value
    if other is None:
        other = _OTHERWISE if _BECAUSE.match(rest) else _ANOTHER
    return not (other.search(rest) or _OTHERWISE.search(rest))


_ANOTHER = re.compile(r"\d")


def _is_bare(rest: str) -> bool:
    return not rest.strip(MARKS + _BRACKETS)


def _unsure(text: str, *, alone: bool) -> str | None:
    found = _UNSURE.match(text)
    return UNSURE if found and (not alone or _is_bare(text[found.end() :])) else None


# --- one of several words --------------------------------------------------------------------

_THING = "(?:option|choice|answer|response|reply|assistant|block)"
_LED = re.compile(rf"(?:the better {_THING} is|(?:the )?{_THING} ?:?) (?=\S)")
_QUOTES = " *_`~\"'“”‘’«»"
_PAIRS = ("()", "[]", "{}", "<>")


def spelling(word: str) -> str:
    """Return a word as it is compared: without regard to case, blanks and widths of letters."""
    return " ".join(strip_controls(unicodedata.normalize("NFKC", word)).casefold().split())


def undressed(text: str) -> str:
    """Return a word in its spelling without quotes, brackets and full stops around it."""
    while True:
        inner = text.lstrip(_QUOTES).rstrip(f"{_QUOTES}.,;:!")
        if inner[:1] + inner[-1:] in _PAIRS:
            inner = inner[1:-1]
        if inner == text:
            return text
        text = inner


def recognised(word: str) -> str:
    """Return by what a choice is told from others: its spelling without what may stand around."""
    exact = spelling(word)
    return undressed(exact) or exact


def chooser(words: Mapping[str, str]) -> Read:
    """Return what reads a verdict that is one of several words.

    Args:
        words: Every way to write a choice, to the choice that it means.
    """
    return _Chooser(words)


_OUT_OF = re.compile(r"(\d+) ?/ ?(\d+)")


class _Chooser:
    def __init__(self, words: Mapping[str, str]) -> None:
        exact = {spelling(word): meant for word, meant in words.items()}
        plain = {undressed(word): meant for word, meant in exact.items()}
        # What stands there to the letter comes first: "a-" is not "a".
        self._words = {word: meant for word, meant in (plain | exact).items() if word}
        self._longest = sorted(self._words, key=len, reverse=True)
        self._choices = frozenset(words.values())
        self._highest = str(max(map(int, words))) if all(map(str.isdecimal, words)) else ""

    def __call__(self, raw: str, *, alone: bool = False) -> Reading:
        text = spelling(raw)
        plain = undressed(text)
        led = undressed(_LED.sub("", plain, count=1)) if _LED.match(plain) else ""
        for form in (text, plain, led, self._grade(plain)):
            if form in self._words:
                return self._words[form]
        if not alone:
            for form in (plain, led):
                chosen = self._explained(form, raw)
                if chosen is not None:
                    return chosen
        return _unsure(plain, alone=alone)

    def _grade(self, text: str) -> str:
        """Return the 4 of "4/5", where the choices are grades up to 5; "" of anything else."""
        grade = _OUT_OF.fullmatch(text)
        return grade[1] if grade and grade[2] == self._highest else ""

    def _explained(self, text: str, raw: str) -> str | None:
        """Return the choice that a text begins with, where only reasons for it follow."""
        for word in self._longest:
            if text.startswith(word) and _TAIL.match(text, len(word)):
                rest, meant = text[len(word) :], self._words[word]
                is_clear = not (_OTHERWISE.search(rest) or _NEGATED.search(rest))
                return meant if is_clear and not self._names_another(rest, raw, meant) else None
        return None

    def _names_another(self, rest: str, raw: str, meant: str) -> bool:
        return any(_names(rest, raw, other) for other in self._choices if other != meant)


def _names(rest: str, raw: str, choice: str) -> bool:
    """Tell whether reasons name a choice; of letters only the capital: "a" is an article."""
    is_letter = len(choice) == 1 and choice.isalpha()
    word, text = (choice.upper(), raw) if is_letter else (recognised(choice), rest)
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
