"""Rows of data files: what they become, and what is said when they are wrong."""
# ruff: noqa: E501  a message stands on one line, as the user reads it

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.suite.conftest import Project

SUITE = """
adapter: echo
cases:
  - id: faq
    dataset: {dataset}
    prompt: "{{{{ question }}}}"
    reference: "{{{{ answer }}}}"
    expect: [{{contains: "{{{{ answer }}}}"}}]
"""
CSV = 'question,answer\nWhat is 1+1?,2\n"Quoted, with\nbreak","say ""hi"""\n'
ROWS = [{"question": "a?", "answer": "A"}, {"question": "b?", "answer": "B"}]
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS)


def suite(dataset: str) -> str:
    return SUITE.format(dataset=dataset)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("a.csv", "question,answer\na?,A\nb?,B\n", id="csv"),
        pytest.param("a.csv", "\ufeffquestion,answer\r\na?,A\r\nb?,B\r\n\r\n", id="csv of a PC"),
        pytest.param("a.tsv", "question\tanswer\na?\tA\nb?\tB\n", id="tabs"),
        pytest.param("a.jsonl", JSONL, id="json lines"),
        pytest.param("a.jsonl", "\ufeff\r\n" + JSONL.replace("\n", "\r\n\r\n"), id="blank lines"),
        pytest.param("a.jsonl", JSONL.rstrip(), id="no line break at the end"),
        pytest.param("a.json", json.dumps(ROWS, indent=2), id="json"),
        pytest.param(
            "a.yaml", "- {question: a?, answer: A}\n- {question: b?, answer: B}", id="yaml"
        ),
    ],
)
def test_every_format_gives_the_same_rows(project: "Project", name: str, content: str) -> None:
    project.write(name, content)

    cases = project.cases(suite(name))

    assert [case.turns[0].user for case in cases] == ["a?", "b?"]
    assert [case.references for case in cases] == [("A",), ("B",)]
    assert [case.checks[0].parameters for case in cases] == [{"value": "A"}, {"value": "B"}]
    assert [case.id for case in cases] == ["faq[7edca80476]", "faq[8e45a63130]"]
    assert [case.row for case in cases] == ["7edca80476", "8e45a63130"]


def test_cells_keep_commas_quotes_and_line_breaks(project: "Project") -> None:
    project.write("a.csv", CSV)

    cases = project.cases(suite("a.csv"))

    assert cases[1].turns[0].user == "Quoted, with\nbreak"
    assert cases[1].references == ('say "hi"',)


def test_columns_set_id_tags_and_severity(project: "Project") -> None:
    project.write("a.csv", "id,question,answer,tags,severity\none,a?,A,x y,critical\ntwo,b?,B,,\n")

    cases = project.cases(suite("a.csv"))

    assert [case.id for case in cases] == ["faq[one]", "faq[two]"]
    assert [case.tags for case in cases] == [("x", "y"), ()]
    assert [case.severity for case in cases] == ["critical", "normal"]


def test_columns_can_be_given_other_names(project: "Project") -> None:
    project.write("a.csv", "nr;body;answer\n7;a?;A\n")

    cases = project.cases(suite('{path: a.csv, delimiter: ";", columns: {question: body, id: nr}}'))

    assert cases[0].id == "faq[7]"
    assert cases[0].vars == {"question": "a?", "id": "7", "answer": "A"}


def test_where_selects_rows(project: "Project") -> None:
    rows = [{"question": lang, "answer": "A", "lang": lang} for lang in ("en", "fr", "de")]
    project.write("a.json", json.dumps(rows))

    one = project.cases(suite("{path: a.json, where: {lang: fr}}"))
    two = project.cases(suite("{path: a.json, where: {lang: [de, en]}}"))

    assert [case.turns[0].user for case in one] == ["fr"]
    assert [case.turns[0].user for case in two] == ["en", "de"]


def test_a_sample_keeps_file_order_and_hardly_changes_with_a_new_row(project: "Project") -> None:
    rows = [{"question": f"q{n}", "answer": "A"} for n in range(100)]
    asked = suite("{path: a.json, sample: 10, seed: 7}")

    project.write("a.json", json.dumps(rows))
    before = [case.id for case in project.cases(asked)]
    project.write("a.json", json.dumps([{"question": "new", "answer": "A"}, *rows]))
    after = [case.id for case in project.cases(asked)]
    project.write("a.json", json.dumps(rows[::-1]))
    backwards = [case.id for case in project.cases(asked)]

    assert len(before) == len(after) == 10
    assert len(set(before) & set(after)) >= 9
    assert backwards == before[::-1]


def test_another_seed_gives_another_sample(project: "Project") -> None:
    project.write("a.json", json.dumps([{"question": f"q{n}", "answer": "A"} for n in range(100)]))

    seven = project.cases(suite("{path: a.json, sample: 10, seed: 7}"))
    eight = project.cases(suite("{path: a.json, sample: 10, seed: 8}"))

    assert {case.id for case in seven} != {case.id for case in eight}


