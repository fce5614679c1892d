"""Where in a judge's answer its verdict may stand.

An unread verdict is asked for again, a misread one is a false pass: what stands in the middle of a
sentence, or might be a quotation of the graded text, is no verdict.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from llmeval.text import fold_surrogates, strip_controls

MOST_CHARS: Final = 50_000
"""Of a reply only the end is read beyond that: the verdict stands there."""

MARKS: Final = " \t>*_#`~\"'“”‘’«»|•·:.!\\"

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
_EXPLAINED = ("verdict", "score", "grade", "rating", "decision", "judgment", "judgement", "winner")
"""Behind these a verdict may have its reasons on the same line."""

# "Tone score: 1" is one of several scores, and none of the reply.
_LEAD = r"(?:(?:the|my|our|final|overall|total|selected|chosen|preferred)[ \t]+){0,3}"
_LINE = re.compile(
    rf"^[ \t*_#`~\-•·|0-9.)]*+{_LEAD}(?P<name>{_NAMES})\b"
    r"(?P<more>[ \t]*\([^()\n]{0,40}\))?(?:[ \t]+(?:is|would be))?"
    r"(?:[*_`\"']*+[ \t]*+(?::|=|->|→|\|)|[*_`]++)[ \t]*+(?P<value>[^\n]*)$",
    re.I | re.M,
)
_OF_THE_REPLY = re.compile(
    r"[^a-z]*(?:the[ \t]+)?answer\b\W*(?:(?:in)?correct|wrong|valid)\b", re.I
)
"""One finding among others, and no verdict: "Answer: correct", "Tone: rude"."""
_HEADING = re.compile(
    rf"^[ \t*_#`]*+{_LEAD}(?:{_NAMES})[ \t*_#`:]*+\n\s*+(?P<value>[^\n]+)$", re.I | re.M
)
_UNMARKED = re.compile(
    r"^[ \t*_#`]*+verdict[ \t*_`]++(?:[-–—][ \t]++)?(?P<value>[^\s:=][^\n]{0,40})$", re.I | re.M
)
# Behind the end of a sentence; what ends in a quotation mark is quoted.
_SAME_LINE = re.compile(r"[.!?)][ \t]+VERDICT: *(?P<value>[^\n\"“”«»`':]{1,200})$", re.M)
_TAG = re.compile(
    rf"(?:^|>)[ \t*_`]*+<(?P<tag>{_NAMES})>\s*+(?P<value>[^<]{{1,200}})</(?P=tag)>[ \t.*_`]*+$",
    re.I | re.M,
)
_BRACKETS = re.compile(
    r"(?:\[\[(?P<value>[^\[\]\n]{1,80})\]\]|\\boxed\{(?P<boxed>[^{}\n]{1,80})\})[ \t.*_`$]*+$", re.M
)
_SAID = re.compile(
    r"(?:(?:so|thus|hence|therefore|overall)\b[,:]?\s+)?"
    r"(?:i(?:['’]d|\s+would|\s+will)?\s+(?:say|give|rate|grade|score|assign|award)\b"
    r"(?:\s+(?:it|(?:this|the)(?:\s+(?:reply|response|answer))?))?"
    r"(?:\s+(?:as|at))?(?:\s+an?(?=\s+(?:score|grade|rating)))?(?:\s+(?:score|grade|rating)\s+of)?"
    # "The answer is correct" is said of what is graded.
    rf"|(?:{_LEAD}(?:verdict|score|grade|rating|choice|decision|winner|judge?ment)"
    r"|(?:the\s+)?(?:my|final)\s+answer)\s+(?:is|would\s+be))\s+(?P<value>.{1,80}?)"
    r"(?:\s+to\s+(?:this|the)\s+reply)?",
    re.I | re.S,
)
_SAID_CHARS = 200
_LISTED = re.compile(r"\s*\d{1,3}[.)]\s*")
_SCALE = re.compile(r"(?:/|out\s+of|\b[01]\s*(?:-|–|to|…|\.\.)\s*)\s*(\d{1,3})\b", re.I)


class Found(NamedTuple):
    """The text of what may be a verdict."""

    at: int
    """Place in the answer."""
    text: str
    alone: bool = True
    """Whether it has to be the verdict and nothing else."""
    binding: bool = False
    """Whether it is called the verdict: no earlier one counts, even where it cannot be read."""


def cleaned(reply: str, code: str) -> str:
    """Return the end of an answer without what it thought and what it repeats of the question.

    Args:
        reply: What the judge wrote.
        code: The random word around the graded text; "" where there is none.
    """
    # First, as a cut could take away the beginning of what is repeated and leave a verdict in it.
    own = _unquoted(reply, code) if code else reply
    text = unicodedata.normalize("NFKC", fold_surrogates(own[-MOST_CHARS:]))
    return strip_controls(text)[-MOST_CHARS:].strip()


def _unquoted(text: str, code: str) -> str:
    block = rf"<(?P<name>\w++) {re.escape(code)}>.*?(?:</(?P=name) {re.escape(code)}>|\Z)"
    text = re.sub(block, "", text, flags=re.DOTALL)
    *_, own = re.split(rf"</\w++ {re.escape(code)}>", text)
    return own


_TAGS = re.compile(r"<(?P<ends>/?)think(?:ing)?>", re.I)
_UNENDED = re.compile(r"^[ \t]*+<think(?:ing)?>", re.I | re.M)


def thoughtless(text: str) -> str:
    """Return a text without its thoughts, in one pass.

    An end without a beginning ends what was thought from the start; of a line that begins thoughts
    without an end nothing is left. A tag within a line is only spoken of, unless it ends.
    """
    kept: list[str] = []
    begun: int | None = None
    at = 0
    for tag in _TAGS.finditer(text):
        if not tag["ends"]:
            begun = tag.start() if begun is None else begun
            continue
        if begun is None:
            kept.clear()
        else:
            kept.append(text[at:begun])
        begun, at = None, tag.end()
    rest = text[at:]
    unended = _UNENDED.search(rest)
    kept.append(rest[: unended.start()] if unended else rest)
    return "".join(kept).strip()


def json_answer(text: str) -> Mapping[str, Any] | None:
    """Return an answer that is one JSON object with a verdict; None where it is none."""
    for form in (text.strip(), thoughtless(text)):
        if form[:1] == "{":
            try:
                found = json.loads(form)
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict) and "verdict" in found:
                return found
    return None


# --- lines of its own ------------------------------------------------------------------------


def own_lines(text: str) -> Iterator[Found]:
    """Yield what stands on a line of its own, in JSON, in a tag or in double brackets."""
    yield from _from_json(text)
    for found in _LINE.finditer(text):
        if not _OF_THE_REPLY.match(found.group()):
            yield _labelled(found)
    for found in _HEADING.finditer(text):
        yield Found(found.start("value"), found["value"])
    for found in _UNMARKED.finditer(text):
        yield Found(found.start("value"), found["value"])
    for found in _SAME_LINE.finditer(text):
        yield Found(found.start("value"), found["value"], alone=False)
    for found in _TAG.finditer(text):
        yield Found(found.start(), found["value"].strip())
    for found in _BRACKETS.finditer(text):
        yield Found(found.start(), found["value"] or found["boxed"])


def _labelled(found: "re.Match[str]") -> Found:
    """Return a labelled value, with the scale that its label names: "Score (0-10): 8"."""
    name, value = found["name"].casefold(), found["value"]
    scale = _SCALE.search(found["more"] or "")
    if scale and re.fullmatch(r"\d+(?:[.,]\d+)?", value.strip(MARKS)):
        value = f"{value.strip(MARKS)}/{scale[1]}"
    explained = name in _EXPLAINED
    return Found(found.start("value"), value, alone=not explained, binding=name == "verdict")


def last_line(text: str) -> Iterator[Found]:
    """Yield the last line where it may be the verdict and nothing else: "Yes.", "I'd say 0.7"."""
    lines = [line for line in text.splitlines() if line.strip()]
    # Closing fences and the like say nothing; a choice may be a mark.
    while len(lines) > 1 and not lines[-1].strip(MARKS):
        lines.pop()
    if not lines or (len(lines) > 1 and _LISTED.fullmatch(lines[-1])):
        return
    yield Found(0, lines[-1])
    said = _SAID.fullmatch(" ".join(lines[-1].split()).strip(MARKS)[: _SAID_CHARS + 1])
    if said and len(said.group()) <= _SAID_CHARS:
        yield Found(0, said["value"], alone=False)


# --- JSON ------------------------------------------------------------------------------------

_MOST_OBJECTS = 50
_OBJECT = re.compile(r"^[ \t`*]*+(?P<open>\{)", re.M)
_REST = re.compile(r"[ \t`*.;]*+(?:\n|\Z)")


def _from_json(text: str) -> Iterator[Found]:
    """Yield the values of objects that stand on lines of their own."""
    decoder, at = json.JSONDecoder(), 0
    # The last ones: an answer ends in its verdict.
    for begun in [found.start("open") for found in _OBJECT.finditer(text)][-_MOST_OBJECTS:]:
        if begun < at:
            continue
        try:
            value, at = decoder.raw_decode(text, begun)
        except (ValueError, RecursionError):
            value, at = _loose(text, begun)
        if _REST.match(text, at):
            yield from (Found(begun, raw, alone=False) for raw in values(value))


_PAIR = re.compile(
    r"\s*+[\"']?(?P<key>\w++)[\"']?\s*+:\s*+"
    r"(?P<value>\"(?:[^\"\\]|\\.)*+\"|'(?:[^'\\]|\\.)*+'|[^,}\n\"'{\[][^,}\n]*+)\s*+(?P<more>,)?",
    re.S,
)

_ENDED = re.compile(r"\s*+(?:\}|\Z)")


def _loose(text: str, at: int) -> tuple[Mapping[str, str], int]:
    """Return an object that is nearly JSON: single quotes, a comma too many, a cut end.

    Read pair by pair up to what is none: what an unended text holds is no pair.
    """
    pairs: dict[str, str] = {}
    at += 1
    while (pair := _PAIR.match(text, at)) is not None:
        pairs[pair["key"]] = pair["value"].strip().strip("\"'")
        at = pair.end()
        if pair["more"] is None:
            break
    ended = _ENDED.match(text, at)
    return (pairs, ended.end()) if ended else ({}, at)


def values(found: Mapping[str, Any], depth: int = 3) -> Iterator[str]:
    """Yield what may be the verdict of an object, the likeliest key last."""
    keys = {str(key).casefold().replace(" ", "_").replace("-", "_"): key for key in found}
    if depth:
        for inner in found.values():
            if isinstance(inner, Mapping):
                yield from values(inner, depth - 1)
    scale = next((found[keys[name]] for name in _SCALES if name in keys), None)
    for name in reversed(_KEYS):
        key = keys.get(name) or keys.get(f"final_{name}") or keys.get(f"overall_{name}")
        if key is not None:
            yield as_text(found[key], scale)


def verdict_of(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the verdict of an answer in JSON, and nothing of what stands beside it."""
    verdict = answer["verdict"]
    if isinstance(verdict, Mapping):
        yield from values(verdict)
    else:
        scale = next((answer[name] for name in _SCALES if name in answer), None)
        yield as_text(verdict, scale)


def as_text(value: Any, scale: Any) -> str:
    """Return a JSON value as the text of a verdict, "" where it can be none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and isinstance(scale, int | float):
        return f"{value}/{scale}"
    return str(value) if isinstance(value, str | int | float) else ""
