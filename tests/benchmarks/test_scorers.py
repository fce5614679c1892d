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
