"""Check whether the trials of a case say the same: consistency."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from llmeval.records import Case, Reply, Score
from llmeval.scorers.scorer import NO_TEXT, SAMPLE, TextScorer, threshold_score, too_long
from llmeval.text import normalise, quote

if TYPE_CHECKING:
    from llmeval.scorers.facts.evidence import Evidence

MAX_CHARS: Final = 20_000
MAX_OTHERS: Final = 20
"""Replies that each one is compared with: the work grows with the trials, not with their square."""

ALONE: Final = Score(
    status="skipped", reason="not_measured: there is one trial; set `repeat` to at least 2"
)


@dataclass(frozen=True, kw_only=True)
class Consistency(TextScorer):
    """How far the other trials of the case support what a reply says, on average, 0…1.

    What a model knows it says each time, what it makes up differs (Manakul et al. 2023,
    "SelfCheckGPT", arXiv:2303.08896); claims are compared by the rules of `factuality`.
    """

    main: ClassVar[str] = "min"
    max_chars: ClassVar[int] = MAX_CHARS

    min: float = field(default=0.5, metadata={"ge": 0.0, "le": 1.0})

    def prepare(self) -> None:
        """Load the rules by which claims are compared."""
        one, other = _View(SAMPLE), _View("The capital of France is Paris.")
        _agreement(one, other)

    def judge(self, text: str, case: Case) -> Score:
        """Return that one reply alone cannot be compared; `score_together` sees all."""
        return ALONE

    def score_together(self, case: Case, replies: Sequence[Reply]) -> tuple[Score, ...]:
        """Return the score of each trial's last reply, in their order."""
        texts = [reply.text or "" for reply in replies]
        said = [number for number, text in enumerate(texts) if 0 < len(text) <= MAX_CHARS]
        views = {number: _View(texts[number]) for number in said}
        return tuple(
            self._compared(number, views) if number in views else self._unsaid(text)
            for number, text in enumerate(texts)
        )

    def _unsaid(self, text: str) -> Score:
        return too_long(len(text), MAX_CHARS) if text else NO_TEXT

    def _compared(self, number: int, views: "dict[int, _View]") -> Score:
        order = [other for other in views if other > number]
        order += [other for other in views if other < number]
        if not order:
            return ALONE
        ours = views[number]
        agreed = [(_agreement(ours, views[other]), other) for other in order[:MAX_OTHERS]]
        score = sum(share for share, _ in agreed) / len(agreed)
        least, other = min(agreed)
        reason = f"trial {other + 1} says {quote(views[other].text)}" if least < 1 else ""
        return threshold_score(round(score, 6), self.min, reason)


class _View:
    """A reply and what is worked out of it once."""

    def __init__(self, text: str) -> None:
        from llmeval.scorers.facts.evidence import evidence

        self.text = text
        self.plain = normalise(text)
        self.evidence: Evidence = evidence(text)


def _agreement(one: _View, other: _View) -> float:
    """Return how far two replies support each other, 0…1; symmetric."""
    if one.plain == other.plain and (one.plain or one.text == other.text):
        return 1.0
    return (_support(one, other) + _support(other, one)) / 2


def _support(one: _View, other: _View) -> float:
    """Return the mean support of the claims of one reply in the other; a contradiction has none."""
    from llmeval.scorers.facts.verdicts import findings

    found = findings(one.text, other.evidence)
    shares = [0.0 if claim.verdict == "contradicted" else claim.support for claim in found]
    return sum(shares) / len(shares) if shares else 0.0
