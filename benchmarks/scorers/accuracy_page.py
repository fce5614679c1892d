"""The accuracy cards as a page: docs/accuracy.md.

    python benchmarks/scorers/accuracy_page.py
    python benchmarks/scorers/accuracy_page.py --check

The first writes the page, the second ends with 1 when it is out of date.
"""

import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from llmeval.scorers.accuracy import Card, Interval, all_cards

PAGE = Path(__file__).resolve().parents[2] / "docs" / "accuracy.md"

HEAD = """# Accuracy

How often the checks of [meaning](checks.md#meaning) are wrong, measured on public data that they
have not learned from (`resists`: on replies of our own, on which its rules were adjusted; `no_pii`:
on texts of our own, made by number; `language`: on short texts of our own). Every figure has its
95 % interval in brackets. This page is written by `benchmarks/scorers/accuracy_page.py` from
`llmeval/scorers/cards`; the scripts beside it train and measure.

- **AUC**: of a row with label 1 and one with label 0, the first has the higher score so often; 0.5
  is chance.
- **Accuracy**: the share of rows on the right side of the threshold. **F1**: the mean of the F1 of
  both labels.
- **False alarms**: the share of rows with label 0 that score at or above the threshold.

Each version of a check was measured on all of its sets before it was kept, so that none of them is
quite unseen: of a difference in the last digit make nothing. The notes say where more was done with
a set: rows of it read, or something chosen with its figure in view.

Other people, topics, languages and models give other figures: measure on replies of your own with
`llmeval score`.
"""

TABLE = """
| data set | rows (label 1) | AUC | accuracy | F1 | false alarms | threshold |
|---|---|---|---|---|---|---|
"""


def text(cards: Iterable[Card]) -> str:
    """Return the page."""
    return HEAD + "".join(
        _section(check, list(some)) for check, some in groupby(cards, key=lambda card: card.check)
    )


def _section(check: str, cards: list[Card]) -> str:
    return f"\n## `{check}`\n" + "".join(
        _task(task, list(some)) for task, some in groupby(cards, key=lambda card: card.task)
    )


def _task(task: str, cards: list[Card]) -> str:
    label = f"\nLabel 1: {task}. Version {cards[0].version}, {max(card.date for card in cards)}.\n"
    notes = "".join(f"\n- {card.dataset}: {card.note}" for card in cards if card.note)
    learned = dict.fromkeys(card.trained_on for card in cards if card.trained_on)
    source = f"\nLearned from: {'; '.join(learned)}.\n" if learned else ""
    return label + TABLE + "".join(map(_row, cards)) + notes + ("\n" if notes else "") + source


def _row(card: Card) -> str:
    cells = (
        card.dataset,
        f"{card.rows:,} ({card.positives:,})",
        _figure(card.auc, card.auc_interval),
        _figure(card.accuracy, card.accuracy_interval),
        _figure(card.f1),
        _figure(card.false_alarms, card.false_alarms_interval),
        "–" if card.threshold is None else f"{card.threshold:g}",
    )
    return f"| {' | '.join(cells)} |\n"


def _figure(figure: float | None, interval: Interval | None = None) -> str:
    if figure is None:
        return "–"
    return f"{figure:.3f}" + (f" [{interval.low:.3f}, {interval.high:.3f}]" if interval else "")


def main() -> int:
    """Write the page, or say whether it is up to date."""
    found = text(all_cards())
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(found, encoding="utf-8", newline="\n")
        return 0
    if PAGE.read_text(encoding="utf-8") == found:
        return 0
    print(f"{PAGE.name} is out of date: run benchmarks/scorers/accuracy_page.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