def test_a_number_in_a_cell_serves_where_a_number_is_wanted(project: "Project") -> None:
    project.write("a.csv", "question,most\na?,2.5\n")

    cases = project.cases(
        """
adapter: echo
cases:
  - id: a
    dataset: a.csv
    prompt: "{{ question }}"
    expect: [{latency: "{{ most }}"}]
"""
    )

    assert cases[0].checks[0].parameters == {"max": 2.5}


def test_a_whole_placeholder_takes_the_type_of_the_row(project: "Project") -> None:
    project.write("a.jsonl", '{"q": "a?", "any": ["x", "y"], "m": [{"user": "hi"}], "n": 42}\n')

    cases = project.cases(
        """
adapter: echo
cases:
  - id: a
    dataset: a.jsonl
    messages: "{{ m }}"
    references: "{{ any }}"
    params: {seed: "{{ n }}"}
    expect: [{contains_any: "{{ any }}"}, {contains: "{{ n }}"}]
"""
    )

    assert cases[0].references == ("x", "y")
    assert cases[0].messages[0].content == "hi"
    assert cases[0].params == {"seed": 42}
    assert [check.parameters["value"] for check in cases[0].checks] == [["x", "y"], "42"]


def test_a_row_wins_over_case_and_suite(project: "Project") -> None:
    project.write("a.jsonl", '{"a": "row"}\n')

    cases = project.cases(
        """
adapter: echo
vars: {a: suite, b: suite, c: suite}
cases:
  - {id: a, dataset: a.jsonl, vars: {a: case, b: case}, prompt: "{{a}} {{b}} {{c}}", expect: []}
"""
    )

    assert cases[0].turns[0].user == "row case suite"


def test_values_of_rows_name_no_files_and_are_not_looked_at_again(project: "Project") -> None:
    project.write("secret.txt", "secret")
    project.write(
        "a.jsonl", json.dumps({"question": "file:secret.txt", "answer": "{{ question }}"}) + "\n"
    )

    cases = project.cases(suite("a.jsonl"))

    assert cases[0].turns[0].user == "file:secret.txt"
    assert cases[0].references == ("{{ question }}",)


def test_equal_rows_are_numbered(project: "Project") -> None:
    project.write("a.jsonl", JSONL + JSONL)

    cases = project.cases(suite("a.jsonl"))

    assert [case.id for case in cases] == [
        "faq[7edca80476]",
        "faq[8e45a63130]",
        "faq[7edca80476-2]",
        "faq[8e45a63130-2]",
    ]


