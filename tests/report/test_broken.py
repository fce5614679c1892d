from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from llmeval.records import CheckResult, Exchange, Passage, Reply
from llmeval.report import accuracy
from llmeval.report.broken import broken
from llmeval.report.view import View
from llmeval.scorers.accuracy import Card, Interval


def test_a_card_tells_what_broke(regression: View) -> None:
    card = broken(regression).cards[0]

    assert (card.status, card.case, card.rates) == ("regressed", "refund", "100 % → 0 %")
    assert card.address == "#support::refund"
    assert card.prompt == "How long may I return a lamp?"
    assert [(check.metric, check.said) for check in card.checks] == [
        ("contains", "'30 days' not found")
    ]
    assert ("Reference", "30 days") in card.more
    assert card.is_open


def test_critical_cases_come_first_among_those_of_a_kind(some: SimpleNamespace) -> None:
    trials = [
        some.trial("a", "failed", index=0),
        some.trial("b", "failed", index=1, severity="critical"),
        some.trial("c", "error", index=2),
    ]

    assert [card.case for card in broken(some.view(trials)).cards] == ["c", "b", "a"]


def test_a_card_shows_the_trial_that_failed(some: SimpleNamespace) -> None:
    trials = [
        some.trial("a", outcome, trial=n, reply=Reply(text=f"reply {n}"))
        for n, outcome in enumerate(("passed", "failed", "passed"), start=1)
    ]

    card = broken(some.view(trials)).cards[0]

    assert card.now == ((False, "reply 2"),)
    assert card.before is None
    assert (card.marks, card.marks_said) == (("p", "f", "p"), "2 of 3 trials passed")


def test_a_card_shows_a_reply_before_that_passed(regression: View) -> None:
    case = replace(
        next(case for case in regression.cases if case.status == "regressed"),
        marks_before="f pf",
        before='["bad", "good", "bad again"]',
    )

    card = broken(replace(regression, cases=(case,))).cards[0]

    assert card.before is not None
    assert "".join(text for _, text in card.before) == "good"


def test_cases_that_fell_come_before_those_that_fail_as_ever(some: SimpleNamespace) -> None:
    trials = [some.trial(case, "failed", index=at) for at, case in enumerate("abc")]
    suite = some.suite(status="failed", suspect=("b", "c"))

    shown = some.view(trials, some.verdict(suite))

    assert [card.case for card in broken(shown).cards] == ["b", "c", "a"]


def test_a_card_holds_what_the_reply_was_to_rest_on(some: SimpleNamespace) -> None:
    reply = Reply(text="no", retrieved=(Passage(id="d", text="Lamps."), Passage(text="Bulbs.")))
    trials = [
        some.trial(case, "failed", index=at, context="the same", references=(), reply=reply)
        for at, case in enumerate("ab")
    ]

    for card in broken(some.view(trials)).cards:
        assert card.more == (("Context", "the same"), ("Retrieved", "Lamps.\n\nBulbs."))


def test_a_dialogue_is_told_by_its_turns(some: SimpleNamespace) -> None:
    turns = (Exchange(user="one", reply=Reply(text="hm")), Exchange(user="two", reply=None))

    card = broken(some.view([some.trial("a", "failed", turns=turns)])).cards[0]

    assert card.prompt == "one\ntwo"


def test_a_suite_is_named_where_there_are_several(some: SimpleNamespace) -> None:
    suites = (some.suite(), some.suite(suite="other"))

    card = broken(some.view([some.trial("a", "failed")], some.verdict(*suites))).cards[0]

    assert card.about == "support · returns"


def test_a_check_that_was_measured_says_how_often_it_is_right() -> None:
    card = Card(
        check="toxicity",
        version="1",
        task="people call it toxic",
        dataset="surge",
        rows=1000,
        positives=500,
        accuracy=0.862,
        accuracy_interval=Interval(0.8392, 0.882),
        auc=0.9225,
        trained_on="",
        date="2026-01-02",
    )

    assert accuracy.told(card) == (
        "Accuracy of this check: right in 86.2 % (95 % interval 83.9 … 88.2), AUC 0.922, "
        "1,000 rows of surge"
    )


def test_a_check_that_answers_several_questions_says_how_often_it_is_right_in_each() -> None:
    of_texts, of_answers, of_wrong_ones = accuracy.sentence("factuality").split("; ")

    assert of_texts.startswith("Accuracy of this check: right in ")
    assert of_texts.endswith(
        "rows of summedits (people say that the text supports all of the reply)"
    )
    assert of_answers.startswith("right in ")
    assert of_answers.endswith(" (people call the answer correct)")
    assert "truthfulqa (people call the answer true" in of_wrong_ones


def test_a_check_that_names_categories_says_how_well_it_tells_them_apart() -> None:
    _, _, categories = accuracy.sentence("toxicity").partition(". Its categories, AUC: ")

    assert [said.partition(" (")[0].rpartition(" ")[0] for said in categories.split("; ")] == [
        "identity attack",
        "insult",
        "profanity",
        "sexual",
        "threat",
    ]
    assert "labelled by" not in categories.rpartition("threat")[2]  # labels of others come first
    assert "Its categories" not in accuracy.sentence("refusal")


def test_cases_that_fail_in_a_green_run_are_not_called_broken(some: SimpleNamespace) -> None:
    trials = [some.trial("a", "failed")]
    known, broke = some.suite(), some.suite(status="failed", regressed=("a",))

    assert broken(some.view(trials, some.verdict(known))).title == "Worth a look"
    assert broken(some.view(trials, some.verdict(broke))).title == "What broke"
    beside = some.verdict(some.suite(status="failed", regressed=("a",), changed={"b": ("checks",)}))
    assert (
        broken(some.view([*trials, some.trial("b")], beside)).title
        == "What broke, and what else is worth a look"
    )
    assert broken(some.view([some.trial("a")])).title == "What broke"


def test_a_reason_that_names_score_and_bound_is_not_preceded_by_both(some: SimpleNamespace) -> None:
    check = CheckResult(
        check="factuality",
        metric="factuality",
        severity="normal",
        status="scored",
        score=0.41,
        min=0.5,
        passed=False,
        reason="0.41 is below the minimum of 0.5: not stated: 'x'",
    )
    view = some.view([some.trial("a", "failed", checks=(check,))])

    assert broken(view).cards[0].checks[0].said == check.reason
    assert view.cases[0].why == f"factuality: {check.reason}"


def test_the_card_of_a_check_stands_on_its_case(some: SimpleNamespace) -> None:
    check = CheckResult(
        check="toxicity",
        metric="rude",
        severity="normal",
        status="scored",
        score=0.9,
        max=0.3,
        passed=False,
    )

    card = broken(some.view([some.trial("a", "failed", checks=(check,))])).cards[0]

    assert card.checks[0].metric == "rude"
    assert card.checks[0].said == "0.9, at most 0.3 is demanded"
    assert card.checks[0].accuracy == accuracy.sentence("toxicity") != ""


@pytest.mark.parametrize("name", ["contains", "../../x", "a\0b", ""])
def test_a_check_that_was_not_measured_says_nothing(name: str) -> None:
    assert accuracy.sentence(name) == ""
