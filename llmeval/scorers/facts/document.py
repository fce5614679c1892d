"""How a reply stands to a text that it must keep to: what is measured of the whole reply."""

from collections.abc import Sequence
from typing import Final

from llmeval.scorers.facts.claims import COUNTS, SHARES, SIGNS, Claim, Values, values
from llmeval.scorers.facts.evidence import Evidence

_MAX_SENTENCES: Final = 50.0

NAMES: Final = (
    *(f"{name}_sum" for name in COUNTS),
    *(f"{name}_rate" for name in COUNTS),
    *(f"{name}_min" for name in SHARES),
    *(f"{name}_mean" for name in SHARES),
    *SIGNS,
    "function_words",
    "claims",
    "sentences",
)
"""What each feature is."""
KNOWN: Final = NAMES.index("known_mean")
SENTENCES: Final = NAMES.index("sentences")


def features(found: Sequence[Claim], text: Evidence) -> list[float]:
    """Return the features of a reply's claims (at least one), in the order of NAMES."""
    seen = [values(one, text) for one in found]
    total = sum(one["words"] for one in seen)
    counts = [sum(one[name] for one in seen) for name in COUNTS]
    return [
        *counts,
        *(count / total for count in counts),
        *(min(one[name] for one in seen) for name in SHARES),
        *(_mean(seen, name, total) for name in SHARES),
        *(max(one[name] for one in seen) for name in SIGNS),
        sum(one["function_words"] for one in seen) / len(seen),
        float(len(seen)),
        min(_MAX_SENTENCES, float(len(text.sentences))),
    ]


def _mean(seen: Sequence[Values], name: str, total: float) -> float:
    return sum(one[name] * one["words"] for one in seen) / total
