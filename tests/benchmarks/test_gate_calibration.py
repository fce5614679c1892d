"""The simulation of the gate: a few cells, and what it says of wrong figures."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = str(REPOSITORY / "benchmarks" / "gate_calibration.py")


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, PROGRAM, *arguments], capture_output=True, text=True, check=False
    )


def test_a_few_cells_of_every_sort_are_within_their_bounds(tmp_path: Path) -> None:
    figures = tmp_path / "figures.jsonl"

    done = run("--reduced", "--repetitions", "60", "--replicates", "199", "--file", str(figures))

    assert done.returncode == 0, done.stdout + done.stderr
    assert "All 6 cells are within their bounds." in done.stdout
    digest = str(Path(PROGRAM).with_name("gate_digest.py"))
    told = subprocess.run(
        [sys.executable, digest, str(figures)], capture_output=True, text=True, check=True
    )
    assert "none: 4 cells, 60 … 60 repetitions each; called worse: mean " in told.stdout
    assert "| correlation within runs 0.8, 30 cases | 1 | " in told.stdout


def test_a_stopped_simulation_goes_on_where_it_was(tmp_path: Path) -> None:
    figures = tmp_path / "figures.jsonl"
    cell = ("--reduced", "--cells", "mixed, 30", "--replicates", "99", "--file", str(figures))
    run(*cell, "--repetitions", "100")
    first = figures.read_text(encoding="ascii")
    figures.write_text(first + '{"cell": "mix', encoding="ascii")  # killed while writing

    done = run(*cell, "--repetitions", "200")

    text = figures.read_text(encoding="ascii")
    assert text.startswith(first)
    assert (text.count('"part": 0'), text.count('"part": 1')) == (1, 1)
    assert "1 cells, 200 … 200 repetitions" in done.stdout


def test_figures_past_their_bounds_are_named_one_by_one() -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from gate_figures import Outcome, problems\n"
        "print(*problems([\n"
        "    Outcome('a', 'none', 1000, rejected=0.12),\n"
        "    Outcome('b', 'limit', 1000, cleared=0.2),\n"
        "    Outcome('c', 'breaks', 1000, wrong=0.3),\n"
        "]), sep='\\n')"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(REPOSITORY / "benchmarks")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        "false alarms: 12.000% over all cells",
        "false alarms: 12.0% in a",
        "a drop called no change: 20.0% in b",
        "wrong names: 30.0% in c",
    ]


def test_a_cell_that_does_not_exist_is_one_line() -> None:
    done = run("--cells", "nothing like it")

    assert (done.returncode, done.stderr) == (2, "no cell is called like 'nothing like it'\n")
