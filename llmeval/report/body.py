"""What a page tells of a single trial, as JSON text cut to the page's size.

A page must stay small whatever was measured: texts of failed trials are given (almost) in full,
those of passed ones cut as far as the page's size demands. A cut text ends in a visible mark.
Trials come as they stand in the run's log: turning 10,000 lines into records first would take
longer than all the rest of the page.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from llmeval.codec import compact
from llmeval.report import judges, numbers, steps
from llmeval.report.blocks import QUICK, SMALL, TEXTS_A_BLOCK, Blocks
from llmeval.text.digest import digest

FULL_CHARS = 20_000
"""What a text of a failed or regressed case may have."""
SHORT_CHARS = 4_000
"""What a text of a passed case may have where there is room."""
FULL_BUDGET = 8_000_000
"""Characters of failed cases on a page; what comes later is cut as passed ones are."""
SCARCE_CHARS = 400
"""But not shorter than this, as long as there is room."""
PAGE_BUDGET = 8_500_000
"""Bytes that all texts may take on a page, packed: with the rest it stays below 10 MB."""
MOST_TOLD = 25_000
"""With more trials than that the passed ones are figures only."""
LEAST_CHARS = 60
"""Cut shorter a text says nothing: it is left out instead."""

LETTERS: Mapping[str, str] = {"passed": "p", "failed": "f", "error": "e", "skipped": "s"}

Line = Mapping[str, Any]
"""A trial, or a part of one, as it stands in the log (interface: files of a run)."""

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
        self._seen: set[int] = set()

    def place(self, value: Any) -> int:
        """Return the place of a (hashable) value."""
        return self._places.setdefault(value, len(self._places))

    def repeated(self, text: str) -> int | str:
        """Return the text itself the first time, its place from then on.

        Ten thousand texts that are used once each do not belong among the shared ones.
        """
        known = hash(text)
        if known in self._seen:
            return self.place(text)
        self._seen.add(known)
        return text

    def __iter__(self) -> Iterator[Any]:
        return iter(self._places)


class Bodies:
    """Turns trials into JSON texts within the page's budget.

    Args:
        trials: How many trials the page will hold, a guess is enough.
    """

    def __init__(self, trials: int) -> None:
        self.short_chars = SHORT_CHARS if trials <= MOST_TOLD else 0
        self.shortest_chars = self.short_chars
        """Where passed cases were cut at the tightest moment; 0 when some were left out."""
        self.texts = Interned()
        self.checks = Interned()
        self.blocks = Blocks()
        self.trials = trials
        self._bounds: dict[Any, str | None] = {}
        self._left = FULL_BUDGET

    def store(self, text: str) -> int:
        """Put a JSON text into the page's data and return its place there."""
        place = self.blocks.add(text)
        if (place + 1) % TEXTS_A_BLOCK == 0:
            self._fit(self.trials - place)
        return place

    def _fit(self, trials_left: int) -> None:
        """Cut texts of passed trials so that those to come fit at the present length.

        How far texts shrink by packing is only known by doing it, so each full block is a sample.
        """
        expected = self.blocks.last_size / TEXTS_A_BLOCK * max(trials_left, 1)
        left = max(PAGE_BUDGET - self.blocks.size, 0)
        if expected > left and self.blocks.level == QUICK:
            self.blocks.level = SMALL
            return
        # By half at most: the last blocks must not pay for the whole page.
        scale = max(left / expected, 0.5)
        chars = min(int(self.short_chars * scale), SHORT_CHARS)
        self.short_chars = chars if chars >= LEAST_CHARS else 0

    def trial(self, trial: Line, *, full: bool) -> str | None:
        """Return one trial as JSON text; None when there is no room for passed ones."""
        chars = self._chars(full=full)
        if not chars:
            return None
        body = compact(self._trial(trial, chars))
        if full:
            self._left -= len(body)
        return body

    def replies(self, texts: Iterable[str | None], *, full: bool) -> str | None:
        """Return the baseline's replies as JSON text; None when there is no room."""
        chars = self._chars(full=full)
        if not chars:
            return None
        body = compact([None if text is None else cut(text, chars) for text in texts])
        if full:
            self._left -= len(body)
        return body

    def _chars(self, *, full: bool) -> int:
        if not full:
            self.shortest_chars = min(self.shortest_chars, self.short_chars)
            return self.short_chars
        if self._left > 0:
            return FULL_CHARS
        return max(self.short_chars, SCARCE_CHARS) if self.blocks.size < PAGE_BUDGET else 0

    def _trial(self, trial: Line, chars: int) -> dict[str, Any]:
        body: dict[str, Any] = {"n": trial["trial"], "o": LETTERS[trial["outcome"]]}
        for name, make in _PARTS:
            value = trial.get(name)
            if value:
                make(self, body, value, chars)
        return body

    # --- parts of a trial, by the name they have in the log ---

    def _system(self, body: dict[str, Any], system: str, _: int) -> None:
        body["s"] = self.texts.repeated(cut(system, FULL_CHARS))

    def _context(self, body: dict[str, Any], context: str, chars: int) -> None:
        body["c"] = self.texts.repeated(cut(context, chars))

    def _references(self, body: dict[str, Any], references: Sequence[str], chars: int) -> None:
        body["r"] = [cut(text, chars) for text in references[:20]]

    def _error(self, body: dict[str, Any], error: Line, chars: int) -> None:
        body["e"] = [error["kind"], cut(error.get("message") or "", max(chars, SCARCE_CHARS))]

    def _turns(self, body: dict[str, Any], turns: Sequence[Line], chars: int) -> None:
        body["d"] = [_turn(turn, chars) for turn in turns]

    def _messages(self, body: dict[str, Any], messages: Sequence[Line], chars: int) -> None:
        if "d" not in body:
            body["m"] = [[m["role"], cut(m.get("content") or "", chars)] for m in messages]

    def _checks(self, body: dict[str, Any], checks: Sequence[Line], chars: int) -> None:
        body["k"] = [self._check(check, chars) for check in checks]

    def _reply(self, body: dict[str, Any], reply: Line, chars: int) -> None:
        text = reply.get("text")
        body["a"] = None if text is None else cut(text, chars)
        body["l"] = digest(text or "")
        body["f"] = self._figures(reply)
        if reply.get("steps"):
            took = (reply.get("timing") or {}).get("total_s")
            body["w"] = steps.packed(reply["steps"], took, chars)
        if reply.get("reasoning"):
            body["g"] = cut(reply["reasoning"], chars)
        if reply.get("tool_calls"):
            calls = reply["tool_calls"][:50]
            body["t"] = [[c["name"], cut(_json(c.get("arguments")), chars)] for c in calls]
        if reply.get("retrieved"):
            passages = reply["retrieved"][:50]
            body["p"] = [[p.get("id"), cut(p.get("text") or "", chars)] for p in passages]

    def _figures(self, reply: Line) -> list[Any]:
        timing, usage = reply.get("timing") or {}, reply.get("usage") or {}
        model, finish = reply.get("model"), reply.get("finish_reason")
        attempts = timing.get("attempts", 1)
        total_s, cost_usd = timing.get("total_s"), reply.get("cost_usd")
        asked, answered = usage.get("input_tokens"), usage.get("output_tokens")
        figures = [
            None if total_s is None else numbers.seconds(total_s),
            None if cost_usd is None else numbers.dollars(cost_usd),
            None if asked is None else numbers.tokens(asked),
            None if answered is None else numbers.tokens(answered),
            None if model is None else self.texts.place(model),
            None if finish is None else self.texts.place(finish),
            1 if reply.get("cached") else None,
            attempts if attempts > 1 else None,
            _shown(numbers.seconds, timing.get("first_token_s")),
            _shown(numbers.seconds, timing.get("waited_s") or None),
            reply.get("request_id"),
        ]
        while figures and figures[-1] is None:
            figures.pop()
        return figures

    def _check(self, check: Line, chars: int) -> list[Any]:
        bounds = check["check"], check.get("min"), check.get("max")
        if bounds not in self._bounds:
            self._bounds[bounds] = bound_text(check)
        bound = self._bounds[bounds]
        kind = self.checks.place(
            (check["check"], check["metric"], check["severity"], check.get("turn"), bound)
        )
        status, reason = check["status"], check.get("reason")
        if check.get("judge"):
            reason = "; ".join(part for part in (reason, judges.votes(check["judge"])) if part)
        if status == "scored" and check.get("passed"):
            passed = [kind, "p", score_text(check)]
            return [*passed, cut(reason, max(chars, 300))] if reason else passed
        parts: list[Any] = [kind, _STATES[status], score_text(check)]
        parts.append(cut(reason or "", max(chars, 300)))
        if check.get("parameters") and status == "scored":
            parts.append(cut(parameters_text(check["parameters"]), min(chars, 1_000)))
        return parts


