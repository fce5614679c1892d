"""Labels, and the figures of a classification."""

from collections.abc import Callable
from typing import Any

import pytest

from llmeval.errors import ParameterError
from llmeval.records import CheckResult
from llmeval.scorers.label import NONE, figures

Run = Callable[..., CheckResult]

TEAMS = ["billing", "shipping"]


@pytest.mark.parametrize(
    ("text", "among", "got"),
    [
        ("billing", TEAMS, "billing"),
        ("Billing.", TEAMS, "billing"),
        ("This goes to the **Billing** team.", TEAMS, "billing"),
        ("billing, because it is about billing", TEAMS, "billing"),
        ("billing or shipping", TEAMS, NONE),
        ("rebilling", TEAMS, NONE),
        ("returns", TEAMS, NONE),
        ("this is not spam", ["spam", "not spam"], "not spam"),
        ("this is spam", ["spam", "not spam"], "spam"),
        ("Positiv", ["positiv", "négativ"], "positiv"),
        ("negativ", ["positiv", "négativ"], "négativ"),
        ("C++", ["C", "C++"], "C++"),
    ],
)
def test_the_label_of_a_reply_is_the_only_one_it_names(
    run: Run, text: str, among: list[str], got: str
) -> None:
    result = run("label", text, value=among[0], among=among)

    assert result.details == {"expected": among[0], "got": got}
    assert result.passed is (got == among[0])


def test_without_among_the_whole_reply_is_the_label(run: Run) -> None:
    right, wrong = (
        run("label", text, value="billing") for text in ("Billing!", "the billing team")
    )

    assert (right.passed, right.details["got"]) == (True, "billing")
    assert (wrong.passed, wrong.details["got"]) == (False, "the billing team")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("label", "shipping", "expected 'billing', found 'shipping'"),
        ("label", "hm", "expected 'billing', found no label in 'hm'"),
        (
            "label",
            "billing, shipping",
            "expected 'billing', found several labels: billing, shipping",
        ),
        ("not_label", "billing", "the label is 'billing'"),
    ],
)
def test_it_says_what_it_found(run: Run, name: str, text: str, reason: str) -> None:
    assert run(name, text, value="billing", among=TEAMS).reason == reason


def test_the_twin_takes_no_part_in_the_figures(run: Run) -> None:
    result = run("not_label", "shipping", value="billing", among=TEAMS)

    assert (result.passed, result.details) == (True, {})


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"value": "returns", "among": TEAMS},
            "value: 'returns' is not one of the labels in among: billing, shipping",
        ),
        (
            {"value": "A", "among": ["A", "a"]},
            "among: two labels differ only in case, accents or punctuation: A, a",
        ),
        (
            {"value": "!", "among": ["!", "a"]},
            "among: a label of nothing but punctuation cannot be found",
        ),
    ],
    ids=["unknown", "twice", "punctuation"],
)
def test_wrong_labels_are_refused(run: Run, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as refused:
        run("label", "x", **parameters)

    assert str(refused.value) == message


def test_figures_are_those_worked_out_by_hand() -> None:
    pairs = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("b", NONE), ("c", "b")]

    result = figures(pairs)

    assert result["count"] == 6
    assert result["accuracy"] == 3 / 6
    # a: 2*2/(3+2), b: 2*1/(2+3), c: 0
    assert result["macro_f1"] == pytest.approx((0.8 + 0.4 + 0.0) / 3)
    assert result["recall"] == {"a": 2 / 3, "b": 1 / 2, "c": 0.0}
    assert result["confusion"] == {"a": {"a": 2, "b": 1}, "b": {NONE: 1, "b": 1}, "c": {"b": 1}}


def test_figures_of_nothing_are_not_measured() -> None:
    assert figures([]) == {
        "count": 0,
        "accuracy": None,
        "macro_f1": None,
        "recall": {},
        "confusion": {},
    }
