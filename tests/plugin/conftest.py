"""A project in a temporary folder, with an application of its own, run by a real pytest."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CONFIG = """
[adapters.app]
type = "python"
call = "app:answer"
"""

# Every request is written to `asked.log`, so that tests can count what the application saw.
APP = """
import json, os, pathlib, time

HERE = pathlib.Path(__file__).parent
ANSWERS = json.loads((HERE / "answers.json").read_text("utf-8"))

def answer(messages):
    question = messages[-1]["content"]
    with open(HERE / "asked.log", "a", encoding="utf-8") as log:
        log.write(json.dumps(question) + "\\n")
    reply = ANSWERS[question]
    if isinstance(reply, dict):
        raise RuntimeError(reply["raise"])
    return reply
"""


# It does its task, and what it is told besides where that holds certain words.
CLERK = """
import json, pathlib, re

LOG = pathlib.Path(__file__).with_name("asked.log")

def answer(messages):
    said = messages[-1]["content"]
    with LOG.open("a", encoding="utf-8") as log:
        log.write(json.dumps(said) + "\\n")
    marker = re.search(r"[a-z]{6}-[0-9][0-9]", said)
    task = "The invoice is due on 30 June."
    return task + "\\n\\n" + marker[0] if marker and FALLS_FOR in said else task
"""


def _outside() -> dict[str, str]:
    """Return the environment without what says that these tests run in a worker themselves."""
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_XDIST")}


@dataclass
class Result:
    """What one pytest process did."""

    status: int
    out: str
    err: str


@dataclass
class Project:
    """A folder with llmeval.toml, an application, suites."""

    path: Path
    environ: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        """Write a file below the project."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def suite(self, text: str, name: str = "suites/bot.eval.yaml") -> Path:
        """Write a suite."""
        return self.write(name, text)

    def answers(self, answers: Mapping[str, Any]) -> None:
        """Say what the application answers; `{"raise": text}` makes it raise."""
        self.write("answers.json", json.dumps(answers))

    def clerk(self, falls_for: str) -> None:
        """Write `clerk.py`, an application that obeys attacks which hold these words."""
        self.write("clerk.py", CLERK.replace("FALLS_FOR", repr(falls_for)))

    def pytest(self, *args: str, timeout: float = 120, **environ: str) -> Result:
        """Run pytest as a user would, in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:randomly", *args],
            cwd=self.path,
            env={**_outside(), "PYTHONPATH": str(self.path), **self.environ, **environ},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def asked(self) -> list[str]:
        """Return every question that the application saw, in order."""
        log = self.path / "asked.log"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        return [json.loads(line) for line in lines]

    def trials(self, run: str = "latest") -> list[dict[str, Any]]:
        """Return the trials of a run as stored."""
        text = (self.path / "reports" / run / "results.jsonl").read_text("utf-8")
        records = [json.loads(line) for line in text.splitlines()]
        return [record for record in records if record["kind"] == "trial"]

    def verdict(self, run: str = "latest") -> dict[str, Any]:
        """Return a run's verdict.json."""
        text = (self.path / "reports" / run / "verdict.json").read_text("utf-8")
        verdict: dict[str, Any] = json.loads(text)
        return verdict


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project whose application answers two questions."""
    made = Project(tmp_path)
    made.write("llmeval.toml", CONFIG)
    made.write("app.py", APP)
    made.answers({"one?": "The answer is 1.", "two?": "The answer is 2.", "three?": "It is 3."})
    return made


TWO_CASES = """
suite: bot
adapter: app
cases:
  - id: one
    prompt: one?
    tags: [smoke]
    expect: [{contains: "1"}]
  - id: two
    prompt: two?
    expect: [{contains: "2"}]
"""


@pytest.fixture
def two_cases(project: Project) -> Project:
    """Return the project with a suite of two cases that pass."""
    project.suite(TWO_CASES)
    return project


MakeProject = Callable[[], Project]
