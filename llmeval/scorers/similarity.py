"""Checks on likeness: similar (seven measures), levenshtein."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import ClassVar, Final, Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein as EditDistance

from llmeval.records import Case, Score
from llmeval.scorers.overlap import bleu_of, rouge_l, tfidf
from llmeval.scorers.scorer import TextScorer, require, threshold_score, too_long
from llmeval.text import canonical, normalise, quote

MAX_CHARS: Final = 100_000
"""Of reply and reference: at this length the slowest measure but `partial` takes 0.3 s."""

MAX_PARTIAL_CHARS: Final = 2_000
"""Of the reference: sliding it over a long reply costs its length to the third power (measured:
1,000 characters over 100,000 take 0.1 s, 2,000 take 0.9 s, 10,000 several minutes)."""

Method = Literal["ratio", "partial", "token_set", "rouge_l", "bleu", "tfidf", "embedding"]


@dataclass(frozen=True, kw_only=True)
class _Likeness(TextScorer):
    """Compares the reply with texts and counts the best."""

    main: ClassVar[str] = "to"

    to: str | tuple[str, ...] | None = None
    """None: the case's references."""

    def __post_init__(self) -> None:
        require(self.to != (), "to", "expected at least one text, found an empty list")

    def texts(self, case: Case) -> tuple[str, ...]:
        """Return the texts to compare with."""
        if self.to is None:
            return tuple([text for text in case.references if text.strip()])
        return (self.to,) if isinstance(self.to, str) else self.to

    def judge(self, text: str, case: Case) -> Score:
        """Return the best of the scores against each text."""
        texts = self.texts(case)
        if not texts:
            reason = f"nothing_to_compare_with: give `to`, or the case {self.lacks(case)}"
            return Score(status="error", reason=reason)
        longest = max(len(text), *(len(other) for other in texts))
        if longest > MAX_CHARS:
            return too_long(longest, MAX_CHARS)
        return self.compare(text, texts)

    def lacks(self, case: Case) -> str:
        """Return what the case must give."""
        return "" if self.texts(case) else "a `reference`"

    def compare(self, text: str, texts: tuple[str, ...]) -> Score:
        """Return the score against the text that suits best."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Similar(_Likeness):
    """How alike the reply and a text are, 0…1, on normalised text."""

    min: float = field(default=0.8, metadata={"ge": 0.0, "le": 1.0})
    method: Method = "ratio"
    model: str | None = None
    """For `method: embedding`: path of a local model."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.method == "embedding":
            missing = "is missing: method: embedding needs the path of a local model"
            require(self.model is not None, "model", missing)
        else:
            require(self.model is None, "model", "goes with method: embedding alone")
        if self.model is not None:
            from llmeval.scorers.embedding import embedder

            embedder(self.model)  # what is missing is said before anything is asked

    def compare(self, text: str, texts: tuple[str, ...]) -> Score:
        """Return the score against the text that suits best."""
        measure = self._measure()
        longest = max(map(len, texts))
        if self.method == "partial" and longest > MAX_PARTIAL_CHARS:
            return too_long(longest, MAX_PARTIAL_CHARS)
        folded = normalise(text)
        score, best = max(
            ((self._likeness(measure, text, folded, other), other) for other in texts),
            key=lambda pair: pair[0],
        )
        return threshold_score(score, self.min, f"closest is {quote(best)}")

    def _measure(self) -> "Measure":
        if self.model is None:
            return MEASURES[self.method]
        from llmeval.scorers.embedding import similarity

        return partial(similarity, self.model)

    def _likeness(self, measure: "Measure", text: str, folded: str, other: str) -> float:
        if self.model is not None:
            return measure(text, other)  # such models read case and punctuation
        return _similarity(measure, text, folded, other)


def _similarity(measure: "Measure", text: str, folded: str, other: str) -> float:
    folded_other = normalise(other)
    if folded == folded_other:
        # Two texts of nothing but punctuation are alike only if they are the same.
        return 1.0 if folded or text == other else 0.0
    if not folded or not folded_other:
        return 0.0
    return measure(folded, folded_other)


# --- measures: of normalised, different, non-empty texts (reply, reference) ----------------------

Measure = Callable[[str, str], float]


def _ratio(text: str, other: str) -> float:
    return fuzz.ratio(text, other) / 100


def _partial(text: str, other: str) -> float:
    # Only the reference is slid over the reply. The other way round "No" would be a perfect
    # answer wherever the reference contains these letters.
    if len(text) < len(other):
        return _ratio(text, other)
    return fuzz.partial_ratio(other, text) / 100


def _token_set(text: str, other: str) -> float:
    return fuzz.token_set_ratio(text, other) / 100


def _by_words(measure: Callable[[list[str], list[str]], float]) -> Measure:
    return lambda text, other: measure(text.split(), other.split())


@lru_cache(maxsize=4)
def _counted(text: str) -> Callable[[list[str]], float]:
    """Return what compares a reply with one text: there may be thousands."""
    return bleu_of(text.split())


def _bleu(text: str, other: str) -> float:
    return _counted(text)(other.split())


MEASURES: Final[Mapping[str, Measure]] = {
    "ratio": _ratio,
    "partial": _partial,
    "token_set": _token_set,
    "rouge_l": _by_words(rouge_l),
    "bleu": _bleu,
    "tfidf": _by_words(tfidf),
}


@dataclass(frozen=True, kw_only=True)
class Levenshtein(_Likeness):
    """How many characters must be inserted, deleted or replaced to get the text (exact case)."""

    threshold: ClassVar[bool] = False

    max: int = field(metadata={"ge": 0})

    def compare(self, text: str, texts: tuple[str, ...]) -> Score:
        """Return 1 - edits / length of the longer text, for the text with the fewest edits."""
        text = canonical(text)
        edits, best = min(
            ((EditDistance.distance(text, canonical(other)), other) for other in texts),
            key=lambda pair: pair[0],
        )
        score = 1 - edits / (max(len(text), len(canonical(best))) or 1)
        details = {"edits": edits}
        if edits <= self.max:
            return Score(score=score, passed=True, details=details)
        reason = f"{edits} edits are above the maximum of {self.max}: closest is {quote(best)}"
        return Score(score=score, passed=False, reason=reason, details=details)
