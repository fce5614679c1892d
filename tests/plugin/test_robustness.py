"""Faults of the machine, met through plain pytest: nothing lost, one line, the right status."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.plugin.conftest import Project

# A disk that takes nothing from the run on: files end after a few bytes, in every process.
FULL = """
import resource, signal

def pytest_collection_finish():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))
"""


def test_a_disk_that_is_full_from_the_start_is_one_line_under_workers(
    two_cases: "Project",
) -> None:
    two_cases.write("conftest.py", FULL)

    result = two_cases.pytest("suites", "-n", "2", "-p", "no:cacheprovider")

    assert result.status == 1
    assert "cannot be written" in result.out
    assert "INTERNALERROR" not in result.out + result.err
    assert "Traceback" not in result.out + result.err


def test_a_run_of_workers_that_was_killed_is_the_latest_one(two_cases: "Project") -> None:
    two_cases.pytest("suites")
    two_cases.write(
        "conftest.py",
        "import os\n"
        "def pytest_runtest_logreport(report):\n"
        "    if 'PYTEST_XDIST_WORKER' not in os.environ and 'bot' in report.nodeid:\n"
        "        os._exit(9)\n",
    )
    before = (two_cases.path / "reports" / "latest").resolve()

    killed = two_cases.pytest("suites", "-n", "2")

    assert killed.status == 9
    assert (two_cases.path / "reports" / "latest").resolve() != before
