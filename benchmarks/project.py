"""Projects in temporary folders for the benchmarks, and plain pytest in them."""

import importlib.metadata
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from measure import REPOSITORY, Measured, measure


def installed() -> bool:
    """Say whether pytest finds the plugin by itself, as it does for a user."""
    return any(
        entry.name == "llmeval" for entry in importlib.metadata.entry_points(group="pytest11")
    )


def importable() -> None:
    """Make the checkout's package importable here where it is not installed."""
    if not installed() and str(REPOSITORY) not in sys.path:
        sys.path.append(str(REPOSITORY))


class Project:
    """A folder with a configuration and suites; everything happens inside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("pytest.ini", "[pytest]\n")

    def write(self, name: str, text: str) -> Path:
        """Write a text file; folders are made."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def write_lines(self, name: str, documents: Iterator[Any]) -> Path:
        """Write JSON Lines, one document at a time."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(document) + "\n" for document in documents)
        return path

    def pytest(self, *arguments: str, limit_s: float = 300) -> Measured:
        """Run plain `pytest` as a process of its own."""
        return measure(
            self.line(*arguments), cwd=self.folder, environ=self.environ, limit_s=limit_s
        )

    def line(self, *arguments: str) -> list[str]:
        """Return the command line of plain `pytest`."""
        return [sys.executable, "-m", "pytest", *_plugin(), *arguments]

    @property
    def environ(self) -> dict[str, str]:
        """The environment of programs started in the folder."""
        return environment()

    def command(self, *arguments: str) -> Measured:
        """Run `llmeval` as a process of its own."""
        program = Path(sys.executable).with_name("llmeval")
        start = [str(program)] if program.exists() else [sys.executable, "-m", "llmeval.cli"]
        return measure([*start, *arguments], cwd=self.folder, environ=self.environ)

    def python(self, code: str, *arguments: str) -> Measured:
        """Run a piece of Python in the folder as a process of its own."""
        command = [sys.executable, "-c", code, *arguments]
        return measure(command, cwd=self.folder, environ=self.environ)

    def finished(self) -> bool:
        """Say whether the latest run came to a verdict."""
        return self._latest("verdict.json").exists()

    def verdict(self) -> dict[str, Any]:
        """Return the verdict of the latest run."""
        found: dict[str, Any] = json.loads(self._latest("verdict.json").read_text("utf-8"))
        return found

    def trials(self) -> Iterator[dict[str, Any]]:
        """Yield the trials of the latest run as they stand in its log; a torn line is left out."""
        with self._latest("results.jsonl").open(encoding="utf-8") as lines:
            whole = (json.loads(line) for line in lines if line.endswith("\n"))
            yield from (line for line in whole if line["kind"] == "trial")

    def _latest(self, name: str) -> Path:
        return self.folder / "reports" / "latest" / name


def _plugin() -> Sequence[str]:
    # In a checkout that is not installed the plugin must be named; a user never does that.
    return () if installed() else ("-p", "llmeval.plugin")


def environment() -> dict[str, str]:
    """Return this process's environment, fit for a program started in another folder."""
    environ = {name: value for name, value in os.environ.items() if not _ours(name)}
    if not installed():
        environ["PYTHONPATH"] = str(REPOSITORY)
    # What the outer run was told (addopts, colours, a CI's summary file) is not for the inner one.
    return environ | {"NO_COLOR": "1", "BENCHMARK_KEY": "none"}


_LEFT_OUT = ("CI", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONDEVMODE")


def _ours(name: str) -> bool:
    # Without stored bytecode every start would compile all modules anew.
    return name.startswith(("LLMEVAL_", "PYTEST_", "COV_", "GITHUB_")) or name in _LEFT_OUT


# --- suites of any size ----------------------------------------------------------------------

_CASE = """\
  - id: case-{n}
    tags: [small]
    prompt: "Question {n}: how long is a piece of string?"
    expect:
      - contains: "Question {n}"
      - regex: "piece of \\\\w+"
      - equals: "Question {n}: how long is a piece of string?"
"""

_DATASET = """\
suite: {name}
adapter: {adapter}
cases:
  - id: row
    dataset: {path}
    prompt: "Question {{{{ n }}}}: how long is a piece of {{{{ what }}}}?"
    expect:
      - contains: "Question {{{{ n }}}}"
      - regex: "piece of \\\\w+"
      - equals: "Question {{{{ n }}}}: how long is a piece of {{{{ what }}}}?"
"""


def yaml_suite(name: str, adapter: str, count: int) -> str:
    """Return a suite of `count` cases, each written out, with three checks that pass on an echo."""
    head = f"suite: {name}\nadapter: {adapter}\ncases:\n"
    return head + "".join(_CASE.format(n=number) for number in range(count))


def dataset_suite(name: str, adapter: str, path: str) -> str:
    """Return a suite whose cases are the rows of a file, with three checks that pass on an echo."""
    return _DATASET.format(name=name, adapter=adapter, path=path)


def dataset_rows(count: int) -> Iterator[dict[str, Any]]:
    """Yield the rows for `dataset_suite`."""
    return ({"id": f"r{number}", "n": number, "what": "string"} for number in range(count))


def configuration(url: str, concurrency: int = 100) -> str:
    """Return an llmeval.toml with the local server as adapter `server`."""
    return (
        f"concurrency = {concurrency}\n[adapters.server]\ntype = 'openai'\nmodel = 'local'\n"
        f"base_url = '{url}/v1'\napi_key_env = 'BENCHMARK_KEY'\n"
    )
