"""Finds the command and runs it; turns errors into one line and an exit status.

Exit status: 0 all right or passed, 1 failed, 2 inconclusive, interrupted or a bad suite or stored
file, 4 usage. Only the command that was asked for is imported.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from typing import NoReturn, Protocol, cast

from llmeval import __version__
from llmeval.cli.console import Console
from llmeval.errors import LlmevalError, StoredFileError, SuiteError, UsageError, did_you_mean

PASSED, FAILED, INCONCLUSIVE, USAGE = 0, 1, 2, 4

COMMANDS: Mapping[str, str] = {
    "init": "write a running example",
    "validate": "check suites; asks no model",
    "schema": "print the JSON Schema of suite files",
    "plan": "say what a run would cost and find; asks no model",
    "aa": "hold an unchanged application against itself: how often is the gate wrong?",
    "accept": "make a run the baseline",
    "compare": "compare two runs or baselines",
    "report": "build the report of a run again",
    "history": "the figures of all runs, when they fell, which cases are flaky",
    "rescore": "apply the suites' checks to stored replies; asks no model",
    "gate": "say by exit status whether a run passed",
    "score": "apply one check to the replies in a file",
    "attack": "attack the cases of a suite and print what succeeded",
    "judge-check": "measure a judge against people's labels",
}
"""Command to what it does; the module of the same name holds it."""


class Command(Protocol):
    """A module that holds a command."""

    EXAMPLE: str
    """One or a few lines for `-h`."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare options and arguments."""
        ...

    def run(self, args: argparse.Namespace, console: Console) -> int:
        """Do it and return the exit status.

        Raises:
            LlmevalError: It cannot be done as asked.
        """
        ...


class _Parser(argparse.ArgumentParser):
    """Reports wrong usage as an error of ours: argparse would exit with 2, which means failed."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} -h`")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: Its name and arguments; None is those of the process.

    Returns:
        The exit status.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    console = Console()
    try:
        return _run(words, console)
    except SuiteError as error:
        console.note(str(error))
        return INCONCLUSIVE
    except LlmevalError as error:
        for line in str(error).splitlines():
            console.note(f"llmeval: {line}")
        return INCONCLUSIVE if isinstance(error, StoredFileError) else USAGE
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        console.note(f"llmeval: {name}{error.strerror or error}")
        return USAGE
    except KeyboardInterrupt:
        console.note("llmeval: interrupted")
        return INCONCLUSIVE
    finally:
        console.close()


def _run(words: Sequence[str], console: Console) -> int:
    match words:
        case [] | ["-h" | "--help" | "help", *_]:
            console.data(overview())
            return PASSED
        case ["--version" | "-V", *_]:
            console.data(f"llmeval {__version__}")
            return PASSED
        case [name, *rest] if name in COMMANDS:
            return _command(name, rest, console)
        case [name, *_]:
            raise UsageError(f"unknown command {name!r}{did_you_mean(name, COMMANDS)}")
        case _:
            raise AssertionError(words)


def overview() -> str:
    """Return the help text of the whole."""
    commands = "\n".join(f"  {name:<12} {does}" for name, does in COMMANDS.items())
    return (
        "usage: llmeval COMMAND [ARGUMENTS]\n\n"
        "Regression gate for LLM applications. Suites run with `pytest suites`; these commands\n"
        "do the rest. RUN is the name or folder of a run, `latest` when left out.\n\n"
        f"commands:\n{commands}\n\n"
        "`llmeval COMMAND -h` shows its options and an example. `pytest --help` lists the\n"
        "options of a run, all named --llmeval-….\n\n"
        "exit status: 0 all right or passed, 1 failed, 2 inconclusive or a bad suite, 4 usage"
    )


def parser(name: str) -> tuple[argparse.ArgumentParser, Command]:
    """Return a command and the parser of its arguments."""
    command = cast(Command, import_module(f"llmeval.cli.{name.replace('-', '_')}"))
    made = _Parser(
        prog=f"llmeval {name}",
        description=f"{COMMANDS[name].capitalize()}.",
        epilog=f"example:\n{command.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.arguments(made)
    return made, command


def _command(name: str, words: Sequence[str], console: Console) -> int:
    made, command = parser(name)
    if "-h" in words or "--help" in words:
        console.data(made.format_help().rstrip())
        return PASSED
    # What the application prints while it is asked is no data: stdout may be piped.
    with redirect_stdout(sys.stderr):
        return command.run(made.parse_args(words), console)
