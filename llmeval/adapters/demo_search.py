"""Sentence retrieval for the demo adapter: word overlap, rare words count more.

Scores are sums of inverse document frequencies over shared stems (Sparck Jones 1972), divided by
the square root of the sentence's length.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import log, sqrt
from pathlib import Path

from msgspec import Struct

from llmeval.errors import ParameterError

_WORD = re.compile(r"[a-z0-9]+(?:[.'-][a-z0-9]+)*")
_STOP = frozenset(
    (
        *("a", "about", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does"),
        *("for", "from", "get", "had", "has", "have", "how", "i", "if", "in", "is", "it", "its"),
        *("may", "many", "me", "must", "my", "of", "on", "one", "or", "our", "period", "please"),
        *("s", "so", "still", "tell", "that", "the", "their", "them", "there", "they", "this"),
        *("to", "us", "was", "we", "what", "when", "where", "which", "who", "will", "with"),
        *("would", "you", "your"),
    )
)
# What customers say -> what the documents say.
_SYNONYMS: Mapping[str, str] = {
    "bring": "hand",
    "cost": "price",
    "costs": "price",
    "guarantee": "warranty",
    "long": "days",
    "money": "refund",
    "much": "price",
    "opening": "open",
    "phone": "telephone",
    "send": "return",
    "ship": "deliver",
    "shipping": "delivery",
    "swap": "exchanged",
    "worth": "price",
}
_ENDINGS = ("ies", "ing", "ed", "es", "s", "y")


class Sentence(Struct, frozen=True):
    """One sentence of the documents."""

    document: str
    """Id of its document."""
    text: str
    words: frozenset[str]
    """Its own and those of its document's id."""


class Index(Struct, frozen=True):
    """The sentences of some documents."""

    sentences: tuple[Sentence, ...]
    rarity: Mapping[str, float]
    """Inverse document frequency by stem."""

    def rank(self, words: Mapping[str, float]) -> list[tuple[float, int]]:
        """Return (score, place) of the sentences that share a word, best first.

        Args:
            words: Words of the question with their weights.
        """
        scored = []
        for place, sentence in enumerate(self.sentences):
            shared = words.keys() & sentence.words
            if shared:
                total = sum(words[word] * self.rarity[word] for word in sorted(shared))
                scored.append((total / sqrt(4 + len(sentence.words)), place))
        return sorted(scored, key=lambda pair: (-pair[0], pair[1]))

    def covers(self, words: Iterable[str], place: int) -> float:
        """Return how much of a question a sentence takes up, 0…1; words it has not count most."""
        unknown = log(1 + len(self.sentences))
        weights = {word: self.rarity.get(word, unknown) for word in words}
        shared = weights.keys() & self.sentences[place].words
        return sum(weights[word] for word in sorted(shared)) / (sum(weights.values()) or 1.0)


def stem(word: str) -> str:
    """Return a word without its common English endings."""
    word = _SYNONYMS.get(word, word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def words_of(text: str, *, exact: bool) -> list[str]:
    """Return the words that say something, in order: as they stand, or their stems."""
    words = [word for word in _WORD.findall(text.lower()) if word not in _STOP]
    return words if exact else [stem(word) for word in words]


def build(documents: Iterable[tuple[str, str]], *, exact: bool) -> Index:
    """Return the index of (id, text) pairs; a line or a full stop ends a sentence."""
    sentences = []
    for name, text in documents:
        for part in re.split(r"(?<=[.!?])\s+|\n+", text):
            if part.strip():
                words = frozenset(words_of(f"{name} {part}", exact=exact))
                sentences.append(Sentence(name, part.strip(), words))
    counts = Counter(word for sentence in sentences for word in sentence.words)
    total = len(sentences)
    rarity = {word: log(1 + total / count) for word, count in counts.items()}
    return Index(tuple(sentences), rarity)


@lru_cache(maxsize=8)
def load(path: str | None, *, exact: bool) -> Index:
    """Return the index of a file, of the built-in shop documents for None. Reads a file.

    A Markdown or text file has one document per `## id` heading; a JSON file is a list of
    `{"id", "text"}`. `exact` compares words as they stand, not their stems.

    Raises:
        ParameterError: No such file, or nothing in it.
    """
    file = Path(path) if path else Path(__file__).with_name("demo_shop.md")
    try:
        text = file.read_text(encoding="utf-8")
        documents = _from_json(text) if file.suffix == ".json" else _from_headings(text)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParameterError("documents", f"{path}: {error}") from error
    index = build(documents, exact=exact)
    if not index.sentences:
        raise ParameterError("documents", f"{path} holds no sentence under a '## id' heading")
    return index


def _from_json(text: str) -> list[tuple[str, str]]:
    return [(str(item["id"]), str(item["text"])) for item in json.loads(text)]


def _from_headings(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))
