"""The published JSON Schema agrees with the checker."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmeval.errors import SuiteError
from llmeval.registry import Registry
from llmeval.suite.keys import CASE, SUITE
from llmeval.suite.node import plain
from llmeval.suite.parse import parse
from llmeval.suite.problems import Problems
from llmeval.suite.schema import PUBLISHED, schema, text

if TYPE_CHECKING:
    from tests.suite.conftest import Project

VALIDATOR = jsonschema.Draft202012Validator(schema(Registry()))

GOOD: dict[str, Any] = {
    "suite": "good",
    "description": "All is well.",
    "adapter": "echo",
    "system": "Be kind, {{ name }}.",
    "vars": {"name": "Kim", "list": ["a", "b"], "n": 2},
    "repeat": 2,
    "min_trial_pass_rate": "1/2",
    "weight": 2.5,
    "tags": ["one", "two"],
    "timeout": 3.5,
    "severity": "critical",
    "template": True,
    "allow_empty": False,
    "allow_truncated": True,
    "on_error": "fail",
    "params": {"temperature": 0},
    "variants": {
        "now": {},
        "new": {
            "system": "Be short.",
            "prompt": "Hi {{ name }}",
            "vars": {"name": "Bo"},
            "adapter": "echo",
            "params": {"temperature": 1},
        },
    },
    "tools": [{"type": "function", "function": {"name": "search"}}],
    "expect": ["json", {"latency": 3}, {"json": {"schema": {"type": "object"}}}, {"json": None}],
    "gate": {
        "mode": "strict",
        "against": "baseline",
        "alpha": 0.05,
        "unit": "auto",
        "min_effect": 0,
        "max_undetected": 0.05,
        "max_error_rate": 0,
        "max_baseline_age_days": 30,
        "on_mixed": "warn",
        "under_test": ["system", "prompt"],
        "require": ["evidence"],
        "metrics": ["pass_rate", "latency.mean"],
        "limits": [
            {"metric": "pass_rate", "min": 0.9, "where": {"tag": "one"}, "beyond_doubt": True},
            {"metric": "latency.p95", "max": 4, "severity": "critical"},
        ],
    },
    "cases": [
        {
            "id": "a",
            "description": "First.",
            "prompt": "Hello {{ name }}",
            "context": "c",
            "reference": "r",
            "references": ["x", "y"],
            "wrong_references": "{{ list }}",
            "goal": "g",
            "workspace": ".",
            "omit": ["latency"],
            "renamed_from": "b",
            "skip": "later",
            "xfail": {"reason": "known", "until": "2030-01-01", "strict": True},
            "expect": [
                {"contains": "x"},
                {"not_contains": {"value": "y", "ignore_case": True, "severity": "warn"}},
                {"contains_any": "{{ list }}"},
                {"contains_all": ["a", "{{ name }}"]},
                {"length": {"max": "{{ n }}", "unit": "words", "in": "code"}},
                {"similar": {"to": "x", "min": 0.8, "method": "ratio", "metric": "near"}},
                {"any_of": {"value": [{"contains": "x"}, "json"], "at_least": 1}},
                {"not_all_of": [{"regex": "a+"}]},
                {"label": {"value": "a", "among": ["a", "b"], "on": "each"}},
            ],
        },
        {"prompt": "b", "expect": [], "adapter": {"type": "echo", "prefix": "x"}},
        {"turns": [{"user": "c", "expect": [{"contains": "c"}]}, {"user": "d"}], "xfail": "known"},
        {"messages": [{"user": "a"}, {"assistant": "b"}, {"role": "user", "content": "c"}]},
        {"prompt": "e", "adapter": {"from": "bot", "model": "m", "params": {}}},
    ],
}

BEYOND_THE_SCHEMA = re.compile(
    "|".join(
        (
            "unknown adapter",
            "expected a folder",
            "lies outside the project",
            "runs a program",
            "unknown metric",
            r"^adapter: \w+: expected",  # parameters of an inline adapter
            "unknown parameter",
            "no variable",
            "case '.*' has no (adapter|check)",
            "the suite has no check",
            "stands twice",
            "no tag",
            "is above max",
            "lies in 0…1",
            "where: unknown",
            "end with `- user",
            "is no placeholder",
            "cannot be the name of a variable",
            "expected at least one text",
            "expected at least one",
            "an empty text",
            "not a regular expression",
            "not a JSON Schema",
            "empty",
            "min",
            "label",
            "among",
            "at_least",
            "flags",
            "k/n",
            r"found text '\{\{",  # template: false
            "expected a list of text, found",  # the variable has another type
            "expected text or a list of texts$",
            "expected a JSON Schema, found no JSON",  # a text that is to be one
            "leaves nothing to look for",
            "expected a csv, jsonl, json or yaml file",
            r"found '(Kim|Bo)'$",  # the value of {{ name }}: the variable has another type
            r"expected a whole number.*, found -?\d+\.0$",  # to JSON Schema 1.0 is an integer
            "the name of the suite's own item",
            "and variant 'now' has no prompt",
        )
    )
)
"""What only the checker can say."""

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 101),
    st.floats(-1, 2),
    st.sampled_from(["", "x", "0.8", "warn", "critical", "echo", "1/2", "pass_rate", "{{ name }}"]),
    st.lists(st.sampled_from(["x", 1, None, {"user": "x"}, {"contains": "x"}]), max_size=2),
    st.dictionaries(
        st.sampled_from(["value", "min", "max", "type", "from", "reason", "user", "x"]),
        st.sampled_from(["x", 1, None, True, "echo", ["x"]]),
        max_size=2,
    ),
)
NAMES = st.sampled_from([*SUITE, *CASE, "value", "min", "max", "user", "contains", "zzz"])


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values below a value."""
    if isinstance(value, dict):
        items = list(value.items())
    else:
        items = list(enumerate(value)) if isinstance(value, list) else []
    if path == ("vars",):
        return []  # what a variable's type breaks elsewhere no schema can know
    deeper = [place for key, item in items for place in places(item, (*path, key))]
    return [*((*path, key) for key, _ in items), *deeper]


