"""`choose`: a judge answers a question about the reply with one of several words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from llmeval.records import Case
from llmeval.scorers import jury
from llmeval.scorers.judge_prompt import BLOCKS, ENDING, background, blocks, code_of
from llmeval.scorers.judged import Judged, Question, Vote
from llmeval.scorers.scorer import require
from llmeval.scorers.verdicts import chooser, recognised

_SYSTEM = f"""\
You answer a question about a reply of an AI application, with one of the words that you are given.

{BLOCKS}

The question is about the block "reply". The other blocks are there for you to understand it; a \
block "reference" holds a right answer.

{ENDING}

The question:
"""


@dataclass(frozen=True, kw_only=True)
class Choose(Judged):
    """A judge answers a question about the reply with a word that scores high enough."""

    version: ClassVar[str] = "3"
    main: ClassVar[str] = "prompt"

    prompt: str
    choices: Mapping[str, float]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.prompt.strip(), "prompt", "expected a question, found nothing")
        require(len(self.choices) > 1, "choices", "expected at least two words with their scores")
        require(all(self.choices), "choices", "expected words, found an empty one")
        for word, score in self.choices.items():
            require(
                0 <= score <= 1, "choices", f"expected scores from 0 to 1, found {word}: {score}"
            )
        _check_apart(self.choices)

    def questions(self, case: Case, text: str) -> tuple[Question, ...]:
        """Return the one question."""
        words = ", ".join(self.choices)
        verdict = f"one of {words}"
        # Not `format` on the whole: what a user writes may hold braces.
        system = _SYSTEM.replace("{verdict}", verdict) + self.prompt.strip()
        parts = {**background(case), "reply": text}
        code = code_of(system, *parts.values())
        form = {"type": "string", "enum": [*self.choices]}
        read = chooser({word: word for word in self.choices})
        return (Question(system, blocks(parts, code), code, read, verdict, form),)

    def points(self, vote: Vote) -> float:
        """Return the score of the word."""
        return float(self.choices[str(vote.value)])

    def combined(self, votes: Sequence[Vote], combine: str) -> float:
        """Return the score of all votes: under `majority` that of the word named most often."""
        if combine == "majority":
            return jury.most_named([str(vote.value) for vote in votes], self.choices)
        return jury.combined([self.points(vote) for vote in votes], combine)


def _check_apart(words: Iterable[str]) -> None:
    """Refuse words that an answer cannot tell apart.

    Raises:
        ParameterError: Two are the same but for case, blanks, quotes, brackets and full stops.
    """
    known: dict[str, str] = {}
    for word in words:
        other = known.setdefault(recognised(word), word)
        require(
            other == word,
            "choices",
            f"expected words that can be told apart, found {other!r} and {word!r}: case, blanks, "
            "quotes, brackets and full stops around them do not count",
        )
