"""`compare_to`: a judge says whether the reply is better than another text.

Judges prefer what stands first, or second (Wang et al. 2023, arXiv 2305.17926; Zheng et al. 2023,
arXiv 2306.05685): every seat is asked in both orders, and the two votes count alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import ClassVar

from llmeval.records import Case, Score
from llmeval.scorers import jury
from llmeval.scorers.judge_prompt import BLOCKS, ENDING, background, blocks, code_of
from llmeval.scorers.judged import Judged, Question, Vote
from llmeval.scorers.scorer import at_least
from llmeval.scorers.verdicts import chooser

BASELINE = "baseline"
"""The value that means the reply which the baseline has for the same trial."""

_VERDICT = "A, B or tie"
_FORM = {"type": "string", "enum": ["A", "B", "tie"]}

_SYSTEM = f"""\
You compare two replies of AI applications to the same question.

{BLOCKS}

Say which of the blocks "A" and "B" is the better reply by the criteria below and by nothing else. \
The order of the two means nothing, and the longer one is not better for its length. The other \
blocks are there for you to understand them; a block "reference" holds a right answer. If neither \
is better, it is a tie.

{ENDING.format(verdict=_VERDICT)}

The criteria:
"""

_DEFAULT = "The better reply is more correct, answers the question more fully and misleads less."


_TIES = (
    *(
        "tie",
        "a tie",
        "it is a tie",
        "it's a tie",
        "tied",
        "draw",
        "a draw",
        "equal",
        "equally good",
    ),
    *("even", "same", "both", "neither", "none", "no preference", "c", "a=b", "a = b", "a==b"),
)


def _spellings() -> Mapping[str, str]:
    """Return the ways to write a verdict: none that names two texts but as better and worse."""
    found = dict.fromkeys(_TIES, "tie")
    for name, other, number, place in (("a", "b", "1", "first"), ("b", "a", "2", "second")):
        found |= {name: name, number: name, place: name, f"the {place}": name}
        for sign in (">", ">>", " > ", " >> "):
            found[f"{name}{sign}{other}"] = name
        for sign in ("<", "<<", " < ", " << "):
            found[f"{name}{sign}{other}"] = other
        found |= {f"{name} wins": name, f"{name} is the winner": name}
        for degree in ("", "slightly ", "clearly ", "much ", "the "):
            found[f"{name} is {degree}better"] = name
            found[f"{name} is {degree}better than {other}"] = name
    return found


READ = chooser(_spellings())
"""Reads a verdict on a pair: `a`, `b` or `tie`."""
_POINTS = {"ab": {"a": 1.0, "b": 0.0, "tie": 0.5}, "ba": {"a": 0.0, "b": 1.0, "tie": 0.5}}


@dataclass(frozen=True, kw_only=True)
class CompareTo(Judged):
    """A judge finds the reply at least as good as another text."""

    version: ClassVar[str] = "3"

    value: str
    criteria: str = _DEFAULT
    min: float = field(default=0.5, metadata={"ge": 0, "le": 1})

    @property
    def needs_baseline(self) -> bool:
        """Whether `Case.baseline_reply` is to be filled."""
        return self.value == BASELINE

    def other(self, case: Case) -> str | None:
        """Return the text that the reply is compared with; None where the baseline has none."""
        return case.baseline_reply if self.needs_baseline else self.value

    def settled(self, case: Case, text: str) -> Score | None:
        """Return the score where no judge is needed: nothing to compare with, or the same text."""
        other = self.other(case)
        if other is None:
            reason = "no_baseline: it holds no last reply for this trial to compare with"
            return Score(status="skipped", reason=reason)
        if other.split() != text.split():
            return None
        passed = at_least(0.5, self.min)
        return Score(score=0.5, passed=passed, reason="" if passed else "it is the same text")

    def questions(self, case: Case, text: str) -> tuple[Question, ...]:
        """Return the question in both orders."""
        other = self.other(case) or ""
        system = _SYSTEM + self.criteria.strip()
        told = background(case)
        # One code for both orders: it must not tell which is which.
        code = code_of(system, *told.values(), *sorted((text, other)))
        return tuple(
            Question(
                system, blocks({**told, "A": a, "B": b}, code), code, READ, _VERDICT, _FORM, order
            )
            for order, a, b in (("ab", text, other), ("ba", other, text))
        )

    def points(self, vote: Vote) -> float:
        """Return 1 where the reply is the better one, 0 where the other is, 0.5 for a tie."""
        return _POINTS[vote.question.order][str(vote.value)]

    def combined(self, votes: Sequence[Vote], combine: str) -> float:
        """Return the mean of both orders' scores."""
        orders: dict[str, list[float]] = {}
        for vote in votes:
            orders.setdefault(vote.question.order, []).append(self.points(vote))
        return fmean(jury.combined(points, combine) for points in orders.values())
