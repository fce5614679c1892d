"""The cases that need a look, as cards without scripts: replies side by side, checks, prompt."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from llmeval.report import accuracy, anchors, numbers
from llmeval.report.body import cut, demanded
from llmeval.report.difference import Difference, Part, difference
from llmeval.report.problems import heading, needing_a_look
from llmeval.report.view import STATUSES, CaseView, View

MOST_CARDS = 100
"""Cards on the page."""
SHOWN_CARDS = 20
"""Those beyond are shown to readers without scripts and on paper: the list below has them too."""
OPEN_CARDS = 5
"""The first ones stand open: what a reviewer sees in ten seconds."""
CARD_CHARS = 1_500
"""Where a card's texts are cut."""
MOST_CHECKS = 5

_OUTCOMES = {"p": "passed", "f": "failed", "e": "error", "s": "skipped"}


class FailedCheck(Struct, frozen=True, kw_only=True):
    """A check that failed."""

    metric: str
    said: str
    """Score, bound and reason."""
    accuracy: str
    """How often the check itself is wrong; "" where nothing was measured."""


class Card(Struct, frozen=True, kw_only=True):
    """One case that needs a look."""

    status: str
    address: str
    suite: str
    case: str
    about: str
    rates: str
    marks: tuple[str, ...]
    """(letter of the outcome) of each trial."""
    marks_said: str
    why: str
    prompt: str
    before: tuple[Part, ...] | None
    """The baseline's reply in parts that stayed or changed; None where there is none."""
    now: tuple[Part, ...] | None
    checks: tuple[FailedCheck, ...]
    more: tuple[tuple[str, str], ...]
    """(title, text) of what the reply was to rest on."""
    is_open: bool
    is_beyond: bool


class Broken(Struct, frozen=True, kw_only=True):
    """All of them."""

    title: str
    cards: tuple[Card, ...]
    total: int


def broken(view: View, most: int = MOST_CARDS) -> Broken:
    """Return the first cards of a view, what matters most first."""
    found = needing_a_look(view.cases)
    found.sort(key=_rank)
    cards = (_card(view, case, place) for place, case in enumerate(found[:most]))
    return Broken(title=heading(view.verdict, found), cards=tuple(cards), total=len(found))


def _rank(case: CaseView) -> tuple[int, bool, bool, float]:
    turned = "suspect" in case.flags
    return STATUSES.index(case.status), case.severity != "critical", not turned, case.change or 0.0


def _card(view: View, case: CaseView, place: int) -> Card:
    trials = [json.loads(text) for text in case.details]
    trial = next((trial for trial in trials if trial["o"] in "fe"), trials[0] if trials else {})
    replies = _replies(case, trial)
    checks = tuple(_failed(view, case.suite, trial))
    return Card(
        status=case.status,
        address=anchors.of_case(case.suite, case.case),
        suite=case.suite,
        case=case.case,
        about=" · ".join(_about(view, case)),
        rates=_rates(case),
        marks=tuple(case.marks[:30]),
        marks_said=_marks_said(case.marks),
        why=case.why or ", ".join(case.changed),
        prompt=cut(_prompt(trial), CARD_CHARS),
        before=replies.before or None,
        now=replies.now or None,
        checks=checks[:MOST_CHECKS],
        more=tuple(_more(view, trial)),
        is_open=place < OPEN_CARDS,
        is_beyond=place >= SHOWN_CARDS,
    )


def _about(view: View, case: CaseView) -> Iterator[str]:
    if len(view.suites) > 1:
        yield case.suite
    if case.severity != "normal":
        yield case.severity
    yield from case.tags


def _rates(case: CaseView) -> str:
    rates = [numbers.rate(r) for r in (case.baseline_rate, case.current_rate) if r is not None]
    return " → ".join(rates)


def _marks_said(marks: str) -> str:
    if len(marks) == 1:
        return _OUTCOMES[marks]
    return f"{marks.count('p')} of {len(marks)} trials passed"


def _replies(case: CaseView, trial: Mapping[str, Any]) -> Difference:
    """Return the reply before and now; empty where there is none."""
    before = cut(_usual_reply(case), CARD_CHARS)
    now = cut(str(trial.get("a") or ""), CARD_CHARS)
    if before and now:
        return difference(before, now)
    return Difference(*(((False, text),) if text else () for text in (before, now)))


def _usual_reply(case: CaseView) -> str:
    """Return a reply before that passed, where there is one: what is missed now."""
    earlier = json.loads(case.before) if case.before else []
    marks = case.marks_before.replace(" ", "")
    if len(marks) == len(earlier):
        earlier = [text for mark, text in zip(marks, earlier, strict=True) if mark == "p"] + earlier
    return next((text for text in earlier if text), "")


def _prompt(trial: Mapping[str, Any]) -> str:
    if trial.get("d"):
        return "\n".join(str(turn[0] or "") for turn in trial["d"])
    messages = trial.get("m") or [["", ""]]
    return str(messages[-1][1])


def _failed(view: View, suite: str, trial: Mapping[str, Any]) -> Iterator[FailedCheck]:
    for kind, state, score, *rest in trial.get("k") or ():
        if state != "f":
            continue
        name, metric, severity, turn, bound = view.checks[kind]
        about = [f"turn {turn}"] if turn is not None else []
        about += [severity] if severity != "normal" else []
        reason = rest[0] if rest else ""
        said = [demanded(score, bound, reason) if bound else score or "", reason]
        yield FailedCheck(
            metric=f"{metric} ({', '.join(about)})" if about else metric,
            said="; ".join(part for part in said if part) or "failed",
            accuracy=view.judges_told.get((suite, metric)) or accuracy.sentence(name),
        )


def _more(view: View, trial: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for title, texts in (
        ("Context", [trial.get("c")]),
        ("Reference", trial.get("r") or ()),
        ("Retrieved", [text for _, text in trial.get("p") or ()]),
    ):
        told = _told(view.texts, texts)
        if told:
            yield title, told


def _told(shared: Sequence[str], texts: Sequence[str | int | None]) -> str:
    found = [shared[text] if isinstance(text, int) else text for text in texts if text is not None]
    return cut("\n\n".join(found), CARD_CHARS)
