from pathlib import Path
from types import SimpleNamespace

import pytest

from llmeval.compare.conclusion import Conclusion
from llmeval.errors import StoredFileError
from llmeval.report import labels
from llmeval.report.labels import Label
from llmeval.report.publish import publish

LINE = (
    '{"suite": "support", "case": "refund", "trial": 1, "metric": null, '
    '"verdict": "failed", "note": "14 days is wrong", "by": "ann"}\n'
)


def test_labels_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(f"\n{LINE}" + LINE.replace("null", '"contains"'), encoding="utf-8")

    found = labels.read(path)

    assert [label.metric for label in found] == [None, "contains"]
    assert found[0] == Label(
        suite="support",
        case="refund",
        trial=1,
        verdict="failed",
        note="14 days is wrong",
        by="ann",
    )


def test_no_file_is_no_label(tmp_path: Path) -> None:
    assert labels.read(tmp_path / "labels.jsonl") == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense\n", "JSON is malformed"),
        (LINE.replace('"failed"', '"bad"'), '`verdict` is "passed", "failed" or null'),
        (LINE.replace('"trial": 1', '"trial": "one"'), "Expected `int`, got `str`"),
        (LINE.replace('"suite"', '"sweet"'), "missing required field `suite`"),
    ],
    ids=["no-json", "verdict", "trial", "suite"],
)
def test_a_line_that_is_no_label_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(LINE + line, encoding="utf-8")

    with pytest.raises(StoredFileError, match=r"labels\.jsonl:2: is no label: ") as raised:
        labels.read(path)

    assert said in str(raised.value)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").mkdir()

    with pytest.raises(StoredFileError, match=r"labels\.jsonl: cannot be read"):
        labels.read(tmp_path / "labels.jsonl")


def test_wrong_labels_do_not_stop_the_report(some: SimpleNamespace, tmp_path: Path) -> None:
    some.log(tmp_path / "results.jsonl", [some.trial()])
    (tmp_path / "labels.jsonl").write_text("nonsense\n", encoding="utf-8")

    published = publish(tmp_path, Conclusion(verdict=some.verdict(some.suite()), baselines={}))

    assert published.page is not None
    assert published.problems[0].startswith("no labels in the report: ")
