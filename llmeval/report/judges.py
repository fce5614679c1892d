"""What a page says of judges: their votes on a reply, and how far they agree with people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from llmeval.report import numbers

if TYPE_CHECKING:
    from llmeval.compare.judge_cards import JudgeCard
    from llmeval.records import RunHeader

Judged = Mapping[tuple[str, str], tuple[str, str]]
"""(suite, metric) to the judge's name and the hash of what it is asked."""

_VOTES_SHOWN = 12


_PLACES = {"ab": "first", "ba": "second"}
"""Where the reply stands of the two texts that are compared."""
_COMPARED = {1.0: "better", 0.0: "worse"}


def votes(judge: Mapping[str, Any]) -> str:
    """Return what the judges of one check said, one line: "votes: 1 (gpt), 0.25 (claude)"."""
    cast = judge.get("votes") or ()
    said = ", ".join(f"{_vote(v)} ({v.get('adapter', '')})" for v in cast[:_VOTES_SHOWN])
    more = f" and {len(cast) - _VOTES_SHOWN} more" if len(cast) > _VOTES_SHOWN else ""
    cost = judge.get("cost_usd")
    return f"votes: {said}{more}" + ("" if cost is None else f"; {numbers.dollars(cost)}")


def _vote(vote: Mapping[str, Any]) -> str:
    if vote.get("score") is None:
        return str(vote.get("verdict") or "unreadable")
    word, order = vote.get("verdict"), vote.get("order")
    if order in _PLACES:
        return f"{_COMPARED.get(vote['score'], 'tie')} when {_PLACES[order]}"
    return f"{word}: {numbers.number(vote['score'])}" if word else numbers.number(vote["score"])


def sentences(
    judged: Judged, header: "RunHeader | None", cards: "Sequence[JudgeCard]"
) -> dict[tuple[str, str], str]:
    """Return what is known of the accuracy of each judged metric.

    Args:
        judged: The judged metrics of a run.
        header: Its first line, which describes the judges.
        cards: What was measured, in the project.
    """
    return {
        (suite, metric): _sentence(_of(cards, suite, metric), judge, wording, header)
        for (suite, metric), (judge, wording) in judged.items()
    }


def _of(cards: "Iterable[JudgeCard]", suite: str, metric: str) -> "Iterator[JudgeCard]":
    found = [card for card in cards if card.metric == metric and card.suite in (suite, None)]
    yield from sorted(found, key=lambda card: card.suite is None)


def _sentence(
    cards: "Iterable[JudgeCard]", judge: str, wording: str, header: "RunHeader | None"
) -> str:
    for card in cards:
        if _is_same(card, judge, wording, header):
            return _told(card)
        return (
            f"Accuracy of this judge: unknown; it was measured on {card.date}, with another judge "
            "or other words"
        )
    return f"Accuracy of {judge}: not measured here; `llmeval judge-check LABELS` measures it"


def _is_same(card: "JudgeCard", judge: str, wording: str, header: "RunHeader | None") -> bool:
    from llmeval.compare.judge_cards import instrument

    described = {} if header is None else header.judges.get(judge, {})
    same_words = not card.wording or card.wording == wording
    return same_words and card.instrument == instrument(described)


def _told(card: "JudgeCard") -> str:
    low, high = (numbers.rate(end).removesuffix(" %") for end in card.accuracy_interval)
    agreed = f"{numbers.rate(card.accuracy)} (95 % interval {low} … {high})"
    said = f"Accuracy of this judge: agrees with people on {agreed} of {card.rows:,} replies"
    if card.kappa is None or card.kappa_interval is None:
        return said
    low, high = (numbers.number(end, 2) for end in card.kappa_interval)
    return f"{said}, Cohen's kappa {numbers.number(card.kappa, 2)} ({low} … {high})"