_STATES: Mapping[str, str] = {"scored": "f", "skipped": "s", "error": "e"}

_PARTS: tuple[tuple[str, Callable[[Bodies, dict[str, Any], Any, int], None]], ...] = (
    ("system", Bodies._system),  # noqa: SLF001 - the table of the class's own parts
    ("context", Bodies._context),  # noqa: SLF001
    ("references", Bodies._references),  # noqa: SLF001
    ("error", Bodies._error),  # noqa: SLF001
    ("turns", Bodies._turns),  # noqa: SLF001
    ("messages", Bodies._messages),  # noqa: SLF001
    ("reply", Bodies._reply),  # noqa: SLF001
    ("checks", Bodies._checks),  # noqa: SLF001
)


def score_text(check: Line) -> str | None:
    """Return a check's score in its unit; None where it has none worth showing.

    A score that missed its bound has digits enough to tell the two apart. Yes/no checks have no
    number.
    """
    score, low, high = check.get("score"), check.get("min"), check.get("max")
    if score is None:
        return None
    if low is None and high is None:
        return None if score in (0, 1) else numbers.number(score)
    if check.get("passed"):
        if check["check"] in _SECONDS:
            return numbers.seconds(score)
        return _in_unit(check["check"], numbers.number(score))
    bound = low if low is not None and score < low else high
    return _in_unit(check["check"], numbers.versus(score, low if bound is None else bound)[0])


