"""Suites under pytest-xdist: the same results, each trial asked once."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project


WORKERS = ["0", "2", "8"]

MANY = "suite: bot\nadapter: app\ncases:\n" + "".join(
    f'  - {{id: c{n}, prompt: "q{n}", expect: [contains: a{n}]}}\n' for n in range(30)
)


@pytest.fixture
def many(project: "Project") -> "Project":
    project.suite(MANY)
    project.answers({f"q{n}": f"a{n}" if n % 10 else "no" for n in range(30)})
    return project


def summary(project: "Project") -> list[tuple[str, int, str]]:
    return [(t["case"], t["trial"], t["outcome"]) for t in project.trials()]


@pytest.mark.parametrize("workers", WORKERS)
def test_any_number_of_workers_gives_the_same_results(many: "Project", workers: str) -> None:
    result = many.pytest("suites", "-n", workers)

    assert result.status == 1, result.out
    assert sorted(many.asked()) == sorted(f"q{n}" for n in range(30))
    assert summary(many) == [(f"c{n}", 1, "passed" if n % 10 else "failed") for n in range(30)]
    assert many.verdict()["suites"][0]["counts"]["failed"] == 3


@pytest.mark.parametrize("workers", WORKERS)
def test_a_bad_suite_beside_a_good_one_asks_nothing(many: "Project", workers: str) -> None:
    many.suite("suite: bad\ncaes: []\n", "suites/bad.eval.yaml")

    result = many.pytest("suites", "-n", workers)

    assert result.status == 2, result.out
    assert "did you mean" in result.out
    assert many.asked() == []


@pytest.mark.parametrize("dist", ["load", "loadscope", "loadfile", "loadgroup", "worksteal"])
def test_python_tests_run_beside_suites(many: "Project", dist: str) -> None:
    many.write("tests/test_a.py", "def test_a(): pass\ndef test_b(): pass\n")

    result = many.pytest("suites", "tests", "-n", "2", "--dist", dist)

    assert "29 passed" in result.out  # 27 cases and two tests
    assert sorted(many.asked()) == sorted(f"q{n}" for n in range(30))


def test_dist_each_is_refused(many: "Project") -> None:
    result = many.pytest("suites", "-n", "2", "--dist", "each")

    assert result.status == 2
    assert "--dist load" in result.out
    assert many.asked() == []


def test_a_killed_worker_loses_nothing_and_asks_no_finished_trial_again(many: "Project") -> None:
    many.answers({f"q{n}": f"a{n}" for n in range(30)})
    many.write(
        "conftest.py",
        "import os, pathlib\n"
        "def pytest_runtest_logreport(report):\n"
        "    flag = pathlib.Path(__file__).parent / 'killed'\n"
        "    if os.environ.get('PYTEST_XDIST_WORKER') and 'c20' in report.nodeid:\n"
        "        if not flag.exists():\n"
        "            flag.touch()\n"
        "            os._exit(9)\n",
    )

    result = many.pytest("suites", "-n", "2", "--llmeval-concurrency", "1")

    assert "crashed" in result.out
    assert [t["case"] for t in many.trials()] == [f"c{n}" for n in range(30)]
    asked = many.asked()
    assert len(asked) - len(set(asked)) <= 1  # at most the one in flight
