"""What must survive: crashes, signals, full disks, bad settings."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.plugin.conftest import Project


SLOW_APP = """
import json, pathlib, time
HERE = pathlib.Path(__file__).parent

def answer(messages) -> None:
    question = messages[-1]["content"]
    with open(HERE / "asked.log", "a", encoding="utf-8") as log:
        log.write(json.dumps(question) + "\\n")
    while not (HERE / "go").exists() and question in json.loads((HERE / "slow.json").read_text()):
        time.sleep(0.01)
    return question
"""


def many(project: "Project", count: int = 20, slow: Sequence[str] = ()) -> None:
    project.write("app.py", SLOW_APP)
    project.write("slow.json", str(list(slow)).replace("'", '"'))
    project.suite(
        "suite: bot\nadapter: app\ncases:\n"
        + "".join(
            f'  - {{id: c{n}, prompt: "q{n}", expect: [contains: q]}}\n' for n in range(count)
        )
    )


def start(project: "Project", *args: str) -> subprocess.Popen[str]:
    """Start pytest and return when the application was asked."""
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:randomly", "suites", *args],
        cwd=project.path,
        env={**os.environ, "PYTHONPATH": str(project.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Poll a condition of another process; its end is the only thing that can be waited for."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the other process did not get there"
        time.sleep(0.02)


def finished_in_log(project: "Project") -> int:
    files = list((project.path / "reports").glob("*/results*.jsonl"))
    return sum(
        f.read_text("utf-8").count('"kind":"trial"') for f in files if f.parent.name != "latest"
    )


def test_after_kill_9_resume_asks_only_for_what_is_missing(project: "Project") -> None:
    many(project, slow=["q12"])
    process = start(project, "--llmeval-concurrency", "1")
    wait_until(lambda: "q12" in project.asked())
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (project.path / "asked.log").unlink()
    (project.path / "go").touch()

    result = project.pytest("suites", "--llmeval-resume")

    assert result.status == 0, result.out
    assert sorted(project.asked(), key=lambda q: int(q[1:])) == [f"q{n}" for n in range(12, 20)]
    assert len(project.trials()) == 20
    said = "(it has 12) are taken over, with the replies of its time"
    assert said in result.out
    assert said in (project.path / "reports/latest/summary.md").read_text("utf-8")


def test_resume_refuses_a_changed_suite(project: "Project") -> None:
    many(project)
    project.pytest("suites")
    suite = project.path / "suites/bot.eval.yaml"
    suite.write_text(suite.read_text("utf-8").replace("contains: q", "contains: z"), "utf-8")

    result = project.pytest("suites", "--llmeval-resume")

    assert result.status != 0
    assert "resume" in result.out + result.err
    assert "Traceback" not in result.out + result.err


def test_resume_without_a_run_is_one_line(project: "Project") -> None:
    many(project)

    result = project.pytest("suites", "--llmeval-resume")

    assert result.status == 4
    assert "Traceback" not in result.out + result.err


@pytest.mark.skipif(sys.platform == "win32", reason="signals work differently there")
def test_ctrl_c_keeps_what_was_measured_and_is_exit_2(project: "Project") -> None:
    many(project, slow=["q12"])
    process = start(project, "--llmeval-concurrency", "1")
    wait_until(lambda: "q12" in project.asked())

    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)

    assert process.returncode == 2, out
    assert finished_in_log(project) == 12
    assert project.verdict()["status"] == "inconclusive"
    assert "INTERNALERROR" not in out


@pytest.mark.skipif(sys.platform == "win32", reason="signals work differently there")
def test_ctrl_c_under_workers_keeps_what_was_measured(project: "Project") -> None:
    many(project, slow=["q12"])
    process = start(project, "--llmeval-concurrency", "1", "-n", "2")
    wait_until(lambda: "q12" in project.asked())

    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)

    assert process.returncode == 2, out
    assert len(project.trials()) == 12
    assert project.verdict()["status"] == "inconclusive"
    assert "INTERNALERROR" not in out


def test_the_first_failure_stops_asking_under_x(project: "Project") -> None:
    many(project, count=500)
    suite = project.path / "suites/bot.eval.yaml"
    text = suite.read_text("utf-8").replace("expect: [contains: q]", "expect: [contains: zzz]", 1)
    suite.write_text(text, "utf-8")

    result = project.pytest("suites", "-x", "--llmeval-concurrency", "1")

    assert result.status == 1
    assert len(project.asked()) < 500
    assert "1 failed" in result.out


def test_a_deadline_ends_the_run_even_when_the_application_hangs(project: "Project") -> None:
    many(project, slow=[f"q{n}" for n in range(20)])

    result = project.pytest("suites", "--llmeval-deadline", "1", timeout=30)

    assert result.status == 1
    assert {t["error"]["kind"] for t in project.trials()} == {"deadline"}
    assert len(project.trials()) == 20


def test_a_timeout_is_an_error_of_that_case_alone(project: "Project") -> None:
    many(project, slow=["q3"])

    project.pytest("suites", "--llmeval-timeout", "0.5", "--llmeval-max-retries", "0", timeout=30)

    errors = {t["case"]: t["error"]["kind"] for t in project.trials() if t["outcome"] == "error"}
    assert errors == {"c3": "timeout"}


@pytest.mark.parametrize("what", ["sys.exit(3)", "raise KeyboardInterrupt"])
def test_an_application_that_exits_is_data(project: "Project", what: str) -> None:
    many(project)
    project.write("app.py", f"import sys\ndef answer(messages):\n    {what}\n")

    result = project.pytest("suites")

    assert result.status == 1
    assert {t["outcome"] for t in project.trials()} == {"error"}
    assert len(project.trials()) == 20


def test_two_runs_at_once_do_not_meet(project: "Project") -> None:
    many(project)
    first, second = start(project), start(project)

    for process in (first, second):
        out, _ = process.communicate()
        assert process.returncode == 0, out
    found = (project.path / "reports").iterdir()
    folders = [p for p in found if p.is_dir() and p.name != "latest"]
    assert len(folders) == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--llmeval-repeat", "0"], "repeat"),
        (["--llmeval-concurrency", "none"], "concurrency"),
        (["--llmeval-profile", "nightly"], "nightly"),
        (["--llmeval-adapter", "gpt"], "gpt"),
        (["--llmeval-max-cost", "1"], "price"),
        (["--llmeval-replay", "nothing.jsonl"], "nothing.jsonl"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_bad_options_are_one_line(project: "Project", args: list[str], words: str) -> None:
    many(project)

    result = project.pytest("suites", *args)

    text = result.out + result.err
    assert result.status == 4, text
    assert words in text
    assert "Traceback" not in text
    assert "INTERNALERROR" not in text
    assert project.asked() == []


def test_a_bad_configuration_file_is_one_line_and_exit_4(project: "Project") -> None:
    many(project)
    project.write("llmeval.toml", "[adaptors.app]\n")

    result = project.pytest("suites")

    assert result.status == 4
    assert "llmeval.toml" in result.out + result.err
    assert "Traceback" not in result.out + result.err


def test_reports_that_cannot_be_written_are_one_line(project: "Project") -> None:
    many(project)
    project.write("reports", "a file")

    result = project.pytest("suites")

    assert result.status == 4
    assert "reports" in result.out + result.err
    assert "Traceback" not in result.out + result.err
    assert project.asked() == []