def bound_text(check: Line) -> str | None:
    """Return what a check demands: "at least 0.7"; None for a yes/no check."""
    bounds = [
        f"{word} {_in_unit(check['check'], numbers.number(check[name], 6))}"
        for word, name in (("at least", "min"), ("at most", "max"))
        if check.get(name) is not None
    ]
    return " and ".join(bounds) or None


_BOUND: Final = re.compile(r"\S+(?: \w+)? (?:is|are) (?:below the minimum|above the maximum) of ")


def demanded(score: str | None, bound: str | None, reason: str) -> str:
    """Return a score with its bound: "0.41, at least 0.7 is demanded".

    "" where one is missing, or where the reason for failing begins with both.
    """
    if not score or not bound or _BOUND.match(reason):
        return ""
    return f"{score}, {bound} is demanded"


def parameters_text(parameters: Line) -> str:
    """Return a check's parameters as a person would write them: "value: 30 days, thirty days"."""
    return "; ".join(f"{name}: {_plain(value)}" for name, value in parameters.items())


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return _json(value)


def _in_unit(check: str, text: str) -> str:
    if check in _SECONDS:
        return f"{text} s"
    return f"${text}" if check == "cost" else text


def _turn(turn: Line, chars: int) -> list[Any]:
    user, reply = turn.get("user"), turn.get("reply")
    said = None if user is None else cut(user, chars)
    if reply is None:
        return [said, None]
    text = reply.get("text")
    took = (reply.get("timing") or {}).get("total_s")
    return [said, None if text is None else cut(text, chars), _shown(numbers.seconds, took)]


def _shown(render: Callable[[float | None], str], value: float | None) -> str | None:
    return None if value is None else render(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
