"""Check whether a reply keeps to what a text or the right answers say: factuality."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from llmeval.records import Case, Reply, Score
from llmeval.scorers.scorer import NO_TEXT, TextScorer, at_least, below, too_long

if TYPE_CHECKING:
    from llmeval.scorers.facts.judging import Judged

MAX_CHARS: Final = 100_000
"""Of a reply: it takes a second."""
MAX_EVIDENCE_CHARS: Final = 2_000_000
SHORT_WORDS: Final = 40
"""References up to this length are answers to a question, longer ones are texts."""

Against = Literal["reference", "context", "retrieved", "all"]

NOTHING_TO_CHECK: Final = "nothing_to_check: the reply makes no claim"


@dataclass(frozen=True, kw_only=True)
class Factuality(TextScorer):
    """The probability that the reply is right: true to the texts or to the references.

    Two models: for a text (features of claims aligned with its sentences) and for short
    references (features of the answer beside the one that fits best; with wrong references beside
    both sides). Both are boosted trees, see `benchmarks/scorers`.
    """

    version: ClassVar[str] = "3"
    main: ClassVar[str] = "min"
    methods: ClassVar[Mapping[str, str]] = {
        "model": "llmeval.scorers.by_model:FactualityByModel",
    }

    min: float = field(default=0.5, metadata={"ge": 0.0, "le": 1.0})
    method: Literal["builtin", "model"] = "builtin"
    against: Against | None = None
    """None: what was retrieved, else the context, else the references."""

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:  # noqa: ARG002
        """Return the score of a reply; skipped where it claims nothing or nothing was retrieved."""
        if not reply.text or not reply.text.strip():
            return NO_TEXT
        if len(reply.text) > MAX_CHARS:
            return too_long(len(reply.text), MAX_CHARS)
        texts, references = self._sources(case, reply)
        if not texts and not references and not case.wrong_references:
            return self._no_source(case, reply)
        longest = sum(map(len, texts)) + sum(map(len, references))
        if longest > MAX_EVIDENCE_CHARS:
            return too_long(longest, MAX_EVIDENCE_CHARS)
        judged = self._judged(reply.text, texts, references, case)
        return self._scored(judged)

    def _sources(self, case: Case, reply: Reply) -> tuple[list[str], tuple[str, ...]]:
        """Return the texts and the references that the reply is held against."""
        retrieved = [found.text for found in reply.retrieved or () if found.text]
        context = [case.context] if case.context and case.context.strip() else []
        references = tuple(text for text in case.references if text.strip())
        if self.against is None:
            return (retrieved or context, () if retrieved or context else references)
        if self.against == "all":
            return (retrieved + context, references)
        texts = {"retrieved": retrieved, "context": context}.get(self.against, [])
        return (texts, references if self.against == "reference" else ())

    def lacks(self, case: Case) -> str:
        """Return what the case must give."""
        texts, references = self._sources(case, Reply())
        if texts or references or case.wrong_references or self.against == "retrieved":
            return ""
        either = self.against in (None, "all")
        return "a `context` or a `reference`" if either else f"a `{self.against}`"

    def _no_source(self, case: Case, reply: Reply) -> Score:
        if self.against == "retrieved":
            if reply.retrieved is None:
                unknown = "not_measured: the application does not report what it retrieved"
                return Score(status="skipped", reason=unknown)
            reason = "nothing was retrieved that could support it"
            return Score(score=0.0, passed=at_least(0.0, self.min), reason=reason)
        reason = f"nothing_to_compare_with: give the case {self.lacks(case)}"
        return Score(status="error", reason=reason)

    def _judged(
        self, text: str, texts: Sequence[str], references: tuple[str, ...], case: Case
    ) -> "Judged | None":
        from llmeval.scorers.facts import judging

        wrong = case.wrong_references if not texts or self.against == "all" else ()
        if not texts and (wrong or all(_is_short(one) for one in references)):
            return judging.by_references(text, references, wrong, asked(case))
        return judging.by_text(text, "\n".join([*texts, *references]))

    def _scored(self, judged: "Judged | None") -> Score:
        if judged is None:
            return Score(status="skipped", reason=NOTHING_TO_CHECK)
        passed = at_least(judged.probability, self.min)
        reason = "" if passed else f"{below(judged.probability, self.min)}: {judged.reason}"
        return Score(score=judged.probability, passed=passed, reason=reason, details=judged.details)


def asked(case: Case) -> str:
    """Return what the user said last."""
    user = case.turns[-1].user
    if user is None and case.messages:
        user = case.messages[-1].content
    return user or ""


def _is_short(text: str) -> bool:
    return len(text.split(maxsplit=SHORT_WORDS)) <= SHORT_WORDS and len(text) < 20 * SHORT_WORDS