@st.composite
def suites(draw: st.DrawFn) -> Any:
    """Draw the good suite with a few values replaced, removed or added."""
    suite = json.loads(json.dumps(GOOD))
    # Copies: the next change may lie inside what was drawn, and that is drawn again.
    for _ in range(draw(st.integers(1, 2))):
        *path, last = draw(st.sampled_from(places(suite)))
        holder = suite
        for key in path:
            holder = holder[key]
        what = draw(st.sampled_from(["replace", "remove", "add"]))
        if what == "replace":
            holder[last] = deepcopy(draw(JUNK))
        elif what == "remove":
            del holder[last]
        elif isinstance(holder, dict):
            holder[draw(NAMES)] = deepcopy(draw(JUNK))
        else:
            holder.append(deepcopy(draw(JUNK)))
    return suite


def test_the_published_file_is_current() -> None:
    assert PUBLISHED.read_text("utf-8") == text(Registry())


def test_it_is_a_schema_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(schema(Registry()))


def test_checks_of_plug_ins_are_part_of_it() -> None:
    registry = Registry()
    registry.add_scorer("my_check", "llmeval.scorers.text:Contains")

    validator = jsonschema.Draft202012Validator(schema(registry))

    case = {"prompt": "a", "expect": [{"not_my_check": "x"}]}
    assert validator.is_valid({"cases": [case]})
    assert not VALIDATOR.is_valid({"cases": [case]})


def test_a_suite_with_every_key_is_right_for_both(project: "Project") -> None:
    project.load(json.dumps(GOOD))

    VALIDATOR.validate(GOOD)


def test_every_key_is_in_the_good_suite() -> None:
    later = {"attack", "tool_results"}
    used = {key for case in GOOD["cases"] for key in case}

    assert set(GOOD) == (set(SUITE) - later)
    assert used | set(GOOD) | {"dataset"} == (set(CASE) | set(SUITE)) - later


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[2].glob("suites/*.eval.y*ml")))
def test_our_own_suites_are_right(path: Path) -> None:
    root = parse(path.read_text("utf-8"), Problems("")).root

    assert root is not None
    VALIDATOR.validate(plain(root))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=100,
)
@given(suite=suites())
def test_schema_and_checker_agree(project: "Project", suite: Any) -> None:
    is_valid = VALIDATOR.is_valid(suite)

    try:
        project.load(json.dumps(suite))
        messages: list[str] = []
    except SuiteError as error:
        messages = [problem.message for problem in error.problems]

    if is_valid:
        assert [message for message in messages if not BEYOND_THE_SCHEMA.search(message)] == []
    else:
        assert messages
