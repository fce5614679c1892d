"""factuality against a text: whose amount it is, who did what to whom, what is more than what."""

import json
from pathlib import Path

import hypothesis
import pytest
from hypothesis import strategies as st

from llmeval.scorers.facts import comparisons, judging
from llmeval.scorers.facts.analysis import words
from llmeval.scorers.facts.attribution import Given
from llmeval.scorers.facts.evidence import evidence
from llmeval.scorers.facts.quantities import Quantity, quantities
from llmeval.scorers.facts.verdicts import Finding, findings

STATEMENTS = Path(__file__).resolve().parents[2] / "benchmarks" / "scorers" / "own_statements.jsonl"

PLANS = "Plan A costs 10 dollars a month, plan B costs 20 dollars a month. Both have a trial."
WARRANTY = (
    "The warranty lasts 12 months. Returns are accepted for 30 days and repairs take 24 days."
)
DEAL = "Orion acquired Lyra in 2019. Lyra had sold its boats to Vega."
AGES = "Tom is 41 years old and weighs 80 kg. Ida is 35 years old and weighs 64 kg."


def told(text: str, context: str) -> Finding:
    """Return what is said of a claim."""
    return findings(text, evidence(context))[0]


@pytest.mark.parametrize(
    ("claim", "context", "differs"),
    [
        ("Plan A costs 20 dollars a month.", PLANS, "20 dollars against 10 dollars"),
        ("The warranty lasts 24 months.", WARRANTY, "24 months against 12 months"),
        ("The warranty lasts two years.", WARRANTY, "two years against 12 months"),
        ("Lyra acquired Orion in 2019.", DEAL, "who does what to whom: acquire"),
        ("Orion was acquired by Lyra.", DEAL, "who does what to whom: acquire"),
        ("Lyra bought its boats from Vega.", DEAL, "who does what to whom: buy"),
        ("Ida is older than Tom.", AGES, "older: 35 years and 41 years"),
        ("Tom is lighter than Ida.", AGES, "lighter: 80 kg and 64 kg"),
    ],
)
def test_what_is_joined_otherwise_is_contradicted(claim: str, context: str, differs: str) -> None:
    found = told(claim, context)

    assert (found.verdict, found.differs) == ("contradicted", differs)


@pytest.mark.parametrize(
    ("claim", "context", "agrees"),
    [
        ("Plan B is 20 dollars per month.", PLANS, "amount"),
        ("The warranty lasts one year.", WARRANTY, "amount"),
        ("Lyra was acquired by Orion in 2019.", DEAL, "role"),
        ("Vega bought its boats from Lyra.", DEAL, "role"),
        ("Tom is older than Ida.", AGES, "comparison"),
        ("Ida is lighter than Tom.", AGES, "comparison"),
    ],
)
def test_the_same_in_another_form_agrees(claim: str, context: str, agrees: str) -> None:
    found = told(claim, context)

    assert agrees in found.agrees
    assert found.verdict == "supported" or not found.conflicts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("24 months", "two years"),
        ("1.5 kg", "1,500 grams"),
        ("90 minutes", "an hour and a half"),
        ("7,500 metres", "7.5 km"),
        ("a quarter of an hour", "15 minutes"),
        ("8 p.m.", "20:00"),
        ("$ 5", "5 dollars"),
    ],
)
def test_an_amount_is_the_same_in_other_units(one: str, other: str) -> None:
    from llmeval.scorers.facts.clauses import parts

    (first,), (second,) = parts(f"it is {one}").amounts, parts(f"it is {other}").amounts

    assert first.equals(second)


@pytest.mark.parametrize("text", ["3-1", "on June 7, 2010,", "the 7th time", "twice", "this one"])
def test_what_is_no_amount_is_not_compared(text: str) -> None:
    assert [one for one in quantities(words(text)) if one.base != "year"] == []


def test_a_sentence_repeated_word_for_word_never_conflicts() -> None:
    context = "Records show 3 boats, 4 nets and 5 ropes, sold by Orion to Vega, who hired Lyra."

    assert told("They show 4 nets and 5 ropes, sold by Orion to Vega.", context).conflicts == ()


def test_most_statements_of_our_own_are_judged_right() -> None:
    rows = [json.loads(line) for line in STATEMENTS.read_text(encoding="utf-8").splitlines()]
    right: dict[str, list[bool]] = {"mended": [], "kept": []}
    for row in rows:
        judged = judging.by_text(row["reply"], row["context"])
        right[row["part"]].append(
            judged is not None and (judged.probability >= 0.5) == row["label"]
        )

    assert len(right["mended"]) >= 120
    assert len(right["kept"]) >= 60
    assert sum(right["mended"]) / len(right["mended"]) > 0.8
    assert sum(right["kept"]) / len(right["kept"]) > 0.7


GIVEN = st.builds(
    lambda at, base, fit: Given(
        (0, at), Quantity(at, -1, base, base, 1.0, 1.0), shown="", fit=fit, shared=0.0
    ),
    st.integers(0, 20),
    st.sampled_from(["days", "metres", "bare"]),
    st.sampled_from([0.1, 0.5, 1.0]),
)
ALL_OF_THEM = st.lists(GIVEN, max_size=10, unique_by=lambda one: one.place)


@hypothesis.given(ALL_OF_THEM, ALL_OF_THEM)
def test_the_best_pair_of_amounts_is_among_the_best_of_each_side(
    first: list[Given], second: list[Given]
) -> None:
    def best(left: list[Given], right: list[Given]) -> object:
        pairs = [
            (one, other)
            for one in left
            for other in right
            if one.place != other.place and one.amount.compares_with(other.amount)
        ]
        return max(pairs, key=comparisons._likeness, default=None)

    assert best(comparisons._best(first), comparisons._best(second)) == best(first, second)


@pytest.mark.parametrize(
    "row",
    [
        "lamp,Berlin,1999,sold\n",
        "the lamp was sold in Berlin in 1999 and\n",
        "{'name': 'lamp', 'city': 'Berlin', 'year': 1999, 'sold': True}, ",
    ],
    ids=["csv", "lines", "dicts"],
)
def test_a_table_without_full_stops_is_read_in_linear_time(row: str) -> None:
    """Without that, each of these would take hours."""
    assert judging.by_text("The lamp was sold in Berlin in 1999.", row * 15_000) is not None


def test_many_claims_beside_long_lists_take_linear_time() -> None:
    things = ("Tom weighs 80 kg, Ida 64 kg, Tom sold 41 days, " * 200)[:4_900]
    text = "".join(f"{things} Tom {number}. " for number in range(20))
    reply = "Ida is lighter than Tom. Tom sold Ida 5 days. Tom is older than Ida. " * 15

    assert judging.by_text(reply, text) is not None
