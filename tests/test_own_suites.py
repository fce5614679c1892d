"""The suites and baselines of this repository: what `make demo` runs."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def test_every_case_of_the_demo_can_be_compared_with_its_baseline(tmp_path: Path) -> None:
    options = ["-q", "-p", "no:cacheprovider", "--llmeval-reports", str(tmp_path)]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "suites", *options],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    # A check of another version is another instrument: `llmeval accept` after such a change.
    assert "not compared" not in done.stdout
