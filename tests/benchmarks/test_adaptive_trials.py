"""The simulation of looks: a few cells, and what it says of wrong figures."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = REPOSITORY / "benchmarks" / "adaptive_trials.py"


def test_a_few_small_cells_are_within_their_bounds(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    arguments = ["--reduced", "--repetitions", "8", "--json", str(figures)]

    done = subprocess.run(
        [sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "All 3 cells are within their bounds." in done.stdout
    assert "| unchanged, sure, 40 cases | 100.0 % | 0.0 % | 100.0 % | 100.0 %" in done.stdout
    assert figures.read_text(encoding="ascii").startswith("[")


def test_figures_past_their_bounds_are_named_one_by_one() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from adaptive_trials import Outcome, problems\n"
        "def of(cell, *shares, wrong=None):\n"
        "    return Outcome(cell, 10_000, *shares, wrong=wrong, peeking_red=None)\n"
        "print(*problems([\n"
        "    of('unchanged, a', 0.5, 0.05, 0.9, 0.9, 0.09, 0.9, 3.0),\n"
        "    of('limit, b', 1.0, 0.9, 0.05, 1.0, 0.9, 0.08, 3.0),\n"
        "    of('sag, c', 1.0, 0.98, 0.0, 1.0, 0.90, 0.0, 6.0),\n"
        "    of('breaks, d', 0.5, 0.9, 0.0, 1.0, 0.9, 0.0, 3.0, wrong=0.2),\n"
        "]), sep='\\n')"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(REPOSITORY / "benchmarks")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        "false alarms: 9.0% in unchanged, a",
        "a drop called no change: 8.0% in limit, b",
        "only 40% of the calls saved in sag, c",
        "power 90.0%, at once 98.0% in sag, c",
        "wrong names: 20.0% in breaks, d",
    ]
