"""Labels of ours for comments of data sets: what the files may hold, and that they fit the rows."""

import csv
import gzip
import json
import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "benchmarks" / "scorers" / "comment_labels"
DATA = Path(os.environ.get("LLMEVAL_DATA") or REPOSITORY.parent / "shared" / "data")
NAMES = sorted(path.stem for path in FOLDER.glob("*.csv"))


def labels(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_ids_degrees_and_kinds_and_no_text(name: str) -> None:
    found = labels(name)

    assert found
    assert len({row["id"] for row in found}) == len(found)
    assert {row["toxic"] for row in found} == {"1", "2"}
    for row in found:
        assert set(row) == {"id", "toxic", "kinds"}
        kept = [letter for letter in "ITDSP" if letter in row["kinds"]]
        assert row["kinds"] == "".join(kept)


def test_no_comment_is_labelled_that_scorers_are_measured_on() -> None:
    assert NAMES == ["davidson", "edos", "toxic_spans", "wiki_context"]


@pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no labelled rows at {DATA}; LLMEVAL_DATA says where they are"
)
@pytest.mark.parametrize("name", NAMES)
def test_each_label_is_of_a_row_that_there_is(name: str) -> None:
    with gzip.open(DATA / f"toxicity_{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        ids = {json.loads(line)["id"] for line in file}

    assert {row["id"] for row in labels(name)} <= ids
