"""Accuracy cards: readable, of checks that exist, and on the page."""

import datetime
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from llmeval.registry import Registry
from llmeval.scorers.accuracy import FOLDER, Card, Interval, all_cards, cards, encoded

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = REPOSITORY / "benchmarks" / "scorers"


@pytest.mark.parametrize("card", all_cards(), ids=lambda card: f"{card.check}-{card.dataset}")
def test_a_card_says_what_was_measured_of_the_check_as_it_is(card: Card) -> None:
    scorer = Registry().scorer_type(card.check)

    assert card.version == scorer.version, "measure again: the scorer has changed"
    assert 0 <= card.positives <= card.rows
    datetime.date.fromisoformat(card.date)
    for figure, interval in (
        (card.auc, card.auc_interval),
        (card.accuracy, card.accuracy_interval),
        (card.false_alarms, card.false_alarms_interval),
    ):
        assert (figure is None) == (interval is None)
        if figure is not None and interval is not None:
            assert 0 <= interval.low <= figure <= interval.high <= 1
    assert (card.accuracy is None) == (card.threshold is None)


def test_cards_are_found_by_check() -> None:
    assert {card.check for card in cards("toxicity")} == {"toxicity"}
    assert cards("equals") == ()


def test_cards_lie_in_the_file_of_their_check() -> None:
    for path in FOLDER.glob("*.json"):
        assert {card.check for card in cards(path.stem)} == {path.stem}


def test_a_card_survives_being_stored() -> None:
    card = Card(
        check="a",
        version="1",
        task="t",
        dataset="d",
        rows=3,
        positives=1,
        auc=0.5,
        auc_interval=Interval(0.25, 0.75),
        trained_on="",
        date="2026-01-02",
    )

    assert msgspec.json.decode(encoded([card]), type=tuple[Card, ...]) == (card,)


def test_the_page_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "accuracy_page.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
