"""Whether a text is HTML: known elements, closed and nested as the HTML standard asks.

Browsers repair anything, so parsing alone says nothing. A tokenizer of our own, because the
standard library's takes quadratic time on some texts that models, or attackers, write.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from llmeval.text import quote

MAX_DEPTH: Final = 1_000


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# HTML Living Standard (2026), section 13.1.2: elements without content.
VOID: Final = _names("area base br col embed hr img input link meta source track wbr param")
# Section 13.1.2.4: elements whose end tag may be left out.
OPTIONAL_END: Final = _names(
    "html head body li dt dd p rt rp optgroup option colgroup caption thead tbody tfoot tr td th"
)
# Section 13.1.2: elements whose content is text, whatever it looks like.
RAW_TEXT: Final = _names("script style textarea title")
KNOWN: Final = (
    VOID
    | OPTIONAL_END
    | RAW_TEXT
    | _names(
        "a abbr address article aside audio b bdi bdo blockquote button canvas center cite code "
        "data datalist del details dfn dialog div dl em fieldset figcaption figure font footer "
        "form h1 h2 h3 h4 h5 h6 header hgroup i iframe ins kbd label legend main map mark math "
        "menu meter nav noscript object ol output picture pre progress q ruby s samp search "
        "section select slot small span strike strong sub summary sup svg table template time tt "
        "u ul var video"
    )
)
FOREIGN: Final = frozenset({"svg", "math"})
"""Inside them other names hold, and `<path/>` closes itself."""

_TAG_END = re.compile(r"\s*(?:(/)\s*)?>")
_NAME = re.compile(r"[A-Za-z][^\s/>]*")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")


class Tag(Struct, frozen=True):
    """One tag as it stands in the text."""

    name: str
    kind: str
    """`start`, `end` or `empty` (`<br/>`)."""
    position: int


class MarkupError(Exception):
    """What is wrong and, as `position`, where."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


def problem(text: str) -> str:
    """Return the first thing that is wrong with the text as HTML, with its line; "" for nothing.

    Linear in the length of the text.
    """
    try:
        _check(_tags(text), len(text))
    except MarkupError as error:
        return f"{error} (line {text.count(chr(10), 0, error.position) + 1})"
    return ""


def _check(tags: Iterator[Tag], end: int) -> None:
    open_tags: list[Tag] = []
    foreign = 0
    seen = False
    for tag in tags:
        seen = True
        if tag.kind == "end":
            foreign -= _close(tag, open_tags)
            continue
        if not foreign and tag.name not in KNOWN and "-" not in tag.name:
            raise MarkupError(f"<{tag.name}> is no HTML element", tag.position)
        if tag.name in VOID or (tag.kind == "empty" and foreign):
            continue
        open_tags.append(tag)
        foreign += tag.name in FOREIGN
        if len(open_tags) > MAX_DEPTH:
            raise MarkupError(f"nested deeper than {MAX_DEPTH}", tag.position)
    if not seen:
        raise MarkupError("it holds no tag", end)
    for tag in open_tags:
        if tag.name not in OPTIONAL_END:
            raise MarkupError(f"<{tag.name}> is not closed", tag.position)


def _close(tag: Tag, open_tags: list[Tag]) -> int:
    """Take the element of an end tag off the stack; return how many foreign roots went with it."""
    if tag.name in VOID:
        raise MarkupError(f"</{tag.name}> ends an element that has no content", tag.position)
    while open_tags and open_tags[-1].name != tag.name and open_tags[-1].name in OPTIONAL_END:
        open_tags.pop()
    if not open_tags:
        raise MarkupError(f"</{tag.name}> ends nothing that is open", tag.position)
    if open_tags[-1].name != tag.name:
        raise MarkupError(f"</{tag.name}> while <{open_tags[-1].name}> is open", tag.position)
    return open_tags.pop().name in FOREIGN


def _tags(text: str) -> Iterator[Tag]:
    position = text.find("<")
    while position != -1:
        if text.startswith("<!--", position):
            position = _after(text, "-->", position + 4, "a comment")
        elif text.startswith(("<!", "<?"), position):
            position = _after(text, ">", position, "a declaration")
        else:
            tag, position = _tag(text, position)
            yield tag
            if tag.kind == "start" and tag.name in RAW_TEXT:
                position = _raw_end(text, tag, position)
        position = text.find("<", position)


def _after(text: str, end: str, start: int, what: str) -> int:
    found = text.find(end, start)
    if found == -1:
        raise MarkupError(f"{what} is not closed", start)
    return found + len(end)


def _tag(text: str, position: int) -> tuple[Tag, int]:
    closing = text.startswith("</", position)
    name = _NAME.match(text, position + 1 + closing)
    if name is None:
        around = quote(text[position : position + 20], 20)
        raise MarkupError(f"{around} is no tag: a plain < is written &lt;", position)
    at = name.end()
    names = set()
    while attribute := _ATTRIBUTE.match(text, at):
        lowered = attribute[1].lower()
        if lowered in names:
            raise MarkupError(f"<{name[0]}> has {quote(lowered)} twice", position)
        names.add(lowered)
        at = attribute.end()
    rest = _TAG_END.match(text, at)
    if rest is None:
        raise MarkupError(f"<{quote(name[0])[1:-1]}> has no proper end", position)
    kind = "end" if closing else "empty" if rest[1] else "start"
    return Tag(name[0].lower(), kind, position), rest.end()


def _raw_end(text: str, tag: Tag, start: int) -> int:
    end = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(text, start)
    if end is None:
        raise MarkupError(f"<{tag.name}> is not closed", tag.position)
    return end.start()
