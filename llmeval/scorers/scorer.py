"""What the built-in scorers share: their defaults, yes and no, thresholds, numbers in messages."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from typing import ClassVar, Final

from llmeval.errors import ParameterError
from llmeval.records import Better, Case, On, Program, Reply, Request, Score

EPSILON: Final = 1e-9
"""How far a score may miss its threshold by float noise; see interface.md section 1."""

PASSED: Final = Score(score=1.0, passed=True)
NO_TEXT: Final = Score(score=0.0, passed=False, reason="the reply has no text")

SAMPLE: Final = (
    "I cannot say how many people live there. The capital of France is Paris, on the Seine. "
    "Write to the town hall for the figures of 2024."
)
"""A harmless reply: what a scorer says of it is of no interest, only that all is loaded for it."""


class Defaults:
    """Class-level defaults of a scorer that asks no judge."""

    version: ClassVar[str] = "1"
    main: ClassVar[str] = "value"
    better: ClassVar[Better] = "higher"
    default_on: ClassVar[On] = "last"
    negatable: ClassVar[bool] = False
    reads_text: ClassVar[bool] = False
    """Looks at the reply's text alone, so that a reply without text is a missing one."""
    scale: ClassVar[str] = ""
    """What the score counts: "" is 0…1, else `s`, `tokens` or `USD` (0 or more)."""
    threshold: ClassVar[bool] = True
    """Fields named `min` and `max` bound the score (of `length` they bound characters)."""

    def asks(
        self, case: Case, reply: Reply, answers: tuple[Reply, ...]
    ) -> tuple[Request | Program, ...]:
        """Return nothing: no judge is needed."""
        return ()

    def lacks(self, case: Case) -> str:
        """Return what a case must give before a reply can be scored; "" where it gives all."""
        return ""


class TextScorer(Defaults):
    """A scorer of the reply's text."""

    reads_text: ClassVar[bool] = True
    max_chars: ClassVar[int] = 0
    """Longer texts are an error, because looking at them would hold up the run; 0: no limit."""

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return the score of the text; a reply without text never passes.

        With `allow_empty` the empty text is a text like any other.
        """
        text = reply.text
        if not text and (text is None or not case.allow_empty):
            return NO_TEXT
        if self.max_chars and len(text) > self.max_chars:
            return too_long(len(text), self.max_chars)
        return self.judge(text, case)

    def judge(self, text: str, case: Case) -> Score:
        """Return the score of a text."""
        raise NotImplementedError


class YesNo(TextScorer):
    """A check of the text that holds or does not; has a `not_` twin."""

    negatable: ClassVar[bool] = True

    def judge(self, text: str, case: Case) -> Score:
        """Return 1 and passed, or 0 with what is wrong."""
        fault = self.fault(text)
        return Score(score=0.0, passed=False, reason=fault) if fault else PASSED

    def fault(self, text: str) -> str:
        """Return why the check does not hold for the text, one line; "" where it holds."""
        raise NotImplementedError

    def claim(self, text: str) -> str:
        """Return what is true of a text for which the check holds: its twin's complaint."""
        raise NotImplementedError


def too_long(chars: int, limit: int) -> Score:
    """Return the error for a text beyond a limit.

    Not a failure: then its `not_` twin would pass on a text that nobody has looked at.
    """
    found = f"{chars:,} characters are more than the limit of {limit:,}"
    return Score(status="error", reason=f"text_too_long: {found}")


def require(condition: object, parameter: str, message: str) -> None:
    """Refuse a parameter unless the condition is true.

    Raises:
        ParameterError: The condition is false.
    """
    if not condition:
        raise ParameterError(parameter, message)


def at_least(score: float, minimum: float) -> bool:
    """Return whether the score reaches the minimum, float noise aside."""
    return score >= minimum - EPSILON


def at_most(score: float, maximum: float) -> bool:
    """Return whether the score keeps to the maximum, float noise aside."""
    return score <= maximum + EPSILON


def below(score: float, minimum: float) -> str:
    """Return the complaint about a score under its minimum."""
    shown, limit = apart(score, minimum)
    return f"{shown} is below the minimum of {limit}"


def apart(value: float, limit: float) -> tuple[str, str]:
    """Return both numbers as short as possible, yet different where the numbers are.

    0.7966 against 0.80 is never "0.8 is below 0.8", and 0.9999 is never "1": that is a sure thing.
    """
    for digits in range(3, 17):
        shown = f"{value:.{digits}g}", f"{limit:.{digits}g}"
        is_sure = shown[0] == "1" and value != 1
        if shown[0] != shown[1] and float(shown[1]) == limit and not is_sure:
            return shown
    return repr(value), repr(limit)


def threshold_score(score: float, minimum: float, reason: str = "") -> Score:
    """Return a score 0…1 that passes from the minimum on; the reason is added where it fails."""
    if at_least(score, minimum):
        return Score(score=score, passed=True)
    complaint = below(score, minimum)
    return Score(
        score=score, passed=False, reason=f"{complaint}: {reason}" if reason else complaint
    )
