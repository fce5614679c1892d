"""Every example of the pages is executed, and every option, command and hook stands in them.

A fenced block with a file name is written to that file; ```console runs each line after `$ ` and
looks for the lines below it in the output (`…` stands for anything); ```python runs; ```toml is
loaded as a configuration. Each page is one project, worked through from the top.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from llmeval.cli import main
from llmeval.cli.entry import COMMANDS
from llmeval.config import load
from llmeval.options import OPTIONS, Option

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "docs/ci.md",
    "docs/commands.md",
    "docs/configuration.md",
    "docs/extending.md",
    "docs/gate.md",
    "docs/injection.md",
    "docs/judges.md",
)
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"\s*# exit status (\d)$")
# What only shows what to do: it would need a network, or a repository.
NOT_RUN = ("git", "pip", "make")


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    language: str
    name: str
    text: str


@dataclass
class Step:
    """One command line with what must appear in its output."""

    line: str
    status: int = 0
    expected: list[str] = field(default_factory=list)


def blocks(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [Block(*(part or "" for part in found)) for found in BLOCK.findall(text)]


def steps(text: str) -> Iterator[Step]:
    step = None
    for line in text.splitlines():
        if line.startswith("$ "):
            if step is not None:
                yield step
            said = STATUS.search(line)
            step = Step(STATUS.sub("", line[2:]), int(said[1]) if said else 0)
        elif line and step is not None:
            step.expected.append(line)
    if step is not None:
        yield step


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh project, with `pytest` and `llmeval` on the path."""
    tools = tmp_path / "bin"
    tools.mkdir()
    commands = {
        "pytest": "-m pytest -p no:randomly -p no:cacheprovider",
        "llmeval": "-m llmeval.cli",
    }
    for name, arguments in commands.items():
        tool = tools / name
        tool.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {arguments} "$@"\n')
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    main(["init"])
    return project


def run(step: Step, project: Path) -> None:
    if step.line.split()[0] in NOT_RUN:
        return
    ended = subprocess.run(
        ["sh", "-c", step.line],
        cwd=project,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    shown = ended.stdout + ended.stderr
    assert ended.returncode == step.status, f"$ {step.line}\n{shown}"
    for expected in step.expected:
        pattern = ".*".join(re.escape(part) for part in expected.split("…"))
        assert re.search(pattern, shown), f"$ {step.line}\n{shown}\n--- expected: {expected}"


def work_through(page: str, project: Path) -> None:
    for block in blocks(page):
        if block.name:
            path = project / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            for step in steps(block.text):
                run(step, project)
        elif block.language == "toml":
            check_configuration(block.text, project)
        elif block.language == "python":
            (project / "example.py").write_text(block.text, encoding="utf-8")
            run(Step(f"{shlex.quote(sys.executable)} example.py"), project)


def check_configuration(text: str, project: Path) -> None:
    folder = project / "fragment"
    folder.mkdir(exist_ok=True)
    (folder / "llmeval.toml").write_text(text, encoding="utf-8")
    load(folder, {}, {})


@pytest.mark.skipif(sys.platform == "win32", reason="the examples are for a POSIX shell")
@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_a_page_runs(page: str, shell: Path) -> None:
    if page == "README.md":  # starts with nothing
        shutil.rmtree(shell)
        shell.mkdir()

    work_through(page, shell)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_stands_in_the_docs(option: Option) -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    rows = [row for row in page.splitlines() if row.startswith(f"| `{option.flag}")]

    assert len(rows) == 1
    assert f"`{option.variable}` | `{option.key}`" in rows[0]


def test_every_command_stands_in_the_docs() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")

    assert re.findall(r"^## `llmeval ([\w-]+)", page, re.MULTILINE) == list(COMMANDS)


def test_every_hook_stands_in_the_docs() -> None:
    source = (ROOT / "llmeval/plugin/hookspecs.py").read_text(encoding="utf-8")
    page = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    hooks = re.findall(r"^def (pytest_llmeval_\w+\([^:)]*)", source, re.MULTILINE)

    assert hooks
    for hook in hooks:
        assert f"`{hook}" in page


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!http)([^)#]+)", text)

    missing = [name for name in targets if not (ROOT / page).parent.joinpath(name).exists()]

    assert missing == []
