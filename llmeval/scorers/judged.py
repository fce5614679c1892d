"""What the checks that ask a judge share: seats, votes, asking again, the score and its record."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace

from llmeval.records import Case, Judge, Message, Reply, Request, Score
from llmeval.scorers import jury
from llmeval.scorers.judge_prompt import AGAIN, answer_schema, code_of, question, steering
from llmeval.scorers.scorer import NO_TEXT, PASSED, Defaults, at_least, below, too_long
from llmeval.scorers.verdict_places import json_answer
from llmeval.scorers.verdicts import UNSURE, Read, Reading, read
from llmeval.scorers.wordless import instead_of_text, kept
from llmeval.text import cut

MOST_ATTEMPTS = 3
"""How often a judge is asked for one vote before it counts as unreadable."""

MOST_CHARS = 100_000
"""Longer replies are not sent to a judge: it would not read them, and they would be paid for."""

SUSPECTED = "judge_injection_suspected"

_KEPT_CHARS = 4_000
_REASON_CHARS = 300


class Question(Struct, frozen=True):
    """One thing a judge is asked, as often as the jury has seats."""

    system: str
    """Alike for all cases of a check."""
    material: str
    code: str
    read: Read
    verdict: str
    """The verdicts there are, for asking again."""
    form: Mapping[str, Any]
    """JSON schema of a verdict."""
    order: str = ""
    """How the texts stand where there are two: `ab` or `ba`."""


class Vote(Struct):
    """One seat's answers to one question."""

    question: Question
    adapter: str
    seat: int
    replies: list[Reply] = []
    value: Reading = None

    @property
    def is_open(self) -> bool:
        """Whether it has to be asked (again)."""
        return self.value is None and len(self.replies) < MOST_ATTEMPTS

    def hear(self, reply: Reply) -> None:
        """Take in what the judge said."""
        self.replies = [*self.replies, reply]
        asked, cut_off = self.question, reply.finish_reason == "length"
        self.value = read(reply.text or "", asked.read, asked.code, cut_off=cut_off)

    def request(self, judge: Judge) -> Request:
        """Return what is to be asked next."""
        asked = self.question
        first = question(asked.system, asked.material, self.adapter, self.seat, judge.timeout_s)
        if judge.structured is not False:
            form = answer_schema(asked.form)
            first = replace(first, schema=form, schema_required=judge.structured is True)
        if not self.replies:
            return first
        said = tuple(
            message
            for reply in self.replies
            for message in (
                # Services refuse an empty message.
                Message(role="assistant", content=(reply.text or "").strip() or "(no text)"),
                Message(role="user", content=AGAIN.format(verdict=asked.verdict)),
            )
        )
        return replace(first, messages=(*first.messages, *said))


