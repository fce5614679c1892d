"""How often a check is wrong, in one sentence: from the cards kept beside the scorers."""

from collections.abc import Callable, Sequence

from llmeval.report import numbers
from llmeval.scorers.accuracy import Card, Interval, cards


def sentence(check: str) -> str:
    """Return what was measured of a check; "" where nothing was.

    Of each question that it answers, by the most telling data set: a reply may be held against a
    text or against right answers, and one is easier than the other.
    """
    # A check's name is a user's text: only what may be a file of ours is looked up.
    name = check.removeprefix("not_")  # the twin errs where the check errs
    found = cards(name) if name.isidentifier() else ()
    if not found:
        return ""
    first = {card.task: card for card in reversed(found) if not card.category}
    tasks = [first[task] for task in dict.fromkeys(card.task for card in found) if task in first]
    if len(tasks) < 2:
        return told(found[0]) + _categories(found)
    said = [f"{_measured(card)} ({card.task})" for card in tasks]
    return f"Accuracy of this check: {'; '.join(said)}" + _categories(found)


def _categories(found: Sequence[Card]) -> str:
    """Return how well each kind of finding is told from the others, on its first data set."""
    first = {card.category: card for card in reversed(found) if card.category}
    said = [
        f"{category.replace('_', ' ')} {numbers.number(card.auc)} ({card.dataset})"
        for category, card in sorted(first.items())
    ]
    return f". Its categories, AUC: {'; '.join(said)}" if said else ""


def told(card: Card) -> str:
    """Return a card as a sentence: "Accuracy of this check: right in 86.2 % (95 % interval …"."""
    return f"Accuracy of this check: {_measured(card)}"


def _measured(card: Card) -> str:
    right = _figure(card.accuracy, card.accuracy_interval, numbers.rate)
    ranked = _figure(card.auc, card.auc_interval, numbers.number)
    said = [f"right in {right}" if right else "", f"AUC {ranked}" if ranked else ""]
    figures = ", ".join(part for part in said if part)
    return f"{figures}, {card.rows:,} rows of {card.dataset}"


def _figure(
    value: float | None, interval: Interval | None, render: Callable[[float | None], str]
) -> str:
    if value is None or interval is None:
        return "" if value is None else render(value)
    low, high = render(interval.low).removesuffix(" %"), render(interval.high).removesuffix(" %")
    return f"{render(value)} (95 % interval {low} … {high})"
