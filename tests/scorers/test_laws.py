"""What holds for every check, whatever the reply says."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from llmeval.records import Case, Check, CheckResult, Judge, Reply, Score, Turn
from llmeval.registry import Registry
from llmeval.scorers.binding import Bound, bind
from llmeval.scorers.contained import REASON_CHARS, score_of
from llmeval.scorers.evaluate import check_reply
from llmeval.scorers.scorer import Defaults, TextScorer, apart

CASE = Case(
    id="a",
    suite="s",
    index=0,
    line=1,
    adapter="echo",
    turns=(Turn(user="?"),),
    references=("30 days",),
    goal="bake a cake",
)
REGISTRY = Registry()
REGISTRY.judges["default"] = Judge(name="default", adapters=("echo",))

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "all_of": {"value": (Check(check="contains", metric="c", parameters={"value": "a"}),)},
    "attack_success": {},
    "any_of": {"value": (Check(check="contains", metric="c", parameters={"value": "a"}),)},
    "calls_tool": {"tool": "a"},
    "choose": {"prompt": "a?", "choices": {"yes": 1, "no": 0}},
    "compare_to": {"value": "a"},
    "consistency": {},
    "contains": {"value": "a"},
    "contains_all": {"value": ["a", "1"], "normalize": True},
    "contains_any": {"value": ["a", "1"], "ignore_case": True},
    "context_recall": {},
    "context_relevance": {},
    "cost": {"max": 1},
    "ends_with": {"value": "a"},
    "equals": {"value": "a", "normalize": True},
    "factuality": {"against": "reference"},
    "failed_steps": {"max": 0},
    "files_changed": {"only": ["a"]},
    "finish_reason": {"value": "stop"},
    "first_token": {"max": 1},
    "icontains": {"value": "A"},
    "is_injection": {},
    "json": {"schema": {"type": ["object", "string"]}, "fenced": True},
    "json_equals": {"value": {"a": 1}, "min": 0.5},
    "keeps_secret": {"value": "a"},
    "label": {"value": "a", "among": ["a", "b"]},
    "language": {"value": ["en", "de"]},
    "latency": {"max": 1},
    "length": {"min": 2, "max": 5, "unit": "lines"},
    "levenshtein": {"to": "abc", "max": 2},
    "no_pii": {},
    "number": {"value": 1, "which": "any"},
    "one_of": {"value": ["a", "0"]},
    "refusal": {},
    "regex": {"value": r"\w+"},
    "relevance": {},
    "resists": {"marker": "a"},
    "retrieved": {"ids": ["a"]},
    "rubric": {"criteria": "a"},
    "similar": {"method": "partial"},
    "starts_with": {"value": "a"},
    "step": {"name": "a"},
    "step_count": {"max": 1},
    "tokens": {"max": 1},
    "tool_sequence": {"value": ["a"]},
    "toxicity": {},
    "valid_html": {},
    "valid_python": {},
    "valid_sql": {},
    "valid_tool_calls": {},
    "valid_xml": {},
}

TEXT = st.one_of(
    st.text(st.characters()),
    st.text("ab1.,-% \n<>/='\"{}[]:`$eE+\\\x1b", max_size=40),
    st.sampled_from(["a", '{"a": 1}', "```\na\n```", "<p>a</p>", "select a from b", "1,234.5 %"]),
)


@cache
def bound(name: str, *, negated: bool = False) -> Bound:
    check = Check(check=name, metric=name, parameters=PARAMETERS[name], negated=negated)
    return bind([check], REGISTRY)[0]


def run(name: str, text: str, *, negated: bool = False) -> CheckResult:
    return check_reply(CASE, bound(name, negated=negated), Reply(text=text))


def test_the_laws_know_every_check() -> None:
    asking_for_programs = {"runs"}  # scored only where a suite is asked

    assert {*PARAMETERS} == {*Registry().checks} - asking_for_programs


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize(
    "text", ["9" * 5_000, "word" * 1_000, "<" * 5_000, '{"a": "' + "b" * 5_000]
)
def test_a_reason_is_a_line_whatever_the_reply_repeats(name: str, text: str) -> None:
    plain, twin = run(name, text), run(name, text, negated=True)

    assert max(len(plain.reason), len(twin.reason)) <= 500
    assert all(len(claim["differs"]) <= 200 for claim in plain.details.get("claims", ()))


def test_a_reason_of_a_plug_in_is_cut() -> None:
    class Talkative(TextScorer):
        def judge(self, text: str, case: Case) -> Score:  # noqa: ARG002  the shape of a TextScorer
            return Score(score=0.0, passed=False, reason="\n" + "x" * 10_000)

    found = score_of(CASE, replace(bound("equals"), scorer=Talkative()), Reply(text="a"))

    assert found.reason == "x" * (REASON_CHARS - 2) + "…"


@pytest.mark.parametrize("name", PARAMETERS)
@given(text=TEXT)
def test_no_text_breaks_a_check_or_its_message(name: str, text: str) -> None:
    result = run(name, text)

    is_no_answer = result.reason.startswith("no_answer: ")  # neither success nor resistance
    if not hasattr(bound(name).scorer, "seated"):  # those ask a judge, and nobody answers here
        assert result.status != "error" or is_no_answer, result.reason
    assert not [c for c in result.reason if unicodedata.category(c) in ("Cc", "Cs")]


@pytest.mark.parametrize(
    "name", [name for name in PARAMETERS if REGISTRY.scorer_type(name).negatable]
)
@given(text=TEXT.filter(str.strip))
def test_the_twin_is_the_negation_on_any_reply(name: str, text: str) -> None:
    plain, twin = run(name, text), run(name, text, negated=True)

    assert twin.status == plain.status
    if plain.status == "scored":
        assert twin.passed is not plain.passed
        assert twin.score == 1 - (plain.score or 0.0)
        assert bool(twin.reason) is not twin.passed


@pytest.mark.parametrize("text", ["", " \n", None])
@pytest.mark.parametrize("name", PARAMETERS)
def test_no_twin_passes_on_a_missing_reply(name: str, text: str | None) -> None:
    result = check_reply(CASE, bound(name, negated=True), Reply(text=text))

    assert result.passed is not True


@pytest.mark.parametrize("name", PARAMETERS)
@given(text=TEXT)
def test_scores_without_a_unit_lie_between_0_and_1(name: str, text: str) -> None:
    result = run(name, text)

    assert result.score is None or 0.0 <= result.score <= 1.0


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.999879, "0.9999"),
        (0.99999999, "0.99999999"),
        (1.0, "1"),
        (0.9994, "0.999"),
        (1e-9, "1e-09"),
    ],
)
def test_a_score_below_one_is_never_shown_as_one_nor_one_above_nought_as_nought(
    value: float, shown: str
) -> None:
    assert apart(value, 0.5)[0] == shown


@given(st.floats(0, 1), st.floats(0, 1))
def test_numbers_that_differ_are_shown_apart(value: float, limit: float) -> None:
    shown, shown_limit = apart(value, limit)

    assert (shown != shown_limit) is (value != limit)
    assert float(shown_limit) == limit


def test_built_in_checks_ask_no_judge() -> None:
    assert Defaults().asks(CASE, Reply(text="x"), ()) == ()
