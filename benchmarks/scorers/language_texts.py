"""Words of each language with their counts, from translations and word lists of free programs."""

import ast
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from llmeval.scorers.language import words_of

STOP_WORTH = 4
"""How often a word of another list of common words counts."""
SPELLED = {"pt_BR": "pt", "pt-br": "pt", "nb": "no", "sr_Latn": "sr"}
"""Name of a folder -> language."""

_ENTRY = re.compile(r"^msgid (.*?)^msgstr(?:\[\d\])? (.*?)(?=^$|^msg|^#|\Z)", re.M | re.S)
_NO_WORD = re.compile(r"%\(\w+\)\w|%\w|\{[^{}]*\}|<[^<>]*>|&\w+;|https?://\S+|\\.|``?[^`]*``?|[_&]")


def read(folder: Path, codes: Iterable[str]) -> Mapping[str, Counter[str]]:
    """Return the words of some languages."""
    texts: dict[str, dict[str, int]] = {code: {} for code in codes}
    for code, text, worth in _found(folder):
        if code in texts:
            texts[code].setdefault(text, worth)  # what programs share counts once
    found = {}
    for code, some in texts.items():
        found[code] = Counter[str]()
        for text, worth in some.items():
            for word in words_of(unicodedata.normalize("NFC", text)):
                found[code][word] += worth
    return found


def _found(folder: Path) -> Iterator[tuple[str, str, int]]:
    for path in sorted(folder.rglob("LC_MESSAGES/*.po")):
        yield from ((code, text, 1) for code, text in _translated(path))
    for path in sorted(folder.glob("mimesis/datasets/*/text.json")):
        held = json.loads(path.read_text(encoding="utf-8"))
        yield from ((_code(path.parts[-2]), text, 1) for text in _texts(held))
    for path in sorted(folder.glob("spacy/lang/*/stop_words.py")):
        for text in _literals(path):
            yield _code(path.parts[-2]), text, STOP_WORTH
    for path in sorted(folder.glob("spacy/lang/*/examples.py")):
        yield from ((_code(path.parts[-2]), text, 1) for text in _literals(path)[1:])
    for path in folder.glob("stopwordsiso/stopwords-iso.json"):
        for code, words in json.loads(path.read_text(encoding="utf-8")).items():
            yield code, " \n".join(words), STOP_WORTH


def _code(name: str) -> str:
    return SPELLED.get(name, name)


def _translated(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the translations of a file, and with those into German what they translate."""
    code = _code(path.parts[-3])
    for entry in _ENTRY.finditer(path.read_text(encoding="utf-8", errors="replace")):
        original, text = ("".join(re.findall(r'"(.*)"', part)) for part in entry.groups())
        if text and text != original and code != "en":
            yield code, _NO_WORD.sub(" ", text)
        if code == "de":
            yield "en", _NO_WORD.sub(" ", original)


def _texts(held: object) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for name, inner in held.items():
            if name != "alphabet":
                yield from _texts(inner)
    elif isinstance(held, list):
        for inner in held:
            yield from _texts(inner)


def _literals(path: Path) -> list[str]:
    """Return the texts in a Python file, without running it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