@dataclass(frozen=True, kw_only=True)
class Judged(Defaults):
    """A check that a judge decides; subclasses say what is asked and what the votes mean."""

    reads_text: ClassVar[bool] = True

    min: float = field(default=0.7, metadata={"ge": 0, "le": 1})
    judge: str = "default"
    samples: int | None = field(default=None, metadata={"ge": 1})
    uncertain_band: tuple[float, ...] | float | None = None
    panel: Judge | None = field(default=None, init=False, repr=False, compare=False)
    """Who the judge is; None before `seated`."""

    def __post_init__(self) -> None:
        jury.check_band(self.uncertain_band)

    def seated(self, judge: Judge) -> Self:
        """Return the same check with the judge that its name stands for."""
        found = copy(self)
        object.__setattr__(found, "panel", judge)
        return found

    # --- what a subclass says -----------------------------------------------------------------

    def questions(self, case: Case, text: str) -> tuple[Question, ...]:
        """Return what every seat is asked; () where there is nothing to ask."""
        raise NotImplementedError

    def settled(self, case: Case, text: str) -> Score | None:
        """Return the score where no judge is needed; None where one is."""
        del case, text
        return None

    def points(self, vote: Vote) -> float:
        """Return the score 0…1 that a readable vote stands for."""
        return float(vote.value or 0.0)

    def combined(self, votes: Sequence[Vote], combine: str) -> float:
        """Return the score of all readable votes, 0…1."""
        return jury.combined([self.points(vote) for vote in votes], combine)

    # --- asking -------------------------------------------------------------------------------

    def asks(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> tuple[Request, ...]:
        """Return what still has to be asked: every vote at first, then the unreadable ones."""
        if self.panel is None or self._unasked(case, reply) is not None:
            return ()
        votes = self._votes(case, reply.text or "", answers)
        return tuple([vote.request(self.panel) for vote in votes if vote.is_open])

    def _unasked(self, case: Case, reply: Reply) -> Score | None:
        """Return the score of a reply that no judge is asked about."""
        text = reply.text
        if not text and (text is None or not case.allow_empty):
            return NO_TEXT
        if len(text) > MOST_CHARS:
            return too_long(len(text), MOST_CHARS)
        return self.settled(case, text)

    def _votes(self, case: Case, text: str, answers: Sequence[Reply]) -> list[Vote]:
        """Return the votes as far as they are cast; answers come in the order of the requests."""
        assert self.panel is not None
        asked = self.questions(case, text)
        each = [(q, adapter) for q in asked for adapter in jury.seats(self.panel, self.samples)]
        votes = [Vote(q, adapter, seat) for seat, (q, adapter) in enumerate(each, start=1)]
        left = list(answers)
        while left:
            for vote in [vote for vote in votes if vote.is_open][: len(left)]:
                vote.hear(left.pop(0))
            if not any(vote.is_open for vote in votes):
                break
        return votes

    # --- scoring ------------------------------------------------------------------------------

    def score(self, case: Case, reply: Reply, answers: tuple[Reply, ...]) -> Score:
        """Return the score of the votes, with the votes themselves."""
        unasked = self._unasked(case, reply)
        if unasked is not None:
            return unasked
        if self.panel is None or not answers:
            return Score(
                status="error",
                reason="judge_not_asked: this check asks a judge, which needs a run",
                details={"kind": "judge_not_asked"},
            )
        text = reply.text or ""
        votes = self._votes(case, text, answers)
        details = {"judge": self._record(votes, answers, text)}
        found = self._decided(votes)
        warning = _warning(text, details["judge"]["flags"])
        reason = "; ".join(part for part in (found.reason, warning) if part)
        return replace(found, reason=reason, details={**found.details, **details})

    def _decided(self, votes: Sequence[Vote]) -> Score:
        unsure = [vote for vote in votes if vote.value == UNSURE]
        cast = [vote for vote in votes if vote.value not in (None, UNSURE)]
        if len(unsure) * 2 >= len(votes):
            return _undecided(f"{len(unsure)} of {len(votes)} votes say that they cannot decide")
        if len(cast) * 2 <= len(votes):
            return _wordless(votes) or _unreadable(votes)
        assert self.panel is not None
        band = self.panel.uncertain_band if self.uncertain_band is None else self.uncertain_band
        why = jury.undecided([self.points(vote) for vote in cast], self.min, band)
        if why:
            return _undecided(why)
        score = self.combined(cast, self.panel.combine)
        if at_least(score, self.min):
            return PASSED if score == 1.0 else Score(score=score, passed=True)
        complaint = f"{below(score, self.min)}: {self._words(cast)}"
        return Score(score=score, passed=False, reason=complaint)

    def _words(self, cast: Sequence[Vote]) -> str:
        """Return what the harshest judge says."""
        return cut(_said(min(cast, key=self.points)), _REASON_CHARS)

    def _record(self, votes: Sequence[Vote], answers: Sequence[Reply], text: str) -> dict[str, Any]:
        assert self.panel is not None
        flags = [SUSPECTED] if steering(text) else []
        return {
            "name": self.panel.name,
            "wording": code_of(votes[0].question.system, f"{self.min:g}"),
            "votes": [self._vote_json(vote) for vote in votes],
            "cost_usd": cost_of(answers),
            "usage": usage_of(answers),
            "flags": flags,
        }

    def _vote_json(self, vote: Vote) -> Mapping[str, Any]:
        last = vote.replies[-1] if vote.replies else Reply()
        readable = vote.value not in (None, UNSURE)
        found = {
            "adapter": vote.adapter,
            "model": last.model,
            "order": vote.question.order or None,
            "score": self.points(vote) if readable else None,
            "verdict": _word(vote.value),
            "asked": len(vote.replies) if len(vote.replies) > 1 else None,
            "reply": cut(last.text or "", _KEPT_CHARS),
            **kept(last),
        }
        return {name: value for name, value in found.items() if value is not None}


def _word(value: Reading) -> str | None:
    if value == UNSURE:
        return "unsure"
    return value if isinstance(value, str) else None


def _said(vote: Vote) -> str:
    """Return a judge's reasons on one line, without its verdict."""
    text = (vote.replies[-1].text or "") if vote.replies else ""
    answer = json_answer(text)
    if answer is not None and isinstance(answer.get("reason"), str):
        return " ".join(answer["reason"].split()) or text.strip()
    lines = [line for line in text.splitlines() if not line.lstrip(" *_#`").startswith("VERDICT")]
    return " ".join(" ".join(lines).split()) or text.strip()


def _undecided(why: str) -> Score:
    return Score(
        status="error", reason=f"judge_undecided: {why}", details={"kind": "judge_undecided"}
    )


def _wordless(votes: Sequence[Vote]) -> Score | None:
    """Return the error of votes without any text; None where one of the unread ones has words."""
    last = [vote.replies[-1] for vote in votes if vote.value is None and vote.replies]
    instead = [instead_of_text(reply) for reply in last]
    if not instead or not all(instead):
        return None
    reason = f"judge_no_text: no text in {len(last)} of {len(votes)} votes: the judge {instead[-1]}"
    return Score(status="error", reason=reason, details={"kind": "judge_no_text"})


def _unreadable(votes: Sequence[Vote]) -> Score:
    """Return the failure of votes that cannot be read.

    Not an error: a reply that makes its judge say nothing must not get away unmeasured.
    """
    unread = [vote for vote in votes if vote.value is None]
    last = cut(_said(unread[-1]) or "(no text)", _REASON_CHARS)
    reason = (
        f"judge_unreadable: no verdict in {len(unread)} of {len(votes)} votes, each asked up to "
        f"{MOST_ATTEMPTS} times; the last said: {last}"
    )
    return Score(score=0.0, passed=False, reason=reason)


def _warning(text: str, flags: Sequence[str]) -> str:
    if SUSPECTED not in flags:
        return ""
    return f"{SUSPECTED}: the graded text seems to speak to its judge: {cut(steering(text), 60)!r}"


def cost_of(answers: Sequence[Reply]) -> float | None:
    """Return what all answers cost in USD, as far as it is known."""
    costs = [answer.cost_usd for answer in answers if answer.cost_usd is not None]
    return round(sum(costs), 9) if costs else None


def usage_of(answers: Sequence[Reply]) -> dict[str, int]:
    """Return the tokens of all answers, as far as they were counted."""
    found: dict[str, int] = {}
    for name in ("input_tokens", "output_tokens", "cached_tokens"):
        counted = [n for answer in answers if (n := getattr(answer.usage, name)) is not None]
        if counted:
            found[name] = sum(counted)
    return found
