"""What a judge said -> its verdict: tolerant of prose, Markdown, JSON and XML around it.

A judge is asked to end with a line `VERDICT: …`; many do something like it. Everything that looks
like a verdict is collected with how sure one can be that it is one: a line or a JSON value of its
own, a labelled value within a sentence, a bare value. Of the surest kind that holds a well-formed
verdict the last one wins: what a judge quotes comes before what it concludes.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from llmeval.text import fold_surrogates

UNSURE: Final = "\0unsure"
"""The judge says that it cannot decide; no word that a suite can offer."""

MOST_CHARS = 50_000
"""Of a reply only the end is read beyond that: the verdict stands there."""

Reading = float | str | None
Read = Callable[[str], Reading]
"""The text of a verdict -> its value, UNSURE, or None where it is none."""

_NAMES = (
    r"verdict|scores?|grade|rating|answer|choice|decision|judge?ment|result|winner|preferred|"
    r"preference|evaluation|conclusion|assessment|selection|label|option|outcome|mark"
)
_KEYS = (
    *("verdict", "score", "grade", "rating", "choice", "answer", "winner", "decision", "label"),
    *("result", "preference", "preferred", "judgment", "judgement", "selection", "evaluation"),
    *("assessment", "outcome", "conclusion", "value", "mark", "pass", "passed", "correct"),
)
_SCALES = ("max", "max_score", "out_of", "scale", "maximum")

_THOUGHTS = re.compile(r"\A.*?</think(?:ing)?>|<(think(?:ing)?)>.*?</\1>", re.DOTALL | re.I)
_END = re.compile(r"</think(?:ing)?>", re.I)
_MARKS = " \t>*_#`~\"'“”‘’«»|-–—•·:.!$\\"
_LINE = re.compile(
    rf"^[ \t*_#`~\-•·|0-9.)]*(?:[a-z]{{1,12}}[ \t]+){{0,3}}(?:{_NAMES})\b(?P<more>[^:=\n]{{0,40}}?)"
    r"(?:[*_`\"']*[ \t]*(?::|=|->|→|\|)|[*_`]+[ \t]*)[ \t]*(?P<value>[^\n]*)$",
    re.I | re.M,
)
_HEADING = re.compile(
    rf"^[ \t*_#`]*(?:(?:final|overall|my)[ \t]+)?(?:{_NAMES})[ \t*_#`:]*\n"
    r"\s*(?P<value>[^\n]+)$",
    re.I | re.M,
)
_UNMARKED = re.compile(
    r"^[ \t*_#`]*verdict[ \t*_`]+(?:[-–—] ?)?(?P<value>[^\s:=][^\n]{0,40})$", re.I | re.M
)
_TAG = re.compile(rf"<(?P<tag>{_NAMES})>\s*(?P<value>[^<]{{1,200}}?)\s*</(?P=tag)>", re.I)
_BRACKETS = re.compile(r"\[\[(?P<value>[^\[\]\n]{1,80})\]\]|\\boxed\{(?P<boxed>[^{}\n]{1,80})\}")
_WITHIN = re.compile(
    rf"\b(?:{_NAMES})\b(?P<more>[^:=\n.]{{0,30}}?)[\"'*_`]*\s*(?::|=|\bis\b|\bof\b|\bwould be\b)\s*"
    r"(?P<value>[^\n]{1,200})",
    re.I,
)
_SHARE = re.compile(
    r"(?P<value>(?<![\d.,/])\d{1,3}(?:[.,]\d+)?\s*(?:/|out\s+of|of)\s*\d{1,3}(?![\d/])"
    r"|(?<![\d.,])\d{1,3}(?:[.,]\d+)?\s*%)",
    re.I,
)
_SCALE = re.compile(r"(?:/|out\s+of|\b[01]\s*(?:-|–|to|…|\.\.)\s*)\s*(\d{1,3})\b", re.I)


class _Found(NamedTuple):
    at: int
    text: str


def read(reply: str, value_of: Read, code: str = "") -> Reading:
    """Return the verdict that a judge's reply ends in; None where there is none.

    Args:
        reply: What the judge wrote.
        value_of: Reads the text of one verdict.
        code: The random word around the graded text: what a judge repeats of that is not its own.
    """
    text = _cleaned(reply, code)
    answer = json_answer(text)
    if answer is not None:
        # What its reasons quote is no verdict.
        values = [value for raw in _values(answer) if (value := value_of(raw)) is not None]
        return values[-1] if values else None
    # In an object that was cut off, what its reasons quote is none either.
    kinds = (_own_lines,) if text[:1] == "{" else (_own_lines, _labelled, _bare)
    for kind in kinds:
        found = [(at, value) for at, raw in kind(text) if (value := value_of(raw)) is not None]
        if found:
            # Of one object's keys the likeliest comes last.
            return max(reversed(found), key=lambda each: each[0])[1]
    return None


def json_answer(text: str) -> Mapping[str, Any] | None:
    """Return an answer that is one JSON object with a verdict; None where it is none."""
    text = _thoughtless(text)
    if text[:1] != "{":
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and "verdict" in found else None


def _cleaned(reply: str, code: str) -> str:
    text = unicodedata.normalize("NFKC", fold_surrogates(reply[-MOST_CHARS:]))
    if code:
        block = rf"<(?P<name>\w+) {re.escape(code)}>.*?(?:</(?P=name) {re.escape(code)}>|\Z)"
        text = re.sub(block, "", text, flags=re.DOTALL)
    return _thoughtless(text)


def _thoughtless(text: str) -> str:
    # Without an end, looking for it from each of many beginnings would take for ever.
    return (_THOUGHTS.sub("", text) if _END.search(text) else text).strip()


# --- where a verdict may stand ---------------------------------------------------------------


def _own_lines(text: str) -> Iterator[_Found]:
    """Yield what stands on a line of its own, in JSON, in a tag or in double brackets."""
    yield from _from_json(text)
    for pattern in (_LINE, _HEADING, _UNMARKED):
        for found in pattern.finditer(text):
            yield _scaled(found)
    for found in _TAG.finditer(text):
        yield _Found(found.start(), found["value"])
    for found in _BRACKETS.finditer(text):
        yield _Found(found.start(), found["value"] or found["boxed"])


def _labelled(text: str) -> Iterator[_Found]:
    """Yield what is called a verdict within a sentence."""
    for found in _WITHIN.finditer(text):
        yield _scaled(found)
    for found in _SHARE.finditer(text):
        yield _Found(found.start("value"), found["value"])


def _scaled(found: "re.Match[str]") -> _Found:
    """Return a labelled value, with the scale that its label names: "Score (0-10): 8"."""
    value = found["value"]
    scale = _SCALE.search(found.groupdict().get("more") or "")
    if scale and re.fullmatch(r"\d+(?:[.,]\d+)?", value.strip(_MARKS)):
        value = f"{value.strip(_MARKS)}/{scale[1]}"
    return _Found(found.start("value"), value)


def _bare(text: str) -> Iterator[_Found]:
    """Yield the first and the last line: "Yes. Because …", or reasons and then the word."""
    lines = [line for line in text.splitlines() if line.strip(_MARKS) and '":' not in line]
    for place, line in enumerate(lines[:1] + lines[-1:]):
        plain = line.strip(_MARKS + "[](){}")
        yield _Found(place, plain)
        last = re.split(r"(?<=[.!?:])\s+", plain)[-1]
        if place and len(last) <= 40:
            yield _Found(place, last)


def _from_json(text: str) -> Iterator[_Found]:
    decoder, at = json.JSONDecoder(), text.find("{")
    for _ in range(50):
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            value, end = _loose(text, at)
        if isinstance(value, dict):
            yield from (_Found(at, raw) for raw in _values(value))
        at = text.find("{", max(end, at + 1))


_PAIR = re.compile(
    r"[\"']?(?P<key>\w+)[\"']?\s*:\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^,}\n]+)"
)


def _loose(text: str, at: int) -> tuple[Any, int]:
    """Return an object that is nearly JSON: single quotes, a comma too many, a cut end."""
    end = text.find("}", at)
    inner = text[at + 1 : end if end >= 0 else None]
    pairs = {m["key"]: m["value"].strip().strip("\"'") for m in _PAIR.finditer(inner)}
    return pairs, end + 1 if end >= 0 else at + 1


def _values(found: Mapping[str, Any], depth: int = 3) -> Iterator[str]:
    """Yield what may be the verdict of an object, the likeliest key last."""
    keys = {str(key).casefold().replace(" ", "_").replace("-", "_"): key for key in found}
    if depth:
        for inner in found.values():
            if isinstance(inner, Mapping):
                yield from _values(inner, depth - 1)
    scale = next((found[keys[name]] for name in _SCALES if name in keys), None)
    for name in reversed(_KEYS):
        key = keys.get(name) or keys.get(f"final_{name}") or keys.get(f"overall_{name}")
        if key is not None:
            yield _as_text(found[key], scale)


def _as_text(value: Any, scale: Any) -> str:
    if isinstance(value, bool):
        return "pass" if value else "fail"
    if isinstance(value, int | float) and isinstance(scale, int | float):
        return f"{value}/{scale}"
    return str(value) if isinstance(value, str | int | float) else ""


# --- what a verdict says ---------------------------------------------------------------------

_UNSURE = re.compile(
    r"(?:un(?:sure|certain|decided|known|clear|determined|able)|n/?a\b|not? (?:sure|applicable)"
    r"|cannot (?:decide|tell|say|judge|determine|be (?:determined|decided))|can'?t (?:tell|say)"
    r"|inconclusive|indeterminate|abstain)",
    re.I,
)
_FAIL = re.compile(
    r"(?:fail(?:s|ed|ure|ing)?|no|nope|false|incorrect|wrong|reject(?:ed)?|unacceptable|bad"
    r"|unsatisfactory|(?:does|do|is|was|were|are|has|did|must)(?: not|n'?t)\b.*"
    r"|not (?:pass|met|meet|correct|acceptable|satisf|ok|fulfil|good)\w*|unmet|invalid|✗|✘|❌)"
    r"(?![\w-])",
    re.I,
)
_PASS = re.compile(
    r"(?:pass(?:es|ed|ing)?|yes|yep|true|correct|right|accept(?:ed|able)?|good|satisf(?:ied|actory)"
    r"|(?:fully )?met|meets(?: (?:all )?(?:the )?criteria)?|valid|ok(?:ay)?|fulfilled|✓|✔|✅)"
    r"(?![\w-])",
    re.I,
)
_NUMBER = r"(\d{1,4}(?:[.,]\d+)?|[.,]\d+)"
_OF = re.compile(rf"{_NUMBER}\s*(?:/|⁄|out\s+of|of)\s*{_NUMBER}", re.I)
_PERCENT = re.compile(rf"{_NUMBER}\s*(?:%|per ?cent\b)", re.I)
_PLAIN = re.compile(
    rf"{_NUMBER}(?![\d%/⁄]|[.,]\d)(?!\s*(?:-|–|to|of|out)\s*\d)"
    r"(?:\s*$|\s*[^\w\s]|\s+(?:because|since|as|for)\b|(?<=[.,]\d)\s|(?<=[.,]\d\d)\s)",
    re.I,
)


def grade(raw: str) -> Reading:
    """Return the grade 0…1 that a verdict says, UNSURE, or None where it says none."""
    text = raw.strip(_MARKS + "[](){}<>")
    signed = raw[: raw.find(text)][-1:]
    if signed == "-" and text[:1].isdigit():
        return None  # below 0
    if signed == ".":
        text = f".{text}"
    if _UNSURE.match(text):
        return UNSURE
    share, percent, plain = _OF.match(text), _PERCENT.match(text), _PLAIN.match(text)
    if share:
        return _ratio(_float(share[1]), _float(share[2]))
    if percent:
        return _ratio(_float(percent[1]), 100.0)
    if plain:
        return _ratio(_float(plain[1]), 1.0)
    if _FAIL.match(text):
        return 0.0
    return 1.0 if _PASS.match(text) else None


def _float(text: str) -> float:
    return float(text.replace(",", "."))


def _ratio(value: float, of: float) -> float | None:
    return value / of if of > 0 and 0 <= value <= of else None


_LED = re.compile(
    r"^(?:the\s+)?(?:option|choice|answer|response|reply|assistant|block)\s*[:(\[]?\s*"
)


def _ends(spelling: str, rest: str) -> bool:
    """Tell whether a choice ends there: "a" is one in "A: it …" and none in "A reply that …"."""
    if len(spelling) == 1:
        rest = rest.lstrip()
    return not rest[:1].isalnum()


def chooser(words: Mapping[str, str]) -> Read:
    """Return what reads a verdict that is one of several words.

    Args:
        words: Every spelling, in lower case, to the choice that it means.
    """
    spellings = sorted(words, key=len, reverse=True)

    def choice(raw: str) -> Reading:
        text = " ".join(raw.casefold().split()).strip(_MARKS + "[](){}<>")
        for spelling in spellings:
            if text.startswith(spelling) and _ends(spelling, text[len(spelling) :]):
                return words[spelling]
        led = _LED.sub("", text)
        if led != text and led:
            return choice(led)
        return UNSURE if _UNSURE.match(text) else None

    return choice
