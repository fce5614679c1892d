"""Real replies through plain pytest, where the folder with them is at hand."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
RECORDED = Path(
    os.environ.get("LLMEVAL_RECORDED") or REPOSITORY.parent / "shared" / "data" / "recorded"
)


@pytest.mark.skipif(
    not RECORDED.is_dir(),
    reason=f"no recorded replies at {RECORDED}; LLMEVAL_RECORDED says where they are",
)
def test_recorded_replies_agree_with_people_and_a_worse_system_is_red(tmp_path: Path) -> None:
    program = str(REPOSITORY / "benchmarks" / "recorded.py")

    done = subprocess.run(
        [sys.executable, program, str(RECORDED), "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "All of it holds." in done.stdout


def test_a_folder_without_the_files_is_one_line(tmp_path: Path) -> None:
    program = str(REPOSITORY / "benchmarks" / "recorded.py")

    done = subprocess.run(
        [sys.executable, program, str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "qa_trivia_5_systems.jsonl.gz" in done.stderr
