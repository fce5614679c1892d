"""Runs commands: in this process, or as users do."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from llmeval.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to work in; nothing of the environment gets in, `sys.path` is restored."""
    for name in [name for name in os.environ if name.startswith("LLMEVAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    modules = set(sys.modules)
    yield tmp_path
    # A test's own application must not be found by the next test.
    for name in set(sys.modules) - modules:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in str(
            sys.modules[name].__file__
        ):
            del sys.modules[name]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command in this process."""

    def run(*words: str) -> Ended:
        capsys.readouterr()
        status = main(words)
        shown = capsys.readouterr()
        return Ended(status, shown.out, shown.err)

    return run


@pytest.fixture
def spawn() -> Run:
    """Return a function that runs a command in a process of its own."""

    def run(*words: str, environ: Mapping[str, str] | None = None, **options: Any) -> Ended:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LLMEVAL_")}
        ended = subprocess.run(
            [sys.executable, "-m", "llmeval.cli", *words],
            env=clean | {"PYTHONPATH": str(ROOT)} | dict(environ or {}),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            **options,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run
