"""any_of and all_of."""

from collections.abc import Callable
from typing import Any

import pytest

from llmeval.errors import ParameterError
from llmeval.records import Case, Check, CheckResult, Reply
from llmeval.registry import Registry
from llmeval.scorers.binding import bind
from llmeval.scorers.evaluate import check_reply
from llmeval.scorers.groups import AllOf

Run = Callable[..., CheckResult]
Make = Callable[..., Check]


@pytest.fixture
def parts(make: Make) -> dict[str, Check]:
    """Checks by what they say of the reply "abc"."""
    return {
        "pass": make("contains", value="b"),
        "fail": make("contains", value="x"),
        "skip": make("latency", max=1.0),
        "error": make("similar"),
        "twin": make("not_contains", value="x"),
    }


@pytest.mark.parametrize(
    ("name", "of", "more", "status", "passed"),
    [
        ("any_of", ["fail", "pass"], {}, "scored", True),
        ("any_of", ["fail", "fail"], {}, "scored", False),
        ("any_of", ["fail", "twin"], {}, "scored", True),
        ("any_of", ["pass", "pass", "fail"], {"at_least": 2}, "scored", True),
        ("any_of", ["pass", "fail", "fail"], {"at_least": 2}, "scored", False),
        ("any_of", ["pass", "error"], {}, "scored", True),
        ("any_of", ["fail", "error"], {}, "error", None),
        ("any_of", ["fail", "skip"], {}, "skipped", None),
        ("any_of", ["fail", "skip", "error"], {}, "error", None),
        ("any_of", ["fail", "fail", "error"], {"at_least": 2}, "scored", False),
        ("all_of", ["pass", "twin"], {}, "scored", True),
        ("all_of", ["pass", "fail"], {}, "scored", False),
        ("all_of", ["pass", "skip"], {}, "scored", True),
        ("all_of", ["fail", "skip"], {}, "scored", False),
        ("all_of", ["skip", "skip"], {}, "skipped", None),
        ("all_of", ["pass", "error"], {}, "error", None),
        ("all_of", ["fail", "error"], {}, "scored", False),
        ("not_any_of", ["fail", "fail"], {}, "scored", True),
        ("not_any_of", ["fail", "pass"], {}, "scored", False),
        ("not_all_of", ["pass", "fail"], {}, "scored", True),
    ],
)
def test_a_group_needs_as_many_passes_as_it_says(
    run: Run,
    parts: dict[str, Check],
    name: str,
    of: list[str],
    more: dict[str, Any],
    status: str,
    *,
    passed: bool | None,
) -> None:
    result = run(name, "abc", value=tuple(parts[part] for part in of), **more)

    assert (result.status, result.passed) == (status, passed)
    assert result.score == (None if passed is None else float(passed))


def test_a_group_says_what_each_part_said(run: Run, parts: dict[str, Check]) -> None:
    result = run("all_of", "abc", value=(parts["pass"], parts["fail"]))

    assert result.reason == "1 of 2 checks pass, 2 must: does not contain 'x'"
    assert result.details["parts"] == [
        {"status": "scored", "passed": True, "score": 1.0},
        {"status": "scored", "passed": False, "score": 0.0, "reason": "does not contain 'x'"},
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("not_any_of", "at least 1 of the 2 checks of the group pass"),
        ("not_all_of", "all 2 checks of the group pass"),
    ],
)
def test_the_twin_says_that_the_group_holds(
    run: Run, parts: dict[str, Check], name: str, reason: str
) -> None:
    result = run(name, "abc", value=(parts["pass"], parts["twin"]))

    assert (result.passed, result.reason) == (False, reason)


def test_no_group_passes_on_a_missing_reply(run: Run, parts: dict[str, Check]) -> None:
    for name in ("any_of", "all_of", "not_any_of", "not_all_of"):
        assert run(name, None, value=(parts["pass"], parts["twin"])).passed is False


def test_groups_nest_and_are_stored_as_they_are_written(
    run: Run, make: Make, parts: dict[str, Check]
) -> None:
    inner = make("all_of", value=(parts["pass"], parts["twin"]))

    result = run("any_of", "abc", value=(parts["fail"], inner), at_least=1)

    assert result.passed is True
    assert result.parameters == {
        "value": [
            {"contains": {"value": "x"}},
            {"all_of": {"value": [{"contains": {"value": "b"}}, {"not_contains": {"value": "x"}}]}},
        ],
        "at_least": 1,
    }


def test_parts_look_where_the_group_looks_unless_they_say_otherwise(case: Case, make: Make) -> None:
    of = (make("equals", value="b"), make("contains", value="{", part="$.whole"))
    (bound,) = bind([make("all_of", part="$.a", value=of)], Registry())

    result = check_reply(case, bound, Reply(text='{"a": "b", "whole": "{}"}'))

    assert result.passed is True


def test_a_group_on_its_own_cannot_score(case: Case, parts: dict[str, Check]) -> None:
    with pytest.raises(TypeError, match="scored by llmeval"):
        AllOf(value=(parts["pass"],)).score(case, Reply(text="x"), ())


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("any_of", {"value": ()}, "value: expected at least one check, found an empty list"),
        ("any_of", {"at_least": 3}, "at_least: 3 of 1 checks can never pass"),
        ("any_of", {"at_least": 0}, "at_least: expected a number 1 or more, found 0"),
    ],
    ids=["empty", "too many", "zero"],
)
def test_a_group_that_can_never_pass_is_refused(
    run: Run, parts: dict[str, Check], name: str, parameters: dict[str, Any], message: str
) -> None:
    given = {"value": (parts["pass"],), **parameters}

    with pytest.raises(ParameterError) as refused:
        run(name, "abc", **given)

    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("part", "key"),
    [
        (
            Check(check="contains", metric="m", parameters={"value": "b"}, severity="warn"),
            "severity",
        ),
        (Check(check="contains", metric="m", parameters={"value": "b"}, on="each"), "on"),
    ],
    ids=["severity", "on"],
)
def test_keys_without_effect_inside_a_group_are_refused(run: Run, part: Check, key: str) -> None:
    with pytest.raises(ParameterError) as refused:
        run("any_of", "abc", value=(part,))

    assert str(refused.value) == (
        f"value: {key} of contains has no effect inside a group: write it at the group"
    )
