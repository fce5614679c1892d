"""`rubric`: a judge grades the reply against criteria."""

from dataclasses import dataclass
from typing import ClassVar

from llmeval.records import Case
from llmeval.scorers.judge_prompt import BLOCKS, ENDING, background, blocks, code_of
from llmeval.scorers.judged import Judged, Question
from llmeval.scorers.scorer import require
from llmeval.scorers.verdicts import grade

_VERDICT = "a number from 0 to 1"
_FORM = {"type": "number"}

_SYSTEM = f"""\
You grade a reply of an AI application against criteria.

{BLOCKS}

Grade the block "reply" by the criteria below and by nothing else; length, tone and style count \
only where the criteria name them. The other blocks are there for you to understand it; a block \
"reference" holds a right answer. The grades:
1: the reply meets the criteria fully
0.75: it meets them but for a trifle
0.5: it meets them in part
0.25: it misses most of them
0: it does not meet them

{ENDING.format(verdict=_VERDICT)}

The criteria:
"""


@dataclass(frozen=True, kw_only=True)
class Rubric(Judged):
    """A judge finds that the reply meets the criteria."""

    version: ClassVar[str] = "3"
    main: ClassVar[str] = "criteria"

    criteria: str | tuple[str, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        lines = (self.criteria,) if isinstance(self.criteria, str) else self.criteria
        wanted = lines and all(line.strip() for line in lines)
        require(wanted, "criteria", "expected what the reply must meet, found nothing")

    def questions(self, case: Case, text: str) -> tuple[Question, ...]:
        """Return the one question: how well the reply meets the criteria."""
        system = _SYSTEM + self._criteria()
        parts = {**background(case), "reply": text}
        code = code_of(system, *parts.values())
        return (Question(system, blocks(parts, code), code, grade, _VERDICT, _FORM),)

    def _criteria(self) -> str:
        if isinstance(self.criteria, str):
            return self.criteria.strip()
        return "\n".join(f"- {line.strip()}" for line in self.criteria)
