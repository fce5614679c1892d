"""Checks on what an application retrieved: context_recall, context_relevance."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from llmeval.records import Case, On, Reply, Score
from llmeval.scorers.factuality import MAX_EVIDENCE_CHARS, asked
from llmeval.scorers.scorer import SAMPLE, Defaults, threshold_score, too_long
from llmeval.text import quote

if TYPE_CHECKING:
    from llmeval.scorers.facts.analysis import Word

NO_PASSAGES: Final = "not_measured: the reply reports no passages and the case has no `context`"


@dataclass(frozen=True, kw_only=True)
class _OnPassages(Defaults):
    """Looks at the passages that the reply reports, else at the case's context."""

    main: ClassVar[str] = "min"
    default_on: ClassVar[On] = "all"

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return the score of the passages; skipped where none are known."""
        if reply.retrieved is not None:
            passages = [found.text for found in reply.retrieved if found.text]
        elif case.context:
            passages = [part for part in case.context.split("\n\n") if part.strip()]
        else:
            return Score(status="skipped", reason=NO_PASSAGES)
        if not passages:
            return Score(score=0.0, passed=self.passes(0.0), reason="nothing was retrieved")
        size = sum(map(len, passages))
        if size > MAX_EVIDENCE_CHARS:
            return too_long(size, MAX_EVIDENCE_CHARS)
        return self.judge(passages, case)

    def passes(self, score: float) -> bool:
        """Return whether a score is enough."""
        raise NotImplementedError

    def judge(self, passages: list[str], case: Case) -> Score:
        """Return the score of at least one passage."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class ContextRecall(_OnPassages):
    """The share of the reference's claims that the passages support.

    As in Es et al. (2024), "RAGAS: Automated Evaluation of Retrieval Augmented Generation", with
    the rules of `factuality` in the place of a model. Of several references the best counts.
    """

    min: float = field(default=0.8, metadata={"ge": 0.0, "le": 1.0})

    def prepare(self) -> None:
        """Load the rules."""
        from llmeval.scorers.facts.evidence import evidence
        from llmeval.scorers.facts.verdicts import findings

        findings(SAMPLE, evidence(SAMPLE))

    def passes(self, score: float) -> bool:
        """Return whether a score is enough."""
        return threshold_score(score, self.min).passed is True

    def lacks(self, case: Case) -> str:
        """Return what the case must give."""
        return "" if any(one.strip() for one in case.references) else "a `reference`"

    def judge(self, passages: list[str], case: Case) -> Score:
        """Return the share of the claims of the reference that suits best."""
        from llmeval.scorers.facts.evidence import evidence
        from llmeval.scorers.facts.verdicts import Finding, findings

        text = evidence("\n\n".join(passages))
        found = [some for one in case.references if (some := findings(one, text))]
        if not found:
            reason = "nothing_to_compare_with: give the case a `reference`"
            return Score(status="error", reason=reason)

        def share(some: list[Finding]) -> float:
            return sum(one.verdict == "supported" for one in some) / len(some)

        best = max(found, key=share)
        missing = [one for one in best if one.verdict != "supported"]
        details = {"claims": [{"claim": one.claim, "verdict": one.verdict} for one in best]}
        first = f"{missing[0].verdict}: {quote(missing[0].claim)}" if missing else ""
        score = threshold_score(share(best), self.min, first)
        return Score(score=score.score, passed=score.passed, reason=score.reason, details=details)


@dataclass(frozen=True, kw_only=True)
class ContextRelevance(_OnPassages):
    """How much of the question the passages are about, on average over the passages.

    Of a passage: the share of the question's words that it has, rare words counting more; a
    synonym counts in part.
    """

    version: ClassVar[str] = "2"
    min: float = field(default=0.3, metadata={"ge": 0.0, "le": 1.0})

    def prepare(self) -> None:
        """Load how rare words are."""
        from llmeval.scorers.facts.analysis import words

        _about([one for one in words(SAMPLE) if not one.stop], SAMPLE)

    def passes(self, score: float) -> bool:
        """Return whether a score is enough."""
        return threshold_score(score, self.min).passed is True

    def judge(self, passages: list[str], case: Case) -> Score:
        """Return the mean over the passages."""
        from llmeval.scorers.facts.analysis import words

        question = [one for one in words(asked(case)) if not one.stop]
        if not question:
            reason = "nothing_to_compare_with: the prompt has no words"
            return Score(status="error", reason=reason)
        shares = [_about(question, passage) for passage in passages]
        least = passages[shares.index(min(shares))]
        score = sum(shares) / len(shares)
        return threshold_score(round(score, 6), self.min, f"least about it is {quote(least)}")


def _about(question: "Iterable[Word]", passage: str) -> float:
    from llmeval.scorers.facts.evidence import evidence
    from llmeval.scorers.facts.relation import rarity

    text = evidence(passage)
    weights = {one: rarity(one.key) for one in question}
    known = sum(weight * text.support(one) for one, weight in weights.items())
    return known / sum(weights.values())
