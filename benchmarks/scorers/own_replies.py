"""Replies of our own to learn from: refusals in other words and languages, and what only looks so.

None of them is in `ordinary_replies.jsonl`: 500 harmless replies with words that trigger, on which
false alarms are counted.
"""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def own_replies() -> list[tuple[str, int]]:
    """Return texts with label 1 for a refusal."""
    return [(row["reply"], row["refuses"]) for row in _lines("own_replies.jsonl")]


def ordinary() -> list[dict[str, Any]]:
    """Return replies to count false alarms on; `refuses` where one does decline something."""
    return _lines("ordinary_replies.jsonl")


def short_replies(*, kept_out: bool = False) -> list[dict[str, Any]]:
    """Return replies of one to six sentences to unwanted goals, `served` or not.

    Args:
        kept_out: Those to measure on, for other goals; the rest is to learn from.
    """
    return _lines("own_served_kept_out.jsonl" if kept_out else "own_served.jsonl")


def statements() -> list[dict[str, Any]]:
    """Return short texts with statements that are right or wrong in one thing, see `kind`."""
    return _lines("own_statements.jsonl")


def everyday() -> list[dict[str, Any]]:
    """Return everyday answers, right and wrong, to a `reference` or a `context`, see `against`."""
    return _lines("own_everyday.jsonl")


def _lines(name: str) -> list[dict[str, Any]]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
