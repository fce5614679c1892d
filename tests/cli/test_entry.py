"""Finding commands, errors as one line, exit statuses, odd consoles."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmeval import __version__
from llmeval.cli import entry

Run = Callable[..., Any]

NOT_FOR_HELP = ("pytest", "yaml", "sklearn", "scipy", "numpy", "jinja2", "jsonschema", "aiohttp")


@pytest.mark.parametrize("words", [(), ("-h",), ("--help",), ("help",)], ids=str)
def test_help_lists_every_command(command: Run, words: tuple[str, ...]) -> None:
    ended = command(*words)

    assert ended.status == 0
    assert all(f"  {name} " in ended.out for name in entry.COMMANDS)


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from llmeval.cli import main; main(['--help']); "
        f"print([m for m in {NOT_FOR_HELP!r} if m in sys.modules], file=sys.stderr)"
    )

    shown = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )

    assert shown.stderr.strip() == "[]"


@pytest.mark.parametrize("name", entry.COMMANDS)
def test_every_command_shows_an_example(command: Run, name: str) -> None:
    ended = command(name, "-h")

    assert ended.status == 0
    assert f"usage: llmeval {name}" in ended.out
    assert f"example:\n  llmeval {name}" in ended.out


def test_the_version_is_shown(command: Run) -> None:
    assert command("--version").out == f"llmeval {__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(("acept",), "unknown command 'acept'; did you mean 'accept'?", id="command"),
        pytest.param(
            ("init", "a", "b"), "unrecognized arguments: b; see `llmeval init -h`", id="argument"
        ),
        pytest.param(
            ("validate", "--jsn"),
            "unrecognized arguments: --jsn; see `llmeval validate -h`",
            id="option",
        ),
        pytest.param(
            ("score",),
            "the following arguments are required: CHECK, FILE.jsonl; see `llmeval score -h`",
            id="missing",
        ),
    ],
)
def test_wrong_usage_is_one_line_and_status_4(
    command: Run, words: tuple[str, ...], message: str
) -> None:
    ended = command(*words)

    assert (ended.status, ended.out, ended.err) == (4, "", f"llmeval: {message}\n")


def test_a_wrong_configuration_is_one_line_and_status_4(command: Run, project: Path) -> None:
    (project / "llmeval.toml").write_text("repeat = 0", encoding="utf-8")

    ended = command("validate")

    assert ended.status == 4
    assert ended.err == (
        "llmeval: llmeval.toml: repeat: expected a whole number of 1 or more, found 0\n"
    )


def test_a_file_that_cannot_be_opened_is_one_line(command: Run) -> None:
    ended = command("score", "contains", "missing.jsonl", "--set", "value=a")

    assert (ended.status, ended.err) == (4, "llmeval: missing.jsonl: No such file or directory\n")


def test_ctrl_c_is_one_line(command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(entry, "_run", interrupt)

    ended = command("schema")

    assert (ended.status, ended.err) == (2, "llmeval: interrupted\n")


def test_the_commands_run_in_a_process_of_their_own(spawn: Run) -> None:
    ended = spawn("--version")

    assert (ended.status, ended.out) == (0, f"llmeval {__version__}\n")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_an_odd_console_shows_escapes_and_does_not_crash(
    spawn: Run, project: Path, encoding: str
) -> None:
    ended = spawn("validate", "mañana-✓.eval.yaml", environ={"PYTHONIOENCODING": encoding})

    assert ended.status == 4
    assert "no such file or folder" in ended.err
    assert "Traceback" not in ended.err


def test_a_reader_that_goes_away_is_no_error() -> None:
    line = f"{sys.executable} -m llmeval.cli --help | head -c 1; exit ${{PIPESTATUS[0]}}"

    ended = subprocess.run(
        ["bash", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert (ended.returncode, ended.stderr) == (0, "")
