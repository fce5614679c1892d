"""What a page tells of a single trial, as JSON text cut to the page's size.

A page must stay small whatever was measured: texts of failed trials are given (almost) in full,
those of passed ones shorter the more there are. A cut text ends in a visible mark.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from llmeval.records import CheckResult, Exchange, Message, Reply, Trial
from llmeval.report import numbers

FULL_CHARS = 20_000
"""What a text of a failed or regressed case may have."""
SHORT_CHARS = 4_000
"""What a text of a passed case may have where there is room."""
FULL_BUDGET = 4_000_000
"""Characters of failed cases on a page; what comes later is cut like the rest."""
SHORT_BUDGET = 2_400_000
"""Characters of passed cases on a page, shared equally."""
LEAST_CHARS = 60
"""Cut shorter a text says nothing: it is left out instead."""

LETTERS: Mapping[str, str] = {"passed": "p", "failed": "f", "error": "e", "skipped": "s"}

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

_SECONDS = frozenset({"latency", "first_token"})


def cut(text: str, chars: int) -> str:
    """Return the text, cut to that many characters with a mark that says how many are missing."""
    if len(text) <= chars:
        return text
    return f"{text[:chars]} […{len(text) - chars:,} more characters]"


class Interned:
    """Values that many trials share, each stored once: its place stands for it."""

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}

    def place(self, value: Any) -> int:
        """Return the place of a (hashable) value."""
        return self._places.setdefault(value, len(self._places))

    def __iter__(self) -> Any:
        return iter(self._places)


class Bodies:
    """Turns trials into JSON texts within the page's budget.

    Args:
        trials: How many trials the page will hold, a guess is enough.
    """

    def __init__(self, trials: int) -> None:
        self.short_chars = min(SHORT_CHARS, SHORT_BUDGET // max(trials, 1))
        if self.short_chars < LEAST_CHARS:
            self.short_chars = 0
        self.texts = Interned()
        self.checks = Interned()
        self.left = FULL_BUDGET

    def trial(self, trial: Trial, *, full: bool) -> str | None:
        """Return one trial as JSON text; None when there is no room for passed ones."""
        chars = self._chars(full=full)
        if not chars:
            return None
        body = _encode(self._trial(trial, chars))
        if full:
            self.left -= len(body)
        return body

    def replies(self, texts: Iterable[str | None], *, full: bool) -> str | None:
        """Return the baseline's replies as JSON text."""
        chars = self._chars(full=full)
        if not chars:
            return None
        return _encode([None if text is None else cut(text, chars) for text in texts])

    def _chars(self, *, full: bool) -> int:
        if full:
            return FULL_CHARS if self.left > 0 else max(self.short_chars, 400)
        return self.short_chars

    def _trial(self, trial: Trial, chars: int) -> dict[str, Any]:
        body: dict[str, Any] = {"n": trial.trial, "o": LETTERS[trial.outcome]}
        if trial.system:
            body["s"] = self.texts.place(cut(trial.system, FULL_CHARS))
        if trial.context:
            body["c"] = self.texts.place(cut(trial.context, min(chars, FULL_CHARS)))
        if trial.references:
            body["r"] = [cut(text, chars) for text in trial.references[:20]]
        if trial.error is not None:
            body["e"] = [trial.error.kind, cut(trial.error.message, max(chars, 400))]
        if trial.turns:
            body["d"] = [_turn(turn, chars) for turn in trial.turns]
        else:
            body["m"] = [_message(message, chars) for message in trial.messages]
        if trial.reply is not None:
            self._reply(body, trial.reply, chars)
        if trial.checks:
            body["k"] = [self._check(check, chars) for check in trial.checks]
        return body

    def _reply(self, body: dict[str, Any], reply: Reply, chars: int) -> None:
        body["a"] = None if reply.text is None else cut(reply.text, chars)
        body["f"] = self._figures(reply)
        if reply.reasoning:
            body["g"] = cut(reply.reasoning, chars)
        if reply.tool_calls:
            body["t"] = [[c.name, cut(_json(c.arguments), chars)] for c in reply.tool_calls[:50]]
        if reply.retrieved:
            body["p"] = [[p.id, cut(p.text or "", chars)] for p in reply.retrieved[:50]]

    def _figures(self, reply: Reply) -> list[Any]:
        timing, usage = reply.timing, reply.usage
        figures = [
            _shown(numbers.seconds, timing.total_s),
            _shown(numbers.dollars, reply.cost_usd),
            _shown(numbers.tokens, usage.input_tokens),
            _shown(numbers.tokens, usage.output_tokens),
            None if reply.model is None else self.texts.place(reply.model),
            None if reply.finish_reason is None else self.texts.place(reply.finish_reason),
            1 if reply.cached else None,
            timing.attempts if timing.attempts > 1 else None,
            _shown(numbers.seconds, timing.first_token_s),
            _shown(numbers.seconds, timing.queued_s),
            _shown(numbers.seconds, timing.waited_s or None),
            reply.request_id,
        ]
        while figures and figures[-1] is None:
            figures.pop()
        return figures

    def _check(self, check: CheckResult, chars: int) -> list[Any]:
        score, bound = score_pair(check)
        kind = self.checks.place((check.check, check.metric, check.severity, check.turn, bound))
        if check.status == "scored" and check.passed and not check.reason:
            return [kind, "p", score]
        state = LETTERS["passed" if check.passed else "failed"]
        if check.status != "scored":
            state = "s" if check.status == "skipped" else "e"
        parts: list[Any] = [kind, state, score, cut(check.reason, max(chars, 300))]
        if check.parameters and state == "f":
            parts.append(cut(_json(check.parameters), min(chars, 1_000)))
        return parts


def score_pair(check: CheckResult) -> tuple[str | None, str | None]:
    """Return a check's score and bound ("at least 0.7"); None where it has none.

    Yes/no checks have no number worth showing.
    """
    if check.min is None and check.max is None:
        plain = check.score is None or check.score in (0, 1)
        return None if plain else numbers.number(check.score), None
    bounds, score = [], None if check.score is None else _unit(check, numbers.number(check.score))
    for word, bound in (("at least", check.min), ("at most", check.max)):
        if bound is not None:
            left, right = numbers.versus(check.score, bound)
            bounds.append(f"{word} {_unit(check, right)}")
            score = _unit(check, left) if len(left) > len(score or "") and check.score else score
    return score, " and ".join(bounds)


def _unit(check: CheckResult, text: str) -> str:
    if check.check in _SECONDS:
        return f"{text} s"
    if check.check == "cost":
        return f"${text}"
    return text


def _turn(turn: Exchange, chars: int) -> list[Any]:
    reply = turn.reply
    user = None if turn.user is None else cut(turn.user, chars)
    if reply is None:
        return [user, None]
    text = None if reply.text is None else cut(reply.text, chars)
    return [user, text, _shown(numbers.seconds, reply.timing.total_s)]


def _message(message: Message, chars: int) -> list[str]:
    return [message.role, cut(message.content, chars)]


def _shown(render: Any, value: float | None) -> str | None:
    return None if value is None else render(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