WRONG: list[Any] = [
    pytest.param("a.csv", "", ["a.csv:1: expected a header with the names of the columns"], id="empty csv"),
    pytest.param("a.csv", "question,answer\n", ["a.csv: the dataset has no rows"], id="only header"),
    pytest.param("a.csv", "question,answer,question\na,b,c\n", ["a.csv:1: column 'question' stands twice"], id="duplicate header"),
    pytest.param("a.csv", "question,,answer\na,b,c\n", ["a.csv:1: column 2 has no name"], id="empty header"),
    pytest.param("a.csv", "question,answer\na,b\nc\nd,e,f\n", ["a.csv:3: expected 2 cells as in the header, found 1", "a.csv:4: expected 2 cells as in the header, found 3"], id="ragged"),
    pytest.param("a.csv", "question;answer\na;b\n", ["a.csv:1: one column 'question;answer'; write delimiter: \";\""], id="other delimiter"),
    pytest.param("a.csv", 'question,answer\n"a"b,c\n', ["a.csv:2: not CSV: text after a closing quote; write \"\" for a quote inside quotes"], id="text after quote"),
    pytest.param("a.csv", 'question,answer\n"a,c\n', ["a.csv:2: not CSV: a quote opened here or above is never closed"], id="open quote"),
    pytest.param("a.csv", "question,anwser\na,b\n", ["x.eval.yaml:7:16: case 'faq': no variable 'answer'; did you mean 'anwser'?"], id="missing column"),
    pytest.param("a.csv", "question,answer\na,caf\xe9\n".encode("latin-1"), ["a.csv:2: byte 0xe9 is not UTF-8 (Latin-1?); save the file as UTF-8"], id="latin 1"),
    pytest.param("a.csv", "question,answer\n".encode("utf-16"), ["a.csv: the file is UTF-16; save it as UTF-8"], id="utf 16"),
    pytest.param("a.csv", "id,question,answer\nx,a,b\nx,c,d\n", ["a.csv:3: case 'faq': id: 'x' stands twice; the first is in line 2"], id="duplicate id"),
    pytest.param("a.csv", "id,question,answer\nx[1],a,b\n", ["a.csv:2: case 'faq': id: expected an id without '::', brackets, control characters and outer blanks, at most 500 characters, found 'x[1]'"], id="wrong id"),
    pytest.param("a.csv", "tags,question,answer\nOh,a,b\n", ["a.csv:2: case 'faq': tags: expected tags of a-z, 0-9, '_' and '-', found 'Oh'"], id="wrong tag"),
    pytest.param("a.csv", "severity,question,answer\nhigh,a,b\n", ["a.csv:2: case 'faq': severity: expected one of critical, normal, warn, found 'high'"], id="wrong severity"),
    pytest.param("a.jsonl", JSONL + '{"question": "c', ["a.jsonl:3: not JSON: Unterminated string starting at at column 14; the last line seems cut off"], id="torn line"),
    pytest.param("a.jsonl", JSONL + '{"question": "c", "answer": "d"} {}\n', ["a.jsonl:3: not JSON: Extra data at column 34"], id="two objects in a line"),
    pytest.param("a.jsonl", JSONL + "[1]\n", ['a.jsonl:3: expected an object such as {"question": "…"}'], id="list"),
    pytest.param("a.jsonl", JSONL + '{"question": NaN, "answer": "x"}\n', ["a.jsonl:3: not JSON: NaN is no JSON number"], id="nan"),
    pytest.param("a.jsonl", JSONL + '{"question": "a", "question": "b"}\n', ["a.jsonl:3: not JSON: 'question' stands twice"], id="duplicate key"),
    pytest.param("a.jsonl", JSONL + '{"question": "c"}\n', ["a.jsonl:3: case 'faq': no variable 'answer'; did you mean 'answer'?"], id="missing in one row"),
    pytest.param("a.jsonl", JSONL + '{"question": null, "answer": "x"}\n', ["a.jsonl:3: case 'faq': variable 'question' is nothing (null), expected text"], id="null"),
    pytest.param("a.jsonl", JSONL + '{"question": "a", "answer": ["x"]}\n', ["a.jsonl:3: case 'faq': contains: value: expected text, found a list", "a.jsonl:3: case 'faq': reference: expected text, found a list; write `references`"], id="list for text"),
    pytest.param("a.jsonl", "[" * 100_000 + "\n", ["a.jsonl:1: nested too deeply"], id="deep"),
    pytest.param("a.jsonl", b'{"question": "caf\xe9"}\n', ["a.jsonl:1: byte 0xe9 is not UTF-8 (Latin-1?); save the file as UTF-8"], id="latin 1 line"),
    pytest.param("a.json", "{}", ["a.json: expected a list of objects; one object a line is `.jsonl`"], id="json object"),
    pytest.param("a.json", '[\n{"question": "a", "answer": "b"}\n{}]', ["a.json:2: not JSON: expected ',' or ']' after this object"], id="json comma"),
    pytest.param("a.json", "[\n1]", ['a.json:2: expected an object such as {"question": "…"}'], id="json number"),
    pytest.param("a.yaml", "a: 1", ["a.yaml: expected a list of mappings"], id="yaml mapping"),
    pytest.param("a.yaml", "- a", ["a.yaml:1:3: expected a mapping such as `question: …`"], id="yaml text"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "messages"), WRONG)
def test_a_wrong_data_file_is_told_exactly(
    project: "Project", name: str, content: str | bytes, messages: list[str]
) -> None:
    project.write(name, content)

    assert project.problems(suite(name)) == messages


@pytest.mark.parametrize(
    ("dataset", "messages"),
    [
        pytest.param("{path: a.jsonl, where: {lang: en}}", ["a.jsonl:1: where: no column 'lang'; known: answer, question"], id="where"),
        pytest.param("{path: a.jsonl, where: {question: z}}", ["x.eval.yaml:5:14: dataset: no row of 'a.jsonl' is selected by `where`"], id="no row left"),
        pytest.param("{path: a.jsonl, columns: {question: body}}", ["a.jsonl:1: columns: no column 'body'; write `variable: column`, {body: question}"], id="columns"),
        pytest.param("../a.jsonl", ["x.eval.yaml:5:14: dataset: '../a.jsonl' lies outside the project"], id="outside"),
        pytest.param("folder.csv", ["x.eval.yaml:5:14: dataset: 'folder.csv': expected a file, found a folder"], id="folder"),
    ],
)  # fmt: skip
def test_a_wrong_dataset_is_told_exactly(
    project: "Project", dataset: str, messages: list[str]
) -> None:
    project.write("a.jsonl", JSONL)
    (project.root / "folder.csv").mkdir()

    assert project.problems(suite(dataset)) == messages


def test_many_faults_of_one_file_are_counted(project: "Project") -> None:
    project.write("a.jsonl", '{"question": null, "answer": "x"}\n' * 100)

    problems = project.problems(suite("a.jsonl"))

    assert len(problems) == 21
    assert problems[0] == "a.jsonl: and 80 further faults in this file"


def test_a_path_from_the_project_is_answered_with_the_path_from_the_suite(project: Any) -> None:
    project.write("data/faq.csv", "question\nWhy?\n")

    found = project.problems(
        "adapter: echo\ncases:\n"
        "  - {id: faq, dataset: data/faq.csv, prompt: '{{ question }}', expect: []}\n",
        "suites/bot.eval.yaml",
    )

    place = "suites/bot.eval.yaml:3:24"
    said = "'data/faq.csv': file not found; from this suite it is '../data/faq.csv'"
    assert found == [f"{place}: dataset: {said}"]
