"""Check on a pattern: regex. Time-limited, because a pattern can need longer than the universe."""

# ruff: noqa: ARG002  # methods take what the Scorer protocol gives them

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

import regex

from llmeval.errors import ParameterError
from llmeval.records import Case, Score
from llmeval.scorers.scorer import PASSED, TextScorer, require
from llmeval.text import quote

TIMEOUT_S: Final = 1.0
"""Seconds for one reply. Matching holds the interpreter lock and with it the whole run, and no
useful pattern comes near: 300,000 characters take milliseconds."""

LONG_CHARS: Final = 10_000
"""From here on other threads may run while a text is searched."""

QUICK_CHARS: Final = 1_000
"""Up to here a pattern that repeats once ends in milliseconds: the clock of the time limit, which
counts what all threads do, takes ten times as long as the search."""

MAX_COPIES: Final = 100_000
"""`((a{1000}){1000}){1000}` is compiled to that many copies and takes all memory there is."""

_FLAGS: Final = {"i": "IGNORECASE", "m": "MULTILINE", "s": "DOTALL", "x": "VERBOSE", "a": "ASCII"}


@dataclass(frozen=True, kw_only=True)
class Regex(TextScorer):
    """The pattern is found in the reply, or with `full` covers all of it."""

    negatable: ClassVar[bool] = True
    max_chars: ClassVar[int] = 1_000_000
    """The time limit is only looked at now and then: on 300,000 characters it took 1.6 s."""

    value: str
    flags: str = ""
    full: bool = False
    _search: Any = field(init=False, repr=False, compare=False)
    _quick_chars: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require(self.value, "value", "the pattern is empty: every text has it")
        pattern = _compiled(self.value, self.flags)
        object.__setattr__(self, "_search", pattern.fullmatch if self.full else pattern.search)
        object.__setattr__(self, "_quick_chars", QUICK_CHARS if _is_quick(self.value) else -1)

    def judge(self, text: str, case: Case) -> Score:
        """Return 1 where the pattern is found; an error where finding out takes too long."""
        try:
            if len(text) <= self._quick_chars:
                found = self._search(text, concurrent=False)
            else:
                # Giving up the lock for a microsecond's work costs more than the work.
                found = self._search(text, timeout=TIMEOUT_S, concurrent=len(text) > LONG_CHARS)
        except TimeoutError:
            return Score(
                status="error",
                reason=f"pattern_too_slow: {quote(self.value)} took more than {TIMEOUT_S:g} s on "
                f"{len(text):,} characters; avoid a repeated group inside a repetition",
            )
        if found:
            return PASSED
        how = "is not matched in full by" if self.full else "has no match for"
        return Score(score=0.0, passed=False, reason=f"{how} {quote(self.value)}")

    def claim(self, text: str) -> str:
        """Return what was matched."""
        found = self._search(text, timeout=TIMEOUT_S)
        return f"matches {quote(self.value)}: {quote(found[0])}"


def _compiled(pattern: str, letters: str) -> Any:
    unknown = set(letters) - set(_FLAGS)
    known = ", ".join(f"{letter} ({name.lower()})" for letter, name in _FLAGS.items())
    require(not unknown, "flags", f"found {quote(letters)}, expected letters of {known}")
    _check_copies(pattern)
    flags = 0
    for letter in letters:
        flags |= int(getattr(regex, _FLAGS[letter]))
    try:
        return regex.compile(pattern, flags)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ParameterError("value", f"not a regular expression: {error}") from error


_BEYOND = regex.compile(r"\\[\dgk]|\(\?")
"""References back, recursion, looking around: a step of those may be a long one."""


def _is_quick(pattern: str) -> bool:
    """Tell whether a search can need no more steps than the square of the text's length.

    That is sure of one repetition or one choice alone, whatever it stands around.
    """
    return sum(map(pattern.count, "*+{?|")) <= 1 and not _BEYOND.search(pattern)


_COUNT = regex.compile(r"\{(\d*),?(\d*)\}")


def _check_copies(pattern: str) -> None:
    """Refuse counts that multiply beyond reason; a rough bound, as if all of them were nested."""
    copies = 1
    for least, most in _COUNT.findall(pattern):
        copies *= max(int(least[:7] or 1), int(most[:7] or 1), 1)
    require(
        copies <= MAX_COPIES,
        "value",
        f"its counted repetitions multiply to more than {MAX_COPIES:,}",
    )
