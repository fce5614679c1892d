"""The running example."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]

WRITTEN = [
    ".github/workflows/llmeval.yml",
    ".gitignore",
    "bot.py",
    "llmeval.toml",
    "suites/bot.eval.yaml",
    "suites/demo.eval.yaml",
]


def files(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def test_it_writes_an_example(command: Run, project: Path) -> None:
    ended = command("init", "mine")

    assert (ended.status, ended.out) == (0, "Run it: cd mine && pytest suites\n")
    assert files(project / "mine") == WRITTEN


def test_here_is_the_default(command: Run, project: Path) -> None:
    ended = command("init")

    assert ended.out == "Run it: pytest suites\n"
    assert files(project) == WRITTEN


def test_what_exists_is_kept(command: Run, project: Path) -> None:
    (project / "bot.py").write_text("mine = True\n", encoding="utf-8")

    ended = command("init")

    assert "kept    bot.py: exists already" in ended.err
    assert (project / "bot.py").read_text(encoding="utf-8") == "mine = True\n"


def test_beside_another_bot_it_says_what_to_edit(command: Run, project: Path) -> None:
    (project / "bot.py").write_text("mine = True\n", encoding="utf-8")

    first, second = command("init"), command("init")

    assert (
        "edit    suites/bot.eval.yaml: it expects the answers of the example's bot.py, which was "
        "not written; name your function at `call` in [adapters.bot], and what you expect of it\n"
    ) in first.err
    assert "edit" not in second.err


def test_a_second_configuration_is_not_written(command: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.llmeval]\n", encoding="utf-8")

    ended = command("init")

    assert (
        "kept    llmeval.toml: pyproject.toml has [tool.llmeval]; add the adapter `bot` there"
        in ended.err
    )
    assert not (project / "llmeval.toml").exists()


def test_a_file_in_the_way_is_one_line(command: Run, project: Path) -> None:
    (project / "mine").write_text("", encoding="utf-8")

    ended = command("init", "mine")

    assert ended.status == 4
    assert ended.err.startswith("llmeval: mine")
    assert ended.err.count("\n") == 1


def test_the_configuration_is_what_it_says(command: Run, project: Path) -> None:
    command("init")

    content = tomllib.loads((project / "llmeval.toml").read_text(encoding="utf-8"))

    assert content["adapters"]["bot"] == {"type": "python", "call": "bot:answer"}
