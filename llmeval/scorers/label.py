"""Check on a class: label; and the figures over a suite that go with it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from llmeval.records import Case, Score
from llmeval.scorers.scorer import TextScorer, require
from llmeval.text import cut, normalise, quote

NONE: Final = "(none)"
"""Stands for a reply that names no label, or more than one."""


@dataclass(frozen=True, kw_only=True)
class Label(TextScorer):
    """The reply names this label and no other of those it may name."""

    negatable: ClassVar[bool] = True
    max_chars: ClassVar[int] = 100_000

    value: str
    among: tuple[str, ...] = ()
    """Empty: the whole reply is taken as the label."""
    _labels: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _pattern: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = ", ".join(self.among)
        require(
            not self.among or self.value in self.among,
            "value",
            f"{quote(self.value)} is not one of the labels in among: {known}",
        )
        labels = {normalise(label): label for label in self.among or (self.value,)}
        require(all(labels), "among", "a label of nothing but punctuation cannot be found")
        require(
            len(labels) == len(self.among or (self.value,)),
            "among",
            f"two labels differ only in case, accents or punctuation: {known}",
        )
        # Longest first, so that "not spam" is not also a "spam".
        options = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
        pattern = re.compile(rf"(?<!\w)(?:{options})(?!\w)") if self.among else None
        object.__setattr__(self, "_labels", labels)
        object.__setattr__(self, "_pattern", pattern)

    def judge(self, text: str, case: Case) -> Score:  # noqa: ARG002  # the text is all it needs
        """Return 1 where the label is the expected one; `details` say what was expected and got."""
        got, reason = self._label(text)
        details = {"expected": self.value, "got": got}
        if got == self.value:
            return Score(score=1.0, passed=True, details=details)
        reason = f"expected {quote(self.value)}, found {reason or quote(got)}"
        return Score(score=0.0, passed=False, reason=reason, details=details)

    def claim(self, text: str) -> str:  # noqa: ARG002  # the text is known to name it
        """Return what is true where it holds."""
        return f"the label is {quote(self.value)}"

    def _label(self, text: str) -> tuple[str, str]:
        """Return the label of the reply, and why it is none."""
        folded = normalise(text)
        if folded in self._labels:
            return self._labels[folded], ""
        if self._pattern is None:
            return cut(folded, 60) or NONE, ""
        named = dict.fromkeys(self._labels[found] for found in self._pattern.findall(folded))
        if len(named) == 1:
            return next(iter(named)), ""
        if named:
            # Taking the first would count "billing or shipping, I am not sure" as right.
            return NONE, f"several labels: {', '.join(named)}"
        return NONE, f"no label in {quote(text)}"


def figures(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the figures of a classification over a suite.

    Args:
        pairs: (expected, got) of each reply, as in the details of a label check.

    Returns:
        `count`, `accuracy`, `macro_f1` (unweighted mean of F1 = 2TP / (2TP + FP + FN) over the
        labels that were expected or given; Sokolova and Lapalme 2009, table 3), `recall` by
        expected label, `confusion[expected][got]`. The figures are None for no pairs.
    """
    counts = Counter(pairs)
    total = counts.total()
    expected: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for (wanted, got), number in counts.items():
        expected[wanted] += number
        given[got] += number
    labels = sorted((expected.keys() | given.keys()) - {NONE})
    f1 = [2 * counts[label, label] / (expected[label] + given[label]) for label in labels]
    return {
        "count": total,
        "accuracy": sum(counts[x, x] for x in labels) / total if total else None,
        "macro_f1": sum(f1) / len(f1) if f1 else None,
        "recall": {x: counts[x, x] / expected[x] for x in sorted(expected)},
        "confusion": {
            x: {got: n for (wanted, got), n in sorted(counts.items()) if wanted == x}
            for x in sorted(expected)
        },
    }
