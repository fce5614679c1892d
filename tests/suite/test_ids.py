"""Ids of cases: they stay when other cases come, go or move."""

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmeval.errors import SuiteError

if TYPE_CHECKING:
    from tests.suite.conftest import Project

QUESTIONS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True)
IN_ONE_FOLDER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


def ids(project: "Project", questions: list[str]) -> dict[str, str]:
    """Return question -> id, of cases without ids."""
    items = "".join(f"  - {{prompt: 'Q {text}', expect: []}}\n" for text in questions)
    cases = project.cases("adapter: echo\ncases:\n" + items)
    return {str(case.turns[0].user): case.id for case in cases}


def row_ids(project: "Project", rows: list[str]) -> dict[str, str]:
    """Return question -> id, of rows without ids."""
    project.write("a.jsonl", "".join(json.dumps({"q": text}) + "\n" for text in rows))
    cases = project.cases(
        "adapter: echo\ncases:\n  - {id: a, dataset: a.jsonl, prompt: '{{ q }}', expect: []}\n"
    )
    return {str(case.turns[0].user): case.id for case in cases}


@IN_ONE_FOLDER
@given(questions=QUESTIONS, data=st.data())
def test_ids_do_not_depend_on_order_or_neighbours(
    project: "Project", questions: list[str], data: st.DataObject
) -> None:
    fewer = data.draw(st.lists(st.sampled_from(questions), min_size=1, unique=True))

    for read in (ids, row_ids):
        all_ids, some_ids = read(project, questions), read(project, fewer)

        assert some_ids.items() <= all_ids.items()
        assert len(set(all_ids.values())) == len(questions)


@IN_ONE_FOLDER
@given(rows=st.lists(st.sampled_from("abc"), min_size=1, max_size=8))
def test_equal_cases_are_numbered_among_themselves_only(
    project: "Project", rows: list[str]
) -> None:
    items = "".join(f"  - {{prompt: '{text}', expect: []}}\n" for text in rows)

    found = [case.id for case in project.cases("adapter: echo\ncases:\n" + items)]

    for text in set(rows):
        mine = [case_id for row, case_id in zip(rows, found, strict=True) if row == text]
        first = mine[0]
        assert mine == [first, *(f"{first}-{n}" for n in range(2, len(mine) + 1))]


def test_checks_and_tags_are_no_part_of_the_hash(project: "Project") -> None:
    plain = "adapter: echo\ncases:\n  - {prompt: a, expect: []}\n"
    more = "adapter: echo\ncases:\n  - {tags: [x], expect: [{contains: b}], prompt: a, repeat: 3}\n"

    assert project.cases(plain)[0].id == project.cases(more)[0].id


def test_the_order_of_columns_is_no_part_of_the_hash(project: "Project") -> None:
    suite = "adapter: echo\ncases:\n  - {id: a, dataset: a.csv, prompt: '{{ q }}', expect: []}\n"

    project.write("a.csv", "q,a\nx,y\n")
    before = project.cases(suite)[0].id
    project.write("a.csv", "a,tags,q\ny,new,x\n")
    after = project.cases(suite)[0].id

    assert before == after


def test_several_adapters_stand_side_by_side_in_brackets(project: "Project") -> None:
    project.write("a.csv", "id,q\none,x\ntwo,y\n")
    suite = """
adapter: echo
cases:
  - {id: a, dataset: a.csv, prompt: "{{ q }}", expect: [], renamed_from: old}
  - {id: b, prompt: hi, expect: []}
"""

    cases = project.cases(suite, adapter=((None, "bot"), (None, "demo")))

    assert [case.id for case in cases] == [
        "a[one-bot]",
        "a[one-demo]",
        "a[two-bot]",
        "a[two-demo]",
        "b[bot]",
        "b[demo]",
    ]
    assert [case.adapter for case in cases] == ["bot", "demo"] * 3
    assert [case.row for case in cases] == ["one", "one", "two", "two", None, None]
    assert [case.index for case in cases] == list(range(6))
    assert cases[0].renamed_from == "old[one-bot]"


def test_one_adapter_instead_leaves_ids_alone(project: "Project") -> None:
    suite = """
adapter: echo
cases:
  - {id: a, prompt: a, expect: []}
  - {id: b, adapter: bot, prompt: b, expect: []}
"""

    everywhere = project.cases(suite, adapter=((None, "demo"),))
    of_one = project.cases(suite, adapter=(("bot", "demo"),))

    assert [(case.id, case.adapter) for case in everywhere] == [("a", "demo"), ("b", "demo")]
    assert [(case.id, case.adapter) for case in of_one] == [("a", "echo"), ("b", "demo")]


def test_ids_may_hold_anything_else(project: "Project") -> None:
    strange: list[Any] = ["a/b", "A", "a", "ä 😀", "x" * 500, "100%", "q?"]
    items = json.dumps(
        [{"id": name, "prompt": "hi", "expect": []} for name in strange],
        ensure_ascii=False,
    )

    cases = project.cases(f"adapter: echo\ncases: {items}\n")

    assert [case.id for case in cases] == strange


@pytest.mark.parametrize("mark", ["\x1b", "\x7f", "\x9b", "\u2028", "\u202e", "\u2067"])
def test_what_a_terminal_would_obey_is_no_part_of_an_id(project: "Project", mark: str) -> None:
    item = json.dumps({"id": f"a{mark}b", "prompt": "hi", "expect": []})

    with pytest.raises(SuiteError, match="expected an id without '::', brackets, control char"):
        project.cases(f"adapter: echo\ncases: [{item}]\n")
