"""Measures `language` on texts of our own and writes cards/language.json.

    python benchmarks/scorers/measure_language.py

Each text is held against its own language (label 1) and against the one that is easiest taken for
it (label 0). Errors were looked at in one half of the texts alone. A few seconds.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cards import card
from cards import write as write_cards
from own_replies import HERE

from llmeval.records import Case, Turn
from llmeval.scorers.accuracy import Card
from llmeval.scorers.language import Language, languages

TAKEN_FOR: Mapping[str, str] = {
    "af": "nl", "ar": "fa", "bg": "ru", "ca": "es", "cs": "sk", "da": "no", "de": "nl", "en": "nl",
    "es": "pt", "fa": "ar", "fi": "et", "fr": "ca", "hi": "mr", "hr": "sr", "hu": "fi", "id": "ms",
    "it": "es", "ja": "zh", "ko": "ja", "ms": "id", "nl": "af", "no": "da", "pl": "cs", "pt": "es",
    "ro": "it", "ru": "bg", "sk": "cs", "sl": "hr", "sr": "hr", "sv": "no", "tr": "et", "uk": "ru",
    "vi": "id", "zh": "ja",
}  # fmt: skip
"""Language -> the one that its texts are easiest taken for."""

CASE = Case(id="a", suite="s", index=0, line=1, adapter="echo", turns=(Turn(user="?"),))

Row = Mapping[str, Any]


def texts() -> list[Row]:
    """Return the texts: `language` (None: no prose), `text`, `part` (mended, kept or mixed)."""
    lines = (HERE / "own_languages.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def passes(text: str, code: str) -> float:
    """Return 1.0 where a text passes as one in a language."""
    return float(bool(Language(value=code).judge(text, CASE).passed))


def joined(rows: Sequence[Row]) -> list[Row]:
    """Return texts of three sentences, of texts of one language that follow each other."""
    return [
        {"language": first["language"], "text": " ".join(row["text"] for row in (first, *more))}
        for first, *more in zip(rows, rows[1:], rows[2:], strict=False)
        if all(row["language"] == first["language"] for row in more)
    ]


def measured(name: str, rows: Sequence[Row], *, told: bool = True) -> Card:
    """Return the card of some texts; told: and how often their language was named right."""
    pairs = [(row, row["language"]) for row in rows if row["language"]]
    labels = [1] * len(pairs)
    scores = [passes(row["text"], code) for row, code in pairs]
    first = sum(next(iter(languages(row["text"])), None) == row["language"] for row in rows)
    for row in rows:
        labels.append(0)
        scores.append(passes(row["text"], TAKEN_FOR.get(row["language"], "en")))
    return card(
        "language",
        Language.version,
        f"texts of our own, {name}",
        labels,
        scores,
        task="the text is in the language, not in the one that it is easiest taken for",
        threshold=0.5,
        trained_on="translations and word lists of free programs",
        note=f"the language was named right in {first / len(rows):.3f} of the texts"
        if told
        else "",
    )


def every() -> list[Card]:
    """Return the cards."""
    rows = texts()
    kept = [row for row in rows if row["part"] == "kept"]
    mixed = [row for row in rows if row["part"] == "mixed"]
    whole = [row for row in rows if row["part"] != "mixed"]
    by_language = [
        measured(code, [row for row in whole if row["language"] == code], told=False)
        for code in TAKEN_FOR
    ]
    return [
        measured("one sentence, errors never looked at", kept),
        measured("three sentences, errors never looked at", joined(kept)),
        measured("foreign names, quotes and code, or no prose at all", mixed),
        *by_language,
    ]


if __name__ == "__main__":
    write_cards("language", every())
