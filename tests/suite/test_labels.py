"""Files of people's labels, and the key `labels` of the gate."""

from typing import TYPE_CHECKING

import pytest

from llmeval.records import Label

if TYPE_CHECKING:
    from tests.suite.conftest import Project

SUITE = """\
suite: bot
adapter: bot
cases:
  - id: a
    prompt: "?"
    expect: [{contains: {value: x, metric: polite}}]
gate:
  labels: LABELS
"""

FILES = {
    "l.csv": "case,verdict,metric,trial,reply\na,passed,polite,2,\nb,no,,,Hello\nc,,,,\n",
    "excel.csv": "\ufeffcase;verdict;metric;trial;reply\na;passed;polite;2;\nb;no;;;Hello\n",
    "l.jsonl": '{"case": "a", "verdict": "passed", "metric": "polite", "trial": 2, "note": "x"}\n'
    '{"case": "b", "verdict": false, "reply": "Hello"}\n{"case": "c", "verdict": null}\n',
    "l.json": '[{"case": "a", "verdict": 1, "metric": "polite", "trial": 2},'
    ' {"case": "b", "verdict": "wrong", "reply": "Hello"}]',
    "l.yaml": "- {case: a, verdict: Yes, metric: polite, trial: 2}\n"
    "- {case: b, verdict: failed, reply: Hello}\n",
}


@pytest.mark.parametrize("name", FILES)
def test_labels_are_read_from_every_kind_of_file(project: "Project", name: str) -> None:
    project.write(f"labels/{name}", FILES[name])

    first, second = project.load(SUITE.replace("LABELS", f"labels/{name}")).gate.labels

    assert (first.case, first.passed, first.metric, first.trial) == ("a", True, "polite", 2)
    assert (second.case, second.passed, second.metric) == ("b", False, None)
    assert (second.trial, second.reply) == (None, "Hello")


def test_several_files_add_up_and_a_metric_may_stand_at_the_file(project: "Project") -> None:
    project.write("one.csv", "case,verdict\na,passed\n")
    project.write("two.csv", "case,verdict,metric\na,failed,polite\n")

    listed = project.load(SUITE.replace("LABELS", "[one.csv, two.csv]")).gate.labels
    named = project.load(SUITE.replace("LABELS", "{polite: one.csv}")).gate.labels

    assert [label.metric for label in listed] == [None, "polite"]
    assert named == (Label(case="a", passed=True, metric="polite", file="one.csv", line=2),)


@pytest.mark.parametrize("name", ["x.labels.jsonl", "x.labels.csv", "labels.jsonl", "labels.yaml"])
def test_true_finds_the_labels_beside_the_suite(project: "Project", name: str) -> None:
    kind = name.rpartition(".")[2]
    project.write(name, FILES[f"l.{kind}"])

    labels = project.load(SUITE.replace("LABELS", "true")).gate.labels

    assert [label.case for label in labels] == ["a", "b"]


def test_labels_of_the_suite_itself_come_before_those_of_the_folder(project: "Project") -> None:
    project.write("labels.jsonl", '{"case": "b", "verdict": "passed"}\n')
    project.write("x.labels.csv", "case,verdict\na,passed\n")

    (label,) = project.load(SUITE.replace("LABELS", "true")).gate.labels

    assert label.case == "a"


def test_false_is_no_labels(project: "Project") -> None:
    project.write("labels.jsonl", '{"case": "b", "verdict": "passed"}\n')

    assert project.load(SUITE.replace("LABELS", "false")).gate.labels == ()


def test_labels_that_are_nowhere_beside_the_suite_are_missed(project: "Project") -> None:
    (told,) = project.problems(SUITE.replace("LABELS", "true"))

    assert told == (
        "x.eval.yaml:8:11: labels: expected x.labels.jsonl or labels.jsonl (or .csv, .tsv, .jsonl, "
        ".ndjson, .json, .yaml, .yml) beside the suite, found neither; the report's *Save labels* "
        "writes one, or write its path"
    )


def test_a_label_says_of_which_reply_it_is(project: "Project") -> None:
    project.write("l.jsonl", '{"case": "a", "verdict": "passed", "digest": "00ff"}\n')

    (label,) = project.load(SUITE.replace("LABELS", "l.jsonl")).gate.labels

    assert label.digest == "00ff"


@pytest.mark.parametrize(
    ("labels", "content", "messages"),
    [
        ("l.csv", None, ["8:11: labels: l.csv: file not found"]),
        ("l.txt", "x", ["8:11: labels: l.txt: expected a file of labels, one of .csv, .tsv"]),
        ("../l.csv", "x", ["8:11: labels: '../l.csv' lies outside the project"]),
        (
            "l.csv",
            "case,verdict,trial\na,maybe,1\n,passed,1\nb,passed,0\n",
            [
                "8:11: labels: l.csv:2: verdict: expected passed or failed, found 'maybe'",
                "8:11: labels: l.csv:3: case is missing; a label says which case it is about",
                "8:11: labels: l.csv:4: trial: expected a whole number from 1 on, found 0",
            ],
        ),
        (
            "l.csv",
            "case,polite\na,1\n",
            ["8:11: labels: l.csv:2: verdict is missing; a label says what people find"],
        ),
        (
            "l.csv",
            "case,verdict\na,\nb,\n",
            ["8:11: labels: l.csv: no row has a verdict; fill in `verdict`, or take the file out"],
        ),
        (
            "l.json",
            '[{"case": 3, "verdict": true}]',
            ["8:11: labels: l.json:1: case: expected text"],
        ),
        ("[[l.csv]]", None, ["8:12: labels: expected true, or the path of a file of labels"]),
        (
            "l.csv",
            "case,verdict,metric\na,passed,polit\n",
            ["8:11: labels: l.csv:2: unknown metric 'polit'; did you mean 'polite'?"],
        ),
    ],
)
def test_wrong_labels_are_told(
    project: "Project", labels: str, content: str | None, messages: list[str]
) -> None:
    if content is not None and not labels.startswith(".."):
        project.write(labels, content)

    found = project.problems(SUITE.replace("LABELS", labels))

    for told, expected in zip(found, messages, strict=False):
        assert told.removeprefix("x.eval.yaml:").startswith(expected)
    assert len(found) >= len(messages)
