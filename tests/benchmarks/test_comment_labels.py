"""Labels of ours for comments of data sets: what the files may hold, and that they fit the rows."""

import csv
import gzip
import json
import os
import subprocess
import sys
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


def test_a_file_is_sorted_so_that_labelling_again_shows_what_changed() -> None:
    for name in NAMES:
        ids = [row["id"] for row in labels(name)]
        assert ids == sorted(ids, key=lambda one: (len(one), one))


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=FOLDER.parent,
        env={**os.environ, "LLMEVAL_DATA": str(DATA)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_sets_that_the_score_is_measured_on_are_not_labelled_anew() -> None:
    found = run("from relabelled import LABELLED\nprint(*sorted(LABELLED))").split()

    assert found == NAMES
    assert not {"surge", "hatemoji_check"} & set(found)


def test_a_comment_that_is_not_listed_is_harmless_where_it_was_read() -> None:
    found = run(
        "from relabelled import Labels\n"
        "plain, suspicious = {'perspective': 0.1}, {'perspective': 0.3}\n"
        "print(Labels('surge').of({'id': 'x', 'meta': {}}))\n"
        "print(Labels('edos').of({'id': 'x', 'meta': {}}).level)\n"
        "print(Labels('wiki_context').of({'id': 'x', 'meta': plain}))\n"
        "print(Labels('wiki_context').of({'id': 'x', 'meta': suspicious}).level)\n"
    )

    assert found.split() == ["None", "0", "None", "0"]


@pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no labelled rows at {DATA}; LLMEVAL_DATA says where they are"
)
@pytest.mark.parametrize("name", NAMES)
def test_each_label_is_of_a_row_that_was_read(name: str) -> None:
    with gzip.open(DATA / f"toxicity_{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]

    read = {row["id"] for row in rows if row["meta"].get("perspective", 1) > 0.2}
    assert {row["id"] for row in labels(name)} <= read
