"""Check whether a reply belongs to what was asked: relevance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from llmeval.records import Case, Score
from llmeval.scorers.factuality import asked
from llmeval.scorers.scorer import SAMPLE, TextScorer, threshold_score
from llmeval.text import quote


@dataclass(frozen=True, kw_only=True)
class Relevance(TextScorer):
    """The probability that the reply answers this question and not a similar one.

    Boosted trees over shared words, words near in meaning or of the same topic, the kind and the
    form of answer that is asked for; for instructions also a weighted sum of them. Whether the
    answer is right is not looked at, and of a few words little can be told: they rather pass.
    """

    version: ClassVar[str] = "5"
    main: ClassVar[str] = "min"
    max_chars: ClassVar[int] = 1_000_000
    methods: ClassVar[Mapping[str, str]] = {
        "model": "llmeval.scorers.by_model:RelevanceByModel",
    }

    min: float = field(default=0.5, metadata={"ge": 0.0, "le": 1.0})
    method: Literal["builtin", "model"] = "builtin"

    def prepare(self) -> None:
        """Load the trees and the tables of words."""
        from llmeval.scorers.facts.relation import complaint, pair, probability_of

        found = pair("What is the capital of France?", SAMPLE)
        probability_of(found)
        complaint(found)

    def judge(self, text: str, case: Case) -> Score:
        """Return the score of a text; skipped where nothing was asked or said in words."""
        from llmeval.scorers.facts.relation import complaint, pair, probability_of

        question = asked(case)
        found = pair(question, text)
        if not found.asked or not found.said:
            missing = "prompt" if not found.asked else "reply"
            return Score(status="skipped", reason=f"nothing_to_check: the {missing} has no words")
        score = probability_of(found)
        reason = f"the reply to {quote(question)} {complaint(found)}"
        return threshold_score(score, self.min, reason)
