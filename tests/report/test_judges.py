"""What a page says of judges: votes, cost, and how far they agree with people."""

from typing import Any

import pytest
from msgspec.structs import replace

from llmeval.compare.judge_cards import JudgeCard, instrument
from llmeval.records import CheckResult, RunHeader
from llmeval.report import broken, html, judges, page

DESCRIBED = {"adapters": [{"type": "openai", "model": "m"}], "samples": 1, "combine": "majority"}
HEADER = RunHeader(run="r", started="now", judges={"default": DESCRIBED})
JUDGED = {("bot", "polite"): ("default", "w1")}
CARD = JudgeCard(
    judge="default",
    check="rubric",
    metric="polite",
    version="1",
    instrument=instrument(DESCRIBED),
    wording="w1",
    task="Is polite.",
    dataset="labels.jsonl",
    rows=100,
    positives=60,
    accuracy=0.88,
    accuracy_interval=(0.802, 0.93),
    kappa=0.74,
    kappa_interval=(0.6, 0.88),
    suite="bot",
    date="2026-11-20",
)
TOLD = (
    "Accuracy of this judge: agrees with people on 88.0 % (95 % interval 80.2 … 93.0) of 100 "
    "replies, Cohen's kappa 0.74 (0.6 … 0.88)"
)
STALE = (
    "Accuracy of this judge: unknown; it was measured on 2026-11-20, with another judge or "
    "other words"
)


def told(card: JudgeCard) -> str | None:
    return judges.sentences(JUDGED, HEADER, [card]).get(("bot", "polite"))


def test_the_accuracy_of_a_judge_is_told() -> None:
    assert told(CARD) == TOLD
    assert told(replace(CARD, suite=None)) == TOLD


def test_a_card_of_another_judge_or_other_words_is_not_believed() -> None:
    assert told(replace(CARD, instrument="other")) == STALE
    assert told(replace(CARD, wording="w2")) == STALE


def test_without_a_card_it_is_said_how_to_measure() -> None:
    unknown = "not measured here; `llmeval judge-check LABELS` measures it"

    assert all(unknown in said for said in judges.sentences(JUDGED, HEADER, []).values())
    assert unknown in (told(replace(CARD, metric="other")) or "")
    assert unknown in (told(replace(CARD, suite="other")) or "")


@pytest.mark.parametrize(
    ("judge", "expected"),
    [
        (
            {"votes": [{"adapter": "a", "score": 1.0}, {"adapter": "b", "score": 0.25}]},
            "votes: 1 (a), 0.25 (b)",
        ),
        (
            {"votes": [{"adapter": "a", "score": 0.5, "verdict": "partly"}], "cost_usd": 0.012},
            "votes: partly: 0.5 (a); $0.012",
        ),
        (
            {"votes": [{"adapter": "a"}, {"adapter": "b", "verdict": "unsure"}]},
            "votes: unreadable (a), unsure (b)",
        ),
        (
            {
                "votes": [
                    {"adapter": "a", "score": 1.0, "verdict": "a", "order": "ab"},
                    {"adapter": "a", "score": 0.0, "verdict": "a", "order": "ba"},
                    {"adapter": "b", "score": 0.5, "verdict": "tie", "order": "ba"},
                ]
            },
            "votes: better when first (a), worse when second (a), tie when second (b)",
        ),
        (
            {"votes": [{"adapter": "a", "score": 1.0}] * 14},
            "votes: " + ", ".join(["1 (a)"] * 12) + " and 2 more",
        ),
    ],
)
def test_votes_are_told_on_one_line(judge: dict[str, Any], expected: str) -> None:
    assert judges.votes(judge) == expected


def test_votes_accuracy_and_cost_stand_on_the_page(some: Any) -> None:
    judge = {"name": "default", "wording": "w1", "votes": [{"adapter": "a", "score": 0.25}]}
    check = CheckResult(
        check="rubric",
        metric="polite",
        severity="normal",
        status="scored",
        score=0.25,
        passed=False,
        reason="rude",
        details={"judge": judge},
    )
    trial = some.trial("refund", "failed", checks=(check,))
    suite = some.suite(status="failed", cost_usd={"target": None, "judge": 0.5})
    shown = some.view([trial], some.verdict(suite))
    assert shown.judged == {(trial.suite, "polite"): ("default", "w1")}

    shown = replace(shown, judges_told={(trial.suite, "polite"): TOLD})
    (failed,) = broken.broken(shown).cards[0].checks

    assert failed.said == "0.25; rude; votes: 0.25 (a)"
    assert failed.accuracy == TOLD
    assert f'"{trial.suite}::polite":"Accuracy of this judge' in "".join(html.index(shown))
    assert page.page(shown).figures[-1].note.endswith("judges $0.50")
